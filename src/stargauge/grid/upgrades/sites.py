"""The buses that a ranking is about: a state, an area, a circle, or all; star points are no sites."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.hosting.geography import distance_km, state_name
from stargauge.grid.network import Network

Ints = NDArray[np.int64]


def sites_of(
    network: Network,
    state: str | None,
    near: tuple[float, float] | None,
    radius_km: float | None,
    area: str | None,
    mistakes: list[Mistake],
) -> tuple[Ints, str]:
    """Return the buses (by index) that meet every condition, and the conditions in words.

    Args:
        network: The network.
        state: State or province, as the network writes it.
        near: Latitude and longitude, degrees.
        radius_km: Largest distance from `near`, km.
        area: Number of an area, or name of a zone.
        mistakes: What is wrong is added here.
    """
    chosen = network.is_site
    words = []
    if state is not None:
        known = sorted(set(network.bus_state) - {""})
        state = state_name(state, known)
        inside = np.array([name == state for name in network.bus_state])
        if not inside.any():
            mistakes.append(
                Mistake(0, "state", f'no bus lies in "{state}"; known: {", ".join(known) or "none"}')
            )
        chosen &= inside
        words.append(f"in {state}")
    if area is not None:
        inside = (network.bus_area.astype(str) == area) | np.array(
            [zone == area for zone in network.bus_zone]
        )
        if not inside.any():
            numbers = sorted(set(network.bus_area.tolist()))
            shown = ", ".join(map(str, numbers[:12])) + (", …" if len(numbers) > 12 else "")
            mistakes.append(Mistake(0, "area", f'no bus lies in area or zone "{area}"; known areas: {shown}'))
        chosen &= inside
        words.append(f"in area {area}")
    if near is not None and radius_km is not None:
        if np.isnan(network.bus_lat).all():
            mistakes.append(Mistake(0, "near", "the network states no coordinates of buses"))
        distance = distance_km(near, network.bus_lat, network.bus_lon)
        chosen &= distance <= radius_km
        words.append(f"within {radius_km:g} km of {near[0]:g},{near[1]:g}")
    elif near is not None:
        mistakes.append(Mistake(0, "radius_km", "a place needs a radius, for example 100"))
    elif radius_km is not None:
        mistakes.append(
            Mistake(0, "radius_km", "a radius needs a place: give `near` as latitude and longitude")
        )
    sites = np.flatnonzero(chosen)
    if not sites.size and not mistakes:
        mistakes.append(Mistake(0, "sites", f"no bus lies {' and '.join(words)}"))
    return sites, " ".join(words) or "all buses"
