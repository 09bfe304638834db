"""The rules of validity: each by a document that breaks it, all by the published schemas where they are."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from plan_files import CHINA
from stratml_files import SMALL, form_of, published_schema, schema_file

from stargauge.policy.stratml import export_plan
from stargauge.policy.stratml.schema import Child
from stargauge.policy.stratml.validity import local_name, validity_mistakes
from stargauge.policy.stratml.values import is_plain_address

REPORT = """<PerformancePlanOrReport xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"
 Type="Performance_Plan">
<Name>Roads</Name>
<StrategicPlanCore>
<Goal><Name>Roads</Name><Description/>
<Stakeholder StakeholderTypeType="Person"><Name>A walker</Name>
<Role><Name>walks</Name><RoleType>Performer</RoleType><RoleType>Beneficiary</RoleType></Role></Stakeholder>
<Objective>
<PerformanceIndicator PerformanceIndicatorType="Quantitative" ValueChainStage="Outcome">
<MeasurementDimension>length</MeasurementDimension><UnitOfMeasurement>km</UnitOfMeasurement>
<Relationship RelationshipType="Peer_To"><ReferentIdentifier>_x</ReferentIdentifier></Relationship>
<MeasurementInstance>
<TargetResult><StartDate/><EndDate>2024-02-29Z</EndDate><NumberOfUnits>-3.5</NumberOfUnits></TargetResult>
<ActualResult><NumberOfUnits/><Descriptor><DescriptorValue>good</DescriptorValue></Descriptor></ActualResult>
</MeasurementInstance></PerformanceIndicator></Objective></Goal>
</StrategicPlanCore>
<AdministrativeInformation><Source>https://example.org/a%20b</Source></AdministrativeInformation>
<Submitter><Identifier>_s</Identifier><GivenName/></Submitter>
</PerformancePlanOrReport>
"""

CORE_CASES: dict[str, tuple[str, str, str]] = {
    "no name": ("<Name>Roads for all</Name>", "", "has no Name"),
    "two names": ("<Name>Roads for all</Name>", "<Name/><Name/>", "has 2 Name, at most 1 allowed"),
    "no core": (
        SMALL[SMALL.index("<StrategicPlanCore>") : SMALL.index("<Admin")], "", "has no StrategicPlanCore"
    ),
    "no goal": (SMALL[SMALL.index("<Goal>") : SMALL.index("</StrategicPlanCore>")], "", "has no Goal"),
    "goal without a description": ("<Description>Build roads.</Description>", "", "has no Description"),
    "wrong order": (
        "<Name>Roads</Name><Description>Build roads.</Description>",
        "<Description>Build roads.</Description><Name>Roads</Name>",
        "stands after Description, but belongs before it",
    ),
    "unknown element": ("<Identifier>_o</Identifier>", "<Motto/>", "Motto has no place here; expected Name"),
    "element in the wrong place": ("<Identifier>_o</Identifier>", "<Goal/>", "Goal has no place here"),
    "words between": ("<Goal>", "<Goal>then ", "holds words of its own"),
    "element in a text": ("North", "<b>North</b>", "b has no place in a text"),
    "stakeholder without a name": ("<Name>Road Office</Name>", "", "has no Name"),
    "unknown attribute": ("<Goal>", '<Goal lang="en">', "attribute lang has no place here"),
    "unknown kind of stakeholder": (
        "<Stakeholder>", '<Stakeholder StakeholderTypeType="Robot">', '"Robot" is not one of Person'
    ),
    "no such day": ("2024-05-01", "2024-02-30", '"2024-02-30" is no day'),
    "day in words": ("2024-05-01", "May 2024", '"May 2024" is no day'),
    "empty day": ("2024-05-01", "", '"" is no day'),
    "address with half an escape": ("https://example.org/plan", "https://a/%2", "is no web address"),
    "a role, which core has not": (
        "<Name>Road Office</Name>", "<Name>Road Office</Name><Role/>", "Role has no place here"
    ),
    "an indicator, which core has not": (
        "<Stakeholder><", "<PerformanceIndicator/><Stakeholder><", "PerformanceIndicator has no place"
    ),
    "a submitter in the wrong place": (
        "</StrategicPlan>", "<Submitter/></StrategicPlan>", "Submitter has no place here"
    ),
}  # fmt: skip
REPORT_CASES: dict[str, tuple[str, str, str]] = {
    "no type": (' Type="Performance_Plan"', "", "attribute Type is missing; write one of Strategic_Plan"),
    "unknown type": ("Performance_Plan", "Plan", 'Type "Plan" is not one of'),
    "no dimension": ("<MeasurementDimension>length</MeasurementDimension>", "", "no MeasurementDimension"),
    "no unit": ("<UnitOfMeasurement>km</UnitOfMeasurement>", "", "has no UnitOfMeasurement"),
    "three roles": ("<RoleType>Performer</RoleType>", "<RoleType>Performer</RoleType>" * 2, "at most 2"),
    "unknown role": (">Performer<", ">Singer<", '"Singer" is not one of Performer, Beneficiary'),
    "unknown relation": ("Peer_To", "Friend_Of", 'RelationshipType "Friend_Of" is not one of'),
    "unknown kind of indicator": ("Quantitative", "Good", 'PerformanceIndicatorType "Good" is not one of'),
    "unknown stage of the chain": ("Outcome", "Income", 'ValueChainStage "Income" is not one of'),
    "number in words": ("-3.5", "three", '"three" is no number'),
    "number with an exponent": ("-3.5", "1e3", '"1e3" is no number'),
    "infinite number": ("-3.5", "INF", '"INF" is no number'),
    "no day": ("2024-02-29Z", "2023-02-29Z", "is no day"),
    "target after the actual": (
        "<TargetResult>", "<ActualResult/><TargetResult>", "belongs before it"
    ),
    "a submitter within": (
        "</AdministrativeInformation>", "<Submitter/></AdministrativeInformation>", "Submitter has no place"
    ),
}  # fmt: skip


def said(text: str, kind: str) -> list[str]:
    root = etree.fromstring(text.encode())
    return [mistake.message for mistake in validity_mistakes(root, form_of(kind))]


def test_the_documents_that_are_broken_below_are_whole() -> None:
    assert said(SMALL, "core") == []
    assert said(REPORT, "performance") == []


@pytest.mark.parametrize("case", CORE_CASES)
def test_a_core_plan_that_breaks_a_rule(case: str) -> None:
    old, new, message = CORE_CASES[case]
    assert old in SMALL
    found = said(SMALL.replace(old, new, 1), "core")
    assert len(found) == 1
    assert message in found[0]


@pytest.mark.parametrize("case", REPORT_CASES)
def test_a_report_that_breaks_a_rule(case: str) -> None:
    old, new, message = REPORT_CASES[case]
    assert old in REPORT
    found = said(REPORT.replace(old, new, 1), "performance")
    assert len(found) == 1
    assert message in found[0]


def test_the_published_schemas_judge_these_documents_alike() -> None:
    for kind, whole, cases in (("core", SMALL, CORE_CASES), ("performance", REPORT, REPORT_CASES)):
        schema = published_schema(kind)
        schema.assertValid(etree.fromstring(whole.encode()))
        for case, (old, new, _) in cases.items():
            assert not schema.validate(etree.fromstring(whole.replace(old, new, 1).encode())), case


XSD = "{http://www.w3.org/2001/XMLSchema}"


def published_children(root: Any, element: Any) -> list[Child]:
    """Return the children that a published schema gives an element, from its own words."""
    by_type = {one.get("name"): one for one in root.iter(f"{XSD}complexType") if one.get("name")}
    body = by_type.get((element.get("type") or "").removeprefix("stratml:"), element)
    bases = [by_type[one.get("base").removeprefix("stratml:")] for one in body.iter(f"{XSD}extension")]
    found = []
    for part in [*bases, body]:
        for child in part.iter(f"{XSD}element"):
            if child.get("ref"):
                most = child.get("maxOccurs", "1")
                found.append(
                    Child(
                        child.get("ref").removeprefix("stratml:"),
                        int(child.get("minOccurs", "1")),
                        None if most == "unbounded" else int(most),
                    )
                )
    return found


@pytest.mark.parametrize("kind", ["core", "performance"])
def test_the_tables_are_the_published_schemas(kind: str) -> None:
    form = form_of(kind)
    root = etree.parse(schema_file(kind)).getroot()
    assert root.get("targetNamespace") == form.namespace
    elements = {one.get("name"): one for one in root.findall(f"{XSD}element")}
    assert set(elements) == set(form.children) | set(form.texts)
    types = {
        "text": "xsd:string", "id": "xsd:ID", "uri": "xsd:anyURI", "date": "xsd:date",
        "date or nothing": "stratml:DateTypeType", "number or nothing": "stratml:NumberOfUnitsType",
        "role": None,
    }  # fmt: skip
    for name, element in elements.items():
        assert published_children(root, element) == list(form.children.get(name, ())), name
        if name in form.texts:
            assert element.get("type") == types[form.texts[name]], name
        attributes = {one.get("name"): one for one in element.iter(f"{XSD}attribute")}
        assert set(attributes) == set(form.attributes.get(name, {})), name
        for key, attribute in attributes.items():
            named = (attribute.get("type") or "").removeprefix("stratml:")
            holder = next((one for one in root if one.get("name") == named), attribute)
            values = tuple(one.get("value") for one in holder.iter(f"{XSD}enumeration"))
            assert form.attributes[name][key].values == values
            assert form.attributes[name][key].required == (attribute.get("use") == "required")


NEW_TEXTS = ("", "x", "2024-01-31", "2024-13-01", "12", "1.50", "-", "1e5", "Performer", "http://a/b", "%")


def mutate(root: Any, data: st.DataObject) -> None:
    """Change one thing about a random element: what an editor, or a slip, may do to a document."""
    elements = list(root.iter())
    element = data.draw(st.sampled_from(elements))
    parent = element.getparent()
    names = sorted({local_name(one.tag) for one in elements})
    match data.draw(st.sampled_from(["drop", "double", "swap", "rename", "text", "attribute", "move"])):
        case "drop" if parent is not None:
            parent.remove(element)
        case "double" if parent is not None:
            parent.insert(parent.index(element), copy.deepcopy(element))
        case "swap" if element.getprevious() is not None:
            parent.insert(parent.index(element) - 1, element)
        case "rename" if parent is not None:
            tag = local_name(element.tag)
            element.tag = element.tag.replace(tag, data.draw(st.sampled_from(names)))
        case "text":
            element.text = data.draw(st.sampled_from(NEW_TEXTS))
        case "attribute":
            key = data.draw(st.sampled_from(["Type", "StakeholderTypeType", "RelationshipType", "x"]))
            element.set(key, data.draw(st.sampled_from(["Person", "Peer_To", "Performance_Plan", "y"])))
        case "move" if parent is not None:
            other = data.draw(st.sampled_from(elements))
            if element not in (other, *other.iterancestors()):
                other.append(element)


@pytest.mark.parametrize("kind", ["core", "performance"])
def test_the_published_schemas_and_the_rules_agree_on_any_slip(kind: str) -> None:
    schema, form = published_schema(kind), form_of(kind)
    text = {"core": SMALL, "performance": REPORT}[kind].encode()

    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def check(data: st.DataObject) -> None:
        root = etree.fromstring(text)
        for _ in range(data.draw(st.integers(1, 3))):
            mutate(root, data)
        for number, one in enumerate(root.iter(form.tag("Identifier"))):
            if one.text and len(one) == 0:
                one.text = f"_{number}"  # that they are unique is a rule of ours and tested apart
        found = validity_mistakes(root, form)
        assert bool(found) == (not schema.validate(root)), (found, schema.error_log, etree.tostring(root))

    check()


def test_an_address_that_goes_into_an_element_is_one_to_the_published_schema() -> None:
    schema = published_schema("core")

    @settings(max_examples=300, deadline=None)
    @given(st.text(st.sampled_from("ab1%/?#[]:@!$&'()*+,;=~-._ö<"), max_size=12))
    def check(tail: str) -> None:
        address = f"https://a{tail}"
        if is_plain_address(address):
            root = etree.fromstring(SMALL.encode())
            next(root.iter("{*}Source")).text = address
            schema.assertValid(root)

    check()
    assert is_plain_address("https://example.org:8080/a/b?c=d&e=%20#f")
    assert not any(
        map(is_plain_address, ("", "ftp://a", "https://", "https://a b", "https://a/%2", "https://ö"))
    )


def test_an_identifier_is_used_once() -> None:
    text = SMALL.replace(">_n<", "> _o\n<")
    assert said(text, "core") == ['"_o" is already used in line 5']


def test_shipped_documents_have_no_mistake() -> None:
    for kind in ("core", "performance"):
        assert said(export_plan(CHINA, kind).content.decode(), kind) == []
