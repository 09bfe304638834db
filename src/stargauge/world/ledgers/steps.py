"""One quarter of the three ledgers: what is added where, whose it is, and who commands it.

What a quarter adds is limited by makers' supply, by power, and in China by its own chips, by what rules and
its own side let in, and by what it wants; the equations stand in `docs/ledgers.md`. Nothing is drawn here.
"""

from __future__ import annotations

import math

from stargauge.compiled import step
from stargauge.world.ledgers.arrays import (
    BUILT,
    CHINA,
    CONTRABAND,
    DEMAND,
    DOMESTIC,
    EU,
    HOST_SHOCK,
    IT_MW,
    LET,
    LICENSED,
    LOCATION,
    OWN_CHIPS,
    REST,
    SHOCKS,
    SMUGGLED,
    US,
    US_OWNED,
    Floats,
    Flows,
    LedgerPaths,
    Opening,
)

FIRST_HOST, AFTER_HOSTS = EU, REST + 1


@step
def ledgers_step(f: int, q: int, flows: Flows, package_mw: Floats, tools: Floats, paths: LedgerPaths) -> None:
    """Write slot q of one future from slot q - 1.

    Args:
        f: Future.
        q: Slot, from 1.
        flows: What may be added.
        package_mw: (futures, slots, blocs) facility MW that export packages have energised, cumulative; its
            compute is owned by firms of the US.
        tools: (futures, slots) factor on China's own chips from tools it cannot buy, 0 to 1.
        paths: Read and written.
    """
    for column in range(SHOCKS):
        paths.shocks[f, q, column] = (
            flows.memory * paths.shocks[f, q - 1, column] + flows.innovations[f, q, column]
        )
    paths.location[f, q, US] = flows.us_h100e[f, q]
    left = flows.supply_h100e[f, q]
    for b in range(FIRST_HOST, AFTER_HOSTS):
        left -= package_it_mw(f, q, b, flows, package_mw) * flows.efficiency[f, q]
    left = china_step(f, q, max(0.0, left), flows, tools, paths)
    hosts_step(f, q, left, flows, package_mw, paths)
    settle_users(f, q, flows, paths)


@step
def package_it_mw(f: int, q: int, b: int, flows: Flows, package_mw: Floats) -> float:
    """Return the IT MW that packages energised in a bloc in quarter q."""
    fresh: float = package_mw[f, q, b] - package_mw[f, q - 1, b]
    return max(0.0, fresh) / flows.facility_per_it


@step
def shock_factor(state: float, most: float) -> float:
    """Return exp(state), kept between exp(-most) and exp(most): a tail may be heavy, a quarter is short."""
    return math.exp(min(most, max(-most, state)))


@step
def retired(f: int, q: int, column: int, observed: float, flows: Flows, paths: LedgerPaths) -> float:
    """Return what goes in slot q of a stock: what was added a life before, of it or of what was observed."""
    then = q - flows.life[f]
    gone: float = paths.aging[f, q] * observed
    if then > flows.observed:
        gone += paths.added[f, then, column]
    return gone


