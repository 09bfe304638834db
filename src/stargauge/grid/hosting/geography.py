"""Distances on the globe."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
