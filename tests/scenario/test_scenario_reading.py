"""What a valid scenario means: values, units, ancestors, paths, the registry it sees."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from scenario_names import MINIMAL, SMALL

from stargauge.errors import InputError
from stargauge.facts import Constant, Lognormal, load_registry
from stargauge.scenario import (
    LEVERS,
    STAGES,
    Scenario,
    build_scenario,
    builtin_names,
    changed,
    load_scenario,
    parse_scenario,
)


def read(then: str = "") -> Scenario:
    return parse_scenario(MINIMAL + then, vocabulary=SMALL)


def test_defaults() -> None:
    scenario = read()
    assert (scenario.start, scenario.end, scenario.as_of) == ("2025-01", "2035-12", date(2026, 10, 5))
    assert (scenario.seed, scenario.futures, scenario.programmes) == (1, 10_000, "all")
    assert len(scenario.months()) == 132
    assert scenario.watches("anything")
    assert scenario.schedule == "model"
    assert all(scenario.stage_scale(stage) == Constant(1.0) for stage in STAGES)
    assert not scenario.limits.chips.off
    assert scenario.limits.chips.path is None


def test_scenario_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read().seed = 3  # type: ignore[misc]


def test_lever_table_names_every_lever_of_the_plan() -> None:
    assert len(LEVERS) == 22
    assert {lever.pillar for lever in LEVERS.values()} == {"I", "II", "III", ""}
    assert all(lever.meaning and not lever.meaning.endswith(".") for lever in LEVERS.values())


def test_lever_path_is_a_staircase_from_the_first_step() -> None:
    scenario = read(
        "levers:\n  adoption: [{from: 2027-01, intensity: 0.2}, {from: 2030-07, intensity: 0.9}]\n"
    )
    path = scenario.lever_path("adoption")
    months = scenario.months()
    assert np.isnan(path[: months.index("2027-01")]).all()
    assert set(path[months.index("2027-01") : months.index("2030-07")]) == {0.2}
    assert set(path[months.index("2030-07") :]) == {0.9}
    assert np.isnan(scenario.lever_path("research")).all()


def test_plain_lever_holds_from_the_as_of_month() -> None:
    scenario = read("levers: {research: 0.4}\n")
    assert scenario.levers["research"][0].since == "2026-10"
    assert scenario.tracked_levers({"permitting_time"}) == ("research",)
    assert scenario.tracked_levers({"research"}) == ()


@pytest.mark.parametrize(
    ("text", "months"),
    [("18", 18.0), ("18 months", 18.0), ("2 years", 24.0), ('"1.5 year"', 18.0), ("7305 days", 240.0)],
)
def test_override_takes_the_unit_of_its_fact(text: str, months: float) -> None:
    override = read(f"facts: {{X03: {text}}}\n").facts["X03"]
    assert override.unit == "month"
    assert isinstance(override.distribution, Constant)
    assert override.distribution.value == pytest.approx(months, rel=1e-12)


def test_override_by_distribution_in_another_unit() -> None:
    override = read("facts: {X03: {median: 2, log_sd: 0.3, unit: years}}\n").facts["X03"]
    assert isinstance(override.distribution, Lognormal)
    assert override.distribution.centre == pytest.approx(24.0)
    assert override.distribution.log_sd == 0.3


@pytest.mark.parametrize(("text", "share"), [("0.3", 0.3), ("30 %", 0.3), ("30 percent", 0.3)])
def test_share_by_number_or_per_cent(text: str, share: float) -> None:
    assert read(f"facts: {{S01: {text}}}\n").fact_overrides()["S01"].median == pytest.approx(share)


def test_change_may_be_negative() -> None:
    assert read("facts: {G01: -3 %}\n").fact_overrides()["G01"].median == pytest.approx(-3.0)


def test_path_is_straight_between_points_and_flat_outside() -> None:
    text = 'limits: {chips: {path: {"2027": 6 GW_it/year, 2029: 12000 MW_it/year}}}\n'
    path = read(text).limits.chips.path
    assert path is not None
    assert path.unit == "GW_it/year"
    found = path.monthly(["2025-01", "2027-01", "2028-01", "2029-01", "2035-12"])
    np.testing.assert_allclose(found, [6.0, 6.0, 9.0, 12.0, 12.0], rtol=1e-12)


def test_headroom_by_region_and_for_all() -> None:
    regions = read("limits: {headroom: [{region: TEX, path: {2027: 6 GW}}, {region: SE, off: true}]}\n")
    headroom = regions.limits.headroom
    assert headroom.of("TEX").path.values == (6000.0,)  # type: ignore[attr-defined]
    assert headroom.of("SE").off
    assert not headroom.of("MIDA").off
    assert read("limits: {headroom: {off: true}}\n").limits.headroom.of("TEX").off


def test_off_false_takes_back_an_ancestors_off(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(MINIMAL + "limits: {chips: {off: true}, capital: {off: true}}\n")
    child = tmp_path / "child.yaml"
    child.write_text("stargauge: 1\nname: child\nextends: parent.yaml\nlimits: {chips: {off: false}}\n")
    limits = load_scenario(child, vocabulary=SMALL).limits
    assert not limits.chips.off
    assert limits.capital.off


def test_child_overrides_entry_by_entry(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(
        MINIMAL + "title: Parent\nseed: 5\nprogrammes: [abilene]\nfacts: {X03: 10, C10: 9 GW/year}\n"
        "levers: {adoption: 0.2}\nstages: {power: {scale: 2}}\n"
    )
    child = tmp_path / "child.yaml"
    child.write_text(
        "stargauge: 1\nname: child\nextends: ./parent.yaml\nprogrammes: [hyperion]\n"
        "facts: {X03: 12}\nstages: {land: {scale: 3}}\nas_of: 2026-11-01\n"
    )
    scenario = load_scenario(child, vocabulary=SMALL)
    assert scenario.heading == "child"
    assert scenario.extends == "./parent.yaml"
    assert scenario.seed == 5
    assert scenario.programmes == ("hyperion",)
    assert {name: value.median for name, value in scenario.fact_overrides().items()} == {
        "C10": 9.0,
        "X03": 12.0,
    }
    assert scenario.stage_scale("power").median == 2.0
    assert scenario.stage_scale("land").median == 3.0
    # A plain lever of the parent holds from the child's own as-of month.
    assert scenario.levers["adoption"][0].since == "2026-11"
    assert "extends" not in scenario.canonical()


def test_grandparents_are_found_beside_their_children(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "old.yaml").write_text(MINIMAL + "seed: 9\n")
    (tmp_path / "base" / "mid.yaml").write_text("stargauge: 1\nname: mid\nextends: old.yaml\nfutures: 77\n")
    (tmp_path / "new.yaml").write_text("stargauge: 1\nname: new\nextends: base/mid.yaml\n")
    scenario = load_scenario(tmp_path / "new.yaml", vocabulary=SMALL)
    assert (scenario.seed, scenario.futures) == (9, 77)


def test_cycle_is_refused(tmp_path: Path) -> None:
    for own, other in [("a", "b"), ("b", "a")]:
        (tmp_path / f"{own}.yaml").write_text(f"stargauge: 1\nname: {own}\nextends: {other}.yaml\n")
    with pytest.raises(InputError, match="extends itself, through") as caught:
        load_scenario(tmp_path / "a.yaml", vocabulary=SMALL)
    assert {(mistake.line, mistake.field) for mistake in caught.value.mistakes} == {(3, "extends")}


def test_file_that_extends_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("stargauge: 1\nname: a\nextends: ../" + tmp_path.name + "/a.yaml\n")
    with pytest.raises(InputError, match="extends itself"):
        load_scenario(tmp_path / "a.yaml", vocabulary=SMALL)


def test_long_ancestry_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s0.yaml").write_text(MINIMAL)
    for index in range(1, 30):
        (tmp_path / f"s{index}.yaml").write_text(f"stargauge: 1\nname: s\nextends: s{index - 1}.yaml\n")
    assert load_scenario(tmp_path / "s10.yaml", vocabulary=SMALL).name == "s"
    with pytest.raises(InputError, match="more than 16 scenarios extend one another"):
        load_scenario(tmp_path / "s29.yaml", vocabulary=SMALL)


def test_mistakes_of_an_ancestor_and_own_ones_together(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(MINIMAL + "seed: -1\nlevers: {permiting_time: 1}\n")
    child = tmp_path / "child.yaml"
    child.write_text("stargauge: 1\nname: child\nextends: parent.yaml\nfutures: 0\n")
    with pytest.raises(InputError) as caught:
        load_scenario(child, vocabulary=SMALL)
    found = [(mistake.line, mistake.field, mistake.message) for mistake in caught.value.mistakes]
    assert [(line, field) for line, field, _ in found] == [(3, "extends"), (3, "extends"), (4, "futures")]
    assert found[0][2].startswith("parent.yaml line 4 seed: -1 is out of range")
    assert found[1][2].startswith("parent.yaml line 5 levers.permiting_time: no such lever")


def test_child_horizon_that_breaks_an_inherited_path_is_told(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(MINIMAL + "limits: {chips: {path: {2034: 9 GW_it/year}}}\n")
    child = tmp_path / "child.yaml"
    child.write_text("stargauge: 1\nname: child\nextends: parent.yaml\nend: 2030-12\n")
    with pytest.raises(InputError, match="2034 is out of range; expected 2025-01 to 2030-12"):
        load_scenario(child, vocabulary=SMALL)


@pytest.mark.parametrize("path", ["~nobody-here/x.yaml", '"a\\0.yaml"', "loop.yaml", "..", "./"])
def test_odd_paths_of_ancestors_are_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    child = tmp_path / "child.yaml"
    child.write_text(f"stargauge: 1\nname: child\nextends: {path}\n")
    with pytest.raises(InputError, match=r"line 3 +extends"):
        load_scenario(child, vocabulary=SMALL)


def test_text_from_elsewhere_extends_no_file() -> None:
    with pytest.raises(InputError, match="only built-in scenarios can be extended here"):
        parse_scenario("stargauge: 1\nname: x\nextends: ../secret.yaml\n", vocabulary=SMALL)


def test_ancestor_of_fields_is_found() -> None:
    fields = {"stargauge": 1, "name": "x", "extends": "announced"}
    assert build_scenario(fields, vocabulary=SMALL).schedule == "announced"
    with pytest.raises(InputError, match="no such built-in scenario"):
        build_scenario({**fields, "extends": "nothing-here"}, vocabulary=SMALL)


def test_ancestor_is_not_left_out_in_silence() -> None:
    with pytest.raises(ValidationError, match="ancestors are found by load_scenario"):
        Scenario(stargauge=1, name="x", as_of=date(2026, 10, 5), extends="announced")


@pytest.mark.parametrize("name", ["us-2062", "US-2026x", ""])
def test_unknown_built_in_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="no such built-in scenario"):
        load_scenario(name)


def test_unknown_built_in_lists_those_there_are() -> None:
    with pytest.raises(
        InputError, match=r"built in are announced, no-plan, .*, us-2026, a file ends in \.yaml"
    ):
        load_scenario("qqqq")


def test_changed_checks_as_a_file_would() -> None:
    scenario = read("facts: {X03: 12}\n")
    assert changed(scenario, futures=50, seed=None, vocabulary=SMALL).futures == 50
    assert changed(scenario, as_of="2026-11-30", vocabulary=SMALL).as_of == date(2026, 11, 30)
    with pytest.raises(InputError, match=r"futures +0 is out of range"):
        changed(scenario, futures=0, vocabulary=SMALL)


def test_built_ins_with_the_shipped_tables() -> None:
    assert builtin_names() == ("announced", "no-plan", "plan-frozen", "power-first", "us-2025-07", "us-2026")
    us, announced, early = (load_scenario(name) for name in ("us-2026", "announced", "us-2025-07"))
    assert (us.as_of, us.futures, us.seed) == (date(2026, 10, 5), 10_000, 1)
    assert early.as_of == date(2025, 7, 23)
    assert announced.schedule == "announced"
    assert announced.cancellation.off
    assert announced.background.off
    assert announced.remainder.off
    assert announced.limits.headroom.of("TEX").off
    assert len({us.digest(), announced.digest(), early.digest()}) == 3


def test_registry_as_a_scenario_sees_it() -> None:
    registry = load_registry()
    fact = next(
        fact for fact in registry if fact.quantity == "duration" and fact.known_from < date(2026, 1, 1)
    )
    late = next(fact for fact in registry if fact.known_from > date(2025, 7, 23))
    fields = {
        "stargauge": 1,
        "name": "x",
        "extends": "us-2025-07",
        "as_of": "2026-01-01",
        "facts": {fact.id: 7},
    }
    seen = build_scenario(fields).apply(registry)
    assert seen[fact.id].distribution == Constant(7.0)
    assert registry[fact.id].distribution == fact.distribution
    assert late.id not in load_scenario("us-2025-07").apply(registry)


def test_programmes_of_the_shipped_tables_are_known() -> None:
    fields = {"stargauge": 1, "name": "x", "extends": "us-2026", "programmes": ["Stargate (US)", "abilene"]}
    assert build_scenario(fields).watches("abilene")
