"""The kernels against values by hand and against a slow version written apart; what must always hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.power.kernel import add_capacity
from stargauge.power.projects import drill, finish_late
from stargauge.power.retirement import retire_capacity
from stargauge.power.transfers import settle
from stargauge.power.weighing import weigh


def add(
    near,
    far,
    *,
    technology=(0,),
    region=None,
    near_share=1.0,
    far_share=1.0,
    near_step=1.0,
    far_step=1.0,
    rate=0.0,
    share=None,
    need=(0.0,),
    supply=None,
    rating=1.0,
    begin=0,
    futures=1,
    boost=0.0,
    lift=0.0,
):
    """Run the kernel on small arrays; scalars hold for all futures and technologies."""
    near, far = np.atleast_2d(np.asarray(near, float)), np.atleast_2d(np.asarray(far, float))
    pairs, months = near.shape
    kinds = len(need)
    regions = max(region) + 1 if region else 1
    firm = np.zeros((futures, regions, 2, months))
    added = np.zeros((futures, kinds, months))
    kept = np.zeros((futures, pairs, months))
    used = np.zeros((futures, months))
    add_capacity(
        np.array(region or [0] * pairs),
        np.array(technology),
        near,
        far,
        np.full(futures, near_share),
        np.full((kinds, futures), far_share),
        np.full(futures, near_step),
        np.full((kinds, futures), far_step),
        np.full((kinds, futures), rate),
        np.ones((kinds, months)),
        np.zeros(pairs) if share is None else np.asarray(share, float),
        np.asarray(need, float),
        np.full((futures, months), np.inf) if supply is None else np.tile(supply, (futures, 1)),
        np.full((pairs, 2, months), rating),
        np.ones((1, months, futures)),
        np.full(kinds, -1),
        np.full((kinds, futures), boost),
        np.full((futures, months), lift),
        begin,
        firm,
        added,
        kept,
        used,
    )
    return firm, added, kept, used


def test_without_delay_all_is_there_when_due() -> None:
    firm, added, _, _ = add([100.0, 0.0, 0.0], [0.0, 50.0, 0.0], rating=0.5)
    assert added[0, 0].tolist() == [100.0, 150.0, 150.0]
    assert firm[0, 0, 0].tolist() == [50.0, 75.0, 75.0]


def test_half_of_the_stock_a_month() -> None:
    _, added, _, _ = add([100.0, 0.0, 0.0], [0.0] * 3, near_step=0.5)
    assert added[0, 0].tolist() == [50.0, 75.0, 87.5]


def test_shares_apply_before_delays() -> None:
    _, added, _, _ = add([100.0, 0.0], [100.0, 0.0], near_share=0.9, far_share=0.5, far_step=0.5)
    assert added[0, 0].tolist() == [115.0, 127.5]


def test_nothing_is_finished_before_the_first_month() -> None:
    _, added, _, _ = add([100.0, 100.0, 100.0], [0.0] * 3, begin=2)
    assert added[0, 0].tolist() == [0.0, 0.0, 100.0]


def test_unlisted_projects_fill_up_to_the_rate() -> None:
    """Listed 30 of 50 a month: 20 more come, shared over two regions as 3 to 1."""
    _, added, kept, _ = add(
        [[30.0, 0.0], [0.0, 0.0]],
        np.zeros((2, 2)),
        technology=(0, 0),
        region=[0, 1],
        rate=50.0,
        share=[0.75, 0.25],
    )
    assert added[0, 0].tolist() == [50.0, 100.0]
    assert kept[0, 0].tolist() == [45.0, 82.5]
    assert kept[0, 1].tolist() == [5.0, 17.5]


def test_turbines_cut_all_gas_alike_and_the_rest_waits() -> None:
    """Two plants due at 120 and 60 MW; turbines for 90 now and 180 in the next month."""
    _, added, kept, used = add(
        [[120.0, 0.0, 0.0], [60.0, 0.0, 0.0]],
        np.zeros((2, 3)),
        technology=(0, 0),
        region=[0, 1],
        need=(1.0,),
        supply=[90.0, 180.0, 180.0],
    )
    assert kept[0, 0].tolist() == [60.0, 120.0, 120.0]
    assert kept[0, 1].tolist() == [30.0, 60.0, 60.0]
    assert used[0].tolist() == [90.0, 180.0, 180.0]
    assert added[0, 0].tolist() == [90.0, 180.0, 180.0]


def slow_add(
    near, far, technology, near_share, far_share, near_step, far_step, rate, share, need, supply, boost, lift
):
    """The same stocks, written with plain loops for one future."""
    pairs, months = near.shape
    stock = [[0.0, 0.0] for _ in range(pairs)]
    built = np.zeros((pairs, months))
    done, used = [0.0] * pairs, 0.0
    for month in range(months):
        finish = []
        for pair in range(pairs):
            kind = technology[pair]
            stock[pair][0] += near_share * near[pair, month]
            # At full lift no more than all that is listed; below it a straight line.
            full = min(far_share[kind] * (1.0 + boost[kind]), 1.0)
            part = far_share[kind] + lift[month] * (full - far_share[kind])
            stock[pair][1] += part * far[pair, month]
            finish.append((stock[pair][0] * near_step, stock[pair][1] * far_step[kind]))
        fill = []
        for pair in range(pairs):
            listed = sum(
                sum(finish[other]) for other in range(pairs) if technology[other] == technology[pair]
            )
            whole = sum(share[other] for other in range(pairs) if technology[other] == technology[pair])
            wanted = rate[technology[pair]] * (1.0 + boost[technology[pair]] * lift[month]) * whole
            fill.append(max(wanted - listed, 0.0) * share[pair])
        want = sum(need[technology[pair]] * (sum(finish[pair]) + fill[pair]) for pair in range(pairs))
        left = max(supply[month] - used, 0.0)
        cut = left / want if want > left else 1.0
        for pair in range(pairs):
            part = cut if need[technology[pair]] > 0.0 else 1.0
            stock[pair][0] -= part * finish[pair][0]
            stock[pair][1] -= part * finish[pair][1]
            step = part * (sum(finish[pair]) + fill[pair])
            done[pair] += step
            used += need[technology[pair]] * step
            built[pair, month] = done[pair]
    return built, used


@pytest.mark.parametrize("raised", [0.0, 1.0], ids=["no lift", "lift"])
@pytest.mark.parametrize("seed", range(6))
def test_the_kernel_is_the_slow_version(seed: int, raised: float) -> None:
    random = np.random.default_rng(seed)
    pairs, months, kinds = 5, 30, 3
    technology = np.array([0, 0, 1, 1, 2])
    near = random.uniform(0.0, 40.0, (pairs, months)) * (np.arange(months) < 10)
    far = random.uniform(0.0, 40.0, (pairs, months)) * (np.arange(months) >= 10)
    share = np.array([0.5, 0.5, 0.2, 0.8, 0.0])
    need = np.array([0.7, 1.0, 0.0])
    supply = np.cumsum(random.uniform(0.0, 60.0, months))
    near_share, near_step = random.uniform(0.5, 1.0), random.uniform(0.1, 1.0)
    far_share, far_step = random.uniform(0.2, 1.0, kinds), random.uniform(0.05, 1.0, kinds)
    rate = random.uniform(0.0, 60.0, kinds)
    futures = 70  # more than one chunk
    boost, lift = raised * random.uniform(0.0, 1.5, kinds), random.uniform(0.0, 1.0, (futures, months))
    kept, turbines = np.zeros((futures, pairs, months)), np.zeros((futures, months))
    add_capacity(
        np.zeros(pairs, dtype=np.int64),
        technology,
        near,
        far,
        np.full(futures, near_share),
        np.tile(far_share[:, None], futures),
        np.full(futures, near_step),
        np.tile(far_step[:, None], futures),
        np.tile(rate[:, None], futures),
        np.ones((kinds, months)),
        share,
        need,
        np.tile(supply, (futures, 1)),
        np.ones((pairs, 2, months)),
        np.ones((1, months, futures)),
        np.array([-1, -1, -1]),
        np.tile(boost[:, None], futures),
        lift,
        0,
        np.zeros((futures, 1, 2, months)),
        np.zeros((futures, kinds, months)),
        kept,
        turbines,
    )
    for future in (0, futures - 1):  # each has a lift of its own
        expected, used = slow_add(
            *(near, far, technology, near_share, far_share, near_step, far_step, rate, share, need, supply),
            boost,
            lift[future],
        )
        np.testing.assert_allclose(kept[future], expected, rtol=0.0, atol=1e-9)
        assert turbines[future, -1] == pytest.approx(used, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    due=st.lists(st.floats(0.0, 500.0), min_size=6, max_size=6),
    supply=st.lists(st.floats(0.0, 300.0), min_size=6, max_size=6),
    step=st.floats(0.01, 1.0),
    rate=st.floats(0.0, 200.0),
)
def test_gas_never_needs_more_turbines_than_makers_deliver(due, supply, step, rate) -> None:
    delivered = np.cumsum(supply)
    _, added, _, used = add(
        due, [0.0] * 6, near_step=step, rate=rate, share=[1.0], need=(0.8,), supply=delivered
    )
    assert np.all(used[0] <= delivered + 1e-9)
    assert np.all(0.8 * added[0, 0] <= delivered + 1e-9)
    assert np.all(np.diff(added[0, 0]) >= -1e-12)


def test_lift_raises_far_completions_and_the_rate_of_the_unlisted() -> None:
    """At half lift a boost of 0.4 makes 20 % more of both: 60 for 50 of the listed, a rate of 120 for 100."""
    _, added, kept, _ = add([0.0], [100.0], far_share=0.5, boost=0.4, lift=0.5)
    assert kept[0, 0].tolist() == added[0, 0].tolist() == [60.0]
    _, added, _, _ = add([0.0], [100.0], far_share=0.5, rate=100.0, share=[1.0], boost=0.4, lift=0.5)
    assert added[0, 0].tolist() == [120.0]
    _, added, _, _ = add([100.0], [0.0], near_share=0.5, boost=0.4, lift=1.0)
    assert added[0, 0].tolist() == [50.0], "what is near its date is not raised"


def test_no_more_than_all_that_is_listed_is_completed() -> None:
    """0.8 with a boost of 0.5 would be 1.2: it is 1 at full lift and halfway there at half."""
    for lift, expected in ((1.0, 100.0), (0.5, 90.0), (0.0, 80.0)):
        _, added, _, _ = add([0.0], [100.0], far_share=0.8, boost=0.5, lift=lift)
        assert added[0, 0, 0] == pytest.approx(expected)


def test_turbines_still_limit_what_is_lifted() -> None:
    _, added, _, used = add(
        [0.0, 0.0], [200.0, 0.0], far_share=0.5, boost=1.0, lift=1.0, need=(1.0,), supply=[90.0, 150.0]
    )
    assert added[0, 0].tolist() == used[0].tolist() == [90.0, 150.0]


@settings(max_examples=40, deadline=None)
@given(
    due=st.lists(st.floats(0.0, 500.0), min_size=6, max_size=6),
    share=st.floats(0.0, 1.0),
    step=st.floats(0.01, 1.0),
    rate=st.floats(0.0, 200.0),
    boost=st.floats(0.0, 3.0),
    lifts=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
)
def test_more_lift_never_adds_less_and_never_more_than_is_listed(
    due, share, step, rate, boost, lifts
) -> None:
    low, high = (
        add([0.0] * 6, due, far_share=share, far_step=step, rate=rate, share=[1.0], boost=boost, lift=lift)[1]
        for lift in sorted(lifts)
    )
    assert np.all(high >= low - 1e-9)
    _, listed, _, _ = add([0.0] * 6, due, far_share=share, far_step=step, boost=boost, lift=max(lifts))
    assert np.all(listed[0, 0] <= np.cumsum(due) + 1e-9)


def retire(
    due, *, held=(0.0,), share=1.0, step=0.5, held_step=0.0, held_rating=1.0, running=None, rating=1.0
):
    due = np.atleast_2d(np.asarray(due, float))
    pairs, months = due.shape
    firm, retired = np.zeros((1, 1, 2, months)), np.zeros((1, months))
    retire_capacity(
        np.zeros(pairs, dtype=np.int64),
        due,
        np.asarray(held, float),
        np.array([share]),
        np.array([step]),
        np.array([held_step]),
        np.array([held_rating]),
        np.ones((months, 1)) if running is None else np.asarray(running, float)[:, None],
        np.full((pairs, 2, months), rating),
        0,
        firm,
        retired,
    )
    return firm[0, 0, 0], retired[0]


def test_retirements_by_hand() -> None:
    firm, retired = retire([100.0, 0.0, 0.0], share=0.8, step=0.5, rating=0.9)
    assert retired.tolist() == pytest.approx([40.0, 60.0, 70.0])
    assert firm.tolist() == pytest.approx([-36.0, -54.0, -63.0])


def test_held_units_count_in_part_and_leave_slowly() -> None:
    firm, retired = retire([0.0, 0.0], held=[100.0], held_step=0.25, held_rating=0.6)
    assert retired.tolist() == pytest.approx([25.0, 43.75])
    assert firm.tolist() == pytest.approx([-(25.0 + 0.4 * 75.0), -(43.75 + 0.4 * 56.25)])


@settings(max_examples=40, deadline=None)
@given(
    due=st.lists(st.floats(0.0, 300.0), min_size=8, max_size=8),
    less=st.lists(st.floats(0.0, 1.0), min_size=8, max_size=8),
    more=st.lists(st.floats(0.0, 1.0), min_size=8, max_size=8),
    held=st.floats(0.0, 400.0),
    step=st.floats(0.01, 1.0),
)
def test_deferring_retirements_never_lowers_firm_capacity(due, less, more, held, step) -> None:
    weak = 1.0 - np.minimum(less, more)
    strong = 1.0 - np.maximum(less, more)
    kinds = {"held": [held], "step": step, "held_step": 0.2, "held_rating": 0.5}
    firm_weak, retired_weak = retire(due, running=weak, **kinds)
    firm_strong, retired_strong = retire(due, running=strong, **kinds)
    assert np.all(firm_strong >= firm_weak - 1e-9)
    assert np.all(retired_strong <= retired_weak + 1e-9)


def test_weighing_by_hand() -> None:
    """0.9 x (80 + 0.5 x 20 + 10) + 2 + 3 = 95 firm; peak 80 then 88, at 1.1 each: 88 and 96.8 required."""
    firm = np.full((1, 1, 2, 2), 10.0)
    headroom = np.empty((1, 1, 2))
    weigh(
        firm,
        np.full((1, 2, 2), 80.0),
        np.full((1, 1, 2, 2), 20.0),
        np.full((1, 1, 2), 0.5),
        np.array([[0.9]]),
        np.full((1, 2, 2), 2.0),
        np.full((1, 1, 2), 3.0),
        np.array([[[80.0, 50.0]]]),
        np.array([[[1.1, 1.0]]]),
        np.full((1, 2, 2), 1.1),
        headroom,
    )
    assert firm.ravel().tolist() == pytest.approx([95.0] * 4)
    assert headroom[0, 0].tolist() == pytest.approx([7.0, -1.8])


def test_plants_of_their_own_come_late_and_never_more_than_due() -> None:
    done = finish_late(np.array([100.0, 0.0, 0.0]), np.array([1.0, 0.5]), 0)
    assert done.tolist() == [[100.0, 100.0, 100.0], [50.0, 75.0, 87.5]]
    assert finish_late(np.array([100.0, 0.0, 0.0]), np.array([1.0]), 1).tolist() == [[0.0, 100.0, 100.0]]


def test_a_doubling_removes_the_learning_rate_from_the_drilling_part() -> None:
    committed = np.array([[100.0, 200.0, 400.0]])
    _, cost = drill(committed, np.zeros(1), np.array([0.2]), 0.5, np.zeros(1), 100.0, 99)
    assert cost[0].tolist() == pytest.approx([1.0, 0.5 + 0.5 * 0.8, 0.5 + 0.5 * 0.64])


def test_cheaper_drilling_brings_more_wells() -> None:
    committed = np.full((2, 60), 400.0)
    total, cost = drill(committed, np.full(2, 10.0), np.array([0.05, 0.3]), 0.5, np.full(2, 2.0), 100.0, 0)
    assert total[1, -1] > total[0, -1]
    assert cost[1, -1] < cost[0, -1]
    assert total[0, 0] == 400.0


def test_neighbours_lend_by_hand() -> None:
    """Region 0 lacks 50; 1 can lend 40 (limit) and 2 can lend 60: it takes 20 and 30."""
    pair = np.zeros((3, 3))
    pair[1, 0], pair[2, 0] = 40.0, 100.0
    lent = settle(np.array([[-50.0, 80.0, 60.0]]), pair, np.full(3, 1e9))
    assert lent[0, 1, 0] == pytest.approx(20.0)
    assert lent[0, 2, 0] == pytest.approx(30.0)


def test_a_cap_on_all_imports_holds() -> None:
    pair = np.full((2, 2), 100.0)
    lent = settle(np.array([[-50.0, 80.0]]), pair, np.array([10.0, 10.0]))
    assert lent[0, 1, 0] == pytest.approx(10.0)


@settings(max_examples=60, deadline=None)
@given(
    headroom=st.lists(st.floats(-500.0, 500.0), min_size=4, max_size=4),
    limits=st.lists(st.floats(0.0, 200.0), min_size=16, max_size=16),
    caps=st.lists(st.floats(0.0, 300.0), min_size=4, max_size=4),
)
def test_settlement_balances_and_stays_within_limits(headroom, limits, caps) -> None:
    room = np.array([headroom])
    pair = np.array(limits).reshape(4, 4)
    np.fill_diagonal(pair, 0.0)
    lent = settle(room, pair, np.array(caps))
    assert np.all(lent >= 0.0)
    assert np.all(lent[0] <= pair + 1e-9)
    arrives, leaves = lent[0].sum(axis=0), lent[0].sum(axis=1)
    assert np.all(arrives <= np.array(caps) + 1e-9)
    after = room[0] + arrives - leaves
    assert after.sum() == pytest.approx(room.sum(), abs=1e-9)
    assert np.all(after[room[0] >= 0.0] >= -1e-9), "no lender ends short"
    assert np.all(after[room[0] < 0.0] <= 1e-9), "nobody is given more than it lacks"
    assert not math.isnan(after.sum())


@pytest.mark.parametrize("name", ["kernel", "retirement", "weighing", "writing", "projects"])
def test_kernels_know_arrays_alone(name: str) -> None:
    import ast
    from pathlib import Path

    import stargauge.power

    path = Path(stargauge.power.__file__).parent / f"{name}.py"
    modules = {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    assert modules <= {"__future__", "numba", "numpy.typing", "stargauge.power.writing"}
