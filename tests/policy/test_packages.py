"""Names of the plan in scenarios: whom they stand for, and what is said of those that stand for nobody."""

from __future__ import annotations

import pytest

from stargauge.errors import InputError
from stargauge.policy import check_names, plan_vocabulary, prepare_course, remarks
from stargauge.policy.packages import PlanWords, actions_named
from stargauge.policy.plan import STAGE_WORDS, load_strategy
from stargauge.scenario import FORCED_STAGES, build_scenario, changed, load_scenario, parse_scenario

PLAN = load_strategy()


def test_stages_are_those_of_the_plan() -> None:
    assert STAGE_WORDS[1:] == FORCED_STAGES


def test_names_stand_for_actions() -> None:
    pillar_two = {action.id for action in PLAN.actions if PLAN.pillar_of(action.id) == 2}
    for name in ("II", "ii", "2", "P2", "pillar 2"):
        assert set(actions_named(PLAN, name)) == pillar_two
    assert len(pillar_two) == 29
    assert all(name.startswith("P2.1.") for name in actions_named(PLAN, "P2.1"))
    assert actions_named(PLAN, "P2.1.3") == ("P2.1.3",)
    assert set(actions_named(PLAN, "permitting_time")) == {
        action.id for action in PLAN.actions if action.lever == "permitting_time"
    }


def test_an_agency_stands_for_what_is_stated_and_what_is_implied() -> None:
    found = actions_named(PLAN, "DOE")
    assert set(found) == {PLAN.original(action.id) for action in PLAN.actions if "DOE" in action.agencies}
    bases = {PLAN.action_by_id[name].agencies_basis for name in found}
    assert bases == {"stated", "implied"}
    assert "P2.2.3" in actions_named(PLAN, "FERC")


def test_an_action_said_twice_is_one() -> None:
    assert actions_named(PLAN, "P3.7.3") == ("P3.6.4",)
    assert "P3.7.3" not in actions_named(PLAN, "III")


TEXT = """\
stargauge: 1
name: mine
extends: us-2026
futures: many
policy:
  off: [P2.1, DOEE, P9.1.1]
  delay:
    permiting_time: 12 months
    retirement_deferral: 1 year
  force:
    P2.2: {stage: in force, from: 2026-10}
    P4: begun
"""


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    with pytest.raises(InputError) as caught:
        parse_scenario(TEXT, "mine.yaml", vocabulary=plan_vocabulary())
    assert caught.value.exit_code == 2
    unknown = "is no pillar, section, agency, action or lever of the plan"
    assert [(one.line, one.field, one.message) for one in caught.value.mistakes] == [
        (
            4,
            "futures",
            '"many" is no number; expected a whole number from 1 to 10,000,000, for example 10000',
        ),
        (6, "policy.off[1]", f'"DOEE" {unknown}; did you mean DOE?'),
        (6, "policy.off[2]", f'"P9.1.1" {unknown}; did you mean P3.1.1?'),
        (8, "policy.delay.permiting_time", f'"permiting_time" {unknown}; did you mean permitting_time?'),
        (
            9,
            "policy.delay.retirement_deferral",
            "no action of the plan drives retirement_deferral; set it under levers",
        ),
        (
            11,
            "policy.force.P2.2.from",
            "2026-10 is not after 2026-10, the as-of month; what has happened is not forced",
        ),
        (12, "policy.force.P4", f'"P4" {unknown}; did you mean P3.4?'),
    ]


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("cn-east-data-west-compute", "is a plan of China, and levers act on the United States; write us-ai"),
        ("us-ai-action-pan", "no such strategy; did you mean us-ai-action-plan?"),
        ("nothing", "no such strategy; there is us-ai-action-plan"),
    ],
)
def test_only_a_plan_of_the_country_can_move_its_levers(strategy: str, said: str) -> None:
    assert said in PlanWords().strategy_fault(strategy)
    scenario = changed(load_scenario("us-2026"), policy={"strategy": strategy})
    with pytest.raises(InputError, match=r"policy\.strategy"):
        check_names(scenario)


def test_a_run_refuses_names_that_nobody_checked() -> None:
    fields = {"stargauge": 1, "name": "mine", "as_of": "2026-10-05", "policy": {"off": ["DOEE", "XX"]}}
    scenario = build_scenario(fields)
    with pytest.raises(InputError, match="mine has 2 mistakes"):
        prepare_course(scenario, None, (), None)  # type: ignore[arg-type]


def test_what_moves_nothing_is_told() -> None:
    base = load_scenario("us-2026")
    assert remarks(base) == ()
    told = remarks(changed(base, policy={"off": ["P3.1", "P2.1"], "force": {"P1.2.4": "begun"}}))
    assert told == ("policy.force P1.2.4: it drives no lever",)
    told = remarks(changed(base, policy={"delay": {"evaluation": "2 years"}}))
    assert told == ("policy.delay evaluation: its actions drive evaluation, tracked only",)
    early = changed(base, as_of="2025-03-01")
    assert "released on 2025-07-23" in remarks(early)[0]
    frozen = changed(base, policy={"execution": "frozen", "off": ["II"]})
    assert "where nothing goes on anyway" in remarks(frozen)[0]
