"""The command line of position among blocs: one short function a command, no logic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from stargauge.cli.insight import DEFAULT_SCENARIO, Workers, progress
from stargauge.cli.options import AsJson
from stargauge.terminal import show

world_app = App(
    name="world", help="Who stands where: compute, models, applications and rules among seven blocs."
)

ScenarioName = Annotated[str, Parameter(help="Built-in name or path of a scenario.")]


@world_app.default
def world(
    bloc: str | None = None,
    *,
    run: Annotated[Path | None, Parameter(help="Folder of a finished run whose world is shown.")] = None,
    scenario: ScenarioName = DEFAULT_SCENARIO,
    futures: Annotated[int, Parameter(help="Futures of the small run.")] = 1024,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Who stands where, by when: the class of world, who leads which layer, how many poles, each bloc.

    Makes a small run of a scenario, which is not kept, or reads a finished run with --run; writes nothing.

    Args:
        bloc: US, China, EU, allies, Gulf, India or rest; all of them by default.
    """
    from stargauge.insight.position import world_of_run, world_of_scenario

    if run is not None:
        show(world_of_run(run, bloc), as_json)
        return
    with progress() as advance:
        answer = world_of_scenario(scenario, bloc, futures, workers=workers, progress=advance)
    show(answer, as_json)


@world_app.command
def flips(
    scenario: str = DEFAULT_SCENARIO,
    *,
    futures: Annotated[int, Parameter(help="Futures of each reading.")] = 1024,
    as_json: AsJson = False,
) -> None:
    """Which conclusions flip: compute by owner, Gulf with the US, no network effect, chip sales, no robots.

    Every reading meets the same futures. Reads a scenario and the facts that ship with the program; writes
    nothing.

    Args:
        scenario: Built-in name or path.
    """
    from stargauge.insight.position import flips_of_scenario

    with progress() as advance:
        answer = flips_of_scenario(scenario, futures, advance)
    show(answer, as_json)


@world_app.command(name="backtest")
def world_backtest_command(*, as_json: AsJson = False) -> None:
    """Compute, spending, tokens and downloads as of earlier dates, against what came and two baselines.

    Reads the facts that ship with the program; writes nothing.
    """
    from stargauge.insight.world_backtest import world_backtest

    show(world_backtest(), as_json)
