"""The levers of a national AI strategy, by pillar: the one table of names that a scenario may set.

A lever's intensity runs from 0 (nothing of it is in force) to 1 (all of it is). Whether a lever moves a
result is decided by the effects that the model has sourced, not here: `Scenario.tracked_levers` lists the
rest.
"""

from __future__ import annotations

from typing import NamedTuple


class Lever(NamedTuple):
    """A direction of policy; `pillar` is I, II or III of the plan, or "" where no action drives it."""

    name: str
    pillar: str
    meaning: str


_ROWS = (
    Lever("regulation_burden", "I", "federal and state rules that slow AI are lifted"),
    Lever("open_models", "I", "open-weight models are supported and released"),
    Lever("procurement_neutrality", "I", "federal buyers ask for objective models"),
    Lever("adoption", "I", "industry and government put AI to use"),
    Lever("research", "I", "research, testbeds and compute for science are paid for"),
    Lever("talent", "I", "workers are trained and retrained for an AI economy"),
    Lever("data", "I", "scientific and federal data sets are opened and built"),
    Lever("capital", "I", "loans, tax treatment and public money lower the cost of building"),
    Lever("permitting_time", "II", "environmental review and permits take less time"),
    Lever("interconnection_time", "II", "large loads and generators are connected sooner"),
    Lever("transmission_capacity", "II", "existing lines carry more and new ones are built"),
    Lever("dispatchable_supply", "II", "firm generation is built or kept available"),
    Lever("federal_land", "II", "federal land is offered for data centres and their power"),
    Lever("chip_supply_domestic", "II", "chips are made at home"),
    Lever("construction_workforce", "II", "more electricians, fitters and other crews are trained"),
    Lever("export_packages", "III", "full-stack AI export packages reach allies"),
    Lever("export_controls", "III", "controls on chips and chip-making tools are enforced"),
    Lever("security_conditions", "III", "security conditions are attached to compute and models"),
    Lever("evaluation", "III", "frontier models are evaluated for national-security risk"),
    Lever("retirement_deferral", "", "power plants due to close are kept open"),
    Lever("flexible_load", "", "data centres accept being curtailed for some hours"),
    Lever("community_benefit", "", "host communities share in the gain"),
)

LEVERS: dict[str, Lever] = {lever.name: lever for lever in _ROWS}
