"""How demand grows without data centres: two outlooks that disagree, side by side.

EIA's outlook has one method for all 13 regions, but energy instead of peak, and data centres inside. The
operators' outlooks are peaks, but count large loads that have not come. Both are shown net of data centres:

- EIA: yearly growth of energy between 2028 and 2035 (the file's 2026 and 2027 are out of order between its
  cases) less the data-centre growth EIA states for the nation, shared out by where data centres stand today.
- Operators: growth of the peak less the data centres each adds, where it says how many.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from stargauge.facts import Registry, Tables
from stargauge.facts.power_tables import PowerTables
from stargauge.power.regions import REGIONS

CASES = ("low", "baseline", "high")
FIRST, LAST = 2028, 2035
EIA_DATA_CENTRE_FACT = "power.outlook.eia_data_centres"
"""Input: TWh a year that EIA's outlook adds for data centres, nation-wide."""


@dataclass(frozen=True)
class Outlook:
    """Growth of one region's demand in percent a year, net of data centres; `None` where none is published.

    `eia` has the low, baseline and high cases; `eia_gross` the baseline with data centres; `operator_gross`
    the operator's own outlook of its peak with them.
    """

    region: str
    eia: tuple[float, float, float]
    eia_gross: float
    operator: float | None
    operator_gross: float | None

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest of all net outlooks."""
        values = [*self.eia, *([self.operator] if self.operator is not None else [])]
        return min(values), max(values)


def outlook_table(power: PowerTables, tables: Tables, registry: Registry) -> tuple[Outlook, ...]:
    """Return both outlooks of each region, in the order of the region axis.

    Args:
        power: For EIA's energy and the operators' peaks.
        tables: For where data centres stand today.
        registry: For the data-centre growth inside EIA's outlook.
    """
    added_twh = registry.input(EIA_DATA_CENTRE_FACT).to("TWh/year").median
    shares = tables.background_shares.sort("known_from").group_by("region").last()
    share = dict(shares.select("region", "share").iter_rows())
    energy = {
        (row["region"], row["scenario"], int(row["year"])): row["value"]
        for row in power.outlooks.filter(pl.col("metric") == "annual_electricity_demand").iter_rows(
            named=True
        )
    }
    operators = _operators(power)
    found = []
    for region in REGIONS:
        eia = []
        for case in CASES:
            first, last = energy[region, case, FIRST], energy[region, case, LAST]
            gross = yearly_growth(first, last, LAST - FIRST)
            eia.append(gross - 100.0 * added_twh * share[region] / first)
        gross = yearly_growth(
            energy[region, "baseline", FIRST], energy[region, "baseline", LAST], LAST - FIRST
        )
        net, with_them = operators.get(region, (None, None))
        found.append(Outlook(region, (eia[0], eia[1], eia[2]), gross, net, with_them))
    return tuple(found)


def yearly_growth(first: float, last: float, years: float) -> float:
    """Return compound growth in percent a year from one number to another."""
    return float(100.0 * ((last / first) ** (1.0 / years) - 1.0))


def _operators(power: PowerTables) -> dict[str, tuple[float | None, float | None]]:
    """Return growth of the peak in percent a year by region: without data centres, and with them."""
    table = power.outlooks
    peaks = {
        row["region"]: row["mw"]
        for row in power.peaks.filter(
            (pl.col("kind") == "chosen") & (pl.col("season") == "summer")
        ).iter_rows(named=True)
    }

    def value(region: str, metric: str, scenario: str | None = None) -> tuple[float, int] | None:
        rows = table.filter((pl.col("region") == region) & (pl.col("metric") == metric))
        if scenario is not None:
            rows = rows.filter(pl.col("scenario").str.ends_with(scenario))
        if rows.is_empty():
            return None
        row = rows.row(0, named=True)
        year = str(row["year"])
        return float(row["value"]), int(year) if year.isdigit() else 0

    found: dict[str, tuple[float | None, float | None]] = {}
    for region in REGIONS:
        rate = value(region, "peak_CAGR") or value(region, "summer_peak_CAGR")
        added = value(region, "data_centre_load_added", "mid")
        if rate is None:
            continue
        if added is None:  # the operator names no data centres: its outlook is taken as it is
            found[region] = (rate[0] if region == "NE" else None, rate[0])
            continue
        load, year = added
        years = year - BASE_YEAR
        system = peaks[region] * (1.0 + rate[0] / 100.0) ** years
        if region == "TEX":
            system = (value(region, "summer_peak_forecast") or (system, year))[0]
        found[region] = (yearly_growth(peaks[region], system - load, years), rate[0])
    plain = table.filter(pl.col("metric") == "summer_peak_without_new_large_load").sort("year")
    first, last = (plain.row(index, named=True) for index in (0, -1))
    pjm = yearly_growth(first["value"], last["value"], int(last["year"]) - int(first["year"]))
    found["MIDA"] = (pjm, found["MIDA"][1])
    # MISO's growth and its data centres are of different editions and do not subtract.
    found["MIDW"] = (None, found["MIDW"][1])
    return found


BASE_YEAR = 2026
"""Year of the chosen peaks, from which the operators' growth is counted."""
