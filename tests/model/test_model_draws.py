"""Luck is shared: no draw moves when something is added, a short block begins a long one, nothing leaks."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from stargauge.facts import Fact, Normal, Registry, Tables, load_registry, load_tables
from stargauge.model import BlockResult, Prepared, draw, prepare, simulate_block
from stargauge.model.preparation import ASKED_LEVERS
from stargauge.policy import POSITION_LEVERS, read_levers
from stargauge.scenario import changed, load_scenario
from stargauge.world.setup import WORLD_LEVERS

FUTURES = 64


@cache
def default() -> Prepared:
    return prepare(load_scenario("us-2026"))


def assert_same_bits(one: BlockResult, two: BlockResult) -> None:
    assert one.paths.tobytes() == two.paths.tobytes()
    assert one.ends.tobytes() == two.ends.tobytes()


def _row_like(frame: pl.DataFrame, row: int = 0, **changes: Any) -> pl.DataFrame:
    """Return a frame with a copy of one of its rows, changed, put behind it."""
    copy = {**frame.row(row, named=True), **changes}
    return pl.concat([frame, pl.DataFrame([copy], schema=frame.schema)])


def _with_new_site(tables: Tables) -> Tables:
    """Return tables with one more site: known by December 2025, building, with two steps ahead."""
    vintages = tables.vintages
    for number, (on, kind, mw) in enumerate(
        [
            (date(2025, 6, 1), "past", 0.0),
            (date(2026, 9, 1), "forecast", 120.0),
            (date(2027, 9, 1), "forecast", 400.0),
        ]
    ):
        vintages = _row_like(
            vintages,
            number,
            vintage=date(2025, 12, 13),
            known_from=date(2025, 12, 13),
            site="Aardvark Campus",
            date=on,
            kind=kind,
            facility_mw=mw,
            it_mw=mw / 1.4,
        )
    return replace(
        tables,
        vintages=vintages,
        site_aliases=_row_like(tables.site_aliases, vintage_site="Aardvark Campus", site_id="aardvark"),
        site_keys=_row_like(tables.site_keys, site_id="aardvark", programme="Aardvark"),
    )


def _named(prepared: Prepared, phase: NDArray[np.float64]) -> dict[str, bytes]:
    return {name: phase[:, row].tobytes() for row, name in enumerate(prepared.delivery.arrays.names)}


def test_adding_a_site_moves_no_other_draw() -> None:
    base = default()
    more = prepare(load_scenario("us-2026"), tables=_with_new_site(load_tables()))
    before, after = draw(base, 2, FUTURES), draw(more, 2, FUTURES)
    old, new = _named(base, before.phase), _named(more, after.phase)
    added = {name for name in new if name not in old}
    assert {name.split("/")[0] for name in added} >= {"aardvark"}
    shared = [name for name in old if name in new]
    assert len(shared) > 0.9 * len(old)
    assert all(old[name] == new[name] for name in shared)
    old, new = _named(base, before.power), _named(more, after.power)
    assert all(old[name] == new[name] for name in shared)
    assert before.pool_row.tobytes() == after.pool_row.tobytes()
    assert {k: v.tobytes() for k, v in before.uncertain.items()} == {
        k: v.tobytes() for k, v in after.uncertain.items()
    }


def test_adding_an_uncertainty_moves_no_other_draw() -> None:
    base = default()
    more = replace(base, uncertain={"aardvark.number": Normal(0.0, 1.0), **base.uncertain})
    before, after = draw(base, 1, FUTURES), draw(more, 1, FUTURES)
    assert all(after.uncertain[name].tobytes() == drawn.tobytes() for name, drawn in before.uncertain.items())
    assert before.phase.tobytes() == after.phase.tobytes()
    assert before.power.tobytes() == after.power.tobytes()
    assert before.wires.tobytes() == after.wires.tobytes()


def test_changing_a_fact_moves_no_draw() -> None:
    fact = load_registry().input("delivery.conversion_share")
    base = default()
    more = prepare(changed(load_scenario("us-2026"), facts={fact.id: 0.5}))
    before, after = draw(base, 0, FUTURES), draw(more, 0, FUTURES)
    assert before.phase.tobytes() == after.phase.tobytes()
    assert before.power.tobytes() == after.power.tobytes()
    assert before.wires.tobytes() == after.wires.tobytes()
    assert {k: v.tobytes() for k, v in before.uncertain.items()} == {
        k: v.tobytes() for k, v in after.uncertain.items()
    }


def test_a_short_block_begins_a_long_one() -> None:
    whole, part = simulate_block(default(), 5, 96), simulate_block(default(), 5, 17)
    assert part.paths.tobytes() == np.ascontiguousarray(whole.paths[:17]).tobytes()
    assert part.ends.tobytes() == np.ascontiguousarray(whole.ends[:17]).tobytes()


def test_blocks_differ_and_repeat() -> None:
    one, again, other = (simulate_block(default(), block, FUTURES) for block in (3, 3, 4))
    assert_same_bits(one, again)
    assert one.paths.tobytes() != other.paths.tobytes()


def test_a_run_prepared_twice_or_sent_to_a_worker_is_the_same() -> None:
    sent = pickle.loads(pickle.dumps(default()))
    fresh = prepare(load_scenario("us-2026"))
    expected = simulate_block(default(), 0, FUTURES)
    assert_same_bits(simulate_block(sent, 0, FUTURES), expected)
    assert_same_bits(simulate_block(fresh, 0, FUTURES), expected)


@pytest.mark.slow
def test_blocks_are_the_same_in_any_order_and_process() -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        elsewhere = list(pool.map(simulate_block, [default()] * 3, (2, 0, 1), [FUTURES] * 3))
    for block, result in zip((2, 0, 1), elsewhere, strict=True):
        assert_same_bits(result, simulate_block(default(), block, FUTURES))


@pytest.mark.parametrize(
    "fields",
    [
        {"policy": {"off": ["adoption", "research"], "delay": {"evaluation": "12 months"}}},
        {"levers": {"evaluation": 1.0}},
        {"stages": {"power": {"scale": 1.0}}},
        {"cancellation": {"scale": 1.0}},
    ],
    ids=str,
)
def test_what_changes_nothing_changes_no_bit(fields: dict[str, Any]) -> None:
    """Parts of the plan and a lever without a sourced effect, factors of 1."""
    other = prepare(changed(load_scenario("us-2026"), **fields))
    assert_same_bits(simulate_block(other, 1, FUTURES), simulate_block(default(), 1, FUTURES))


def test_a_lever_acts_only_after_it_is_set() -> None:
    other = prepare(
        changed(
            load_scenario("us-2026"), levers={"interconnection_time": [{"from": "2030-01", "intensity": 1.0}]}
        )
    )
    here, there = simulate_block(default(), 1, FUTURES), simulate_block(other, 1, FUTURES)
    month = default().months.index("2030-01")
    # Not to the bit: the clock of a stage is then inverted, not added to.
    np.testing.assert_allclose(here.paths[:, :, :month], there.paths[:, :, :month], rtol=1e-9, atol=1e-6)
    row = [series.name for series in default().series].index("energised_facility_mw:US")
    assert here.paths[:, row, -1].mean() < there.paths[:, row, -1].mean()


# As-of: what became known later must not be seen.

ORIGINS = ("2025-07-23", "2025-12-13", "2026-04-03", "2026-05-23")


def _as_of(origin: str, registry: Registry | None = None, tables: Tables | None = None) -> BlockResult:
    return simulate_block(
        prepare(changed(load_scenario("us-2026"), as_of=origin), registry, tables), 0, FUTURES
    )


@cache
def _seen(origin: str) -> BlockResult:
    return _as_of(origin)


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("table", ["vintages", "pledges", "events"])
def test_rows_known_later_change_no_bit(origin: str, table: str) -> None:
    """The tables cut to the as-of date give what the whole tables give."""
    tables, day = load_tables(), date.fromisoformat(origin)
    frame = getattr(tables, table)
    known = frame.filter(frame["known_from"] <= day)
    assert known.height < frame.height
    assert_same_bits(_as_of(origin, tables=replace(tables, **{table: known})), _seen(origin))


@pytest.mark.parametrize("origin", ORIGINS[:3])
def test_the_mw_of_a_pledge_stated_later_change_no_bit(origin: str) -> None:
    """A pledge may be known long before its MW: until then any other MW and deadline give the same."""
    tables, day = load_tables(), date.fromisoformat(origin)
    later = pl.col("mw_known_from") > day
    wild = {"promised_mw": 66_666.0, "due_mw": 55_555.0, "deadline": date(2028, 3, 31)}
    assert tables.pledges.filter((pl.col("known_from") <= day) & later).height > 0
    pledges = tables.pledges.with_columns(
        pl.when(later).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in wild.items()
    )
    assert_same_bits(_as_of(origin, tables=replace(tables, pledges=pledges)), _seen(origin))


@pytest.mark.parametrize(("day", "tested"), [("2025-09-22", False), ("2025-09-23", True)])
def test_stargate_is_tested_from_the_day_its_mw_are_on_record(day: str, tested: bool) -> None:
    plan = prepare(changed(load_scenario("us-2026"), as_of=day)).plan
    assert ("STG-2025-01" in {test.pledge_id for test in plan.pledges}) is tested


@pytest.mark.parametrize("table", ["headroom", "background_shares"])
def test_shares_and_headroom_published_later_change_no_bit(table: str) -> None:
    origin = "2026-04-03"
    tables = load_tables()
    amounts = {"headroom": {"headroom_mw": 50_000.0}, "background_shares": {"share": 0.5}}
    later = _row_like(getattr(tables, table), known_from=date(2026, 9, 1), region="MIDA", **amounts[table])
    assert_same_bits(_as_of(origin, tables=replace(tables, **{table: later})), _seen(origin))


def test_every_row_used_by_the_oldest_built_in_was_known_by_then() -> None:
    day = load_scenario("us-2025-07").as_of
    for table in ("headroom", "background_shares"):
        frame = getattr(load_tables(), table)
        known = frame.filter(frame["known_from"] <= day)
        assert set(known["region"]) == set(frame["region"]), f"{table}: a region is not known on {day}"


@pytest.mark.parametrize("origin", ORIGINS)
def test_facts_known_later_change_no_bit(origin: str) -> None:
    """Every input gets a wild rival that becomes known the day after; nothing moves."""
    registry, day = load_registry(), date.fromisoformat(origin)
    rivals = []
    for name in registry.inputs():
        fact = registry.input(name)
        rivals.append(_rival(fact, day))
    assert_same_bits(_as_of(origin, registry=Registry([*registry.facts, *rivals])), _seen(origin))


def _rival(fact: Fact, day: date) -> Fact:
    return fact.model_copy(
        update={
            "id": f"{fact.id}-wild-rival",
            "known_from": day.replace(year=day.year + 1),
            "true_at": day,
            "distribution": fact.distribution.scaled(7.0),
        }
    )


def test_levers_of_position_are_those_that_the_world_reads() -> None:
    assert set(POSITION_LEVERS) == set(WORLD_LEVERS)
    assert set(ASKED_LEVERS) == set(read_levers())
