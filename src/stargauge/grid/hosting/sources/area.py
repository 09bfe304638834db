"""The units of one area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.sources.base import Source


@dataclass(frozen=True)
class Area(Source):
    """Online units of an area, pro rata to headroom.

    Attributes:
        name: Number of the area, or name of a zone or state.
    """

    name: str

    @property
    def rule(self) -> str:
        """The source in words."""
        return f"online units of area {self.name} pro rata to headroom"

    def unit_mw(self, model: DcModel) -> NDArray[np.float64]:
        """Return the headroom of the area's units, (g,), MW.

        Raises:
            InputError: No unit lies in the area.
        """
        network = model.network
        inside = np.array(
            [
                self.name in (str(network.bus_area[bus]), network.bus_zone[bus], network.bus_state[bus])
                for bus in network.unit_bus
            ],
            dtype=bool,
        )
        if not inside.any():
            known = sorted({str(area) for area in network.bus_area[network.unit_bus]})
            shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
            text = f'no online unit lies in an area, zone or state "{self.name}"; areas with units: {shown}'
            raise InputError("source", [Mistake(0, "area", text)], "nothing was computed")
        return np.where(inside, model.dispatch.headroom_mw, 0.0)
