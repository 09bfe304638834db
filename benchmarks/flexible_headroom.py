"""How long flexible headroom takes for every authority, year and curtailment, beside a plain pandas version.

    python benchmarks/flexible_headroom.py FILE [--pandas AUTHORITIES] [--runs N]

FILE holds hourly demand (`stargauge data fetch eia930`, or a Parquet or CSV table of it). Two tasks on one
core, 20 curtailments from 0.1 % to 5 %:

* each year by itself, with the seasonal peaks of all nine years: 54 authorities x 9 years x 20;
* the nine years together: 54 authorities x 20.

The pandas version does what one writes first: a frame of demand and limit, the curtailed energy summed for a
load, and a root finder over the load. It runs on the first few authorities, is scaled up, and its numbers are
compared. Neither version uses threads.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import statistics
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from stargauge.grid.flexibility import flexible_headroom, headroom_by_year
from stargauge.grid.flexibility.building import YEARS
from stargauge.grid.flexibility.hourly import HourlyDemand, read_hourly

LEVELS = np.geomspace(0.001, 0.05, 20)
SUMMER = range(5, 11)
Table = dict[tuple[str, int], NDArray[np.float64]]


def ours_by_year(hourly: HourlyDemand, codes: list[str]) -> Table:
    return {
        (code, year): loads
        for code in codes
        for year, loads in headroom_by_year(
            hourly.hour_utc, hourly.demand_mw[code], LEVELS, years=YEARS, missing="omit"
        ).items()
    }


def ours_together(hourly: HourlyDemand, codes: list[str]) -> Table:
    return {
        (code, 0): flexible_headroom(
            hourly.hour_utc, hourly.demand_mw[code], LEVELS, years=YEARS, missing="omit"
        )
        for code in codes
    }


def pandas_by_year(pd: Any, hourly: HourlyDemand, codes: list[str]) -> Table:
    table: Table = {}
    for code in codes:
        frame = pd.DataFrame({"hour": hourly.hour_utc, "demand": hourly.demand_mw[code]}).dropna()
        frame = frame[frame["hour"].dt.year.between(*YEARS)]
        summer = frame["hour"].dt.month.isin(SUMMER)
        frame["limit"] = frame.groupby(summer)["demand"].transform("max")
        for year, part in frame.groupby(frame["hour"].dt.year):
            table[code, year] = np.array([pandas_headroom(part, level) for level in LEVELS])
    return table


def pandas_headroom(part: Any, level: float) -> float:
    def excess(load: float) -> float:
        cut = (part["demand"] + load - part["limit"]).clip(lower=0)
        return float(cut.sum() / (load * len(part)) - level)

    highest = float(part["limit"].max()) / (1 - level)
    return float(brentq(excess, 1e-6, highest, xtol=1e-6, rtol=1e-12))


def timed(how: Any, runs: int) -> tuple[float, float, Table]:
    wall, cpu = [], []
    table: Table = {}
    for _ in range(runs):
        started, used = perf_counter(), process_time()
        table = how()
        wall.append(perf_counter() - started)
        cpu.append(process_time() - used)
    return statistics.median(wall), statistics.median(cpu), table


def main() -> None:
    parser = argparse.ArgumentParser(description="flexible headroom beside pandas")
    parser.add_argument("file", type=Path)
    parser.add_argument("--pandas", type=int, default=2, help="authorities the pandas version runs on")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    started = perf_counter()
    hourly = read_hourly(asked.file)
    codes = sorted(hourly.demand_mw)
    print(f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}; one core")
    print(
        f"{len(codes)} authorities, {hourly.hour_utc.size:,} hours read in {perf_counter() - started:.2f} s"
    )
    for title, how in (("each year", ours_by_year), ("nine years together", ours_together)):
        wall, cpu, table = timed(lambda how=how: how(hourly, codes), asked.runs)
        print(f"{title}: {len(table) * LEVELS.size:,} headrooms in {wall:.2f} s ({cpu:.2f} s of processor)")
    missing = len(codes) * (YEARS[1] - YEARS[0] + 1) - len(ours_by_year(hourly, codes))
    if missing:
        print(f"  ({missing} authority-years have no hours)")
    try:
        pd = importlib.import_module("pandas")
    except ImportError:
        print("pandas: not installed, left out (pip install pandas)")
        return
    few = codes[: asked.pandas]
    wall, _, theirs = timed(lambda: pandas_by_year(pd, hourly, few), 1)
    own_wall, _, ours = timed(lambda: ours_by_year(hourly, few), asked.runs)
    apart = max(float(np.abs(ours[key] / theirs[key] - 1).max()) for key in theirs)
    print(
        f"pandas {pd.__version__} and a root finder, each year: {wall:.1f} s for {len(few)} authorities "
        f"({wall / len(few) * len(codes):.0f} s for all), {wall / own_wall:.0f} times as long; "
        f"largest relative difference {apart:.1e}"
    )


if __name__ == "__main__":
    main()
