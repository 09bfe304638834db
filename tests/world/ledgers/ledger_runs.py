"""Small runs of the ledgers for tests: a made path of the US, drawn inputs, and all slots run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import load_registry
from stargauge.streams import uniforms
from stargauge.world.blocs import BLOCS
from stargauge.world.ledgers import (
    SHARED,
    Capability,
    ChipRules,
    ChipSales,
    LedgerBlock,
    LedgerPaths,
    LedgerPlan,
    capability_step,
    empty_capability,
    empty_ledgers,
    ledger_block,
    ledger_shocks,
    ledgers_step,
    open_ledgers,
    prepare_ledgers,
)
from stargauge.world.series import quarter_ends

Floats = NDArray[np.float64]

QUARTERS = quarter_ends(date(2025, 1, 1), date(2035, 12, 31))
SLOTS = len(QUARTERS) + 1
OLDEST, PLAN, EDITION = date(2024, 12, 31), date(2025, 7, 23), date(2026, 10, 5)


@dataclass(frozen=True)
class Run:
    """A run with what went in."""

    plan: LedgerPlan
    values: Mapping[str, Floats]
    block: LedgerBlock
    us: Floats
    package_mw: Floats
    tools: Floats
    enforcement: Floats
    paths: LedgerPaths
    skill: Capability


@cache
def plan_of(as_of: date, chip_sales: ChipSales = "rules") -> LedgerPlan:
    return prepare_ledgers(load_registry(), QUARTERS, as_of, chip_sales)


def us_path(futures: int, seed: int = 1) -> Floats:
    """Return compute of the US from 4 to some 8 million in 2025 to a few hundred million in 2035."""
    start = 4e6 * np.exp(0.3 * uniforms(seed, "test.us", "start", 0, futures))
    steps = 0.04 + 0.14 * uniforms(seed, "test.us", "steps", 0, (futures, len(QUARTERS)))
    path: Floats = start[:, None] * np.exp(np.cumsum(steps, axis=1))
    return path


def run(
    plan: LedgerPlan,
    futures: int = 8,
    seed: int = 1,
    values: Mapping[str, float | Floats] | None = None,
    rules: ChipRules | None = None,
    enforcement: float = 0.0,
    open_models: float = 0.0,
    packages: float = 0.0,
    tools: float = 1.0,
    calm: bool = False,
    us: Floats | None = None,
) -> Run:
    """Return a run; `packages` is facility MW a quarter in the Gulf and a tenth of it in the others."""
    if rules is not None:
        plan = LedgerPlan(**{**plan.__dict__, "rules": rules})
    drawn = {
        name: one.quantile(uniforms(seed, name, "world", 0, futures))
        for name, one in plan.distributions.items()
    }
    known = load_registry().as_of(plan.quarters[plan.first - 2] if plan.first > 2 else OLDEST)
    shared = {
        name: known.input(name).to(unit).quantile(uniforms(seed, name, "national", 0, futures))
        for name, unit in SHARED.items()
    }
    for name, value in (values or {}).items():
        (drawn if name in drawn else shared)[name] = np.broadcast_to(np.asarray(value, float), futures).copy()
    shocks = {
        name: np.full((futures, *shape), 0.5) if calm else uniforms(seed, name, "world", 0, (futures, *shape))
        for name, shape in ledger_shocks(QUARTERS).items()
    }
    path = us_path(futures, seed) if us is None else us
    package_mw = np.zeros((futures, SLOTS, len(BLOCS)))
    ramp = packages * np.arange(SLOTS)
    package_mw[:, :, 2:] = 0.1 * ramp[:, None]
    package_mw[:, :, BLOCS.index("Gulf")] = ramp
    tool_path = np.full((futures, SLOTS), tools)
    tight, opened = np.full((futures, SLOTS), enforcement), np.full((futures, SLOTS), open_models)
    tight[:, : plan.first] = opened[:, : plan.first] = 0.0
    block = ledger_block(plan, drawn, shared, shocks, path, tight, opened)
    paths, skill = empty_ledgers(futures, len(QUARTERS)), empty_capability(futures, len(QUARTERS))
    open_ledgers(plan, block, package_mw, tool_path, paths, skill)
    for f in range(futures):
        for q in range(plan.first, SLOTS):
            ledgers_step(f, q, block.flows, package_mw, tool_path, paths)
            capability_step(f, q, block.lags, paths.user, skill)
    return Run(plan, {**drawn, **shared}, block, path, package_mw, tool_path, tight, paths, skill)
