"""A chart as the page holds it: one or two drawings, what they show, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from stargauge.report.figures import Label, RowLayout

Cell = str
"""Text of a cell, or `Markup` where it holds a link."""


@dataclass(frozen=True)
class Table:
    """A table: columns, and groups of rows; `numeric` says from which column on cells are right-aligned.

    A group's heading is empty where the table has one group.
    """

    caption: str
    columns: tuple[str, ...]
    groups: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...]
    numeric: int = 1


@dataclass(frozen=True)
class Chart:
    """A drawing for wide pages and print, one for narrow pages where that would not fit, and the table."""

    ident: str
    title: str
    caption: str
    wide: Markup
    narrow: Markup | None
    table: Table | None
    key: tuple[tuple[Markup, str], ...] = ()


WIDE = 800.0
NARROW = 350.0
"""Widths of figures; text in them is set for these widths."""


def drawn(
    ident: str,
    title: str,
    description: str,
    draw: Callable[[Label, RowLayout], Markup],
    wide: RowLayout,
    narrow: RowLayout,
) -> tuple[Markup, Markup]:
    """Return a chart of rows in both widths, each with names of its own."""
    first, second = (
        draw(Label(f"{ident}-{suffix}", title, description), layout)
        for suffix, layout in (("wide", wide), ("narrow", narrow))
    )
    return first, second


def rows_table(
    caption: str, columns: tuple[str, ...], rows: list[tuple[Cell, ...]], numeric: int = 1
) -> Table:
    """Return a table of one group."""
    return Table(caption, columns, (("", tuple(rows)),), numeric)


def linked(words: str, address: str) -> Markup:
    """Return words as a link to a web address; only as words where the address is none."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and parts.netloc:
        return Markup('<a href="{}" rel="noopener noreferrer external">{}</a>').format(address, words)
    return Markup("{}").format(words)
