"""What one study shares between its programmes: network, units, limits and factors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel, Island
from stargauge.grid.flows.sums import sum_by
from stargauge.grid.flows.threads import Workers
from stargauge.grid.redispatch.fleet import Fleet, fleet_of
from stargauge.grid.redispatch.limits import Allowed, Limits
from stargauge.grid.redispatch.rowbook import RowBook
from stargauge.grid.redispatch.rules import Rules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Load:
    """New load at a bus as a column of a programme.

    Attributes:
        bus: Bus, by index.
        per_mw: (m,) flow on every branch per MW, present generation pro rata as its source, MW.
        kept: Part of it that still draws power after an outage: 1 for firm load.
    """

    bus: int
    per_mw: Floats
    kept: float = 1.0


@dataclass(frozen=True)
class Desk:
    """One network under one set of rules.

    Attributes:
        model: The network with its matrices.
        rules: The conventions.
        islands: The interconnects that take part.
        fleet: Units that may move.
        limits: Limits before and after outages.
        allowed: What pairs are let through beyond them.
        book: Factors of elements at the buses of the fleet.
        flow: (m,) present flows, MW; 0 where there is none.
        workers: Threads of the screening.
        tell: Told in words what each round found.
    """

    model: DcModel
    rules: Rules
    islands: tuple[Island, ...]
    fleet: Fleet
    limits: Limits
    allowed: Allowed
    book: RowBook
    flow: Floats
    workers: Workers
    tell: Callable[[str], None]

    @classmethod
    def of(
        cls,
        model: DcModel,
        rules: Rules,
        buses: Sequence[int],
        workers: Workers,
        book: RowBook | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> Desk:
        """Return the desk for load at some buses, by index, with nothing let through yet.

        A `book` of the same network with another load serves again: its factors are the same.

        Raises:
            InputError: A fuel that no unit burns.
        """
        numbers = np.unique(model.network.interconnect[list(buses)])
        fleet = fleet_of(model, numbers, rules)
        return cls(
            model,
            rules,
            tuple(model.islands[number] for number in numbers),
            fleet,
            Limits.of(model, rules.ratings, n1=True),
            Allowed.nothing(),
            book or RowBook(model, fleet.bus),
            np.nan_to_num(model.flow),
            workers,
            tell or (lambda text: None),
        )

    def without_outages(self) -> Desk:
        """Return the same desk with nothing ever lost."""
        return replace(self, limits=replace(self.limits, n1=False))

    def load(self, bus: int, kept: float = 1.0) -> Load:
        """Return new load at a bus, by index."""
        return Load(bus, self.book.load_column(bus), kept)

    def output_mw(self, moved_mw: Floats) -> Floats:
        """Return the output of every unit (g,), MW, if those that may move do so by (units,) MW."""
        output = np.array(self.model.dispatch.unit_mw)
        output[self.fleet.unit] += moved_mw
        return output

    def flows(self, moved_mw: Floats, loads: Sequence[Load], load_mw: Floats) -> tuple[Floats, Floats]:
        """Return flows (m,) before and after an outage, MW, both on the intact network.

        Args:
            moved_mw: (units,) change of output.
            loads: The loads.
            load_mw: (loads,) their size.
        """
        network = self.model.network
        change = sum_by(self.fleet.bus, moved_mw, network.buses)
        back = np.zeros(network.buses)
        for load, size in zip(loads, load_mw, strict=True):
            change[load.bus] -= size
            back[load.bus] += (1.0 - load.kept) * size
        before = self.flow + self._transfer(change)
        if not back.any():
            return before, before
        total = sum_by(network.interconnect, back, len(self.model.islands))
        return before, before + self._transfer(back - self.book.slack * total[network.interconnect])

    def _transfer(self, injection: Floats) -> Floats:
        """Return the flows (m,) of an injection (n,) on the interconnects that take part, MW."""
        flow = np.zeros(self.model.network.branches)
        for island in self.islands:
            at_node = sum_by(island.node, injection[island.bus], island.nodes)
            flow[island.branch] = island.reduction.solve(at_node)[1]
        return flow
