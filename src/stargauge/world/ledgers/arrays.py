"""Arrays of the ledgers and of capability: what goes in, what is kept of a future, what comes out.

Slots are ends of quarters: slot 0 ends before the run begins, slot k with its quarter k. Compute is in
H100-equivalents, power in MW of IT. Blocs are in the order of `BLOCS`, stacks in that of `STACKS`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.world.blocs import BLOCS, STACKS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

US, CHINA, EU, ALLIES, GULF, INDIA, REST = range(len(BLOCS))
"""Places of the blocs."""

HOSTS = (EU, ALLIES, GULF, INDIA, REST)
"""Blocs that are neither the US nor China: they buy from makers of the US."""

US_CLOSED, US_OPEN, CHINA_OPEN, SOVEREIGN = range(len(STACKS))
"""Places of the stacks."""

BUILT, DOMESTIC, DEMAND, SMUGGLED = range(4)
"""Columns of China's shocks: of building, its own chips, what it wants, and what is smuggled."""

HOST_SHOCK = 2
"""A host's shock of building stands this many columns after its place among the blocs."""

SHOCKS = len(BLOCS) + HOST_SHOCK
"""Shocks a quarter."""

OWN_CHIPS, LICENSED, CONTRABAND, LET, LOCATION, US_OWNED, IT_MW = 0, 1, 2, 3, 4, 11, 18
"""Columns of additions: of China's parts, then the first of seven by bloc."""

ADDITIONS = IT_MW + len(BLOCS)
"""Columns of additions."""


class Flows(NamedTuple):
    """What may be added a quarter. All (futures, slots) unless said otherwise.

    `us_h100e` the compute that stands in the US; `supply_h100e` what makers outside China make and the US
    does not take; `efficiency` H100e per MW of IT of what is installed, `efficiency_china` the same of
    China's own chips; `build_mw` (futures, slots, blocs) IT MW for accelerators that can be built;
    `domestic_h100e` China's own chips; `demand_h100e` what China wants; `smuggled_h100e` the most that is
    smuggled; `offered` share of what is asked for that the rules let through; `refusal` share of that which
    China's side refuses; `cap` (slots) most that goes to China, as a share of the supply; `rentable` (slots)
    share of rents abroad that stands.

    (futures): `life` quarters an accelerator is used, at least 1; `us_owned` share of additions in hosts that
    firms of the US own; `local_use` share of that which users there command. `let` (futures, blocs) share of
    a bloc's compute that may be let to China. `facility_per_it` MW a MW of IT; `observed` the slot in which
    stocks were observed. `innovations` (futures, slots, shocks) Student-t times their scale; `memory` how
    much of a shock lasts a quarter; `most` the bound of a shock, as a logarithm.
    """

    us_h100e: Floats
    supply_h100e: Floats
    efficiency: Floats
    efficiency_china: Floats
    build_mw: Floats
    domestic_h100e: Floats
    demand_h100e: Floats
    smuggled_h100e: Floats
    offered: Floats
    refusal: Floats
    cap: Floats
    rentable: Floats
    life: Ints
    us_owned: Floats
    local_use: Floats
    let: Floats
    facility_per_it: float
    observed: int
    innovations: Floats
    memory: float
    most: float


class Lags(NamedTuple):
    """What moves capability. (futures) unless said otherwise.

    `china`, `us_open` months behind the frontier on the as-of date; `sovereign` months behind the better of
    the two open stacks; `compute` elasticity of China's lag in the ratio of compute; `open_models` (futures,
    slots) intensity of open release; `distillation` and `release` the shares of China's lag and of the lag
    of open models of the US that full intensity takes away. `points` of the index a month; `reference` slot
    of the as-of date. `innovations` (futures, slots, 2), `memory`, `most`: as in `Flows`.
    """

    china: Floats
    us_open: Floats
    sovereign: Floats
    compute: Floats
    open_models: Floats
    distillation: Floats
    release: Floats
    points: float
    reference: int
    innovations: Floats
    memory: float
    most: float


class Opening(NamedTuple):
    """What stood when stocks were last observed, at the end of `slot`, 0 or later.

    (futures): `growth` factor a quarter by which stocks grew up to there; `domestic`, `licensed`, `smuggled`
    and `let` as in `LedgerPaths`. (futures, blocs), nothing for the US: `location`, `us_owned`, `it_mw`.
    """

    slot: int
    growth: Floats
    domestic: Floats
    licensed: Floats
    smuggled: Floats
    let: Floats
    location: Floats
    us_owned: Floats
    it_mw: Floats


class LedgerPaths(NamedTuple):
    """Written by `ledgers_step`.

    Three ledgers of the same compute, never added up: `location` where it stands, `owner` whose it is,
    `user` who commands it, each (futures, slots, blocs). China's parts (futures, slots): `domestic`,
    `licensed` (bought under the rules) and `smuggled` stand in China, `rented` stands abroad;
    `refused` is what licences allowed and China's side did not take, a quarter. `us_owned` and `it_mw`
    (futures, slots, blocs): compute abroad that firms of the US own, and IT MW by location outside the US.
    `let` (futures, slots) compute abroad that is let to China or kept from it (`rentable`). `shocks`
    (futures, slots, shocks) state of the shocks.
    """

    location: Floats
    owner: Floats
    user: Floats
    domestic: Floats
    licensed: Floats
    smuggled: Floats
    rented: Floats
    refused: Floats
    us_owned: Floats
    it_mw: Floats
    let: Floats
    added: Floats
    aging: Floats
    shocks: Floats


class Capability(NamedTuple):
    """Written by `capability_step`: (futures, slots, stacks).

    `lag` months behind the frontier, never negative; `points` of the frontier index, in which the
    frontier stands at 0 before the run. `shocks` (futures, slots, 2) state of the shocks.
    """

    lag: Floats
    points: Floats
    shocks: Floats


def empty_ledgers(futures: int, quarters: int) -> LedgerPaths:
    """Return arrays for the ledgers of some futures, all zero."""
    blocs = (futures, quarters + 1, len(BLOCS))
    slots = (futures, quarters + 1)
    return LedgerPaths(
        location=np.zeros(blocs),
        owner=np.zeros(blocs),
        user=np.zeros(blocs),
        domestic=np.zeros(slots),
        licensed=np.zeros(slots),
        smuggled=np.zeros(slots),
        rented=np.zeros(slots),
        refused=np.zeros(slots),
        us_owned=np.zeros(blocs),
        it_mw=np.zeros(blocs),
        let=np.zeros(slots),
        added=np.zeros((*slots, ADDITIONS)),
        aging=np.zeros(slots),
        shocks=np.zeros((*slots, SHOCKS)),
    )


def empty_capability(futures: int, quarters: int) -> Capability:
    """Return arrays for the capability of some futures, all zero."""
    slots = (futures, quarters + 1)
    return Capability(
        lag=np.zeros((*slots, len(STACKS))),
        points=np.zeros((*slots, len(STACKS))),
        shocks=np.zeros((*slots, 2)),
    )
