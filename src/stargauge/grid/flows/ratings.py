"""Which limit holds before and which after an outage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.network import Network

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ratings:
    """Limits: rate A before an outage; after one rate B, or rate A times a factor where there is none.

    Attributes:
        emergency_factor: Factor on rate A where rate B is not stated. The strongest choice of all: 1.2
            doubles the median capacity of a test grid.
        use_rate_b: Whether stated rates B count.
        min_kv: Branches both of whose ends are below this voltage are not monitored; 0 for all.
    """

    emergency_factor: float = 1.0
    use_rate_b: bool = True
    min_kv: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            InputError: A factor that is not above 0, a voltage below 0.
        """
        mistakes = []
        if not (np.isfinite(self.emergency_factor) and self.emergency_factor > 0):
            text = f"is {self.emergency_factor:g}; it must be above 0, for example 1.1"
            mistakes.append(Mistake(0, "emergency_factor", text))
        if not self.min_kv >= 0:
            mistakes.append(Mistake(0, "min_kv", f"is {self.min_kv:g}; it must be at least 0"))
        if mistakes:
            raise InputError("limits", mistakes, "nothing was computed")

    def before_mw(self, network: Network) -> Floats:
        """Return the limit of each branch before an outage, (m,), MW; inf where it is not monitored."""
        return np.where(self._monitored(network), network.rate_a, np.inf)

    def after_mw(self, network: Network) -> Floats:
        """Return the limit of each branch after an outage, (m,), MW; inf where it is not monitored."""
        limit = network.rate_a * self.emergency_factor
        if self.use_rate_b:
            stated = ~np.isnan(network.rate_b)
            limit = np.where(stated, network.rate_b, limit)
        return np.where(self._monitored(network), limit, np.inf)

    def rule(self, network: Network) -> str:
        """Return the limits in words, with what the network has."""
        stated = int((~np.isnan(network.rate_b)).sum()) if self.use_rate_b else 0
        if stated == network.branches:
            after = "rate B after an outage"
        elif stated:
            after = f"after an outage rate B ({stated:,} branches), else rate A × {self.emergency_factor:g}"
        elif self.emergency_factor == 1.0:
            after = "and after an outage"
        else:
            after = f"rate A × {self.emergency_factor:g} after an outage"
        kv = f", only elements from {self.min_kv:g} kV" if self.min_kv else ""
        return f"limits rate A before {after}{kv}"

    def _monitored(self, network: Network) -> NDArray[np.bool_]:
        if not self.min_kv:
            return np.ones(network.branches, dtype=bool)
        kv = np.fmax(network.bus_kv[network.branch_from], network.bus_kv[network.branch_to])
        return ~(kv < self.min_kv)
