"""First come, first served."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stargauge.grid.redispatch.sharing.base import SLACK, Sharing, Table


@dataclass(frozen=True)
class Queue(Sharing):
    """Each position as much as the ones before it leave; requests of equal position share pro rata.

    Attributes:
        conceded: Share of the most it could have that each leaves to those behind. The last MW of a request
            can take the redispatch of a whole network and leave nothing to anyone, however far away.
    """

    conceded: float = 0.0

    @property
    def rule(self) -> str:
        """The rule in words."""
        left = f", each gives up {self.conceded * 100:g} % for those behind" if self.conceded else ""
        return (
            f"first come, first served: no request is cut for one behind it{left}; equal positions pro rata"
        )

    def stages(self, table: Table) -> None:
        """Serve one position after another."""
        position = np.array([request.queue or 0.0 for request in table.requests])
        table.close(range(position.size))  # those behind might relieve an element, but may never come
        places = np.unique(position)
        for place in places:
            conceded = self.conceded if place < places[-1] else 0.0
            group = np.flatnonzero(position == place).tolist()
            table.open(group)
            if len(group) > 1:
                table.fill(group, "common share", conceded)
                continue
            first = group[0]
            weight = np.where(np.arange(position.size) == first, 1.0, 0.0)
            load = table.maximise(weight, f"MW of {table.requests[first].name}", group)
            mw = float(load[first])
            full = mw >= table.requests[first].mw * (1.0 - SLACK)
            table.keep(first, mw if full else (1.0 - conceded) * mw)
