"""One unit."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.sources.base import Source


@dataclass(frozen=True)
class SingleUnit(Source):
    """A single unit, up to its headroom.

    Attributes:
        name: Name of the unit.
    """

    name: str

    @property
    def rule(self) -> str:
        """The source in words."""
        return f"unit {self.name} alone"

    def unit_mw(self, model: DcModel) -> NDArray[np.float64]:
        """Return the headroom of the unit and 0 for all others, (g,), MW.

        Raises:
            InputError: There is no such unit.
        """
        names = model.network.unit_name
        if self.name not in names:
            near = difflib.get_close_matches(self.name, names, n=3, cutoff=0.5)
            hint = f"; did you mean {' or '.join(near)}?" if near else f"; there are {len(names)} units"
            raise InputError(
                "source",
                [Mistake(0, "unit", f'no unit is called "{self.name}"{hint}')],
                "nothing was computed",
            )
        offered = np.zeros(len(names))
        offered[names.index(self.name)] = model.dispatch.headroom_mw[names.index(self.name)]
        return offered
