"""Imports what is known of chips, compute, capital and efficiency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from facts_import.common import EPOCH_LICENCE, Row, number, read_csv, read_local, write_table
from facts_import.numbers import Band, distribution_of, note_of, source_of
from stargauge.facts.record import FactRow

CHIP_COUNTS = {
    "source": "Epoch AI, ai-chip-counts, edition of April 2026",
    "address": "https://github.com/epoch-research/ai-chip-counts",
    "licence": "MIT, credit Epoch AI",
    "confidence": "A",
    "known_from": "2026-04-22",
}
MAKERS = {
    "nvidia": ("Nvidia", 2022),
    "tpu": ("Google TPU", 2023),
    "trainium": ("Amazon Trainium", 2024),
    "amd": ("AMD Instinct", 2024),
}
"""Maker to its name and the first year that the source covers."""

YEARS = (2022, 2023, 2024, 2025)


def import_compute(shared: Path, out: Path) -> None:
    """Write the compute table."""
    rows = [*stock_rows(shared), *added_rows(shared), *owner_rows(shared), *price_rows(shared)]
    write_table(out / "compute.csv", FactRow, [*rows, *facility_ratio_rows(shared), *world_rows(shared)])


def _folder(shared: Path) -> Path:
    return shared / "delivery" / "raw" / "epoch_ai_chip_counts"


def _year_ends(shared: Path) -> Iterator[tuple[str, int, Row]]:
    for maker in MAKERS:
        for raw in read_csv(_folder(shared) / f"{maker}_cumulative_totals.csv"):
            month, day, year = raw["End date"].split("/")
            if (month, day) == ("12", "31") and int(year) in YEARS:
                yield maker, int(year), raw


# Names of the column in the source, unit, kind of quantity, word for the id, title.
_STOCKS = (
    (("Number of units",), "chip", "chips", "units", "Accelerators sold"),
    (("Compute estimate in H100e", "H100e"), "H100e", "compute", "compute", "Compute sold"),
    (("Power in MW",), "MW_chip", "chip_power", "power", "Rated power of accelerators sold"),
)


def _column(raw: Row, stems: tuple[str, ...], part: str) -> float:
    """Return a column of a maker's table, whose names differ from maker to maker."""
    wanted = {f"{stem} ({part})".lower() for stem in stems}
    if part == "median":
        wanted |= {stem.lower() for stem in stems}
    return float(next(value for name, value in raw.items() if name.lower() in wanted))


def _quantiles(raw: Row, stems: tuple[str, ...]) -> str:
    names = {"p05": "5th percentile", "p50": "median", "p95": "95th percentile"}
    return "; ".join(f"{name}={number(repr(_column(raw, stems, part)))}" for name, part in names.items())


def stock_rows(shared: Path) -> Iterator[Row]:
    """Yield what each maker had sold by each year's end: units, compute and rated power."""
    for maker, year, raw in _year_ends(shared):
        name, first = MAKERS[maker]
        for stems, unit, kind, word, title in _STOCKS:
            yield {
                "id": f"CHIP-{maker}-{year}-{word}",
                "title": f"{title}, {name}, from {first} to the end of {year}",
                "distribution": "lognormal",
                "parameters": _quantiles(raw, stems),
                "unit": unit,
                "quantity": kind,
                "region": "global",
                "asset": name,
                "stage": "stock",
                "true_at": str(year),
                **CHIP_COUNTS,
                "note": "no retirements; 90 % interval of the source",
            }


