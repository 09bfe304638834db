"""A small model with the traits of the real one: atoms at zero, a never, correlated draws."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stargauge import streams
from stargauge.ensemble import RunInputs


@dataclass(frozen=True)
class Series:
    name: str
    unit: str
    upper: float | tuple[float, ...]


@dataclass(frozen=True)
class EndValue:
    name: str
    unit: str


@dataclass(frozen=True)
class Prepared:
    seed: int = 7
    months: tuple[str, ...] = tuple(f"{2025 + m // 12}-{m % 12 + 1:02d}" for m in range(24))
    sites: tuple[str, ...] = ("Abilene", "Holly Ridge", "Rayong")
    scale: float = 1.0
    pause_seconds: float = 0.0

    @property
    def series(self) -> tuple[Series, ...]:
        # A site ramps up over a year at the earliest; of the last, the range follows that.
        ramp = tuple(1000.0 * min((m + 1) / 12, 1.0) for m in range(len(self.months)))
        uppers = dict.fromkeys(self.sites, 1000.0) | {self.sites[-1]: ramp}
        return tuple(Series(f"energised_facility_mw:{site}", "MW", uppers[site]) for site in self.sites)

    @property
    def end_values(self) -> tuple[EndValue, ...]:
        return (EndValue("energised_mw_at_end", "MW"), EndValue("months_until_first_mw", "month"))


@dataclass(frozen=True)
class BlockResult:
    paths: NDArray[np.float64]
    ends: NDArray[np.float64]


INPUTS = RunInputs(
    scenario_name="toy", scenario_yaml="name: toy\nseed: 7\n", facts_digest="0" * 64, facts_as_of="2026-10-31"
)


def simulate(prepared: Prepared, block: int, futures: int = 256) -> BlockResult:
    """Sites ready after lognormal months, each ramping up over a year."""
    if prepared.pause_seconds:
        time.sleep(prepared.pause_seconds)
    months = np.arange(len(prepared.months))
    national = streams.normals(prepared.seed, "delay.national", "US", block, futures)
    paths = np.empty((futures, len(prepared.sites), len(months)))
    for s, site in enumerate(prepared.sites):
        own = streams.normals(prepared.seed, "delay.site", site, block, futures)
        ready = 14 * np.exp(0.4 * national + 0.5 * own)
        size = 900 * streams.uniforms(prepared.seed, "size", site, block, futures) * prepared.scale
        paths[:, s] = size[:, None] * np.clip((months - ready[:, None]) / 12, 0, 1)
    first = (paths.sum(axis=1) > 0).argmax(axis=1).astype(np.float64)
    never = ~(paths.sum(axis=1) > 0).any(axis=1)
    ends = np.column_stack([paths[:, :, -1].sum(axis=1), np.where(never, np.nan, first)])
    return BlockResult(paths, ends)


def raises_in_block_2(prepared: Prepared, block: int, futures: int = 256) -> BlockResult:
    if block == 2:
        raise ZeroDivisionError("a phase of no length")
    return simulate(prepared, block, futures)


def dies_in_block_2(prepared: Prepared, block: int, futures: int = 256) -> BlockResult:
    if block == 2:
        os._exit(9)
    return simulate(prepared, block, futures)


def reports_threads(prepared: Prepared, block: int, futures: int = 256) -> BlockResult:
    import numba
    import polars

    result = simulate(prepared, block, futures)
    result.ends[:] = (numba.get_num_threads(), polars.thread_pool_size())
    return result


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a run but its record, which holds times."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.json"}
