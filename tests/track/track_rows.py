"""The shipped tables read with the standard library alone, as an oracle beside the code under test."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "src" / "stargauge" / "facts" / "tables"
SLIPS = ROOT.parent / "shared" / "facts" / "pledges" / "forecast_slips.csv"

LAST_DAY = date(2026, 10, 5)


def rows(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def editions(site_id: str, as_of: date) -> list[tuple[date, list[dict[str, str]]]]:
    """Return the editions that name a site and are not later than a day, oldest first, rows by date."""
    names = {row["vintage_site"] for row in rows("site_aliases") if row["site_id"] == site_id}
    kept: dict[str, list[dict[str, str]]] = {}
    for row in rows("forecast_vintages"):
        if row["site"] in names and row["vintage"] <= as_of.isoformat():
            kept.setdefault(row["vintage"], []).append(row)
    return [
        (date.fromisoformat(day), sorted(of_day, key=lambda row: row["date"]))
        for day, of_day in sorted(kept.items())
    ]


def standing(site_id: str, as_of: date) -> tuple[float | None, float | None]:
    """Return facility and IT MW of the last past row of the newest edition; None where not reported."""
    known = editions(site_id, as_of)
    past = [row for row in known[-1][1] if row["kind"] == "past"]
    if not past:
        return 0.0, 0.0
    facility, it = past[-1]["facility_mw"], past[-1]["it_mw"]
    return (float(facility) if facility else None, float(it) if it else None)


def energised_on_record(site_id: str, as_of: date, it_mw: float) -> float | None:
    """Return the facility MW that an older edition reports with the same IT MW, None where none does."""
    for _, of_day in reversed(editions(site_id, as_of)):
        for row in reversed(of_day):
            if row["facility_mw"] and row["it_mw"] and abs(float(row["it_mw"]) - it_mw) < 0.5:
                return float(row["facility_mw"])
    return None
