"""Outcomes of regional power: paths by region and for the nation, declared once and filled block by block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Distribution
from stargauge.model.block import Block
from stargauge.model.bounds import extremes
from stargauge.model.series import NATION, Series
from stargauge.power import REGIONS, TECHNOLOGIES, PowerPrepared
from stargauge.power.supply import USD_PER_KW_TO_BN_PER_MW

Floats = NDArray[np.float64]

LIMIT_NAMES = ("headroom", "chips", "capital", "equipment")
"""What ready phases wait for, in the order of the limit axis."""

TECHNOLOGY_GROUPS = {
    "gas": ("gas_cc", "gas_ct", "gas_st", "gas_ice"),
    "nuclear": ("nuclear",),
    "geothermal": ("geothermal",),
    "solar": ("solar",),
    "wind": ("wind", "wind_offshore"),
    "battery": ("battery",),
}
"""What is told apart of additions; what is left over is `other`."""

OTHER = "other"

MOST, LEAST = 1.5, -0.6
MOST_FLEXIBLE = 2.0
"""Ends of the histograms of a region, in its summer peak: what but rare futures stay within."""

HIGHEST_BILL = 100.0
"""Upper end of the histogram of the bill effect, percent; as far below 0 is its lower end."""

MOST_ADDED_MW = 1_000_000.0
MOST_CAPITAL = 3000.0

MW_PER_GW = 1000.0
PERCENT = 100.0


def regional_series(
    power: PowerPrepared, base: dict[str, float], ceiling: Distribution
) -> tuple[Series, ...]:
    """Return the paths of regional power: each quantity region by region, then those of the nation.

    Args:
        power: Regional supply made ready.
        base: Level of opposition of each region on the as-of date.
        ceiling: Highest multiple of it that a future can reach.
    """
    highest = float(extremes(ceiling)[1])
    peaks = {region: float(power.base.mw[row].max()) for row, region in enumerate(REGIONS)}
    found = [
        *(Series(f"firm_headroom_mw:{r}", "MW", MOST * p, LEAST * p) for r, p in peaks.items()),
        *(Series(f"flexible_headroom_mw:{r}", "MW", MOST_FLEXIBLE * p) for r, p in peaks.items()),
        *(Series(f"grid_load_mw:{r}", "MW", MOST * p) for r, p in peaks.items()),
        *(Series(f"onsite_mw:{r}", "MW", MOST * p) for r, p in peaks.items()),
        *(Series(f"shortfall_mw:{r}", "MW", -LEAST * p) for r, p in peaks.items()),
        *(Series(f"shortfall_before_mw:{r}", "MW", -LEAST * p) for r, p in peaks.items()),
        *(Series(f"opposition_level:{r}", "ratio", highest * base[r]) for r in REGIONS),
        *(Series(f"bill_effect_percent:{r}", "percent", HIGHEST_BILL, -HIGHEST_BILL) for r in REGIONS),
        *(Series(f"waiting_{name}_mw:{r}", "MW", MOST * p) for name in LIMIT_NAMES for r, p in peaks.items()),
    ]
    nation = float(power.base.mw[:, 0].sum())
    found += [
        Series(f"firm_headroom_mw:{NATION}", "MW", MOST * nation, LEAST * nation),
        Series(f"flexible_headroom_mw:{NATION}", "MW", MOST * nation),
        Series(f"grid_load_mw:{NATION}", "MW", nation),
        Series(f"flexible_load_mw:{NATION}", "MW", nation),
        Series(f"onsite_mw:{NATION}", "MW", nation),
        Series(f"shortfall_mw:{NATION}", "MW", nation),
        Series(f"shortfall_before_mw:{NATION}", "MW", nation),
        Series(f"overcut_mw:{NATION}", "MW", nation),
        *(Series(f"waiting_{name}_mw:{NATION}", "MW", nation) for name in LIMIT_NAMES),
        *(Series(f"supply_added_mw:{name}", "MW", MOST_ADDED_MW) for name in (*TECHNOLOGY_GROUPS, OTHER)),
        Series(f"supply_retired_mw:{NATION}", "MW", MOST_ADDED_MW),
        Series(f"supply_capital_usd_b:{NATION}", "bn_USD", MOST_CAPITAL),
        Series(f"onsite_capital_usd_b:{NATION}", "bn_USD", MOST_CAPITAL),
    ]
    return tuple(found)


def fill_regional(block: Block, onsite_cost: Floats, paths: Floats) -> None:
    """Write the paths of regional power, in the order of `regional_series`.

    Args:
        block: The block.
        onsite_cost: (futures) USD a kW that on-site plant costs on top of a connection.
        paths: (futures, series, months) written.
    """
    out, power = block.out, block.power
    by_region = (
        out.firm_headroom_mw,
        out.flexible_headroom_mw,
        out.firm_load_mw,
        out.onsite_mw,
        out.shortfall_mw,
        out.shortfall_before_mw,
        out.opposition,
        out.bill_points,
        *(out.waiting_mw[:, :, kind] for kind in range(len(LIMIT_NAMES))),
    )
    count = len(REGIONS)
    for row, quantity in enumerate(by_region):
        paths[:, row * count : (row + 1) * count] = quantity
    load = paths[:, GRID_LOAD * count : (GRID_LOAD + 1) * count]
    load += out.flexible_load_mw
    paths[:, BILL * count : (BILL + 1) * count] += PERCENT * power.bill[:, :, None]
    column = len(by_region) * count
    named = {
        name: [TECHNOLOGIES.index(one) for one in members] for name, members in TECHNOLOGY_GROUPS.items()
    }
    rest = sorted(set(range(len(TECHNOLOGIES))) - {row for rows in named.values() for row in rows})
    nation = (
        out.firm_headroom_mw.sum(axis=1),
        out.flexible_headroom_mw.sum(axis=1),
        load.sum(axis=1),
        out.flexible_load_mw.sum(axis=1),
        out.onsite_mw.sum(axis=1),
        out.shortfall_mw.sum(axis=1),
        out.shortfall_before_mw.sum(axis=1),
        out.overcut_mw.sum(axis=1),
        *(out.waiting_mw[:, :, kind].sum(axis=1) for kind in range(len(LIMIT_NAMES))),
        *(power.added_mw[:, rows].sum(axis=1) for rows in (*named.values(), rest)),
        power.retired_mw,
        power.capital_bn_usd,
        out.plant_mw * onsite_cost[:, None] * USD_PER_KW_TO_BN_PER_MW,
    )
    for row, total in enumerate(nation):
        paths[:, column + row] = total


GRID_LOAD, BILL = 2, 7
"""Rows of grid load and of the bill effect among the regional quantities."""


def wires_bn_usd(block: Block, places: tuple[str, ...]) -> Floats:
    """Return (futures,) bn USD of transmission upgrades for sites of which a phase is energised.

    Phases of a place share an upgrade, so the largest of them counts.

    Args:
        block: The block.
        places: Where each phase connects.
    """
    on = np.where(block.out.energised_share > 0.0, block.upgrade_bn_usd, 0.0)
    total = np.zeros(on.shape[0])
    rows = np.flatnonzero(on.any(axis=0))
    for place in sorted({places[row] for row in rows}):
        total += on[:, [row for row in rows if places[row] == place]].max(axis=1)
    return total
