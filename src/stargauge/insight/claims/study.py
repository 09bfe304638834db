"""From a claims file to answers: one ensemble for all claims, and for a pair two scenarios on its luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import RunStopped, Store
from stargauge.ensemble.blocks import block_count, span
from stargauge.ensemble.run import available_workers
from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, Tables, load_registry, load_tables
from stargauge.insight.claims.answer import ClaimsAnswer
from stargauge.insight.claims.claim import Claim, ClaimsFile
from stargauge.insight.claims.evidence import Record
from stargauge.insight.claims.judging import Judge, Leg
from stargauge.insight.claims.levels import NotThereError, Ready, made_ready
from stargauge.insight.claims.metrics import METRICS
from stargauge.insight.claims.reading import StoreNumbers, outcomes_of
from stargauge.insight.claims.words import LANGUAGES, Words
from stargauge.insight.outcomes import Outcome
from stargauge.insight.trials import Subject, Task, carry_out_all, tasks_of_block
from stargauge.model import Prepared, prepare
from stargauge.scenario import Scenario, changed

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

FUTURES = 2048
FEWEST, MOST_FUTURES = 2, 1_000_000
_SOURCE = "the claims"


@dataclass
class World:
    """A scenario made ready, the outcomes that claims ask of it, and what became of them.

    Scenarios that differ in levers alone are made ready once: `prepared` is shared.
    """

    scenario: Scenario
    prepared: Prepared
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    values: dict[str, Floats] = field(default_factory=dict)

    def ask(self, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
        """Note outcomes and return their names; an outcome asked for twice is simulated once."""
        for outcome in outcomes:
            self.outcomes.setdefault(outcome.name, outcome)
        return tuple(outcome.name for outcome in outcomes)


@dataclass
class Case:
    """A claim on its way to an answer: its conditions, and the names of their numbers in each world.

    `stored` are the numbers of a run folder, where it holds all that the claim asks.
    """

    claim: Claim
    readies: tuple[Ready, ...] = ()
    worlds: tuple[World, ...] = ()
    names: tuple[tuple[tuple[str, str], ...], ...] = ()
    stored: tuple[tuple[Floats, Floats], ...] = ()
    reason: Words | None = None

    def legs(self) -> tuple[Leg, ...]:
        """Return the numbers of the claim's conditions in each of its worlds."""
        if self.stored:
            return (Leg(tuple(level for level, _ in self.stored), tuple(now for _, now in self.stored)),)
        return tuple(
            Leg(
                tuple(world.values[level] for level, _ in pairs),
                tuple(world.values[now] for _, now in pairs),
            )
            for world, pairs in zip(self.worlds, self.names, strict=True)
        )


def answer_claims(
    file: ClaimsFile,
    scenario: Scenario,
    futures: int | None = None,
    *,
    source: str = "",
    language: str = "en",
    store: Store | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    registry: Registry | None = None,
    tables: Tables | None = None,
) -> ClaimsAnswer:
    """Return the answers to all claims of a file.

    Args:
        file: The claims.
        scenario: The scenario whose futures answer them; both sides of a paired claim change it.
        futures: Futures simulated; `FUTURES` by default.
        source: What the file is called.
        language: Of the screen.
        store: A finished run of the scenario: claims that its end values suffice for are answered from it.
        workers: Processes; as many as the machine grants by default.
        progress: Called with (simulations of a block done, all).
        registry: Facts; the shipped ones by default.
        tables: Record tables; the shipped ones by default.

    Raises:
        InputError: An option is out of range.
        RunStopped: Interrupted (Ctrl-C).
    """
    count = FUTURES if futures is None else futures
    workers = available_workers() if workers is None else workers
    _check(count, workers, language)
    registry, tables = registry or load_registry(), tables or load_tables()
    made = _Worlds(registry, tables, scenario)
    cases = [_case(claim, made, store) for claim in file.claims]
    try:
        _simulate(made.worlds, count, workers, progress)
    except KeyboardInterrupt:
        raise RunStopped("stopped; nothing was written") from None
    judge = Judge(Record(scenario.as_of, registry, tables))
    answers = tuple(judge.answer(case) for case in cases)
    return ClaimsAnswer(
        title=file.title,
        source=source,
        scenario=scenario.name,
        heading=scenario.heading,
        as_of=str(scenario.as_of),
        seed=scenario.seed,
        futures=count,
        language=language,
        claims=answers,
    )


def _check(futures: int, workers: int, language: str) -> None:
    mistakes = []
    if not FEWEST <= futures <= MOST_FUTURES:
        expected = f"expected a whole number from {FEWEST} to {MOST_FUTURES:,}, for example {FUTURES}"
        mistakes.append(Mistake(0, "--futures", f"{futures} is out of range; {expected}"))
    if workers < 1:
        mistakes.append(Mistake(0, "--workers", f"{workers} is too few; expected a whole number from 1"))
    if language not in LANGUAGES:
        mistakes.append(Mistake(0, "--lang", f'no such language as "{language}"; write en or zh'))
    if mistakes:
        raise InputError(_SOURCE, mistakes)


