"""Reads back a document with our labelled lines: all that a registry holds and the form can carry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from stargauge.errors import Mistake
from stargauge.policy.plan.records import LineageEntry
from stargauge.policy.stratml.document import ACTION_LABELS, PLAN_LABELS
from stargauge.policy.stratml.evidence import EVENT_LABELS, EVIDENCE, JUDGEMENT_LABELS, STAGE
from stargauge.policy.stratml.labels import FORM, MARK, Labelled, cells_of, parsed
from stargauge.policy.stratml.limits import MOST_LINES, MOST_MISTAKES
from stargauge.policy.stratml.reader import Reader
from stargauge.policy.stratml.source import Document
from stargauge.policy.stratml.tables import Tables, columns
from stargauge.policy.stratml.validity import line_of, shown
from stargauge.policy.stratml.values import BLANKS, as_day

LINEAGE = "lineage"

_SECTION = re.compile(r"section (?P<id>\S+)")
_AGENCY = re.compile(r"(?P<id>[^\s,]+)(?:, part of (?P<part_of>[^\s,]+))?")


def is_own(root: Any, reader: Reader) -> bool:
    """Whether a document has our labelled lines: its OtherInformation begins with our mark."""
    return reader.text(root, "OtherInformation").strip(BLANKS).startswith(MARK)


def own_tables(document: Document, reader: Reader) -> Tables:
    """Return the rows of a document with our labelled lines, and what is wrong with them."""
    return _Own(document, reader).read()


class _Told(NamedTuple):
    """An event as it was first told, and the actions that it stands under."""

    element: Any
    cells: dict[str, str]
    actions: set[str]


class _Own:
    def __init__(self, document: Document, reader: Reader) -> None:
        self.root = document.root
        self.reader = reader
        self.tables = Tables()
        self.events: dict[str, _Told] = {}

    def read(self) -> Tables:
        self._strategy()
        core = self.reader.child(self.root, "StrategicPlanCore")
        for organization in self.reader.children(core, "Organization")[:1]:
            self._agencies(organization)
        for goal in self.reader.children(core, "Goal"):
            self._goal(goal)
        self._complete_events()
        self.tables.left_out = self.reader.left_out(self.root)
        return self.tables

    def _wrong(self, element: Any, field: str, message: str) -> None:
        if len(self.tables.mistakes) <= MOST_MISTAKES:
            self.tables.mistakes.append(Mistake(line_of(element), field, message))

    def _cells(
        self, element: Any, field: str, lines: Iterable[Labelled], names: Iterable[str]
    ) -> dict[str, str]:
        cells, wrong = cells_of(lines, names)
        for message in wrong:
            self._wrong(element, field, message)
        return cells

    def _labelled(self, element: Any, field: str) -> list[Labelled]:
        text = self.reader.text(element, "OtherInformation").strip(BLANKS)
        if text.count("\n") >= MOST_LINES:
            self._wrong(element, field, f"has more than {MOST_LINES:,} lines of text; not a strategy")
            return []
        found, other = parsed(text)
        for line in other:
            if not line.startswith(MARK):
                self._wrong(element, field, f'"{shown(line)}" has no label; write "label: value"')
        return found

    def _strategy(self) -> None:
        root, reader = self.root, self.reader
        mark = reader.text(root, "OtherInformation").strip(BLANKS).split("\n")[0]
        if mark.strip(BLANKS) != f"{MARK}{FORM}":
            self._wrong(root, "OtherInformation", f'is "{shown(mark)}"; this program reads form {FORM}')
        lines = self._labelled(root, "OtherInformation")
        first = next((place for place, one in enumerate(lines) if one.label == LINEAGE), len(lines))
        administration = reader.child(root, "AdministrativeInformation")
        core = reader.child(root, "StrategicPlanCore")
        reader.take(administration, "Identifier", "StartDate", "EndDate")
        cells = self._cells(root, "OtherInformation", lines[:first], PLAN_LABELS)
        cells |= {
            "title": reader.line(root, "Name"),
            "note": reader.line(root, "Description"),
            "issuer": reader.line(reader.child(core, "Organization"), "Name"),
            "released": _day(reader.line(administration, "PublicationDate")),
        }
        cells["address"] = reader.line(administration, "Source") or cells.get("address", "")
        self.tables.add("strategy.csv", line_of(root), cells)
        for entry in _blocks(lines[first:]):
            found = [Labelled("id", entry[0].value), *entry[1:]]
            cells = self._cells(root, LINEAGE, found, columns(LineageEntry))
            self.tables.add("lineage.csv", line_of(root), cells)

    def _agencies(self, organization: Any) -> None:
        self.reader.take(organization, "Identifier")
        for element in self.reader.children(organization, "Stakeholder"):
            text = self.reader.line(element, "Description")
            match = _AGENCY.fullmatch(text)
            if match is None:
                self._wrong(element, "Stakeholder", f'"{shown(text)}" is no agency; write "BIS, part of DOC"')
                continue
            cells = {"id": match["id"], "name": self.reader.line(element, "Name")}
            self.tables.add("agencies.csv", line_of(element), cells | {"part_of": match["part_of"] or ""})

    def _goal(self, goal: Any) -> None:
        reader = self.reader
        reader.take(goal, "Identifier", "Description")
        number = reader.line(goal, "SequenceIndicator")
        self.tables.add("pillars.csv", line_of(goal), {"id": number, "title": reader.line(goal, "Name")})
        sections = set()
        for label, value in self._labelled(goal, "Goal"):
            match = _SECTION.fullmatch(label)
            if match is None:
                self._wrong(goal, "Goal", f'there is no label "{shown(label)}" here; expected section P1.1')
                continue
            sections.add(match["id"])
            self.tables.add(
                "sections.csv", line_of(goal), {"id": match["id"], "pillar": number, "title": value}
            )
        for objective in reader.children(goal, "Objective"):
            self._objective(objective, sections)

    def _objective(self, objective: Any, sections: set[str]) -> None:
        reader = self.reader
        reader.take(objective, "Identifier", "Name")
        stakeholders = reader.children(objective, "Stakeholder")
        lines = self._labelled(objective, "Objective")
        cells = self._cells(objective, "Objective", lines, ACTION_LABELS)
        cells |= {
            "id": reader.line(objective, "SequenceIndicator"),
            "text": reader.line(objective, "Description"),
            "agencies": " ".join(reader.line(one, "Description") for one in stakeholders),
        }
        for one in stakeholders:
            reader.take(one, "Name", "Role")
            if not reader.line(one, "Description"):
                self._wrong(one, "Stakeholder", "has no Description with the id of the agency")
        section = cells.get("section", "")
        if section and section not in sections:
            self._wrong(objective, "section", f'"{shown(section)}" is no section of this goal')
        self.tables.add("actions.csv", line_of(objective), cells)
        for indicator in reader.children(objective, "PerformanceIndicator"):
            self._indicator(indicator, cells["id"])

    def _indicator(self, indicator: Any, action: str) -> None:
        reader = self.reader
        dimension = reader.line(indicator, "MeasurementDimension")
        if dimension not in (STAGE, EVIDENCE):
            reader.leave(indicator, "MeasurementDimension")
            return
        reader.take(indicator, "UnitOfMeasurement", "Identifier", "Relationship")
        for instance in reader.children(indicator, "MeasurementInstance"):
            results = reader.children(instance, "ActualResult")
            if dimension == STAGE:
                for result in results:
                    self.tables.stated[action] = reader.line(result, "NumberOfUnits")
                reader.take(instance, "TargetResult", "ActualResult")
            else:
                for result in results:
                    self._event(result, action)

    def _event(self, result: Any, action: str) -> None:
        reader, line = self.reader, line_of(result)
        reader.take(result, "StartDate")
        words, _, rest = reader.text(result, "Description").strip(BLANKS).partition("\n")
        labelled, other = parsed(rest)
        for text in other:
            self._wrong(result, "ActualResult", f'"{shown(text)}" has no label; write "label: value"')
        cells = self._cells(result, "ActualResult", labelled, (*EVENT_LABELS, *JUDGEMENT_LABELS))
        stage, because = (cells.pop(name, "") for name in JUDGEMENT_LABELS)
        descriptor = reader.child(result, "Descriptor")
        cells |= {
            "event": words.strip(BLANKS),
            "date": _day(reader.line(result, "EndDate")),
            "form": reader.line(descriptor, "DescriptorName"),
            "direction": reader.line(descriptor, "DescriptorValue"),
        }
        name = cells.get("id", "")
        if stage or because:
            judged = {"event": name, "action": action, "stage": stage, "because": because}
            self.tables.add("judgements.csv", line, judged)
        before = self.events.setdefault(name, _Told(result, cells, set())) if name else None
        if before is None or before.element is result:
            self.tables.add("events.csv", line, cells)
        elif before.cells != cells:
            first = line_of(before.element)
            self._wrong(result, "ActualResult", f"tells {shown(name)} otherwise than line {first} does")
        if before is not None:
            before.actions.add(action)

    def _complete_events(self) -> None:
        known = {row.cells["id"] for row in self.tables.rows["actions.csv"]}
        for name, found in self.events.items():
            named = set(found.cells.get("actions", "").split())
            for action in sorted(named & known - found.actions):
                said = f"event {shown(name)} names {shown(action)}, but does not stand under it"
                self._wrong(found.element, "ActualResult", said)
            for action in sorted(found.actions - named):
                said = f"event {shown(name)} stands under {shown(action)}, but does not name it"
                self._wrong(found.element, "ActualResult", said)


def _day(text: str) -> str:
    """Return a day without its zone of time; what is no day is returned as it stands, for the error."""
    found = as_day(text)
    return text if found is None else found.isoformat()


def _blocks(lines: list[Labelled]) -> list[list[Labelled]]:
    """Return labelled lines cut before each that begins a step of the lineage."""
    found: list[list[Labelled]] = []
    for line in lines:
        if line.label == LINEAGE:
            found.append([line])
        else:
            found[-1].append(line)
    return found
