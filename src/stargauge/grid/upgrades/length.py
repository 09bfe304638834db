"""How long a line is: networks do not say, so it is estimated, and the estimate is marked."""

from __future__ import annotations

import numpy as np

from stargauge.grid.hosting.geography import distance_km
from stargauge.grid.network import Network
from stargauge.grid.upgrades.prices import Prices

ROUTE = "GRID-line-route"


def line_length(network: Network, branch: int, prices: Prices) -> tuple[float | None, str, tuple[str, ...]]:
    """Return the length of a line, km, how it was estimated, and the facts used; None where nothing tells it.

    With coordinates of both ends it is the great circle times a factor for the route; else the reactance over
    that of a usual line of the voltage.
    """
    start, end = int(network.branch_from[branch]), int(network.branch_to[branch])
    here = (float(network.bus_lat[start]), float(network.bus_lon[start]))
    straight = float(distance_km(here, network.bus_lat[end], network.bus_lon[end]))
    if straight > 0:  # nan compares false
        route = prices.distribution(ROUTE, "ratio").median
        return straight * route, f"estimate: {straight:,.1f} km straight × {route:g} for the route", (ROUTE,)
    kv, reactance = float(network.bus_kv[start]), float(network.branch_x[branch])
    known = prices.reactance_id(kv)
    if known is None or not reactance > 0 or not np.isclose(kv, network.bus_kv[end]):
        return None, "unknown: no coordinates, and the reactance does not tell it", ()
    ohm = reactance * kv**2 / network.base_mva
    per_km = prices.distribution(known, "ohm/km").median
    return ohm / per_km, f"estimate: {ohm:,.1f} ohm over {per_km:.2f} ohm/km", (known,)
