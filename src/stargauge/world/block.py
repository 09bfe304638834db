"""One block of futures of the world: what its rooms make of the draws, then the quarter loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.world.adoption import AdoptionPaths, adoption_block, empty_adoption, open_adoption
from stargauge.world.blocs import BLOCS
from stargauge.world.kernel import run_quarters
from stargauge.world.ledgers import (
    SHARED,
    Capability,
    LedgerPaths,
    empty_capability,
    empty_ledgers,
    ledger_block,
    open_ledgers,
)
from stargauge.world.rules import RulePaths, empty_rules, open_rules, rules_block
from stargauge.world.setup import NETWORK_SCALE, WORLD_LEVERS, WorldPlan
from stargauge.world.trust import PackagePaths, empty_packages, open_trust, trust_block

Floats = NDArray[np.float64]


NETWORK = "world.adoption.network"
"""Input of the network effect, 0 for none to 1."""


class WorldBlock(NamedTuple):
    """What became of the world in a block of futures, at the end of each quarter: (futures, slots, ...)."""

    compute: LedgerPaths
    skill: Capability
    use: AdoptionPaths
    reach: RulePaths
    granted: PackagePaths
    alignment: Floats


def simulate_world(
    plan: WorldPlan,
    values: Mapping[str, Floats],
    shocks: Mapping[str, Floats],
    us_h100e: Floats,
    levers: Mapping[str, Floats],
) -> WorldBlock:
    """Return a block of the world, a pure function of its arguments.

    Args:
        plan: The world made ready.
        values: (futures) value of every input that is drawn, those of `plan.distributions` and the ones that
            the rest of the model draws (`SHARED`).
        shocks: (futures, ...) uniforms by name, in the shapes of `plan.shocks`.
        us_h100e: (futures, months) compute that stands in the US, in H100-equivalents.
        levers: (futures or 1, months) intensity since the as-of date of each of `WORLD_LEVERS`.
    """
    futures, quarters = us_h100e.shape[0], plan.rows.size
    level = {name: _at_slots(plan, levers[name], futures) for name in WORLD_LEVERS}
    trust = trust_block(plan.trust, values, shocks, level["export_packages"])
    law = rules_block(plan.rules, values, shocks, plan.trust.alignment)
    shared = {name: values[name] for name in SHARED}
    chips = ledger_block(
        plan.ledgers,
        values,
        shared,
        shocks,
        us_h100e[:, plan.rows],
        level["export_controls"],
        level["open_models"],
    )
    market = adoption_block(plan.adoption, _drawn(plan, values), shocks)
    granted, alignment = empty_packages(futures, quarters), np.empty((futures, plan.slots, len(BLOCS)))
    compute, skill = empty_ledgers(futures, quarters), empty_capability(futures, quarters)
    use, reach = empty_adoption(futures, quarters), empty_rules(futures, quarters)
    open_trust(plan.trust, trust, granted, alignment)
    open_rules(plan.rules, law, reach)
    open_ledgers(plan.ledgers, chips, granted.delivered_mw, trust.tools, compute, skill)
    open_adoption(plan.adoption, market, use)
    run_quarters(
        plan.first,
        trust.packages,
        trust.opinion,
        law,
        chips.flows,
        chips.lags,
        market,
        trust.tools,
        level["export_controls"],
        level["security_conditions"],
        granted,
        alignment,
        compute,
        skill,
        use,
        reach,
    )
    return WorldBlock(compute, skill, use, reach, granted, alignment)


def _at_slots(plan: WorldPlan, path: Floats, futures: int) -> Floats:
    """Return (futures, slots) a monthly intensity at the ends of quarters; before the run it is nothing."""
    level = np.zeros((futures, plan.slots))
    level[:, 1:] = path[:, plan.rows]
    return level


def _drawn(plan: WorldPlan, values: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """Return the values of inputs with the scenario's factor on the network effect, 0 where it is off."""
    scale = np.zeros_like(values[NETWORK]) if plan.asked.network.off else values[NETWORK_SCALE]
    return {**values, NETWORK: scale * values[NETWORK]}
