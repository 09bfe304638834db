"""From a claims file to checked claims: every mistake at once, each with its line and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stargauge.errors import InputError, Mistake
from stargauge.insight.claims.claim import FORMAT, ClaimsFile
from stargauge.scenario.source import CONSEQUENCE, decode, read_bytes
from stargauge.scenario.tree import MAX_MESSAGE, Form, Tree, dotted, read_tree, shorten
from stargauge.scenario.values import shown
from stargauge.scenario.wording import words

SHIPPED = Path(__file__).parent / "shipped.yaml"
"""What public debate of the plan claimed."""

FORM = Form("claims file", 9, "write the fields out")


def load_claims(path: Path | str | None = None) -> ClaimsFile:
    """Return the claims in a file; the shipped ones by default.

    Raises:
        InputError: With every mistake of the file, each with its line.
    """
    if path is None:
        return parse_claims(SHIPPED.read_bytes(), SHIPPED.name)
    source = shorten(str(path), 200)
    return parse_claims(read_bytes(_at_home(Path(path)), source, FORM.name), source)


def parse_claims(text: str | bytes, source: str = "claims") -> ClaimsFile:
    """Return the claims in YAML 1.2 text.

    Raises:
        InputError: With every mistake, each with its line.
    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    tree = read_tree(decode(content, source, FORM.name), source, FORM)
    mistakes = list(tree.mistakes)
    if not isinstance(tree.value, dict) or not tree.value:
        raise InputError(source, mistakes or [_no_claims(tree)], CONSEQUENCE)
    mistakes += _twice(tree)
    try:
        found = ClaimsFile.model_validate(tree.value)
    except ValidationError as error:
        mistakes += _mistakes(error, tree)
    if mistakes:
        raise InputError(source, mistakes, CONSEQUENCE)
    return found


def _mistakes(error: ValidationError, tree: Tree) -> list[Mistake]:
    found = []
    for detail in error.errors(include_url=False):
        location = _as_written(detail["loc"], tree.value)
        if any(path[: len(location)] == location for path in tree.unreadable):
            continue
        related = (detail.get("ctx") or {}).get("related", [])
        beside = [(*location[:-1], name) for name in related]
        place = next((path for path in (location, *beside) if path in tree.lines), location)
        message = shorten(words(dict(detail), ClaimsFile), MAX_MESSAGE)
        found.append(Mistake(tree.line(place), dotted(location), message))
    return found


def _as_written(location: tuple[str | int, ...], value: Any) -> tuple[str | int, ...]:
    """Return a location without the places of lists that the file writes as their only entry."""
    path: list[str | int] = []
    for part in location:
        if part == 0 and isinstance(value, dict):
            continue
        path.append(part)
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            value = None
    return tuple(path)


def _twice(tree: Tree) -> list[Mistake]:
    """Return a mistake for every claim whose id another one before it has."""
    claims = tree.value.get("claims")
    if not isinstance(claims, list):
        return []
    ids = [one.get("id") if isinstance(one, dict) else None for one in claims]
    return [
        Mistake(
            tree.line(("claims", place, "id")),
            dotted(("claims", place, "id")),
            f"{shown(name)} is given twice; each claim its own",
        )
        for place, name in enumerate(ids)
        if name is not None and name in ids[:place]
    ]


def _no_claims(tree: Tree) -> Mistake:
    line = max(1, tree.line(()))
    if tree.value is None or tree.value == {}:
        return Mistake(line, "(file)", f"empty; a claims file starts with stargauge_claims: {FORMAT}")
    told = f"{shown(tree.value)} at the top; expected fields, starting with stargauge_claims: {FORMAT}"
    return Mistake(line, "(file)", told)


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        return path
