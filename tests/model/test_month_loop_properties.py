"""What holds of every world, whatever is drawn: megawatts, months late, paths, order, and what limits do."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from worlds import ALL_KINDS, GROUPS, World, free_of_limits, integral_of, random_world

from stargauge.delivery.phases import GRID, ON_SITE

Floats = NDArray[np.float64]

SOME = settings(max_examples=40, deadline=None)
EPS = 1e-9
MW = 1e-6

PATH_KINDS = ("power", "chips", "capital")


@st.composite
def worlds(draw: st.DrawFn, **fixed: Any) -> World:
    """Worlds of 1 to 60 phases in 2 to 4 regions, modelled or on a supplied path."""
    kinds = st.sampled_from([(), ("power",), ("chips",), ("power", "capital"), ALL_KINDS])
    return random_world(
        draw(st.integers(0, 2**32 - 1)),
        **{
            "phases": draw(st.integers(1, 60)),
            "futures": draw(st.integers(1, 4)),
            "regions": draw(st.integers(2, 4)),
            "months": draw(st.sampled_from([1, 24, 60])),
            "levers": draw(st.booleans()),
            "hazards": draw(st.sampled_from([0.0, 0.01, 0.2])),
            "absent": draw(st.sampled_from([0.0, 0.3, 1.0])),
            "kinds": draw(kinds),
            "tightness": draw(st.sampled_from([0.0, 0.3, 0.7, 1.5, 10.0])),
            "sizes": draw(st.booleans()),
            "given": draw(st.booleans()),
            **fixed,
        },
    )


@SOME
@given(worlds())
def test_megawatts_are_conserved(world: World) -> None:
    """Planned = energised + under way + cancelled or not there; the paths end where the phases do."""
    table, out = world.table, world.run()
    share, cancelled = out.energised_share, np.isfinite(out.cancelled_month)
    mw = table.facility_mw * out.size
    assert np.all((share >= 0.0) & (share <= 1.0))
    assert not np.any(cancelled & (share > 0.0)), "energised in part and cancelled"
    assert np.all(cancelled[world.luck.absent])
    np.testing.assert_array_equal(share == 1.0, np.isfinite(out.energised_month))
    energised = out.group_mw[:, :, -1].sum(axis=1)
    under_way = ((1.0 - share) * ~cancelled * mw).sum(axis=1)
    given_up = (cancelled * mw).sum(axis=1)
    np.testing.assert_allclose(energised + under_way + given_up, mw.sum(axis=1), rtol=1e-12)
    for group in range(GROUPS):
        np.testing.assert_allclose(
            out.group_mw[:, group, -1], (share * mw) @ (table.group == group), rtol=1e-12, atol=EPS
        )
    it = table.it_mw * out.size
    np.testing.assert_allclose(out.domestic_it_mw[:, -1], (share * it) @ table.domestic, rtol=1e-12, atol=EPS)


@SOME
@given(worlds())
def test_paths_never_fall_and_nothing_is_negative(world: World) -> None:
    out = world.run()
    for name in ("group_mw", "domestic_it_mw", "plant_mw"):
        path = getattr(out, name)
        assert np.all(path >= 0.0), name
        assert np.all(np.diff(path, axis=-1) >= 0.0), name
    for name in out._fields:
        if name not in ("import_mw", "firm_headroom_mw", "bill_points", "energised_month", "cancelled_month"):
            # On-site MW that connect are what was taken, but for rounding.
            assert np.min(getattr(out, name), initial=0.0) >= -MW * (name == "onsite_mw"), name
        assert not np.isnan(getattr(out, name)).any(), name
    assert np.all(out.opposition > 0.0)


@SOME
@given(worlds())
def test_months_late_are_the_sum_of_their_causes(world: World) -> None:
    """Late phases: to 1e-9. Early phases, phases without a plan, and those not energised: nothing."""
    out = world.run()
    late = out.energised_month - world.table.plan[:, 2]
    expected = np.maximum(0.0, np.where(np.isfinite(late), late, 0.0))
    np.testing.assert_allclose(out.charges.sum(axis=2), expected, rtol=0.0, atol=EPS)
    assert np.all(out.charges >= 0.0)


@SOME
@given(worlds())
def test_nothing_happens_before_it_can(world: World) -> None:
    out, table = world.run(), world.table
    assert np.all(out.energised_month >= table.status_month - EPS)
    assert np.all(out.cancelled_month >= table.status_month)
    dropped = np.isfinite(out.cancelled_month) & ~world.luck.absent
    assert np.all(out.cancelled_month[dropped] < world.months)


@SOME
@given(worlds(kinds=("power",), given=True), st.integers(0, 2**32 - 1))
def test_more_headroom_never_energises_less(world: World, seed: int) -> None:
    """On a supplied path, without on-site orders: more room may keep an order from being made."""
    rng = np.random.default_rng(seed)
    path = world.supply.supplied_mw
    more = rng.exponential(300.0, path.shape) * (rng.random(path.shape) < 0.5)
    world = world.but(orders=np.zeros_like(world.luck.orders))
    before, after = world.run(), world.but(supplied_mw=path + more).run()
    total = before.group_mw.sum(axis=1)
    assert np.all(after.group_mw.sum(axis=1) >= total - MW)
    assert np.all(after.energised_share >= before.energised_share - EPS)
    assert np.all(after.energised_month <= before.energised_month + EPS)


@SOME
@given(worlds(kinds=("power",), given=False, opposed=False), st.integers(0, 2**32 - 1))
def test_more_firm_supply_never_energises_less_where_nobody_lends_or_bends(world: World, seed: int) -> None:
    """Regions that stand alone, with firm load only: more plant never energises less."""
    rng = np.random.default_rng(seed)
    supply, luck = world.supply, world.luck
    world = world.but(
        orders=np.zeros_like(luck.orders),
        accepts=np.full_like(luck.accepts, 2.0),
        pair_mw=np.zeros_like(supply.pair_mw),
    )
    more = rng.exponential(300.0, supply.firm_mw.shape) * (rng.random(supply.firm_mw.shape) < 0.5)
    before, after = world.run(), world.but(firm_mw=supply.firm_mw + more).run()
    assert np.all(after.energised_share >= before.energised_share - EPS)
    assert np.all(after.energised_month <= before.energised_month + EPS)
    assert np.all(after.shortfall_mw.max() <= before.shortfall_mw.max() + more.max() + MW)


@SOME
@given(worlds(kinds=PATH_KINDS, given=True, apart=True))
def test_no_limit_idles_while_a_phase_that_could_use_it_waits(world: World) -> None:
    """Whatever is ready and not whole at the end of a month has a limit of its own that is used up."""
    world = world.but(orders=np.zeros_like(world.luck.orders))
    out, ready = world.run(), _ready_months(world)
    for future in range(world.futures):
        mw = world.table.facility_mw * out.size[future]
        served = out.group_mw[future] / mw[:, None]
        spent_up = _spent(world, out.size[future], served, ready[future], future)
        for month in range(world.months):
            waits = (ready[future] < month + 1) & (served[:, month] < 1.0 - 1e-9)
            for phase in np.flatnonzero(waits):
                assert any(used[month] >= there[month] - 1e-6 for used, there in spent_up(phase)), (
                    f"phase {phase} waits in month {month} for nothing"
                )


@SOME
@given(worlds(kinds=PATH_KINDS, given=True, apart=True))
def test_no_limit_is_overdrawn_but_by_the_past_and_by_connections(world: World) -> None:
    """What phases take after the past is never more than what exists by the month in which they take it."""
    table = world.table
    world = world.but(orders=np.zeros_like(world.luck.orders), committed=np.zeros_like(table.committed))
    out, ready = world.run(), _ready_months(world)
    for future in range(world.futures):
        mw = table.facility_mw * out.size[future]
        served = out.group_mw[future] / mw[:, None]
        past = served * (ready[future] < world.now)[:, None]
        whole, free = (
            _spent(world, out.size[future], given, ready[future], future) for given in (served, past)
        )
        for phase in range(world.phases):
            for (used, there), (freely, _) in zip(whole(phase), free(phase), strict=True):
                taken, taken_freely = np.diff(used, prepend=used[0]), np.diff(freely, prepend=freely[0])
                over = used > there + 1e-6
                np.testing.assert_allclose(taken[over], taken_freely[over], atol=1e-6)


@SOME
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_phases_are_listed_does_not_matter(world: World, shuffler: Any) -> None:
    order = list(range(world.phases))
    shuffler.shuffle(order)
    turned = world.but(
        **{name: array[order] for name, array in world.table._asdict().items()},
        **{
            name: np.ascontiguousarray(array[:, order])
            for name, array in world.luck._asdict().items()
            if name != "hazard"
        },
    )
    one, two = world.run(), turned.run()
    np.testing.assert_allclose(one.group_mw, two.group_mw, rtol=1e-9, atol=MW)
    # 1e-12 of a phase counts as whole, so that a last crumb may fall in another month.
    np.testing.assert_allclose(one.energised_share[:, order], two.energised_share, atol=1e-9)
    np.testing.assert_allclose(one.shortfall_mw, two.shortfall_mw, rtol=1e-9, atol=MW)


@SOME
@given(worlds(kinds=(), hazards=0.0, opposed=False))
def test_twice_the_speed_never_delays(world: World) -> None:
    world = world.but(begin_hazard=np.zeros_like(world.luck.begin_hazard))
    speed = np.diff(world.pace.integral, axis=2)
    faster = world.but(integral=integral_of(2.0 * speed), identity=False)
    assert np.all(faster.run().energised_month <= world.run().energised_month + EPS)


@SOME
@given(worlds(kinds=("equipment",)))
def test_no_more_plant_is_taken_than_was_delivered(world: World) -> None:
    """Apart from what was being built on the as-of date with plant of its own."""
    world = world.but(committed=np.zeros_like(world.table.committed))
    out = world.run()
    made = np.maximum.accumulate(np.maximum(world.supply.onsite_mw, 0.0), axis=1)
    assert np.all(out.plant_mw <= made + MW)


@SOME
@given(worlds(kinds=("power", "equipment"), given=False))
def test_what_is_energised_has_power_from_somewhere(world: World) -> None:
    """Firm, flexible and on-site MW of all regions are what grid and on-site phases take, no more no less."""
    table = world.table
    nowhere = (world.luck.region < 0) | ~np.isin(table.power, (GRID, ON_SITE))
    out = world.run()
    ready = _ready_months(world)
    uncounted = (ready < world.supply.counted_from) & (table.power == GRID)
    mw = out.energised_share * out.size * table.facility_mw
    load = out.firm_load_mw[:, :, -1] + out.flexible_load_mw[:, :, -1] + out.onsite_mw[:, :, -1]
    np.testing.assert_allclose(
        load.sum(axis=1) - world.supply.used_mw[:, -1].sum(),
        (mw * ~(nowhere | uncounted)).sum(axis=1),
        rtol=1e-9,
        atol=MW,
    )


def _ready_months(world: World) -> Floats:
    """Return (futures, phases) months in which phases are ready, inf if not at all."""
    return free_of_limits(world).run().energised_month


def _spent(world: World, size: Floats, served: Floats, ready: Floats, future: int) -> Any:
    """Return, for a phase, what was used and what exists of each of its limits by month."""
    table, supply, luck = world.table, world.supply, world.luck
    open_to = ready >= world.now
    used: dict[tuple[str, int], Floats] = {}
    keys: list[list[tuple[str, int]]] = []
    for phase in range(world.phases):
        mine: list[tuple[str, int]] = []
        region = int(luck.region[future, phase])
        taken = served[phase] * size[phase]
        if table.power[phase] == GRID and region >= 0:
            if ready[phase] >= supply.counted_from:
                _add(used, ("region", region), taken * table.facility_mw[phase])
            if not table.committed[phase]:
                mine.append(("region", region))
        for kind, row, need in (
            ("chips", int(table.chip_row[phase]), table.it_mw[phase]),
            ("purse", int(table.capital_row[phase]), table.facility_mw[phase]),
        ):
            if row >= 0:
                mine.append((kind, row))
                if open_to[phase]:
                    _add(used, (kind, row), taken * need)
        keys.append(mine)
    none = np.zeros(world.months)

    def of(phase: int) -> list[tuple[Floats, Floats]]:
        found = []
        for kind, row in keys[phase]:
            there = {
                "region": lambda row=row: supply.supplied_mw[row] - supply.used_mw[row],
                "chips": lambda row=row: supply.chips_mw_it[future, row],
                "purse": lambda row=row: supply.capital_mw[future, row],
            }[kind]()
            found.append((used.get((kind, row), none), there))
        return found

    return of


def _add(used: dict[tuple[str, int], Floats], key: tuple[str, int], path: Floats) -> None:
    used[key] = used.get(key, 0.0) + path
