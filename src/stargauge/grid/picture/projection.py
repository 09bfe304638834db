"""Albers equal-area conic projection, fitted to what is drawn.

Source: J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987), pages 98 to 103
(sphere); standard parallels one sixth inside the range of latitudes, as given there on page 99.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.hosting.geography import EARTH_RADIUS_KM

Floats = NDArray[np.float64]

INSIDE = 1 / 6
"""Share of the range of latitudes by which standard parallels lie inside it."""

LEAST_CONE = 1e-6
"""Smallest constant of the cone: parallels on both sides of the equator would make it 0, a cylinder."""


@dataclass(frozen=True)
class Albers:
    """A projection to km east and north of the middle of what is drawn.

    Attributes:
        lat: Latitude of the origin, degrees.
        lon: Longitude of the origin, degrees.
        parallels: Standard parallels, degrees.
    """

    lat: float
    lon: float
    parallels: tuple[float, float]

    @classmethod
    def fitted(cls, lat: Floats, lon: Floats) -> Albers:
        """Return the projection that suits points, degrees; nan is left out."""
        low, high = float(np.nanmin(lat)), float(np.nanmax(lat))
        inside = INSIDE * (high - low)
        middle = 0.5 * (float(np.nanmin(lon)) + float(np.nanmax(lon)))
        return cls(0.5 * (low + high), middle, (low + inside, high - inside))

    def project(self, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
        """Return km east and km north of the origin, shaped as the points given in degrees."""
        first, second, origin = np.radians([*self.parallels, self.lat])
        cone = 0.5 * (np.sin(first) + np.sin(second))
        cone = cone if abs(cone) > LEAST_CONE else LEAST_CONE
        constant = np.cos(first) ** 2 + 2 * cone * np.sin(first)
        radius = np.sqrt(np.maximum(constant - 2 * cone * np.sin(np.radians(lat)), 0.0)) / cone
        at_origin = np.sqrt(constant - 2 * cone * np.sin(origin)) / cone
        angle = cone * np.radians(np.asarray(lon) - self.lon)
        east: Floats = EARTH_RADIUS_KM * radius * np.sin(angle)
        north: Floats = EARTH_RADIUS_KM * (at_origin - radius * np.cos(angle))
        return east, north
