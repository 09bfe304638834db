"""Imports the collected tables of power supply: `python scripts/import_power.py [--from DIR] [--to DIR]`.

Reads `../shared/facts/supply` beside the repository and writes the `power_*.csv` tables of
`src/stargauge/facts/tables` (all but `power_sources.csv` and `power.csv`, which are kept by hand). What it
writes is committed; running it again changes nothing. Rules are those of `docs/power.md`: rows that are sums
of other rows, that are not used, or that repeat a value from a second source are left out.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from stargauge.facts.power_tables import POWER_FILES  # noqa: E402

Row = dict[str, str]

REGIONS = frozenset(["CAL", "CAR", "CENT", "FLA", "MIDA", "MIDW", "NE", "NW", "NY", "SE", "SW", "TEN", "TEX"])
EDITIONS = ("2022-12", "2023-12", "2024-12", "2025-05", "2025-12")
"""Ends of month at which the monthly file is known to hold a true edition (it is filled forward between)."""

RATING_SOURCES = (
    ("PJM 2025/26", "pjm_elcc_2526"),
    ("PJM 2026/27", "pjm_elcc_2627"),
    ("PJM 2027/28", "pjm_elcc_2728"),
    ("PJM 2028/29", "pjm_elcc_2829"),
    ("PJM preliminary", "pjm_elcc_path"),
    ("unverified (between", "pjm_elcc_guess"),
    ("unverified", "rating_memory"),
    ("MISO", "miso_rating"),
    ("SPP", "spp_rating"),
    ("ERCOT", "ercot_rating"),
    ("CAISO", "caiso_rating"),
    ("NYISO", "nyiso_rating"),
    ("GE/NRDC", "isone_rating"),
    ("ISO-NE", "isone_rating"),
    ("NERC 2025", "ltra_2025"),
    ("derived", "model_default"),
)
MARGIN_SOURCES = (
    ("NERC 2025 LTRA", "ltra_2025"),
    ("NERC 2026 Summer", "sra_2026"),
    ("ReEDS prm", "ltra_2023"),
    ("PJM via", "pjm_bra_2526"),
    ("PJM 22-Jul", "pjm_bra_2627"),
    ("EVA", "pjm_bra_2627"),
    ("Noreva", "pjm_bra_2627"),
    ("PJM 17-Dec", "pjm_bra_2728"),
    ("Camelot", "pjm_bra_2728"),
    ("PJM 14-Jul", "pjm_bra_2829"),
    ("Utility Dive", "miso_pra_2526"),
    ("RTO Insider Jan 2026", "miso_pra_2627"),
    ("ERCOT", "ercot_cdr"),
    ("NYSRC", "nysrc_irm"),
    ("ISO-NE", "isone_icr"),
)
OUTLOOKS = {
    "energy_CAGR": "operator_outlook",
    "peak_CAGR": "operator_outlook",
    "data_centre_load_added": "operator_outlook",
    "summer_peak_CAGR": "ltra_2025",
    "summer_peak_without_new_large_load": "pjm_load_2026",
}
PRICES = (
    ("PJM Independent", "pjm_imm"),
    ("derived: 29.4", "pjm_imm"),
    ("Monitoring", "pjm_imm"),
    ("PJM (second", "pjm_cost"),
    ("derived: uncapped", "pjm_cost"),
    ("E3", "e3_2026"),
    ("JLARC", "jlarc_598"),
    ("LBNL", "lbnl_brattle"),
    ("EPRI", "epri_rates"),
    ("Open Energy", "oeo_2025"),
    ("Johnson", "erl_2026"),
    ("Charles", "cra_2026"),
    ("derived: state", "eia_prices"),
    ("derived, states", "eia_prices"),
    ("unverified (2023", "price_memory"),
)


def read(path: Path) -> list[Row]:
    """Return the rows of a collected table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [{name: value.strip() for name, value in row.items()} for row in csv.DictReader(stream)]


def keyed(text: str, rules: Iterable[tuple[str, str]]) -> str | None:
    """Return the source id whose prefix begins a source text."""
    return next((key for prefix, key in rules if text.startswith(prefix)), None)


