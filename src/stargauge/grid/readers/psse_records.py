"""Splits a PSS/E RAW file, revisions 33 to 35, into its sections and records.

A record is one line of values separated by commas or blanks, quoted texts aside; a slash outside quotes
starts a comment; an empty value takes its default. A section ends at a record that is a single 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stargauge.errors import Mistake
from stargauge.grid.readers.files import refuse

REVISIONS = (33, 34, 35)

_BEFORE_SWITCHING = ("BUS", "LOAD", "FIXED SHUNT", "GENERATOR", "BRANCH")
_AFTER_SWITCHING = (
    "TRANSFORMER",
    "AREA",
    "TWO-TERMINAL DC",
    "VSC DC LINE",
    "IMPEDANCE CORRECTION",
    "MULTI-TERMINAL DC",
    "MULTI-SECTION LINE",
    "ZONE",
    "INTER-AREA TRANSFER",
    "OWNER",
    "FACTS DEVICE",
    "SWITCHED SHUNT",
    "GNE",
    "INDUCTION MACHINE",
)
SECTIONS: dict[int, tuple[str, ...]] = {
    33: (*_BEFORE_SWITCHING, *_AFTER_SWITCHING),
    34: ("SYSTEM-WIDE", *_BEFORE_SWITCHING, "SYSTEM SWITCHING DEVICE", *_AFTER_SWITCHING, "SUBSTATION"),
    35: ("SYSTEM-WIDE", *_BEFORE_SWITCHING, "SYSTEM SWITCHING DEVICE", *_AFTER_SWITCHING, "SUBSTATION"),
}
"""Sections of each revision in the order of the file."""


_STEMS = {
    **{name: name for name in SECTIONS[34]},
    "TWO": "TWO-TERMINAL DC",
    "VSC": "VSC DC LINE",
    "VOLTAGE": "VSC DC LINE",
    "TRANSFORMER IMPEDANCE": "IMPEDANCE CORRECTION",
    "MULTI-TERM": "MULTI-TERMINAL DC",
    "MULTI-SEC": "MULTI-SECTION LINE",
    "INTER": "INTER-AREA TRANSFER",
    "FACTS": "FACTS DEVICE",
    "INDUCTION": "INDUCTION MACHINE",
    "SWITCHING": "SYSTEM SWITCHING DEVICE",
}
"""Sections by the beginnings of what comments call them; longer ones are tried first."""
_STEMS = dict(sorted(_STEMS.items(), key=lambda item: -len(item[0])))

_VALUE = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\"|([^\s,'\"/]+))?\s*(,|(?=/)|$|(?<=\s))")
_HEADER_LINES = 3


@dataclass(frozen=True)
class Record:
    """One line of values.

    Attributes:
        line: Line of the file.
        values: The values as text, empty where left out.
    """

    line: int
    values: tuple[str, ...]


@dataclass
class RawFile:
    """A RAW file in pieces.

    Attributes:
        revision: 33, 34 or 35.
        base_mva: System base, MVA, as text.
        title: The two title lines.
        sections: Records by section.
        mistakes: What is wrong with the file as a whole.
    """

    revision: int
    base_mva: str
    title: str
    sections: dict[str, list[Record]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def split_raw(path: Path, text: str) -> RawFile:
    """Return the sections of a RAW file.

    Raises:
        InputError: The first line is no header, or of a revision that is not read.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not line.startswith("@!")]
    if len(lines) < _HEADER_LINES:
        raise refuse(path, "has no three header lines; it is no PSS/E RAW file")
    number, first = lines[0]
    header = values_of(first)
    revision = header[2] if len(header) > 2 else ""
    if not revision.isdigit() or int(revision) not in REVISIONS:
        named = f"revision {revision}" if revision else "a file without a revision"
        wish = ", ".join(map(str, REVISIONS))
        raise refuse(path, f"{named} is not read; PSS/E revisions read: {wish}", "header.REV", number)
    raw = RawFile(int(revision), header[1], " ".join(line.strip() for _, line in lines[1:3]).strip())
    _fill(raw, lines[_HEADER_LINES:])
    return raw


def values_of(line: str) -> tuple[str, ...]:
    """Return the values of a line as text, without its comment."""
    if "'" not in line and '"' not in line:
        body = line.partition("/")[0].strip()
        if "," in body:
            values: Sequence[str] = [part.strip() for part in body.split(",")]
            if not any(" " in value or "\t" in value for value in values):
                return tuple(values)
        else:
            return tuple(body.split())
    found: list[str] = []
    position = 0
    after_comma = True
    while position < len(line):
        match = _VALUE.match(line, position)
        if match is None or match.end() == position or line[match.start() :].lstrip().startswith("/"):
            break
        text = next((group for group in match.groups()[:3] if group is not None), None)
        comma = match.group(4) == ","
        if text is not None or (comma and after_comma):
            found.append((text or "").strip())
        after_comma = comma
        position = match.end()
    return tuple(found)


def _fill(raw: RawFile, lines: list[tuple[int, str]]) -> None:
    """Sort the lines into the sections: by the name in the comment that begins one, else in their order."""
    names = SECTIONS[raw.revision]
    raw.sections = {name: [] for name in names}
    place = 0
    ended: set[str] = set()
    for number, line in lines:
        values = values_of(line)
        if not values:
            continue
        if values[0] == "Q" or place == len(names):
            break
        if values != ("0",):
            raw.sections[names[place]].append(Record(number, values))
            continue
        ended.add(names[place])
        place = _next_place(raw, names, place, number, line.upper())
    if "TRANSFORMER" not in ended:
        section = names[min(place, len(names) - 1)].lower()
        text = f"the file ends within the {section} section; is it cut off?"
        raw.mistakes.append(Mistake(lines[-1][0] if lines else 0, section, text))


def _next_place(raw: RawFile, names: tuple[str, ...], place: int, number: int, comment: str) -> int:
    """Return the place of the section that begins after an end; a comment that belies it is a mistake."""
    begun = re.search(r"BEGIN\s+(?:OF\s+)?([A-Z][A-Z -]*)", comment)
    if begun:
        for stem, name in _STEMS.items():
            if begun.group(1).startswith(stem) and name in names:
                return names.index(name)
    said = re.search(r"END\s+OF\s+([A-Z][A-Z -]*)", comment)
    if said and not any(
        said.group(1).startswith(stem) for stem, name in _STEMS.items() if name == names[place]
    ):
        text = f'ends here by its order, but its comment says "{said.group(0).strip().lower()}"'
        raw.mistakes.append(Mistake(number, names[place].lower(), text))
    return place + 1
