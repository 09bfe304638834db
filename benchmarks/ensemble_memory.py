"""Peak memory of a run of a million futures: the main process and its largest worker.

Usage: python benchmarks/ensemble_memory.py [FUTURES] [WORKERS] [SERIES] [MONTHS] [END_VALUES]

The model draws real numbers and does little else, so what is measured is the ensemble itself: workers,
histograms, checkpoints, Parquet parts, and reading one column of all futures back.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stargauge import streams
from stargauge.ensemble import RunInputs, run_ensemble


@dataclass(frozen=True)
class Named:
    name: str
    unit: str
    upper: float = 1.0


@dataclass(frozen=True)
class Prepared:
    series_count: int
    month_count: int
    end_count: int
    seed: int = 1

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(f"{2025 + m // 12}-{m % 12 + 1:02d}" for m in range(self.month_count))

    @property
    def series(self) -> tuple[Named, ...]:
        return tuple(Named(f"series_mw:{i}", "MW") for i in range(self.series_count))

    @property
    def end_values(self) -> tuple[Named, ...]:
        return tuple(Named(f"end_mw:{i}", "MW") for i in range(self.end_count))


@dataclass(frozen=True)
class BlockResult:
    paths: NDArray[np.float64]
    ends: NDArray[np.float64]


def simulate(prepared: Prepared, block: int, futures: int = 256) -> BlockResult:
    size = streams.uniforms(prepared.seed, "size", "all", block, (futures, prepared.series_count, 1))
    start = streams.uniforms(prepared.seed, "start", "all", block, (futures, prepared.series_count, 1))
    share = np.arange(prepared.month_count) / prepared.month_count
    paths = size * np.clip(share - start, 0, 1)
    ends = streams.uniforms(prepared.seed, "ends", "all", block, (futures, prepared.end_count))
    return BlockResult(paths, ends)


def peak_gib(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024**2


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:]]
    futures, workers, series, months, ends = given + [1_000_000, 2, 40, 132, 40][len(given) :]
    inputs = RunInputs(scenario_name="memory", scenario_yaml="", facts_digest="", facts_as_of="")
    print(f"{futures:,} futures, {workers} workers, {series} series x {months} months, {ends} end values")
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        store = run_ensemble(
            Prepared(series, months, ends),
            Path(folder) / "run",
            inputs=inputs,
            futures=futures,
            workers=workers,
            simulate=simulate,
        )
        seconds = time.perf_counter() - began
        stored = sum(path.stat().st_size for path in store.folder.iterdir()) / 1024**3
        print(
            f"run           {seconds:8.1f} s   {futures / seconds:,.0f} futures/s   {stored:.2f} GiB stored"
        )
        print(f"main process  {peak_gib(resource.RUSAGE_SELF):8.2f} GiB at its peak")
        print(f"a worker      {peak_gib(resource.RUSAGE_CHILDREN):8.2f} GiB at its peak")
        mean = store.ends("end_mw:0")["end_mw:0"].mean()
        print(f"reading back  {peak_gib(resource.RUSAGE_SELF):8.2f} GiB at its peak, mean {mean:.4f}")


if __name__ == "__main__":
    main()