def added_rows(shared: Path) -> Iterator[Row]:
    """Yield what each maker and all four sold in a year, and the compute a unit of rated power had."""
    stocks: dict[tuple[str, int, str], float] = {}
    for maker, year, raw in _year_ends(shared):
        for stems, _, _, word, _ in _STOCKS:
            stocks[maker, year, word] = _column(raw, stems, "median")
    for year in YEARS[1:]:
        sold: dict[str, dict[str, float]] = {}
        for maker in MAKERS:
            if (maker, year, "power") not in stocks:
                continue
            sold[maker] = {
                word: stocks[maker, year, word] - stocks.get((maker, year - 1, word), 0.0)
                for word in ("power", "compute")
            }
            origins = [
                f"CHIP-{maker}-{when}-{word}"
                for when in (year - 1, year)
                for word in ("power", "compute")
                if (maker, when, word) in stocks
            ]
            yield _efficiency(maker, MAKERS[maker][0], year, sold[maker], origins)
        total = {word: sum(one[word] for one in sold.values()) for word in ("power", "compute")}
        origins = [
            f"CHIP-{maker}-{when}-{word}"
            for maker in sold
            for when in (year - 1, year)
            for word in ("power", "compute")
            if (maker, when, word) in stocks
        ]
        yield _efficiency("all", "four makers", year, total, origins)
        for word, unit, kind, title in (
            ("power", "GW_chip/year", "chip_power_rate", "Rated power of accelerators sold"),
            ("compute", "mn_H100e/year", "compute_rate", "Compute sold"),
        ):
            scale = 1e3 if word == "power" else 1e6
            yield {
                "id": f"CHIP-all-{year}-{word}-added",
                "title": f"{title} in {year}, four makers",
                "distribution": "constant",
                "parameters": f"{total[word] / scale:.6g}",
                "unit": unit,
                "quantity": kind,
                "region": "global",
                "asset": "accelerators (4 vendors)",
                "stage": "supply",
                "true_at": str(year),
                **CHIP_COUNTS,
                "note": "difference of the medians at two year ends; makers covered: "
                + ", ".join(MAKERS[maker][0] for maker in sold),
                "topic": f"{'rated power' if word == 'power' else 'compute'} of accelerators sold in {year}",
                "derived_from": " ".join(origin for origin in origins if origin.endswith(word)),
            }


def _efficiency(maker: str, name: str, year: int, sold: dict[str, float], origins: list[str]) -> Row:
    return {
        "id": f"CHIP-{maker}-{year}-efficiency",
        "title": f"Compute by rated power of accelerators sold in {year}, {name}",
        "distribution": "constant",
        "parameters": f"{sold['compute'] / sold['power'] / 1e3:.6g}",
        "unit": "H100e/kW_chip",
        "quantity": "compute_per_chip_power",
        "region": "global",
        "asset": name,
        "stage": "supply",
        "true_at": str(year),
        **CHIP_COUNTS,
        "note": "compute over rated power of what was added in the year, medians; our division",
        "topic": f"compute by rated power of accelerators sold in {year}",
        "derived_from": " ".join(origins),
    }


def owner_rows(shared: Path) -> Iterator[Row]:
    """Yield what owners held of each maker's accelerators at the end of 2025."""
    for maker in ("nvidia", "tpu", "trainium"):
        for raw in read_csv(_folder(shared) / f"{maker}_owners_cumulative_totals.csv"):
            if raw["End date"] != "12/31/2025":
                continue
            for stems, unit, kind, word, title in _STOCKS[1:]:
                held = title.replace("sold", "held")
                yield {
                    "id": f"OWN-{raw['Owner']}-{maker}-2025-{word}",
                    "title": f"{held}, {MAKERS[maker][0]}, {raw['Owner']} at the end of 2025",
                    "distribution": "lognormal",
                    "parameters": _quantiles(raw, stems),
                    "unit": unit,
                    "quantity": kind,
                    "region": "global",
                    "asset": MAKERS[maker][0],
                    "stage": "stock",
                    "true_at": "2025",
                    **CHIP_COUNTS,
                    "note": "by owner, not by place; one maker's chips only",
                }


