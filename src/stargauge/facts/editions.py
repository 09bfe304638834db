"""Tables of which newer editions replace older ones: what a table said on a date."""

from __future__ import annotations

from datetime import date

import polars as pl


def edition_as_of(frame: pl.DataFrame, place: str, as_of: date) -> pl.DataFrame:
    """Return the rows known on a date, for each place those of its newest edition only.

    Args:
        frame: A table with a `known_from` column; rows of one edition share that day.
        place: Column that names what an edition is of, for example `region`; empty places are left out.
        as_of: Rows that became known later are left out.
    """
    known = frame.filter((pl.col("known_from") <= as_of) & (pl.col(place) != ""))
    return known.filter(pl.col("known_from") == pl.col("known_from").max().over(place))
