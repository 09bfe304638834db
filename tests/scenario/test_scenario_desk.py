"""What the scenario commands give back: files, checks, lists, differences."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from scenario_names import MINIMAL, SMALL

from stargauge.errors import InputError, StoreError
from stargauge.scenario import (
    SCHEMA_NAME,
    builtin_names,
    check_scenario,
    describe_builtins,
    diff_scenarios,
    difference,
    load_scenario,
    new_scenario,
    parse_scenario,
)


def shown(item: Any) -> str:
    console = Console(width=100, record=True, file=open(os.devnull, "w"), color_system=None)  # noqa: SIM115
    with console.file:
        console.print(item)
    return console.export_text()


def uncommented(text: str) -> str:
    lines = [
        line[2:] if line.startswith("# ") and "yaml-language" not in line else line
        for line in text.split("\n")
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("base", ["us-2026", "announced", "us-2025-07"])
def test_new_file_is_valid_and_changes_nothing(tmp_path: Path, base: str) -> None:
    made = new_scenario(tmp_path / "mine.yaml", base)
    assert [path.name for path in made.written] == ["mine.yaml", SCHEMA_NAME]
    scenario = load_scenario(tmp_path / "mine.yaml")
    assert scenario.name == "mine"
    assert scenario.digest() == load_scenario(base).digest()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.yaml", SCHEMA_NAME]
    assert "stargauge scenario check" in shown(made)
    json.dumps(made.to_dict())


@pytest.mark.parametrize("base", ["us-2026", "us-2025-07"])
def test_every_example_in_a_new_file_is_valid(tmp_path: Path, base: str) -> None:
    new_scenario(tmp_path / "mine.yaml", base)
    full = tmp_path / "full.yaml"
    full.write_text(uncommented((tmp_path / "mine.yaml").read_text()))
    scenario = load_scenario(full)
    assert scenario.levers
    assert scenario.facts
    assert scenario.limits.headroom.regions
    assert scenario.limits.capital.off


def test_every_field_is_in_a_new_file(tmp_path: Path) -> None:
    new_scenario(tmp_path / "mine.yaml")
    text = uncommented((tmp_path / "mine.yaml").read_text())
    from stargauge.scenario import Scenario

    for name in Scenario.model_fields:
        assert f"\n{name}:" in text, name


def test_new_file_extends_a_file_by_its_relative_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "base one.yaml").write_text(MINIMAL + "seed: 77\n")
    new_scenario(tmp_path / "b" / "mine.yaml", str(tmp_path / "a" / "base one.yaml"))
    assert load_scenario(tmp_path / "b" / "mine.yaml").seed == 77


def test_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("precious")
    with pytest.raises(InputError, match="exists already and is not overwritten; choose another name"):
        new_scenario(path)
    assert path.read_text() == "precious"
    assert sorted(tmp_path.iterdir()) == [path]


def test_foreign_schema_is_not_overwritten_and_an_old_one_is(tmp_path: Path) -> None:
    schema = tmp_path / SCHEMA_NAME
    schema.write_text("{}")
    with pytest.raises(InputError, match="is not Stargauge's schema and is not overwritten"):
        new_scenario(tmp_path / "mine.yaml")
    schema.write_text(f'{{"$id": "{SCHEMA_NAME}"}}')
    assert len(new_scenario(tmp_path / "mine.yaml").written) == 2
    assert len(new_scenario(tmp_path / "second.yaml").written) == 1


@pytest.mark.parametrize("name", ["mine", "mine.json"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"a scenario file ends in \.yaml"):
        new_scenario(tmp_path / name)


def test_unknown_base_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean us-2026"):
        new_scenario(tmp_path / "mine.yaml", "us-2062")
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be written: no such folder; nothing was changed"):
        new_scenario(tmp_path / "nowhere" / "mine.yaml")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write where it has no permission"
)
def test_unwritable_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="could not be written: permission denied"):
        new_scenario(tmp_path / "mine.yaml")


def test_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="no space left on device; nothing was changed"):
        new_scenario(tmp_path / "mine.yaml")
    assert list(tmp_path.iterdir()) == []


def test_failed_rename_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / SCHEMA_NAME).write_text(f'{{"$id": "{SCHEMA_NAME}"}}')
    before = (tmp_path / SCHEMA_NAME).read_text()

    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(StoreError, match="input/output error"):
        new_scenario(tmp_path / "mine.yaml")
    assert [path.name for path in tmp_path.iterdir()] == [SCHEMA_NAME]
    assert (tmp_path / SCHEMA_NAME).read_text() == before


def test_list_describes_every_built_in() -> None:
    listed = describe_builtins()
    rows = listed.to_dict()["scenarios"]
    assert [row["name"] for row in rows] == list(builtin_names())
    assert all(row["title"] and row["description"] for row in rows)
    text = shown(listed)
    assert "us-2025-07   2025-07-23" in text
    assert max(map(len, text.splitlines())) <= 100


def test_check_says_what_changes_and_what_moves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINIMAL + "levers: {adoption: 0.5, research: 0.5}\nfacts: {X03: 12, X20: 9}\n")
    check = check_scenario(path, {"adoption"}, vocabulary=SMALL)
    assert [item.field for item in check.changes] == [
        "levers.adoption",
        "levers.research",
        "facts.X03",
        "facts.X20",
    ]
    assert check.idle == (
        "levers.research is tracked, no effect of it is modelled (research, testbeds and compute for science "
        "are paid for)",
        "facts.X20 feeds no input of the model",
    )
    text = shown(check)
    assert "case is valid: case" in text
    assert "0.5 from 2026-10" in text
    assert "12 month" in text
    assert check.to_dict()["digest"] == load_scenario(path, vocabulary=SMALL).digest()
    json.dumps(check.to_dict())


def test_check_names_the_fact_that_is_used_instead() -> None:
    from stargauge.facts import load_registry

    registry = load_registry().as_of(load_scenario("us-2026").as_of)
    for fact in registry:
        if fact.feeds and registry.input(fact.feeds).id != fact.id and fact.quantity == "duration":
            break
    else:
        pytest.skip("no input has two facts that feed it")
    from stargauge.scenario.desk import idle_statements
    from stargauge.scenario.reader import build_scenario
    from stargauge.scenario.vocabulary import shipped_vocabulary

    scenario = build_scenario({"stargauge": 1, "name": "x", "extends": "us-2026", "facts": {fact.id: 7}})
    (note,) = idle_statements(scenario, None, shipped_vocabulary())
    assert note.endswith(f"override {registry.input(fact.feeds).id}")


def test_check_names_what_was_worked_out_from_a_fact() -> None:
    from stargauge.facts import load_registry
    from stargauge.scenario.desk import idle_statements
    from stargauge.scenario.reader import build_scenario
    from stargauge.scenario.vocabulary import shipped_vocabulary

    registry = load_registry().as_of(load_scenario("us-2026").as_of)
    pairs = (
        (registry[source], heir)
        for heir in registry
        for source in heir.derived_from
        if heir.feeds and source in registry and not registry[source].feeds
    )
    fact, heir = next(pairs)
    given = {fact.id: fact.distribution.median}
    scenario = build_scenario({"stargauge": 1, "name": "x", "extends": "us-2026", "facts": given})
    (note,) = idle_statements(scenario, None, shipped_vocabulary())
    assert note.startswith(f"facts.{fact.id} feeds no input of the model; override what was worked out from")
    assert heir.id in note


@pytest.mark.parametrize("schedule", ["model", "announced"])
def test_check_of_a_frame_that_the_default_does_not_reach(tmp_path: Path, schedule: str) -> None:
    """What a scenario decides is told against one that decides nothing in the same months."""
    path = tmp_path / "early.yaml"
    path.write_text(
        "stargauge: 1\nname: early\nstart: 2024-06\nend: 2024-12\nas_of: 2024-12-31\n"
        f"schedule: {schedule}\nstages:\n  land: {{scale: 1.5}}\n"
    )
    check = check_scenario(path, (), vocabulary=SMALL)
    fields = {item.field for item in check.changes}
    assert fields == {"stages.land", *(["schedule"] if schedule == "announced" else [])}
    assert ("stages.land under schedule: announced" in check.idle) == (schedule == "announced")


def test_check_says_that_an_announced_schedule_has_no_delay(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "stargauge: 1\nname: mine\nextends: announced\nstages: {power: {scale: 2}}\n"
        "limits: {chips: {scale: 2}}\ncancellation: {scale: 2}\nopposition: {scale: 2}\n"
        "levers: {adoption: 0.5}\n"
    )
    assert check_scenario(path, vocabulary=SMALL).idle == (
        "stages.power under schedule: announced",
        "limits.chips under schedule: announced",
        "cancellation under schedule: announced",
        "opposition under schedule: announced",
        "levers.adoption under schedule: announced",
    )


def test_markup_in_a_title_is_shown_as_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINIMAL + 'title: "[red]late[/red]"\n')
    assert "[red]late[/red]" in shown(check_scenario(path, vocabulary=SMALL))


def test_diff_lists_only_what_differs() -> None:
    diff = diff_scenarios("us-2026", "announced")
    assert [item.field for item in diff.differences] == [
        "policy.execution",
        "limits.headroom",
        "limits.chips",
        "limits.capital",
        "cancellation",
        "opposition",
        "schedule",
        "background",
        "remainder",
    ]
    text = shown(diff)
    assert "schedule          model    announced" in text
    assert diff.to_dict()["differences"][6] == {"field": "schedule", "a": "model", "b": "announced"}


def test_diff_of_facts_levers_and_paths_reads_in_words() -> None:
    b = parse_scenario(
        MINIMAL + "futures: 20000\nlevers: {adoption: 0.5}\n"
        "facts: {X03: {distribution: lognormal, median: 18, log_sd: 0.4}, C10: 9 GW/year}\n"
        "limits: {chips: {path: {2027: 9 GW_it/year}}, headroom: [{region: TEX, scale: 2}]}\n"
        "stages: {power: {scale: {median: 1.2, log_sd: 0.1}}}\nprogrammes: [abilene]\n",
        vocabulary=SMALL,
    )
    a = parse_scenario(MINIMAL, vocabulary=SMALL)
    text = " ".join(shown(difference(a, b)).split())
    for part in [
        "futures 10,000 20,000",
        "programmes all abilene",
        "levers.adoption as the plan goes 0.5 from 2026-10",
        "facts.C10 as sourced 9 GW/year",
        "facts.X03 as sourced lognormal median 18, log_sd 0.4 month",
        "stages.power model lognormal median 1.2, log_sd 0.1",
        "limits.headroom model TEX × 2",
        "limits.chips model 2027-01: 9 GW_it/year",
    ]:
        assert part in text


def test_diff_of_equals_says_so() -> None:
    diff = diff_scenarios("us-2026", "us-2026")
    assert diff.differences == ()
    assert "us-2026 and us-2026 decide the same" in shown(diff)


def test_child_against_its_ancestor_shows_what_it_overrides(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("stargauge: 1\nname: mine\nextends: us-2026\nstages: {power: {scale: 1.5}}\n")
    (item,) = diff_scenarios("us-2026", path, vocabulary=SMALL).differences
    assert (item.field, item.a, item.b) == ("stages.power", {"scale": 1.0}, {"scale": 1.5})
