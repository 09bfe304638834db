"""Upgrade studies by the words of a command line."""

from __future__ import annotations

from collections.abc import Callable

from stargauge.errors import InputError
from stargauge.grid import options
from stargauge.grid.catalogue import load
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.command import DEFAULT_CUTOFF, announce, read_rule, read_source
from stargauge.grid.upgrades.gains import TOGETHER, Together
from stargauge.grid.upgrades.plan import UpgradePlan, upgrades_for
from stargauge.grid.upgrades.ranking import UpgradeRanking, best_upgrades


def upgrades(
    case: str,
    *,
    bus: int | None = None,
    mw: str | None = None,
    state: str | None = None,
    near: str | None = None,
    radius: str | None = None,
    area: str | None = None,
    count: int = 10,
    together: str = "element",
    source: str = "prorata",
    cutoff: str = "3%",
    pre_existing: str = "exclude",
    limits: str = "1",
    progress: Callable[[str], None] | None = None,
) -> UpgradePlan | UpgradeRanking:
    """Return what to raise for a load at one bus, or, without a bus, what unlocks most in a region.

    Args:
        case: Catalogue name or path.
        bus: A bus number; needs `mw`.
        mw: The load wanted at the bus, `300MW` or `1.2GW`; without a bus the size of a site beyond which its
            capacity does not count.
        state: State or province.
        near: Latitude and longitude, `32.45,-99.73`; needs `radius`.
        radius: Distance from `near`, `60km`.
        area: Number of an area, or name of a zone.
        count: How many upgrades of a region.
        together: `element` or `corridor`.
        source: See `sources.parsing.WORDS`.
        cutoff: Smallest share of the load on an element that counts, `3%` or `0.03`.
        pre_existing: `exclude`, `block` or `do-no-harm`.
        limits: See `options.LIMIT_WORDS`.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
    """
    asked = options.Options()
    place = asked.read("--near", options.place, near, None)
    radius_km = asked.read("--radius", options.distance, radius, None)
    wanted = asked.read("--mw", options.power, mw, None)
    share = asked.read("--cutoff", options.share, cutoff, DEFAULT_CUTOFF)
    ratings = asked.read("--limits", options.ratings, limits, Ratings())
    chosen = read_source(asked, source)
    kind = read_rule(asked, pre_existing)
    if together not in TOGETHER:
        asked.refuse("--together", f'"{together}" is nothing to raise together; known: {", ".join(TOGETHER)}')
    if bus is not None and mw is None:
        asked.refuse("--mw", "a bus needs the load wanted there: give --mw, for example --mw 300MW")
    region = {"--state": state, "--near": near, "--radius": radius, "--area": area}
    if bus is not None:
        for name in (name for name, given in region.items() if given is not None):
            asked.refuse(name, "is for a region; with --bus the upgrades for that bus are worked out")
    elif (near is None) != (radius is None):
        asked.refuse("--radius", "a place and a radius go together: give --near LAT,LON and --radius 60km")
    if count < 1:
        asked.refuse("--count", f"is {count}; it must be at least 1")
    if asked.mistakes:
        raise InputError("the command line", asked.mistakes, "nothing was computed")
    announce(progress)
    unit: Together = TOGETHER[TOGETHER.index(together)]
    network = load(case)
    if bus is not None and wanted is not None:
        return upgrades_for(
            network,
            bus,
            wanted,
            source=chosen,
            cutoff=share,
            pre_existing=kind,
            limits=ratings,
            progress=progress,
        )
    return best_upgrades(
        network,
        state=state,
        near=place,
        radius_km=radius_km,
        area=area,
        count=count,
        size_mw=wanted,
        together=unit,
        source=chosen,
        cutoff=share,
        pre_existing=kind,
        limits=ratings,
        progress=progress,
    )
