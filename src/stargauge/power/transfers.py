"""Power between neighbouring regions: limits, firm sales, and a settlement of shortfalls with surpluses.

The settlement is for adequacy, not for dispatch: a region with less than it must hold draws on the surplus
of its direct neighbours, each pair within its limit and each importer within what has been seen to arrive at
once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

from stargauge.facts.power_tables import PowerTables
from stargauge.power.regions import REGIONS
from stargauge.power.sharing import settle_one

Floats = NDArray[np.float64]

OUTSIDE = "outside"
"""Seller of firm power that is none of the 13 regions."""


@dataclass(frozen=True)
class TransferLimits:
    """`pair_mw` (from, to) limits between neighbours, 0 where there is no tie; `import_mw` (regions) at once.

    Firm sales already use both, and have been taken off.
    """

    pair_mw: Floats
    import_mw: Floats


def transfer_limits(power: PowerTables, as_of: date) -> TransferLimits:
    """Return the limits known by a date, less the firm sales that use them."""
    pair = np.zeros((len(REGIONS), len(REGIONS)))
    cap = np.zeros(len(REGIONS))
    rows = power.known("transfers", as_of)
    for row in rows.filter(pl.col("measure") == "limit").iter_rows(named=True):
        pair[REGIONS.index(row["origin"]), REGIONS.index(row["destination"])] += row["mw"]
    for row in rows.filter(pl.col("measure") == "import_cap").iter_rows(named=True):
        cap[REGIONS.index(row["destination"])] = row["mw"]
    for row in rows.filter(pl.col("measure") == "firm").iter_rows(named=True):
        place = REGIONS.index(row["destination"])
        cap[place] -= row["mw"]
        if row["origin"] != OUTSIDE:
            pair[REGIONS.index(row["origin"]), place] -= row["mw"]
    return TransferLimits(np.maximum(pair, 0.0), np.maximum(cap, 0.0))


def firm_sales(power: PowerTables, as_of: date) -> Floats:
    """Return (regions,) MW of firm imports less firm exports; what comes from outside has no seller here."""
    sales = np.zeros(len(REGIONS))
    rows = power.known("transfers", as_of).filter(pl.col("measure") == "firm")
    for row in rows.iter_rows(named=True):
        sales[REGIONS.index(row["destination"])] += row["mw"]
        if row["origin"] != OUTSIDE:
            sales[REGIONS.index(row["origin"])] -= row["mw"]
    return sales


def shortfall_mw(headroom: Floats, load: Floats, lent: Floats) -> Floats:
    """Return what is missing after new load and transfers: never hidden, and 0 where nothing is.

    With it the balance holds in every region: firm + arriving - leaving + shortfall >= required + load.

    Args:
        headroom: (cases, regions) firm less required MW, before new load.
        load: (cases, regions) MW of new load.
        lent: (cases, regions, regions) MW from (axis 1) to (axis 2), as `settle` gives it.
    """
    after = headroom - load + lent.sum(axis=1) - lent.sum(axis=2)
    return np.asarray(np.maximum(-after, 0.0))


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def settle(headroom: Floats, pair_mw: Floats, import_mw: Floats) -> Floats:
    """Return what neighbours lend each other, MW from (axis 1) to (axis 2): `sharing.settle_one` by case.

    Args:
        headroom: (cases, regions) MW over (or, negative, under) what each must hold, load served included.
        pair_mw: (regions, regions) limit from one to another.
        import_mw: (regions) limit on all imports of a region at once.
    """
    cases, regions = headroom.shape
    lent = np.zeros((cases, regions, regions))
    surplus, can, got, sent = np.zeros(regions), np.zeros(regions), np.zeros(regions), np.zeros(regions)
    for case in range(cases):
        settle_one(headroom[case], pair_mw, import_mw, 1.0, surplus, can, lent[case], got, sent)
    return lent
