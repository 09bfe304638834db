"""What the longer commands do between reading their options and printing their answer."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from stargauge.ensemble import Store, verify
from stargauge.facts import load_registry, load_tables
from stargauge.insight import Backtest, backtest
from stargauge.insight.position import world_beside
from stargauge.insight.strategy import strategy_answer
from stargauge.model import execution_luck, prepare
from stargauge.policy import plan_vocabulary
from stargauge.report import write_report
from stargauge.report.terminal import backtest_screen, run_screen
from stargauge.runs import run, run_inputs
from stargauge.scenario import changed, load_scenario, parse_scenario
from stargauge.terminal import console, show, show_json

if TYPE_CHECKING:
    from stargauge.policy.execution import BacktestAnswer, OutlookAnswer

SCORE_FUTURES = 512
"""Futures of each back-test run that is shown beside a run's answers; `stargauge backtest` takes more."""

REPORT = "report.html"


def run_command(
    name: str,
    futures: int | None,
    out: Path,
    seed: int | None,
    workers: int | None,
    cluster: str | None,
    fresh: bool,
    as_json: bool,
) -> None:
    """Run a scenario, write its report, print the answers."""
    scenario = changed(load_scenario(name, vocabulary=plan_vocabulary()), futures=futures, seed=seed)
    say = Console(stderr=True, highlight=False)
    say.print(f"Reads scenario {name} and the facts of this version; writes {out}{os.sep}")
    with _bar(say, "past forecasts") as advance:
        scored = backtest(futures=SCORE_FUTURES, progress=advance)
    began = time.perf_counter()
    with _bar(say, "futures") as advance:
        finished = run(
            scenario,
            out,
            workers=workers,
            cluster=cluster,
            resume=not fresh,
            scored=scored,
            progress=advance,
            notify=say.print,
        )
    seconds = time.perf_counter() - began
    report = out / REPORT
    with _bar(say, "other readings") as advance:
        beside = world_beside(finished.prepared, advance)
    with _bar(say, "what the plan buys") as advance:
        strategy = strategy_answer(scenario, workers=workers, progress=advance)
    write_report(finished.answers, load_tables(), report, strategy, beside)
    if as_json:
        show_json(finished.answers.to_dict())
        return
    console().print(run_screen(finished.answers, seconds, [str(out / "*.parquet")], str(report)))


def backtest_command(futures: int, as_json: bool) -> None:
    """Run the back-test and print it."""
    with _bar(Console(stderr=True, highlight=False), "vintages") as advance:
        scored: Backtest = backtest(futures=futures, progress=advance)
    if as_json:
        show_json(scored.to_dict())
        return
    console().print(backtest_screen(scored))


def verify_command(folder: Path, blocks: tuple[int, ...], as_json: bool) -> bool:
    """Verify a run folder, print what was found and return whether everything agrees."""
    store = Store.open(folder)
    scenario = parse_scenario(store.record.inputs.scenario_yaml, str(folder))
    registry = load_registry()
    found = verify(
        folder,
        prepare(scenario, registry, load_tables()),
        run_inputs(scenario, registry),
        blocks=blocks or None,
    )
    show(found, as_json)
    return found.ok


@contextmanager
def _bar(console: Console, what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on the error stream and give the function that moves it."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(what)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def plan_backtest_answer(as_of: date | None, strategy: str) -> BacktestAnswer:
    """Return stages predicted from the events known on a day, the end of 2025 by default, and scores."""
    from stargauge.policy.execution import plan_backtest

    if as_of is None:
        return plan_backtest(execution_luck, strategy=strategy)
    return plan_backtest(execution_luck, as_of, strategy=strategy)


def plan_outlook_answer(as_of: date | None, until: int, strategy: str) -> OutlookAnswer:
    """Return how far actions and levers are likely to get, by year."""
    from stargauge.policy.execution import plan_outlook

    return plan_outlook(execution_luck, as_of, until, strategy)