def fleet(folder: Path) -> Iterable[Row]:
    """Yield the editions of the fleet; the newest splits gas plant and has seasonal ratings."""
    for raw in read(folder / "capacity_history_by_region.csv"):
        if raw["date"] in EDITIONS and raw["region"] in REGIONS and float(raw["value"]):
            yield {
                "date": raw["date"],
                "region": raw["region"],
                "technology": raw["technology"],
                "nameplate_mw": raw["value"],
                "source_id": "eia860m_history",
            }
    for raw in read(folder / "capacity_by_region.csv"):
        if raw["region"] in REGIONS:
            yield {
                "date": raw["date"],
                "region": raw["region"],
                "technology": raw["technology"],
                "nameplate_mw": raw["value"],
                "summer_ratio": raw["summer_over_nameplate"],
                "winter_ratio": raw["winter_over_nameplate"],
                "place_mw": raw["reeds_end2025_geographic_mw"],
                "source_id": "eia860m_2026",
            }


def accreditation(folder: Path) -> Iterable[Row]:
    """Yield every class rating; the common basis is marked as judgement by its source."""
    for raw in read(folder / "accreditation.csv"):
        default = raw["market"] == "MODEL DEFAULT"
        unit = raw["unit"]
        thermal = "thermal" if default else "net summer"
        base = "mw" if unit == "MW" else "net_summer" if thermal in unit else "nameplate"
        if default and raw["technology"] in ("hydro", "pumped_storage", "wind", "solar", "battery", "other"):
            base = "nameplate"
        yield {
            "region": raw["region"],
            "market": "default" if default else raw["market"],
            "technology": raw["technology"],
            "delivery": raw["year"],
            "season": raw["season"],
            "value": raw["value"],
            "base": base,
            "basis": "accredited, all regions alike" if default else raw["basis"].split(",")[0][:60],
            "source_id": keyed(raw["source"], RATING_SOURCES) or "",
        }


def peaks(folder: Path) -> Iterable[Row]:
    """Yield chosen, published and observed peaks."""
    for raw in read(folder / "demand.csv"):
        metric, year = raw["metric"], raw["year"]
        if metric == "recommended_peak_EIA930_geography":
            season, kind, source = raw["scenario"].split()[0], "chosen", "peak_judgement"
        elif metric == "summer_peak_total_internal_demand":
            season, kind = "summer", "published"
            source = "ltra_2023" if "2023" in raw["scenario"] else "ltra_2025"
        elif metric == "peak_actual":
            season, kind, source = "summer", "observed", "peak_actual"
            if raw["region"] == "TEN" or raw["value"] == "48100.0":
                season = "winter"
        elif metric in ("summer_peak_forecast", "winter_peak_forecast") and raw["region"] == "MIDA":
            season, kind = metric.split("_")[0], "published"
            source = "pjm_bra_2627" if "/" in year else "pjm_load_2026"
        elif metric == "summer_coincident_peak":
            season, kind = "summer", "published"
            source = "miso_pra_2526" if year == "2025/26" else "miso_pra_2627"
        else:
            continue
        yield {
            "region": raw["region"],
            "season": season,
            "year": year[:4],
            "mw": raw["value"],
            "kind": kind,
            "source_id": source,
        }
    yield from observed_peaks(folder)


OBSERVED_YEARS = (2022, 2023, 2024)
SUMMER_MONTHS = range(5, 11)


def observed_peaks(folder: Path) -> Iterable[Row]:
    """Yield the highest hour of each season and year from the cleaned hourly demand of the 13 regions."""
    hours = pl.read_parquet(folder.parent / "demand" / "eia930_hourly_demand_regions_mw.parquet")
    hours = hours.with_columns(
        pl.col("hour_utc").dt.year().alias("year"),
        pl.when(pl.col("hour_utc").dt.month().is_in(list(SUMMER_MONTHS)))
        .then(pl.lit("summer"))
        .otherwise(pl.lit("winter"))
        .alias("season"),
    ).filter(pl.col("year").is_in(list(OBSERVED_YEARS)))
    highest = hours.group_by("year", "season").agg(pl.col(sorted(REGIONS)).max()).sort("year", "season")
    for row in highest.iter_rows(named=True):
        for region in sorted(REGIONS):
            yield {
                "region": region,
                "season": row["season"],
                "year": str(row["year"]),
                "mw": str(row[region]),
                "kind": "observed",
                "source_id": "eia930_clean",
            }


