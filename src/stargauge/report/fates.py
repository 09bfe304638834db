"""What has become of a pledge by the as-of date, read off the answers."""

from __future__ import annotations

from enum import StrEnum

from stargauge.facts import PLEDGE_ROUNDING
from stargauge.insight import Answers, PledgeAnswer


class Fate(StrEnum):
    """States of a pledge, in the order in which they are told."""

    KEPT = "kept"
    STOOD = "stood"
    KEPT_LATE = "kept_late"
    MISSED = "missed"
    OPEN = "open"
    BEYOND = "beyond"


def fate(pledge: PledgeAnswer, answers: Answers) -> Fate:
    """Return the state of a pledge, by months, as the run counts them.

    A pledge stands within `PLEDGE_ROUNDING` of its MW. One due in the month of the as-of date is open. One
    that stands, and whose deadline is before the run's first month, was fulfilled at a time that the run
    cannot tell (`STOOD`).
    """
    due = pledge.deadline[:7]
    stands = pledge.standing_mw >= pledge.due_facility_mw * (1.0 - PLEDGE_ROUNDING)
    if stands:
        if due < answers.months[0]:
            return Fate.STOOD
        reached = pledge.reached_p50
        return Fate.KEPT_LATE if reached is not None and reached > due else Fate.KEPT
    if due < answers.as_of[:7]:
        return Fate.MISSED
    return Fate.BEYOND if pledge.chance_in_time is None else Fate.OPEN


def headline(answers: Answers) -> PledgeAnswer | None:
    """Return the pledge a reader asks for first: the largest, of equals the earliest; None without any."""
    return min(
        answers.pledges, key=lambda one: (-one.due_facility_mw, one.announced, one.pledge_id), default=None
    )
