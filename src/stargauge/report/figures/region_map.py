"""The 13 grid regions as tiles, roughly where they lie: a name, a number, a small line, and a shade.

A tile map rather than a map of borders: regions differ far more in area than in weight, and each has
the same room for its number.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report import region_wording as words
from stargauge.report import wording
from stargauge.report.figures.shades import UNKNOWN, Fill, Shade
from stargauge.report.figures.svg import Label, Size, figure, tag, text, text_width

PLACES = {
    "NW": (0, 0), "CENT": (0, 1), "MIDW": (0, 2), "NY": (0, 3), "NE": (0, 4),
    "CAL": (1, 0), "SW": (1, 1), "TEN": (1, 2), "MIDA": (1, 3),
    "TEX": (2, 1), "SE": (2, 2), "CAR": (2, 3),
    "FLA": (3, 3),
}  # fmt: skip
"""Row and column of each region: neighbours that trade power lie side by side where the grid allows."""

ROWS = 1 + max(row for row, _ in PLACES.values())
COLUMNS = 1 + max(column for _, column in PLACES.values())
LINES = 2
BASE_LINE = 0.56
"""Where the number stands in its tile, as a share of the height from the top."""

SMALL_EMS = 0.54
"""Mean width of a character of the small line: lower-case letters run narrower than digits and capitals."""


@dataclass(frozen=True)
class Tile:
    """What a region's tile says.

    Attributes:
        number: The big number as it is to be read; None where there is none: a dash is drawn.
        line: The small line under it; broken in two where it is long, and cut where it is longer.
        fill: What decides its shade: a number for `Steps`, a name for `Names`, None for no value.
    """

    number: str | None
    line: str = ""
    fill: Fill = None


@dataclass(frozen=True)
class MapLayout:
    """Sizes of a map: tile, gap between tiles, and the three sizes of type, which classes of the style set.

    Attributes:
        tile: Width and height of a tile.
        gap: Between tiles.
        pad: Between a tile's edge and its words.
        name: Font size of the region's code.
        number: Font size of the number.
        small: Font size of the small line.
        kind: Class of the map, by which the style sheet sets the same sizes.
    """

    tile: Size
    gap: float
    pad: float
    name: float
    number: float
    small: float
    kind: str

    @property
    def size(self) -> Size:
        """Size of the whole map."""
        return Size(
            COLUMNS * (self.tile.width + self.gap) - self.gap, ROWS * (self.tile.height + self.gap) - self.gap
        )


WIDE_MAP = MapLayout(Size(153.6, 98.0), 8.0, 12.0, 13.0, 28.0, 12.0, "map-wide")
NARROW_MAP = MapLayout(Size(66.0, 86.0), 5.0, 6.0, 11.0, 18.0, 9.5, "map-narrow")


def region_map(label: Label, tiles: Mapping[str, Tile], shade: Shade, layout: MapLayout) -> Markup:
    """Return the tile map of the 13 regions.

    Args:
        label: Name and description; `missing_regions` says which regions to name as without a value.
        tiles: By code of the region; a region that is left out has no value.
        shade: What fills mean.
        layout: Sizes.

    Raises:
        ValueError: A region is unknown, or a fill is none of the shade's.
    """
    unknown = sorted(set(tiles) - set(PLACES))
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: no region of EIA-930; there are {', '.join(sorted(PLACES))}")
    drawn = [_tile(code, tiles.get(code, Tile(None)), shade, layout) for code in PLACES]
    return figure(label, layout.size, tag("g", *drawn, class_=layout.kind))


def missing_regions(tiles: Mapping[str, Tile]) -> tuple[str, ...]:
    """Return the codes of the regions whose tile has no number, in alphabetical order."""
    return tuple(code for code in sorted(PLACES) if tiles.get(code, Tile(None)).number is None)


def _tile(code: str, tile: Tile, shade: Shade, layout: MapLayout) -> Markup:
    row, column = PLACES[code]
    x, y = column * (layout.tile.width + layout.gap), row * (layout.tile.height + layout.gap)
    left, middle = x + layout.pad, y + layout.tile.height * BASE_LINE
    told = wording.NOTHING if tile.number is None else tile.number
    kind = UNKNOWN if tile.number is None else shade.kind(tile.fill)
    room = layout.tile.width - 2 * layout.pad
    line = words.MISSING if tile.number is None and not tile.line else tile.line
    step = layout.small * 1.15
    box = tag(
        "rect",
        x=x,
        y=y,
        width=layout.tile.width,
        height=layout.tile.height,
        rx=layout.pad * 0.6,
        class_="box",
    )
    hint = words.TILE_HINT_LINE if line else words.TILE_HINT
    return tag(
        "g",
        tag("title", hint.format(region=words.REGION[code], number=told, line=line)),
        box,
        text((left, y + layout.pad * 0.7 + layout.name), code, "region"),
        text((left, middle), told, "amount long" if text_width(told, layout.number) > room else "amount"),
        *(
            text((left, middle + layout.small * 1.5 + index * step), part, "line")
            for index, part in enumerate(_broken(line, int(room / (SMALL_EMS * layout.small))))
        ),
        class_=f"tile {kind}",
    )


def _broken(line: str, room: int) -> list[str]:
    """Return a line in at most two, each of so many characters; an ellipsis where it had to be cut."""
    parts = textwrap.wrap(line, room, break_long_words=False) if line else []
    kept = [part if len(part) <= room else f"{part[: room - 1]}…" for part in parts[:LINES]]
    if len(parts) > LINES and not kept[-1].endswith("…"):
        kept[-1] = f"{kept[-1][: room - 1].rstrip()}…"
    return kept
