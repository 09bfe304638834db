"""Imports the record tables: pledges, sites, events, vintages, compute programmes."""

from __future__ import annotations

import re
from pathlib import Path

from facts_import.common import (
    DEFAULT_LICENCE,
    EPOCH_LICENCE,
    LATEST_KNOWN,
    Row,
    corrections,
    dates_in,
    first_address,
    number,
    only_words,
    precision,
    primary_source,
    read_csv,
    read_local,
    record_sources,
    tidy,
    write_table,
)
from stargauge.facts.rows import ComputeProgrammeRow, Pledge, ProgrammeEvent, Site, VintageRow


def import_records(shared: Path, out: Path) -> None:
    """Write the five record tables."""
    write_table(out / "pledges.csv", Pledge, pledges(shared))
    write_table(out / "sites.csv", Site, sites(shared))
    write_table(out / "events.csv", ProgrammeEvent, events(shared))
    write_table(out / "forecast_vintages.csv", VintageRow, vintages(shared))
    write_table(out / "compute_programmes.csv", ComputeProgrammeRow, compute_programmes(shared))


def _positions() -> dict[str, Row]:
    return {row["key"]: row for row in read_local("positions.csv")}


def _licence(source: str) -> str:
    return EPOCH_LICENCE if source.startswith("Epoch AI") else DEFAULT_LICENCE


def _whole(text: str) -> str:
    return text if re.fullmatch(r"\d+", text) else ""


def _leading_whole(text: str) -> str:
    match = re.match(r"(\d+)\+?\s", text + " ")
    return match[1] if match else ""


def _delivered_basis(mw: str, note: str) -> str:
    """Return the ledger a delivery belongs to; where nothing runs it is nothing on both, named facility."""
    if note.startswith("facility"):
        return "facility"
    if note.startswith("IT"):
        return "it"
    if not mw:
        return ""
    return "facility" if float(mw) == 0 else "other"


def pledges(shared: Path) -> list[Row]:
    """Return the pledges with the terms that make them testable."""
    terms = {row["id"]: row for row in read_local("pledge_terms.csv")}
    sources, fixes, positions = record_sources("pledges"), corrections("pledges"), _positions()
    rows = []
    for raw in read_csv(shared / "pledges" / "pledges.csv"):
        key = raw["id"]
        place = positions.get(raw["city"], {}) if raw["lat"] or raw["city"] else {}
        source = sources[key]
        row = {
            **terms[key],
            "programme": raw["programme"],
            "announced": raw["announced_date"],
            "announced_precision": precision(raw["announced_date"]),
            "promised": tidy(raw["what_was_promised"]),
            "promised_mw": number(raw["promised_mw"]),
            "promised_mw_note": ""
            if raw["promised_mw_basis"] == "facility"
            else tidy(raw["promised_mw_basis"]),
            "promised_capital_usd_b": number(raw["promised_capital_usd_b"]),
            "promised_sites": _whole(raw["promised_sites"]),
            "promised_sites_note": "" if _whole(raw["promised_sites"]) else tidy(raw["promised_sites"]),
            "promised_jobs": _leading_whole(raw["promised_jobs"]),
            "promised_jobs_note": tidy(raw["promised_jobs"]),
            "partners": tidy(raw["partners"]),
            "city": raw["city"],
            "state_or_region": raw["state_or_region"],
            "country": raw["country"],
            **{name: place.get(name, "") for name in ("lat", "lon", "position_basis")},
            "status": tidy(raw["status_latest"]),
            "status_at": raw["status_asof"],
            "delivered_mw": number(raw["delivered_mw_latest"]),
            "delivered_basis": _delivered_basis(raw["delivered_mw_latest"], raw["delivered_basis"]),
            "delivered_note": tidy(raw["delivered_basis"]),
            "source": source["source"],
            "address": source["address"],
            "licence": DEFAULT_LICENCE
            + ("; delivery CC BY 4.0, credit Epoch AI" if "Epoch" in source["source"] else ""),
            "confidence": raw["confidence"],
            "known_from": raw["announced_date"],
            "mw_known_from": raw["announced_date"],
            "note": tidy(raw["note"]),
            **fixes.get(key, {}),
        }
        rows.append(row)
    return rows


