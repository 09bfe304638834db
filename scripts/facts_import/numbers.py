"""Imports the tables of numbers: what a value, its band and its unit become (rules: `docs/facts.md`)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from facts_import.common import (
    DEFAULT_LICENCE,
    LATEST_KNOWN,
    Row,
    first_address,
    number,
    read_csv,
    read_local,
    tidy,
    write_table,
)
from stargauge.facts.dates import parse_date
from stargauge.facts.record import FactRow


def import_numbers(shared: Path, out: Path) -> None:
    """Write the delivery and demand tables."""
    write_table(out / "delivery.csv", FactRow, delivery(shared))
    write_table(out / "demand.csv", FactRow, demand(shared))


@dataclass(frozen=True)
class Band:
    """A value with the band its source gives, as text; any of the three may be empty."""

    value: str
    low: str
    high: str


def lookup(table: str, key: str, column: str = "id") -> Row | None:
    """Return the first row of a small table whose pattern matches a key."""
    return next((row for row in read_local(table) if fnmatchcase(key, row[column])), None)


def distribution_of(band: Band, rule: str) -> tuple[str, str, str]:
    """Return the kind of distribution, its parameters and what the note must say of the band.

    Args:
        band: What the source gives.
        rule: `quartiles` or `p05_p95` where the band is quantiles, `discrete` where its ends are two cases,
            `constant` where it is no uncertainty, `range` otherwise.
    """
    value, low, high = (number(text) for text in (band.value, band.low, band.high))
    if rule in ("quartiles", "p05_p95"):
        names = ("p25", "p75") if rule == "quartiles" else ("p05", "p95")
        middle = f"p50={value}; " if value else ""
        return "lognormal", f"{names[0]}={low}; {middle}{names[1]}={high}", ""
    if rule == "discrete":
        return "discrete", f"values={low},{high}; weights=0.5,0.5", "two cases, taken as equally likely"
    if rule == "range" and value and low and high and float(low) < float(high) and float(low) > 0.0:
        return "triangular", f"low={low}; mode={value}; high={high}", ""
    if not value:
        bound = high or low
        return "constant", bound, "upper bound only" if high else "lower bound only"
    ends = [f"{name} {text}" for name, text in (("low", low), ("high", high)) if text and text != value]
    return "constant", value, f"band given by the source: {', '.join(ends)}" if ends else ""


def band_rule(fact_id: str, statistic: str) -> str:
    """Return the rule for the band of a number: the exception of its id, else that of its statistic."""
    exception = lookup("number_bands.csv", fact_id)
    if exception is not None:
        return "range" if exception["rule"] == "triangular" else exception["rule"]
    return "quartiles" if "p25" in statistic else "range"


def known_from(edition: str, year: str) -> str:
    """Return the edition date of the source, else the year of the data; never later than `LATEST_KNOWN`."""
    day = edition or year
    return LATEST_KNOWN if parse_date(day) > parse_date(LATEST_KNOWN) else day


def note_of(text: str, *additions: str) -> str:
    """Return a note without remarks on how files were collected, with what the rules add."""
    note = tidy(text)
    for edit in read_local("number_notes.csv"):
        note = re.sub(edit["pattern"], edit["replacement"], note)
    return "; ".join(part for part in (note.strip(" ;"), *additions) if part)


def delivery(shared: Path) -> list[Row]:
    """Return every row of the delivery parameters that carries a number."""
    raws = [
        raw for raw in read_csv(shared / "delivery" / "parameters.csv") if raw["unit"] not in ("date", "text")
    ]
    titles = Counter(raw["quantity"] for raw in raws)
    full = Counter((raw["quantity"], raw["asset class"]) for raw in raws)
    rows = []
    for raw in raws:
        key = raw["id"]
        title = raw["quantity"]
        if titles[raw["quantity"]] > 1:
            title += f", {raw['asset class']}"
        if full[raw["quantity"], raw["asset class"]] > 1:
            title += f", {raw['region']} {raw['year of the data']}"
        title = (lookup("number_titles.csv", key) or {"title": title})["title"]
        unit, quantity, factor = unit_of(key, raw["unit"])
        band = Band(*(_times(raw[name], factor) for name in ("value", "low", "high")))
        kind, parameters, remark = distribution_of(band, band_rule(key, raw["statistic"]))
        rows.append(
            {
                "id": key,
                "title": tidy(title),
                "distribution": kind,
                "parameters": parameters,
                "unit": unit,
                "quantity": quantity,
                "region": raw["region"],
                "asset": raw["asset class"],
                "stage": raw["stage"],
                "true_at": raw["year of the data"],
                **source_of(raw["source name"], raw["source URL"], raw["year of the data"]),
                "note": note_of(raw["note"], remark),
                "topic": (lookup("number_topics.csv", key) or {"topic": ""})["topic"],
            }
        )
    return rows


def unit_of(fact_id: str, raw: str) -> tuple[str, str, float]:
    """Return unit and kind of quantity of a raw unit, and the factor that a count a quarter needs."""
    for row in read_local("number_units.csv"):
        if row["raw"] == raw and fnmatchcase(fact_id, row["id"]):
            return (
                row["unit"].removeprefix("4 "),
                row["quantity"],
                4.0 if row["unit"].startswith("4 ") else 1.0,
            )
    raise KeyError(f"{fact_id}: no unit for {raw!r} in number_units.csv")


def source_of(name: str, address: str, year: str) -> Row:
    """Return source, address, licence, grade and known_from of a number."""
    row = lookup("number_sources.csv", name, "pattern")
    if row is None:
        raise KeyError(f"no source for {name!r} in number_sources.csv")
    kept = "" if row["address"] == "-" else row["address"] or first_address(address)
    return {
        "source": row["source"],
        "address": kept,
        "licence": row["licence"] or DEFAULT_LICENCE,
        "confidence": row["confidence"],
        "known_from": known_from(row["known_from"], year),
    }


def _times(text: str, factor: float) -> str:
    return text if not text or factor == 1.0 else repr(float(text) * factor)


_DEMAND_UNITS = {
    "TWh": ("TWh/year", "energy_rate"),
    "GW": ("GW", "facility_power"),
    "%": ("percent", "share"),
}


def demand(shared: Path) -> list[Row]:
    """Return the projections of data-centre demand; ids say region, year, what is counted and by whom."""
    rows: list[Row] = []
    for raw in read_csv(shared / "delivery" / "demand_projections.csv"):
        unit, quantity = _DEMAND_UNITS[raw["unit"]]
        if raw["metric"] == "chip TDP sold to date":
            unit, quantity = "GW_chip", "chip_power"
        elif raw["metric"] == "AI capacity added":
            unit, quantity = "GW/year", "power_rate"
        elif raw["metric"] == "added vs 2022":
            quantity = "energy_rate"
        rule = "p05_p95" if quantity == "chip_power" else "range"
        band = Band(raw["base"], raw["low"], raw["high"])
        if not raw["base"]:
            kind, parameters = (
                "beta",
                f"alpha=1; beta=1; low={number(raw['low'])}; high={number(raw['high'])}",
            )
            remark = "a range without a central value, taken as uniform"
        else:
            kind, parameters, remark = distribution_of(band, rule)
        counted = _METRICS.get(raw["metric"], _sentence(raw["metric"]))
        rows.append(
            {
                "id": _demand_id(raw),
                "title": f"{counted}, {raw['region']} {raw['year']}",
                "distribution": kind,
                "parameters": parameters,
                "unit": unit,
                "quantity": quantity,
                "region": raw["region"],
                "asset": "data centre",
                "stage": "demand",
                "true_at": raw["year"],
                **source_of(raw["source"], raw["source_url"], raw["year"]),
                "note": note_of(raw["note"], remark),
                "topic": f"{_TOPICS.get(raw['metric'], raw['metric'])}, {raw['region']} {raw['year']}",
            }
        )
    return rows


_TOPICS = {
    "electricity": "data-centre electricity",
    "demand": "data-centre demand in GW",
    "grid power demand": "data-centre demand in GW",
    "data-centre demand": "data-centre demand in GW",
    "operating capacity": "data-centre demand in GW",
    "capacity": "data-centre demand in GW",
    "share of US generation": "data-centre share of electricity",
    "share of US electricity": "data-centre share of electricity",
    "added peak from data centres": "load added by data centres",
    "added load, utility forecasts": "load added by data centres",
    "added": "load added by data centres",
}


_METRICS = {
    "electricity": "Electricity used by data centres",
    "demand": "Power demand of data centres",
    "grid power demand": "Grid power demand of data centres",
    "capacity": "Capacity of data centres",
    "operating capacity": "Operating capacity of data centres",
    "share of US generation": "Share of data centres in generation",
    "share of US electricity": "Share of data centres in electricity",
    "share of state electricity": "Share of data centres in the state's electricity",
    "AI capacity added": "AI data-centre capacity added",
    "chip TDP sold to date": "Rated power of accelerators sold to date",
    "added": "Data-centre load added from 2025",
    "added vs 2022": "Electricity of data centres added since 2022",
    "added load, utility forecasts": "Load added by data centres in utility forecasts",
}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _demand_id(raw: Row) -> str:
    publisher = re.split(
        r"[ (/]", raw["source"].removeprefix("unverified (").removeprefix("interpolated between ")
    )[0]
    edition = re.search(r"(?:[A-Z][a-z]{2} )?20\d\d", raw["source"])
    words = {
        "electricity": "TWh",
        "share of US generation": "share",
        "share of US electricity": "share",
        "share of state electricity": "share",
    }
    metric = words.get(raw["metric"]) or "-".join(re.findall(r"[A-Za-z0-9]+", raw["metric"])[:2])
    parts = [
        "DEM",
        re.sub(r"[^A-Za-z0-9]+", "-", raw["region"]),
        raw["year"],
        metric,
        publisher.strip("&"),
        edition[0].replace(" ", "") if edition else "",
        "conv" if "our conversion" in raw["source"] else "",
    ]
    return re.sub(r"[^A-Za-z0-9.+-]", "", "-".join(part for part in parts if part))
