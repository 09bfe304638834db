"""What of an answer does not depend on futures: what was promised, and what stands, by programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.facts import Tables
from stargauge.model import NATION, PledgeTest
from stargauge.scenario import Scenario
from stargauge.web.frames import Frame

Floats = NDArray[np.float64]

PLANNED_END = 2
"""Column of a phase's plan that holds the month in which it is to be energised."""


@dataclass(frozen=True)
class Promise:
    """A pledge that can be tested.

    Attributes:
        told: What is told of it whatever the futures.
        due_month: The month of the run in which it is due, nan beyond.
        counts: The programme, as it is simulated, of the first site that counts.
    """

    told: dict[str, Any]
    due_month: float
    counts: str


def watched(frame: Frame, tables: Tables, scenario: Scenario) -> list[str]:
    """Return the programmes that a scenario watches, by their name, a site's, or that of a pledge."""
    delivery = frame.prepared.delivery
    pledges = [(set(row["counts_sites"].split()), row["programme"]) for row in tables.pledges.to_dicts()]
    found = []
    for programme in frame.prepared.plan.programmes:
        sites = {phase.site_id for phase in delivery.phases if phase.programme == programme}
        labels = {programme, *sites, *(name for counted, name in pledges if sites & counted)}
        if any(scenario.watches(label) for label in labels):
            found.append(programme)
    return found


def programmes(frame: Frame, tables: Tables, scenario: Scenario) -> list[dict[str, Any]]:
    """Return name, country and MW energised and announced of the programmes that a scenario watches."""
    found = []
    for name in watched(frame, tables, scenario):
        phases = [phase for phase in frame.prepared.delivery.phases if phase.programme == name]
        top: dict[str, float] = {}
        for phase in phases:
            top[phase.site_id] = max(top.get(phase.site_id, 0.0), phase.cumulative_mw)
        found.append(
            {
                "name": name,
                "country": phases[0].country if phases else NATION,
                "energised_mw": sum(phase.facility_mw for phase in phases if phase.kind == "energised"),
                "announced_mw": sum(top.values()),
            }
        )
    return found


def promises(frame: Frame, tables: Tables, scenario: Scenario) -> list[Promise]:
    """Return the pledges that count a site of a programme that a scenario watches."""
    delivery = frame.prepared.delivery
    programme_of = {phase.site_id: phase.programme for phase in delivery.phases}
    seen = set(watched(frame, tables, scenario))
    found = []
    for test in frame.prepared.plan.pledges:
        counted = [programme_of.get(delivery.groups[group], "") for group in test.groups]
        if seen.intersection(counted):
            found.append(Promise(_told(frame, tables, test), test.due_month, counted[0]))
    return found


def _told(frame: Frame, tables: Tables, test: PledgeTest) -> dict[str, Any]:
    delivery = frame.prepared.delivery
    row = tables.pledges.row(by_predicate=pl.col("id") == test.pledge_id, named=True)
    sites = [delivery.groups[group] for group in test.groups]
    standing = [phase for phase in delivery.phases if phase.site_id in sites and phase.kind == "energised"]
    return {
        "pledge_id": test.pledge_id,
        "programme": test.programme,
        "promised": row["promised"],
        "announced": str(row["announced"]),
        "due_mw": row["due_mw"],
        "basis": row["basis"],
        "due_facility_mw": test.due_mw,
        "deadline": str(row["deadline"]),
        "sites": [site for site in sites if "(unannounced)" not in site],
        "unannounced": any("(unannounced)" in site for site in sites),
        "standing_mw": sum((phase.facility_mw for phase in standing), 0.0),
        "standing_it_mw": sum((phase.it_mw for phase in standing), 0.0),
        "source": row["source"],
        "address": row["address"],
        "grade": row["confidence"],
    }


def pledged_mw(frame: Frame) -> Floats:
    """Return (months) facility MW of named programmes if every dated phase came on its announced date.

    What stands by the as-of date is as it was; phases without a date are left out.
    """
    delivery, plan = frame.prepared.delivery, frame.prepared.plan
    named = [group for groups in plan.groups for group in groups]
    total: Floats = delivery.history_mw[named].sum(axis=0)
    arrays = delivery.arrays
    rows = [row for items in plan.items for row in items]
    months = np.arange(delivery.horizon)
    now = int(delivery.now)
    for row in rows:
        due = arrays.plan[row, PLANNED_END]
        if not np.isnan(due):
            # What was due and does not stand is due at once: the past is not told anew.
            total = total + arrays.facility_mw[row] * (months >= max(np.floor(due), now))
    return total
