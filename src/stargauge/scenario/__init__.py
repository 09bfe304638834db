"""What a user writes: a YAML file read into a checked, frozen `Scenario`, with every mistake and its line."""

from __future__ import annotations

from stargauge.scenario.amounts import FactOverride
from stargauge.scenario.desk import (
    NewScenario,
    ScenarioCheck,
    ScenarioList,
    check_scenario,
    describe_builtins,
    diff_scenarios,
    new_scenario,
)
from stargauge.scenario.difference import Difference, ScenarioDiff, difference
from stargauge.scenario.levers import LEVERS, Lever
from stargauge.scenario.parts import SuppliedPath
from stargauge.scenario.policy import FORCED_STAGES, Forced, Policy
from stargauge.scenario.reader import build_scenario, builtin_names, changed, load_scenario, parse_scenario
from stargauge.scenario.scenario import STAGES, Scenario
from stargauge.scenario.schema import SCHEMA_NAME, scenario_schema, schema_text
from stargauge.scenario.vocabulary import PlanNames, Vocabulary, shipped_vocabulary
from stargauge.scenario.world import World
from stargauge.scenario.writing import to_yaml

__all__ = [
    "FORCED_STAGES",
    "LEVERS",
    "SCHEMA_NAME",
    "STAGES",
    "Difference",
    "FactOverride",
    "Forced",
    "Lever",
    "NewScenario",
    "PlanNames",
    "Policy",
    "Scenario",
    "ScenarioCheck",
    "ScenarioDiff",
    "ScenarioList",
    "SuppliedPath",
    "Vocabulary",
    "World",
    "build_scenario",
    "builtin_names",
    "changed",
    "check_scenario",
    "describe_builtins",
    "diff_scenarios",
    "difference",
    "load_scenario",
    "new_scenario",
    "parse_scenario",
    "scenario_schema",
    "schema_text",
    "shipped_vocabulary",
    "to_yaml",
]
