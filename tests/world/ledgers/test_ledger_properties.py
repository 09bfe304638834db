"""What must hold of the ledgers whatever the inputs: signs, sums, and which way a rule moves whom."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_runs import EDITION, OLDEST, PLAN, QUARTERS, SLOTS, Run, plan_of, run

from stargauge.world.blocs import BLOCS
from stargauge.world.ledgers import ChipRules, chip_rules
from stargauge.world.ledgers.arrays import CHINA, US

FEW = settings(max_examples=15, deadline=None)
SEEDS = st.integers(0, 2**31)
SHARES = st.floats(0.0, 1.0)
DAYS = st.sampled_from([OLDEST, PLAN, EDITION])
TRIFLE = 5e-3
SLACK = 1e-9
"""Of the world's compute: differences of sums of many quarters round to this."""


def not_less(more: Run, less: Run, name: str, bloc: int = CHINA) -> None:
    high, low = getattr(more.paths, name), getattr(less.paths, name)
    if high.ndim == 3:
        high, low = high[:, :, bloc], low[:, :, bloc]
    room = SLACK * less.paths.location.sum(axis=2)
    assert (high >= low - room).all(), (name, (high - low).min())


@FEW
@given(seed=SEEDS, as_of=DAYS, packages=st.floats(0.0, 20_000.0), tools=SHARES, tight=st.floats(-1.0, 1.0))
def test_compute_is_never_negative_and_the_three_ledgers_have_one_total(
    seed: int, as_of: date, packages: float, tools: float, tight: float
) -> None:
    done = run(plan_of(as_of), 4, seed, packages=packages, tools=tools, enforcement=tight)
    paths = done.paths
    for name, values in paths._asdict().items():
        if name != "shocks":
            assert np.isfinite(values).all(), name
            assert (values >= 0.0).all(), name
    world = paths.location.sum(axis=2)
    np.testing.assert_allclose(paths.owner.sum(axis=2), world, rtol=1e-12)
    np.testing.assert_allclose(paths.user.sum(axis=2), world, rtol=1e-12)


@FEW
@given(seed=SEEDS, as_of=DAYS)
def test_the_path_of_the_us_enters_unchanged(seed: int, as_of: date) -> None:
    done = run(plan_of(as_of), 3, seed, packages=100.0)
    assert (done.paths.location[:, 1:, US] == done.us).all()
    assert (done.paths.location[:, 0, US] <= done.us[:, 0]).all()


@FEW
@given(seed=SEEDS)
def test_what_china_uses_is_what_it_owns_and_rents(seed: int) -> None:
    paths = run(plan_of(EDITION), 4, seed).paths
    parts = paths.domestic + paths.licensed + paths.smuggled
    np.testing.assert_allclose(paths.location[:, :, CHINA], parts, rtol=1e-12)
    np.testing.assert_allclose(paths.owner[:, :, CHINA], parts, rtol=1e-12)
    np.testing.assert_allclose(paths.user[:, :, CHINA], parts + paths.rented, rtol=1e-12)
    assert (paths.us_owned <= paths.location).all()
    assert (paths.refused[:, plan_of(EDITION).first :] >= 0.0).all()


@FEW
@given(seed=SEEDS, as_of=DAYS)
def test_opening_chip_sales_never_lowers_chinas_compute(seed: int, as_of: date) -> None:
    closed, rules, opened = (run(plan_of(as_of, sales), 4, seed) for sales in ("closed", "rules", "open"))
    for more, less in ((rules, closed), (opened, rules)):
        for name in ("location", "owner", "licensed"):
            not_less(more, less, name)
        # Chips sold to China are missing where it rents: machines it let go may outweigh them by a trifle.
        assert (more.paths.user[:, :, CHINA] >= less.paths.user[:, :, CHINA] * (1 - TRIFLE)).all()


@FEW
@given(seed=SEEDS, low=SHARES, high=SHARES)
def test_more_refusal_never_raises_what_is_bought_under_the_rules(seed: int, low: float, high: float) -> None:
    low, high = sorted((low, high))
    runs = [
        run(plan_of(EDITION, "open"), 4, seed, {"world.compute.refusal": x, "world.compute.refusal.later": x})
        for x in (low, high)
    ]
    for name in ("licensed", "location"):
        not_less(runs[0], runs[1], name)


@FEW
@given(seed=SEEDS, as_of=DAYS, low=SHARES, high=SHARES)
def test_tightening_never_raises_what_is_smuggled(seed: int, as_of: date, low: float, high: float) -> None:
    low, high = sorted((low, high))
    loose, tight = (run(plan_of(as_of), 4, seed, enforcement=x) for x in (low, high))
    for name in ("smuggled", "location", "owner", "user"):
        not_less(loose, tight, name)


