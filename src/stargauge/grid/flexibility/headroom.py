"""How much constant new load a system can take if that load gives way at the peaks.

Definition of Norris, Profeta, Patino-Echeverri and Cowie-Haskell (2025), Rethinking Load Growth, pages 16-17
and appendix C: in every hour the new load is cut by what demand and new load together exceed the peak of the
season; the curtailment is the energy cut, over all hours, as a share of what the new load would use at full
power. Here the share is that of all known hours together; the study averages the shares of the years, which
differs only by the length of leap years. Where demand alone exceeds a peak that was given, the new load is
cut whole and no more.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flexibility.seasons import MAY_TO_OCTOBER, SeasonalPeaks, Seasons
from stargauge.grid.flexibility.series import EPOCH_YEAR, Missing, read_series


@overload
def flexible_headroom(
    hour_utc: Any,
    demand_mw: ArrayLike,
    curtailment: float,
    *,
    seasons: Seasons = ...,
    peaks_mw: SeasonalPeaks | None = ...,
    years: tuple[int, int] | None = ...,
    missing: Missing = ...,
) -> float: ...


@overload
def flexible_headroom(
    hour_utc: Any,
    demand_mw: ArrayLike,
    curtailment: ArrayLike,
    *,
    seasons: Seasons = ...,
    peaks_mw: SeasonalPeaks | None = ...,
    years: tuple[int, int] | None = ...,
    missing: Missing = ...,
) -> NDArray[np.float64]: ...


def flexible_headroom(
    hour_utc: Any,
    demand_mw: ArrayLike,
    curtailment: ArrayLike,
    *,
    seasons: Seasons = MAY_TO_OCTOBER,
    peaks_mw: SeasonalPeaks | None = None,
    years: tuple[int, int] | None = None,
    missing: Missing = "refuse",
) -> float | NDArray[np.float64]:
    """Return the largest constant new load, MW, whose curtailment stays within a share of its energy.

    Args:
        hour_utc: Hours in UTC, increasing.
        demand_mw: Demand in those hours, MW, shape (hours,); NaN where it is not known.
        curtailment: Share of the new load's possible energy that may be cut, from 0 to below 1; one or many.
        seasons: Which months are summer; each season has its own peak.
        peaks_mw: Load that demand and new load may reach, MW, by season; the largest demand if None.
        years: First and last year that count; all if None.
        missing: `refuse` gaps, or `omit` them: peaks and shares are then those of the known hours.

    Returns:
        MW, a number for one curtailment or an array of the shape of `curtailment`. At 0 it is the smallest
        distance between demand and its season's peak: 0 if the peaks are those of the series.

    Raises:
        InputError: Everything that is wrong with the series or the curtailment, by field.
    """
    shares = checked_curtailment(curtailment)
    series = read_series(
        hour_utc, demand_mw, seasons=seasons, years=years, missing=missing, peaks_mw=peaks_mw
    )
    loads = largest_loads(series.gaps(peaks_mw), shares)
    return float(loads) if loads.ndim == 0 else loads


def headroom_by_year(
    hour_utc: Any,
    demand_mw: ArrayLike,
    curtailment: ArrayLike,
    *,
    seasons: Seasons = MAY_TO_OCTOBER,
    peaks_mw: SeasonalPeaks | None = None,
    years: tuple[int, int] | None = None,
    missing: Missing = "refuse",
) -> dict[int, NDArray[np.float64]]:
    """Return the headroom of each year by itself, MW; arguments as `flexible_headroom`.

    The peaks are those of all the years given, so that a year of low demand has more headroom. Years without
    a known hour are absent.

    Returns:
        Arrays of the shape of `curtailment`, by year in UTC.

    Raises:
        InputError: Everything that is wrong with the series or the curtailment, by field.
    """
    shares = checked_curtailment(curtailment)
    series = read_series(
        hour_utc, demand_mw, seasons=seasons, years=years, missing=missing, peaks_mw=peaks_mw
    )
    gaps = series.gaps(peaks_mw)
    year = series.hour_utc.astype("datetime64[Y]").astype(np.int64) + EPOCH_YEAR
    starts = np.flatnonzero(np.diff(year, prepend=year[0] - 1))
    return {
        int(year[start]): largest_loads(part, shares)
        for start, part in zip(starts, np.split(gaps, starts[1:]), strict=True)
    }


def seasonal_peaks(
    hour_utc: Any,
    demand_mw: ArrayLike,
    *,
    seasons: Seasons = MAY_TO_OCTOBER,
    years: tuple[int, int] | None = None,
    missing: Missing = "refuse",
) -> SeasonalPeaks:
    """Return the largest demand of each season, MW, over the years given.

    Raises:
        InputError: Everything that is wrong with the series, by field.
    """
    return read_series(hour_utc, demand_mw, seasons=seasons, years=years, missing=missing).peaks()


def checked_curtailment(curtailment: ArrayLike) -> NDArray[np.float64]:
    """Return curtailment shares as an array.

    Raises:
        InputError: One is not a number from 0 up to, but not including, 1.
    """
    try:
        shares = np.asarray(curtailment, dtype=np.float64)
    except (TypeError, ValueError):
        shares = np.array([np.nan])
    wrong = ~((shares >= 0) & (shares < 1))
    if wrong.any():
        value = f"{shares[wrong].flat[0]:g}" if shares.ndim else f"{float(shares):g}"
        raise InputError(
            "the curtailment",
            [
                Mistake(
                    0,
                    "curtailment",
                    f"{value} is no share of the new load's energy: 0 or more and below 1, 0.005 for 0.5 %",
                )
            ],
            "nothing was computed",
        )
    return shares


def largest_loads(gaps: NDArray[np.float64], curtailment: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest load for each curtailment, MW, exactly.

    With the gaps g below the peaks in increasing order, N hours and L between the k-th gap and the next, the
    share cut is (k L - (g_1 + ... + g_k)) / (N L). It never falls with L, so the largest L within a share c
    lies in the segment found by search and is (g_1 + ... + g_k) / (k - c N).

    Args:
        gaps: Distance below the peak of the season, MW, at least 0, shape (hours,).
        curtailment: Shares, 0 or more and below 1, any shape.

    Returns:
        MW, shape of `curtailment`.
    """
    ordered = np.sort(gaps)
    hours = ordered.size
    sums = np.cumsum(ordered)
    at_peak = int(np.searchsorted(ordered, 0.0, side="right"))
    rank = np.arange(1, hours + 1, dtype=np.float64)
    share = np.full(hours, at_peak / hours)
    share[at_peak:] = (rank[at_peak:] - sums[at_peak:] / ordered[at_peak:]) / hours
    # Rounding must not undo the order that the search relies on.
    np.maximum.accumulate(share, out=share)
    count = np.searchsorted(share, curtailment, side="right")
    within = np.maximum(count, 1)
    loads: NDArray[np.float64] = np.where(
        count > 0, sums[within - 1] / np.where(count > 0, within - curtailment * hours, 1.0), 0.0
    )
    return loads
