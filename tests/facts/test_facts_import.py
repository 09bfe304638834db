"""The import: what it writes is what is committed, and its rules are those of the docs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stargauge.facts.loading import TABLES_FOLDER

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "import_facts.py"
SHARED = ROOT.parent / "shared" / "facts"

WRITTEN = (
    "background_shares.csv",
    "compute.csv",
    "compute_programmes.csv",
    "delivery.csv",
    "demand.csv",
    "events.csv",
    "forecast_vintages.csv",
    "headroom.csv",
    "pledges.csv",
    "sites.csv",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the collected tables are kept beside the repository and are not there"
)
def test_importing_again_gives_the_committed_tables(tmp_path: Path) -> None:
    done = run("--to", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(WRITTEN)
    for name in WRITTEN:
        assert (tmp_path / name).read_bytes() == (TABLES_FOLDER / name).read_bytes(), name


def test_without_the_collected_tables_it_says_so(tmp_path: Path) -> None:
    done = run("--from", str(tmp_path / "absent"), "--to", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "is not there: the collected facts are kept beside the repository" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from facts_import import common, compute, numbers, records

    return common, compute, numbers, records


@pytest.mark.parametrize(
    ("band", "rule", "expected"),
    [
        (("18", "", ""), "range", ("constant", "18", "")),
        (("18", "12", "24"), "range", ("triangular", "low=12; mode=18; high=24", "")),
        (("12", "12", "24"), "range", ("triangular", "low=12; mode=12; high=24", "")),
        (("18", "12", "24"), "quartiles", ("lognormal", "p25=12; p50=18; p75=24", "")),
        (("", "12", "24"), "quartiles", ("lognormal", "p25=12; p75=24", "")),
        (("18", "12", "24"), "p05_p95", ("lognormal", "p05=12; p50=18; p95=24", "")),
        (("18", "", "24"), "range", ("constant", "18", "band given by the source: high 24")),
        (("18", "0", "24"), "range", ("constant", "18", "band given by the source: low 0, high 24")),
        (("", "", "2"), "range", ("constant", "2", "upper bound only")),
        (("18", "12", "24"), "constant", ("constant", "18", "band given by the source: low 12, high 24")),
        (
            ("1", "1", "2"),
            "discrete",
            ("discrete", "values=1,2; weights=0.5,0.5", "two cases, taken as equally likely"),
        ),
    ],
)
def test_what_a_value_and_its_band_become(rules, band, rule, expected) -> None:
    _, _, numbers, _ = rules
    assert numbers.distribution_of(numbers.Band(*band), rule) == expected


def test_known_from_is_the_edition_else_the_year_and_never_after_the_last(rules) -> None:
    _, _, numbers, _ = rules
    assert numbers.known_from("2025-06", "2024") == "2025-06"
    assert numbers.known_from("", "2024") == "2024"
    assert numbers.known_from("", "2026") == "2026-10-05"
    assert numbers.known_from("", "2030") == "2026-10-05"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-Q4", "2025-12"),
        ("2025 end", "2025"),
        ("2024-2025", "2025"),
        ("2027E", "2027"),
        ("2025-05", "2025-05"),
    ],
)
def test_years_as_collected(rules, text: str, day: str) -> None:
    _, compute, _, _ = rules
    assert compute.true_at(text) == day


def test_dates_are_parted_from_words(rules) -> None:
    common, _, _, _ = rules
    assert common.dates_in("2026-05-23 (estimate), unchanged 2026-10-05") == ["2026-05-23", "2026-10-05"]
    assert common.only_words("2026-05-23") == ""
    assert common.only_words("2026-09 (mid)") == "2026-09 (mid)"
    assert [common.precision(text) for text in ("2026", "2026-09", "2026-09-01")] == ["year", "month", "day"]
