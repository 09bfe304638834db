"""The quarterly panel of stages, rebuilt from the events as they were on record at each quarter's end."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.policy.plan.forms import STAGE_WORDS
from stargauge.policy.plan.status import stages
from stargauge.policy.plan.strategy import Strategy

NOT_YET = -1
"""Marks an action that was not yet part of the strategy."""


@dataclass(frozen=True)
class Panel:
    """Stages of all actions by quarter.

    Attributes:
        strategy: Id of the strategy.
        released: Day of the release, before the first column.
        quarters: Names of the quarters: 2025Q3.
        days: The day each column holds for: the quarter's last, in the last quarter the as-of day.
        actions: Ids of the actions, in the order of the strategy.
        verbs: Verb of each action.
        pillars: Pillar of each action, from 1.
        distinct: Whether an action is one of its own; False where it repeats another.
        stages: (actions, quarters) stage 0 to 3, `NOT_YET` before an action was added.
    """

    strategy: str
    released: dt.date
    quarters: tuple[str, ...]
    days: tuple[dt.date, ...]
    actions: tuple[str, ...]
    verbs: tuple[str, ...]
    pillars: tuple[int, ...]
    distinct: tuple[bool, ...]
    stages: NDArray[np.int8]

    def counts(self, pillar: int | None = None) -> NDArray[np.int64]:
        """Return (stages, quarters) how many actions stood at each stage, of one pillar or of all."""
        chosen = np.array([pillar is None or one == pillar for one in self.pillars], dtype=bool)
        rows = self.stages[chosen]
        return np.stack([(rows == stage).sum(axis=0) for stage in range(len(STAGE_WORDS))])


def quarterly_panel(strategy: Strategy, as_of: dt.date | None = None, *, judged: bool = True) -> Panel:
    """Return the panel from the quarter of the release to that of a day.

    Each column is what the rules of status say with the events known by then: a column never changes because
    of what became known later. It ends at the edition of the strategy: what was not collected is no quarter
    in which nothing happened.

    Args:
        strategy: The strategy.
        as_of: Last day; the edition of the strategy where None.
        judged: Whether judgements count.

    Raises:
        InputError: If the strategy was not released by then.
    """
    day = as_of if as_of is not None else strategy.identity.edition
    known = strategy.as_of(day)
    day = min(day, strategy.identity.edition)
    names, days = quarter_ends(strategy.identity.released, day)
    columns = [stages(known, end, judged=judged) for end in days]
    ids = tuple(action.id for action in known.actions)
    table = np.array([[column.get(name, NOT_YET) for column in columns] for name in ids], dtype=np.int8)
    return Panel(
        strategy=strategy.id,
        released=strategy.identity.released,
        quarters=names,
        days=days,
        actions=ids,
        verbs=tuple(action.verb for action in known.actions),
        pillars=tuple(known.pillar_of(name) for name in ids),
        distinct=tuple(action.repeats is None for action in known.actions),
        stages=table.reshape(len(ids), len(days)),
    )


def quarter_ends(first: dt.date, last: dt.date) -> tuple[tuple[str, ...], tuple[dt.date, ...]]:
    """Return the names and last days of the quarters from one day to another; the last is cut at that day."""
    names, days = [], []
    year, quarter = first.year, (first.month - 1) // 3 + 1
    while (year, quarter) <= (last.year, (last.month - 1) // 3 + 1):
        month = 3 * quarter
        end = dt.date(year, month, calendar.monthrange(year, month)[1])
        names.append(f"{year}Q{quarter}")
        days.append(min(end, last))
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    return tuple(names), tuple(days)
