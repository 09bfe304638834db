"""Where buses are: distances on the globe, names of states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import load_tables

Floats = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def distance_km(place: tuple[float, float], lat: Floats, lon: Floats) -> Floats:
    """Return the great-circle distance, km, from a place to each of others; all in degrees (haversine)."""
    here_lat, here_lon = np.radians(place)
    there_lat, there_lon = np.radians(lat), np.radians(lon)
    part = np.sin((there_lat - here_lat) / 2) ** 2
    part = part + np.cos(here_lat) * np.cos(there_lat) * np.sin((there_lon - here_lon) / 2) ** 2
    distance: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(part, 0.0, 1.0)))
    return distance


def state_name(asked: str, known: Sequence[str]) -> str:
    """Return how the network writes a state given in any case or as a postal code; else as given."""
    postal = load_tables().state_regions
    names = dict(zip(postal["postal"], postal["state"], strict=True))
    folded = {name.casefold(): name for name in known}
    for name in (asked, names.get(asked.upper(), "")):
        if name.casefold() in folded:
            return folded[name.casefold()]
    return asked
