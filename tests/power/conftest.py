"""Power supply made ready once for all tests of this room, and one block of futures of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.facts import load_registry
from stargauge.power import PowerBlock, PowerPrepared, draw, prepare_power, simulate

AS_OF = date(2026, 10, 5)
MONTHS = tuple(f"{year}-{month:02}" for year in range(2025, 2036) for month in range(1, 13))
FUTURES = 48


def uniform(name: str, futures: int) -> NDArray[np.float64]:
    return np.random.default_rng(crc32(name.encode())).uniform(1e-9, 1.0, futures)


@pytest.fixture(scope="session")
def prepared() -> PowerPrepared:
    return prepare_power(load_registry(), None, MONTHS, AS_OF)


@pytest.fixture(scope="session")
def values(prepared: PowerPrepared) -> dict[str, NDArray[np.float64]]:
    return draw(prepared, uniform, FUTURES)


@pytest.fixture(scope="session")
def block(prepared: PowerPrepared, values: dict[str, NDArray[np.float64]]) -> PowerBlock:
    return simulate(prepared, values)


Rerun = Callable[..., PowerBlock]
