"""Documents of others, ours as somebody has edited them, and what is said when something is missing."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from plan_files import CHINA
from stratml_files import GIVEN, SMALL

from stargauge.errors import InputError, StoreError
from stargauge.policy.plan import plan, read_strategy
from stargauge.policy.stratml import ImportAnswer, export_plan, import_plan


def imported(folder: Path, text: str, **given: str) -> ImportAnswer:
    path = folder / "plan.xml"
    path.write_text(text, encoding="utf-8")
    return import_plan(path, folder / "made", {**GIVEN, **given})


def refused(folder: Path, text: str, **given: str) -> list[str]:
    """Return the mistakes of a file that cannot be imported; nothing of it may stand."""
    with pytest.raises(InputError) as caught:
        imported(folder, text, **given)
    assert caught.value.consequence == "nothing was written"
    assert sorted(one.name for one in folder.iterdir()) == ["plan.xml"]
    return [f"{one.line}|{one.field}|{one.message}" for one in caught.value.mistakes]


def with_goals(*goals: str) -> str:
    start, end = SMALL.index("    <Goal>"), SMALL.index("  </StrategicPlanCore>")
    return SMALL[:start] + "".join(goals) + SMALL[end:]


def goal(number: int, *objectives: str) -> str:
    return f"<Goal><Name>Goal {number}</Name><Description/>{''.join(objectives)}</Goal>\n"


def objective(name: str = "", description: str = "", more: str = "") -> str:
    return f"<Objective><Name>{name}</Name><Description>{description}</Description>{more}</Objective>\n"


def test_a_plan_of_somebody_else(tmp_path: Path) -> None:
    answer = imported(tmp_path, SMALL)
    strategy = answer.strategy
    assert not answer.own
    assert strategy.identity.model_dump(mode="json") == {
        "source": "StratML document plan.xml",
        "address": "https://example.org/plan",
        "licence": "free to use",
        "confidence": "unverified",
        "id": "roads-for-all",
        "title": "Roads for all",
        "issuer": "Ministry of Works",
        "place": "Somewhere",
        "released": "2024-05-01",
        "edition": "2024-05-01",
        "note": "",
    }
    assert [(one.id, one.title) for one in strategy.pillars] == [(1, "Roads")]
    assert [(one.id, one.pillar, one.title) for one in strategy.sections] == [("G1", 1, "Roads")]
    assert [(one.id, one.name) for one in strategy.agencies] == [("road-office", "Road Office")]
    (action,) = strategy.actions
    assert (action.id, action.text) == ("1.1", "North: Build the road to the north.")
    assert (action.verb, action.lever, action.agencies) == ("other", "", ("road-office",))
    assert action.agencies_basis == "stated"
    assert dict(answer.left_out) == {"Description of Goal": 1, "Identifier": 3}


def test_what_was_written_is_what_the_registry_reads(tmp_path: Path) -> None:
    answer = imported(tmp_path, SMALL)
    assert read_strategy(tmp_path / "made") == answer.strategy
    assert plan(strategy=tmp_path / "made").to_dict()[0]["stage"] == 0
    assert sorted(one.name for one in (tmp_path / "made").iterdir()) == [
        "actions.csv", "agencies.csv", "events.csv", "judgements.csv", "lineage.csv", "pillars.csv",
        "sections.csv", "strategy.csv",
    ]  # fmt: skip
    assert sorted(one.name for one in tmp_path.iterdir()) == ["made", "plan.xml"]
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o777 & ~umask


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    text = SMALL.replace("<PublicationDate>2024-05-01</PublicationDate>", "")
    text = text.replace("<Name>Ministry of Works</Name>", "").replace("<Name>North</Name>", "")
    text = text.replace("Build the road to the north.", "")
    assert refused(tmp_path, text, place="", licence="") == [
        "0|issuer|is not in the file; give it with --issuer",
        "0|licence|is not in the file; give it with --licence",
        "0|place|is not in the file; give it with --place",
        "0|released|is not in the file; give it with --released",
        "8|actions: text|is missing",
    ]
    answer = imported(
        tmp_path, text.replace("<Description></Desc", "<Description>X</Desc"), issuer="A", released="2024"
    )
    assert answer.strategy.identity.issuer == "A"
    assert answer.strategy.identity.edition.isoformat() == "2024-12-31"


def test_what_is_given_has_the_last_word(tmp_path: Path) -> None:
    identity = imported(tmp_path, SMALL, id="other", issuer="B", released="2023-01-01").strategy.identity
    assert (identity.id, identity.issuer, identity.released.year) == ("other", "B", 2023)


def test_a_plan_with_many_goals_is_one_pillar(tmp_path: Path) -> None:
    goals = [goal(number, objective(f"Do {number}")) for number in range(1, 11)]
    strategy = imported(tmp_path, with_goals(*goals)).strategy
    assert [(one.id, one.title) for one in strategy.pillars] == [(1, "Roads for all")]
    assert [one.title for one in strategy.sections] == [f"Goal {number}" for number in range(1, 11)]
    assert [one.id for one in strategy.actions] == [f"G{number}.1" for number in range(1, 11)]


def test_a_plan_with_nine_goals_has_nine_pillars(tmp_path: Path) -> None:
    goals = [goal(number, objective(f"Do {number}")) for number in range(1, 10)]
    strategy = imported(tmp_path, with_goals(*goals)).strategy
    assert [one.title for one in strategy.pillars] == [one.title for one in strategy.sections]
    assert len(strategy.pillars) == 9


def test_a_plan_without_objectives_is_none(tmp_path: Path) -> None:
    assert refused(tmp_path, with_goals(goal(1))) == ["0|Objective|there is none; a strategy has actions"]


@pytest.mark.parametrize(
    ("name", "description", "text", "left"),
    [
        ("North", "Build it.", "North: Build it.", set()),
        ("North", "North", "North", set()),
        ("", "Build\n   it.", "Build it.", set()),
        ("North", "", "North", set()),
        ("North", "b" * 400, "b" * 400, {"Name of Objective"}),
        ("North", "b" * 401, "North", {"Description of Objective"}),
        ("n" * 401, "Build it.", "Build it.", {"Name of Objective"}),
    ],
)
def test_no_text_is_cut(tmp_path: Path, name: str, description: str, text: str, left: set[str]) -> None:
    answer = imported(tmp_path, with_goals(goal(1, objective(name, description))))
    assert answer.strategy.actions[0].text == text
    assert {one for one in answer.left_out if "Objective" in one} == left


def test_what_is_too_long_for_a_cell_has_a_line(tmp_path: Path) -> None:
    text = with_goals(goal(1, objective("n" * 401, "d" * 500)))
    assert refused(tmp_path, text) == ["6|actions: text|has 500 letters, at most 400 are allowed"]
    assert refused(tmp_path, SMALL.replace("Roads for all", "r" * 401)) == [
        "2|strategy: title|has 401 letters, at most 400 are allowed"
    ]
    assert refused(tmp_path, SMALL.replace("North", "No\u202erth"))[0].startswith(
        "8|actions: text|holds a line"
    )


def test_stakeholders_are_agencies_unless_they_only_benefit(tmp_path: Path) -> None:
    def stakeholder(name: str, *roles: str) -> str:
        types = "".join(f"<RoleType>{role}</RoleType>" for role in roles)
        return f"<Stakeholder><Name>{name}</Name><Role><Name>r</Name>{types}</Role></Stakeholder>"

    people = [
        stakeholder("Road Office", "Performer"),
        stakeholder("Walkers", "Beneficiary"),
        stakeholder("Towns", "Performer", "Beneficiary"),
        stakeholder("road  office"),
        stakeholder("Road-Office"),
        stakeholder("交通部"),
        stakeholder(""),
    ]
    text = with_goals(goal(1, objective("a", "", "".join(people)), objective("b")))
    text = text.replace("<StrategicPlan ", '<PerformancePlanOrReport Type="Performance_Plan" ')
    text = text.replace("</StrategicPlan>", "</PerformancePlanOrReport>").replace(
        "stratml_core", "PerformancePlanOrReport"
    )
    strategy = imported(tmp_path, text).strategy
    assert [(one.id, one.name) for one in strategy.agencies] == [
        ("road-office", "Road Office"), ("towns", "Towns"), ("road-office-2", "Road-Office"),
        ("agency-4", "交通部"),
    ]  # fmt: skip
    assert strategy.actions[0].agencies == ("road-office", "towns", "road-office-2", "agency-4")
    assert (strategy.actions[1].agencies, strategy.actions[1].agencies_basis) == ((), "none")


def test_many_agencies_do_not_take_long(tmp_path: Path) -> None:
    people = "".join(
        f"<Stakeholder><Name>{'!' * (number % 300)}部{'?' * (number // 300)}</Name></Stakeholder>"
        for number in range(30_000)
    )
    start = time.perf_counter()
    found = refused(tmp_path, with_goals(goal(1, objective("a", "", people))))
    assert time.perf_counter() - start < 20
    assert "0|agencies: file|is larger than 2 MB; not a strategy" in found


def test_indicators_and_visions_of_others_are_left_out_and_told(tmp_path: Path) -> None:
    text = SMALL.replace("<Goal>", "<Vision><Description>Roads.</Description></Vision><Mission/><Goal>")
    text = text.replace("https://example.org/plan", "urn:plan:1")
    left = dict(imported(tmp_path, text).left_out)
    assert left["Vision of StrategicPlanCore"] == 1
    assert left["Source of AdministrativeInformation"] == 1
    assert "Mission of StrategicPlanCore" not in left, "it says nothing"


def test_lines_with_labels_are_words_in_a_document_of_others(tmp_path: Path) -> None:
    text = SMALL.replace(
        "</Stakeholder>", "</Stakeholder><OtherInformation>verb: funding\nlever: capital</OtherInformation>"
    )
    answer = imported(tmp_path, text)
    assert (answer.strategy.actions[0].verb, answer.strategy.actions[0].lever) == ("other", "")
    assert answer.left_out["OtherInformation of Objective"] == 1


def test_a_folder_that_is_there_is_never_touched(tmp_path: Path) -> None:
    path = tmp_path / "plan.xml"
    path.write_text(SMALL, encoding="utf-8")
    for name in ("file", "folder", "link"):
        target = tmp_path / name
        {
            "file": lambda one: one.write_text("mine"),
            "folder": lambda one: one.mkdir(),
            "link": lambda one: one.symlink_to("nowhere"),
        }[name](target)
        with pytest.raises(InputError, match="exists already and is not overwritten; choose another with -o"):
            import_plan(path, target, GIVEN)
    assert (tmp_path / "file").read_text() == "mine"
    assert not list((tmp_path / "folder").iterdir())
    assert not (tmp_path / "nowhere").exists()


def test_a_disk_that_gives_out_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.xml"
    path.write_text(SMALL, encoding="utf-8")
    with pytest.raises(StoreError, match="no such file or directory; nothing was written"):
        import_plan(path, tmp_path / "no" / "folder", GIVEN)

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="no space left on device; nothing was written"):
        import_plan(path, tmp_path / "made", GIVEN)
    assert [one.name for one in tmp_path.iterdir()] == ["plan.xml"]


def test_the_folder_is_named_by_the_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.xml").write_text(SMALL, encoding="utf-8")
    assert import_plan(Path("plan.xml"), None, GIVEN).folder == Path("roads-for-all")
    assert read_strategy(tmp_path / "roads-for-all").id == "roads-for-all"
    for identity in ("..", ".", "/a", "a/b", "../x"):
        with pytest.raises(InputError, match=r"choose|letters, digits"):
            import_plan(Path("plan.xml"), None, {**GIVEN, "id": identity})
    Path("plan.xml").write_text(SMALL.replace("Roads for all", "道路"), encoding="utf-8")
    assert import_plan(Path("plan.xml"), None, GIVEN).folder == Path("imported-plan")


TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=20).filter(
    str.isprintable
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.tuples(TEXT, TEXT), max_size=3), min_size=1, max_size=12).filter(any), TEXT)
def test_what_others_say_and_a_registry_holds_comes_back(
    goals: list[list[tuple[str, str]]], word: str
) -> None:
    """Goals, objectives and stakeholders of any plan stand in the plan that is exported again."""

    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    text = with_goals(
        *(
            goal(
                number,
                *(
                    objective("", escaped(said), f"<Stakeholder><Name>{escaped(who)}</Name></Stakeholder>")
                    for said, who in objectives
                ),
            )
            for number, objectives in enumerate(goals, 1)
        )
    ).replace("Roads for all", escaped(word), 1)
    with tempfile.TemporaryDirectory() as name:
        made = imported(Path(name), text).strategy
        again = Path(name) / "again.xml"
        export_plan(made, "core", None, again)
        root = etree.parse(again).getroot()
        assert root.findtext("{*}Name") == word
        assert root.findtext(".//{*}Organization/{*}Name") == "Ministry of Works"
        assert root.findtext(".//{*}PublicationDate") == "2024-05-01"
        assert root.findtext(".//{*}Source") == "https://example.org/plan"
        names = [one.text for one in root.iterfind(".//{*}Goal/{*}Name")]
        sections = [one.title for one in made.sections]
        assert sections == [f"Goal {number}" for number in range(1, len(goals) + 1)]
        assert names == (sections if len(goals) <= 9 else [word])
        found = [
            (one.findtext("{*}Description"), one.findtext("{*}Stakeholder/{*}Name").casefold())
            for one in root.iter("{*}Objective")
        ]
        assert found == [(said, who.casefold()) for one in goals for said, who in one]
        assert import_plan(again, Path(name) / "second").strategy.actions == made.actions


def edited(change: Callable[[str], str]) -> str:
    """Return our own report on the Chinese programme after somebody has edited it."""
    text = export_plan(CHINA, "performance").content.decode()
    after = change(text)
    assert after != text
    return after


def replaced(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, count)


EDITS: dict[str, tuple[Callable[[str], str], str, str]] = {
    "unknown verb": (replaced("verb: permitting", "verb: hope"), "actions: verb", "is not one of"),
    "no verb": (replaced("verb: permitting\n", ""), "actions: verb", "is missing"),
    "a label that is none": (replaced("verb: permitting", "verbs: funding"), "Objective", 'no label "verbs"'),
    "a label twice": (
        replaced("verb: permitting", "verb: permitting\nverb: funding"), "Objective", "stands twice"
    ),
    "a line without a label": (
        replaced("verb: permitting", "verb: permitting\nand so on"), "Objective", '"and so on" has no label'
    ),
    "an objective in the wrong goal": (
        replaced("section: C1.1", "section: C2.1"), "section", '"C2.1" is no section of this goal'
    ),
    "a section of no id": (replaced("section C1.1:", "chapter C1.1:"), "Goal", "expected section P1.1"),
    "a stakeholder of no id": (
        replaced("<Description>NDRC</Description>\n          <Role>", "<Role>"),
        "Stakeholder",
        "no Description",
    ),
    "an agency in words": (
        replaced("NDA, part of NDRC", "the NDA of NDRC"), "Stakeholder", 'write "BIS, part of DOC"'
    ),
    "an unknown agency": (
        replaced("MIIT</Description>\n          <Role>", "MITT</Description><Role>"),
        "actions: agencies",
        "did you mean MIIT?",
    ),
    "an event told in two ways": (
        replaced("confidence: B\nnote: western", "confidence: A\nnote: western"),
        "ActualResult",
        "tells CN02 otherwise than line",
    ),
    "an event under an action it does not name": (
        replaced("actions: C1.2.1 C2.1.1", "actions: C2.1.1", 2),
        "ActualResult",
        "event CN02 stands under C1.2.1, but does not name it",
    ),
    "an event that does not stand where it says": (
        replaced("actions: C1.2.1 C2.1.1", "actions: C1.2.1 C2.1.1 C1.1.1", 2),
        "ActualResult",
        "event CN02 names C1.1.1, but does not stand under it",
    ),
    "an unknown form of event": (replaced(">permit<", ">rumour<"), "events: form", "is not one of"),
    "an event after the edition": (
        replaced("known from: 2022-02-17\nactions", "known from: 2030-01-01\nactions"),
        "events: known_from",
        "later than the edition",
    ),
    "a stage above the last": (
        replaced("judged stage: 3", "judged stage: 4"), "judgements: stage", "less than"
    ),
    "a judgement without a reason": (
        replaced("\njudged because: the approval of all of them is what the action asks", ""),
        "judgements: because",
        "is missing",
    ),
    "a pillar in words": (
        replaced("<SequenceIndicator>2</SequenceIndicator>", "<SequenceIndicator>two</SequenceIndicator>"),
        "pillars: id",
        "not a whole number",
    ),
    "another form of ours": (
        replaced("strategy, form 1", "strategy, form 2"), "OtherInformation", "reads form 1"
    ),
    "a lineage of no kind": (replaced("kind: release", "kind: myth"), "lineage: kind", "is not one of"),
    "no place": (replaced("place: China\n", ""), "place", "give it with --place"),
    "no day of release": (
        replaced("<PublicationDate>2022-02-17</PublicationDate>", "<PublicationDate></PublicationDate>"),
        "released",
        "give it with --released",
    ),
    "an event that has lost its words": (
        replaced("Eight hubs and ten clusters are approved\n", "\n"), "events: id", "is missing"
    ),
}  # fmt: skip
"""An edit of our own report, and field and words of a mistake that it makes."""


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_that_breaks_a_rule_has_field_and_line(tmp_path: Path, case: str) -> None:
    change, field, message = EDITS[case]
    (tmp_path / "plan.xml").write_text(edited(change), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        import_plan(tmp_path / "plan.xml", tmp_path / "made")
    found = [one for one in caught.value.mistakes if one.field == field and message in one.message]
    assert found, str(caught.value)
    assert (found[0].line > 0) == (field not in ("place", "released"))
    assert [one.name for one in tmp_path.iterdir()] == ["plan.xml"]


def test_the_line_of_a_mistake_is_that_of_its_element(tmp_path: Path) -> None:
    text = edited(replaced("verb: permitting", "verb: hope"))
    (tmp_path / "plan.xml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        import_plan(tmp_path / "plan.xml", tmp_path / "made")
    (mistake,) = caught.value.mistakes
    assert text.split("\n")[mistake.line - 1].strip() == "<Objective>"
    assert "verb: hope" in "\n".join(text.split("\n")[mistake.line : mistake.line + 15])


def test_a_stage_that_is_typed_by_hand_changes_nothing_and_is_told(tmp_path: Path) -> None:
    old = "<NumberOfUnits>2</NumberOfUnits>\n              <Descriptor>"
    text = edited(lambda text: text.replace(old, old.replace("2", "3")))
    path = tmp_path / "plan.xml"
    path.write_text(text, encoding="utf-8")
    answer = import_plan(path, tmp_path / "made")
    assert answer.restated
    assert all(stated == "3" and stage == 2 for stated, stage in answer.restated.values())
    assert [one["stage"] for one in plan(strategy=tmp_path / "made").to_dict()] == [
        one["stage"] for one in plan(strategy=CHINA).to_dict()
    ]


def test_what_others_add_to_our_report_is_told(tmp_path: Path) -> None:
    indicator = (
        "<PerformanceIndicator><MeasurementDimension>cost</MeasurementDimension>"
        "<UnitOfMeasurement>RMB</UnitOfMeasurement></PerformanceIndicator></Objective>"
    )
    path = tmp_path / "plan.xml"
    path.write_text(edited(replaced("</Objective>", indicator)), encoding="utf-8")
    answer = import_plan(path, tmp_path / "made")
    assert dict(answer.left_out) == {"PerformanceIndicator of Objective": 1}
    assert answer.strategy.events == plan(strategy=CHINA).strategy.events
