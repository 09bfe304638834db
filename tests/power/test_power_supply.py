"""A block of futures on the shipped facts: what must always hold, whatever the draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import perf_counter

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.facts import load_registry
from stargauge.power import (
    REGIONS,
    TECHNOLOGIES,
    PowerBlock,
    PowerPrepared,
    draw,
    prepare_power,
    settle,
    shortfall_mw,
    simulate,
)
from stargauge.power.desk import run_blocks, seeded
from stargauge.power.inputs import COSTED
from stargauge.power.setup import turbine_needs

Values = dict[str, NDArray[np.float64]]
MONTHS = tuple(f"{year}-{month:02}" for year in range(2025, 2036) for month in range(1, 13))


def test_shapes_and_signs(block: PowerBlock) -> None:
    futures, months = 48, 132
    assert block.firm_mw.shape == (futures, 13, 2, months)
    assert block.headroom_mw.shape == (futures, 13, months)
    assert block.added_mw.shape == (futures, len(TECHNOLOGIES), months)
    assert block.bill.shape == (futures, 13)
    assert np.all(block.firm_mw > 0.0)
    for path in (
        block.added_mw,
        block.retired_mw,
        block.turbines_mw,
        block.capital_bn_usd,
        block.projects_mw,
    ):
        assert np.all(np.diff(path, axis=-1) >= -1e-9)
        assert np.all(np.isfinite(path))


def test_headroom_is_firm_less_required_in_the_tighter_season(block: PowerBlock) -> None:
    room = (block.firm_mw - block.required_mw()).min(axis=2)
    np.testing.assert_allclose(block.headroom_mw, room, rtol=0.0, atol=1e-6)


def test_the_balance_holds_or_the_shortfall_is_told(prepared: PowerPrepared, block: PowerBlock) -> None:
    load = np.random.default_rng(1).uniform(0.0, 9_000.0, block.headroom_mw.shape)
    for month in (0, 30, 80, 131):
        before = block.headroom_mw[:, :, month]
        lent = settle(before - load[:, :, month], prepared.limits.pair_mw, prepared.limits.import_mw)
        missing = shortfall_mw(before, load[:, :, month], lent)
        arrives, leaves = lent.sum(axis=1), lent.sum(axis=2)
        firm = block.firm_mw[:, :, :, month]
        needed = block.required_mw()[:, :, :, month]
        left = firm + (arrives - leaves + missing - load[:, :, month])[:, :, None] - needed
        assert np.all(left >= -1e-9 * needed.max())
        assert np.all(missing[before - load[:, :, month] >= 0.0] <= 1e-9)
        assert np.sum(arrives) == pytest.approx(np.sum(leaves))


def test_gas_stays_within_makers_output(prepared: PowerPrepared, block: PowerBlock) -> None:
    assert np.all(block.turbines_mw <= block.turbine_supply_mw + 1e-6)
    need = np.einsum("t,ftm->fm", turbine_needs(prepared.inputs), block.added_mw)
    np.testing.assert_allclose(need, block.turbines_mw, atol=1e-6)


def test_turbines_taken_by_on_site_plant_are_gone(prepared: PowerPrepared, values: Values) -> None:
    free = simulate(prepared, values)
    taken = np.minimum(free.turbine_supply_mw, 60_000.0)
    less = simulate(prepared, values, turbines_elsewhere_mw=taken)
    gas = [TECHNOLOGIES.index(name) for name in ("gas_cc", "gas_ct")]
    assert np.all(less.added_mw[:, gas].sum(axis=1) <= free.added_mw[:, gas].sum(axis=1) + 1e-6)
    assert less.added_mw[:, gas, -1].sum() < free.added_mw[:, gas, -1].sum()
    assert np.all(less.turbines_mw <= free.turbine_supply_mw - taken + 1e-6)


def test_more_accreditation_never_lowers_firm_capacity(prepared: PowerPrepared, values: Values) -> None:
    more = replace(
        prepared,
        rating=np.minimum(prepared.rating * 1.05, 1.0),
        steady_mw=prepared.steady_mw * 1.05,
        fading_mw=prepared.fading_mw * 1.05,
    )
    # Retirements of better rated plant take more off: compare without them.
    quiet = {**values, "power.retirement.share": np.zeros(48), "power.held.rating": np.ones(48)}
    quiet["power.held.months"] = np.full(48, 1e9)
    assert np.all(simulate(more, quiet).firm_mw >= simulate(prepared, quiet).firm_mw - 1e-6)


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("power.counted.MIDA", 1.01),
        ("power.completion.near", 1.05),
        ("power.completion.far.gas", 1.2),
        ("power.rate.battery", 1.5),
        ("power.turbine.booked", 1.5),
        ("power.uprate.total", 1.5),
        ("power.egs.rate", 2.0),
        ("power.held.rating", 1.1),
        ("power.held.months", 2.0),
        ("power.retirement.delay", 2.0),
    ],
)
def test_more_of_a_good_thing_never_lowers_firm_capacity(
    prepared: PowerPrepared, values: Values, block: PowerBlock, name: str, factor: float
) -> None:
    better = simulate(prepared, {**values, name: values[name] * factor})
    assert better.firm_mw[:, :, :, -1].sum() > block.firm_mw[:, :, :, -1].sum() - 1e-6
    if "gas" not in name and "turbine" not in name and "rate.battery" not in name and "near" not in name:
        assert np.all(better.firm_mw >= block.firm_mw - 1e-6)


def test_deferring_retirements_never_lowers_firm_capacity(
    prepared: PowerPrepared, values: Values, block: PowerBlock
) -> None:
    paths = [np.full(132, 0.5), np.ones(132), np.where(np.arange(132) < 60, 1.0, 0.0)]
    for path in paths:
        held = simulate(prepared, values, deferral=path)
        assert np.all(held.firm_mw >= block.firm_mw - 1e-6)
        assert np.all(held.retired_mw <= block.retired_mw + 1e-6)
    whole = simulate(
        prepared, {**values, "lever.retirement_deferral.effect": np.ones(48)}, deferral=np.ones(132)
    )
    assert np.abs(whole.retired_mw).max() < 1e-6


def test_margins_scale_what_is_required(prepared: PowerPrepared, values: Values, block: PowerBlock) -> None:
    double = simulate(replace(prepared, required=2.0 * prepared.required), values)
    np.testing.assert_allclose(double.required_mw(), 2.0 * block.required_mw())
    np.testing.assert_array_equal(double.firm_mw, block.firm_mw)


def test_peaks_grow_as_drawn(prepared: PowerPrepared, values: Values, block: PowerBlock) -> None:
    """July 2026 is the base; July 2030 is four years of growth later."""
    peak = block.peak_mw()[:, REGIONS.index("SW"), 0]
    july = 18
    base = 28_500.0 * values["power.peak.error.SW"]
    np.testing.assert_allclose(peak[:, july], base)
    rate = values["power.demand.growth.SW"] + values["power.demand.national"]
    np.testing.assert_allclose(peak[:, july + 48], base * (1.0 + rate / 100.0) ** 4)


def test_regions_and_technologies_add_up(prepared: PowerPrepared, values: Values) -> None:
    kept = simulate(prepared, values, by_pair=True)
    total = kept.added_pairs_mw.sum(axis=1)
    own = kept.projects_mw
    nuclear, geothermal = TECHNOLOGIES.index("nuclear"), TECHNOLOGIES.index("geothermal")
    total[:, nuclear] += own[:, 0] + own[:, 1]
    total[:, geothermal] += own[:, 2]
    np.testing.assert_allclose(total, kept.added_mw, atol=1e-6)


def test_nothing_moves_before_the_fleet(prepared: PowerPrepared, block: PowerBlock) -> None:
    now = prepared.fleet_month
    assert block.added_mw[:, :, : now + 1].max() == 0.0
    assert block.retired_mw[:, : now + 1].max() == 0.0


def test_capital_is_priced_with_overruns_by_hand(prepared: PowerPrepared, values: Values) -> None:
    ones = {**values}
    for name in list(ones):
        if name.startswith("power.cost."):
            ones[name] = np.full(48, 1000.0 if name.endswith(".solar") else 0.0)
        if name.startswith("power.overrun."):
            ones[name] = np.full(48, 1.1)
    priced = simulate(prepared, ones)
    solar = priced.added_mw[:, TECHNOLOGIES.index("solar")]
    np.testing.assert_allclose(priced.capital_bn_usd, solar * 1000.0 * 1.1 * 1e-6)
    assert "solar" in COSTED


def test_a_draw_is_a_function_of_its_name_alone(prepared: PowerPrepared) -> None:
    short = draw(prepared, seeded(3, 1), 16)
    long = draw(prepared, seeded(3, 1), 64)
    for name, value in short.items():
        np.testing.assert_array_equal(value, long[name][:16], err_msg=name)
    assert not np.array_equal(short["power.rate.gas"], draw(prepared, seeded(3, 2), 16)["power.rate.gas"])


def test_a_future_does_not_depend_on_its_block(
    prepared: PowerPrepared, values: Values, block: PowerBlock
) -> None:
    part = simulate(prepared, {name: value[7:19] for name, value in values.items()})
    np.testing.assert_array_equal(part.firm_mw, block.firm_mw[7:19])
    np.testing.assert_array_equal(part.headroom_mw, block.headroom_mw[7:19])


def test_blocks_add_up_to_the_futures_asked_for(prepared: PowerPrepared) -> None:
    assert [one.bill.shape[0] for one in run_blocks(prepared, 300)] == [256, 44]
    with pytest.raises(ValueError, match="0 futures were asked for; at least 1"):
        next(run_blocks(prepared, 0))


@pytest.mark.parametrize("path", [np.ones(5), np.full(132, 1.5), np.full(132, np.nan)])
def test_a_lever_outside_its_range_is_refused(
    prepared: PowerPrepared, values: Values, path: NDArray[np.float64]
) -> None:
    with pytest.raises(ValueError, match="intensity of retirement_deferral needs 132 months between 0 and 1"):
        simulate(prepared, values, deferral=path)


def test_a_run_from_an_old_fleet_walks_through_the_gap() -> None:
    """As of the end of 2024 the fleet is a year old: what came in 2024 is there in January 2025."""
    found = prepare_power(load_registry(), None, MONTHS, date(2024, 12, 31))
    assert found.lead == 12
    block = next(run_blocks(found, 32))
    assert block.added_mw.shape[-1] == 132
    assert np.median(block.added_mw[:, TECHNOLOGIES.index("solar"), 0]) > 10_000.0


def test_it_is_fast_enough_for_a_month_loop(prepared: PowerPrepared) -> None:
    values = draw(prepared, seeded(0), 256)
    simulate(prepared, values)
    times = []
    for _ in range(5):
        begin = perf_counter()
        simulate(prepared, values)
        times.append(perf_counter() - begin)
    # Ten times the time aimed at: a shared machine must not fail the test, a slip of an order must.
    assert min(times) / 256 < 1e-3


def test_of_what_is_unexplained_between_none_and_all_is_taken(
    prepared: PowerPrepared, values: Values
) -> None:
    names = [name for name in values if name.startswith("power.unexplained.")]
    assert len(names) == 10
    none = simulate(prepared, {**values, **{name: np.zeros(48) for name in names}})
    whole = simulate(prepared, {**values, **{name: np.ones(48) for name in names}})
    gained = whole.firm_mw - none.firm_mw
    np.testing.assert_allclose(
        gained, np.broadcast_to(prepared.unexplained_mw[:, :, None], gained.shape), atol=1e-6
    )
    for region in ("MIDA", "MIDW", "NY"):
        assert np.all(prepared.unexplained_mw[REGIONS.index(region)] == 0.0)
    assert prepared.unexplained_mw[REGIONS.index("CAR"), 0] > 4_000.0
    assert prepared.unexplained_mw[REGIONS.index("NE"), 0] < 0.0


def test_before_the_published_margins_nothing_is_unexplained() -> None:
    found = prepare_power(load_registry(), None, MONTHS, date(2025, 12, 10))
    assert not found.unexplained_mw.any()
    assert not any(name.startswith("power.unexplained.") for name in found.uncertain)
