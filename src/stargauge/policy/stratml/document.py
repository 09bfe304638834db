"""Writes a strategy as a StratML document.

Pillars are goals and actions objectives; sections, which have no level of their own in StratML, are listed
in the goal and named by each objective. Agencies are stakeholders. What has no element is a labelled line.
"""

from __future__ import annotations

from typing import Any

from stargauge.policy.plan.records import Action, Agency, Pillar
from stargauge.policy.plan.strategy import Strategy
from stargauge.policy.stratml.builder import Builder
from stargauge.policy.stratml.evidence import add_indicators
from stargauge.policy.stratml.identifiers import identifier
from stargauge.policy.stratml.labels import FORM, MARK, line, written
from stargauge.policy.stratml.schema import FORMS, Kind
from stargauge.policy.stratml.tables import as_cells
from stargauge.policy.stratml.values import is_plain_address

REPORT_TYPE = "Performance_Report"

ACTION_LABELS = ("section", "verb", "lever", "agencies_basis", "page", "repeats", "added")
"""Columns of an action that StratML has no element for."""

PLAN_LABELS = ("id", "place", "edition", "source", "address", "licence", "confidence")
"""Columns of a strategy that StratML has no element for; its address only where Source cannot hold it."""

ROLE = "Doing it"


def document(strategy: Strategy, kind: Kind) -> Any:
    """Return the root element of a strategy in one of the two forms.

    Args:
        strategy: A strategy as `excerpt` returns it.
        kind: The plan alone (`core`), or with stages and evidence (`performance`).
    """
    make = Builder(FORMS[kind])
    root = make.root(**({"Type": REPORT_TYPE} if kind == "performance" else {}))
    identity = as_cells(strategy.identity)
    make.add(root, "Name", identity["title"])
    make.add_filled(root, "Description", identity["note"])
    make.add(root, "OtherInformation", _about(strategy, identity))
    core = make.add(root, "StrategicPlanCore")
    _add_organization(make, core, strategy)
    for pillar in strategy.pillars:
        _add_goal(make, core, strategy, pillar)
    _add_administration(make, root, strategy, identity)
    return root


def agency_text(agency: Agency) -> str:
    """Return an agency's id, and the agency that it is part of."""
    return agency.id if agency.part_of is None else f"{agency.id}, part of {agency.part_of}"


def _about(strategy: Strategy, identity: dict[str, str]) -> str:
    cells = {name: identity[name] for name in PLAN_LABELS}
    if is_plain_address(cells["address"]):
        cells["address"] = ""
    lines = [f"{MARK}{FORM}", *written(cells)]
    for entry in strategy.lineage:
        cells = as_cells(entry)
        lines += [*written({"lineage": cells.pop("id")}), *written(cells)]
    return "\n".join(lines)


def _add_organization(make: Builder, core: Any, strategy: Strategy) -> None:
    organization = make.add(core, "Organization")
    make.add(organization, "Name", strategy.identity.issuer)
    make.add(organization, "Identifier", identifier(strategy.id, "organization"))
    for agency in strategy.agencies:
        element = make.add(organization, "Stakeholder", StakeholderTypeType="Organization")
        make.add(element, "Name", agency.name)
        make.add(element, "Description", agency_text(agency))


def _add_goal(make: Builder, core: Any, strategy: Strategy, pillar: Pillar) -> None:
    sections = [one for one in strategy.sections if one.pillar == pillar.id]
    goal = make.add(core, "Goal")
    make.add(goal, "Name", pillar.title)
    make.add(goal, "Description", "; ".join(one.title for one in sections))
    make.add(goal, "Identifier", identifier(strategy.id, "pillar", str(pillar.id)))
    make.add(goal, "SequenceIndicator", str(pillar.id))
    listed = "\n".join(line(f"section {one.id}", one.title) for one in sections)
    make.add_filled(goal, "OtherInformation", listed)
    for action in strategy.actions:
        if strategy.pillar_of(action.id) == pillar.id:
            _add_objective(make, goal, strategy, action)


def _add_objective(make: Builder, goal: Any, strategy: Strategy, action: Action) -> None:
    cells = as_cells(action)
    names = {agency.id: agency.name for agency in strategy.agencies}
    objective = make.add(goal, "Objective")
    make.add(objective, "Name", strategy.section_by_id[action.section].title)
    make.add(objective, "Description", action.text)
    make.add(objective, "Identifier", identifier(strategy.id, "action", action.id))
    make.add(objective, "SequenceIndicator", action.id)
    for agency in action.agencies:
        element = make.add(objective, "Stakeholder", StakeholderTypeType="Organization")
        make.add(element, "Name", names[agency])
        make.add(element, "Description", agency)
        if make.form.kind == "performance":
            role = make.add(element, "Role")
            make.add(role, "Name", ROLE)
            make.add(role, "RoleType", "Performer")
    make.add(objective, "OtherInformation", "\n".join(written({name: cells[name] for name in ACTION_LABELS})))
    if make.form.kind == "performance":
        add_indicators(make, objective, strategy, action)


def _add_administration(make: Builder, root: Any, strategy: Strategy, identity: dict[str, str]) -> None:
    administration = make.add(root, "AdministrativeInformation")
    if make.form.kind == "performance":
        # The period that a report covers; the plan alone has none.
        make.add(administration, "Identifier", identifier(strategy.id, "plan"))
        make.add(administration, "StartDate", identity["released"])
        make.add(administration, "EndDate", identity["edition"])
    make.add(administration, "PublicationDate", identity["released"])
    if is_plain_address(identity["address"]):
        make.add(administration, "Source", identity["address"])
