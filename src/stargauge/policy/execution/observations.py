"""What the quarterly panel says of the chain: stages at known days, and nothing in between.

A move is known only to lie between two days on which the record was read (interval censoring), so an action
contributes the transition matrix over each such time. The day of the release stands before the first quarter:
what the strategy began on that day moved at once and says nothing of a hazard.

Stage 0 is *none found*. Whatever is found of an action stays on record, so it is the action that is visible
or not: one whose execution leaves traces (a share of all, the detection rate) is seen as it is; the others
show 0 whatever their stage. Actions that were ever above 0 are visible; of those never seen it is open.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from itertools import compress, pairwise

import numpy as np
from numpy.typing import NDArray

from stargauge.policy.execution.chain import STAGES
from stargauge.policy.plan.panel import NOT_YET, quarterly_panel
from stargauge.policy.plan.status import stages
from stargauge.policy.plan.strategy import Strategy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Record:
    """Stages of distinct actions at the days of the panel, the day of the release first.

    Attributes:
        days: The days.
        actions: Ids; actions that repeat others are left out.
        pillars: Pillar of each action.
        verbs: Verb of each action.
        stages: (actions, days) recorded stage, `NOT_YET` before an action was added.
    """

    days: tuple[dt.date, ...]
    actions: tuple[str, ...]
    pillars: tuple[int, ...]
    verbs: tuple[str, ...]
    stages: NDArray[np.int8]

    @property
    def latest(self) -> NDArray[np.int8]:
        """(actions) recorded stage on the last day."""
        return np.asarray(self.stages[:, -1])


@dataclass(frozen=True)
class Groups:
    """Pairs of pillar and verb that occur: `pillar` and `verb` (groups) are places in the two tuples."""

    pillars: tuple[int, ...]
    verbs: tuple[str, ...]
    pillar: Ints
    verb: Ints
    of_action: Ints
    """(actions) group of each action."""


@dataclass(frozen=True)
class Observations:
    """Counts that the likelihood needs.

    Attributes:
        groups: Who is pooled with whom.
        months: (lengths) times between readings that occur.
        moves: (groups, lengths, 4, 4) how often visible actions were at one stage and then at another.
        seen: How many actions began at 0 and were seen later.
        unseen_group: (unseen) group of each action that was never seen.
        unseen_times: (unseen, lengths) how many times of each length it was followed.
        unseen: (actions) place of each action among those never seen, -1 where it was seen.
    """

    groups: Groups
    months: Floats
    moves: Floats
    seen: int
    unseen_group: Ints
    unseen_times: Floats
    unseen: Ints


def months_between(before: dt.date, after: dt.date) -> float:
    """Return the calendar months between two days: from one month's last day to the next one's is 1."""
    return _month_place(after) - _month_place(before)


def _month_place(day: dt.date) -> float:
    return 12 * day.year + day.month + day.day / calendar.monthrange(day.year, day.month)[1]


def read_record(strategy: Strategy, as_of: dt.date) -> Record:
    """Return the stages on record at the release and at each quarter's end up to a day.

    Raises:
        InputError: If the strategy was not released by the day.
    """
    panel = quarterly_panel(strategy, as_of)
    first = stages(strategy.as_of(panel.released), panel.released)
    start = np.array([first.get(name, NOT_YET) for name in panel.actions], dtype=np.int8)
    own = np.array(panel.distinct, dtype=bool)
    table = np.concatenate([start[:, None], panel.stages], axis=1)
    days = (panel.released, *panel.days)
    if days[1] == days[0]:
        days, table = days[1:], table[:, 1:]
    return Record(
        days=days,
        actions=tuple(compress(panel.actions, own)),
        pillars=tuple(compress(panel.pillars, own)),
        verbs=tuple(compress(panel.verbs, own)),
        stages=table[own],
    )


def group_actions(record: Record) -> Groups:
    """Return the pairs of pillar and verb of a record, in order."""
    pillars, verbs = tuple(sorted(set(record.pillars))), tuple(sorted(set(record.verbs)))
    pairs = [
        (pillars.index(pillar), verbs.index(verb))
        for pillar, verb in zip(record.pillars, record.verbs, strict=True)
    ]
    names = sorted(set(pairs))
    return Groups(
        pillars=pillars,
        verbs=verbs,
        pillar=np.array([pair[0] for pair in names], dtype=np.int64),
        verb=np.array([pair[1] for pair in names], dtype=np.int64),
        of_action=np.array([names.index(pair) for pair in pairs], dtype=np.int64),
    )


def observe(record: Record) -> Observations:
    """Return the counts of a record; arrays are described at `Observations`."""
    groups = group_actions(record)
    between = [months_between(*pair) for pair in pairwise(record.days)]
    lengths = sorted(set(between))
    moves = np.zeros((groups.pillar.size, len(lengths), STAGES, STAGES))
    seen = 0
    unseen_group: list[int] = []
    unseen_times: list[Floats] = []
    unseen = np.full(len(record.actions), -1, dtype=np.int64)
    for place, row in enumerate(record.stages):
        group = groups.of_action[place]
        present = np.flatnonzero(row != NOT_YET)
        visible = bool(np.any(row > 0))
        times = np.zeros(len(lengths))
        for column in present[:-1]:
            length = lengths.index(between[column])
            times[length] += 1.0
            if visible:
                moves[group, length, row[column], row[column + 1]] += 1.0
        if not visible:
            unseen[place] = len(unseen_group)
            unseen_group.append(int(group))
            unseen_times.append(times)
        elif row[present[0]] == 0:
            seen += 1
    return Observations(
        groups=groups,
        months=np.array(lengths, dtype=np.float64),
        moves=moves,
        seen=seen,
        unseen_group=np.array(unseen_group, dtype=np.int64),
        unseen_times=np.array(unseen_times, dtype=np.float64).reshape(len(unseen_group), len(lengths)),
        unseen=unseen,
    )
