"""Hosting studies by the words of a command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stargauge.errors import InputError, Mistake
from stargauge.grid import options
from stargauge.grid.catalogue import load
from stargauge.grid.flows.outagetable import OutageTable
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.flows.screening import KINDS, screen_outages
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.rules import PRE_EXISTING, PreExisting
from stargauge.grid.hosting.second_outage import SecondOutageTable, second_outages
from stargauge.grid.hosting.sources import Source, parse_source
from stargauge.grid.hosting.table import HostingTable
from stargauge.grid.hosting.warmup import COMPILING, is_ready
from stargauge.grid.hosting.writing import TABLES, Writer, check_output, write

Tell = Callable[[str], None]
DEFAULT_CUTOFF = 0.03


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
    limits: str = "1",
    output: Sequence[Path] = (),
    writers: Mapping[str, Writer[HostingTable]] = TABLES,
    progress: Tell | None = None,
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
        limits: See `options.LIMIT_WORDS`.
        output: Files to write, each in the format of its ending.
        writers: What writes each ending.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
        StoreError: The file cannot be written.
    """
    asked = options.Options()
    place, radius_km = read_circle(asked, near, radius)
    share = asked.read("--cutoff", options.share, cutoff, DEFAULT_CUTOFF)
    ratings = asked.read("--limits", options.ratings, limits, Ratings())
    chosen = read_source(asked, source)
    kind = read_rule(asked, pre_existing)
    read_outputs(asked, output, writers)
    if asked.mistakes:
        raise InputError("the command line", asked.mistakes, "nothing was computed")
    announce(progress)
    network = load(case)
    if bus is not None:
        network.bus_index(bus)
    drawn = [path for path in output if path.suffix.lower() in (".png", ".svg")]
    if drawn and np.isnan(network.bus_lat).all():
        text = f"{network.name} states no coordinates of buses, so {drawn[0].name} cannot be drawn"
        raise InputError("the command line", [Mistake(0, "--output", text)], "nothing was computed")
    table = hosting_capacity(
        network, source=chosen, cutoff=share, pre_existing=kind, limits=ratings, progress=progress
    )
    if bus is not None or place is not None or state is not None:
        table = table.select(bus=bus, near=place, radius_km=radius_km, state=state)
    for path in output:
        write(table, path, writers)
    return table


def second(
    case: str,
    bus: int,
    *,
    source: str = "prorata",
    cutoff: str = "3%",
    limits: str = "1",
    progress: Tell | None = None,
) -> SecondOutageTable:
    """Return what a bus can take when one branch is out already and any further one is lost (N-1-1).

    Args:
        case: Catalogue name or path.
        bus: Bus number.
        source: See `sources.parsing.WORDS`.
        cutoff: Smallest share of the load on an element that counts.
        limits: See `options.LIMIT_WORDS`.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
    """
    asked = options.Options()
    share = asked.read("--cutoff", options.share, cutoff, DEFAULT_CUTOFF)
    ratings = asked.read("--limits", options.ratings, limits, Ratings())
    chosen = read_source(asked, source)
    if asked.mistakes:
        raise InputError("the command line", asked.mistakes, "nothing was computed")
    announce(progress)
    return second_outages(load(case), bus, source=chosen, cutoff=share, limits=ratings, progress=progress)


def screen(
    case: str, kinds: Sequence[str] = (), *, limits: str = "1", progress: Tell | None = None
) -> OutageTable:
    """Return what every single outage of a case overloads, worst first.

    Args:
        case: Catalogue name or path.
        kinds: Kinds of outages, of `screening.KINDS`; all if empty.
        limits: See `options.LIMIT_WORDS`.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
    """
    asked = options.Options()
    ratings = asked.read("--limits", options.ratings, limits, Ratings())
    chosen = [kind for kind in KINDS if kind in kinds] if kinds else list(KINDS)
    for word in kinds:
        if word not in KINDS:
            asked.refuse("--kind", f'"{word}" is no kind of outage; known: {", ".join(KINDS)}')
    if asked.mistakes:
        raise InputError("the command line", asked.mistakes, "nothing was screened")
    announce(progress)
    return screen_outages(load(case), kinds=chosen, limits=ratings)


def announce(progress: Tell | None) -> None:
    """Say that the kernels will be compiled, where they will."""
    if progress and not is_ready():
        progress(COMPILING)


def read_circle(
    asked: options.Options, near: str | None, radius: str | None
) -> tuple[tuple[float, float] | None, float | None]:
    """Return the place and the radius in km that two texts name; a radius alone is a mistake."""
    place = asked.read("--near", options.place, near, None)
    radius_km = asked.read("--radius", options.distance, radius, None)
    if radius is not None and near is None:
        asked.refuse("--radius", "a radius needs a place: give --near LAT,LON")
    return place, radius_km


def read_outputs(asked: options.Options, output: Sequence[Path], writers: Mapping[str, Any]) -> None:
    """Add what is wrong with files to write to the mistakes, before anything is computed."""
    for path in output:
        asked.read("--output", lambda text: check_output(Path(text), writers), str(path), None)


def read_source(asked: options.Options, text: str) -> Source:
    """Return the source of a text; the default and one more mistake if it names none."""
    try:
        return parse_source(text)
    except InputError as error:
        for mistake in error.mistakes:
            asked.refuse("--source", mistake.message)
        return parse_source("prorata")


def read_rule(asked: options.Options, text: str) -> PreExisting:
    """Return the rule for pairs over their limit before; the default and one more mistake if it is none."""
    if text not in PRE_EXISTING:
        asked.refuse("--pre-existing", f'"{text}" is no rule; known: {", ".join(PRE_EXISTING)}')
        return PRE_EXISTING[0]
    return PRE_EXISTING[PRE_EXISTING.index(text)]
