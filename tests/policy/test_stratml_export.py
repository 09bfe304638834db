"""What a document says of a strategy, and the two commands from end to end."""

from __future__ import annotations

import json
import os
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from plan_files import CHINA, US, event, judgement, strategy
from stratml_files import GIVEN, SMALL, strategies

from stargauge.cli.plan import plan_app
from stargauge.errors import InputError, MissingExtraError, StoreError
from stargauge.policy.plan import STAGE_WORDS, Strategy, action_stage, load_strategy
from stargauge.policy.stratml import export_plan, exporting, import_plan
from stargauge.policy.stratml.evidence import EVIDENCE, STAGE, stage_runs
from stargauge.policy.stratml.excerpt import excerpt


def tree(name: str | Strategy, kind: str = "core", as_of: date | None = None) -> Any:
    return etree.fromstring(export_plan(name, kind, as_of).content)


def objectives(root: Any) -> dict[str, Any]:
    return {one.findtext("{*}SequenceIndicator"): one for one in root.iter("{*}Objective")}


def indicator(objective: Any, dimension: str) -> Any:
    found = [
        one
        for one in objective.iterfind("{*}PerformanceIndicator")
        if one.findtext("{*}MeasurementDimension") == dimension
    ]
    return found[0] if found else None


def test_pillars_are_goals_and_actions_objectives() -> None:
    root = tree(US)
    goals = root.findall("{*}StrategicPlanCore/{*}Goal")
    assert [one.findtext("{*}Name") for one in goals] == [one.title for one in load_strategy(US).pillars]
    assert [len(one.findall("{*}Objective")) for one in goals] == [58, 29, 16]
    assert sum(one.findtext("{*}OtherInformation").count("section P") for one in goals) == 30
    one = objectives(root)["P2.2.3"]
    action = load_strategy(US).action_by_id["P2.2.3"]
    assert one.findtext("{*}Description") == action.text
    assert one.findtext("{*}Name") == load_strategy(US).section_by_id["P2.2"].title
    lines = one.findtext("{*}OtherInformation").split("\n")
    assert f"page: {action.page}" in lines
    assert f"lever: {action.lever}" in lines


def test_agencies_are_stakeholders_with_their_part_in_it() -> None:
    root = tree(US, "performance")
    table = {
        one.findtext("{*}Description"): one.findtext("{*}Name")
        for one in root.iterfind(".//{*}Organization/{*}Stakeholder")
    }
    assert table["BIS, part of DOC"] == "Bureau of Industry and Security"
    assert len(table) == len(load_strategy(US).agencies)
    for name, one in objectives(root).items():
        stakeholders = one.findall("{*}Stakeholder")
        agencies = load_strategy(US).action_by_id[name].agencies
        assert tuple(who.findtext("{*}Description") for who in stakeholders) == agencies
        assert all(who.get("StakeholderTypeType") == "Organization" for who in stakeholders)
        assert all(who.findtext("{*}Role/{*}RoleType") == "Performer" for who in stakeholders)
    assert root.get("Type") == "Performance_Report"


def test_a_core_plan_holds_no_evidence() -> None:
    content = export_plan(US, "core").content
    assert b"PerformanceIndicator" not in content
    assert b"US003" not in content


def test_a_report_states_the_stage_of_each_action_by_the_rules() -> None:
    day = date(2026, 3, 31)
    known = load_strategy(US).as_of(day)
    for name, one in objectives(tree(US, "performance", day)).items():
        results = indicator(one, STAGE).findall("{*}MeasurementInstance/{*}ActualResult")
        stage = action_stage(known, name).stage
        assert results[-1].findtext("{*}NumberOfUnits") == str(stage)
        assert results[-1].findtext("{*}EndDate") == "2026-03-31"
        assert results[-1].findtext("{*}Descriptor/{*}DescriptorValue") == STAGE_WORDS[stage]
        target = indicator(one, STAGE).find("{*}MeasurementInstance/{*}TargetResult")
        assert target.findtext("{*}NumberOfUnits") == "3"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies())
