"""The command: what it needs, what it says, and that nobody else loads it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs the extra web")

from stargauge.cli import main
from stargauge.web import command
from stargauge.web.app import Settings
from stargauge.web.assets import Assets


def call(*tokens: str) -> int:
    try:
        main(list(tokens))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_a_missing_extra_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "NEEDED", ("fastapi", "no_such_server"))
    assert call("serve") == 2
    assert "the page needs no_such_server, not installed here: pip install 'stargauge[web]'" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (["--port", "0"], "expected 1 to 65535"),
        (["--workers", "0"], "expected 1 to 64"),
        (["us-2062"], "us-2026"),
        (["../us-2026.yaml"], "no built-in scenario"),
    ],
)
def test_mistakes_are_told_before_anything_starts(
    tokens: Sequence[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("serve", *tokens) == 2
    assert words in capsys.readouterr().err


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code = "import sys; from stargauge.cli import main; main(sys.argv[1:])"
        done = subprocess.run(
            [sys.executable, "-c", code, "serve", "--port", str(taken.getsockname()[1]), "--workers", "1"],
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 1
    assert "choose another with --port" in done.stderr
    assert "listens" not in done.stderr
    assert "Traceback" not in done.stderr


def test_only_serve_loads_the_server() -> None:
    code = (
        "import sys; from stargauge.cli import main\n"
        "main(['scenario', 'list'])\n"
        "sys.exit(bool({'fastapi', 'uvicorn', 'starlette', 'stargauge.web'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_a_page_that_is_not_built_is_no_page(tmp_path: Path) -> None:
    assert not Assets(tmp_path / "nowhere").built
    assert Settings().hosts == {"127.0.0.1:8765", "localhost:8765", "[::1]:8765"}