def sites(shared: Path) -> list[Row]:
    """Return the sites, dates parted from words and positions replaced by those of towns and counties."""
    sources, fixes, positions = record_sources("sites"), corrections("sites"), _positions()
    rows = []
    for raw in read_csv(shared / "pledges" / "sites.csv"):
        key = raw["site_id"]
        source = sources[key]
        place = positions[raw["city"]]
        energised = dates_in(raw["energised_asof"])
        vintages_named = dates_in(source["source"])
        row = {
            "site_id": key,
            "name": raw["name"],
            "programme": raw["programme"],
            "operator": tidy(raw["operator_or_lessee"]),
            "developer": tidy(raw["developer"]),
            "tenant": tidy(raw["tenant"]),
            "city": place["place"],
            "state_or_region": raw["state_or_region"],
            "country": raw["country"],
            "lat": place["lat"],
            "lon": place["lon"],
            "position_basis": place["position_basis"],
            "power_supply": tidy(raw["power_supply"]),
            "power_kind": tidy(raw["power_kind"]),
            "planned_facility_mw": number(raw["planned_facility_mw"]),
            "planned_it_mw": number(raw["planned_it_mw"]),
            "buildings_planned": number(raw["buildings_planned"]),
            **_dated(raw["announced"], "announced", "announced_note"),
            "land_or_permit": tidy(raw["land_or_permit"]),
            **_dated(raw["construction_start"], "construction_start", "construction_note"),
            **_dated(raw["first_power"], "first_power", "first_power_note"),
            "energised_facility_mw": number(raw["energised_facility_mw"]),
            "energised_it_mw": number(raw["energised_it_mw"]),
            "buildings_operational": number(raw["buildings_operational"]),
            "energised_at": energised[-1] if energised else "",
            "energised_note": only_words(raw["energised_asof"]) if len(energised) > 1 else "",
            "latest_observation": tidy(raw["latest_observation"]),
            "latest_observation_at": (dates_in(raw["latest_observation_date"]) or [""])[-1],
            "promised": tidy(raw["promised_first_or_full"].replace(" (GridTilt)", "")),
            **_dated(raw["projected_full_date"], "projected_full", "projected_full_note"),
            "projection_source": tidy(raw["projection_source"].replace(" via khs-watch", "")),
            "operator_claim": tidy(raw["operator_claim"].replace(", via GridTilt", "")),
            "capital_delivered_usd_b": number(raw["epoch_capital_delivered_2025usd_b"]),
            "capital_planned_usd_b": number(raw["epoch_capital_planned_2025usd_b"]),
            "source": source["source"],
            "address": source["address"],
            "licence": _licence(source["source"]),
            "confidence": raw["confidence"],
            "known_from": max(vintages_named) if vintages_named else LATEST_KNOWN,
            "note": tidy(raw["note"]),
            **fixes.get(key, {}),
        }
        rows.append(row)
    return rows


def _dated(text: str, date_field: str, note_field: str) -> Row:
    return {date_field: (dates_in(text) or [""])[0], note_field: only_words(text)}


def events(shared: Path) -> list[Row]:
    """Return the events with their site, the unit of their quantity and their primary source."""
    fixes = corrections("events")
    names = {row["name"]: row["site_id"] for row in read_local("site_names.csv")}
    quantities = {row["unit"]: row for row in read_local("event_quantities.csv")}
    rows = []
    for raw in read_csv(shared / "pledges" / "events.csv"):
        source = primary_source(raw["source"], first_address(raw["url"]))
        quantity = quantities.get(raw["unit"], {"quantity_unit": "", "quantity_note": ""})
        rows.append(
            {
                "event_id": raw["event_id"],
                "date": raw["date"],
                "date_precision": precision(raw["date"]),
                "programme": raw["programme"].strip("()"),
                "site": raw["site"],
                "site_id": names.get(raw["site"], ""),
                "kind": raw["kind"],
                "event": tidy(raw["event"]),
                "quantity": number(raw["quantity"]),
                "quantity_unit": quantity["quantity_unit"],
                "quantity_note": quantity["quantity_note"],
                "bearing": tidy(raw["supports_or_contradicts"]),
                "source": source.source,
                "address": source.address,
                "licence": source.licence,
                "confidence": source.confidence or raw["confidence"],
                # What an edition tells of an earlier day was not known on that day.
                "known_from": source.edition or raw["date"],
                **fixes.get(raw["event_id"], {}),
            }
        )
    return rows


def vintages(shared: Path) -> list[Row]:
    """Return every dated forecast and observation, cited from the tracker's own editions."""
    editions = {row["vintage"]: row for row in read_local("vintages.csv")}
    rows = []
    for raw in read_csv(shared / "pledges" / "forecast_vintages.csv"):
        edition = editions[raw["vintage"]]
        rows.append(
            {
                "vintage": raw["vintage"],
                "site": raw["site"],
                "date": raw["date"],
                "kind": raw["kind"],
                **{name: number(raw[name]) for name in ("buildings_operational", "it_mw", "facility_mw")},
                "source": edition["source"],
                "address": "https://epoch.ai/data/ai-data-centers",
                "licence": EPOCH_LICENCE,
                "confidence": edition["confidence"],
                "known_from": raw["vintage"],
            }
        )
    return rows


_BOUND = re.compile(r"\s*\(?(floor|ceiling|over|up to|at least)\)?$")


def compute_programmes(shared: Path) -> list[Row]:
    """Return the Chinese and European programmes, bounds and texts parted from numbers."""
    rows = []
    for raw in read_csv(shared / "pledges" / "compute_programmes.csv"):
        source = primary_source(raw["source"], raw["url"])
        bound = _BOUND.search(raw["unit"])
        is_number = re.fullmatch(r"-?\d+(\.\d+)?", raw["value"]) is not None
        target = dates_in(raw["target_date"])
        rows.append(
            {
                "programme": raw["programme"],
                "level": raw["level"],
                "hub": raw["hub_or_item"],
                "cluster": raw["cluster"],
                "province_or_country": raw["province_or_country"],
                "start_zone": tidy(raw["start_zone"]),
                "lat": raw["lat"],
                "lon": raw["lon"],
                "metric": raw["metric"],
                "value": number(raw["value"]) if is_number else "",
                "value_text": "" if is_number else raw["value"],
                "unit": _BOUND.sub("", raw["unit"]).strip(),
                "bound": bound[1] if bound else "",
                "as_of": dates_in(raw["as_of"])[0],
                "promised_or_delivered": raw["promised_or_delivered"],
                "target": target[-1] if target else "",
                "target_note": only_words(raw["target_date"]),
                "source": source.source,
                "address": source.address,
                "licence": source.licence,
                "confidence": source.confidence or raw["confidence"],
                "known_from": dates_in(raw["as_of"])[0],
                "note": tidy(raw["note"]).replace(", my arithmetic", ", our arithmetic"),
            }
        )
    return rows
