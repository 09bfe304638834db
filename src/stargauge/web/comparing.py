"""Two scenarios on the same luck: what they say differently, and what that changes future by future."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.insight.outcomes import Outcome, PathOutcome, PhaseOutcome, default_names, find_outcomes
from stargauge.model import BlockResult
from stargauge.scenario import Scenario, difference
from stargauge.scenario.difference import in_words
from stargauge.web.bands import LEVELS
from stargauge.web.engine import Engine, rows_of
from stargauge.web.frames import Frame
from stargauge.web.intake import asked_series, read_scenario, with_futures
from stargauge.web.messages import ComparisonAsked
from stargauge.web.moves import Sample
from stargauge.web.problems import input_problem

Floats = NDArray[np.float64]

PASSED_OVER = ("name", "title", "description", "seed", "futures", "programmes")
"""Fields that change no number here: both scenarios have the first one's seed."""

MILLISECONDS = 1000.0


async def comparison(engine: Engine, asked: ComparisonAsked) -> dict[str, Any]:
    """Return two scenarios set against each other.

    Raises:
        ProblemError: Mistakes in the request.
        StargaugeError: A scenario cannot be made ready, or the model failed.
    """
    began = perf_counter()
    first = with_futures(read_scenario(asked.first, "The first scenario"), asked.futures)
    second = with_futures(read_scenario(asked.second, "The second scenario"), asked.futures)
    if (first.start, first.end) != (second.start, second.end):
        said = (
            f"{second.start} to {second.end}; the first runs {first.start} to {first.end}, give both the same"
        )
        raise input_problem(InputError("The comparison", [Mistake(0, "second.end", said)]))
    await engine.when_ready()
    own_digest = second.digest()
    alike = second.model_copy(update={"seed": first.seed})
    frames = (await engine.frames.get(first), await engine.frames.get(alike))
    outcomes = tuple(_outcomes(frame, asked.outcomes) for frame in frames)
    names = _series(frames, asked, engine)
    held = [
        {name for name in names if name in frame.place} | _held(frame, found)
        for frame, found in zip(frames, outcomes, strict=True)
    ]
    size = asked.futures * max(map(len, held)) * max(len(frame.prepared.months) for frame in frames)
    if size > engine.bounds.kept_values:
        said = "too many futures and series to be compared at once; ask for fewer of either"
        raise input_problem(InputError("The comparison", [Mistake(0, "futures", said)]))
    samples = [
        await engine.sample(frame, scenario.levers, rows_of(frame, own), asked.futures, keep=True)
        for frame, scenario, own in zip(frames, (first, alike), held, strict=True)
    ]
    told = await asyncio.to_thread(_told, samples, outcomes, names)
    return {
        "futures": asked.futures,
        "seed": first.seed,
        "preview": asked.futures < engine.bounds.refined_futures,
        "milliseconds": (perf_counter() - began) * MILLISECONDS,
        "first": _side(first, first.digest()),
        "second": _side(second, own_digest),
        "changes": [
            {"field": one.field, "first": in_words(one.field, one.a), "second": in_words(one.field, one.b)}
            for one in difference(first, second).differences
            if one.field not in PASSED_OVER
        ],
        "months": frames[0].prepared.months,
        **told,
    }


def _side(scenario: Scenario, digest: str) -> dict[str, str]:
    return {"name": scenario.name, "title": scenario.heading, "digest": digest}


def _outcomes(frame: Frame, names: list[str]) -> tuple[Outcome, ...]:
    try:
        found = find_outcomes(frame.prepared, names or default_names(frame.prepared))
    except InputError as error:
        mistakes = [Mistake(0, "outcomes", one.message) for one in error.mistakes]
        raise input_problem(InputError("The request", mistakes)) from error
    by_phase = [one.name for one in found if isinstance(one, PhaseOutcome)]
    if by_phase:
        mistakes = [
            Mistake(0, "outcomes", f'"{name}" is read phase by phase; `stargauge compare` tells it')
            for name in by_phase
        ]
        raise input_problem(InputError("The request", mistakes))
    return found


def _series(frames: tuple[Frame, Frame], asked: ComparisonAsked, engine: Engine) -> tuple[str, ...]:
    found = asked_series(frames[0], asked.series, engine.bounds.series_per_request)
    return tuple(name for name in found if name in frames[1].place)


def _held(frame: Frame, outcomes: tuple[Outcome, ...]) -> set[str]:
    """Return the series that outcomes are read from."""
    series = frame.prepared.series
    return {series[row].name for one in outcomes if isinstance(one, PathOutcome) for row in one.rows}


def _told(
    samples: list[Sample], outcomes: tuple[tuple[Outcome, ...], ...], names: tuple[str, ...]
) -> dict[str, Any]:
    values = [
        {one.name: _values(sample, one) for one in found}
        for sample, found in zip(samples, outcomes, strict=True)
    ]
    titles = {one.name: one for one in outcomes[0]}
    both = [name for name in values[0] if name in values[1]]
    same = [name for name in both if np.array_equal(values[0][name], values[1][name])]
    return {
        "differences": [
            _difference(titles[name], values[0][name], values[1][name]) for name in both if name not in same
        ],
        "same": same,
        "missing": [name for name in {**values[0], **values[1]} if name not in both],
        "paths": {name: _band(samples, name) for name in names},
    }


def _values(sample: Sample, outcome: Outcome) -> Floats:
    """Return (futures) an outcome, read from the series that the sample holds."""
    assert sample.paths is not None
    if isinstance(outcome, PathOutcome):
        rows = tuple(int(np.searchsorted(sample.rows, row)) for row in outcome.rows)
        outcome = replace(outcome, rows=rows)
    return outcome.of(BlockResult(sample.paths, sample.ends))


def _difference(outcome: Outcome, first: Floats, second: Floats) -> dict[str, Any]:
    apart = second - first
    low, middle, high = (float(value) for value in np.quantile(apart, [0.05, 0.5, 0.95]))
    return {
        "name": outcome.name,
        "title": outcome.title,
        "unit": outcome.unit,
        "first": float(first.mean()),
        "second": float(second.mean()),
        "difference": math.fsum(apart) / apart.size,
        "standard_error": float(apart.std(ddof=1)) / math.sqrt(apart.size),
        "p05": low,
        "p50": middle,
        "p95": high,
        "higher": float(np.mean(apart > 0.0)),
        "lower": float(np.mean(apart < 0.0)),
    }


def _band(samples: list[Sample], name: str) -> dict[str, Any]:
    """Return the band of the second's path less the first's."""
    paths = []
    for sample in samples:
        assert sample.paths is not None
        paths.append(sample.paths[:, int(np.searchsorted(sample.rows, sample.frame.place[name]))])
    apart = paths[1] - paths[0]
    found = np.quantile(apart, list(LEVELS.values()), axis=0)
    place = samples[0].frame.place[name]
    return {
        "unit": samples[0].frame.prepared.series[place].unit,
        **{level: found[row].tolist() for row, level in enumerate(LEVELS)},
        "mean": apart.mean(axis=0).tolist(),
    }
