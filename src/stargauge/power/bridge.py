"""The bridge from our margin of 2026 to the published one, region by region, and what stays unexplained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.facts.power_tables import PowerTables
from stargauge.power.fleet import fleet_by_place
from stargauge.power.inputs import AGREEING
from stargauge.power.rating import installed_ratings
from stargauge.power.regions import REGIONS, SEASONS

if TYPE_CHECKING:
    from stargauge.power.setup import PowerPrepared

Floats = NDArray[np.float64]

PERCENT = 100.0
YEAR = 2026
SUMMER = SEASONS.index("summer")


@dataclass(frozen=True)
class Published:
    """A published margin of summer 2026 in percent: how it counts, and the peak it is over where stated.

    `accredited` says that it is on the accredited basis with demand response as supply; otherwise thermal
    plant counts in full and demand response is taken off the peak. `our_peak` says that the stated peak is
    the one our own was judged from, so that demand cannot differ.
    """

    region: str
    area: str
    percent: float
    accredited: bool
    peak_mw: float | None
    our_peak: bool
    source_id: str


@dataclass(frozen=True)
class BridgeRow:
    """The way from our margin to the published one of a region, all in points of percent.

    `generation` is our rated fleet over our peak, then what demand response and firm sales add: `ours`. Then
    what changes by counting as the publisher does (`basis`, which holds its treatment of demand response) and
    by its peak (`demand`). `unexplained` is the rest, so that the row adds up exactly. `by_place` is no
    part of the sum: what our margin would gain if plants were counted where they stood at the end of 2025.
    """

    region: str
    area: str
    generation: float
    demand_response: float
    imports: float
    ours: float
    required: float
    basis: float
    demand: float
    unexplained: float
    published: float
    by_place: float
    bases_agree: bool
    source_id: str

    @property
    def on_their_basis(self) -> float:
        """Our margin counted as the publisher does."""
        return self.ours + self.basis + self.demand


@dataclass(frozen=True)
class CentralSummer:
    """The summer of 2026 at the median of every input, by region in MW.

    `rated` is the fleet at its class ratings, `counted` what of it counts, `installed` the fleet with thermal
    plant and storage in full, `response` the demand response as such, `response_credit` what it counts for,
    `sales` firm imports less exports.
    """

    peak: Floats
    rated: Floats
    counted: Floats
    installed: Floats
    response: Floats
    response_credit: Floats
    sales: Floats
    required_share: Floats
    place_gain: Floats


def central_summer(prepared: PowerPrepared, power: PowerTables) -> CentralSummer:
    """Return the newest fleet against the judged peak of 2026: what is built since is not in it."""
    rating = prepared.rating[:, :, SUMMER, 0]
    rated = (prepared.fleet_mw * rating).sum(axis=1)
    full = installed_ratings(prepared.common)[:, :, SUMMER] * prepared.ratios[:, :, SUMMER]
    counted = np.array([prepared.uncertain[f"power.counted.{region}"].median for region in REGIONS])
    before = next(one.nameplate_mw for one in prepared.editions if one.day == PLACE_DATE)
    response = np.array([prepared.inputs.fixed[f"power.dr.{region}"] for region in REGIONS])
    sales = prepared.firm_sales_mw
    return CentralSummer(
        peak=prepared.base.mw[:, SUMMER],
        rated=rated,
        counted=counted * rated,
        installed=(prepared.fleet_mw * full).sum(axis=1),
        response=response,
        response_credit=prepared.other_mw[:, SUMMER, 0] - sales,
        sales=sales,
        required_share=prepared.required[:, SUMMER, 0],
        place_gain=counted * ((fleet_by_place(power) - before) * rating).sum(axis=1),
    )


def _bridge(central: CentralSummer, index: int, published: Published) -> BridgeRow:
    peak = float(central.peak[index])
    generation = PERCENT * (float(central.counted[index]) / peak - 1.0)
    response = PERCENT * float(central.response_credit[index]) / peak
    sales = PERCENT * float(central.sales[index]) / peak
    ours = generation + response + sales
    theirs = published.peak_mw if published.peak_mw and not published.our_peak else peak
    if published.accredited:
        firm = central.counted[index] + central.response_credit[index] + central.sales[index]
        same = ours
        moved = PERCENT * (float(firm) / theirs - 1.0)
    else:
        supply = float(central.installed[index] + central.sales[index])
        same = PERCENT * (supply / (peak - float(central.response[index])) - 1.0)
        moved = PERCENT * (supply / (theirs - float(central.response[index])) - 1.0)
    return BridgeRow(
        region=published.region,
        area=published.area,
        generation=generation,
        demand_response=response,
        imports=sales,
        ours=ours,
        required=PERCENT * (float(central.required_share[index]) - 1.0),
        basis=same - ours,
        demand=moved - same,
        unexplained=published.percent - moved,
        published=published.percent,
        by_place=PERCENT * float(central.place_gain[index]) / peak,
        bases_agree=published.region in AGREEING,
        source_id=published.source_id,
    )


PLACE_DATE = date(2025, 12, 31)


def published_margins(power: PowerTables) -> tuple[Published, ...]:
    """Return the published margin of summer 2026 that each region is compared with.

    PJM and MISO: accredited capacity of their own auctions over the peak they used. Elsewhere NERC's
    assessment of 2025; the north-west has no summer row of its largest area there, and takes that of the
    summer assessment.
    """
    rows = power.margins

    def value(area: str, metric: str, year: str) -> tuple[float, str]:
        found = rows.filter(
            (pl.col("area") == area) & (pl.col("metric") == metric) & pl.col("year").str.starts_with(year)
        ).row(0, named=True)
        return float(found["value"]), str(found["source_id"])

    def peak(source: str, region: str, year: int) -> float:
        found = power.peaks.filter(
            (pl.col("source_id") == source)
            & (pl.col("region") == region)
            & (pl.col("year") == year)
            & (pl.col("season") == "summer")
        )
        return float(found["mw"].max())  # type: ignore[arg-type]

    cleared, source = value("PJM", "cleared_UCAP", "2026/27")
    resource, _ = value("PJM", "FRR_UCAP", "2026/27")
    pjm = peak("pjm_bra_2627", "MIDA", 2026)
    miso_mw, miso_source = value("MISO", "accredited_capacity_preliminary", "2026/27")
    miso = peak("miso_pra_2627", "MIDW", 2026)
    found = {
        "MIDA": Published(
            "MIDA", "PJM", PERCENT * ((cleared + resource) / pjm - 1.0), True, pjm, False, source
        ),
        "MIDW": Published(
            "MIDW", "MISO", PERCENT * (1000.0 * miso_mw / miso - 1.0), True, miso, True, miso_source
        ),
    }
    assessed = rows.filter(
        (pl.col("metric") == "anticipated_reserve_margin")
        & (pl.col("year") == "2026")
        & (pl.col("season") == "summer")
    )
    for region in REGIONS:
        if region in found:
            continue
        own = assessed.filter(pl.col("region") == region)
        if region == "NW":
            percent, source = value("WECC-Northwest", "anticipated_reserve_margin_SRA", "2026")
            found[region] = Published(region, "WECC-Northwest", percent, False, None, False, source)
            continue
        row = own.row(0, named=True)
        theirs = peak("ltra_2025", region, YEAR) if region in ("SE", "TEX") else None
        found[region] = Published(
            region, row["area"], float(row["value"]), False, theirs, False, row["source_id"]
        )
    return tuple(found[region] for region in REGIONS)


def bridge_rows(prepared: PowerPrepared, power: PowerTables) -> tuple[BridgeRow, ...]:
    """Return the bridge of every region, in the order of the region axis."""
    central = central_summer(prepared, power)
    published = {one.region: one for one in published_margins(power)}
    return tuple(_bridge(central, index, published[region]) for index, region in enumerate(REGIONS))


def unexplained_mw(prepared: PowerPrepared, power: PowerTables, ratio: Floats) -> Floats:
    """Return (regions, seasons) accredited MW that published margins hold beyond ours without a known reason.

    It is negative where ours are higher, zero where bases agree, and everywhere as long as the published
    margins or the peaks that they are compared with are not known. Winter is taken to miss the same plant.

    Args:
        prepared: Power supply made ready but for this.
        power: The tables.
        ratio: (regions, seasons) accredited over installed capacity.
    """
    found = np.zeros((len(REGIONS), len(SEASONS)))
    known = power.known("margins", prepared.as_of)
    if prepared.base.kind != "judged" or not (known["source_id"] == "ltra_2025").any():
        return found
    for index, row in enumerate(bridge_rows(prepared, power)):
        if row.region not in AGREEING:
            net = prepared.base.mw[index, SUMMER] - prepared.inputs.fixed[f"power.dr.{row.region}"]
            found[index] = row.unexplained / PERCENT * net * ratio[index]
    return found
