"""The command line: one short function a command, no logic; what is heavy is imported when it is used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from stargauge import __version__
from stargauge.cli.claims import claims
from stargauge.cli.controls import controls_app
from stargauge.cli.days import day
from stargauge.cli.grid import grid_app
from stargauge.cli.insight import compare, levers
from stargauge.cli.options import AsJson
from stargauge.cli.plan import plan_app
from stargauge.cli.power import data_app, power_app
from stargauge.cli.serve import serve
from stargauge.cli.world import world_app
from stargauge.errors import InputError, StargaugeError
from stargauge.terminal import show

app = App(
    name="stargauge",
    version=__version__,
    help="How far does a national AI strategy get, from plan, to power, to position?",
)
scenario_app = App(name="scenario", help="Make, check, list and compare scenarios.")
app.command(scenario_app)
app.command(grid_app)
app.command(plan_app)
app.command(power_app)
app.command(data_app)
app.command(controls_app)
app.command(world_app)
app.command(levers)
app.command(compare)
app.command(serve)
app.command(claims)

OutFolder = Annotated[Path, Parameter(help="Run folder to write; a run interrupted there is gone on with.")]

DEFAULT_OUT = Path("stargauge-run")
DEFAULT_SCENARIO = "us-2026"


@app.command
def run(
    scenario: str = DEFAULT_SCENARIO,
    *,
    futures: Annotated[int | None, Parameter(help="Number of futures; the scenario's by default.")] = None,
    out: OutFolder = DEFAULT_OUT,
    seed: Annotated[int | None, Parameter(help="Seed of all draws; the scenario's by default.")] = None,
    workers: Annotated[int | None, Parameter(help="Worker processes; one a processor by default.")] = None,
    cluster: Annotated[
        str | None, Parameter(help="Dask: local:N, or the address of a scheduler (extra: cluster).")
    ] = None,
    fresh: Annotated[bool, Parameter(negative="", help="Start over, whatever run the folder holds.")] = False,
    as_json: AsJson = False,
) -> None:
    """What becomes of the megaprojects that were promised: MW by when, which pledge is kept, what is late.

    Reads a built-in scenario or a YAML file, and the facts that ship with the program. Writes a run folder:
    results as Parquet, the run record, and report.html.

    Args:
        scenario: Built-in name (see `stargauge scenario list`) or path of a scenario file.
    """
    from stargauge.commands import run_command

    run_command(scenario, futures, out, seed, workers, cluster, fresh, as_json)


@app.command
def track(
    programme: str | None = None,
    *,
    as_of: Annotated[str | None, Parameter(help="Day YYYY-MM-DD; the newest fact's by default.")] = None,
    events: Annotated[bool, Parameter(negative="", help="List every event with its source.")] = False,
    as_json: AsJson = False,
) -> None:
    """What was promised, what stands, and who says otherwise; no model.

    Reads the facts that ship with the program; writes nothing.

    Args:
        programme: Programme, site or pledge; all programmes by default.
    """
    from stargauge.track import track as answer

    show(answer(programme, day("--as-of", as_of), events), as_json)


@app.command
def facts(query: str | None = None, *, as_json: AsJson = False) -> None:
    """What a number is, where it is from, what uses it and who disagrees.

    Reads the facts that ship with the program; writes nothing.

    Args:
        query: Id of a fact, or words to look for; an overview by default.
    """
    from stargauge.facts import load_registry
    from stargauge.facts.explain import explain, overview

    registry = load_registry()
    show(explain(query, registry) if query else overview(registry), as_json)


@app.command
def backtest(
    *,
    futures: Annotated[int, Parameter(help="Futures of each run.")] = 2048,
    as_json: AsJson = False,
) -> None:
    """How well the model would have done: as of each past vintage, against two baselines bare and dressed.

    Reads the facts that ship with the program; writes nothing. With --json it lists every pair.
    """
    from stargauge.commands import backtest_command

    backtest_command(futures, as_json)


@app.command
def verify(
    run_folder: Path = DEFAULT_OUT,
    *,
    block: Annotated[
        tuple[int, ...], Parameter(help="Blocks to compute again; the first and one more by default.")
    ] = (),
    as_json: AsJson = False,
) -> None:
    """Whether a run folder holds what its record says: hash every file, compute blocks again, compare bits.

    Reads the run folder; writes nothing. Exits with 1 where something does not agree.

    Args:
        run_folder: Folder of a finished run.
    """
    from stargauge.commands import verify_command

    if not verify_command(run_folder, block, as_json):
        sys.exit(1)


@scenario_app.command(name="new")
def scenario_new(path: Path, *, base: str = DEFAULT_SCENARIO, as_json: AsJson = False) -> None:
    """Write a commented starter file and its schema beside it; nothing is overwritten.

    Args:
        path: File to write.
        base: Built-in scenario that the new one extends.
    """
    from stargauge.policy import plan_vocabulary
    from stargauge.scenario import new_scenario

    show(new_scenario(path, base, vocabulary=plan_vocabulary()), as_json)


@scenario_app.command(name="check")
def scenario_check(scenario: str, *, as_json: AsJson = False) -> None:
    """Check a scenario and say what it asks; reads it, writes nothing.

    Args:
        scenario: Built-in name or path.
    """
    from stargauge.policy import plan_vocabulary, read_levers, remarks
    from stargauge.scenario import check_scenario

    checked = check_scenario(scenario, read_levers(), vocabulary=plan_vocabulary(), remarks=remarks)
    show(checked, as_json)


@scenario_app.command(name="list")
def scenario_list(*, as_json: AsJson = False) -> None:
    """List the built-in scenarios; reads them, writes nothing."""
    from stargauge.scenario import describe_builtins

    show(describe_builtins(), as_json)


@scenario_app.command(name="diff")
def scenario_diff(first: str, second: str, *, as_json: AsJson = False) -> None:
    """Say where two scenarios differ, and nothing else; reads both, writes nothing.

    Args:
        first: Built-in name or path.
        second: Built-in name or path.
    """
    from stargauge.policy import plan_vocabulary
    from stargauge.scenario import diff_scenarios

    show(diff_scenarios(first, second, vocabulary=plan_vocabulary()), as_json)


@scenario_app.command(name="schema")
def scenario_schema_command(*, as_json: AsJson = False) -> None:
    """Print the JSON Schema of a scenario file; writes nothing."""
    from stargauge.scenario import schema_text

    print(schema_text(), end="")


def main(tokens: list[str] | None = None) -> None:
    """Run the command line; errors are printed once, and their exit code is returned to the shell."""
    try:
        app(tokens, exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        sys.exit(InputError.exit_code)
    except StargaugeError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
