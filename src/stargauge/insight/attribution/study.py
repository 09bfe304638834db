"""From a scenario to what its levers buy: simulate coalitions of levers on shared draws, share out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from stargauge.ensemble import RunStopped
from stargauge.ensemble.blocks import block_count, span
from stargauge.ensemble.fingerprint import Fingerprint, code_digest
from stargauge.ensemble.run import available_workers
from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, Tables, load_registry, load_tables, tables_digest
from stargauge.insight.attribution.answer import Attribution, LeverTold
from stargauge.insight.attribution.checkpoint import Checkpoint, Identity
from stargauge.insight.attribution.game import LeverGame, lever_game
from stargauge.insight.attribution.hanging import with_actions
from stargauge.insight.attribution.ledger import Design, Ledger
from stargauge.insight.attribution.shapley import MOST_EXACT
from stargauge.insight.attribution.tally import outcome_shares
from stargauge.insight.outcomes import Outcome, default_names, find_outcomes, of_position
from stargauge.insight.trials import Subject, Task, carry_out_all, tasks_of_block, with_levers
from stargauge.model import prepare
from stargauge.policy import POSITION_LEVERS, Course, expected_worth, read_levers
from stargauge.policy.plan import Strategy, load_strategy
from stargauge.scenario import LEVERS, Scenario

Progress = Callable[[int, int], None]

SAMPLED_FUTURES = 2048
EXACT_FUTURES = 512
PAIRS = 1
"""Orders drawn for each block of futures, each taken with its reverse. Blocks have orders of their own, so
more futures bring more orders; levers interact two by two almost alone, and for that one pair is exact."""

MOST_FUTURES = 1_000_000


def attribution(
    scenario: Scenario,
    outcomes: Sequence[str] = (),
    *,
    exact: bool = False,
    full_force: bool = False,
    futures: int | None = None,
    workers: int | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    registry: Registry | None = None,
    tables: Tables | None = None,
) -> Attribution:
    """Return what each lever of a scenario, and each pillar, adds to outcomes.

    The bits depend on none of how they are computed: number of processes, interruptions.

    Args:
        scenario: Players are the levers with a modelled effect behind which the plan goes on in it, and those
            that it sets.
        outcomes: Names as in `stargauge.insight.outcomes`; the headline ones by default.
        exact: All coalitions, at most 2^12, in place of sampled orders.
        full_force: All levers with a modelled effect at 1 from the month after the as-of date instead: a
            yardstick.
        futures: Futures to simulate each coalition on; `SAMPLED_FUTURES` or `EXACT_FUTURES` by default.
        workers: Processes; as many as the machine grants by default.
        checkpoint: File to keep what is done in; a study that was cut off goes on from there. Removed when
            all is done.
        progress: Called with (simulations done, simulations in all).
        registry: Facts; the shipped ones by default.
        tables: Record tables; the shipped ones by default.

    Raises:
        InputError: An unknown outcome, a number out of range, too many levers for `exact`, or a checkpoint of
            something else.
        StoreError: The checkpoint cannot be read or written.
        RunStopped: Interrupted (Ctrl-C).
    """
    began = time.perf_counter()
    registry, tables = registry or load_registry(), tables or load_tables()
    prepared = prepare(scenario, registry, tables)
    measured = find_outcomes(prepared, outcomes or default_names(prepared))
    position = any(of_position(outcome, prepared) for outcome in measured)
    game = lever_game(scenario, prepared.course, full_force, position)
    prepared = with_levers(prepared, game.scenario.levers)
    count = futures if futures is not None else EXACT_FUTURES if exact else SAMPLED_FUTURES
    workers = available_workers() if workers is None else workers
    _check(game, exact, count, workers)
    design = Design(
        game.players,
        tuple(places for _, places in game.pillars),
        0 if exact else PAIRS,
        scenario.seed,
        game.two_readings,
    )
    kept = None
    if checkpoint is not None:
        kept = Checkpoint(checkpoint, _identity(game, design, measured, count, registry))
    ledger = kept.load(design) if kept else Ledger(design)
    simulations = _simulate(game, ledger, Subject(prepared, measured), count, workers, kept, progress)
    told = outcome_shares(
        game, design.exact, measured, [ledger.done[block] for block in range(block_count(count))]
    )
    if kept:
        kept.remove()
    strategy, course = load_strategy(scenario.policy.strategy), prepared.course
    tracked = tuple(name for name in LEVERS if name not in read_levers())
    return Attribution(
        scenario=scenario.name,
        scenario_digest=scenario.digest(),
        as_of=str(scenario.as_of),
        strategy=strategy.id,
        execution=course.execution,
        remark=course.remark,
        full_force=game.full_force,
        seed=scenario.seed,
        futures=count,
        method="exact" if exact else "sampled",
        orders=0 if exact else sum(len(design.orders(block)) for block in range(block_count(count))),
        simulations=simulations,
        seconds=time.perf_counter() - began,
        players=tuple(_told(game, name, strategy, course) for name in game.players),
        idle=game.idle,
        elsewhere=() if position else POSITION_LEVERS,
        tracked=tracked,
        untold={
            name: tuple(action.id for action in strategy.actions_of_lever(name))
            for name in (*tracked, *(() if position else POSITION_LEVERS), "")
        },
        outcomes=tuple(
            with_actions(one, outcome, game, course) for one, outcome in zip(told, measured, strict=True)
        ),
    )


def _simulate(
    game: LeverGame,
    ledger: Ledger,
    subject: Subject,
    futures: int,
    workers: int,
    kept: Checkpoint | None,
    progress: Progress | None,
) -> int:
    """Fill the ledger; return how many simulations of a block it holds."""
    blocks = range(block_count(futures))
    total = sum(len(ledger.design.coalitions(block)) for block in blocks)
    missing = {block: ledger.missing(block) for block in blocks}
    done = total - sum(map(len, missing.values()))
    report = progress or (lambda done, total: None)
    report(done, total)
    tasks: list[Task] = []
    for block, keys in missing.items():
        variants = {key: game.variant(key) for key in keys}
        tasks += tasks_of_block(0, block, span(block, futures).count, variants)
    try:
        with closing(carry_out_all([subject], tasks, workers)) as results:
            for finished in results:
                ledger.add(finished.task.block, finished.task.keys, finished.values)
                done += len(finished.task.keys)
                report(done, total)
                if kept:
                    kept.save_if_due(ledger)
    except KeyboardInterrupt:
        where = f"; {done} of {total} simulations are stored in {kept.path}" if kept else ""
        again = "; give the same command again to go on from there" if kept else ""
        if kept:
            kept.save(ledger)
        raise RunStopped(f"stopped{where}{again}") from None
    except BaseException:
        if kept:
            kept.save(ledger)
        raise
    return total


def _told(game: LeverGame, name: str, strategy: Strategy, course: Course) -> LeverTold:
    lever = LEVERS[name]
    now = then = None
    if name in course.levers:
        own = course.lever == course.levers.index(name)
        now, then = (float(one[own].mean()) for one in expected_worth(course, course.months - 1))
    return LeverTold(
        lever=name,
        pillar=lever.pillar,
        meaning=lever.meaning,
        steps=tuple(game.in_words(name)),
        actions=tuple(action.id for action in strategy.actions_of_lever(name)),
        now=now,
        then=then,
    )


def _identity(
    game: LeverGame, design: Design, measured: Sequence[Outcome], futures: int, registry: Registry
) -> Identity:
    return {
        "scenario": game.scenario.digest(),
        "facts": game.scenario.apply(registry).digest(),
        "tables": tables_digest(),
        "code": code_digest(),
        "platform": " ".join(Fingerprint.here().to_dict().values()),
        "levers": " ".join(game.players),
        "outcomes": " ".join(outcome.name for outcome in measured),
        "futures": str(futures),
        "pairs": str(design.pairs),
        "readings": "2" if design.second else "1",
    }


def _check(game: LeverGame, exact: bool, futures: int, workers: int) -> None:
    mistakes = []
    if not 2 <= futures <= MOST_FUTURES:
        expected = f"expected a whole number from 2 to {MOST_FUTURES:,}, for example {SAMPLED_FUTURES}"
        mistakes.append(Mistake(0, "--futures", f"{futures} is out of range; {expected}"))
    if workers < 1:
        mistakes.append(Mistake(0, "--workers", f"{workers} is too few; expected a whole number from 1"))
    if exact and len(game.players) > MOST_EXACT:
        message = (
            f"{len(game.players)} levers have {1 << len(game.players):,} coalitions; at most {MOST_EXACT}"
        )
        mistakes.append(Mistake(0, "--exact", f"{message} levers, or leave --exact out"))
    if mistakes:
        raise InputError("the attribution", mistakes)
