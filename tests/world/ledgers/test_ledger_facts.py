"""What the ledgers must say of facts: shares and stocks of 2025, what 2026 adds, and what no rule let in."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from ledger_runs import EDITION, OLDEST, QUARTERS, Floats, Run, plan_of, run

from stargauge.facts import load_registry
from stargauge.model import prepare, simulate_block
from stargauge.scenario import load_scenario
from stargauge.world.blocs import BLOCS
from stargauge.world.ledgers import chip_rules, joined_shares, reconcile
from stargauge.world.ledgers.arrays import CHINA, US
from stargauge.world.ledgers.inputs import FIXED, SHARED, UNCERTAIN
from stargauge.world.series import compute_history

FUTURES = 64
END_2025, END_2026 = 4, 8
SHARES_OF_2026 = slice(END_2025 + 1, END_2026 + 1)


@cache
def us_of_the_model() -> Floats:
    prepared = prepare(load_scenario("us-2026"))
    names = [series.name for series in prepared.series]
    path = simulate_block(prepared, 0, FUTURES).paths[:, names.index("compute_h100e:US"), 2::3]
    return np.ascontiguousarray(path)


@cache
def world(bought: bool = False) -> Run:
    """Return the default world; or that in which all is sold from the end of 2025 and China takes it."""
    if not bought:
        return run(plan_of(EDITION), FUTURES, us=us_of_the_model())
    taken = {"world.compute.refusal": 0.0, "world.compute.refusal.later": 0.0}
    opened = chip_rules(QUARTERS, date(2025, 12, 31), "open")
    return run(plan_of(EDITION), FUTURES, values=taken, rules=opened, us=us_of_the_model())


def quantiles(values: Floats) -> tuple[float, float, float]:
    low, middle, high = (float(x) for x in np.quantile(values, (0.05, 0.5, 0.95)))
    return low, middle, high


def added(done: Run, end: int) -> Floats:
    """Return the compute the US adds in the year that ends in a slot over what China adds."""
    us = done.paths.location[:, end, US] - done.paths.location[:, end - 4, US]
    china = done.paths.added[:, end - 3 : end + 1, 4 + CHINA].sum(axis=1)
    ratio: Floats = us / china
    return ratio


def test_the_world_had_some_twenty_million_at_the_end_of_2025() -> None:
    low, middle, high = quantiles(world().paths.location[:, END_2025].sum(axis=1))
    assert 15e6 < middle < 21.3e6
    assert low < 20e6 < high


def test_without_exports_the_us_adds_some_thirty_times_what_china_adds_in_2026() -> None:
    us = world().paths.location[:, END_2026, US] - world().paths.location[:, END_2025, US]
    low, middle, high = quantiles(us / world().paths.added[:, SHARES_OF_2026, 0].sum(axis=1))
    assert 15 < middle < 60
    assert low < 31 < high
    # With what is smuggled and licensed it is less.
    assert quantiles(added(world(), END_2026))[1] < middle


def test_with_sales_open_and_taken_it_is_under_four() -> None:
    low, middle, _ = quantiles(added(world(bought=True), END_2026))
    assert 1 < low < 4
    assert middle < 5
    assert middle < quantiles(added(world(), END_2026))[1] / 3


def test_chinas_own_chips_of_2026_lie_within_what_is_said_of_them() -> None:
    made = world().paths.added[:, SHARES_OF_2026, 0].sum(axis=1)
    low, middle, high = quantiles(made)
    registry = load_registry()
    packages = registry["CHIP-ascend-projected-China-Huawei-2026"].distribution
    lower, upper = packages.quantile(np.array([0.02, 0.98]))
    # In H100-equivalents of 0.3 to 0.81, Huawei alone, and as much again of other makers at most.
    assert 0.3 * lower < low
    assert high < 2 * 0.81 * upper
    assert 0.2e6 < middle < 0.8e6


def test_hardly_anything_came_under_licence_in_2026() -> None:
    bought = world().paths.added[:, SHARES_OF_2026, 1].sum(axis=1)
    assert np.median(bought) < 75_000
    assert (world().paths.refused[:, SHARES_OF_2026].sum(axis=1) >= bought * 0.5).mean() > 0.9


def test_the_gulf_has_nothing_of_its_five_gigawatts_by_the_middle_of_2026() -> None:
    """Without packages delivered the Gulf has what it builds by itself, a few percent of 5 GW."""
    gulf = world().paths.it_mw[:, 6, BLOCS.index("Gulf")] * plan_of(EDITION).fixed["delivery.facility_per_it"]
    assert not world().package_mw.any()
    assert np.quantile(gulf, 0.95) < 0.1 * 5000


def test_published_numbers_agree_on_their_own_bases() -> None:
    registry = load_registry()
    rows = {one.fact: one for one in reconcile(plan_of(EDITION), world().paths, registry)}
    assert len(rows) == 10
    for fact in (
        "STK-world-World-2025",
        "STK-tracked-World-2025-Q4",
        "SHR-super-US-2025",
        "SHR-super-China-2025",
        "SHR-owned-US-top-5-hyperscalers-2025-Q4",
        "OWN-China-2025-Q4",
        "SHR-owned-China-2025-Q4",
        "RAT-no-exports-US-China-2026",
    ):
        assert rows[fact].overlaps, rows[fact]
    assert not rows["RAT-b30a-US-China-2026"].overlaps
    opened = {one.fact: one for one in reconcile(plan_of(EDITION), world(bought=True).paths, registry)}
    assert opened["RAT-b30a-US-China-2026"].overlaps
    # Owners of the US hold more than its five largest firms, and what stands there less than it owns.
    owned = rows["SHR-owned-US-top-5-hyperscalers-2025-Q4"]
    assert owned.ledgers[1] > owned.published[1]
    assert owned.ledgers[1] > rows["SHR-super-US-2025"].ledgers[1]
    # What is counted as China's leaves out what was smuggled.
    assert rows["SHR-owned-China-2025-Q4"].ledgers[1] < rows["SHR-super-China-2025"].ledgers[1]


def test_history_goes_over_into_the_simulation() -> None:
    joined = joined_shares(plan_of(EDITION), world().paths.location, EDITION)
    history = compute_history()
    assert joined.days[0] == history.days[0] == date(2019, 6, 30)
    assert joined.observed[-1] == date(2025, 6, 30)
    assert joined.days[-1] == QUARTERS[-1]
    assert list(joined.days) == sorted(set(joined.days))
    place = joined.days.index(date(2023, 12, 31))
    np.testing.assert_allclose(joined.middle[place], history.at([date(2023, 12, 31)])[0])
    np.testing.assert_allclose(joined.middle[: len(joined.observed)].sum(axis=1), 1.0)
    assert (joined.low <= joined.middle).all()
    assert (joined.middle <= joined.high).all()
    early = joined_shares(plan_of(OLDEST), world().paths.location, OLDEST)
    assert early.observed[-1] == date(2024, 12, 31)
    none = joined_shares(plan_of(EDITION), world().paths.location, date(2019, 1, 1))
    assert none.observed == ()
    assert none.days == QUARTERS


def test_lags_are_those_published() -> None:
    lag = world().skill.lag[:, END_2026 - 1]
    low, middle, high = quantiles(lag[:, 2])
    assert 3 < low < 5
    assert 6 < middle < 7.5
    assert 9 < high < 14
    assert 6 < lag[:, 2].mean() < 8
    assert 3 < np.median(world().values["world.capability.open_lag"]) < 5


@pytest.mark.parametrize("name", [*FIXED, *UNCERTAIN, *SHARED])
def test_every_input_has_an_edition_for_every_as_of_date(name: str) -> None:
    for day in (OLDEST, date(2025, 7, 23), EDITION):
        assert load_registry().as_of(day).input(name).chosen_because
