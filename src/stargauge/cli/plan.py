"""The command line of the plan: one short function a command, no logic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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


@plan_app.command(name="backtest")
def plan_backtest_command(
    *,
    as_of: Annotated[
        str | None,
        Parameter(name="--as-of", help="Day up to which events are known; 2025-12-31 by default."),
    ] = None,
    strategy: Strategy = DEFAULT_STRATEGY,
    as_json: AsJson = False,
) -> None:
    """Stages predicted from the events known on an earlier day, beside simpler forecasts.

    Reads the strategy that ships with the program; writes nothing. Takes some seconds.
    """
    from stargauge.commands import plan_backtest_answer

    show(plan_backtest_answer(day("--as-of", as_of), strategy), as_json)


@plan_app.command
def outlook(
    *,
    as_of: AsOf = None,
    until: Annotated[int, Parameter(help="Last year shown.")] = 2030,
    strategy: Strategy = DEFAULT_STRATEGY,
    as_json: AsJson = False,
) -> None:
    """How far actions and levers are likely to get, by year, if things go on at the pace seen.

    Reads the strategy that ships with the program; writes nothing. Takes some seconds.
    """
    from stargauge.commands import plan_outlook_answer

    show(plan_outlook_answer(day("--as-of", as_of), until, strategy), as_json)


@plan_app.command
def export(
    *,
    output_format: Annotated[
        Literal["stratml"], Parameter(name="--format", help="The form: stratml (ISO 17469).")
    ] = "stratml",
    kind: Annotated[
        Literal["core", "performance"],
        Parameter(help="core: the plan alone; performance: with stages and evidence."),
    ] = "core",
    strategy: Strategy = DEFAULT_STRATEGY,
    as_of: AsOf = None,
    output: Annotated[
        Path | None, Parameter(name=("--output", "-o"), help="File to write; printed by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The strategy as a StratML document, for other tools that read strategic plans.

    Reads the strategy that ships with the program; writes the file that -o names, else prints the document.
    Needs the extra: plan.
    """
    from stargauge.policy.stratml import export_plan

    answer = export_plan(strategy, kind, day("--as-of", as_of), output)
    if output is None and not as_json:
        print(answer.content.decode(), end="")
    else:
        show(answer, as_json)


@plan_app.command(name="import")
def import_command(
    file: Path,
    *,
    output: Annotated[
        Path | None, Parameter(name=("--output", "-o"), help="Folder to make; the strategy's id by default.")
    ] = None,
    identity: Annotated[
        str | None, Parameter(name="--id", help="Id of the strategy; from its name by default.")
    ] = None,
    issuer: Annotated[str | None, Parameter(help="Who issued it, where the file does not say.")] = None,
    place: Annotated[str | None, Parameter(help="Country or region; StratML does not hold it.")] = None,
    released: Annotated[str | None, Parameter(help="Day of release, where the file does not say.")] = None,
    licence: Annotated[str | None, Parameter(help="Terms of the file; StratML does not hold them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a strategy folder from a StratML file: a core plan, a performance plan or a report.

    Reads the file and nothing that it names; writes a new folder, whole or not at all. Needs the extra: plan.

    Args:
        file: A StratML document in UTF-8.
    """
    from stargauge.policy.stratml import import_plan

    given = {"id": identity, "issuer": issuer, "place": place, "released": released, "licence": licence}
    show(import_plan(file, output, given), as_json)
