"""All online units in proportion to what they can still give: the default."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.sources.base import Source


@dataclass(frozen=True)
class ProRata(Source):
    """Online units of the load's interconnect, pro rata to headroom.

    Attributes:
        without: Fuels whose units give nothing, for example wind and solar at a snapshot.
    """

    without: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The source in words."""
        fuels = f" without {', '.join(self.without)}" if self.without else ""
        return f"online units{fuels} pro rata to headroom, per interconnect"

    def unit_mw(self, model: DcModel) -> NDArray[np.float64]:
        """Return the headroom of each unit, (g,), MW.

        Raises:
            InputError: No unit burns one of the fuels left out.
        """
        known = sorted(set(model.network.unit_fuel) - {""})
        unknown = [fuel for fuel in self.without if fuel not in known]
        if unknown:
            texts = [f'no unit burns "{fuel}"; known: {", ".join(known) or "none"}' for fuel in unknown]
            raise InputError(
                "source", [Mistake(0, "without", text) for text in texts], "nothing was computed"
            )
        kept = np.array([fuel not in self.without for fuel in model.network.unit_fuel], dtype=bool)
        return np.where(kept, model.dispatch.headroom_mw, 0.0) if kept.size else model.dispatch.headroom_mw
