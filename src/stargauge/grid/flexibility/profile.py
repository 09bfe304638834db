"""When, how long and how deeply a new load is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flexibility.seasons import MAY_TO_OCTOBER, SeasonalPeaks, Seasons
from stargauge.grid.flexibility.series import HOUR, DemandSeries, Missing, read_series

SPELL_CLASSES = ((1, 1), (2, 4), (5, 8), (9, 24), (25, None))
"""Shortest and longest spell, hours, of each class; None has no end."""


KEPT_SHARES = (0.5, 0.75, 0.9)
"""Shares of the load that is still served, as the published study counts hours."""


@dataclass(frozen=True)
class SeasonProfile:
    """How a new load is cut in one season, or in all of the year.

    Attributes:
        hours_per_year: Hours in which any of it is cut, of an average year.
        energy_share: Share of all curtailed energy, both seasons, that falls here.
        mean_depth: Mean share of the load that is cut in those hours; 0 if there are none.
        deepest: Largest share of the load that is cut in an hour.
        spells_per_year: Runs of consecutive hours, of an average year, by the season in which they begin.
        mean_spell_hours: Mean length of a run, hours.
        longest_spell_hours: Longest run, hours. A gap in the data ends a run.
        spell_shares: Share of the runs in each of `SPELL_CLASSES`.
        kept_shares: Share of the curtailed hours in which at least each of `KEPT_SHARES` is still served.
    """

    hours_per_year: float
    energy_share: float
    mean_depth: float
    deepest: float
    spells_per_year: float
    mean_spell_hours: float
    longest_spell_hours: int
    spell_shares: tuple[float, ...]
    kept_shares: tuple[float, ...]


@dataclass(frozen=True)
class CurtailmentProfile:
    """How a new load is cut.

    Attributes:
        load_mw: The new load, MW.
        curtailment: Share of its possible energy that is cut.
        peaks_mw: Peaks by season, MW.
        hours: Hours judged.
        missing: Hours that are not known.
        year: Both seasons together.
        summer: Summer alone.
        winter: Winter alone.
    """

    load_mw: float
    curtailment: float
    peaks_mw: SeasonalPeaks
    hours: int
    missing: int
    year: SeasonProfile
    summer: SeasonProfile
    winter: SeasonProfile


def curtailment_profile(
    hour_utc: Any,
    demand_mw: ArrayLike,
    load_mw: float,
    *,
    seasons: Seasons = MAY_TO_OCTOBER,
    peaks_mw: SeasonalPeaks | None = None,
    years: tuple[int, int] | None = None,
    missing: Missing = "refuse",
) -> CurtailmentProfile:
    """Return when, how long and how deeply a constant new load is cut; arguments as `flexible_headroom`.

    Args:
        hour_utc: Hours in UTC, increasing.
        demand_mw: Demand, MW, shape (hours,).
        load_mw: The new load, MW, 0 or more.
        seasons: Which months are summer.
        peaks_mw: Load that may be reached, MW, by season; the largest demand if None.
        years: First and last year that count.
        missing: `refuse` or `omit`.

    Raises:
        InputError: Everything that is wrong, by field.
    """
    if not (np.isfinite(load_mw) and load_mw >= 0):
        raise InputError(
            "the new load",
            [Mistake(0, "load_mw", f"{load_mw:g} is no load; give MW, 0 or more")],
            "nothing was computed",
        )
    series = read_series(
        hour_utc, demand_mw, seasons=seasons, years=years, missing=missing, peaks_mw=peaks_mw
    )
    return profile_series(series, load_mw, peaks_mw)


def profile_series(
    series: DemandSeries, load_mw: float, peaks_mw: SeasonalPeaks | None = None
) -> CurtailmentProfile:
    """Return the profile of a load on a series already read."""
    gaps = series.gaps(peaks_mw)
    depth = np.zeros(gaps.size) if load_mw == 0 else np.maximum(1.0 - gaps / load_mw, 0.0)
    cut = depth > 0
    follows = np.zeros(cut.size, dtype=np.bool_)
    follows[1:] = cut[:-1] & (np.diff(series.hour_utc) == HOUR)
    starts = np.flatnonzero(cut & ~follows)
    spell = np.cumsum(cut & ~follows)[cut] - 1
    lengths = np.bincount(spell, minlength=starts.size).astype(np.int64)
    summer_starts = series.summer[starts]
    total = float(depth.sum())
    everything = np.ones(cut.size, dtype=np.bool_)
    parts = [
        _season(depth[cut & where], lengths[which], total, series.years)
        for where, which in (
            (everything, np.ones(starts.size, dtype=np.bool_)),
            (series.summer, summer_starts),
            (~series.summer, ~summer_starts),
        )
    ]
    peaks = series.peaks() if peaks_mw is None else peaks_mw
    return CurtailmentProfile(
        load_mw, total / gaps.size, peaks, gaps.size, series.missing, parts[0], parts[1], parts[2]
    )


def _season(
    depth: NDArray[np.float64], lengths: NDArray[np.int64], total: float, years: float
) -> SeasonProfile:
    spells = max(lengths.size, 1)
    hours = max(depth.size, 1)
    return SeasonProfile(
        hours_per_year=depth.size / years,
        energy_share=float(depth.sum()) / total if total else 0.0,
        mean_depth=float(depth.sum()) / hours,
        deepest=float(depth.max(initial=0.0)),
        spells_per_year=lengths.size / years,
        mean_spell_hours=float(lengths.sum()) / spells,
        longest_spell_hours=int(lengths.max(initial=0)),
        spell_shares=tuple(
            float(((lengths >= first) & (lengths <= (last or np.inf))).sum()) / spells
            for first, last in SPELL_CLASSES
        ),
        kept_shares=tuple(float((1.0 - depth >= kept).sum()) / hours for kept in KEPT_SHARES),
    )
