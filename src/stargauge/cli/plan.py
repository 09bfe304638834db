"""The command line of the plan: one short function a command, no logic."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from stargauge.cli.days import AsOf, day
from stargauge.cli.options import AsJson
from stargauge.terminal import show

plan_app = App(name="plan", help="The strategy as data: its actions, and how far each has got.")

DEFAULT_STRATEGY = "us-ai-action-plan"

Strategy = Annotated[
    str, Parameter(help="us-ai-action-plan, cn-east-data-west-compute, or a folder with another.")
]


@plan_app.default
def plan(
    query: str | None = None,
    *,
    as_of: AsOf = None,
    strategy: Strategy = DEFAULT_STRATEGY,
    as_json: AsJson = False,
) -> None:
    """What the strategy said would be done, and how far each action has got, on what evidence.

    Reads the strategy that ships with the program; writes nothing.

    Args:
        query: Action, section, pillar, agency, lever or words: P2.1.1, P2.1, II, DOE, permitting_time.
    """
    from stargauge.policy.plan import plan as answer

    show(answer(query, day("--as-of", as_of), strategy), as_json)


@plan_app.command
def status(*, as_of: AsOf = None, strategy: Strategy = DEFAULT_STRATEGY, as_json: AsJson = False) -> None:
    """How many actions stand where on a day, by pillar and section, and what moved lately.

    Reads the strategy that ships with the program; writes nothing.
    """
    from stargauge.policy.plan import plan_status

    show(plan_status(day("--as-of", as_of), strategy), as_json)


@plan_app.command
def timeline(*, as_of: AsOf = None, strategy: Strategy = DEFAULT_STRATEGY, as_json: AsJson = False) -> None:
    """Where the strategy came from, its stages by pillar and quarter, and the dates that are set.

    Reads the strategy that ships with the program; writes nothing.
    """
    from stargauge.policy.plan import plan_timeline

    show(plan_timeline(day("--as-of", as_of), strategy), as_json)


@plan_app.command
def levers(*, as_of: AsOf = None, strategy: Strategy = DEFAULT_STRATEGY, as_json: AsJson = False) -> None:
    """Which actions drive each lever, and what it does where a source gives a size.

    Reads the strategy and the facts that ship with the program; writes nothing.
    """
    from stargauge.policy.plan import plan_levers

    show(plan_levers(day("--as-of", as_of), strategy), as_json)
