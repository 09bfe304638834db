"""What the two schemas of ISO 17469 allow, as tables: core strategic plans, and performance plans or reports.

They say in a line an element what `StrategicPlanISOVersion20140401.xsd` and
`PerformancePlanOrReport20160216.xsd` say in pages: children in their order, `?` at most one, `*` any number,
`+` at least one, `{2}` at most two, and none of these exactly one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

XSI = "http://www.w3.org/2001/XMLSchema-instance"
"""Namespace of the hints where a schema lies; they are let stand and never followed."""

Kind = Literal["core", "performance"]


@dataclass(frozen=True)
class Child:
    """An element inside another: at least so many, at most so many (None: any number)."""

    name: str
    least: int
    most: int | None


@dataclass(frozen=True)
class Attribute:
    """An attribute and the values that it may have."""

    values: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Form:
    """One of the two schemas.

    `children` holds the elements that have elements inside, `texts` the others with the type of their text.
    """

    kind: Kind
    namespace: str
    root: str
    children: dict[str, tuple[Child, ...]]
    texts: dict[str, str]
    attributes: dict[str, dict[str, Attribute]]

    def tag(self, name: str) -> str:
        """Return an element's name as lxml writes it."""
        return f"{{{self.namespace}}}{name}"

    def depth(self, name: str | None = None) -> int:
        """Return how many levels a document can have from an element down, the root where None."""
        below = self.children.get(name or self.root, ())
        return 1 + max((self.depth(child.name) for child in below), default=0)


_CHILD = re.compile(r"(?P<name>[A-Za-z]+)(?P<many>\?|\*|\+|\{(?P<most>\d+)\})?")


def _model(text: str) -> tuple[Child, ...]:
    children = []
    for word in text.split():
        match = _CHILD.fullmatch(word)
        assert match is not None, word
        many = match["many"]
        least = 1 if many in (None, "+") else 0
        most = int(match["most"]) if match["most"] else {None: 1, "?": 1, "*": None, "+": None}[many]
        children.append(Child(match["name"], least, most))
    return tuple(children)


_HEAD = "Identifier? SequenceIndicator? Stakeholder* OtherInformation?"
_CONTACT = "GivenName? Surname? PhoneNumber? EmailAddress?"
_STAKEHOLDERS = {"StakeholderTypeType": Attribute(("Person", "Organization", "Generic_Group"))}

_BOTH = {
    "StrategicPlanCore": "Organization* Vision? Mission? Value* Goal+",
    "Organization": "Name? Acronym? Identifier? Description? Stakeholder*",
    "Vision": "Description? Identifier?",
    "Mission": "Description? Identifier?",
    "Value": "Name? Description?",
    "Goal": f"Name Description {_HEAD} Objective*",
}
_BOTH_TEXTS = dict.fromkeys(
    (
        "Acronym", "Description", "EmailAddress", "GivenName", "Name", "OtherInformation", "PhoneNumber",
        "SequenceIndicator", "Surname",
    ),
    "text",
) | {"Identifier": "id", "Source": "uri"}  # fmt: skip
_DATES = ("StartDate", "EndDate", "PublicationDate")

CORE = Form(
    kind="core",
    namespace="urn:ISO:std:iso:17469:tech:xsd:stratml_core",
    root="StrategicPlan",
    children={
        name: _model(text)
        for name, text in {
            **_BOTH,
            "StrategicPlan": (
                "Name Description? OtherInformation? StrategicPlanCore AdministrativeInformation?"
            ),
            "Objective": f"Name? Description? {_HEAD}",
            "Stakeholder": "Name Description?",
            "AdministrativeInformation": "StartDate? EndDate? PublicationDate? Source? Submitter?",
            "Submitter": _CONTACT,
        }.items()
    },
    texts=_BOTH_TEXTS | dict.fromkeys(_DATES, "date"),
    attributes={"Stakeholder": _STAKEHOLDERS},
)

_RESULT = "StartDate? EndDate? NumberOfUnits? Descriptor? Description?"

PERFORMANCE = Form(
    kind="performance",
    namespace="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport",
    root="PerformancePlanOrReport",
    children={
        name: _model(text)
        for name, text in {
            **_BOTH,
            "PerformancePlanOrReport": (
                "Name Description? OtherInformation? StrategicPlanCore AdministrativeInformation? Submitter?"
            ),
            "Objective": f"Name? Description? {_HEAD} PerformanceIndicator*",
            "Stakeholder": "Name Description? Role*",
            "Role": "Name Description? RoleType{2}",
            "AdministrativeInformation": "Identifier? StartDate? EndDate? PublicationDate? Source?",
            "Submitter": f"Identifier? {_CONTACT}",
            "PerformanceIndicator": (
                "SequenceIndicator? MeasurementDimension UnitOfMeasurement Identifier? Relationship* "
                "MeasurementInstance* OtherInformation?"
            ),
            "Relationship": "Identifier? ReferentIdentifier* Name? Description?",
            "MeasurementInstance": "TargetResult* ActualResult*",
            "TargetResult": _RESULT,
            "ActualResult": _RESULT,
            "Descriptor": "DescriptorName? DescriptorValue?",
        }.items()
    },
    texts=_BOTH_TEXTS
    | dict.fromkeys(_DATES, "date or nothing")
    | dict.fromkeys(
        (
            "DescriptorName", "DescriptorValue", "MeasurementDimension", "ReferentIdentifier",
            "UnitOfMeasurement",
        ),
        "text",
    )
    | {"NumberOfUnits": "number or nothing", "RoleType": "role"},
    attributes={
        "PerformancePlanOrReport": {
            "Type": Attribute(("Strategic_Plan", "Performance_Plan", "Performance_Report"), required=True)
        },
        "Stakeholder": _STAKEHOLDERS,
        "PerformanceIndicator": {
            "ValueChainStage": Attribute(
                ("Outcome", "Output_Processing", "Output", "Input_Processing", "Input")
            ),
            "PerformanceIndicatorType": Attribute(("Quantitative", "Qualitative")),
        },
        "Relationship": {"RelationshipType": Attribute(("Broader_Than", "Peer_To", "Narrower_Than"))},
    },
)  # fmt: skip

FORMS: dict[str, Form] = {form.kind: form for form in (CORE, PERFORMANCE)}
