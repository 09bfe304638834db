"""What power supply asks of the facts: one declared list of inputs and their units.

A *fixed* input enters by its median; an *uncertain* one is drawn once a future. The record tables (fleet,
ratings, peaks, plans) are read beside them: `stargauge.facts.power_tables`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stargauge.facts import Distribution, Registry
from stargauge.power.regions import FADES, GROUPS, REGIONS

RATED_GROUPS = ("solar", "battery", "wind", "gas")
"""Groups that keep being built after the listed plans have run out."""

RESTARTS = ("palisades", "crane", "duane-arnold")

COSTED = ("gas_cc", "gas_ct", "solar", "wind", "wind_offshore", "battery", "nuclear", "geothermal")
"""Technologies with a sourced overnight cost; the capital of the others is not counted."""

OVERRUN_OF = {
    "gas_cc": "fossil",
    "gas_ct": "fossil",
    "solar": "solar",
    "wind": "wind",
    "wind_offshore": "wind",
    "battery": "solar",
    "nuclear": "nuclear",
    "geothermal": "geothermal",
}
"""Reference class of cost overruns of each costed technology."""

AGREEING = frozenset({"MIDA", "MIDW", "NY"})
"""Regions of one operator whose published margin counts as we do, or by a rule that we can follow."""

FIXED: dict[str, str] = {
    **{f"power.dr.{region}": "MW" for region in REGIONS},
    **{f"power.lead.{group}": "month" for group in RATED_GROUPS},
    "power.turbine.slot_months": "month",
    "power.turbine.cc_factor": "ratio",
    "power.uprate.start": "month",
    "power.egs.drilling_share": "ratio",
}
"""Inputs that enter by their median, with the unit the model computes in."""

DATED: dict[str, str] = {
    **{f"power.restart.{name}": "MW" for name in RESTARTS},
    "power.egs.committed": "MW",
}
"""Projects of their own: median MW, region and due month of the fact. Absent before they are known."""

UNCERTAIN: dict[str, str] = {
    **{f"power.counted.{region}": "ratio" for region in REGIONS},
    **{f"power.peak.error.{region}": "ratio" for region in REGIONS},
    **{f"power.demand.growth.{region}": "percent/year" for region in REGIONS},
    "power.demand.national": "percent/year",
    "power.demand.winter_extra": "percent/year",
    "power.completion.near": "ratio",
    "power.completion.common": "ratio",
    **{f"power.completion.far.{group}": "ratio" for group in GROUPS},
    "power.delay.near": "month",
    **{f"power.delay.far.{group}": "month" for group in GROUPS},
    **{f"power.rate.{group}": "MW/year" for group in RATED_GROUPS},
    "power.turbine.booked": "MW/year",
    "power.turbine.output": "MW/year",
    "power.turbine.growth": "ratio",
    "power.turbine.us_share": "ratio",
    "power.restart.delay": "month",
    "power.restart.share": "ratio",
    "power.uprate.total": "MW",
    "power.egs.delay": "month",
    "power.egs.rate": "MW/year",
    "power.egs.learning": "ratio",
    "power.egs.response": "ratio",
    **{f"power.fade.{kind}": "ratio" for kind in FADES},
    "power.retirement.share": "ratio",
    "power.retirement.delay": "month",
    "power.held.months": "month",
    "power.held.rating": "ratio",
    "lever.retirement_deferral.effect": "ratio",
    "lever.dispatchable_supply.effect": "ratio",
    **{f"power.cost.{technology}": "USD/kW" for technology in COSTED},
    **{f"power.overrun.{kind}": "ratio" for kind in sorted(set(OVERRUN_OF.values()))},
    **{f"power.bill.{region}": "ratio" for region in REGIONS},
    **{f"power.unexplained.{region}": "ratio" for region in REGIONS if region not in AGREEING},
}
"""Inputs drawn once a future, with the unit the model computes in."""

POWER_UNITS = {**FIXED, **DATED, **UNCERTAIN}
"""Unit of every input of this room."""


@dataclass(frozen=True)
class Project:
    """A plant of its own: MW of nameplate in a region, due at the end of a month."""

    name: str
    region: str
    mw: float
    due: date


@dataclass(frozen=True)
class PowerInputs:
    """Every input in the units of `POWER_UNITS`; `projects` are those known by the registry's date."""

    fixed: dict[str, float]
    uncertain: dict[str, Distribution]
    projects: tuple[Project, ...]


def power_inputs(registry: Registry) -> PowerInputs:
    """Return the inputs of power supply from the facts known to a registry.

    Raises:
        InputError: an input has no fact known by the registry's as-of date.
    """
    known = set(registry.inputs())
    late = {name for name in UNCERTAIN if name not in known and name.startswith(LATER)}
    projects = []
    for name in DATED:
        if name in known:
            fact = registry.input(name)
            projects.append(Project(name, fact.region, fact.to("MW").median, fact.true_at))
    return PowerInputs(
        fixed={
            name: registry.input(name).to(unit).median for name, unit in FIXED.items() if name not in LATER
        },
        uncertain={
            name: registry.input(name).to(unit) for name, unit in UNCERTAIN.items() if name not in late
        },
        projects=tuple(projects),
    )


LATER = ("power.cost.", "power.unexplained.")
"""Inputs that may be unknown as of an early date: what they price or share out is then not counted."""
