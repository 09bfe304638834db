"""A condition made ready for a run: one number a future, its level, and whether the level makes it true.

The level of a condition at one month is the metric's value then; by a month, the extreme of its path up to
it: the highest where it has to be high, the lowest where it has to be low, so that the comparison holds in at
least one month exactly where it holds of the level. Against another metric, and for the lead over all other
places, it is the difference; for a change, the value at the later month less that at the earlier one; for a
pledge, the month in which it is reached (nan: never).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stargauge.insight.claims.condition import (
    ABOVE,
    AT_MOST,
    BELOW,
    BETWEEN,
    CHANGES,
    END,
    FALLS,
    HOLDS,
    LEADS,
    NOW,
    Condition,
)
from stargauge.insight.claims.metrics import METRICS, REACHED
from stargauge.insight.claims.places import rivals
from stargauge.insight.claims.words import Words

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ROUNDING = 1e-9
"""A level this close to a threshold, in relation to it, is at it: the distance is rounding."""

HALF = 0.5


class NotThereError(Exception):
    """The run lacks what a condition asks for; `words` say what."""

    def __init__(self, words: Words) -> None:
        """Say what is lacking."""
        self.words = words
        super().__init__(words.en)


class Numbers(Protocol):
    """Where levels are read from: a block of futures, or the end values of a finished run."""

    def path(self, name: str, first: int, last: int) -> Floats:
        """Return (futures, months) a series over some months, both included."""

    def end(self, name: str) -> Floats:
        """Return (futures) an end value."""


@dataclass(frozen=True)
class Ready:
    """A condition with its months as places in the run: it counts from `first`, up to `last`.

    `base` is the earlier month of a change, and `now` the as-of month.
    """

    condition: Condition
    first: int
    last: int
    base: int
    now: int
    months: int

    @property
    def series(self) -> tuple[str, ...]:
        """The names of the series that are added up, one as a rule."""
        return series_of(self.condition.metric, self.condition.place)

    @property
    def reached(self) -> str:
        """The name of the end value of a pledge."""
        return f"reached_month:{self.condition.place[0]}"

    def level(self, numbers: Numbers) -> Floats:
        """Return (futures) the level."""
        condition = self.condition
        if condition.metric == REACHED:
            return numbers.end(self.reached)
        if condition.comparison in CHANGES:
            return self._at(numbers, self.last) - self._at(numbers, self.base)
        path = self._path(numbers, self.first, self.last)
        low = condition.comparison in (AT_MOST, BELOW)
        level: Floats = path.min(axis=1) if low else path.max(axis=1)
        return level

    def standing(self, numbers: Numbers) -> Floats:
        """Return (futures) what the metric itself is in the as-of month."""
        if self.condition.metric == REACHED:
            return (numbers.end(self.reached) <= self.now).astype(np.float64)
        return added(numbers, self.series, self.now, self.now)[:, 0]

    def holds(self, level: Floats) -> Bools:
        """Return (futures) whether a level makes the condition true."""
        margin, comparison = self.margin(level), self.condition.comparison
        rounding = ROUNDING * max((abs(one) for one in self.condition.threshold), default=0.0)
        if comparison in (ABOVE, BELOW, LEADS) or (comparison in CHANGES and not self.condition.threshold):
            return margin > rounding
        return margin >= -rounding

    def margin(self, level: Floats) -> Floats:
        """Return (futures) how far a level is on the side on which the condition is true, in its unit.

        For a pledge it is in months before the date, one more than the horizon behind it for never.
        """
        condition = self.condition
        if condition.metric == REACHED:
            return self.last - np.where(np.isnan(level), float(self.months), level)
        if condition.comparison == HOLDS:
            return level - HALF
        low = condition.threshold[0] if condition.threshold else 0.0
        if condition.comparison == BETWEEN:
            return np.minimum(level - low, condition.threshold[1] - level)
        if condition.comparison == FALLS:
            return -level - low
        return low - level if condition.comparison in (AT_MOST, BELOW) else level - low

    def names(self) -> tuple[str, ...]:
        """Return the series that are read."""
        condition = self.condition
        found = list(self.series)
        if condition.than is not None:
            found += series_of(condition.than.metric, condition.than.place)
        if condition.comparison == LEADS:
            found += self._others()
        return tuple(found)

    def _others(self) -> list[str]:
        metric = METRICS[self.condition.metric]
        return [f"{metric.name}:{place}" for place in rivals(metric, self.condition.place[0])]

    def _at(self, numbers: Numbers, month: int) -> Floats:
        return self._path(numbers, month, month)[:, 0]

    def _path(self, numbers: Numbers, first: int, last: int) -> Floats:
        condition = self.condition
        own = added(numbers, self.series, first, last)
        if condition.than is not None:
            than = series_of(condition.than.metric, condition.than.place)
            other = added(numbers, than, first, last)
            return own - condition.than.times * other
        if condition.comparison == LEADS:
            others: Floats = np.max([numbers.path(name, first, last) for name in self._others()], axis=0)
            return own - others
        return own


def series_of(metric: str, places: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a metric's series at some places."""
    return tuple(f"{metric}:{place}" for place in places)


def added(numbers: Numbers, names: Sequence[str], first: int, last: int) -> Floats:
    """Return (futures, months) the sum of some series."""
    total = numbers.path(names[0], first, last)
    for name in names[1:]:
        total = total + numbers.path(name, first, last)
    return total


def made_ready(condition: Condition, months: Sequence[str], now: int, said: str) -> Ready:
    """Return a condition with its months found in a run.

    Args:
        condition: The condition.
        months: Months of the run, YYYY-MM.
        now: Place of the as-of month.
        said: The month in which the claim was first made: what happened before it does not count.

    Raises:
        NotThereError: A month lies outside the run.
    """
    last = _place(condition.at or condition.by or END, months, now)
    base = _place(condition.since or NOW, months, now) if condition.comparison in CHANGES else last
    since = condition.since or (said if months[0] <= said <= months[-1] else months[0])
    first = _place(since, months, now) if condition.by is not None else last
    if first > last or (condition.comparison in CHANGES and base >= last):
        began, until = (months[base], months[last]) if first <= last else (months[first], months[last])
        told = f"its time is empty in this run: it counts from {began} and ends in {until}"
        raise NotThereError(Words(told, f"在本次推演中沒有可判斷的期間：自 {began} 起算，至 {until} 為止"))
    return Ready(condition, first, last, base, now, len(months))


def _place(month: str, months: Sequence[str], now: int) -> int:
    if month == NOW:
        return now
    if month == END:
        return len(months) - 1
    if month not in months:
        span = f"{months[0]} to {months[-1]}"
        told = Words(
            f"{month} lies outside the run, {span}", f"{month} 不在推演期間（{months[0]} 至 {months[-1]}）內"
        )
        raise NotThereError(told)
    return list(months).index(month)
