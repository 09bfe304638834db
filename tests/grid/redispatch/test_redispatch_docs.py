"""The page on redispatch shows what the commands give."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from stargauge.grid.redispatch.command import allocate, redispatch

PAGE = (Path(__file__).parents[3] / "docs" / "redispatch.md").read_text(encoding="utf-8")
TIMED = ("proof: ", "needed a row; ", "requests for ")
REQUESTS = PAGE[PAGE.index("name,bus,mw,value") : PAGE.index("```", PAGE.index("name,bus,mw,value"))]


def lines(answer: object) -> list[str]:
    console = Console(file=io.StringIO(), width=100)
    console.print(answer.render())  # type: ignore[attr-defined]
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def test_the_bus_shown() -> None:
    for line in lines(redispatch("case_ACTIVSg200", "7")):
        if not any(word in line for word in TIMED):
            assert line in PAGE, line


@pytest.mark.slow
def test_the_requests_shown(tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    file.write_text(REQUESTS, encoding="utf-8")
    answer = allocate("case_ACTIVSg2000", file, rule="queue")
    for row in answer.frame.iter_rows(named=True):
        shown = next(line for line in PAGE.splitlines() if line.startswith(f"{row['name']} "))
        assert f"{row['mw']:,.1f}" in shown
    other = allocate("case_ACTIVSg2000", file, rule="queue", conceded="1%").frame
    got = dict(zip(other["name"], other["mw"], strict=True))
    assert f"alpha gets {got['alpha']:.1f} and gamma {got['gamma']:.1f} MW" in PAGE
