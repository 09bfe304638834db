"""SVG as text: elements with escaped content, numbers without noise, the frame of an accessible figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

Point = tuple[float, float]

CAMEL_CASE = {
    "viewbox": "viewBox",
    "patternunits": "patternUnits",
    "patterntransform": "patternTransform",
}
"""Attributes that SVG spells with a capital letter."""

CHARACTER_EMS = 0.6
"""Mean width of a character of a sans-serif face, in ems; enough to keep labels apart."""


@dataclass(frozen=True)
class Size:
    """Width and height of a figure, in units that are pixels where it is shown at its own size."""

    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """What a figure is called and what it shows, for those who cannot see it; `ident` is unique in a page."""

    ident: str
    title: str
    description: str


def tag(name: str, /, *children: str, **attributes: str | float | None) -> Markup:
    """Return an SVG element; content and values are escaped, `None` leaves an attribute out.

    `stroke_width` becomes `stroke-width`, `class_` becomes `class`.
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(_attribute(key), number(value) if isinstance(value, int | float) else value)
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(escape(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, inner)


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text(place: Point, words: str, kind: str, anchor: str = "start") -> Markup:
    """Return a text whose base line starts, is centred or ends at a place."""
    return tag("text", words, x=place[0], y=place[1], class_=kind, text_anchor=anchor)


def line(start: Point, end: Point, kind: str) -> Markup:
    """Return a straight line."""
    return tag("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=kind)


def rectangle(corner: Point, size: Size, kind: str, hint: str = "") -> Markup:
    """Return a rectangle from its upper left corner; the hint shows under a pointer."""
    children = (tag("title", hint),) if hint else ()
    return tag(
        "rect",
        *children,
        x=corner[0],
        y=corner[1],
        width=max(0.0, size.width),
        height=size.height,
        class_=kind,
    )


def polyline(points: Iterable[Point], kind: str, closed: bool = False) -> Markup:
    """Return a line through points, or the area it encloses."""
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return tag("path", d=f"M{steps}{'Z' if closed else ''}", class_=kind)


def text_width(words: str, font_size: float) -> float:
    """Return about how wide a text is."""
    return CHARACTER_EMS * font_size * len(words)


def figure(label: Label, size: Size, *children: str) -> Markup:
    """Return a whole SVG image with its title and description."""
    return tag(
        "svg",
        tag("title", label.title, id=f"{label.ident}-title"),
        tag("desc", label.description, id=f"{label.ident}-desc"),
        *children,
        viewbox=f"0 0 {number(size.width)} {number(size.height)}",
        role="img",
        aria_labelledby=f"{label.ident}-title",
        aria_describedby=f"{label.ident}-desc",
        id=label.ident,
    )


def _attribute(name: str) -> str:
    return CAMEL_CASE.get(name, name.rstrip("_").replace("_", "-"))
