"""The ranges of histograms: the ends that series name, checked and as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stargauge.ensemble.blocks import lower_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stargauge.ensemble.blocks import SeriesLike, UpperEnd


def upper_ends(uppers: Sequence[UpperEnd], months: int) -> NDArray[np.float64]:
    """Return the upper end of every histogram, float64 (series, months).

    Args:
        uppers: For each series one end for all months, or a tuple of one a month.
        months: Number of months.

    Raises:
        ValueError: An upper end is not a finite number above 0, or a tuple has not one a month.
    """
    ends = np.empty((len(uppers), months))
    for row, upper in enumerate(uppers):
        given = np.asarray(upper, dtype=np.float64)
        if given.shape not in ((), (months,)):
            raise ValueError(
                f"a tuple of {len(given)} upper ends; expected one for each of {months} months, "
                "or a number for all of them"
            )
        ends[row] = given
    wrong = ends[~(np.isfinite(ends) & (ends > 0))]
    if wrong.size:
        raise ValueError(f"upper end {wrong[0]} is not a finite number above 0")
    return ends


def lower_ends(lowers: Sequence[float]) -> NDArray[np.float64]:
    """Return the lower end of the histograms of every series, float64 (series,).

    Args:
        lowers: For each series one end for all months, at most 0.

    Raises:
        ValueError: A lower end is not one finite number of at most 0.
    """
    ends = np.empty(len(lowers))
    for row, lower in enumerate(lowers):
        given = np.asarray(lower, dtype=np.float64)
        if given.shape != ():
            raise ValueError(f"{len(given)} lower ends; expected one number for all months")
        if not np.isfinite(given) or given > 0:
            raise ValueError(f"lower end {given} is not a finite number of at most 0")
        ends[row] = given
    return ends


def check_ranges(series: Sequence[SeriesLike], months: int) -> None:
    """Check the ends of every series.

    Raises:
        ValueError: As `upper_ends` and `lower_ends`, naming the series.
    """
    for entry in series:
        try:
            upper_ends([entry.upper], months)
            lower_ends([lower_end(entry)])
        except ValueError as error:
            raise ValueError(f"{entry.name}: {error}") from error
