"""Arrays of the month loop: what goes in, what it keeps of a future, what comes out.

Times are months from the start of the run, power is facility MW. Nothing is drawn here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HEADROOM, CHIPS, CAPITAL, EQUIPMENT = 0, 1, 2, 3
"""Limits a ready phase can wait for, in the order in which they take a tie."""

LIMITS = 4
FIRST_LIMIT_CAUSE = 4
"""Column of `charges` of the first limit."""

SUMMER, WINTER = 0, 1

MODELLED, SUPPLIED = 0, 1
"""Values of `Supply.mode`: regional supply is modelled, or the scenario supplies its path."""


class Pace(NamedTuple):
    """What policy does.

    `integral` (futures, 4, months + 1) ∫ dt/scale of each stage, `identity` True where every scale is 1.
    (futures, months): `loosened` how far permits are loosened since the as-of date, `benefit` the share of
    opposition that community benefit takes away, `accept` the share of owners who accept curtailment, `tie`
    the factor on transfer limits.
    """

    integral: Floats
    identity: bool
    loosened: Floats
    benefit: Floats
    accept: Floats
    tie: Floats


class Supply(NamedTuple):
    """What can be had.

    `firm_mw` (futures, regions, seasons, months) accredited; `peak_mw` (futures, regions, seasons) peaks in
    month 0, which grow by `peak_growth` a month; `required` (regions, seasons, months) accredited MW per MW
    of peak; `scale` (futures, regions) a factor on headroom; `mode` (regions) and `supplied_mw` (regions,
    months) where the scenario gives the path. `room` (shares, regions, points, points), `table` and `weight`
    (futures), `low`, `step`: flexible room, see `flexibility`. `pair_mw`, `import_mw`: transfer limits.
    `used_mw` (regions, months) took headroom before any future, since month `counted_from`. `onsite_mw`
    (futures, months), `chips_mw_it` (futures, owners, months) and `capital_mw` (futures, purses, months) are
    cumulative; `connects` (futures) is the share of on-site MW that connects to the grid, `connect_months`
    after it runs.
    """

    firm_mw: Floats
    peak_mw: Floats
    peak_growth: Floats
    required: Floats
    scale: Floats
    mode: Ints
    supplied_mw: Floats
    room: Floats
    table: Ints
    weight: Floats
    low: float
    step: float
    pair_mw: Floats
    import_mw: Floats
    used_mw: Floats
    counted_from: float
    onsite_mw: Floats
    connects: Floats
    connect_months: Floats
    chips_mw_it: Floats
    capital_mw: Floats


class Unrest(NamedTuple):
    """What moves opposition.

    `base` (regions) its level on the as-of date; `begun_mw` (regions) data centres begun by then; `bill`
    (futures, regions) percent of the bill they added; `closing` (futures) the share of the way to its target
    that the level goes in a month; the rest (futures), see `opposition`.
    """

    base: Floats
    begun_mw: Floats
    bill: Floats
    bill_exponent: Floats
    density_slope: Floats
    bill_slope: Floats
    loosening_slope: Floats
    closing: Floats
    ceiling: Floats
    drift: Floats
    fade: Floats
    hazard_exponent: Floats
    hazard_share: Floats
    permit_exponent: Floats
    moratorium_rate: Floats
    moratorium_months: Floats


class Outputs(NamedTuple):
    """Written by `run_months`.

    (futures, phases): `energised_month` and `cancelled_month`, inf if never within the horizon;
    `energised_share` by its end; `size` as begun. `charges` (futures, phases, 8) months late by cause, for
    phases energised within the horizon. `group_mw` (futures, groups, months) facility MW energised by the end
    of each month, `domestic_it_mw` (futures, months) the same for domestic IT MW. (futures, regions, months):
    `firm_headroom_mw` and `flexible_headroom_mw` before new load and transfers, `firm_load_mw`,
    `flexible_load_mw` and `onsite_mw` of new load, `import_mw` net, `shortfall_mw` of firm supply and
    `shortfall_before_mw` what it would be without new load,
    `overcut_mw` flexible load beyond its room, `opposition` at the beginning of the month, `bill_points` rise
    of the bill in points. `waiting_mw` (futures, regions, limits, months) ready and not energised, by the
    limit that binds.
    """

    energised_month: Floats
    cancelled_month: Floats
    energised_share: Floats
    size: Floats
    charges: Floats
    group_mw: Floats
    domestic_it_mw: Floats
    firm_headroom_mw: Floats
    flexible_headroom_mw: Floats
    firm_load_mw: Floats
    flexible_load_mw: Floats
    onsite_mw: Floats
    import_mw: Floats
    shortfall_mw: Floats
    shortfall_before_mw: Floats
    overcut_mw: Floats
    opposition: Floats
    bill_points: Floats
    waiting_mw: Floats
    plant_mw: Floats


def empty_outputs(futures: int, phases: int, groups: int, regions: int, months: int) -> Outputs:
    """Return output arrays for a block, uninitialised."""
    by_phase, by_region = (futures, phases), (futures, regions, months)
    return Outputs(
        energised_month=np.empty(by_phase),
        cancelled_month=np.empty(by_phase),
        energised_share=np.empty(by_phase),
        size=np.empty(by_phase),
        charges=np.empty((*by_phase, FIRST_LIMIT_CAUSE + LIMITS)),
        group_mw=np.empty((futures, groups, months)),
        domestic_it_mw=np.empty((futures, months)),
        firm_headroom_mw=np.empty(by_region),
        flexible_headroom_mw=np.empty(by_region),
        firm_load_mw=np.empty(by_region),
        flexible_load_mw=np.empty(by_region),
        onsite_mw=np.empty(by_region),
        import_mw=np.empty(by_region),
        shortfall_mw=np.empty(by_region),
        shortfall_before_mw=np.empty(by_region),
        overcut_mw=np.empty(by_region),
        opposition=np.empty(by_region),
        bill_points=np.empty(by_region),
        waiting_mw=np.empty((futures, regions, LIMITS, months)),
        plant_mw=np.empty((futures, months)),
    )


class State(NamedTuple):
    """What the loop keeps of one future; overwritten by the next.

    Phases: `ready` month, `left` share not energised, `late` months at the last milestone, `work` left in
    land and `whole` work of it, what is left of the three cumulative hazards (`cancel`, `begin`, `halt`),
    `excess` hazard met beyond today's, `halted_to` the end of a moratorium, `reached` the time walked to,
    `plant_due` the month on-site plant is there. `walking` are the phases in land, `queue` those that wait;
    `first` (months) and `following` list phases by the month they are ready. `counts` holds how many walk and
    wait.

    Regions: `peak` and `head` (regions, seasons) peaks and headroom of the month, `level` the smaller of both
    seasons', `room` after load, `missing` what would be
    short without new load, `spare` firm room; `firm`, `flexible`, `onsite` MW of new load; `got`, `sent`
    and `lent` (regions, regions) transfers; `unrest`, `begun` MW since the as-of date, `points` rise of the
    bill, the factors `worse` on hazards and `slower` on permits; `connecting` (regions, months) and
    `may_connect` on-site MW that wait for the grid. `can` and `surplus` are scratch. `used` holds the on-site
    MW taken, `chips_used` and `money_used` (rows) the rest.
    """

    ready: Floats
    left: Floats
    late: Floats
    work: Floats
    whole: Floats
    cancel: Floats
    begin: Floats
    halt: Floats
    excess: Floats
    halted_to: Floats
    reached: Floats
    plant_due: Floats
    walking: Ints
    queue: Ints
    following: Ints
    first: Ints
    counts: Ints
    peak: Floats
    head: Floats
    level: Floats
    room: Floats
    missing: Floats
    spare: Floats
    firm: Floats
    flexible: Floats
    onsite: Floats
    got: Floats
    sent: Floats
    unrest: Floats
    begun: Floats
    points: Floats
    worse: Floats
    slower: Floats
    may_connect: Floats
    can: Floats
    surplus: Floats
    lent: Floats
    connecting: Floats
    tables: Floats
    used: Floats
    chips_used: Floats
    money_used: Floats


WALKING, WAITING = 0, 1
"""Entries of `State.counts`."""


def empty_state(phases: int, regions: int, months: int, points: int, owners: int, purses: int) -> State:
    """Return the state of a future, uninitialised."""
    return State(
        ready=np.empty(phases),
        left=np.empty(phases),
        late=np.empty(phases),
        work=np.empty(phases),
        whole=np.empty(phases),
        cancel=np.empty(phases),
        begin=np.empty(phases),
        halt=np.empty(phases),
        excess=np.empty(phases),
        halted_to=np.empty(phases),
        reached=np.empty(phases),
        plant_due=np.empty(phases),
        walking=np.empty(phases, np.int64),
        queue=np.empty(phases, np.int64),
        following=np.empty(phases, np.int64),
        first=np.empty(months, np.int64),
        counts=np.empty(2, np.int64),
        peak=np.empty((regions, 2)),
        head=np.empty((regions, 2)),
        level=np.empty(regions),
        room=np.empty(regions),
        missing=np.empty(regions),
        spare=np.empty(regions),
        firm=np.empty(regions),
        flexible=np.empty(regions),
        onsite=np.empty(regions),
        got=np.empty(regions),
        sent=np.empty(regions),
        unrest=np.empty(regions),
        begun=np.empty(regions),
        points=np.empty(regions),
        worse=np.empty(regions),
        slower=np.empty(regions),
        may_connect=np.empty(regions),
        can=np.empty(regions),
        surplus=np.empty(regions),
        lent=np.empty((regions, regions)),
        connecting=np.empty((regions, months)),
        tables=np.empty((regions, points, points)),
        used=np.empty(1),
        chips_used=np.empty(owners),
        money_used=np.empty(purses),
    )
