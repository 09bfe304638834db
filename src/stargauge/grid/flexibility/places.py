"""Balancing authorities and regions by the names people use for them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal

from stargauge.errors import InputError, Mistake
from stargauge.facts import load_tables

Kind = Literal["authority", "region"]
NEAR_NAMES = 3


@dataclass(frozen=True)
class Place:
    """A balancing authority, or one of the 13 regions of EIA-930.

    Attributes:
        code: Code of EIA, for example `PJM`, `ERCO`, `TEX`.
        title: Name in full.
        kind: Authority or region.
        members: Authorities that make it up; of an authority, itself.
        published: Name in the published study, or empty.
    """

    code: str
    title: str
    kind: Kind
    members: tuple[str, ...]
    published: str = ""


@cache
def places() -> dict[str, Place]:
    """Return the 54 authorities and 13 regions, by code, authorities first."""
    tables = load_tables()
    published = {
        row["balancing_authority"]: row["published_name"]
        for row in tables.headroom.iter_rows(named=True)
        if row["balancing_authority"]
    }
    members: dict[str, list[str]] = {}
    found: dict[str, Place] = {}
    for row in tables.balancing_authorities.iter_rows(named=True):
        code = row["balancing_authority"]
        members.setdefault(row["region"], []).append(code)
        found[code] = Place(code, row["name"], "authority", (code,), published.get(code, ""))
    for row in tables.regions.iter_rows(named=True):
        if row["region"] in members:
            code = row["region"]
            found[code] = Place(code, row["name"], "region", tuple(members[code]))
    return found


def find_place(text: str) -> Place:
    """Return the authority or region of a code, a name, or its name in the published study, in any case.

    Raises:
        InputError: There is none; the message names the nearest.
    """
    names: dict[str, Place] = {}
    for place in places().values():
        for name in (place.code, place.published, place.title):
            if name:
                names.setdefault(name.casefold(), place)
    wanted = text.strip().casefold()
    if wanted in names:
        return names[wanted]
    near: list[str] = []
    for name in get_close_matches(wanted, names, n=2 * NEAR_NAMES, cutoff=0.5):
        place = names[name]
        label = f"{place.code} ({place.title})"
        if label not in near:
            near.append(label)
    hint = f"did you mean {', '.join(near[:NEAR_NAMES])}?" if near else "for example PJM, ERCOT or TEX"
    raise InputError(
        "the place",
        [Mistake(0, "authority", f'"{text}" is no balancing authority or region; {hint}')],
        "nothing was computed",
    )
