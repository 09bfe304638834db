"""From a scenario to what its levers buy: simulate coalitions of levers on shared draws, share out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import BLOCK_SIZE, RunStopped
from stargauge.ensemble.blocks import block_count, span
from stargauge.ensemble.fingerprint import Fingerprint, code_digest
from stargauge.ensemble.run import available_workers
from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, Tables, load_registry, load_tables, tables_digest
from stargauge.insight.attribution.answer import (
    Attribution,
    LeverShare,
    LeverTold,
    OutcomeShares,
    PillarShare,
)
from stargauge.insight.attribution.checkpoint import Checkpoint, Identity
from stargauge.insight.attribution.game import LeverGame, lever_game
from stargauge.insight.attribution.ledger import ZERO, BlockShares, Design, Ledger
from stargauge.insight.attribution.shapley import MOST_EXACT
from stargauge.insight.outcomes import Outcome, default_names, find_outcomes
from stargauge.insight.trials import Subject, Task, carry_out_all, tasks_of_block
from stargauge.model import prepare
from stargauge.policy import modelled_levers
from stargauge.policy.plan import Strategy, load_strategy
from stargauge.scenario import LEVERS, Scenario

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Progress = Callable[[int, int], None]

SAMPLED_FUTURES = 3072
EXACT_FUTURES = 512
PAIRS = 1
"""Orders drawn for each block of futures, each taken with its reverse. Blocks have orders of their own, so
more futures bring more orders; levers interact two by two almost alone, and for that one pair is exact."""

BOTH_ORDERS = 2
"""Players of which one order and its reverse are all orders."""

MOST_FUTURES = 1_000_000


def attribution(
    scenario: Scenario,
    outcomes: Sequence[str] = (),
    *,
    exact: bool = False,
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
        scenario: Its levers are the players; where it names no lever with a modelled effect, all of these in
            full force from the month after the as-of date.
        outcomes: Names as in `stargauge.insight.outcomes`; the headline ones by default.
        exact: All coalitions, at most 2^12, in place of sampled orders.
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
    game = lever_game(scenario)
    count = futures if futures is not None else EXACT_FUTURES if exact else SAMPLED_FUTURES
    workers = available_workers() if workers is None else workers
    _check(game, exact, count, workers)
    prepared = prepare(game.scenario, registry, tables)
    measured = find_outcomes(prepared, outcomes or default_names(prepared))
    design = Design(
        game.players, tuple(places for _, places in game.pillars), 0 if exact else PAIRS, scenario.seed
    )
    kept = None
    if checkpoint is not None:
        kept = Checkpoint(checkpoint, _identity(game, design, measured, count, registry))
    ledger = kept.load(design) if kept else Ledger(design)
    simulations = _simulate(game, ledger, Subject(prepared, measured), count, workers, kept, progress)
    told = _shares(game, design, measured, [ledger.done[block] for block in range(block_count(count))])
    if kept:
        kept.remove()
    strategy = load_strategy()
    return Attribution(
        scenario=scenario.name,
        scenario_digest=scenario.digest(),
        as_of=str(scenario.as_of),
        strategy=strategy.id,
        assumed=game.assumed,
        seed=scenario.seed,
        futures=count,
        method="exact" if exact else "sampled",
        orders=0 if exact else 2 * PAIRS * block_count(count),
        simulations=simulations,
        seconds=time.perf_counter() - began,
        players=tuple(_told(game, name, strategy) for name in game.players),
        idle=game.idle,
        tracked=tuple(name for name in LEVERS if name not in modelled_levers()),
        outcomes=told,
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
        variants = {key: game.levers(key) for key in keys}
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


def _shares(
    game: LeverGame, design: Design, measured: Sequence[Outcome], blocks: Sequence[BlockShares]
) -> tuple[OutcomeShares, ...]:
    value = np.concatenate([one.value for one in blocks], axis=2)
    turns = np.concatenate([one.turns for one in blocks], axis=2)
    pillars = np.concatenate([one.pillars for one in blocks], axis=2)
    off = np.concatenate([one.off for one in blocks], axis=1)
    full = np.concatenate([one.full for one in blocks], axis=1)
    # Futures of a block share their orders, so in a sample they are one observation; in an exact study none
    # of them shares anything, and of two players an order and its reverse are all there is.
    whole = not design.exact and len(game.players) > BOTH_ORDERS
    found: list[OutcomeShares] = []
    for row, outcome in enumerate(measured):
        floor = ZERO * np.maximum(1.0, np.maximum(np.abs(off[row]), np.abs(full[row])))
        levers = tuple(
            _lever_share(name, value[place, row], turns[place, row], floor, whole)
            for place, name in enumerate(game.players)
        )
        total = math.fsum(full[row] - off[row]) / off.shape[1]
        found.append(
            OutcomeShares(
                name=outcome.name,
                title=outcome.title,
                unit=outcome.unit,
                off=float(off[row].mean()),
                full=float(full[row].mean()),
                total=total,
                total_error=standard_error(full[row] - off[row], blocks=False),
                residual=total - math.fsum(one.value for one in levers),
                levers=levers,
                pillars=tuple(
                    PillarShare(
                        pillar=pillar,
                        levers=tuple(game.players[place] for place in places),
                        sum_of_levers=math.fsum(levers[place].value for place in places),
                        sum_error=standard_error(value[list(places), row].sum(axis=0), blocks=whole),
                        value=math.fsum(pillars[column, row]) / off.shape[1],
                        standard_error=standard_error(pillars[column, row], blocks=False),
                    )
                    for column, (pillar, places) in enumerate(game.pillars)
                ),
            )
        )
    return tuple(found)


def _lever_share(name: str, effect: Floats, turns: Flags, floor: Floats, blocks: bool) -> LeverShare:
    value = math.fsum(effect) / effect.size
    sign = np.where(np.abs(effect) <= floor, 0.0, np.sign(effect))
    low, high = np.quantile(effect, [0.05, 0.95])
    return LeverShare(
        lever=name,
        pillar=LEVERS[name].pillar,
        value=value,
        standard_error=standard_error(effect, blocks=blocks),
        p05=float(low),
        p95=float(high),
        against=float(np.mean(sign == -np.sign(value))) if value else 0.0,
        turns=float(turns.mean()),
        nothing=float(np.mean(sign == 0.0)),
    )


def standard_error(effect: Floats, *, blocks: bool) -> float:
    """Return the standard error of the mean of effects over futures; 0 where all futures are alike.

    Args:
        effect: (futures) in the order of blocks.
        blocks: Futures of a block have their orders in common: then the error is the larger of that between
            futures and that between blocks, each block weighing by its futures (the sandwich of clusters).
    """
    count = effect.size
    if count < 2:
        return math.nan
    error = float(effect.std(ddof=1)) / math.sqrt(count)
    edges = np.arange(0, count, BLOCK_SIZE)
    if blocks and edges.size > 1:
        apart = np.add.reduceat(effect - effect.mean(), edges)
        between = math.sqrt(float(np.sum(apart**2)) * edges.size / (edges.size - 1)) / count
        error = max(error, between)
    return error


def _told(game: LeverGame, name: str, strategy: Strategy) -> LeverTold:
    lever = LEVERS[name]
    return LeverTold(
        lever=name,
        pillar=lever.pillar,
        meaning=lever.meaning,
        steps=tuple(game.in_words(name)),
        actions=tuple(action.id for action in strategy.actions_of_lever(name)),
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
