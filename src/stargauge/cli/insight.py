"""The command line of what scenarios and their levers change: one short function a command, no logic."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from stargauge.cli.options import AsJson
from stargauge.terminal import show, working

DEFAULT_SCENARIO = "us-2026"
DEFAULT_CHECKPOINT = Path("stargauge-levers.checkpoint")

OutcomeNames = Annotated[
    tuple[str, ...],
    Parameter(
        name="--outcome",
        negative="",
        help="Outcome, given once or more: facility_mw:2030, chance:STG-2025-01; headlines by default.",
    ),
]
Workers = Annotated[int | None, Parameter(help="Worker processes; one a processor by default.")]


def levers(
    scenario: str = DEFAULT_SCENARIO,
    *,
    outcome: OutcomeNames = (),
    full_force: Annotated[
        bool, Parameter(negative="", help="All levers in full force from next month instead: a yardstick.")
    ] = False,
    exact: Annotated[
        bool, Parameter(negative="", help="Every combination of levers; goes on where it was cut off.")
    ] = False,
    futures: Annotated[int | None, Parameter(help="Futures; 2,048 by default, 512 with --exact.")] = None,
    workers: Workers = None,
    checkpoint: Annotated[
        Path, Parameter(help="With --exact: file to keep what is done in; removed at the end.")
    ] = DEFAULT_CHECKPOINT,
    as_json: AsJson = False,
) -> None:
    """What each policy lever buys: how much power, which chance, how many months, at what cost.

    Shares out, among the levers of a scenario, the difference between all of them at work (as the plan goes
    on, and as the scenario sets them) and all of them off, and tells which actions each hangs on. Reads a
    scenario and the facts that ship with the program; writes nothing, but for the checkpoint of --exact.

    Args:
        scenario: Built-in name or path.
    """
    from stargauge.insight.attribution import attribution
    from stargauge.policy import plan_vocabulary
    from stargauge.scenario import load_scenario

    asked = load_scenario(scenario, vocabulary=plan_vocabulary())
    with progress() as advance:
        answer = attribution(
            asked,
            outcome,
            exact=exact,
            full_force=full_force,
            futures=futures,
            workers=workers,
            checkpoint=checkpoint if exact else None,
            progress=advance,
        )
    show(answer, as_json)


def compare(
    first: str,
    second: str,
    *others: str,
    outcome: OutcomeNames = (),
    futures: Annotated[int | None, Parameter(help="Futures of each scenario; 2,048 by default.")] = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """What scenarios change: each against the first, future by future on the same luck; only what differs.

    Reads scenarios and the facts that ship with the program; writes nothing.

    Args:
        first: Built-in name or path; the one the others are set against.
        second: Built-in name or path.
        others: More of them.
    """
    from stargauge.insight.comparison import comparison

    with progress() as advance:
        answer = comparison((first, second, *others), outcome, futures, workers=workers, progress=advance)
    show(answer, as_json)


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Show how far the simulations are, and how long they may still take, while a person watches."""
    with working() as tell:
        began: list[tuple[float, int]] = []

        def advance(done: int, total: int) -> None:
            began.append((time.monotonic(), done))
            (start, before), now = began[0], began[-1][0]
            rest = (now - start) * (total - done) / (done - before) if done > before else 0.0
            left = f", about {rest:.0f} s left" if rest else ""
            tell(f"simulated {done:,} of {total:,} blocks{left}")

        yield advance
