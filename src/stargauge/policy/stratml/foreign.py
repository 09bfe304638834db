"""Reads a StratML document of any origin: goals, objectives and stakeholders, and nothing between the lines.

Up to nine goals are pillars with one section each; of a plan with more, the plan is the one pillar and the
goals are sections. Objectives are actions. Stakeholders are agencies, unless the document says that they are
beneficiaries alone. What StratML does not say, no row says: the verb is `other`, and there is no lever.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from stargauge.facts.record import Identifier
from stargauge.policy.plan.records import MAXIMUM_LETTERS
from stargauge.policy.stratml.reader import Reader
from stargauge.policy.stratml.source import Document
from stargauge.policy.stratml.tables import Tables
from stargauge.policy.stratml.validity import line_of, shown
from stargauge.policy.stratml.values import is_plain_address

MOST_PILLARS = 9
"""A strategy numbers its pillars from 1 to 9."""

MOST_LETTERS_OF_ID = 60

UNGRADED = "unverified"

OTHER_VERB = "other"

_IDENTIFIER = TypeAdapter(Identifier)


def foreign_tables(document: Document, reader: Reader, path: Path) -> Tables:
    """Return the rows of a document that has no labelled lines of ours."""
    return _Foreign(document, reader, path).read()


def slug(text: str) -> str:
    """Return a name as an id: small letters, digits and hyphens; "" where it has none of them."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:MOST_LETTERS_OF_ID].strip("-")


def _is_identifier(text: str) -> bool:
    try:
        _IDENTIFIER.validate_python(text)
    except ValidationError:
        return False
    return len(text) <= MOST_LETTERS_OF_ID


class _Foreign:
    def __init__(self, document: Document, reader: Reader, path: Path) -> None:
        self.root = document.root
        self.reader = reader
        self.path = path
        self.tables = Tables()
        self.agencies: dict[str, str] = {}
        self.taken: set[str] = set()
        self.same: Counter[str] = Counter()

    def read(self) -> Tables:
        core = self.reader.child(self.root, "StrategicPlanCore")
        goals = self.reader.children(core, "Goal")
        title = self.reader.words(self.root, "Name")
        self._strategy(core, title)
        if len(goals) > MOST_PILLARS:
            self.tables.add("pillars.csv", line_of(self.root), {"id": "1", "title": title})
        sequence = self._sequence(goals)
        for number, goal in enumerate(goals, 1):
            self._goal(goal, number, sequence, len(goals) <= MOST_PILLARS)
        self.tables.left_out = self.reader.left_out(self.root)
        return self.tables

    def _strategy(self, core: Any, title: str) -> None:
        reader = self.reader
        administration = reader.child(self.root, "AdministrativeInformation")
        published = reader.words(administration, "PublicationDate")
        released = (published or reader.words(administration, "StartDate"))[: len("2025-07-23")]
        address = reader.words(administration, "Source")
        if not is_plain_address(address) or len(address) > MAXIMUM_LETTERS:
            reader.leave(administration, "Source")
            address = ""
        self.tables.add(
            "strategy.csv",
            line_of(self.root),
            {
                "id": slug(title) or "imported-plan",
                "title": title,
                "issuer": reader.words(reader.child(core, "Organization"), "Name"),
                "released": released,
                "edition": released,
                "source": f"StratML document {shown(self.path.name)}",
                "address": address,
                "confidence": UNGRADED,
                "note": self._fitting(self.root, "Description"),
            },
        )

    def _fitting(self, element: Any, name: str) -> str:
        """Return a text on one line where a cell can hold it, else "" and count it as left out."""
        text = self.reader.words(element, name)
        if len(text) > MAXIMUM_LETTERS:
            self.reader.leave(element, name)
            return ""
        return text

    def _sequence(self, goals: list[Any]) -> bool:
        """Whether every objective has a SequenceIndicator that is an id of its own."""
        names = [
            self.reader.words(objective, "SequenceIndicator")
            for goal in goals
            for objective in self.reader.children(goal, "Objective")
        ]
        return len(set(names)) == len(names) and all(map(_is_identifier, names))

    def _goal(self, goal: Any, number: int, sequence: bool, pillars: bool) -> None:
        reader, line = self.reader, line_of(goal)
        title = reader.words(goal, "Name") or self._fitting(goal, "Description")
        if pillars:
            self.tables.add("pillars.csv", line, {"id": str(number), "title": title})
        if pillars and reader.words(goal, "SequenceIndicator") != str(number):
            reader.leave(goal, "SequenceIndicator")
        section = f"G{number}"
        pillar = str(number) if pillars else "1"
        self.tables.add("sections.csv", line, {"id": section, "pillar": pillar, "title": title})
        for place, objective in enumerate(reader.children(goal, "Objective"), 1):
            name = reader.words(objective, "SequenceIndicator")
            if not sequence:
                reader.leave(objective, "SequenceIndicator")
                name = f"{section}.{place}"
            agencies = self._agencies(objective)
            self.tables.add(
                "actions.csv",
                line_of(objective),
                {
                    "id": name,
                    "section": section,
                    "text": self._text(objective),
                    "verb": OTHER_VERB,
                    "agencies": " ".join(agencies),
                    "agencies_basis": "stated" if agencies else "none",
                },
            )

    def _text(self, objective: Any) -> str:
        """Return what an objective says, as much of it as a cell holds: both texts, else one of them."""
        name = self.reader.words(objective, "Name")
        description = self.reader.words(objective, "Description")
        both = f"{name}: {description}" if name and description and name != description else ""
        if both and len(both) <= MAXIMUM_LETTERS:
            return both
        if description and len(description) <= MAXIMUM_LETTERS:
            if name != description:
                self.reader.leave(objective, "Name")
            return description
        if name and len(name) <= MAXIMUM_LETTERS:
            self.reader.leave(objective, "Description")
            return name
        return description or name

    def _agencies(self, objective: Any) -> list[str]:
        found: dict[str, None] = {}
        for element in self.reader.children(objective, "Stakeholder"):
            name = self.reader.words(element, "Name")
            if not name or self._is_beneficiary(element):
                self.reader.leave(element, "Name")
                continue
            known = name.casefold()
            if known not in self.agencies:
                self.agencies[known] = self._new_agency(name)
                self.tables.add("agencies.csv", line_of(element), {"id": self.agencies[known], "name": name})
            found[self.agencies[known]] = None
        return list(found)

    def _new_agency(self, name: str) -> str:
        first = slug(name) or f"agency-{len(self.agencies) + 1}"
        chosen = first
        while chosen in self.taken:
            # Numbers go on from the last, so that many names alike take no longer than others.
            self.same[first] += 1
            chosen = f"{first}-{self.same[first] + 1}"
        self.taken.add(chosen)
        return chosen

    def _is_beneficiary(self, stakeholder: Any) -> bool:
        roles = Counter(
            (role_type.text or "").strip()
            for role in self.reader.children(stakeholder, "Role")
            for role_type in self.reader.children(role, "RoleType")
        )
        return set(roles) == {"Beneficiary"}