def test_the_runs_of_a_stage_are_the_stages_day_by_day(generated: Strategy) -> None:
    known = excerpt(generated)
    for action in known.actions:
        runs = stage_runs(known, action)
        assert runs[-1].last >= known.identity.edition
        for run, after in pairwise(runs):
            assert run.last + timedelta(days=1) == after.first
        for run in runs:
            for day in (run.first, run.last):
                if day <= known.identity.edition:
                    assert action_stage(known, action.id, day).stage == run.stage
        changed = {
            one.known_from for one in known.events_of(action.id) if one.known_from <= known.identity.edition
        }
        assert all(run.first in changed for run in runs[1:])


def test_evidence_stands_under_each_action_with_source_and_dates() -> None:
    root = tree(CHINA, "performance")
    found = indicator(objectives(root)["C1.2.1"], EVIDENCE)
    first, second = found.findall("{*}MeasurementInstance/{*}ActualResult")
    assert (first.findtext("{*}StartDate"), first.findtext("{*}EndDate")) == ("2022-02-01", "2022-02-28")
    assert first.findtext("{*}Descriptor/{*}DescriptorName") == "instruction"
    assert second.findtext("{*}Descriptor/{*}DescriptorValue") == "works_against"
    lines = first.findtext("{*}Description").split("\n")
    assert lines[0].startswith("Replies to the Yangtze Delta hub")
    assert "address: http://zslijia.com/article/54057.html" in lines
    assert "confidence: B" in lines
    year = indicator(objectives(root)["C3.1.1"], EVIDENCE).find(".//{*}ActualResult")
    assert (year.findtext("{*}StartDate"), year.findtext("{*}EndDate")) == ("2024-01-01", "2024-12-31")
    assert indicator(objectives(root)["C3.1.2"], EVIDENCE) is None


def test_a_repeat_points_to_what_it_repeats() -> None:
    found = objectives(tree(US, "performance"))
    peer = indicator(found["P3.7.3"], STAGE).find("{*}Relationship")
    assert peer.get("RelationshipType") == "Peer_To"
    assert peer.findtext("{*}ReferentIdentifier") == indicator(found["P3.6.4"], STAGE).findtext(
        "{*}Identifier"
    )
    assert indicator(found["P3.7.3"], EVIDENCE) is None
    assert "repeats: P3.6.4" in found["P3.7.3"].findtext("{*}OtherInformation")


def test_events_of_one_day_leave_one_stage() -> None:
    same = [event("E1", "request", day="2026-01-01"), event("E2", "law", day="2026-01-01")]
    runs = stage_runs(strategy(same), strategy(same).actions[0])
    assert [(one.first.isoformat(), one.stage) for one in runs] == [("2025-07-23", 0), ("2026-01-01", 2)]


def test_what_was_withdrawn_counts_until_then() -> None:
    events = [
        event("E1", "rule", day="2026-01-01"),
        event("E2", "withdrawal", "works_against", day="2026-03-01", undoes="E1"),
    ]
    runs = stage_runs(strategy(events), strategy(events).actions[0])
    assert [(one.first.isoformat(), one.stage) for one in runs] == [
        ("2025-07-23", 0), ("2026-01-01", 2), ("2026-03-01", 0),
    ]  # fmt: skip


def test_what_began_before_the_release_is_shown_from_its_day() -> None:
    early = strategy([event("E1", "request", day="2025-01-01")], [judgement("E1", 1)])
    (run,) = stage_runs(early, early.actions[0])
    assert (run.first.isoformat(), run.stage) == ("2025-01-01", 1)


def test_a_day_before_the_release_is_refused() -> None:
    with pytest.raises(InputError, match="was released on 2025-07-23"):
        export_plan(US, "core", date(2025, 7, 22))


