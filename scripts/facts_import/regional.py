"""Imports what is known by region: published flexible headroom, and where data-centre load stands today."""

from __future__ import annotations

import re
from pathlib import Path

from facts_import.common import Row, number, read_csv, read_local, write_table
from stargauge.facts.rows import BackgroundShareRow, HeadroomRow

EPRI_SHARE = re.compile(r"EPRI-type ([0-9.]+)")
EPRI_MEAN_LOAD_MW = 152e6 / 8760
"""152 TWh in 2023, the national figure of the same table, as a mean load."""


def import_regional(shared: Path, out: Path) -> None:
    """Write the headroom and background-share tables."""
    write_table(out / "headroom.csv", HeadroomRow, headroom(shared))
    write_table(out / "background_shares.csv", BackgroundShareRow, background_shares(shared))


def headroom(shared: Path) -> list[Row]:
    """Return the headroom by balancing authority in MW; rows without an authority are the sum of all 22."""
    names = {row["published"]: row for row in read_local("headroom_names.csv")}
    rows = []
    for raw in read_csv(shared / "delivery" / "duke_headroom.csv"):
        name = names[raw["balancing_authority"]]
        rows.append(
            {
                "published_name": raw["balancing_authority"],
                "balancing_authority": name["balancing_authority"],
                "region": name["region"],
                "region_group": raw["region_group"],
                "curtailment_share": number(str(round(float(raw["curtailment_limit_pct"]) / 100, 6))),
                "headroom_mw": number(str(round(float(raw["headroom_gw"]) * 1000, 3))),
                "source": "Norris and others (2025), Rethinking Load Growth, Duke University",
                "address": raw["source_url"],
                "licence": "report CC BY-NC 4.0; figures re-typed",
                "confidence": "A",
                "known_from": "2025-02",
                "note": "sum of 22 balancing authorities"
                if raw["balancing_authority"] == "ALL_22"
                else "read from a figure; system-wide, local limits of the grid are ignored",
            }
        )
    return rows


def background_shares(shared: Path) -> list[Row]:
    """Return two editions of the share of existing data-centre load in each region; each adds up to 1.

    The older one is the share by region of EPRI's state table of May 2024, which the newer one builds on.
    """
    estimates = [
        raw
        for raw in read_csv(shared / "supply" / "demand.csv")
        if raw["metric"] == "existing_data_centre_load" and raw["scenario"].startswith("ESTIMATE")
    ]
    total = sum(float(raw["value"]) for raw in estimates)
    by_state = [float(EPRI_SHARE.search(raw["note"])[1]) for raw in estimates]
    older = [
        {
            "region": raw["region"],
            "share": f"{share / sum(by_state):.6f}",
            "load_mw": number(f"{share / sum(by_state) * EPRI_MEAN_LOAD_MW:.0f}"),
            "source": "EPRI, Powering Intelligence (May 2024), states summed to regions; from memory",
            "licence": "facts re-typed, link only",
            "confidence": "D",
            "known_from": "2024-05",
            "note": "load is the share of 152 TWh a year, spread evenly",
        }
        for raw, share in zip(estimates, by_state, strict=True)
    ]
    return older + [
        {
            "region": raw["region"],
            "share": f"{float(raw['value']) / total:.6f}",
            "load_mw": number(raw["value"]),
            "source": "Own estimate from EPRI (2023 shares), NREL ReEDS and BloombergNEF (40 GW in 2025)",
            "licence": "own estimate; inputs re-typed",
            "confidence": "D",
            "known_from": "2025-12",
            "note": "0.6 of the EPRI share and 0.4 of the ReEDS share, tilted towards fast-growing regions",
        }
        for raw in estimates
    ]
