"""What a block of futures can have: regional power, on-site plant, chips and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stargauge.delivery import energised_since_mw
from stargauge.model.arrays import MODELLED, SUPPLIED, Supply
from stargauge.model.flexibility import LOW, STEP
from stargauge.model.purses import capital_mw, chips_mw_it
from stargauge.policy import LeverPaths
from stargauge.power import REGIONS, PowerBlock, onsite_supply_mw, turbines_elsewhere_mw
from stargauge.power import simulate as simulate_power
from stargauge.scenario.parts import RegionHeadroom

if TYPE_CHECKING:
    from stargauge.model.preparation import Prepared

Floats = NDArray[np.float64]


def regional_power(
    prepared: Prepared, paths: LeverPaths, values: dict[str, Floats]
) -> tuple[PowerBlock, Floats]:
    """Return what regions supply in a block, and (futures, months) cumulative MW of on-site plant.

    On-site plant takes part of its turbines from the makers that power plants order from.
    """
    delivery = prepared.delivery
    onsite = onsite_supply_mw(values, delivery.now, delivery.horizon)
    block = simulate_power(
        prepared.power,
        values,
        paths.beyond("retirement_deferral"),
        turbines_elsewhere_mw(values, onsite),
        dispatchable=paths.beyond("dispatchable_supply", values["lever.dispatchable_supply.effect"]),
    )
    return block, onsite


def supply_of_block(
    prepared: Prepared, values: dict[str, Floats], power: PowerBlock, onsite_mw: Floats, futures: int
) -> Supply:
    """Return what can be had in a block; infinite where the scenario takes a limit out."""
    horizon = prepared.delivery.horizon
    mode = np.full(len(REGIONS), MODELLED, dtype=np.int64)
    supplied = np.zeros((len(REGIONS), horizon))
    scale = np.ones((futures, len(REGIONS)))
    for row, region in enumerate(REGIONS):
        switch = prepared.scenario.limits.headroom.of(region)
        if prepared.unlimited or switch.off:
            mode[row], supplied[row] = SUPPLIED, np.inf
        elif isinstance(switch, RegionHeadroom) and switch.path is not None:
            mode[row], supplied[row] = SUPPLIED, switch.path.monthly(prepared.months)
        scale[:, row] = values[f"scenario.limits.headroom.{region}"]
    modelled = mode == MODELLED
    limits = prepared.power.limits
    counted_from = float(prepared.power.new_load_from)
    table, weight = prepared.flexible.at(values["power.flexible.curtailment"])
    if prepared.unlimited:
        onsite_mw = np.full_like(onsite_mw, np.inf)
    return Supply(
        firm_mw=power.firm_mw,
        peak_mw=power.peak_level_mw,
        peak_growth=power.peak_growth,
        required=power.required_share,
        scale=scale,
        mode=mode,
        supplied_mw=supplied,
        room=prepared.flexible.room,
        table=table,
        weight=weight,
        low=LOW,
        step=STEP,
        # A supplied path is all there is: nothing is lent to it or by it.
        pair_mw=limits.pair_mw * np.outer(modelled, modelled),
        import_mw=limits.import_mw * modelled,
        used_mw=energised_since_mw(prepared.delivery, counted_from),
        counted_from=counted_from,
        onsite_mw=onsite_mw,
        connects=values["power.onsite.connects"],
        connect_months=values["power.onsite.connect_months"],
        chips_mw_it=chips_mw_it(prepared, values, futures),
        capital_mw=capital_mw(prepared, values, futures),
    )
