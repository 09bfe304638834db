"""The page on hosting says what the columns are, and the numbers it pins are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stargauge.grid import load
from stargauge.grid.hosting import hosting_capacity
from stargauge.grid.hosting.command import host
from stargauge.grid.hosting.frame import COLUMNS

PAGE = (Path(__file__).parents[3] / "docs" / "hosting.md").read_text(encoding="utf-8")


def test_the_table_of_columns_is_that_of_the_code() -> None:
    rows = ["| column | what |", "|---|---|", *(f"| `{name}` | {what} |" for name, what in COLUMNS.items())]
    table = PAGE[PAGE.index("<!-- hosting columns") : PAGE.index("<!-- end of hosting columns -->")]
    assert [line for line in table.splitlines() if line.startswith("|")] == rows


def test_the_bus_shown_is_computed_so() -> None:
    row = hosting_capacity(load("case_ACTIVSg2000"), buses=[1004]).frame.row(0, named=True)
    shown = re.search(r"^ +1004 +O DONNELL 1 1 +230 +([\d.]+) +([\d.]+) +(\S+) +(\S+)$", PAGE, re.MULTILINE)
    assert shown
    numbers = (f"{row['n0_mw']:.1f}", f"{row['n1_mw']:.1f}", row["element"], row["outage"])
    assert shown.groups() == numbers
    for rank in (1, 2, 3):
        assert f"{row[f'next_{rank}_mw']:.1f}  {row[f'next_{rank}_element']}" in PAGE


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "median {:.0f} MW by default"),
        ({"source": "merit"}, "merit order {:.0f} MW"),
        ({"cutoff": "0"}, "0 %: {:.0f};"),
        ({"cutoff": "5%"}, "5 %: {:.0f};"),
        ({"cutoff": "20%"}, "20 %: {:.0f} MW"),
        ({"pre_existing": "block"}, "block: {:.0f} MW"),
        ({"limits": "1.2"}, "factor 1.2: {:.0f} MW"),
    ],
)
def test_what_conventions_do_is_computed_so(options: dict[str, str], words: str) -> None:
    frame = host("case_ACTIVSg2000", **options).frame  # type: ignore[arg-type]
    assert words.format(frame["n1_mw"].median()) in PAGE
    if options == {"pre_existing": "block"}:
        assert f"and {(frame['n1_mw'] < 0.05).mean():.1%} of buses at zero".replace("%", " %") in PAGE


def test_what_the_cut_off_does_to_the_top_end_is_computed_so() -> None:
    counts = [
        int((host("case_ACTIVSg2000", cutoff=cutoff).frame["n1_mw"] >= 1000).sum())
        for cutoff in ("3%", "20%", "0")
    ]
    assert counts[2] == 0
    said = f"({counts[0]} buses take 1 GW at 3 %, {counts[1]} at 20 %, none at 0 %)"
    assert said in " ".join(PAGE.split())
