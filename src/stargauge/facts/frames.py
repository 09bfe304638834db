"""Loads the record tables as typed polars frames."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from stargauge.errors import Mistake
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.facts.reading import parse_rows, raise_mistakes
from stargauge.facts.rows import (
    BackgroundShareRow,
    BalancingAuthorityRow,
    ComputeProgrammeRow,
    HeadroomRow,
    Pledge,
    ProgrammeEvent,
    RegionRow,
    Site,
    SiteAliasRow,
    SiteKeyRow,
    StateRegionRow,
    TableRow,
    VintageRow,
)

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Tables:
    """The record tables; columns are the fields of the row class of the same name in `facts.rows`."""

    pledges: pl.DataFrame
    sites: pl.DataFrame
    events: pl.DataFrame
    vintages: pl.DataFrame
    compute_programmes: pl.DataFrame
    headroom: pl.DataFrame
    background_shares: pl.DataFrame
    regions: pl.DataFrame
    balancing_authorities: pl.DataFrame
    state_regions: pl.DataFrame
    site_aliases: pl.DataFrame
    site_keys: pl.DataFrame


TABLE_FILES: dict[str, tuple[str, type[TableRow]]] = {
    "pledges": ("pledges.csv", Pledge),
    "sites": ("sites.csv", Site),
    "events": ("events.csv", ProgrammeEvent),
    "vintages": ("forecast_vintages.csv", VintageRow),
    "compute_programmes": ("compute_programmes.csv", ComputeProgrammeRow),
    "headroom": ("headroom.csv", HeadroomRow),
    "background_shares": ("background_shares.csv", BackgroundShareRow),
    "regions": ("regions.csv", RegionRow),
    "balancing_authorities": ("balancing_authorities.csv", BalancingAuthorityRow),
    "state_regions": ("state_regions.csv", StateRegionRow),
    "site_aliases": ("site_aliases.csv", SiteAliasRow),
    "site_keys": ("site_keys.csv", SiteKeyRow),
}
"""Field of `Tables` to file and row class."""


@cache
def load_tables() -> Tables:
    """Return the shipped record tables, read once a process.

    Raises:
        InputError: Listing every mistake in every table.
    """
    return read_tables(TABLES_FOLDER)


def read_tables(folder: Path) -> Tables:
    """Return the record tables of a folder.

    Raises:
        InputError: Listing every mistake in every table, with line and field.
    """
    return Tables(**read_frames(folder, TABLE_FILES, _cross_mistakes))


Parsed = dict[str, list[tuple[int, Any]]]
"""Rows of each table with their lines."""


def read_frames(
    folder: Path,
    files: Mapping[str, tuple[str, type[TableRow]]],
    cross_mistakes: Callable[[Parsed], Iterator[tuple[str, Mistake]]],
) -> dict[str, pl.DataFrame]:
    """Return the tables of a folder as frames, by name.

    Args:
        folder: Where the files are.
        files: File and row class of each table.
        cross_mistakes: What only shows between rows and tables; asked once every row is legal by itself.

    Raises:
        InputError: Listing every mistake in every table, with line and field.
    """
    mistakes: dict[str, list[Mistake]] = {}
    parsed: Parsed = {}
    for name, (file, model) in files.items():
        parsed[name], mistakes[file] = parse_rows(folder / file, model, model.model_validate)
    if not any(mistakes.values()):
        for name, mistake in cross_mistakes(parsed):
            mistakes[files[name][0]].append(mistake)
    raise_mistakes(mistakes, "no table was loaded")
    return {name: frame_of(files[name][1], (row for _, row in rows)) for name, rows in parsed.items()}


def frame_of(model: type[TableRow], rows: Iterable[TableRow]) -> pl.DataFrame:
    """Return rows as a frame whose column types follow the row class, also where it is empty."""
    import polars as pl  # a third of a second to import, and facts are often read without tables

    schema = {name: _column_type(field.annotation) for name, field in model.model_fields.items()}
    return pl.DataFrame([row.model_dump() for row in rows], schema=schema, orient="row")


def _column_type(annotation: Any) -> Any:
    import polars as pl

    arguments = get_args(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return _column_type(next(part for part in arguments if part is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return _column_type(annotation.__origin__)
    plain = {date: pl.Date, float: pl.Float64, int: pl.Int64, bool: pl.Boolean}
    return plain.get(annotation, pl.String)


def _cross_mistakes(parsed: dict[str, list[tuple[int, Any]]]) -> Iterator[tuple[str, Mistake]]:
    """Yield mistakes that only show between rows and tables: keys used twice, names that lead nowhere."""
    keys: dict[str, Callable[[Any], str]] = {
        "pledges": lambda row: row.id,
        "sites": lambda row: row.site_id,
        "events": lambda row: row.event_id,
        "site_aliases": lambda row: row.vintage_site,
        "site_keys": lambda row: row.site_id,
        "balancing_authorities": lambda row: row.balancing_authority,
        "regions": lambda row: row.region,
        "state_regions": lambda row: row.state,
    }
    known: dict[str, set[str]] = {}
    for name, key in keys.items():
        known[name] = set()
        for line, row in parsed[name]:
            if key(row) in known[name]:
                yield name, Mistake(line, "key", f'"{key(row)}" is used twice')
            known[name].add(key(row))
    places = known["sites"] | known["site_keys"]
    for line, row in parsed["pledges"]:
        for site in row.counts_sites.split():
            if site not in places:
                yield "pledges", Mistake(line, "counts_sites", f'"{site}" is no site')
        if row.part_of and row.part_of not in known["pledges"]:
            yield "pledges", Mistake(line, "part_of", f'"{row.part_of}" is no pledge')
    for line, row in parsed["events"]:
        if row.site_id and row.site_id not in places:
            yield "events", Mistake(line, "site_id", f'"{row.site_id}" is no site')
    for name in ("headroom", "background_shares", "balancing_authorities", "state_regions"):
        for line, row in parsed[name]:
            if row.region and row.region not in known["regions"]:
                yield name, Mistake(line, "region", f'"{row.region}" is no EIA-930 region')
