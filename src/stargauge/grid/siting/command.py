"""Siting by the words of a command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from stargauge.errors import InputError
from stargauge.grid import options
from stargauge.grid.catalogue import load
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.command import (
    DEFAULT_CUTOFF,
    announce,
    read_circle,
    read_outputs,
    read_rule,
    read_source,
)
from stargauge.grid.hosting.writing import TABLES
from stargauge.grid.siting.search import MIN_KV, PLANS, find_sites
from stargauge.grid.siting.table import SiteTable


def site(
    case: str,
    *,
    mw: str,
    near: str | None = None,
    radius: str | None = None,
    state: str | None = None,
    flex: str | None = None,
    region: str | None = None,
    min_kv: float = MIN_KV,
    plans: int = PLANS,
    source: str = "prorata",
    cutoff: str = "3%",
    pre_existing: str = "exclude",
    limits: str = "1",
    output: Sequence[Path] = (),
    progress: Callable[[str], None] | None = None,
) -> SiteTable:
    """Return the buses of a case that could take a campus, ranked; write them if files are given.

    Args:
        case: Catalogue name or path.
        mw: Size of the campus, `1200MW` or `1.2GW`.
        near: Latitude and longitude, `32.45,-99.73`.
        radius: Distance from `near`, `150km`.
        state: State or province.
        flex: Share of hours in which it may be curtailed, `1%`.
        region: EIA-930 region or balancing authority whose hours tell how load is spread.
        min_kv: Lowest base voltage looked at, kV.
        plans: For how many buses upgrades are worked out.
        source: See `sources.parsing.WORDS`.
        cutoff: Smallest share of the load on an element that counts.
        pre_existing: `exclude`, `block` or `do-no-harm`.
        limits: See `options.LIMIT_WORDS`.
        output: Files to write, each in the format of its ending.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
        StoreError: A file cannot be written.
    """
    asked = options.Options()
    wanted = asked.read("--mw", options.power, mw, 1.0)
    place, radius_km = read_circle(asked, near, radius)
    hours = asked.read("--flex", options.share, flex, None)
    share = asked.read("--cutoff", options.share, cutoff, DEFAULT_CUTOFF)
    ratings = asked.read("--limits", options.ratings, limits, Ratings())
    chosen = read_source(asked, source)
    kind = read_rule(asked, pre_existing)
    read_outputs(asked, output, TABLES)
    if asked.mistakes:
        raise InputError("the command line", asked.mistakes, "nothing was computed")
    announce(progress)
    table = find_sites(
        load(case),
        wanted,
        near=place,
        radius_km=radius_km,
        state=state,
        flex=hours,
        region=region,
        min_kv=min_kv,
        plans=plans,
        source=chosen,
        cutoff=share,
        pre_existing=kind,
        limits=ratings,
        progress=progress,
    )
    for path in output:
        table.write(path)
    return table
