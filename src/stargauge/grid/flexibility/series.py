"""A series of hourly demand: checked, cut to the years asked for, its gaps counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flexibility.seasons import SeasonalPeaks, Seasons

Missing = Literal["refuse", "omit"]
HOUR = np.timedelta64(1, "h")
HOURS_PER_YEAR = 8766.0
"""Of an average year, 365.25 days."""

EPOCH_YEAR = 1970
"""Year from which NumPy counts."""


@dataclass(frozen=True)
class DemandSeries:
    """The hours of a demand series that are known, in order.

    Attributes:
        hour_utc: Hours, `datetime64[h]`, shape (hours,), increasing.
        demand_mw: Demand, MW, shape (hours,).
        summer: Whether an hour lies in summer, shape (hours,).
        expected: Hours there would be without gaps, from the first to the last.
        first_missing: The first hour that is not known, or None.
    """

    hour_utc: NDArray[np.datetime64]
    demand_mw: NDArray[np.float64]
    summer: NDArray[np.bool_]
    expected: int
    first_missing: np.datetime64 | None

    @property
    def missing(self) -> int:
        """Hours that are not known."""
        return self.expected - self.hour_utc.size

    @property
    def years(self) -> float:
        """Years that the known hours make up."""
        return self.hour_utc.size / HOURS_PER_YEAR

    def peaks(self) -> SeasonalPeaks:
        """Return the largest demand of each season, MW."""
        return SeasonalPeaks(
            *(
                float(part.max()) if part.size else float("nan")
                for part in (self.demand_mw[self.summer], self.demand_mw[~self.summer])
            )
        )

    def gaps(self, peaks_mw: SeasonalPeaks | None) -> NDArray[np.float64]:
        """Return how far each hour lies below the peak of its season, MW, 0 where it lies above it."""
        limits = self.peaks() if peaks_mw is None else peaks_mw
        limit = np.where(self.summer, limits.summer, limits.winter)
        gaps: NDArray[np.float64] = np.maximum(limit - self.demand_mw, 0.0)
        return gaps


def read_series(
    hour_utc: Any,
    demand_mw: ArrayLike,
    *,
    seasons: Seasons,
    years: tuple[int, int] | None = None,
    missing: Missing = "refuse",
    peaks_mw: SeasonalPeaks | None = None,
) -> DemandSeries:
    """Return a demand series, checked.

    Args:
        hour_utc: Hours in UTC, increasing: `datetime64`, a column of datetimes, or datetimes without a zone.
        demand_mw: Demand, MW, of the same length; NaN where it is not known.
        seasons: Which months are summer.
        years: First and last year to keep; all if None.
        missing: Whether gaps are refused or left out. Left out, the share of energy is that of known hours.
        peaks_mw: Peaks given by the caller, only checked.

    Raises:
        InputError: Everything that is wrong, by field.
    """
    mistakes: list[Mistake] = []
    hours = _hours(hour_utc, mistakes)
    demand = _demand(demand_mw, hours.size, mistakes)
    if missing not in get_args(Missing):
        mistakes.append(Mistake(0, "missing", f'"{missing}" is neither refuse nor omit'))
    if years is not None and (len(years) != 2 or years[0] > years[1]):
        mistakes.append(Mistake(0, "years", f"{years} is not a first and a last year"))
    for season, peak in zip(("summer", "winter"), peaks_mw or (), strict=False):
        if np.isnan(peak) or peak <= 0:
            mistakes.append(Mistake(0, "peaks_mw", f"the {season} peak is {peak:g} MW; give MW above 0"))
    if not mistakes and years is not None:
        year = hours.astype("datetime64[Y]").astype(np.int64) + EPOCH_YEAR
        kept = (year >= years[0]) & (year <= years[1])
        hours, demand = hours[kept], demand[kept]
        if not hours.size:
            mistakes.append(Mistake(0, "years", f"no hour lies in {years[0]} to {years[1]}"))
    if mistakes:
        raise InputError("the demand series", mistakes, "nothing was computed")
    series = _without_gaps(hours, demand, seasons)
    if not series.hour_utc.size:
        mistakes.append(Mistake(0, "demand_mw", "is not known in any hour"))
    elif series.missing and missing == "refuse":
        first = str(series.first_missing).replace("T", " ")
        mistakes.append(
            Mistake(
                0,
                "demand_mw",
                f"is not known in {series.missing:,} of {series.expected:,} hours, first {first}:00; "
                f'fill them, or give missing="omit" to judge by the {series.hour_utc.size:,} known hours',
            )
        )
    if mistakes:
        raise InputError("the demand series", mistakes, "nothing was computed")
    return series


def _hours(values: Any, mistakes: list[Mistake]) -> NDArray[np.datetime64]:
    nothing = np.empty(0, dtype="datetime64[h]")
    array = np.asarray(values)
    if array.dtype == object and array.size and getattr(array.flat[0], "tzinfo", None) is not None:
        mistakes.append(Mistake(0, "hour_utc", "has a time zone; convert to UTC and drop the zone"))
        return nothing
    try:
        fine = array.astype("datetime64[s]")
    except (TypeError, ValueError):
        mistakes.append(Mistake(0, "hour_utc", f"is no column of dates and times (it is {array.dtype})"))
        return nothing
    if not np.issubdtype(array.dtype, np.datetime64) and array.dtype != object:
        mistakes.append(Mistake(0, "hour_utc", f"is no column of dates and times (it is {array.dtype})"))
        return nothing
    hours = fine.astype("datetime64[h]")
    if fine.ndim != 1 or not fine.size:
        mistakes.append(Mistake(0, "hour_utc", f"has shape {fine.shape}; give one dimension of hours"))
        return nothing
    if np.isnat(fine).any() or (hours.astype("datetime64[s]") != fine).any():
        mistakes.append(Mistake(0, "hour_utc", "holds times that are not whole hours"))
    elif (back := np.flatnonzero(np.diff(hours) < HOUR)).size:
        row = int(back[0]) + 1
        word = "comes twice" if hours[row] == hours[row - 1] else "comes after a later hour"
        text = str(hours[row]).replace("T", " ")
        mistakes.append(
            Mistake(0, "hour_utc", f"{text}:00 {word} (row {row}); give every hour once, in order")
        )
    return np.asarray(hours, dtype="datetime64[h]")


def _demand(values: ArrayLike, count: int, mistakes: list[Mistake]) -> NDArray[np.float64]:
    try:
        demand = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        mistakes.append(Mistake(0, "demand_mw", "holds something that is no number"))
        return np.empty(0)
    if demand.ndim != 1 or (count and demand.size != count):
        mistakes.append(Mistake(0, "demand_mw", f"has shape {demand.shape} for {count:,} hours"))
    elif np.isinf(demand).any():
        mistakes.append(Mistake(0, "demand_mw", f"is infinite in row {int(np.isinf(demand).argmax())}"))
    elif (demand < 0).any():
        row = int((demand < 0).argmax())
        mistakes.append(
            Mistake(0, "demand_mw", f"is {demand[row]:g} MW in row {row}; demand cannot be negative")
        )
    return demand


def _without_gaps(
    hours: NDArray[np.datetime64], demand: NDArray[np.float64], seasons: Seasons
) -> DemandSeries:
    known = ~np.isnan(demand)
    expected = int((hours[-1] - hours[0]) / HOUR) + 1
    absent: list[np.datetime64] = []
    if not known.all():
        absent.append(hours[int((~known).argmax())])
    if expected > hours.size:
        absent.append(hours[int((np.diff(hours) > HOUR).argmax())] + HOUR)
    kept = hours[known]
    return DemandSeries(
        kept, demand[known], seasons.is_summer(kept), expected, min(absent) if absent else None
    )
