"""Reads a report as a browser would: a tree that refuses what is not well-formed, tables, and figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}
SVG_SHAPES = {"path", "line", "rect", "circle"}


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str, **attributes: str) -> list[Node]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [
            node
            for node in self.walk()
            if node.tag == tag and all(node.attributes.get(name) == value for name, value in wanted.items())
        ]

    def by_id(self, ident: str) -> Node:
        found = [node for node in self.walk() if node.attributes.get("id") == ident]
        assert len(found) == 1, f"{len(found)} elements with id {ident}"
        return found[0]

    def kinds(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return re.sub(r"[ \n]+", " ", "".join(parts)).strip(" ")

    def rows(self) -> list[list[str]]:
        """Cells of the body of the first table within."""
        body = [node for node in self.walk() if node.tag == "tbody"]
        return [
            [cell.text for cell in row.children if isinstance(cell, Node) and cell.tag in ("td", "th")]
            for part in body
            for row in part.all("tr")
        ]

    def head(self) -> list[str]:
        return [cell.text for cell in self.all("thead")[0].all("th")]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document", {})
        self.stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def parse(html: str) -> Node:
    """Return the tree; every element must be closed in order."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.stack == [builder.root], "elements were left open"
    return builder.root


def number(text: str) -> float:
    """Return a number as the report writes it."""
    return float(text.replace(",", "").replace("\u2212", "-"))


def points(path: Node) -> list[tuple[float, float]]:
    """Return the points of a path of straight lines."""
    steps = path.attributes["d"].lstrip("M").rstrip("Z").split("L")
    return [(float(x), float(y)) for x, y in (step.split() for step in steps)]


def shapes(svg: Node, kind: str) -> list[Node]:
    return [node for node in svg.walk() if node.tag in SVG_SHAPES and kind in node.kinds()]


def labels(svg: Node, kind: str) -> list[Node]:
    return [node for node in svg.all("text") if kind in node.kinds()]


def line_through(places: list[tuple[float, float]]) -> tuple[float, float]:
    """Return slope and start of the straight line through (coordinate, value) of an axis' ticks."""
    (first, low), (last, high) = places[0], places[-1]
    slope = (high - low) / (last - first)
    for place, value in places:
        assert abs(low + slope * (place - first) - value) <= 1e-3 * max(1.0, abs(high - low)), (
            "ticks are uneven"
        )
    return slope, low - slope * first
