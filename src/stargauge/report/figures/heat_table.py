"""A heat table: one row a region, one column a year, each cell its number, what binds, and a shade.

It is an HTML table, so that it reads aloud, prints and can be copied; the shade repeats what the words say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report import region_wording as words
from stargauge.report import wording
from stargauge.report.figures.shades import UNKNOWN, Fill, Shade, shade_key
from stargauge.report.figures.svg import tag


@dataclass(frozen=True)
class HeatCell:
    """One cell.

    Attributes:
        number: As it is to be read; None where there is no value: a dash is shown.
        label: A word or two beneath it, such as the limit that binds; empty for none.
        fill: What decides its shade.
    """

    number: str | None
    label: str = ""
    fill: Fill = None


@dataclass(frozen=True)
class HeatRow:
    """One row: its name, what it stands for in full, and a cell for each column."""

    name: str
    detail: str
    cells: tuple[HeatCell, ...]


def heat_table(
    ident: str, caption: str, corner: str, columns: Sequence[str], rows: Sequence[HeatRow], shade: Shade
) -> Markup:
    """Return a heat table with its key.

    Args:
        ident: Unique in the page; the table itself has it with `-table`.
        caption: What the table shows, with the unit of its numbers; for those who cannot see it.
        corner: Head of the first column.
        columns: Heads of the others, such as years.
        rows: Rows, each with one cell a column.
        shade: What fills mean.

    Raises:
        ValueError: A row has not one cell a column, or a fill is none of the shade's.
    """
    for row in rows:
        if len(row.cells) != len(columns):
            raise ValueError(f"{row.name} has {len(row.cells)} cells for {len(columns)} columns")
    head = tag("tr", *(tag("th", name, scope="col") for name in (corner, *columns)))
    table = tag(
        "table",
        tag("caption", caption, class_="hidden"),
        tag("thead", head),
        tag("tbody", *(_row(row, shade) for row in rows)),
        class_="heat",
        id=f"{ident}-table",
    )
    missing = any(cell.number is None for row in rows for cell in row.cells)
    region = tag("div", table, class_="scroll", role="region", aria_label=caption, tabindex="0")
    return tag("div", key_list(shade_key(shade, missing=missing)), region, id=ident)


def key_list(entries: Iterable[tuple[Markup, str]]) -> Markup:
    """Return a key as the page writes one: patches with their words."""
    return tag(
        "ul", *(tag("li", patch, f" {said}") for patch, said in entries), class_="key", aria_label=words.KEY
    )


def _row(row: HeatRow, shade: Shade) -> Markup:
    detail = (" ", tag("span", row.detail, class_="meta")) if row.detail else ()
    head = tag("th", tag("b", row.name), *detail, scope="row")
    return tag("tr", head, *(_cell(cell, shade) for cell in row.cells))


def _cell(cell: HeatCell, shade: Shade) -> Markup:
    number = wording.NOTHING if cell.number is None else cell.number
    kind = UNKNOWN if cell.number is None else shade.kind(cell.fill)
    parts: list[str] = [tag("span", number, class_="amount")]
    if cell.label:
        parts += [" ", tag("span", cell.label, class_="limit")]
    elif cell.number is None:
        parts += [" ", tag("span", words.MISSING, class_="hidden")]
    return tag("td", *parts, class_=kind)
