"""Countries: their names, and the groups of the export rules they are in on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from stargauge.errors import Mistake
from stargauge.world.controls.chips import shown
from stargauge.world.controls.rows import CountryRow, PlaceRow
from stargauge.world.controls.tables import load_controls

CHINA = ("CN", "HK", "MO")
"""The mainland, and the two regions the rules name with it."""


@dataclass(frozen=True)
class Standing:
    """What a country is to the rules on a day; `row` is None where no source read says its groups."""

    place: PlaceRow
    row: CountryRow | None

    @property
    def groups(self) -> frozenset[str]:
        """The country groups, empty where none or unknown."""
        return frozenset(self.row.groups.split()) if self.row is not None else frozenset()

    @property
    def known(self) -> bool:
        """Whether a source says its groups."""
        return self.row is not None

    @property
    def china(self) -> bool:
        """Whether it is China, Hong Kong or Macau."""
        return self.place.code in CHINA

    @property
    def denied(self) -> bool:
        """Whether it is in D:5, or Macau, and in neither A:5 nor A:6."""
        return ("D:5" in self.groups or self.place.code == "MO") and not self.ally

    @property
    def ally(self) -> bool:
        """Whether it is in A:5 or A:6."""
        return bool(self.groups & {"A:5", "A:6"})

    @property
    def licensed(self) -> bool:
        """Whether 3A090 needs a licence there: D:1, D:4, D:5 or Macau, and in neither A:5 nor A:6."""
        return (bool(self.groups & {"D:1", "D:4", "D:5"}) or self.place.code == "MO") and not self.ally

    @property
    def embargoed(self) -> bool:
        """Whether any item needs a licence there."""
        return self.row is not None and self.row.special == "embargo"

    @property
    def exempt_users_only(self) -> bool:
        """Whether advanced chips need a licence there but for some users."""
        return self.row is not None and self.row.special == "exempt users"


@cache
def places() -> dict[str, PlaceRow]:
    """Return all countries and territories by code."""
    return {row.code: row for row in load_controls().places}


@cache
def _rows() -> dict[str, tuple[CountryRow, ...]]:
    found: dict[str, tuple[CountryRow, ...]] = {}
    for row in load_controls().countries:
        found[row.code] = (*found.get(row.code, ()), row)
    return found


@cache
def change_days() -> tuple[dt.date, ...]:
    """Return the days on which some country's groups change, in order."""
    return tuple(sorted({row.first_day for row in load_controls().countries if row.first_day is not None}))


def standing(code: str, day: dt.date) -> Standing:
    """Return what a country is to the rules on a day.

    Raises:
        KeyError: If there is no such country.
    """
    row = next(
        (
            row
            for row in _rows().get(code, ())
            if (row.first_day is None or day >= row.first_day)
            and (row.last_day is None or day <= row.last_day)
        ),
        None,
    )
    return Standing(places()[code], row)


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in places().values():
        for name in (row.code, row.name, *(part for part in row.also.split(";") if part.strip())):
            found[_plain(name)] = row.code
    return found


def _plain(name: str) -> str:
    return " ".join(name.lower().replace(".", "").split())


def find_place(field: str, name: str) -> str | Mistake:
    """Return the code of a country by code or name, or a mistake at `field` that suggests the nearest."""
    code = _by_name().get(_plain(name))
    if code is not None:
        return code
    close = get_close_matches(_plain(name), _by_name(), n=1)
    hint = (
        f"did you mean {places()[_by_name()[close[0]]].name}?"
        if close
        else "write a code of two letters or a name, for example CN or China"
    )
    return Mistake(0, field, f'"{shown(name)}" is no country; {hint}')
