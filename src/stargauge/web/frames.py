"""Scenarios made ready, without their levers: made in a process of their own, kept, and shared by moves."""

from __future__ import annotations

import asyncio
import pickle
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble.ranges import lower_ends, upper_ends
from stargauge.errors import InputError, Mistake
from stargauge.facts import load_registry
from stargauge.model import Prepared
from stargauge.runs import run_inputs
from stargauge.scenario import Scenario
from stargauge.web.bounds import Bounds
from stargauge.web.helpers import Helper, HelperDiedError, preparer
from stargauge.web.problems import busy, input_problem

Floats = NDArray[np.float64]

NICENESS = 5
"""Making a scenario ready stands back for slices of one that is."""


@dataclass(frozen=True)
class Frame:
    """A scenario made ready under no levers.

    Attributes:
        key: What decides its numbers.
        prepared: The scenario made ready.
        content: The same, pickled, for helpers.
        place: Place of each series by its name.
        column: Place of each end value by its name.
        lowers: (series) lower ends of histograms.
        uppers: (series, months) upper ends.
        facts_as_of: When the newest fact it sees was published.
        facts_digest: Digest of facts and tables, as in a run's record.
    """

    key: str
    prepared: Prepared
    content: bytes
    place: dict[str, int]
    column: dict[str, int]
    lowers: Floats
    uppers: Floats
    facts_as_of: str
    facts_digest: str

    @classmethod
    def of(cls, key: str, content: bytes) -> Frame:
        """Return the frame of what a helper made ready."""
        prepared: Prepared = pickle.loads(content)
        inputs = run_inputs(prepared.scenario, load_registry())
        return cls(
            key=key,
            prepared=prepared,
            content=content,
            place={one.name: row for row, one in enumerate(prepared.series)},
            column={one.name: row for row, one in enumerate(prepared.end_values)},
            lowers=lower_ends([one.lower for one in prepared.series]),
            uppers=upper_ends([one.upper for one in prepared.series], len(prepared.months)),
            facts_as_of=inputs.facts_as_of,
            facts_digest=inputs.facts_digest,
        )


def frame_key(scenario: Scenario) -> str:
    """Return what decides a frame: the scenario but for levers, number of futures and programmes to watch."""
    return _bare(scenario).digest()


def _bare(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"levers": {}, "futures": 1, "programmes": "all"})


class FrameRoom:
    """Keeps frames and has missing ones made, one after another."""

    def __init__(self, bounds: Bounds) -> None:
        """Keep nothing yet; the process starts with the first scenario."""
        self._bounds = bounds
        self._kept: OrderedDict[str, Frame] = OrderedDict()
        self._making: dict[str, asyncio.Task[Frame]] = {}
        self._turn = asyncio.Lock()
        self._helper: Helper | None = None

    async def get(self, scenario: Scenario) -> Frame:
        """Return the frame of a scenario, made now if it is not kept.

        Raises:
            ProblemError: The run is too long, or too many scenarios wait.
            InputError: It cannot be made ready.
        """
        key = frame_key(scenario)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._making:
            months = len(scenario.months())
            if months > self._bounds.months:
                said = f"{months} months from the start; at most {self._bounds.months} are run here"
                raise input_problem(InputError("The scenario", [Mistake(0, "end", said)]), "scenario")
            if len(self._making) >= self._bounds.waiting_scenarios:
                raise busy(
                    f"{len(self._making)} scenarios are being made ready, the most that may wait; "
                    "moving levers of one that is ready goes on"
                )
            self._making[key] = asyncio.create_task(self._make(key, _bare(scenario)))
        # Whoever asked may go away; others may wait for the same.
        return await asyncio.shield(self._making[key])

    async def _make(self, key: str, scenario: Scenario) -> Frame:
        try:
            async with self._turn:
                frame = await asyncio.to_thread(self._frame, key, scenario)
            self._kept[key] = frame
            while len(self._kept) > self._bounds.kept_scenarios:
                self._kept.popitem(last=False)
            return frame
        finally:
            del self._making[key]

    def _frame(self, key: str, scenario: Scenario) -> Frame:
        return Frame.of(key, self._ask(scenario))

    def _ask(self, scenario: Scenario) -> bytes:
        if self._helper is None or not self._helper.alive:
            self._helper = Helper("scenarios", preparer, NICENESS)
        try:
            content: bytes = self._helper.ask(scenario)
        except HelperDiedError:
            self._helper.end()
            self._helper = None
            raise
        return content

    def close(self) -> None:
        """End the process and what waits for it."""
        for task in self._making.values():
            task.cancel()
        if self._helper is not None:
            self._helper.end()
