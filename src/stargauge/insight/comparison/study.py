"""From names of scenarios to what they change: all of them simulated on the draws of the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import RunStopped
from stargauge.ensemble.blocks import block_count, span
from stargauge.ensemble.run import available_workers
from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, Tables, load_registry, load_tables
from stargauge.insight.comparison.answer import Changed, Compared, Comparison, OutcomeDifference
from stargauge.insight.outcomes import Outcome, default_names, find_outcomes
from stargauge.insight.trials import Subject, Task, carry_out_all, tasks_of_block
from stargauge.model import Prepared, prepare
from stargauge.policy import plan_vocabulary
from stargauge.scenario import Scenario, changed, difference, load_scenario
from stargauge.scenario.difference import in_words

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

FUTURES = 2048
MOST_FUTURES = 1_000_000
_SOURCE = "the comparison"
_WORDS_ONLY = ("name", "title", "description")


def comparison(
    names: Sequence[str],
    outcomes: Sequence[str] = (),
    futures: int | None = None,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    registry: Registry | None = None,
    tables: Tables | None = None,
) -> Comparison:
    """Return what scenarios change against the first of them.

    All meet the same luck: draws are named by what they are for, and all take the seed of the first scenario.

    Args:
        names: Built-in names or paths, at least two.
        outcomes: Names as in `stargauge.insight.outcomes`; the headline ones of the first by default.
        futures: Futures of each; `FUTURES` by default.
        workers: Processes; as many as the machine grants by default.
        progress: Called with (simulations done, simulations in all).
        registry: Facts; the shipped ones by default.
        tables: Record tables; the shipped ones by default.

    Raises:
        InputError: With every mistake of every scenario and every outcome that one of them lacks.
        RunStopped: Interrupted (Ctrl-C).
    """
    count = FUTURES if futures is None else futures
    workers = available_workers() if workers is None else workers
    scenarios = _scenarios(names, count, workers)
    first = scenarios[0]
    subjects, places = _subjects(scenarios, outcomes, registry or load_registry(), tables or load_tables())
    try:
        values = _simulate(subjects, places, scenarios, count, workers, progress)
    except KeyboardInterrupt:
        raise RunStopped("stopped; nothing was written") from None
    return Comparison(
        scenario=first.name,
        heading=first.heading,
        digest=first.digest(),
        seed=first.seed,
        futures=count,
        others=tuple(
            _compared(
                (first, scenario),
                (subjects[places[0]].outcomes, subjects[places[row]].outcomes),
                (values[0], values[row]),
            )
            for row, scenario in enumerate(scenarios)
            if row
        ),
    )


def _scenarios(names: Sequence[str], futures: int, workers: int) -> tuple[Scenario, ...]:
    """Return the scenarios, each under the name it was asked by where two have the same name."""
    found: list[Scenario] = []
    mistakes: list[Mistake] = []
    for place, name in enumerate(names):
        if name in names[:place]:
            mistakes.append(Mistake(0, name, "is given twice; each scenario once"))
            continue
        try:
            found.append(load_scenario(name, vocabulary=plan_vocabulary()))
        except InputError as error:
            mistakes += [
                Mistake(0, name, f"{_place(mistake)}{mistake.message}") for mistake in error.mistakes
            ]
    if len(names) < 2:
        mistakes.append(Mistake(0, "scenarios", "at least two, for example us-2026 and announced"))
    if not 2 <= futures <= MOST_FUTURES:
        expected = f"expected a whole number from 2 to {MOST_FUTURES:,}, for example {FUTURES}"
        mistakes.append(Mistake(0, "--futures", f"{futures} is out of range; {expected}"))
    if workers < 1:
        mistakes.append(Mistake(0, "--workers", f"{workers} is too few; expected a whole number from 1"))
    ends = {scenario.end for scenario in found}
    if len(ends) > 1:
        told = ", ".join(f"{scenario.name} {scenario.end}" for scenario in found)
        mistakes.append(
            Mistake(0, "end", f"the scenarios end in different months: {told}; give them one end")
        )
    if mistakes:
        raise InputError(_SOURCE, mistakes)
    return tuple(found)


def _place(mistake: Mistake) -> str:
    line = f"line {mistake.line} " if mistake.line else ""
    field = "" if mistake.field in ("scenario", "(file)") else f"{mistake.field} "
    return f"{line}{field}".rstrip() + ": " if line or field else ""


def _subjects(
    scenarios: Sequence[Scenario], outcomes: Sequence[str], registry: Registry, tables: Tables
) -> tuple[tuple[Subject, ...], tuple[int, ...]]:
    """Return what is made ready, and which of it each scenario is: those that differ in levers share it."""
    seed = scenarios[0].seed
    ready: dict[str, int] = {}
    prepared: list[Prepared] = []
    places: list[int] = []
    for scenario in scenarios:
        same_luck = changed(scenario, seed=seed)
        key = changed(same_luck, levers={}).digest()
        if key not in ready:
            ready[key] = len(prepared)
            prepared.append(prepare(same_luck, registry, tables))
        places.append(ready[key])
    names = tuple(outcomes) or default_names(prepared[0])
    found: list[tuple[Outcome, ...]] = []
    mistakes: dict[Mistake, None] = {}
    for one in prepared:
        known: list[Outcome] = []
        for name in names:
            try:
                known += find_outcomes(one, [name])
            except InputError as error:
                if outcomes:
                    mistakes |= {
                        Mistake(0, mistake.field, f"{mistake.message} (in {one.scenario.name})"): None
                        for mistake in error.mistakes
                    }
        found.append(tuple(known))
    if mistakes:
        raise InputError(_SOURCE, list(mistakes))
    return tuple(Subject(one, known) for one, known in zip(prepared, found, strict=True)), tuple(places)


def _simulate(
    subjects: Sequence[Subject],
    places: Sequence[int],
    scenarios: Sequence[Scenario],
    futures: int,
    workers: int,
    progress: Progress | None,
) -> list[Floats]:
    """Return (outcomes, futures) of each scenario."""
    values = [np.empty((len(subjects[place].outcomes), futures)) for place in places]
    tasks: list[Task] = []
    for block in range(block_count(futures)):
        for subject in range(len(subjects)):
            variants = {
                row: scenario.levers for row, scenario in enumerate(scenarios) if places[row] == subject
            }
            tasks += tasks_of_block(subject, block, span(block, futures).count, variants)
    report = progress or (lambda done, total: None)
    done, total = 0, sum(len(task.keys) for task in tasks)
    report(done, total)
    with closing(carry_out_all(subjects, tasks, workers)) as results:
        for finished in results:
            own = span(finished.task.block, futures)
            for row, found in zip(finished.task.keys, finished.values, strict=True):
                values[row][:, own.first : own.first + own.count] = found
            done += len(finished.task.keys)
            report(done, total)
    return values


def _compared(
    pair: tuple[Scenario, Scenario],
    outcomes: tuple[Sequence[Outcome], Sequence[Outcome]],
    values: tuple[Floats, Floats],
) -> Compared:
    first, own = pair
    rows = [{outcome.name: row for row, outcome in enumerate(known)} for known in outcomes]
    both = [outcome for outcome in outcomes[0] if outcome.name in rows[1]]
    differences: list[OutcomeDifference] = []
    same: list[str] = []
    for outcome in both:
        ours, theirs = values[1][rows[1][outcome.name]], values[0][rows[0][outcome.name]]
        if np.array_equal(ours, theirs):
            same.append(outcome.name)
        else:
            differences.append(_outcome_difference(outcome, theirs, ours))
    return Compared(
        scenario=own.name,
        heading=own.heading,
        digest=own.digest(),
        changes=tuple(
            Changed(item.field, in_words(item.field, item.a), in_words(item.field, item.b))
            for item in difference(first, own).differences
            if item.field not in (*_WORDS_ONLY, "seed", "futures", "programmes")
        ),
        differences=tuple(differences),
        same=tuple(same),
        missing=tuple(name for name in {**rows[0], **rows[1]} if not (name in rows[0] and name in rows[1])),
    )


def _outcome_difference(outcome: Outcome, first: Floats, own: Floats) -> OutcomeDifference:
    apart = own - first
    p05, p50, p95 = np.quantile(apart, [0.05, 0.5, 0.95])
    return OutcomeDifference(
        name=outcome.name,
        title=outcome.title,
        unit=outcome.unit,
        first=float(first.mean()),
        own=float(own.mean()),
        difference=math.fsum(apart) / apart.size,
        standard_error=float(apart.std(ddof=1)) / math.sqrt(apart.size),
        p05=float(p05),
        p50=float(p50),
        p95=float(p95),
        higher=float(np.mean(apart > 0.0)),
        lower=float(np.mean(apart < 0.0)),
    )