def outlooks(folder: Path) -> Iterable[Row]:
    """Yield the outlooks that disagree: EIA's by region, the operators', and PJM's large loads."""
    for raw in read(folder / "demand.csv"):
        metric = raw["metric"]
        scenario = raw["scenario"]
        if metric == "annual_electricity_demand":
            name, source = scenario.removeprefix("EIA AEO2026 "), "aeo_2026"
        elif scenario.endswith("PJM RTO"):
            name, source = "PJM Table B-9", "pjm_load_2026"
        elif metric in OUTLOOKS:
            name, source = scenario, OUTLOOKS[metric]
            name = "without large loads" if name.startswith("derived") else name
        elif metric == "summer_peak_forecast" and raw["region"] == "TEX":
            name, source = "ERCOT", "operator_outlook_memory"
        else:
            continue
        yield {
            "region": raw["region"],
            "metric": metric,
            "scenario": name,
            "year": raw["year"],
            "value": raw["value"],
            "unit": raw["unit"],
            "source_id": source,
        }


EARLIER_SURPLUS = (("2023/24", "6.5"), ("2024/25", "4.6"))
"""MISO's surplus in GW before the row of 2025/26, whose note has them."""


def margins(folder: Path) -> Iterable[Row]:
    """Yield published margins and auction results; values that a second source repeats stand once."""
    for year, value in EARLIER_SURPLUS:
        yield {
            "region": "MIDW",
            "area": "MISO",
            "metric": "surplus",
            "year": year,
            "season": "",
            "value": value,
            "unit": "GW",
            "source_id": "miso_pra_2526",
        }
    seen: set[tuple[str, ...]] = set()
    for raw in read(folder / "margins.csv"):
        key = (raw["region"], raw["assessment_area"], raw["metric"], raw["year"], raw["season"], raw["value"])
        if key in seen or raw["region"] == "US" or raw["metric"] == "LOLH":
            continue
        seen.add(key)
        source = keyed(raw["source"], MARGIN_SOURCES)
        if raw["source"] == "RTO Insider":
            source = {"MISO": "miso_pra_2526", "PJM": "pjm_bra_2829"}.get(raw["assessment_area"], "spp_prm")
        elif raw["source"].startswith("PJM planning"):
            source = "pjm_bra_2829"
        elif source is None:
            source = "margin_memory"
        yield {
            "region": raw["region"],
            "area": raw["assessment_area"],
            "metric": raw["metric"],
            "year": raw["year"],
            "season": raw["season"],
            "value": raw["value"],
            "unit": raw["unit"],
            "source_id": source,
        }


PLAN_MEMORY = {
    "eia_plan_2025": {"solar": 32500, "battery": 18200, "wind": 7700, "gas": 4400, "ALL": 63000},
    "eia_plan_2024": {"solar": 36400, "battery": 14300, "wind": 8200, "gas": 2500, "ALL": 62800},
}
BUILT_2024_MEMORY = {"ALL": 48600}


def additions(folder: Path) -> Iterable[Row]:
    """Yield plans by edition, what was built, and signed agreements; totals that repeat rows are left out."""

    def row(category: str, region: str, raw: Mapping[str, str], source: str) -> Row:
        return {
            "category": category,
            "region": region,
            "technology": raw["technology"],
            "year": raw["year"],
            "status": raw["status"].split(",")[0][:60],
            "nameplate_mw": raw["value"],
            "source_id": source,
        }

    for raw in read(folder / "pipeline.csv"):
        category, source = raw["category"], raw["source"]
        if category == "planned_addition_ESTIMATE":
            yield row("plan_2026_07", raw["region"], raw, "split_july")
        elif category == "planned_addition" and raw["region"] == "US":
            yield row("plan_2026_07_total", "US", raw, "eia860m_july")
        elif category == "planned_addition_vintage_Feb2026" and raw["region"] == "US":
            yield row("plan_2026_02", "US", raw, "eia860m_feb2026")
        elif category == "planned_addition_vintage_Mar2025":
            yield row("plan_2025_03", raw["region"], raw, "reeds_units")
        elif category == "actual_addition":
            yield row(
                "built",
                raw["region"],
                raw,
                "eia860m_feb2026" if raw["region"] == "US" else "iso_actuals_2025",
            )
        elif category == "cancelled_or_postponed":
            yield row("cancelled", "US", raw, "eia860m_july")
        elif category == "queue_stock" and source.startswith("LBNL queue data thru 2024"):
            if "executed" in raw["status"]:
                yield row(
                    "agreement_2024", raw["region"], {**raw, "status": "agreement executed"}, "lbnl_2024"
                )
        elif category == "queue_stock" and source.startswith("LBNL queue data file"):
            yield row("agreement_2025", raw["region"], raw, "lbnl_2025")
    for source, plan in PLAN_MEMORY.items():
        year = source[-4:]
        for technology, mw in plan.items():
            raw = {"technology": technology, "year": year, "status": "planned for the year", "value": str(mw)}
            yield row(f"plan_{year}_02", "US", raw, source)
    for technology, mw in BUILT_2024_MEMORY.items():
        raw = {"technology": technology, "year": "2024", "status": "built", "value": str(mw)}
        yield row("built", "US", raw, "eia_plan_2024")


