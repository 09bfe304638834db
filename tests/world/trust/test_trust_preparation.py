"""What trust is prepared from: editions, the first year of a package, leanings of those who announced one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from stargauge.errors import InputError
from stargauge.facts import Registry, load_registry
from stargauge.world.blocs import BLOCS
from stargauge.world.slots import calendar_year, slots_of
from stargauge.world.trust import (
    PARTNERS,
    TRUST_UNITS,
    PackagePaths,
    TrustPlan,
    alignment_step,
    empty_packages,
    open_trust,
    packages_step,
    prepare_trust,
    trust_block,
    trust_shocks,
)

F = 400
NOW, THEN = date(2026, 10, 5), date(2024, 12, 31)
QUARTERS = [
    date(year, month, day)
    for year in range(2025, 2036)
    for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
]
Q, GULF = len(QUARTERS), BLOCS.index("Gulf")


def run(as_of: date, seed: int = 0, lever: float = 0.0) -> tuple[TrustPlan, PackagePaths, np.ndarray]:
    rng = np.random.default_rng(seed)
    plan = prepare_trust(load_registry().as_of(as_of), QUARTERS, as_of)
    values = {name: spread.quantile(rng.uniform(size=F)) for name, spread in plan.distributions.items()}
    shocks = {name: rng.uniform(size=(F, *shape)) for name, shape in trust_shocks(Q).items()}
    none = np.zeros((F, Q + 1))
    trust = trust_block(plan, values, shocks, none + lever)
    paths, alignment = empty_packages(F, Q), np.empty((F, Q + 1, len(BLOCS)))
    open_trust(plan, trust, paths, alignment)
    for f in range(F):
        for q in range(plan.first, Q + 1):
            packages_step(f, q, trust.packages, alignment, paths)
            alignment_step(f, q, trust.opinion, none, none, paths, alignment)
    return plan, paths, alignment


@pytest.mark.parametrize("as_of", [NOW, THEN, date(2025, 6, 30)])
def test_whole_paths_are_sound(as_of: date) -> None:
    plan, paths, alignment = run(as_of)
    assert (paths.delivered_mw <= paths.announced_mw + 1e-9).all()
    assert (np.diff(paths.delivered_mw, axis=1) >= -1e-9).all()
    assert np.isfinite(paths.promised_mw).all()
    assert (np.diff(paths.promised_mw, axis=1) >= -1e-9).all()
    assert (np.abs(alignment) <= 1.0).all()
    assert (alignment[:, : plan.first] == plan.alignment).all()
    assert (paths.choice[:, :, BLOCS.index("China")] == 2.0).all()
    assert (paths.choice[:, :, BLOCS.index("US")] == 0.0).all()
    assert (paths.delivered_mw[:, :, :2] == 0.0).all()


def test_as_of_2024_nothing_was_announced_and_nothing_known_later_is_used() -> None:
    plan, paths, _ = run(THEN)
    assert plan.first == 1
    assert (plan.announced_mw == 0.0).all()
    assert (paths.delivered_mw[:, 0] == 0.0).all()
    registry = load_registry().as_of(THEN)
    for name, unit in TRUST_UNITS.items():
        registry.input(name).to(unit)


def test_in_its_first_year_0_to_7_percent_of_a_package_is_delivered() -> None:
    """Announced in the middle of 2025, seen from then on: the campus of 5 GW had nothing after 13 months."""
    as_of = date(2025, 6, 30)
    registry = Registry(
        fact.model_copy(update={"known_from": as_of}) if fact.feeds.startswith("world.trust.") else fact
        for fact in load_registry()
        if not fact.id.endswith("-2024")
    )
    rng = np.random.default_rng(1)
    plan = prepare_trust(registry, QUARTERS, as_of)
    values = {name: spread.quantile(rng.uniform(size=F)) for name, spread in plan.distributions.items()}
    values["world.trust.new_packages"][:] = 0.0
    shocks = {name: rng.uniform(size=(F, *shape)) for name, shape in trust_shocks(Q).items()}
    trust = trust_block(plan, values, shocks, np.zeros((F, Q + 1)))
    paths, alignment = empty_packages(F, Q), np.empty((F, Q + 1, len(BLOCS)))
    open_trust(plan, trust, paths, alignment)
    alignment[:] = plan.alignment
    for f in range(F):
        for q in range(plan.first, Q + 1):
            packages_step(f, q, trust.packages, alignment, paths)
    part = paths.delivered_mw[:, plan.first + 3, GULF] / plan.announced_mw[GULF]
    low, middle, high = np.quantile(part, [0.05, 0.5, 0.95])
    assert low >= 0.0
    assert middle < 0.05
    assert high < 0.10
    assert (part < 0.07).mean() > 0.85


def test_who_announced_a_us_package_takes_it_as_things_stand() -> None:
    plan, paths, _ = run(NOW)
    first = paths.choice[:, plan.first]
    for bloc in ("allies", "Gulf", "India"):
        assert (first[:, BLOCS.index(bloc)] == 0.0).all()
    for bloc in ("EU", "rest"):
        assert 0.0 < (first[:, BLOCS.index(bloc)] == 0.0).mean() < 1.0


def test_the_lever_never_delivers_less() -> None:
    _, off, _ = run(NOW, 2)
    _, on, _ = run(NOW, 2, lever=1.0)
    assert (on.delivered_mw[:, -1].sum(axis=1) >= off.delivered_mw[:, -1].sum(axis=1) - 1e-6).all()
    assert (on.exim >= off.exim - 1e-9).all()


def test_parts_of_new_packages_and_licences_are_shares() -> None:
    registry = load_registry()
    parts = [registry.input(f"world.trust.new_part.{bloc}").distribution.median for bloc in PARTNERS]
    assert sum(parts) == pytest.approx(1.0)


def test_a_missing_input_is_named_with_the_date() -> None:
    with pytest.raises(InputError, match=r"no fact known on 1989-12-31 feeds this input"):
        prepare_trust(load_registry().as_of(date(1989, 12, 31)), QUARTERS, date(1989, 12, 31))


def test_slots_count_quarters_that_ended_by_the_as_of_date() -> None:
    slots = slots_of(QUARTERS, NOW)
    assert slots.first == 8
    assert slots.quarters == 44
    assert slots.years[0] == 2025.0
    assert slots.years[-1] == 2036.0
    assert (np.diff(slots.since) > 0.2).all()
    assert slots_of(QUARTERS, THEN).since[0] == 0.0
    assert slots_of([date(2025, 6, 30)], THEN).years.tolist() == [
        calendar_year(date(2025, 3, 31)),
        calendar_year(date(2025, 6, 30)),
    ]


def test_a_run_without_a_quarter_to_simulate_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one quarter"):
        slots_of([], NOW)
    with pytest.raises(ValueError, match="no quarter of the run ends after 2036-01-01"):
        slots_of(QUARTERS, date(2036, 1, 1))