def price_rows(shared: Path) -> Iterator[Row]:
    """Yield the range of prices of three accelerators by year."""
    for raw in read_csv(_folder(shared) / "nvidia_annual_prices.csv"):
        for chip in ("H100", "GB200", "GB300"):
            low, high = raw.get(f"{chip} low", ""), raw.get(f"{chip} high", "")
            if not (low and high):
                continue
            middle = (float(low) * float(high)) ** 0.5
            yield {
                "id": f"PRICE-{chip}-{raw['Year']}",
                "title": f"Price of one {chip}, {raw['Year']}",
                "distribution": "triangular",
                "parameters": f"low={low}; mode={middle:.0f}; high={high}",
                "unit": "USD/chip",
                "quantity": "money_per_chip",
                "region": "global",
                "asset": chip,
                "stage": "supply",
                "true_at": raw["Year"],
                **CHIP_COUNTS,
                "note": "range of the source, most likely at its geometric mean",
                "topic": f"price of one {chip}",
            }


def facility_ratio_rows(shared: Path) -> Iterator[Row]:
    """Yield facility power by IT power over the sites of one edition, each at its last row."""
    last: dict[str, float] = {}
    for raw in read_csv(shared / "pledges" / "forecast_vintages.csv"):
        if raw["vintage"] == "2026-09-15" and raw["it_mw"] and raw["facility_mw"] and float(raw["it_mw"]) > 0:
            last[raw["site"]] = float(raw["facility_mw"]) / float(raw["it_mw"])
    values = ",".join(f"{value:.3f}" for value in sorted(last.values()))
    yield {
        "id": "SITE-facility-per-it",
        "title": f"Facility power by IT power over {len(last)} sites",
        "distribution": "empirical",
        "parameters": f"values={values}",
        "unit": "MW/MW_it",
        "quantity": "facility_per_it_power",
        "region": "global",
        "asset": "data centre",
        "stage": "operation",
        "true_at": "2026-09-15",
        "source": "Epoch AI, AI Data Centers, CC BY 4.0, vintage 2026-09-15; our division",
        "address": "https://epoch.ai/data/ai-data-centers",
        "licence": EPOCH_LICENCE,
        "confidence": "B",
        "known_from": "2026-09-15",
        "note": "peak power at the site boundary over IT power, as the tracker estimates them; unweighted",
        "topic": "facility power by IT power",
    }


def world_rows(shared: Path) -> Iterator[Row]:
    """Yield the rows of the world parameters that compute, chips and capital need."""
    chosen = {row["quantity"]: row for row in read_local("compute_rows.csv")}
    for raw in read_csv(shared / "world" / "parameters.csv"):
        row = chosen.get(raw["quantity"])
        if row is None:
            continue
        factor = float(row["factor"])
        band = Band(
            *(repr(float(raw[name]) * factor) if raw[name] else "" for name in ("value", "low", "high"))
        )
        kind, parameters, remark = distribution_of(band, "range")
        when = true_at(raw["year"])
        source = source_of(raw["source"], raw["URL"], when)
        yield {
            "id": f"{row['id']}-{_slug(raw['bloc'])}-{_slug(raw['year'])}",
            "title": f"{row['title']}, {raw['bloc']} {raw['year']}",
            "distribution": kind,
            "parameters": parameters,
            "unit": row["unit"],
            "quantity": row["kind"],
            "region": raw["bloc"],
            "asset": "accelerators",
            "stage": "",
            "true_at": when,
            **source,
            "note": note_of(raw["note"].replace("my judgement", "judgement"), remark),
            "topic": f"{row['topic']}, {raw['bloc']} {when[:4]}" if row["topic"] else "",
        }


def true_at(text: str) -> str:
    """Return the date of a year given as `2025-Q4`, `2025 end`, `2024-2025`, `2027E` or plainly."""
    quarter = re.fullmatch(r"(\d{4})-Q([1-4])", text)
    if quarter:
        return f"{quarter[1]}-{3 * int(quarter[2]):02d}"
    month = re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text)
    return text if month else re.findall(r"\d{4}", text)[-1]


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