def retirements(folder: Path) -> Iterable[Row]:
    """Yield retirements by region, what retired in 2025, the coal stock, and units held by order."""
    for raw in read(folder / "pipeline.csv"):
        category = raw["category"]
        name = ""
        if category == "planned_retirement":
            kind = "planned"
            source = "reeds_units" if raw["region"] != "US" else "eia_retired_feb2026"
            if raw["source"].startswith("IIR"):
                continue
        elif category == "actual_retirement" and raw["region"] == "US":
            kind, source = "actual", "eia_retired_feb2026"
        elif category == "coal_stock_projection":
            kind, source = "stock", "coal_dates"
        elif category == "deferred_202c" and raw["region"] != "US":
            kind, name = "held", raw["status"]
            source = "doe_202c_memory" if "memory" in raw["note"] else "doe_202c"
        else:
            continue
        yield {
            "category": kind,
            "region": raw["region"],
            "technology": raw["technology"],
            "year": raw["year"],
            "mw": raw["value"],
            "unit_name": name,
            "source_id": source,
        }


FIRM_IMPORTS = (
    ("NW", "CAL", 2605.0, "firm_imports"),
    ("SW", "CAL", 766.0, "firm_imports"),
    ("CENT", "TEX", 817.0, "firm_imports"),
    ("outside", "NE", 567.0, "isone_imports"),
)
"""CAISO's 3,371 MW shared out as 12,583 and 3,666 MW of limits; ERCOT's ties; ISO-NE's cleared imports."""


def transfers(folder: Path) -> Iterable[Row]:
    """Yield pair limits, caps on all imports at once, planned HVDC lines and firm sales."""
    kinds = {
        "RECOMMENDED_adequacy_limit": ("limit", "naris"),
        "observed_p99.9_coincident_transfer": ("import_cap", "esig_2024"),
        "HVDC_planned": ("planned_hvdc", "hvdc_planned"),
    }
    for raw in read(folder / "transfers.csv"):
        if raw["measure"] not in kinds:
            continue
        measure, source = kinds[raw["measure"]]
        yield {
            "origin": "*" if raw["from"] == "all neighbours" else raw["from"],
            "destination": raw["to"],
            "measure": measure,
            "mw": raw["value"],
            "year": raw["year"] if measure == "planned_hvdc" else "",
            "source_id": source,
        }
    for origin, destination, mw, source in FIRM_IMPORTS:
        yield {
            "origin": origin,
            "destination": destination,
            "measure": "firm",
            "mw": str(mw),
            "year": "",
            "source_id": source,
        }


def prices(folder: Path) -> Iterable[Row]:
    """Yield regional retail prices and every published effect of data centres on costs and bills."""
    for raw in read(folder / "prices.csv"):
        source = keyed(raw["source"], PRICES)
        if source is None:
            continue
        yield {
            "region": re.sub(r"^hotspots.*", "hotspots", raw["region"]),
            "metric": raw["metric"],
            "year": raw["year"],
            "value": raw["value"],
            "unit": raw["unit"],
            "source_id": source,
        }


TABLES = {
    "fleet": fleet,
    "accreditation": accreditation,
    "peaks": peaks,
    "outlooks": outlooks,
    "margins": margins,
    "additions": additions,
    "retirements": retirements,
    "transfers": transfers,
    "prices": prices,
}


def main() -> int:
    """Import everything; return the exit code."""
    parser = argparse.ArgumentParser(description="Import the collected tables of power supply.")
    parser.add_argument("--from", dest="origin", type=Path, default=ROOT.parent / "shared" / "facts")
    parser.add_argument("--to", dest="target", type=Path, default=ROOT / "src/stargauge/facts/tables")
    options = parser.parse_args()
    folder = options.origin / "supply"
    if not folder.is_dir():
        print(
            f"{folder} is not there: the collected facts are kept beside the repository. "
            "The tables in the package are complete without them.",
            file=sys.stderr,
        )
        return 2
    options.target.mkdir(parents=True, exist_ok=True)
    for name, rows in TABLES.items():
        file, model = POWER_FILES[name]
        columns = [*(column for column in model.model_fields if column != "source_id"), "source_id"]
        with (options.target / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows(folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
