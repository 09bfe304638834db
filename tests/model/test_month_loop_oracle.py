"""The month loop against a second implementation, event by event, on the same supply, unrest and luck."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import ALL_KINDS, HORIZON, World, assert_same, integral_of, model_world, random_world

from stargauge.delivery.phases import GRID, NO_LIMIT, ON_SITE
from stargauge.model import prepare
from stargauge.scenario import changed, load_scenario

EVENTS = (
    *("headroom", "chips", "capital", "equipment", "in parts"),
    *("lent", "sent on demand", "flexible", "plant", "plant ordered", "connected"),
    *("dropped", "never begun", "halted"),
)
"""What random worlds must hold, so that the comparison shows something."""


@pytest.mark.parametrize("tightness", [0.2, 0.6, 1.1, 5.0])
@pytest.mark.parametrize("levers", [False, True], ids=["levers idle", "levers moving"])
@pytest.mark.parametrize("given", [False, True], ids=["modelled", "supplied path"])
def test_random_worlds_come_out_the_same(given: bool, levers: bool, tightness: float) -> None:
    waits = 0
    for seed in range(4):
        world = random_world(
            seed, given=given, levers=levers, tightness=tightness, futures=4, sizes=seed % 2 == 0
        )
        waits += sum(assert_same(world, world.run()).get(kind, 0) for kind in EVENTS[:4])
    assert waits > 0 or tightness > 1.0, "the limits never bind: the case shows nothing"


@pytest.mark.parametrize("kinds", [(), *((kind,) for kind in ALL_KINDS), ("power", "chips")], ids=str)
def test_every_choice_of_limits(kinds: tuple[str, ...]) -> None:
    world = random_world(77, kinds=kinds, tightness=0.4, futures=8)
    counted = assert_same(world, world.run())
    binding = {kind for kind in EVENTS[:4] if kind in counted}
    assert binding == {"headroom" if kind == "power" else kind for kind in kinds}


@pytest.mark.parametrize("months", [1, 24])
@pytest.mark.parametrize("regions", [2, 4])
def test_other_sizes(regions: int, months: int) -> None:
    for seed in range(4):
        world = random_world(seed, regions=regions, months=months, futures=4)
        assert_same(world, world.run())


def test_the_random_worlds_hold_what_they_are_for() -> None:
    """Everything the description names happens; some phases are cut by the horizon, some past the limits."""
    counted: dict[str, int] = {}
    censored = free = partial = 0
    for seed in range(6):
        world = random_world(seed, tightness=0.6, futures=5)
        books = world.reference()
        for event, times in assert_same(world, world.run(), books).items():
            counted[event] = counted.get(event, 0) + times
        for future, book in enumerate(books):
            partial += int(np.sum((book.energised_share > 0.0) & (book.energised_share < 1.0)))
            free += int(np.sum(book.ready_month < world.now))
            begun = ~world.luck.absent[future] & np.isinf(book.cancelled_month)
            censored += int(np.sum(begun & np.isinf(book.ready_month)))
    assert [event for event in EVENTS if not counted.get(event)] == []
    assert min(partial, censored, free) > 0, (partial, censored, free)


def in_fit_out(count: int, **changes: object) -> World:
    """Return a world of one future whose phases of 100 MW are all ready in month 11.25, in one region."""
    world = random_world(5, phases=count, futures=1, hazards=0.0, absent=0.0, given=True, kinds=("power",))
    plain = {
        "status": np.full(count, 2),
        "status_month": np.full(count, 10.25),
        "since_month": np.full(count, 9.0),
        "facility_mw": np.full(count, 100.0),
        "it_mw": np.full(count, 80.0),
        "power": np.full(count, GRID),
        "committed": np.zeros(count, np.bool_),
        "durations": np.full((1, count, 4), 2.25),
        "region": np.zeros((1, count), np.int64),
        "supplied_mw": np.full((3, HORIZON), 250.0),
        "used_mw": np.zeros((3, HORIZON)),
        "orders": np.zeros((1, count), np.bool_),
    }
    return world.but(**{**plain, **changes})


def test_ties_are_served_in_the_order_of_phases() -> None:
    """Ready at the same instant: the first phase takes all of a limit that is too small for both."""
    world = in_fit_out(6)
    out = world.run()
    assert_same(world, out)
    assert out.energised_share[0].tolist() == [1.0, 1.0, 0.5, 0.0, 0.0, 0.0]
    assert out.energised_month[0, :2].tolist() == [11.25, 11.25]


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        ({}, 4),
        ({"power": np.full(1, ON_SITE), "onsite_mw": np.zeros((1, HORIZON))}, 5),
        ({"chip_row": np.full(1, -1), "power": np.full(1, ON_SITE), "onsite_mw": np.zeros((1, HORIZON))}, 6),
        ({"chip_row": np.full(1, -1), "capital_row": np.full(1, -1), "power": np.full(1, ON_SITE)}, 7),
        ({"power": np.full(1, NO_LIMIT)}, 5),
    ],
    ids=["headroom first", "chips before equipment", "capital before equipment", "equipment", "chips"],
)
def test_even_limits_bind_in_their_order(rows: dict[str, np.ndarray], cause: int) -> None:
    """Nothing is left of any limit but crumbs of adding up: the first in order is charged."""
    crumbs = 1e-13 * np.ones((1, 1, HORIZON))
    world = in_fit_out(
        1,
        **{
            "plan": np.array([[1.0, 2.0, 3.0]]),
            "supplied_mw": np.full((3, HORIZON), 3e-11),
            "chips_mw_it": np.where(np.arange(HORIZON) < 20, 0.5 * crumbs, 1e9) * np.ones((1, 2, 1)),
            "capital_mw": np.where(np.arange(HORIZON) < 20, 0.0 * crumbs, 1e9),
            "onsite_mw": np.zeros((1, HORIZON)),
            "chip_row": np.zeros(1, np.int64),
            "capital_row": np.zeros(1, np.int64),
            **rows,
        },
    )
    out = world.run()
    assert_same(world, out)
    binding = int(np.flatnonzero(out.waiting_mw[0, 0, :, 12])[0])
    assert binding + 4 == cause


def test_a_negative_limit_blocks_and_gives_nothing_back() -> None:
    world = random_world(9, tightness=0.5, futures=3)
    supply = world.supply
    less = 2000.0
    world = world.but(
        supplied_mw=supply.supplied_mw - less,
        firm_mw=supply.firm_mw - less,
        onsite_mw=supply.onsite_mw - less,
        chips_mw_it=supply.chips_mw_it - less,
        capital_mw=supply.capital_mw - less,
    )
    out = world.run()
    assert_same(world, out)
    assert np.all(out.energised_share >= 0.0)
    assert np.all(out.waiting_mw >= 0.0)


def test_speeds_of_one_are_no_speeds() -> None:
    """The clock that is inverted and the clock that is added to give the same."""
    world = random_world(4, futures=4)
    ones = np.ones((4, 4, HORIZON))
    clocked = world.but(identity=False, integral=integral_of(ones))
    here, there = world.run(), clocked.run()
    for name, one, two in zip(here._fields, here, there, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-6, err_msg=name)
    assert_same(clocked, there)


@pytest.mark.parametrize("now", [-20.0, 0.0, 23.999, 59.5, 75.0])
def test_as_of_any_date(now: float) -> None:
    """Before the run, inside it, and after its end, when all of it is past."""
    for levers in (False, True):
        world = random_world(3, futures=4, levers=levers).but(now=now)
        out = world.run()
        assert_same(world, out)
        if now > HORIZON:
            # What is ready meets no limit, and opposition has not moved.
            assert not out.waiting_mw.any()
            assert np.all(out.opposition == world.unrest.base[:, None])


@pytest.mark.slow
def test_the_default_scenario_comes_out_the_same() -> None:
    """Futures of `us-2026`, as the model prepares and draws them, phase by phase and region by region."""
    for execution, still in (("fitted", False), ("frozen", True)):
        prepared = prepare(changed(load_scenario("us-2026"), policy={"execution": execution}))
        world = model_world(prepared, 0, 8)
        assert world.pace.identity == still
        counted = assert_same(world, world.run())
        assert counted.get("headroom", 0) > 0, "no region binds in the default scenario"


@pytest.mark.slow
def test_levers_at_work_come_out_the_same() -> None:
    levers = {
        "permitting_time": 0.9,
        "interconnection_time": [{"from": "2027-03", "intensity": 0.7}],
        "transmission_capacity": 1.0,
        "flexible_load": 1.0,
        "community_benefit": 0.8,
    }
    world = model_world(prepare(changed(load_scenario("us-2026"), levers=levers)), 3, 12)
    assert not world.pace.identity
    assert_same(world, world.run())


def test_announced_dates_come_out_the_same() -> None:
    prepared = prepare(load_scenario("announced"))
    world = model_world(prepared, 0, 2)
    out = world.run()
    assert_same(world, out)
    # A date that passed without power on is kept on the as-of date at the earliest.
    planned = np.maximum(prepared.delivery.arrays.plan[:, 2], prepared.delivery.now)
    np.testing.assert_allclose(out.energised_month[0], np.where(planned < 132, planned, np.inf), atol=1e-9)
