"""Builds the shipped tables from the hourly data."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flexibility.duration import bin_means
from stargauge.grid.flexibility.headroom import largest_loads
from stargauge.grid.flexibility.hourly import HourlyDemand
from stargauge.grid.flexibility.places import places
from stargauge.grid.flexibility.profile import SeasonProfile, profile_series
from stargauge.grid.flexibility.seasons import MAY_TO_OCTOBER, SEASONS
from stargauge.grid.flexibility.series import DemandSeries, read_series
from stargauge.grid.flexibility.shipped import (
    CURVES,
    FIXED_COLUMNS,
    NOTES,
    SHARE_PREFIX,
    SPELL_COLUMNS,
    SPELLS,
)

YEARS = (2016, 2024)
"""The years of the published study; 2015 is not whole."""

SPELL_LEVELS = (0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05)
"""Shares of curtailed energy for which spells are kept."""

LEVEL_DECIMALS = 5
SOURCE = {
    "data_set": "EIA Cleaned Hourly Electricity Demand Data v1.4",
    "authors": "Ruggles, Farnham and Wongel (2025)",
    "doi": "10.5281/zenodo.3517196",
    "licence": "CC BY 4.0",
    "changes": "Load-duration curves and spells of curtailment worked out from the hours; no hour is kept. "
    "A region is the sum of its authorities.",
}


def bin_edges() -> NDArray[np.float64]:
    """Return the edges of the bins, shares of a season's hours: narrow where demand is near its peak.

    From a tenth of an hour in a year to the top tenth they widen in proportion, below that they are even.
    """
    top = [float(f"{share:.3g}") for share in np.geomspace(3e-5, 0.1, 60)]
    rest = [*np.arange(0.125, 0.5, 0.025).round(3), *np.arange(0.5, 0.96, 0.05).round(2), 0.98, 0.99, 0.995]
    return np.array([0.0, *top, *rest, 1.0])


def build_tables(hourly: HourlyDemand) -> dict[str, str]:
    """Return the text of the shipped tables and of the notes on them, by file name.

    The same data make the same text.

    Args:
        hourly: Hourly demand of all authorities over `YEARS`.

    Raises:
        InputError: An authority is absent.
    """
    edges = bin_edges()
    middles = [0.0, *((edges[1:] + edges[:-1]) / 2), 1.0]
    header = [*FIXED_COLUMNS, *(f"{SHARE_PREFIX}{share:.9g}" for share in middles)]
    curves: list[list[Any]] = []
    spells: list[list[Any]] = []
    digests: dict[str, str] = {}
    known: dict[str, int] = {}
    for code, place in places().items():
        series = read_series(
            hourly.hour_utc, hourly.of(place), seasons=MAY_TO_OCTOBER, years=YEARS, missing="omit"
        )
        digests[code] = hourly.digest(place, YEARS)
        if series.missing:
            known[code] = series.hour_utc.size
        curves += _curve_rows(code, series, edges)
        spells += _spell_rows(code, series)
    texts = {CURVES: _text(header, curves), SPELLS: _text(SPELL_COLUMNS, spells)}
    notes = SOURCE | {
        "years": YEARS,
        "seasons": str(MAY_TO_OCTOBER),
        "known_hours_where_some_are_missing": known,
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()},
        "demand_sha256": digests,
    }
    return texts | {NOTES: json.dumps(notes, indent=1) + "\n"}


def _curve_rows(code: str, series: DemandSeries, edges: NDArray[np.float64]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for season, where in zip(SEASONS, (series.summer, ~series.summer), strict=True):
        demand = series.demand_mw[where]
        levels = bin_means(demand, edges)
        numbers = [f"{level:.{LEVEL_DECIMALS}f}".rstrip("0").rstrip(".") for level in levels]
        rows.append([code, season, f"{demand.max():.0f}", demand.size, *numbers])
    return rows


def _spell_rows(code: str, series: DemandSeries) -> list[list[Any]]:
    rows: list[list[Any]] = []
    loads = largest_loads(series.gaps(None), np.array(SPELL_LEVELS))
    for level, load in zip(SPELL_LEVELS, loads.tolist(), strict=True):
        profile = profile_series(series, load)
        for season, part in (("year", profile.year), ("summer", profile.summer), ("winter", profile.winter)):
            rows.append([code, f"{level:g}", season, f"{load:.3f}", *_numbers(part)])
    return rows


def _numbers(part: SeasonProfile) -> list[str]:
    return [
        f"{part.hours_per_year:.2f}",
        f"{part.energy_share:.4f}",
        f"{part.mean_depth:.4f}",
        f"{part.deepest:.4f}",
        f"{part.spells_per_year:.2f}",
        f"{part.mean_spell_hours:.2f}",
        f"{part.longest_spell_hours}",
        *(f"{share:.4f}" for share in (*part.spell_shares, *part.kept_shares)),
    ]


def _text(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
