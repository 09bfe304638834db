"""What is on record, as plain data, without any future: scenarios, levers, sites."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from stargauge.errors import InputError, Mistake
from stargauge.facts import Fact, load_registry, load_tables
from stargauge.policy import expected_worth, plan_vocabulary, read_levers, remarks
from stargauge.policy.plan import STAGE_WORDS, LeverLine, Strategy, action_stage, lever_lines, load_strategy
from stargauge.runs import run_inputs
from stargauge.scenario import Scenario, builtin_names, difference, load_scenario, shipped_vocabulary, to_yaml
from stargauge.scenario.desk import idle_statements
from stargauge.scenario.difference import in_words
from stargauge.track import track
from stargauge.web.frames import Frame

FRAME_FIELDS = ("stargauge", "name", "title", "description", "start", "end", "as_of", "seed", "futures")
"""Fields that are no change of what is asked."""


@cache
def builtin(name: str) -> Scenario:
    """Return a built-in scenario, never a file.

    Raises:
        InputError: There is none of that name.
    """
    if name not in builtin_names():
        known = ", ".join(builtin_names())
        said = f'"{name}" is no built-in scenario; there are {known}'
        raise InputError("The request", [Mistake(0, "scenario", said)], "nothing was found")
    return load_scenario(name, vocabulary=plan_vocabulary())


def scenario_line(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario in a list."""
    return {
        "name": scenario.name,
        "title": scenario.heading,
        "description": scenario.description,
        "as_of": scenario.as_of.isoformat(),
        "digest": scenario.digest(),
    }


def scenario_lines() -> list[dict[str, Any]]:
    """Return the built-in scenarios."""
    return [scenario_line(builtin(name)) for name in builtin_names()]


@cache
def facts_seen(name: str) -> dict[str, str]:
    """Return the date of the newest fact that a scenario sees, and the digest of facts and tables."""
    inputs = run_inputs(builtin(name), load_registry())
    return {"facts_as_of": inputs.facts_as_of, "facts_digest": inputs.facts_digest}


def whole_scenario(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario with all of its fields, as JSON and as the text of a file."""
    return {**scenario_line(scenario), "scenario": scenario.canonical(), "yaml": to_yaml(scenario)}


def checked_scenario(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario changes against doing nothing, and what of it moves no result."""
    plain = Scenario(stargauge=1, name=scenario.name, as_of=scenario.as_of)
    changes = [one for one in difference(plain, scenario).differences if one.field not in FRAME_FIELDS]
    idle = (*idle_statements(scenario, read_levers(), shipped_vocabulary()), *remarks(scenario))
    return {
        **whole_scenario(scenario),
        "changes": [{"field": one.field, "value": in_words(one.field, one.b)} for one in changes],
        "idle": list(idle),
    }


def levers(frame: Frame, scenario: Scenario) -> dict[str, Any]:
    """Return every lever by pillar: its actions and their stages, its effect and source, where it stands.

    Args:
        frame: The scenario made ready.
        scenario: The scenario.
    """
    strategy = load_strategy(scenario.policy.strategy)
    released = scenario.as_of >= strategy.identity.released
    known = strategy.as_of(scenario.as_of) if released else strategy
    course = frame.prepared.course
    now = then = np.empty(0)
    if course.levers:
        now, then = (worth for worth in expected_worth(course, course.months - 1))
    found = []
    for line in lever_lines(known, load_registry(), scenario.as_of):
        own = course.lever == course.levers.index(line.name) if line.name in course.levers else None
        found.append(
            {
                "name": line.name,
                "pillar": line.pillar,
                "meaning": line.meaning,
                "modelled": line.name in read_levers(),
                "acts_on": line.acts_on,
                "because": line.because,
                "effect": _effect(line.fact) if line.fact is not None else None,
                "actions": _actions(known, line) if released else [],
                "now": None if own is None else float(now[own].mean()),
                "expected_end": None if own is None else float(then[own].mean()),
                "set": [step.canonical() for step in scenario.levers.get(line.name, ())],
            }
        )
    return {
        "scenario": scenario.name,
        "as_of": scenario.as_of.isoformat(),
        "strategy": strategy.id,
        "remark": course.remark,
        "stages": list(STAGE_WORDS),
        "levers": found,
    }


def _effect(fact: Fact) -> dict[str, Any]:
    low, middle, high = (float(one) for one in fact.distribution.quantile(np.array([0.05, 0.5, 0.95])))
    return {
        "fact": fact.id,
        "title": fact.title,
        "p05": low,
        "p50": middle,
        "p95": high,
        "unit": fact.unit,
        "source": fact.source,
        "address": fact.address,
        "grade": fact.confidence,
        "known_from": fact.known_from.isoformat(),
    }


def _actions(strategy: Strategy, line: LeverLine) -> list[dict[str, Any]]:
    found = []
    for name in line.actions:
        action, status = strategy.action_by_id[name], action_stage(strategy, name)
        found.append(
            {
                "id": action.id,
                "title": action.text,
                "stage": status.stage,
                "since": status.since.isoformat() if status.since else None,
                "page": action.page,
                "agencies": list(action.agencies),
            }
        )
    return found


def sites() -> dict[str, Any]:
    """Return every site with a position: what was pledged there, what stands, who says so."""
    tables = load_tables()
    answer = track()
    status = {site.site_id: site for one in answer.statuses for site in one.sites}
    found = []
    for row in tables.sites.sort("site_id").iter_rows(named=True):
        seen = status.get(row["site_id"])
        energised = seen.energised_facility_mw if seen else row["energised_facility_mw"]
        begun = (seen.construction_start if seen else None) or row["construction_start"]
        found.append(
            {
                "site_id": row["site_id"],
                "name": row["name"],
                "programme": row["programme"],
                "operator": row["operator"],
                "city": row["city"],
                "state": row["state_or_region"],
                "country": row["country"],
                "lat": row["lat"],
                "lon": row["lon"],
                "position_basis": row["position_basis"],
                "status": "energised" if energised else "under way" if begun else "pledged",
                "energised_facility_mw": energised,
                "energised_it_mw": seen.energised_it_mw if seen else row["energised_it_mw"],
                "planned_facility_mw": row["planned_facility_mw"],
                "planned_it_mw": row["planned_it_mw"],
                "construction_start": begun.isoformat() if begun else None,
                "first_power": row["first_power"].isoformat() if row["first_power"] else None,
                "observation": row["latest_observation"],
                "observation_at": (
                    row["latest_observation_at"].isoformat() if row["latest_observation_at"] else None
                ),
                "source": row["source"],
                "address": row["address"],
                "licence": row["licence"],
                "grade": row["confidence"],
            }
        )
    return {"as_of": answer.as_of.isoformat(), "sites": found}