@step
def china_step(f: int, q: int, supply: float, flows: Flows, tools: Floats, paths: LedgerPaths) -> float:
    """Write China's parts in slot q and return the supply that is left for hosts, H100e.

    In order: its own chips, what is licensed and not refused, what is rented abroad, what is smuggled; each
    takes of what China still wants, and all but rents of the power it has room for.
    """
    efficiency, own_efficiency = flows.efficiency[f, q], flows.efficiency_china[f, q]
    most, o = flows.most, flows.observed
    gone_mw = retired(f, q, IT_MW + CHINA, paths.it_mw[f, o, CHINA], flows, paths)
    room = flows.build_mw[f, q, CHINA] * shock_factor(paths.shocks[f, q, BUILT], most) + gone_mw
    wanted = flows.demand_h100e[f, q] * shock_factor(paths.shocks[f, q, DEMAND], most)
    left: float = supply

    made = flows.domestic_h100e[f, q] * tools[f, q] * shock_factor(paths.shocks[f, q, DOMESTIC], most)
    domestic = min(made, room * own_efficiency)
    used_mw = domestic / own_efficiency
    wanted = max(0.0, wanted - domestic)

    ready = max(0.0, (room - used_mw) * efficiency)
    asked = min(min(wanted * flows.offered[f, q], flows.cap[q] * supply), ready)
    refused = asked * flows.refusal[f, q]
    licensed = asked - refused
    wanted, left, ready = wanted - licensed, left - licensed, ready - licensed

    let_before = max(0.0, paths.let[f, q - 1] - retired(f, q, LET, paths.let[f, o], flows, paths))
    let = min(wanted, lettable_new(f, q, flows, paths))
    wanted -= flows.rentable[q] * let

    tried = flows.smuggled_h100e[f, q] * shock_factor(paths.shocks[f, q, SMUGGLED], most)
    smuggled = max(0.0, min(min(tried, wanted), min(left, ready)))
    used_mw += (licensed + smuggled) / efficiency

    paths.refused[f, q] = refused
    paths.added[f, q, OWN_CHIPS] = domestic
    paths.added[f, q, LICENSED] = licensed
    paths.added[f, q, CONTRABAND] = smuggled
    paths.added[f, q, LET] = let
    paths.added[f, q, LOCATION + CHINA] = domestic + licensed + smuggled
    paths.added[f, q, IT_MW + CHINA] = used_mw
    paths.let[f, q] = let_before + let
    paths.rented[f, q] = flows.rentable[q] * paths.let[f, q]
    gone = retired(f, q, OWN_CHIPS, paths.domestic[f, o], flows, paths)
    paths.domestic[f, q] = max(0.0, paths.domestic[f, q - 1] + domestic - gone)
    gone = retired(f, q, LICENSED, paths.licensed[f, o], flows, paths)
    paths.licensed[f, q] = max(0.0, paths.licensed[f, q - 1] + licensed - gone)
    gone = retired(f, q, CONTRABAND, paths.smuggled[f, o], flows, paths)
    paths.smuggled[f, q] = max(0.0, paths.smuggled[f, q - 1] + smuggled - gone)
    paths.it_mw[f, q, CHINA] = max(0.0, paths.it_mw[f, q - 1, CHINA] + used_mw - gone_mw)
    paths.location[f, q, CHINA] = paths.domestic[f, q] + paths.licensed[f, q] + paths.smuggled[f, q]
    left -= smuggled
    return left


@step
def lettable_new(f: int, q: int, flows: Flows, paths: LedgerPaths) -> float:
    """Return what may be let to China in slot q: its share of what the quarter before added abroad, H100e.

    Of what was added and not of what stands: what is let to others is not waiting for China.
    """
    new = 0.0
    if q > 1:
        new = flows.let[f, US] * max(0.0, flows.us_h100e[f, q - 1] - flows.us_h100e[f, q - 2])
    for b in range(FIRST_HOST, AFTER_HOSTS):
        new += flows.let[f, b] * paths.added[f, q - 1, LOCATION + b]
    return new


@step
def hosts_step(f: int, q: int, supply: float, flows: Flows, package_mw: Floats, paths: LedgerPaths) -> None:
    """Write location and ownership in hosts: each fills the power it builds, as far as the supply reaches.

    The power of what is retired is filled again, by whose it was.
    """
    efficiency, o = flows.efficiency[f, q], flows.observed
    wanted = 0.0
    for b in range(FIRST_HOST, AFTER_HOSTS):
        built = flows.build_mw[f, q, b] * shock_factor(paths.shocks[f, q, b + HOST_SHOCK], flows.most)
        # Kept in the place of what is added, which needs it once more below.
        paths.added[f, q, LOCATION + b] = built
        wanted += (built + retired(f, q, IT_MW + b, paths.it_mw[f, o, b], flows, paths)) * efficiency
    share = min(1.0, supply / wanted) if wanted > 0.0 else 0.0
    for b in range(FIRST_HOST, AFTER_HOSTS):
        package = package_it_mw(f, q, b, flows, package_mw)
        built = paths.added[f, q, LOCATION + b]
        gone_mw = retired(f, q, IT_MW + b, paths.it_mw[f, o, b], flows, paths)
        gone = retired(f, q, LOCATION + b, paths.location[f, o, b], flows, paths)
        gone_ours = retired(f, q, US_OWNED + b, paths.us_owned[f, o, b], flows, paths)
        again = gone_mw * gone_ours / gone if gone > 0.0 else 0.0
        ours = (share * (flows.us_owned[f] * built + again) + package) * efficiency
        fresh_mw = share * (built + gone_mw) + package
        paths.added[f, q, IT_MW + b] = fresh_mw
        paths.added[f, q, US_OWNED + b] = ours
        paths.added[f, q, LOCATION + b] = fresh_mw * efficiency
        paths.it_mw[f, q, b] = max(0.0, paths.it_mw[f, q - 1, b] + fresh_mw - gone_mw)
        stands = max(0.0, paths.location[f, q - 1, b] + fresh_mw * efficiency - gone)
        paths.location[f, q, b] = stands
        paths.us_owned[f, q, b] = min(stands, max(0.0, paths.us_owned[f, q - 1, b] + ours - gone_ours))


