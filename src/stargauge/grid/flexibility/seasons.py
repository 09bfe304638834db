"""The two seasons of a year, each with a peak of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake

MONTHS = 12
SEASONS = ("summer", "winter")


@dataclass(frozen=True)
class Seasons:
    """Which months are summer; the others are winter.

    Attributes:
        summer_months: Months of the year, 1 to 12, in UTC.
    """

    summer_months: tuple[int, ...] = (5, 6, 7, 8, 9, 10)

    def __post_init__(self) -> None:
        """Refuse months that do not exist.

        Raises:
            InputError: A month outside 1 to 12, or one given twice.
        """
        months = self.summer_months
        if any(not 1 <= month <= MONTHS for month in months) or len(set(months)) < len(months):
            raise InputError(
                "the seasons",
                [Mistake(0, "summer_months", f"{list(months)} are not different months from 1 to 12")],
                "nothing was computed",
            )

    def is_summer(self, hour_utc: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Return whether each hour lies in a summer month, shape of `hour_utc`."""
        month = hour_utc.astype("datetime64[M]").astype(np.int64) % MONTHS
        summer = np.zeros(MONTHS, dtype=np.bool_)
        summer[[number - 1 for number in self.summer_months]] = True
        return np.asarray(summer[month], dtype=np.bool_)

    def __str__(self) -> str:
        names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
        return "summer " + " ".join(names[month - 1] for month in sorted(self.summer_months)) + " (UTC)"


MAY_TO_OCTOBER = Seasons()
"""Half the year each: the rule of the model and of the shipped tables."""

APRIL_TO_OCTOBER = Seasons((4, 5, 6, 7, 8, 9, 10))
"""The rule of the published study: summer peaks hold from April to October (Norris and others 2025)."""


class SeasonalPeaks(NamedTuple):
    """The load above which a new load gives way, MW, by season; NaN where the season has no hours."""

    summer: float
    winter: float
