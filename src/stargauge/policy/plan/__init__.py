"""A strategy as data: its actions, how far each has got by written rules, and what its levers do."""

from stargauge.policy.plan.answer import (
    ActionLine,
    LeversAnswer,
    PlanAnswer,
    StatusAnswer,
    TimelineAnswer,
    plan,
    plan_levers,
    plan_status,
    plan_timeline,
)
from stargauge.policy.plan.forms import FORMS, STAGE_WORDS
from stargauge.policy.plan.levers import LeverLine, effect_input, lever_lines
from stargauge.policy.plan.loading import DEFAULT_STRATEGY, load_strategy, read_strategy, strategy_names
from stargauge.policy.plan.panel import NOT_YET, Panel, quarterly_panel
from stargauge.policy.plan.records import Action, Agency, Event, Judgement, LineageEntry, Pillar, Section
from stargauge.policy.plan.status import ActionStage, Step, action_stage, stages
from stargauge.policy.plan.strategy import Strategy

__all__ = [
    "DEFAULT_STRATEGY",
    "FORMS",
    "NOT_YET",
    "STAGE_WORDS",
    "Action",
    "ActionLine",
    "ActionStage",
    "Agency",
    "Event",
    "Judgement",
    "LeverLine",
    "LeversAnswer",
    "LineageEntry",
    "Panel",
    "Pillar",
    "PlanAnswer",
    "Section",
    "StatusAnswer",
    "Step",
    "Strategy",
    "TimelineAnswer",
    "action_stage",
    "effect_input",
    "lever_lines",
    "load_strategy",
    "plan",
    "plan_levers",
    "plan_status",
    "plan_timeline",
    "quarterly_panel",
    "read_strategy",
    "stages",
    "strategy_names",
]
