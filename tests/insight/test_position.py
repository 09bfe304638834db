"""What a run answers about position, the other readings of it, and the words where something is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console, RenderableType

from stargauge.ensemble import RunInputs, Store, run_ensemble
from stargauge.errors import InputError, StoreError
from stargauge.insight.position import (
    ASKED,
    Flips,
    PositionAnswers,
    WorldAnswer,
    flips,
    position_answers,
    world_of_run,
)
from stargauge.insight.position.desk import find_bloc
from stargauge.insight.position.flips import CONCLUSIONS, NO_ROBOTS, READINGS, readings_of
from stargauge.insight.position.screen import position_lines, shown_months
from stargauge.model import Prepared, prepare, simulate_block
from stargauge.scenario import Scenario, World, build_scenario, to_yaml
from stargauge.world.blocs import BLOCS, LAYERS, STACKS
from stargauge.world.position import CLASSES

FUTURES = 128


def scenario(**fields: object) -> Scenario:
    return build_scenario({"stargauge": 1, "name": "of-the-world", "extends": "us-2026", **fields})


def stored(prepared: Prepared, folder: Path, futures: int = FUTURES) -> Store:
    inputs = RunInputs(
        scenario_name=prepared.scenario.name,
        scenario_yaml=to_yaml(prepared.scenario),
        facts_digest="",
        facts_as_of="2026-10-05",
    )
    return run_ensemble(prepared, folder, inputs=inputs, futures=futures, workers=1)


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(scenario())


@pytest.fixture(scope="module")
def store(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return stored(prepared, tmp_path_factory.mktemp("position") / "run")


@pytest.fixture(scope="module")
def position(prepared: Prepared, store: Store) -> PositionAnswers:
    found = position_answers(store, prepared.scenario)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def table(prepared: Prepared) -> Flips:
    return flips(prepared, FUTURES)


def lines(screen: RenderableType) -> list[str]:
    shown = StringIO()
    Console(width=100, file=shown).print(screen)
    return shown.getvalue().splitlines()


def test_months_told_are_the_as_of_month_and_ends_of_years(position: PositionAnswers) -> None:
    assert position.told[:3] == ("2026-10", "2026-12", "2027-12")
    assert position.told[-1] == "2035-12"
    assert shown_months(position) == ("2026-10", "2028-12", "2030-12", "2035-12")


def test_chances_are_shares_of_the_runs_own_futures(prepared: Prepared, position: PositionAnswers) -> None:
    result = simulate_block(prepared, 0, FUTURES)
    rows = {one.name: row for row, one in enumerate(prepared.series)}
    for month in position.told:
        at = prepared.months.index(month)
        told = position.classes_in(month)
        for name in CLASSES:
            assert told.chances[name] == pytest.approx(result.paths[:, rows[f"class:{name}"], at].mean())
        assert sum(told.chances.values()) == pytest.approx(1.0)
        assert told.chances[told.likeliest] == max(told.chances.values())
    shares = np.stack([result.paths[:, rows[f"model_share:{bloc}"], -1] for bloc in BLOCS])
    level = position.layer("models").of("2035-12")
    for row, bloc in enumerate(BLOCS):
        assert level.leads[bloc] == pytest.approx((shares.argmax(axis=0) == row).mean())
        assert level.shares[bloc].mean == pytest.approx(shares[row].mean())
        assert level.shares[bloc].p50 == pytest.approx(np.quantile(shares[row], 0.5), abs=0.002)
    assert level.leads[level.leader] == max(level.leads.values())


def test_every_layer_bloc_and_stack_is_told_in_every_month(position: PositionAnswers) -> None:
    assert tuple(one.layer for one in position.layers) == LAYERS
    assert tuple(one.bloc for one in position.blocs) == BLOCS
    assert tuple(one.stack for one in position.stacks) == STACKS
    for layer in position.layers:
        assert tuple(one.month for one in layer.months) == position.told
        for one in layer.months:
            assert sum(band.mean for band in one.shares.values()) == pytest.approx(1.0)
            assert not one.leads or sum(one.leads.values()) == pytest.approx(1.0)
        assert set(layer.fans) == {"US", "China", "EU"}
    assert position.bloc("US").of("2030-12").alignment is None
    assert position.bloc("Gulf").of("2030-12").package_mw is not None
    assert position.stacks[0].months[0].lag_months is None
    for name, found in (("Mars", position.bloc), ("money", position.layer), ("2026-11", position.classes_in)):
        with pytest.raises(KeyError):
            found(name)


def test_answers_are_plain_data(position: PositionAnswers, table: Flips) -> None:
    assert json.loads(json.dumps(position.to_dict()))["ledger"] == "location"
    plain = json.loads(json.dumps(table.to_dict()))
    assert len(plain["flips"]) == len(CONCLUSIONS) * len(table.months)
    assert plain["readings"] == {name: READINGS[name] for name in table.readings}


@pytest.mark.parametrize("bloc", [None, "China", "Gulf"])
def test_the_screen_fits_and_answers_first(store: Store, bloc: str | None) -> None:
    answer = world_of_run(store.folder, bloc)
    shown = lines(answer.render())
    assert max(map(len, shown)) <= 100
    assert shown[0].startswith("Who stands where" if bloc is None else bloc)
    assert ("At the end of 2030 the world is" in shown[1]) == (bloc is None)
    plain = answer.to_dict()
    assert [one["bloc"] for one in plain["blocs"]] == ([bloc] if bloc else list(BLOCS))


def test_the_lines_of_a_run_stand_in_their_margin(position: PositionAnswers) -> None:
    shown = lines(position_lines(position))
    assert shown[0].startswith("Who stands where        At the end of 2030")
    assert all(line.startswith((" " * 24, "Who leads which layer   compute US")) for line in shown[1:])
    assert max(map(len, shown)) <= 100


def test_a_reading_is_told_in_the_head_of_the_screen(position: PositionAnswers) -> None:
    other = replace(position, ledger="owner", gulf="us", network=False, chip_sales="open")
    head = lines(WorldAnswer("mine", "2026-10-05", None, other).render())
    text = " ".join(line.strip() for line in head[:2])
    assert "compute by owner, Gulf with the US, no network effect, chip sales open" in text


def test_flips_agree_with_runs_that_ask_for_the_reading(prepared: Prepared, table: Flips) -> None:
    asked = {
        ASKED: prepared,
        "compute by owner": prepare(scenario(world={"ledger": "owner"})),
        "Gulf with the US": prepare(scenario(world={"gulf": "us"})),
        "no network effect": prepare(scenario(world={"network": {"off": True}})),
        "chip sales open": prepare(scenario(world={"chip_sales_to_china": "open"})),
    }
    for name, other in asked.items():
        result = simulate_block(other, 0, FUTURES)
        rows = {one.name: row for row, one in enumerate(other.series)}
        for month in table.months:
            at = other.months.index(month)
            chances = {one.conclusion.name: one.chances[name] for one in table.in_month(month)}
            limited = result.paths[:, rows["class:limited_multipolar"], at]
            assert chances["limited_multipolar"] == pytest.approx(limited.mean())
            tenth = result.paths[:, rows[f"compute_share_{other.scenario.world.ledger}:China"], at] >= 0.1
            assert chances["china_compute"] == pytest.approx(tenth.mean())


def test_applications_without_robots_are_those_of_a_scenario_that_gives_them_no_weight(
    table: Flips,
) -> None:
    """Robots put China ahead in every future; of firms alone the US leads in most, and in every layer."""
    other = prepare(scenario(facts={"M-world-adoption-robot-weight": 0.0}))
    assert NO_ROBOTS not in flips(other, 8).readings
    result = simulate_block(other, 0, FUTURES)
    rows = {one.name: row for row, one in enumerate(other.series)}
    for month in table.months:
        at = other.months.index(month)
        found = {one.conclusion.name: one for one in table.in_month(month)}
        shares = np.stack([result.paths[:, rows[f"application_share:{bloc}"], at] for bloc in BLOCS])
        led = (shares.argmax(axis=0) == BLOCS.index("China")).mean()
        assert found["china_applications"].chances[NO_ROBOTS] == pytest.approx(led)
        unipolar = result.paths[:, rows["class:unipolar"], at].mean()
        assert found["one_pole"].chances[NO_ROBOTS] == pytest.approx(unipolar)
    assert "china_applications" in {
        one.conclusion.name for one in table.in_month("2030-12") if NO_ROBOTS in one.flipped_by
    }


def test_a_flip_is_a_chance_across_one_half(table: Flips) -> None:
    for one in table.flips:
        for name, chance in one.chances.items():
            assert one.flips(name) == ((chance > 0.5) != (one.chances[ASKED] > 0.5))
        assert ASKED not in one.flipped_by
    assert max(map(len, lines(table.render()))) <= 100


def test_readings_differ_from_what_is_asked_in_one_thing() -> None:
    plain = World()
    assert set(readings_of(plain)) == {
        "compute by owner", "Gulf with the US", "no network effect", "chip sales open", "chip sales closed",
    }  # fmt: skip
    for other in readings_of(plain).values():
        differ = [name for name in World.model_fields if getattr(other, name) != getattr(plain, name)]
        assert len(differ) == 1
    turned = World.model_validate({"ledger": "owner", "gulf": "us", "network": {"off": True}})
    assert "compute by location" in readings_of(turned)
    assert "Gulf a bloc" in readings_of(turned)
    assert "no network effect" not in readings_of(turned)


def test_a_run_without_a_world_has_no_position(tmp_path: Path) -> None:
    bare = prepare(scenario(world={"off": True}))
    folder = stored(bare, tmp_path / "run", 8)
    assert position_answers(folder, bare.scenario) is None
    with pytest.raises(InputError, match="leaves the world out"):
        world_of_run(tmp_path / "run")
    with pytest.raises(InputError, match="leaves the world out"):
        flips(bare, 8)


def test_an_older_run_is_told_to_be_run_again(tmp_path: Path) -> None:
    bare = prepare(scenario(world={"off": True}))
    folder = stored(bare, tmp_path / "run", 8)
    with pytest.raises(StoreError, match="older than this version; run it again with --fresh"):
        position_answers(folder, scenario())


def test_blocs_are_found_in_any_case_and_a_mistake_says_which_there_are(prepared: Prepared) -> None:
    assert (find_bloc(None), find_bloc("us"), find_bloc("ALLIES")) == (None, "US", "allies")
    with pytest.raises(InputError, match='"Chine" is no bloc; did you mean "China"; known: US, China, EU'):
        find_bloc("Chine")
    with pytest.raises(InputError, match="0 futures; expected at least 1"):
        flips(prepared, 0)
