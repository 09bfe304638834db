"""Charts of the grid regions: the tile map in both widths and the stacked years, each with its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stargauge.report import region_wording as words
from stargauge.report import wording
from stargauge.report.charts import NARROW, WIDE, Chart, rows_table
from stargauge.report.figures import Label, Size
from stargauge.report.figures.region_map import (
    NARROW_MAP,
    PLACES,
    WIDE_MAP,
    Tile,
    missing_regions,
    region_map,
)
from stargauge.report.figures.shades import SWATCH, Shade, shade_key, swatch
from stargauge.report.figures.stack_chart import PART_KINDS, StackColumn, band_mark, stack_chart
from stargauge.report.numbers import NO_BREAK, decimal

WIDE_STACK = Size(WIDE, 380.0)
NARROW_STACK = Size(NARROW, 320.0)


def region_chart(
    ident: str,
    title: str,
    caption: str,
    said: str,
    tiles: Mapping[str, Tile],
    shade: Shade,
    columns: tuple[str, ...],
    cells: Mapping[str, tuple[str, ...]] | None = None,
) -> Chart:
    """Return the tile map of one measure in both widths, with its key and its table.

    Args:
        ident: Unique in the page.
        title: What is shown.
        caption: The measure, its unit and its date, as the page prints it under the title.
        said: The same for those who cannot see the map: a sentence that the description begins with.
        tiles: By code of the region; a region that is left out has no value.
        shade: What fills mean.
        columns: Heads of the table's columns after the region's.
        cells: Cells of each region under those heads; by default the tile's number and line.

    Raises:
        ValueError: As `region_map`; or a region's cells are not one a column.
    """
    missing = missing_regions(tiles)
    description = words.MAP_DESCRIPTION.format(
        said=said,
        count=len(PLACES),
        missing=words.MAP_MISSING.format(regions=wording.COMMA.join(words.REGION[code] for code in missing))
        if missing
        else "",
        table=words.IN_TABLE,
    )
    wide, narrow = (
        region_map(Label(f"{ident}-{suffix}", title, description), tiles, shade, layout)
        for suffix, layout in (("wide", WIDE_MAP), ("narrow", NARROW_MAP))
    )
    rows = []
    for code in sorted(PLACES):
        given = _cells(tiles.get(code, Tile(None))) if cells is None else cells.get(code, ())
        given = given or (
            f"{wording.NOTHING}{NO_BREAK}{words.MISSING}".replace(" ", NO_BREAK),
            *[""] * (len(columns) - 1),
        )
        if len(given) != len(columns):
            raise ValueError(f"{code} has {len(given)} cells for {len(columns)} columns")
        rows.append((f"{words.REGION[code]} ({code})", *given))
    table = rows_table(title, (words.COLUMN_REGION, *columns), rows)
    return Chart(ident, title, caption, wide, narrow, table, shade_key(shade, missing=bool(missing)))


def stacked_years(
    ident: str,
    title: str,
    caption: str,
    said: str,
    columns: Sequence[StackColumn],
    unit: str,
    decimals: int = 0,
) -> Chart:
    """Return additions by part and year as stacked columns, with the 80 % range of their total.

    The parts should be means over futures: means add up to the mean of the total, medians do not.

    Args:
        ident: Unique in the page.
        title: What is shown.
        caption: As the page prints it under the title.
        said: A sentence that the description begins with.
        columns: One a year, in order; all with the same parts in the same order.
        unit: Unit of the values as it is written.
        decimals: Of the totals above the columns; the table has one more.

    Raises:
        ValueError: As `stack_chart`; the years differ in their parts; or there are too many parts.
    """
    told = [column for column in columns if column.parts is not None]
    parts = tuple(told[0].parts or ()) if told else ()
    for column in told:
        if tuple(column.parts or ()) != parts:
            raise ValueError(f"{column.year} has other parts than {told[0].year}")
    if len(parts) > len(PART_KINDS):
        raise ValueError(
            f"{len(parts)} parts; {len(PART_KINDS)} can be told apart: put the smallest together"
        )
    kinds = dict(zip(parts, PART_KINDS, strict=False))
    missing = [column.year for column in columns if column.parts is None]
    description = words.STACK_DESCRIPTION.format(
        said=said,
        first=columns[0].year if columns else wording.NOTHING,
        last=columns[-1].year if columns else wording.NOTHING,
        unit=unit,
        missing=words.STACK_MISSING.format(years=wording.COMMA.join(missing)) if missing else "",
    )
    wide, narrow = (
        stack_chart(Label(f"{ident}-{suffix}", title, description), columns, kinds, unit, size, decimals)
        for suffix, size in (("wide", WIDE_STACK), ("narrow", NARROW_STACK))
    )
    heads = (words.COLUMN_YEAR, *parts, words.COLUMN_TOTAL, words.COLUMN_LOW, words.COLUMN_HIGH)
    rows = []
    for column in columns:
        values = [None] * len(parts) if column.parts is None else list(column.parts.values())
        numbers = (*values, column.total, column.low, column.high)
        rows.append((column.year, *(decimal(value, decimals + 1) for value in numbers)))
    table = rows_table(wording.TABLE_OF.format(title=title, unit=unit), heads, rows)
    key = tuple((swatch(kinds[name]), name) for name in reversed(parts))
    if any(column.low is not None and column.high is not None for column in columns):
        key = (*key, (band_mark(SWATCH), words.BAND))
    return Chart(ident, title, caption, wide, narrow, table, key)


def _cells(tile: Tile) -> tuple[str, ...]:
    if tile.number is None:
        return ()
    return (tile.number, tile.line)
