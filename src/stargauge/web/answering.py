"""Answers to moves: found among those kept, or read from futures; the bytes of what is kept do not change."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from time import perf_counter
from typing import Any

from pydantic_core import to_json

from stargauge import __version__
from stargauge.facts import Tables
from stargauge.policy import read_levers
from stargauge.scenario import Scenario
from stargauge.web.engine import Engine, rows_of
from stargauge.web.frames import Frame
from stargauge.web.headline import HEADLINE_SERIES, headlines
from stargauge.web.intake import asked_series, read_scenario, with_futures
from stargauge.web.messages import Move
from stargauge.web.moves import Sample
from stargauge.web.reading import Reading, class_names, limit_names

MILLISECONDS = 1000.0


class Kept:
    """Answers by what was asked, up to a number of bytes; those unused for longest go."""

    def __init__(self, most_bytes: int) -> None:
        """Keep nothing yet."""
        self._most, self._size = most_bytes, 0
        self._found: OrderedDict[Any, bytes] = OrderedDict()

    def __len__(self) -> int:
        """Return how many answers are kept."""
        return len(self._found)

    def get(self, key: Any) -> bytes | None:
        """Return an answer, None where there is none."""
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def put(self, key: Any, content: bytes) -> None:
        """Keep an answer."""
        self._size += len(content) - len(self._found.pop(key, b""))
        self._found[key] = content
        while self._size > self._most and self._found:
            _, gone = self._found.popitem(last=False)
            self._size -= len(gone)


async def answer(engine: Engine, kept: Kept, move: Move, tables: Tables) -> bytes:
    """Return the JSON of the answer to a move.

    Raises:
        ProblemError: Mistakes in the request.
        StargaugeError: The scenario cannot be made ready, or the model failed.
    """
    began = perf_counter()
    scenario = with_futures(read_scenario(move.scenario), move.futures)
    await engine.when_ready()
    frame = await engine.frames.get(scenario)
    names = asked_series(frame, move.series, engine.bounds.series_per_request)
    key = (frame.key, scenario.digest(), names, move.limits)
    content = kept.get(key)
    cached = content is not None
    if content is None:
        held = {*names, *HEADLINE_SERIES, *class_names(frame), *(limit_names(frame) if move.limits else ())}
        sample = await engine.sample(frame, scenario.levers, rows_of(frame, held), move.futures)
        content = await asyncio.to_thread(_content, sample, scenario, tables, names, move.limits, engine)
        kept.put(key, content)
    told = {
        "cached": cached,
        "scenario": _scenario(scenario),
        "milliseconds": (perf_counter() - began) * MILLISECONDS,
    }
    # One object of two: what was kept, and what is of this request alone.
    return content[:-1] + b"," + to_json(told)[1:]


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "as_of": str(scenario.as_of),
        "start": scenario.start,
        "end": scenario.end,
    }


def _content(
    sample: Sample,
    scenario: Scenario,
    tables: Tables,
    names: tuple[str, ...],
    with_limits: bool,
    engine: Engine,
) -> bytes:
    frame: Frame = sample.frame
    reading = Reading(sample, scenario, tables)
    paths = reading.paths(tuple(dict.fromkeys((*names, *HEADLINE_SERIES))))
    pledges = reading.pledges()
    limits = reading.limits() if with_limits else None
    return to_json(
        {
            "digest": scenario.digest(),
            "seed": scenario.seed,
            "futures": sample.futures,
            "preview": sample.futures < engine.bounds.refined_futures,
            "version": __version__,
            "facts_as_of": frame.facts_as_of,
            "facts_digest": frame.facts_digest,
            "months": reading.months,
            "as_of_month": reading.months.index(f"{scenario.as_of:%Y-%m}"),
            "headline": headlines(reading, paths, pledges, limits),
            "pledges": pledges,
            "programmes": reading.programmes(),
            "lateness": reading.whole_lateness(),
            "paths": {name: paths[name] for name in names},
            "pledged": reading.pledged(),
            "classes": reading.classes(),
            "limits": limits,
            "tracked_levers": scenario.tracked_levers(read_levers()),
            "series": tuple(frame.place),
        },
        inf_nan_mode="null",
    )
