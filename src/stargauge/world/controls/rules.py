"""The rules on a day: which is in force, suspended, not enforced, or not known to be."""

from __future__ import annotations

import datetime as dt
from functools import cache

from stargauge.world.controls.rows import RuleRow
from stargauge.world.controls.tables import SOURCES_UNTIL, load_controls

STATUSES = (
    "not yet", "in force", "announced", "suspended", "unknown", "not enforced", "replaced", "not in force",
)  # fmt: skip
"""What a rule can be on a day. Announced: news that is no rule; not in force: a draft or bill; unknown:
after a suspension that had an end."""


@cache
def rules() -> dict[str, RuleRow]:
    """Return the rules by id, in order of time."""
    return {row.rule: row for row in load_controls().rules}


def status(rule: RuleRow, day: dt.date) -> str:
    """Return what a rule is on a day, one of `STATUSES`.

    A suspension that ends on a set day leaves the rule unknown after it where no source read goes so far.
    """
    if rule.in_force is None:
        return "not yet" if day < rule.known_from else "not in force"
    if day < rule.in_force:
        return "not yet"
    if rule.last_day is not None and day > rule.last_day:
        return "replaced"
    if rule.not_enforced_from is not None and day >= rule.not_enforced_from:
        return "not enforced"
    if rule.suspended_from is not None and rule.suspended_until is not None and day >= rule.suspended_from:
        return "suspended" if day <= rule.suspended_until else _after(rule.suspended_until)
    return "announced" if rule.effect == "news" else "in force"


def _after(end: dt.date) -> str:
    return "unknown" if end >= SOURCES_UNTIL else "in force"


def holds(name: str, day: dt.date) -> bool:
    """Return whether a rule is in force on a day, or news is out.

    Raises:
        KeyError: If there is no such rule.
    """
    return status(rules()[name], day) in ("in force", "announced")


def first_day(name: str) -> dt.date:
    """Return the day a rule came into force.

    Raises:
        KeyError: If there is no such rule.
        ValueError: If it never did.
    """
    day = rules()[name].in_force
    if day is None:
        raise ValueError(f"{name} was never in force")
    return day