@step
def settle_users(f: int, q: int, flows: Flows, paths: LedgerPaths) -> None:
    """Write the ledgers of owners and of users from location, what the US owns abroad and what China rents.

    A host's users command what the host owns and `local_use` of what the US owns there, firms of the US the
    rest. What China rents is taken from hosts and the US as they have it to let, from all users there alike.
    """
    lettable = 0.0
    for b in range(US, AFTER_HOSTS):
        lettable += flows.let[f, b] * paths.location[f, q, b]
    share = min(1.0, paths.rented[f, q] / lettable) if lettable > 0.0 else 0.0
    paths.rented[f, q] = share * lettable
    rented = share * flows.let[f, US]
    owned = paths.location[f, q, US]
    used = (1.0 - rented) * paths.location[f, q, US]
    for b in range(FIRST_HOST, AFTER_HOSTS):
        theirs = paths.location[f, q, b] - paths.us_owned[f, q, b]
        local = theirs + flows.local_use[f] * paths.us_owned[f, q, b]
        kept = 1.0 - share * flows.let[f, b]
        owned += paths.us_owned[f, q, b]
        used += kept * (paths.location[f, q, b] - local)
        paths.owner[f, q, b] = theirs
        paths.user[f, q, b] = kept * local
    paths.owner[f, q, US] = owned
    paths.user[f, q, US] = used
    paths.owner[f, q, CHINA] = paths.location[f, q, CHINA]
    paths.user[f, q, CHINA] = paths.location[f, q, CHINA] + paths.rented[f, q]


@step
def open_slot(f: int, q: int, k: int, growth: float, flows: Flows, paths: LedgerPaths) -> None:
    """Write slot k as slot q, where stocks were observed, times growth; location of the US as it is given."""
    paths.domestic[f, k] = growth * paths.domestic[f, q]
    paths.licensed[f, k] = growth * paths.licensed[f, q]
    paths.smuggled[f, k] = growth * paths.smuggled[f, q]
    paths.let[f, k] = growth * paths.let[f, q]
    paths.rented[f, k] = flows.rentable[k] * paths.let[f, k]
    paths.location[f, k, US] = flows.us_h100e[f, k]
    for b in range(CHINA, AFTER_HOSTS):
        paths.it_mw[f, k, b] = growth * paths.it_mw[f, q, b]
        paths.us_owned[f, k, b] = growth * paths.us_owned[f, q, b]
        paths.location[f, k, b] = growth * paths.location[f, q, b]
    settle_users(f, k, flows, paths)


@step
def open_paths(
    opening: Opening, first: int, flows: Flows, package_mw: Floats, tools: Floats, paths: LedgerPaths
) -> None:
    """Fill the slots before `first`: what was observed, back from there by its growth, and from there on.

    Args:
        opening: What stood at the observed slot.
        first: First slot that is not filled.
        flows: What may be added.
        package_mw: See `ledgers_step`.
        tools: See `ledgers_step`.
        paths: Written.
    """
    q = opening.slot
    for f in range(opening.growth.size):
        paths.domestic[f, q] = opening.domestic[f]
        paths.licensed[f, q] = opening.licensed[f]
        paths.smuggled[f, q] = opening.smuggled[f]
        paths.let[f, q] = opening.let[f]
        for b in range(CHINA, AFTER_HOSTS):
            paths.location[f, q, b] = opening.location[f, b]
            paths.us_owned[f, q, b] = opening.us_owned[f, b]
            paths.it_mw[f, q, b] = opening.it_mw[f, b]
            paths.added[f, q, LOCATION + b] = opening.location[f, b] * max(0.0, 1.0 - 1.0 / opening.growth[f])
        for k in range(paths.aging.shape[1]):
            paths.aging[f, k] = aging(k - q, flows.life[f], opening.growth[f])
        for k in range(q, -1, -1):
            open_slot(f, q, k, math.pow(opening.growth[f], k - q), flows, paths)
        for k in range(q + 1, first):
            ledgers_step(f, k, flows, package_mw, tools, paths)


@step
def aging(after: int, life: int, growth: float) -> float:
    """Return the share of an observed stock that is retired some quarters after it was observed.

    It grew by `growth` a quarter, so its vintages are geometric, the oldest a life old; all of it goes.
    """
    if after <= 0 or after > life:
        return 0.0
    if growth == 1.0:
        return 1.0 / life
    return math.pow(growth, after - life) * (1.0 - 1.0 / growth) / (1.0 - math.pow(growth, -life))