@dataclass
class _Worlds:
    """The scenarios that claims ask for, each made ready once; all share the seed, and so the luck."""

    registry: Registry
    tables: Tables
    base: Scenario
    worlds: list[World] = field(default_factory=list)
    ready: dict[str, Prepared] = field(default_factory=dict)

    def of(self, scenario: Scenario) -> World:
        """Return the world of a scenario, made ready where it is new."""
        scenario = changed(scenario, seed=self.base.seed)
        for world in self.worlds:
            if world.scenario.digest() == scenario.digest():
                return world
        apart = changed(scenario, levers={}).digest()
        if apart not in self.ready:
            self.ready[apart] = prepare(scenario, self.registry, self.tables)
        found = World(scenario, self.ready[apart])
        self.worlds.append(found)
        return found


def _case(claim: Claim, made: _Worlds, store: Store | None) -> Case:
    """Return a claim with all that has to be simulated for it noted, or the reason why it cannot be."""
    if claim.not_modelled is not None:
        return Case(claim, reason=claim.not_modelled)
    for condition in claim.true_when:
        unmodelled = METRICS[condition.metric].unmodelled
        if unmodelled is not None:
            return Case(claim, reason=unmodelled)
    sides = (claim.paired.first, claim.paired.second) if claim.paired else ()
    try:
        scenarios = [side.scenario(made.base) for side in sides] or [made.base]
    except InputError as error:
        return Case(claim, reason=_unfit(made.base, error))
    worlds = tuple(made.of(scenario) for scenario in scenarios)
    prepared = worlds[0].prepared
    now = prepared.months.index(f"{made.base.as_of:%Y-%m}")
    said = min(one.on for one in claim.said)
    said = said if len(said) > len("2025") else f"{said}-01"
    try:
        readies = tuple(
            made_ready(condition, prepared.months, now, said[: len("2025-01")])
            for condition in claim.true_when
        )
        outcomes = [[outcomes_of(world.prepared, ready) for ready in readies] for world in worlds]
    except NotThereError as error:
        return Case(claim, reason=error.words)
    stored = _from_store(readies, store, prepared.months) if store is not None and not sides else ()
    if stored:
        return Case(claim, readies, worlds, stored=stored)
    names = tuple(
        tuple((world.ask([level])[0], world.ask([standing])[0]) for level, standing in pairs)
        for world, pairs in zip(worlds, outcomes, strict=True)
    )
    return Case(claim, readies, worlds, names)


def _unfit(base: Scenario, error: InputError) -> Words:
    """Return that the two sides do not go with a scenario, as where a fact was not yet known on its day."""
    told = "; ".join(f"{mistake.field} {mistake.message}" for mistake in error.mistakes)
    return Words(
        f"its two sides do not go with {base.name}: {told}", f"兩種情況不適用於情境 {base.name}：{told}"
    )


def _from_store(
    readies: tuple[Ready, ...], store: Store, months: tuple[str, ...]
) -> tuple[tuple[Floats, Floats], ...]:
    """Return levels and what stands from a run folder; nothing where it does not hold all of them."""
    numbers = StoreNumbers(store, months)
    try:
        return tuple((ready.level(numbers), numbers.standing(ready)) for ready in readies)
    except NotThereError:
        return ()


def _simulate(worlds: Sequence[World], futures: int, workers: int, progress: Progress | None) -> None:
    """Fill the values of every outcome noted, future by future."""
    asked = [world for world in worlds if world.outcomes]
    shared: dict[int, list[World]] = {}
    for world in asked:
        shared.setdefault(id(world.prepared), []).append(world)
        world.values = {name: np.empty(futures) for name in world.outcomes}
    groups = list(shared.values())
    subjects = [Subject(group[0].prepared, tuple(_together(group).values())) for group in groups]
    tasks: list[Task] = []
    for block in range(block_count(futures)):
        for row, group in enumerate(groups):
            variants = {place: world.scenario.levers for place, world in enumerate(group)}
            tasks += tasks_of_block(row, block, span(block, futures).count, variants)
    report = progress or (lambda done, total: None)
    done, total = 0, sum(len(task.keys) for task in tasks)
    report(done, total)
    with closing(carry_out_all(subjects, tasks, workers)) as results:
        for finished in results:
            own = span(finished.task.block, futures)
            group = groups[finished.task.subject]
            for key, found in zip(finished.task.keys, finished.values, strict=True):
                for name, values in zip(_together(group), found, strict=True):
                    if name in group[key].values:
                        group[key].values[name][own.first : own.first + own.count] = values
            done += len(finished.task.keys)
            report(done, total)


def _together(worlds: Sequence[World]) -> dict[str, Outcome]:
    """Return every outcome that is asked of any of some worlds, by name."""
    return {name: outcome for world in worlds for name, outcome in world.outcomes.items()}