@FEW
@given(seed=SEEDS)
def test_closing_rents_abroad_takes_them_from_china_and_leaves_the_machines_where_they_are(seed: int) -> None:
    known = chip_rules(QUARTERS, EDITION)
    first = plan_of(EDITION).first
    shut = known.rentable.copy()
    shut[first:] = 0.0
    let = run(plan_of(EDITION), 4, seed)
    closed = run(plan_of(EDITION), 4, seed, rules=ChipRules(*known[:-1], rentable=shut))
    assert not closed.paths.rented[:, first:].any()
    not_less(let, closed, "user")
    # What is not rented is smuggled, as far as it goes.
    for name in ("smuggled", "location", "owner"):
        not_less(closed, let, name)
    assert (closed.paths.location[:, :, US] == let.paths.location[:, :, US]).all()
    first_quarter = slice(first, first + 1)
    for bloc in (US, BLOCS.index("rest"), BLOCS.index("allies")):
        gained = closed.paths.user[:, first_quarter, bloc] - let.paths.user[:, first_quarter, bloc]
        lost = let.paths.location[:, first_quarter, bloc] - closed.paths.location[:, first_quarter, bloc]
        assert (gained + lost >= -SLACK * let.paths.location[:, first_quarter].sum(axis=2)).all()


@FEW
@given(seed=SEEDS, packages=st.floats(1.0, 10_000.0))
def test_packages_stand_in_the_host_and_belong_to_the_us(seed: int, packages: float) -> None:
    without, with_them = (run(plan_of(EDITION), 4, seed, packages=x) for x in (0.0, packages))
    gulf = BLOCS.index("Gulf")
    not_less(with_them, without, "us_owned", gulf)
    assert (with_them.paths.location[:, -1, gulf] > without.paths.location[:, -1, gulf]).all()
    not_less(without, with_them, "owner", gulf)


@FEW
@given(seed=SEEDS, low=SHARES, high=SHARES)
def test_tools_denied_never_raise_chinas_own_chips(seed: int, low: float, high: float) -> None:
    low, high = sorted((low, high))
    fewer, more = (run(plan_of(EDITION), 4, seed, tools=x) for x in (low, high))
    not_less(more, fewer, "domestic")


@FEW
@given(seed=SEEDS, low=st.floats(-1.0, 1.0), high=st.floats(-1.0, 1.0))
def test_lags_are_never_negative_and_shrink_with_open_release(seed: int, low: float, high: float) -> None:
    low, high = sorted((low, high))
    shut, opened = (run(plan_of(EDITION), 4, seed, open_models=x) for x in (low, high))
    assert (shut.skill.lag >= 0.0).all()
    assert (opened.skill.lag >= 0.0).all()
    assert (opened.skill.lag <= shut.skill.lag + 1e-12).all()
    assert not shut.skill.lag[:, :, 0].any()


@FEW
@given(seed=SEEDS)
def test_chinas_lag_grows_with_the_ratio_of_compute(seed: int) -> None:
    # Without rents: what China need not rent abroad the US uses, which moves the ratio the other way.
    alone = dict.fromkeys(("world.compute.let.US", "world.compute.let.allies", "world.compute.let.rest"), 0.0)
    closed, opened = (run(plan_of(EDITION, sales), 4, seed, alone) for sales in ("closed", "open"))
    assert (opened.skill.lag[:, :, 2] <= closed.skill.lag[:, :, 2] * (1 + 1e-9)).all()
    level = run(plan_of(EDITION), 4, seed, {"world.capability.compute": 0.0}, calm=True).skill.lag
    np.testing.assert_allclose(level, level[:, :1].repeat(SLOTS, axis=1), rtol=1e-12)


@FEW
@given(seed=SEEDS)
def test_a_smaller_block_is_the_head_of_a_larger_one(seed: int) -> None:
    few, many = run(plan_of(EDITION), 2, seed), run(plan_of(EDITION), 5, seed)
    pathway = many.us[:2]
    few = run(plan_of(EDITION), 2, seed, us=pathway)
    assert (few.paths.user == many.paths.user[:2]).all()
    assert (few.skill.lag == many.skill.lag[:2]).all()


@pytest.mark.parametrize("as_of", [OLDEST, PLAN, EDITION])
def test_every_as_of_date_has_its_inputs_and_its_first_slot(as_of: date) -> None:
    plan = plan_of(as_of)
    assert plan.first == 1 + sum(end <= as_of for end in QUARTERS)
    assert plan.observed == {OLDEST: 0, PLAN: 0, EDITION: 4}[as_of]
    done = run(plan, 16)
    assert (done.paths.location.sum(axis=2)[:, -1] > done.paths.location.sum(axis=2)[:, 0]).all()
