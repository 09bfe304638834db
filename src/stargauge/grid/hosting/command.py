"""Hosting studies by the words of a command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from stargauge.errors import InputError, Mistake
from stargauge.grid.catalogue import load
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.rules import PRE_EXISTING, PreExisting
from stargauge.grid.hosting.table import HostingTable
from stargauge.grid.hosting.warmup import COMPILING, is_ready

Value = TypeVar("Value")

KM_PER_MILE = 1.609344


def host(
    case: str,
    *,
    bus: int | None = None,
    near: str | None = None,
    radius: str | None = None,
    state: str | None = None,
    source: str = "prorata",
    cutoff: str = "3%",
    pre_existing: str = "exclude",
    limits: str = "1.0",
    output: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> HostingTable:
    """Return the hosting capacity of the buses of a case that were asked for; write it if a file is given.

    Args:
        case: Catalogue name or path.
        bus: A bus number.
        near: Latitude and longitude, `32.45,-99.73`.
        radius: Distance from `near`, `60km`.
        state: State or province.
        source: See `sources.parsing.WORDS`.
        cutoff: Smallest share of the load on an element that counts, `3%` or `0.03`.
        pre_existing: `exclude`, `block` or `do-no-harm`.
        limits: Factor on rate A after an outage where there is no rate B.
        output: File ending in .parquet, .csv or .geojson.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
    """
    mistakes: list[Mistake] = []
    place = _read(near, "near", _place, mistakes) if near is not None else None
    distance = _read(radius, "radius", _distance, mistakes) if radius is not None else None
    share = _read(cutoff, "cutoff", _share, mistakes)
    factor = _read(limits, "limits", float, mistakes)
    if pre_existing not in PRE_EXISTING:
        text = f'"{pre_existing}" is no rule; known: {", ".join(PRE_EXISTING)}'
        mistakes.append(Mistake(0, "pre-existing", text))
    if distance is not None and near is None:
        mistakes.append(Mistake(0, "radius", "a radius needs a place: give --near LAT,LON"))
    if mistakes:
        raise InputError("options", mistakes, "nothing was computed")
    if progress and not is_ready():
        progress(COMPILING)
    kind: PreExisting = PRE_EXISTING[PRE_EXISTING.index(pre_existing)]
    table = hosting_capacity(
        load(case),
        source=source,
        cutoff=share if share is not None else 0.03,
        pre_existing=kind,
        limits=Ratings(emergency_factor=factor if factor is not None else 1.0),
        progress=progress,
    )
    if bus is not None or place is not None or state is not None:
        table = table.select(bus=bus, near=place, radius_km=distance, state=state)
    if output is not None:
        table.write(output)
    return table


def _read(text: str, field: str, how: Callable[[str], Value], mistakes: list[Mistake]) -> Value | None:
    """Return what an option says, or None and one more mistake."""
    try:
        return how(text)
    except ValueError as error:
        reason = str(error) if str(error).startswith('"') else f'"{text}" is no number'
        mistakes.append(Mistake(0, field, reason))
        return None


def _place(text: str) -> tuple[float, float]:
    match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*", text)
    if not match or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        raise ValueError(
            f'"{text}" is no place; write latitude,longitude in degrees, for example 32.45,-99.73'
        )
    return float(match[1]), float(match[2])


def _distance(text: str) -> float:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(km|mi)?\s*", text)
    if not match:
        raise ValueError(f'"{text}" is no distance; write for example 60km or 40mi')
    return float(match[1]) * (KM_PER_MILE if match[2] == "mi" else 1.0)


def _share(text: str) -> float:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%)?\s*", text)
    if not match:
        raise ValueError(f'"{text}" is no share; write for example 3% or 0.03')
    return float(match[1]) / (100.0 if match[2] else 1.0)