def test_what_could_not_be_read_back_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.xml"
    path.write_text("mine")
    monkeypatch.setattr(exporting, "MAXIMUM_BYTES", 1_000)
    with pytest.raises(InputError, match="is larger than 0 MB, the most that is read"):
        export_plan(CHINA, "core", None, path)
    monkeypatch.setattr(exporting, "MOST_ELEMENTS", 10)
    with pytest.raises(InputError, match="has more than 10 elements"):
        export_plan(CHINA, "core", None, path)
    assert path.read_text() == "mine"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.xml"
    path.write_text("mine")

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="no space left on device; nothing was changed"):
            export_plan(CHINA, "core", None, path)
    assert path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["plan.xml"]
    with pytest.raises(StoreError, match="no such file or directory"):
        export_plan(CHINA, "core", None, tmp_path / "no" / "plan.xml")
    export_plan(CHINA, "core", None, path)
    assert path.read_bytes() == export_plan(CHINA, "core").content


def test_without_lxml_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lxml.etree", None)
    path = tmp_path / "plan.xml"
    path.write_text(SMALL)
    for call in (lambda: export_plan(CHINA), lambda: import_plan(path, tmp_path / "made", GIVEN)):
        with pytest.raises(MissingExtraError) as caught:
            call()
        assert (
            str(caught.value) == "StratML needs lxml, which is not installed: pip install 'stargauge[plan]'"
        )


def run(*tokens: str) -> None:
    plan_app(list(tokens), exit_on_error=False, print_error=True, result_action="return_value")


def test_commands_from_end_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run("export", "--format", "stratml", "--strategy", CHINA)
    assert capsys.readouterr().out.encode() == export_plan(CHINA, "core").content
    run("export", "--kind", "performance", "--as-of", "2026-03-31", "-o", "report.xml")
    screen = capsys.readouterr().out
    assert "Written to report.xml" in screen
    assert "3 Goal, 103 Objective" in screen
    assert "Nothing later than 2026-03-31" in screen
    run("import", "report.xml")
    screen = capsys.readouterr().out
    assert "3 pillars, 30 sections, 103 actions" in screen
    assert "stargauge plan --strategy ./us-ai-action-plan" in screen, "else the shipped one would be read"
    assert "Left out" not in screen
    run("status", "--strategy", "us-ai-action-plan", "--as-of", "2026-03-31", "--json")
    shipped = json.loads(capsys.readouterr().out)
    run("status", "--strategy", "./us-ai-action-plan", "--json")
    own = json.loads(capsys.readouterr().out)
    assert own["counts"] == shipped["counts"]
    assert own["by_action"] == shipped["by_action"]
    assert own["as_of"] == "2026-03-31"


def test_commands_as_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    run("export", "--strategy", CHINA, "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["document"].startswith("<?xml")
    assert found["elements"] == {"Goal": 3, "Objective": 10}
    run("export", "--strategy", CHINA, "-o", "plan.xml", "--json")
    assert json.loads(capsys.readouterr().out)["file"] == "plan.xml"
    (tmp_path / "small.xml").write_text(SMALL)
    run("import", "small.xml", "-o", "made", "--place", "Somewhere", "--licence", "free", "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["folder"] == "made"
    assert found["labelled"] is False
    assert found["left_out"]["Description of Goal"] == 1
    run("import", "small.xml", "-o", "again", "--place", "Somewhere", "--licence", "free")
    screen = " ".join(capsys.readouterr().out.split())
    assert "Read by its elements alone" in screen
    assert (
        "Left out, for the registry has no place for it: Description of Goal (1), Identifier (3)." in screen
    )


def test_stages_that_differ_are_told(tmp_path: Path, capsys: Any) -> None:
    text = export_plan(CHINA, "performance").content.decode()
    old = "<NumberOfUnits>2</NumberOfUnits>\n              <Descriptor>"
    (tmp_path / "plan.xml").write_text(text.replace(old, old.replace("2", "3")))
    run("import", str(tmp_path / "plan.xml"), "-o", str(tmp_path / "made"))
    screen = " ".join(capsys.readouterr().out.split())
    assert "Stages follow from events by the rules; the file gives others: C1.1.2 (file 3, rules 2)" in screen
