from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stargauge.grid.hosting.geography import distance_km
from stargauge.grid.picture.projection import Albers


def test_numbers_printed_in_the_manual() -> None:
    # Snyder, USGS Professional Paper 1395, page 291: unit sphere, parallels 29.5 and 45.5, origin 23 N 96 W,
    # point 35 N 75 W: x = 0.2952720, y = 0.2416774.
    east, north = Albers(23.0, -96.0, (29.5, 45.5)).project(np.array([35.0]), np.array([-75.0]))
    assert east[0] / 6371.0088 == pytest.approx(0.2952720, abs=1e-7)
    assert north[0] / 6371.0088 == pytest.approx(0.2416774, abs=1e-7)


@given(
    st.floats(-60, 60),
    st.floats(-150, 150),
    st.floats(0.5, 12),
    st.floats(0.5, 25),
    st.integers(0, 2**32 - 1),
)
def test_areas_are_kept(lat: float, lon: float, height: float, width: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    lats = lat + height * generator.uniform(-1, 1, 30)
    lons = lon + width * generator.uniform(-1, 1, 30)
    projection = Albers.fitted(lats, lons)
    side = 1e-3
    corners = np.array([[0, 0], [0, side], [side, side], [side, 0]])
    east, north = projection.project(lats[0] + corners[:, 0], lons[0] + corners[:, 1])
    drawn = 0.5 * abs(np.dot(east, np.roll(north, 1)) - np.dot(north, np.roll(east, 1)))
    radians = np.radians(side)
    true = 6371.0088**2 * radians * (np.sin(np.radians(lats[0] + side)) - np.sin(np.radians(lats[0])))
    assert drawn == pytest.approx(true, rel=1e-3)


def test_near_the_middle_distances_are_true() -> None:
    projection = Albers.fitted(np.array([25.0, 49.0]), np.array([-125.0, -67.0]))
    lat, lon = np.array([38.0, 38.4]), np.array([-96.5, -95.8])
    east, north = projection.project(lat, lon)
    drawn = float(np.hypot(np.diff(east), np.diff(north))[0])
    assert drawn == pytest.approx(float(distance_km((38.0, -96.5), lat[1:], lon[1:])[0]), rel=0.02)
