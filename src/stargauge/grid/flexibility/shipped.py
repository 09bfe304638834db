"""The shipped tables: load-duration curves and spells of curtailment of every authority and region.

Derived from Ruggles, Farnham and Wongel (2025), EIA Cleaned Hourly Electricity Demand Data v1.4, CC BY 4.0,
doi 10.5281/zenodo.3517196, by `scripts/build_load_duration.py`.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import StoreError
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.grid.flexibility.duration import LoadDuration, SeasonCurve
from stargauge.grid.flexibility.places import find_place
from stargauge.grid.flexibility.profile import KEPT_SHARES, SPELL_CLASSES, SeasonProfile

FOLDER = TABLES_FOLDER.parent / "derived"
CURVES = "load_duration.csv"
SPELLS = "load_spells.csv"
NOTES = "load_duration.json"
FIXED_COLUMNS = ("name", "season", "peak_mw", "hours")
SHARE_PREFIX = "at_"
SPELL_COLUMNS = (
    "name",
    "curtailment",
    "season",
    "headroom_mw",
    "hours_per_year",
    "energy_share",
    "mean_depth",
    "deepest",
    "spells_per_year",
    "mean_spell_hours",
    "longest_spell_hours",
    *(f"spells_of_{first}_to_{last or 'more'}_h" for first, last in SPELL_CLASSES),
    *(f"hours_keeping_{kept:g}" for kept in KEPT_SHARES),
)


@dataclass(frozen=True)
class ShippedSpells:
    """How the headroom at one curtailment is cut, as worked out from the hours.

    Attributes:
        curtailment: Share of energy.
        headroom_mw: Headroom from the hours, MW.
        year: Both seasons.
        summer: Summer alone.
        winter: Winter alone.
    """

    curtailment: float
    headroom_mw: float
    year: SeasonProfile
    summer: SeasonProfile
    winter: SeasonProfile


@cache
def notes() -> dict[str, Any]:
    """Return where the tables come from: source, licence, years, seasons, digests.

    Raises:
        StoreError: A table is not the one that was shipped.
    """
    found: dict[str, Any] = json.loads((FOLDER / NOTES).read_text(encoding="utf-8"))
    for name, digest in found["files"].items():
        if hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() != digest:
            raise StoreError(f"{name} differs from the table that was shipped; install Stargauge again")
    return found


@cache
def _curves() -> dict[str, LoadDuration]:
    notes()
    rows = _rows(CURVES)
    header = next(rows)
    shares = np.array([float(name.removeprefix(SHARE_PREFIX)) for name in header[len(FIXED_COLUMNS) :]])
    seasons: dict[str, dict[str, SeasonCurve]] = {}
    for name, season, peak, hours, *levels in rows:
        curve = SeasonCurve(float(peak), int(hours), shares, np.array(levels, dtype=np.float64))
        seasons.setdefault(name, {})[season] = curve
    return {name: LoadDuration(name, both["summer"], both["winter"]) for name, both in seasons.items()}


@cache
def _spells() -> dict[str, tuple[ShippedSpells, ...]]:
    notes()
    rows = _rows(SPELLS)
    next(rows)
    found: dict[str, list[ShippedSpells]] = {}
    parts: list[SeasonProfile] = []
    for name, curtailment, _, headroom, *numbers in rows:
        parts.append(_season(numbers))
        if len(parts) == 3:
            found.setdefault(name, []).append(ShippedSpells(float(curtailment), float(headroom), *parts))
            parts = []
    return {name: tuple(levels) for name, levels in found.items()}


def _season(numbers: list[str]) -> SeasonProfile:
    hours, energy, mean_depth, deepest, spells, mean_spell, longest, *rest = (float(text) for text in numbers)
    classes = len(SPELL_CLASSES)
    return SeasonProfile(
        hours_per_year=hours,
        energy_share=energy,
        mean_depth=mean_depth,
        deepest=deepest,
        spells_per_year=spells,
        mean_spell_hours=mean_spell,
        longest_spell_hours=int(longest),
        spell_shares=tuple(rest[:classes]),
        kept_shares=tuple(rest[classes:]),
    )


def _rows(name: str) -> Any:
    return csv.reader((FOLDER / name).read_text(encoding="utf-8").splitlines())


def load_duration(name: str) -> LoadDuration:
    """Return the load-duration curves of a balancing authority or region.

    Args:
        name: Code, name, or name in the published study.

    Raises:
        InputError: There is no such place.
    """
    return _curves()[find_place(name).code]


def load_spells(name: str) -> tuple[ShippedSpells, ...]:
    """Return how the headroom is cut, at each tabulated curtailment, in increasing order.

    Raises:
        InputError: There is no such place.
    """
    return _spells()[find_place(name).code]


@overload
def load_level(name: str, share_of_hours: float) -> float: ...


@overload
def load_level(name: str, share_of_hours: ArrayLike) -> NDArray[np.float64]: ...


def load_level(name: str, share_of_hours: ArrayLike) -> float | NDArray[np.float64]:
    """Return demand over the year's peak that is exceeded in a share of all hours, 2016 to 2024.

    Args:
        name: Balancing authority or region.
        share_of_hours: Shares, 0 to 1; one or many.

    Raises:
        InputError: There is no such place, or a share outside 0 to 1.
    """
    return load_duration(name).load_level(share_of_hours)
