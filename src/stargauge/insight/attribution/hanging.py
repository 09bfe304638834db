"""Which actions a lever's share hangs on: it is split by what each action is expected to gain.

An action gains what its stage is expected to be worth in the month of the outcome less what it is expected
to be worth on the as-of date, over the futures of the plan. The lever's share is split in proportion, so that
the parts add up to it: an action that is expected to fall takes away, one that stays gets nothing. It is a
split of the expectation and no second attribution: an action that comes early is told apart from one that
comes late only by the month of the outcome.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stargauge.insight.attribution.answer import ActionShare, OutcomeShares
from stargauge.insight.attribution.game import LeverGame
from stargauge.insight.outcomes import ChanceOutcome, Outcome, PathOutcome
from stargauge.policy import Course, expected_worth

NO_GAIN = 1e-12
"""Together the actions gain nothing: what the lever adds nevertheless is split evenly."""


def month_of(outcome: Outcome, months: int) -> int:
    """Return the month of a run by which actions count towards an outcome."""
    if isinstance(outcome, PathOutcome):
        return outcome.last
    if isinstance(outcome, ChanceOutcome):
        return min(months - 1, int(outcome.due))
    return months - 1


def with_actions(told: OutcomeShares, outcome: Outcome, game: LeverGame, course: Course) -> OutcomeShares:
    """Return the shares of an outcome with each lever's split among its actions.

    A lever that the scenario sets by that month hangs on no action.

    Args:
        told: Shares of the levers.
        outcome: The outcome.
        game: The levers at work.
        course: What becomes of the plan in the scenario.
    """
    month = month_of(outcome, course.months)
    now, then = expected_worth(course, month)
    if game.full_force:
        then = np.ones_like(now)
    levers = []
    for share in told.levers:
        set_by_then = not np.isnan(game.scenario.lever_path(share.lever)[: month + 1]).all()
        if share.lever not in course.levers or (set_by_then and not game.full_force):
            levers.append(share)
            continue
        rows = np.flatnonzero(course.lever == course.levers.index(share.lever))
        gain = then[rows] - now[rows]
        total = gain.sum()
        parts = gain / total if abs(total) > NO_GAIN else np.full(rows.size, 1.0 / rows.size)
        levers.append(
            replace(
                share,
                actions=tuple(
                    ActionShare(
                        action=course.actions[row],
                        worth_now=float(now[row]),
                        worth_then=float(then[row]),
                        part=float(part),
                        value=float(part * share.value),
                    )
                    for row, part in zip(rows, parts, strict=True)
                ),
            )
        )
    return replace(told, levers=tuple(levers), month=game.scenario.months()[month])
