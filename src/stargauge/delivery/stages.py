"""Stages of a phase, the plan behind a date, and the causes a late month is charged to.

A phase runs through land and permits, then power and construction side by side, then fit-out, and is then
ready; it is energised when the shared limits let it. The *plan* behind a promised or forecast date is that
date back-cast by the reference medians of fit-out and construction (`docs/model.md`, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from stargauge.delivery.calendar import month_number
from stargauge.facts import ReferenceMonths, planned_milestones


class Stage(IntEnum):
    """Columns of every array with a stage axis."""

    LAND = 0
    POWER = 1
    CONSTRUCTION = 2
    FITOUT = 3


class Status(IntEnum):
    """Where a phase stands on its status date; the order is the order of work."""

    LAND = 0
    BUILD = 1
    FITOUT = 2
    ENERGISED = 3


class Cause(IntEnum):
    """What a late month is charged to: a stage on the critical path, or the limit that binds.

    The order breaks ties, the first one named taking the month.
    """

    PERMITS = 0
    POWER = 1
    CONSTRUCTION = 2
    FITOUT = 3
    HEADROOM = 4
    CHIPS = 5
    CAPITAL = 6
    EQUIPMENT = 7


CAUSE_NAMES = {
    Cause.PERMITS: "late start of building",
    Cause.POWER: "power",
    Cause.CONSTRUCTION: "construction",
    Cause.FITOUT: "fit-out",
    Cause.HEADROOM: "regional headroom",
    Cause.CHIPS: "chip supply",
    Cause.CAPITAL: "capital",
    Cause.EQUIPMENT: "on-site equipment",
}


@dataclass(frozen=True)
class Reference:
    """Reference medians (months) and log standard deviations of each stage, from facts.

    `power_months` is by power class (`grid`, `onsite`); `announced_land_months` is the time from an
    announcement to the start of building at a named site, `land_months` that of a site not yet chosen.
    """

    land_months: float
    announced_land_months: float
    power_months: dict[str, float]
    construction_months: float
    fitout_months: float
    land_log_sd: float
    announced_land_log_sd: float
    power_log_sd: dict[str, float]
    construction_log_sd: float

    @property
    def medians(self) -> ReferenceMonths:
        """The two medians that place a phase in a stage."""
        return ReferenceMonths(self.construction_months, self.fitout_months)


@dataclass(frozen=True)
class Plan:
    """Milestones of a phase in months from the start of the run; nan where there is no date to plan from."""

    land_end: float
    build_end: float
    energised: float


def back_cast(
    energised: date, started: date | None, opens_site: bool, reference: Reference, start: date
) -> Plan:
    """Return the plan behind a date, in months from the start of the run.

    Args:
        energised: The promised or forecast date.
        started: The day the site was seen building, or None.
        opens_site: Whether the phase is the site's first.
        reference: Reference medians.
        start: First day of the run.
    """
    plan = planned_milestones(energised, started, opens_site, reference.medians)
    return Plan(
        land_end=month_number(plan.build_start, start),
        build_end=month_number(plan.fitout_start, start),
        energised=month_number(plan.energised, start),
    )
