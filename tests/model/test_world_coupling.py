"""The world in a run: what it is handed, what it gives back, and what it must leave alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.ensemble import RunInputs, run_ensemble
from stargauge.model import BlockResult, Prepared, draw, prepare, simulate, simulate_block, world_inputs
from stargauge.model.world import fill_world
from stargauge.scenario import Scenario, build_scenario
from stargauge.world.block import simulate_world
from stargauge.world.blocs import BLOCS, LAYERS, STACKS
from stargauge.world.position import CLASSES
from stargauge.world.setup import WORLD_LEVERS

Floats = NDArray[np.float64]
FUTURES = 48


def scenario(**fields: object) -> Scenario:
    return build_scenario({"stargauge": 1, "name": "of-the-world", "extends": "us-2026", **fields})


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(scenario())


@pytest.fixture(scope="module")
def result(prepared: Prepared) -> BlockResult:
    return simulate_block(prepared, 0, FUTURES)


def path(prepared: Prepared, result: BlockResult, name: str) -> Floats:
    return result.paths[:, [one.name for one in prepared.series].index(name)]


def by_bloc(prepared: Prepared, result: BlockResult, quantity: str) -> Floats:
    """Return (blocs, futures, months)."""
    return np.stack([path(prepared, result, f"{quantity}:{bloc}") for bloc in BLOCS])


def other(prepared: Prepared, futures: int = FUTURES, **world: object) -> tuple[Prepared, BlockResult]:
    """Return the first futures of the same scenario under another `world` block."""
    changed = prepare(scenario(world=world))
    return changed, simulate_block(changed, 0, futures)


def test_compute_in_the_us_enters_unchanged(prepared: Prepared, result: BlockResult) -> None:
    np.testing.assert_array_equal(
        path(prepared, result, "compute_h100e_location:US"), path(prepared, result, "compute_h100e:US")
    )


def test_the_world_moves_nothing_else(prepared: Prepared, result: BlockResult) -> None:
    without = prepare(scenario(), world=False)
    assert (without.world, without.told) == (None, None)
    alone = simulate_block(without, 0, FUTURES)
    count = len(without.series)
    assert [one.name for one in prepared.series[:count]] == [one.name for one in without.series]
    np.testing.assert_array_equal(result.paths[:, :count], alone.paths)
    np.testing.assert_array_equal(result.ends[:, : alone.ends.shape[1]], alone.ends)


@pytest.mark.parametrize(
    "quantity",
    ["compute_share_location", "compute_share_owner", "model_share", "application_share", "rules_share"],
)
def test_shares_of_a_layer_add_up_to_one_in_every_month(
    prepared: Prepared, result: BlockResult, quantity: str
) -> None:
    shares = by_bloc(prepared, result, quantity)
    assert shares.min() >= 0.0
    assert shares.max() <= 1.0 + 1e-12
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, rtol=1e-9)


@pytest.mark.parametrize("place", ["", *(f"{bloc}:" for bloc in BLOCS)])
def test_shares_of_stacks_add_up_to_one_in_every_bloc_and_month(
    prepared: Prepared, result: BlockResult, place: str
) -> None:
    for quantity in ("token_share", "spend_share") if not place else ("token_share",):
        shares = np.stack([path(prepared, result, f"{quantity}:{place}{stack}") for stack in STACKS])
        assert shares.min() >= 0.0
        np.testing.assert_allclose(shares.sum(axis=0), 1.0, rtol=1e-9)


def test_compute_adds_up_alike_under_all_ledgers_in_every_month(
    prepared: Prepared, result: BlockResult
) -> None:
    located, owned, used = (
        by_bloc(prepared, result, f"compute_h100e_{ledger}") for ledger in ("location", "owner", "user")
    )
    for ledger in (owned, used):
        assert ledger.min() >= 0.0
        np.testing.assert_allclose(ledger.sum(axis=0), located.sum(axis=0), rtol=1e-9)


def test_shares_poles_and_classes_are_those_of_the_paths(prepared: Prepared, result: BlockResult) -> None:
    """Worked out again from the stored paths, in plain NumPy and plain words."""
    located = by_bloc(prepared, result, "compute_h100e_location")
    columns = {
        "compute": located / located.sum(axis=0),
        "models": by_bloc(prepared, result, "model_share"),
        "applications": by_bloc(prepared, result, "application_share"),
        "rules": by_bloc(prepared, result, "rules_share"),
    }
    np.testing.assert_allclose(by_bloc(prepared, result, "compute_share_location"), columns["compute"])
    for layer, shares in columns.items():
        squares = (shares**2).sum(axis=0)
        np.testing.assert_allclose(path(prepared, result, f"poles:{layer}"), 1.0 / squares)
        con = np.sqrt((squares - 1 / 7) / (1 - 1 / 7))
        np.testing.assert_allclose(path(prepared, result, f"concentration:{layer}"), con)
    of_all = np.mean(list(columns.values()), axis=0)
    leaders = np.stack([shares.argmax(axis=0) for shares in columns.values()])
    told = np.stack([path(prepared, result, f"class:{name}") for name in CLASSES])
    np.testing.assert_array_equal(told.sum(axis=0), 1.0)
    for f in range(0, FUTURES, 7):
        for month in range(0, len(prepared.months), 13):
            held, ahead = of_all[:, f, month], set(leaders[:, f, month])
            first, second = np.argsort(-held)[:2]
            if ahead == {first} and held[first] > 0.5:
                expected = "unipolar"
            elif ahead <= {first, second} and held[second] >= 0.25:
                expected = "bipolar"
            elif held[first] > 0.5:
                expected = "primacy"
            elif len(ahead) > 1 and sum(held[b] for b in ahead) > 0.5:
                expected = "limited_multipolar"
            else:
                expected = "fragmented"
            assert CLASSES[int(told[:, f, month].argmax())] == expected


def test_who_leads_at_the_end_of_a_year_is_who_has_most(prepared: Prepared, result: BlockResult) -> None:
    names = [one.name for one in prepared.end_values]
    series = dict(
        zip(
            LAYERS, ("compute_share_location", "model_share", "application_share", "rules_share"), strict=True
        )
    )
    for layer, quantity in series.items():
        shares = by_bloc(prepared, result, quantity)
        for year in (2025, 2030, 2035):
            told = result.ends[:, names.index(f"leader:{layer}:{year}")]
            np.testing.assert_array_equal(
                told, shares[:, :, prepared.months.index(f"{year}-12")].argmax(axis=0)
            )


def test_a_block_is_a_function_of_its_number_and_begins_alike(
    prepared: Prepared, result: BlockResult
) -> None:
    again = simulate(prepared, draw(prepared, 0, FUTURES))
    np.testing.assert_array_equal(again.paths, result.paths)
    np.testing.assert_array_equal(again.ends, result.ends)
    fewer = simulate_block(prepared, 0, 8)
    np.testing.assert_array_equal(fewer.paths, result.paths[:8])
    later = simulate_block(prepared, 1, 8)
    assert not np.array_equal(later.paths, fewer.paths)


def test_another_seed_has_the_same_ends_of_histograms(prepared: Prepared) -> None:
    reseeded = prepare(scenario(seed=2))
    assert [(one.name, one.upper) for one in reseeded.series] == [
        (one.name, one.upper) for one in prepared.series
    ]


def test_what_is_told_stays_within_its_histogram(prepared: Prepared, result: BlockResult) -> None:
    assert prepared.told is not None
    first = len(prepared.series) - len(prepared.told.series)
    for row, one in enumerate(prepared.told.series, start=first):
        values = result.paths[:, row]
        assert np.isfinite(values).all(), one.name
        assert values.min() >= one.lower - 1e-12, one.name
        beyond = np.mean(values > np.broadcast_to(one.upper, values.shape[1:]) + 1e-9)
        assert beyond < 0.01, one.name


def test_without_the_network_effect_compute_is_the_same_and_adoption_is_not(
    prepared: Prepared, result: BlockResult
) -> None:
    off, found = other(prepared, network={"off": True})
    for ledger in ("location", "owner", "user"):
        np.testing.assert_array_equal(
            by_bloc(off, found, f"compute_h100e_{ledger}"),
            by_bloc(prepared, result, f"compute_h100e_{ledger}"),
        )
    assert not np.array_equal(by_bloc(off, found, "model_share"), by_bloc(prepared, result, "model_share"))
    # A scale that is little is next to off.
    _, little = other(prepared, network={"scale": 0.01})
    for stack in STACKS:
        np.testing.assert_allclose(
            path(off, little, f"token_share:{stack}"), path(off, found, f"token_share:{stack}"), atol=0.01
        )


def test_a_gulf_counted_with_the_us_moves_shares_and_no_chip(prepared: Prepared, result: BlockResult) -> None:
    merged, found = other(prepared, gulf="us")
    us, gulf = BLOCS.index("US"), BLOCS.index("Gulf")
    for quantity in ("compute_share_location", "model_share", "application_share", "rules_share"):
        own, both = by_bloc(prepared, result, quantity), by_bloc(merged, found, quantity)
        np.testing.assert_allclose(both[us], own[us] + own[gulf], rtol=1e-9)
        assert not both[gulf].any()
    np.testing.assert_array_equal(
        by_bloc(merged, found, "compute_h100e_location"),
        by_bloc(prepared, result, "compute_h100e_location"),
    )


def test_the_owners_ledger_decides_the_layer_of_compute(prepared: Prepared, result: BlockResult) -> None:
    owned, found = other(prepared, ledger="owner")
    squares = (by_bloc(owned, found, "compute_share_owner") ** 2).sum(axis=0)
    np.testing.assert_allclose(path(owned, found, "poles:compute"), 1.0 / squares)
    for quantity in ("compute_share_owner", "compute_share_location", "model_share"):
        np.testing.assert_array_equal(by_bloc(owned, found, quantity), by_bloc(prepared, result, quantity))


def test_china_has_no_less_compute_the_more_may_be_sold_to_it(prepared: Prepared) -> None:
    stocks = {}
    for sales in ("open", "closed"):
        changed, found = other(prepared, chip_sales_to_china=sales)
        stocks[sales] = path(changed, found, "compute_h100e_location:China")
    assert (stocks["open"] >= stocks["closed"] * (1.0 - 1e-9)).all()
    assert stocks["open"][:, -1].mean() > stocks["closed"][:, -1].mean()


def test_levers_are_handed_over_since_the_as_of_date(prepared: Prepared) -> None:
    full = prepare(scenario(levers={"export_controls": [{"from": "2027-01", "intensity": 1.0}]}))
    levers = world_inputs(full, draw(full, 0, 4)).levers
    assert set(levers) == set(WORLD_LEVERS)
    first = full.months.index("2027-01")
    np.testing.assert_array_equal(levers["export_controls"][:, first:], 1.0)
    now = full.months.index("2026-10")
    for path_of in levers.values():
        np.testing.assert_allclose(path_of[:, : now - 1], 0.0, atol=1e-12)


def test_the_same_world_again_from_what_it_was_handed(prepared: Prepared, result: BlockResult) -> None:
    assert prepared.world is not None
    assert prepared.told is not None
    inputs = world_inputs(prepared, draw(prepared, 0, FUTURES))
    block = simulate_world(prepared.world, *inputs)
    count = len(prepared.told.series)
    paths = np.full((FUTURES, count + 3, len(prepared.months)), -1.0)
    fill_world(prepared.world, prepared.told, block, inputs.us_h100e, paths, 2)
    np.testing.assert_array_equal(paths[:, 2:-1], result.paths[:, -count:])
    assert (paths[:, [0, 1, -1]] == -1.0).all()


@pytest.mark.parametrize(
    "fields",
    [{"world": {"off": True}}, {"end": "2026-11"}, {"start": "2026-10", "end": "2026-11"}],
    ids=["left out", "no quarter ends after the as-of date", "no quarter ends at all"],
)
def test_a_run_may_have_no_world(fields: dict[str, object]) -> None:
    bare = prepare(scenario(**fields))
    assert bare.world is None
    assert not any(one.name.startswith("class:") for one in bare.series)
    assert simulate_block(bare, 0, 4).paths.shape[1] == len(bare.series)


def test_workers_make_no_difference(prepared: Prepared, tmp_path: Path) -> None:
    inputs = RunInputs(scenario_name="a", scenario_yaml="", facts_digest="", facts_as_of="2026-10-05")
    first, second = (
        run_ensemble(prepared, tmp_path / str(n), inputs=inputs, futures=300, workers=n).record.outputs
        for n in (1, 2)
    )
    assert first == second
