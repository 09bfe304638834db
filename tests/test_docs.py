"""The documents: every command in them exists, every link leads somewhere, every number they pin is true."""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path

import pytest
from cyclopts import MissingArgumentError

from stargauge.cli import app

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(
    r"^ {4}(?:\./)?(stargauge [a-z][^#\n]*)|`(?:\./)?(stargauge [a-z][^`#\n]*)`", re.MULTILINE
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def commands() -> list[tuple[str, str]]:
    found = {
        (document.name, (block or inline).strip())
        for document in DOCUMENTS
        for block, inline in COMMAND.findall(document.read_text(encoding="utf-8"))
    }
    return sorted(found)


@pytest.mark.parametrize(("document", "command"), commands())
def test_every_command_in_the_documents_parses(document: str, command: str) -> None:
    tokens = shlex.split(command)[1:]
    name = tokens[0]
    assert name in {key for key in app if not key.startswith("-")}, f"{document}: no command {name}"
    if "|" in command or any(word.isupper() and len(word) > 1 for word in tokens):
        return  # a pattern such as `stargauge verify RUN`, not a command to type
    with contextlib.suppress(MissingArgumentError):  # a command named without what it works on
        app.parse_args(tokens, exit_on_error=False, print_error=False)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_command_is_in_the_changelog_and_readme_or_tour() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CHANGELOG.md").read_text(
        encoding="utf-8"
    )
    for name in (key for key in app if not key.startswith("-")):
        assert f"stargauge {name}" in text, f"no document of the first hour names `stargauge {name}`"


def test_every_document_is_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for document in sorted((ROOT / "docs").glob("*.md")):
        assert f"docs/{document.name}" in text, f"the README does not link {document.name}"


def test_the_project_speaks_of_itself_alone() -> None:
    """No path of one machine and no registry host in what is shipped."""
    banned = re.compile(r"/(?:work|tmp|root|home)/|pypi\.org|pythonhosted|registry\.npmjs")
    for path in [*DOCUMENTS, ROOT / "constraints.txt", ROOT / "pyproject.toml", *ROOT.glob("scripts/*")]:
        if path.is_file():
            assert not banned.search(path.read_text(encoding="utf-8")), path.name


def test_generated_files_are_what_the_code_says() -> None:
    import runpy

    main = runpy.run_path(str(ROOT / "scripts" / "generate.py"))["main"]
    assert main(["--check"]) == 0
