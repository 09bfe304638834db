"""The shipped table of phases: every site as known on the date of every vintage.

Derived by the rules of `stargauge.facts.phases` with the reference medians known on that date; written by
`scripts/docs`, compared by a test. A run derives its own phases, as of its own date and with its own facts;
the table is for readers.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from stargauge.facts.frames import load_tables
from stargauge.facts.loading import load_registry
from stargauge.facts.phases import ReferenceMonths, derive_phases, phases_frame
from stargauge.facts.site_records import SiteRecords

LICENCE = "CC BY 4.0"
"""Licence of the vintages the phases are derived from; credit: Epoch AI, with the vintage date."""


def phases_csv() -> str:
    """Return the phases as of every vintage as CSV: `known_from` is the vintage date, MW to one decimal."""
    tables, registry = load_tables(), load_registry()
    records = SiteRecords(tables.vintages, tables.pledges, tables.site_aliases, tables.site_keys)
    vintages: list[date] = tables.vintages["vintage"].unique().sort().to_list()
    parts = []
    for vintage in vintages:
        known = registry.as_of(vintage)
        reference = ReferenceMonths(
            construction=known.input("delivery.duration.construction").to("month").median,
            fitout=known.input("delivery.duration.fitout").to("month").median,
        )
        ratio = known.input("delivery.facility_per_it").to("MW/MW_it").median
        frame = phases_frame(derive_phases(records, vintage, reference, ratio))
        parts.append(
            frame.with_columns(
                pl.lit(vintage).alias("known_from"),
                pl.lit(LICENCE).alias("licence"),
                pl.col("facility_mw", "it_mw", "cumulative_mw").round(1),
            )
        )
    return pl.concat(parts, how="vertical_relaxed").write_csv()
