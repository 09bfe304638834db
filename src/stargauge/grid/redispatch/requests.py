"""Requests for load, from Python or from a CSV file: who wants how many MW where, and in which order."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from stargauge.errors import InputError, Mistake
from stargauge.grid.network import Network

Kind = Literal["firm", "curtailable"]
KINDS: tuple[Kind, ...] = get_args(Kind)

COLUMNS = {
    "name": "name of the request, unique",
    "bus": "number of the bus",
    "mw": "load that is asked for, MW",
    "value": "what a MW of it is worth; optional, needed by the rule `value`",
    "queue": "position in the queue, first first; optional, needed by the rule `queue`",
    "kind": "`firm` (default) or `curtailable`: cut at once when a branch is lost",
}
"""Columns of a file of requests."""

_NEEDED = ("name", "bus", "mw")


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        name: Name, unique among the requests.
        bus: Bus number.
        mw: Load asked for, MW.
        value: What a MW is worth, in any unit; None where unknown.
        queue: Position in the queue; equal positions are served together. None where unknown.
        kind: `firm`, or `curtailable`: cut when a branch is lost.
    """

    name: str
    bus: int
    mw: float
    value: float | None = None
    queue: float | None = None
    kind: Kind = "firm"


def check_requests(requests: Sequence[Request], network: Network, rule: str) -> list[Mistake]:
    """Return what is wrong with requests, by place in the list."""
    return _mistakes(requests, network, rule, [0] * len(requests), rows=True)


def read_requests(path: str | Path, network: Network, rule: str) -> list[Request]:
    """Return the requests of a CSV file with a heading; see `COLUMNS`. Lines with `#` first do not count.

    Raises:
        InputError: Listing everything that is wrong, each with its line and field.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(str(path), [Mistake(0, "file", f"cannot be read: {reason}")], _UNDONE) from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), [Mistake(0, "file", "is no text in UTF-8")], _UNDONE) from error
    numbered = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not numbered:
        raise InputError(str(path), [Mistake(0, "file", "has no line with a heading")], _UNDONE)
    heading = [cell.strip() for cell in next(csv.reader([numbered[0][1]]))]
    mistakes = _heading_mistakes(heading, numbered[0][0])
    if mistakes:
        raise InputError(str(path), mistakes, _UNDONE)
    requests: list[Request] = []
    lines: list[int] = []
    unread: list[frozenset[str]] = []
    for number, line in numbered[1:]:
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if len(cells) != len(heading):
            text = f"has {len(cells)} cells where the heading has {len(heading)}"
            mistakes.append(Mistake(number, "row", text))
            continue
        request, fields, wrong = _request(dict(zip(heading, cells, strict=True)), number)
        mistakes += wrong
        requests.append(request)
        lines.append(number)
        unread.append(fields)
    if not requests and not mistakes:
        mistakes.append(Mistake(0, "file", "has a heading but no request"))
    found = _mistakes(requests, network, rule, lines, rows=False) if requests else []
    known = {(line, field) for line, fields in zip(lines, unread, strict=True) for field in fields}
    mistakes += [mistake for mistake in found if (mistake.line, mistake.field) not in known]
    if mistakes:
        raise InputError(str(path), mistakes, _UNDONE)
    return requests


_UNDONE = "nothing was allocated"


def _heading_mistakes(heading: list[str], line: int) -> list[Mistake]:
    mistakes = [
        Mistake(line, column, f"is missing from the heading; columns: {', '.join(COLUMNS)}")
        for column in _NEEDED
        if column not in heading
    ]
    mistakes += [
        Mistake(line, column or "heading", f"is no column; known: {', '.join(COLUMNS)}")
        for column in heading
        if column not in COLUMNS
    ]
    twice = sorted({column for column in heading if heading.count(column) > 1})
    return mistakes + [Mistake(line, column, "stands twice in the heading") for column in twice]


def _request(row: dict[str, str], line: int) -> tuple[Request, frozenset[str], list[Mistake]]:
    """Return the request of a row, the fields that cannot be read, and what is wrong with them.

    Fields that cannot be read hold something legal, so that all else can be looked at.
    """
    mistakes: list[Mistake] = []

    def number(field: str, how: Callable[[str], float], what: str) -> float | None:
        text = row.get(field, "")
        if not text:
            if field in _NEEDED:
                mistakes.append(Mistake(line, field, "is empty"))
            return None
        try:
            return how(text)
        except ValueError:
            mistakes.append(Mistake(line, field, f'"{text}" is no {what}'))
            return None

    bus = number("bus", int, "bus number")
    mw = number("mw", float, "number of MW")
    value, queue = number("value", float, "number"), number("queue", float, "number")
    kind = row.get("kind", "") or "firm"
    if kind not in KINDS:
        mistakes.append(Mistake(line, "kind", f'"{kind}" is no kind; known: {", ".join(KINDS)}'))
    read = KINDS[KINDS.index(kind)] if kind in KINDS else KINDS[0]
    unread = frozenset(mistake.field for mistake in mistakes)
    request = Request(row["name"], int(bus or 0), 1.0 if mw is None else mw, value, queue, read)
    return request, unread, mistakes


def _mistakes(
    requests: Sequence[Request], network: Network, rule: str, lines: Sequence[int], *, rows: bool
) -> list[Mistake]:
    """Return what is wrong with requests that can be read; fields carry the row where there is no line."""
    known = set(network.bus_id.tolist())
    mistakes: list[Mistake] = []
    seen: dict[str, int] = {}
    for place, (request, line) in enumerate(zip(requests, lines, strict=True)):

        def wrong(field: str, text: str, place: int = place, line: int = line) -> None:
            mistakes.append(Mistake(line, f"requests[{place}].{field}" if rows else field, text))

        if not request.name:
            wrong("name", "is empty")
        elif request.name in seen:
            first = seen[request.name]
            wrong("name", f'"{request.name}" is the name of {"request" if rows else "line"} {first} already')
        seen.setdefault(request.name, place if rows else line)
        if request.bus not in known:
            wrong("bus", f"{request.bus} is no bus of {network.name}")
        if not (math.isfinite(request.mw) and request.mw > 0):
            wrong("mw", f"is {request.mw:g}; it must be a number of MW above 0")
        if request.kind not in KINDS:
            wrong("kind", f'"{request.kind}" is no kind; known: {", ".join(KINDS)}')
        for field, number in (("value", request.value), ("queue", request.queue)):
            if number is not None and not math.isfinite(number):
                wrong(field, f"is {number:g}; it must be a number")
            elif number is None and rule == field:
                wrong(field, f"is needed by the rule {rule}")
        if request.value is not None and math.isfinite(request.value) and request.value < 0:
            wrong("value", f"is {request.value:g}; it must be at least 0")
    return mistakes
