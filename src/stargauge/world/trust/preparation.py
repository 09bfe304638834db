"""Prepares trust: what facts fix once for a run, and what a block of futures draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Distribution, Registry
from stargauge.world.blocs import BLOCS
from stargauge.world.slots import QUARTERS_PER_YEAR, Slots, slots_of
from stargauge.world.tails import heavy_tails
from stargauge.world.trust.arrays import CHINESE, US_PACKAGE, Opinion, PackagePaths, Packages, Trust
from stargauge.world.trust.inputs import ANNOUNCED, FIXED, LICENSED, PARTNERS, UNCERTAIN
from stargauge.world.trust.tools import TOOLS_DRAWS, tools_multiplier

Floats = NDArray[np.float64]

RICH = ("EU", "allies", "Gulf")
"""Blocs of high-income countries, where the lender of development is limited."""

STAGES = 2.0
"""Stages between announcement and power, of equal mean time."""

ALWAYS = 1e9
"""A leaning that no alignment outweighs: a pole takes its own stack."""

KW_PER_MW = 1e3
MW_PER_GW = 1e3
EDGE = 1e-15
SMALLEST_DELAY = 0.25
LARGEST_LOSS = 0.99


@dataclass(frozen=True)
class TrustPlan:
    """What trust is in every future: slots, medians of fixed inputs, distributions of drawn ones.

    The arrays (blocs) hold inputs by bloc; 0 for blocs without one.
    """

    slots: Slots
    distributions: dict[str, Distribution]
    fixed: dict[str, float]
    alignment: Floats
    announced_mw: Floats
    announced_on: Floats
    energised_mw: Floats
    new_part: Floats
    asked: Floats
    exposed: Floats
    need: Floats

    @property
    def first(self) -> int:
        """The first slot simulated."""
        return self.slots.first


def trust_shocks(quarters: int) -> dict[str, tuple[int, ...]]:
    """Return the uniforms a future needs, by name of the uncertainty: the shape without futures."""
    return {
        "world.trust.opinion.shock": (quarters, len(PARTNERS) + 1),
        "world.trust.leaning": (len(PARTNERS),),
        "world.trust.tools.event": (TOOLS_DRAWS,),
    }


def prepare_trust(registry: Registry, quarters: Sequence[date], as_of: date) -> TrustPlan:
    """Return what trust is in every future.

    Args:
        registry: Facts known on the as-of date.
        quarters: The last day of each quarter of the run, ascending.
        as_of: The as-of date.

    Raises:
        InputError: An input has no fact known by the as-of date.
        ValueError: No quarter ends after the as-of date.
    """
    fixed = registry.medians(FIXED)

    def by_bloc(kind: str, blocs: Sequence[str]) -> Floats:
        return np.array([fixed[f"world.trust.{kind}.{bloc}"] if bloc in blocs else 0.0 for bloc in BLOCS])

    alignment = by_bloc("alignment", PARTNERS)
    alignment[BLOCS.index("US")], alignment[BLOCS.index("China")] = 1.0, -1.0
    return TrustPlan(
        slots=slots_of(quarters, as_of),
        distributions=registry.distributions(UNCERTAIN),
        fixed=fixed,
        alignment=alignment,
        announced_mw=by_bloc("announced", ANNOUNCED),
        announced_on=by_bloc("announced_on", ANNOUNCED),
        energised_mw=by_bloc("energised", ANNOUNCED),
        new_part=by_bloc("new_part", PARTNERS),
        asked=by_bloc("finance", PARTNERS),
        exposed=by_bloc("exposed", PARTNERS),
        need=by_bloc("licence_need", LICENSED),
    )


def trust_block(
    plan: TrustPlan,
    values: Mapping[str, Floats],
    shocks: Mapping[str, Floats],
    export_packages: Floats,
) -> Trust:
    """Return what the steps of a block need.

    Args:
        plan: From `prepare_trust`.
        values: (futures) of each of `plan.distributions`.
        shocks: (futures, *shape) uniforms of each of `trust_shocks`.
        export_packages: (futures, slots) intensity of the lever since the as-of date.
    """
    return Trust(
        packages=_packages(plan, values, shocks["world.trust.leaning"], export_packages),
        opinion=_opinion(plan, values, shocks["world.trust.opinion.shock"]),
        tools=tools_multiplier(
            shocks["world.trust.tools.event"],
            values["world.trust.tools.rate"],
            values["world.trust.tools.delay"],
            _share(values["world.trust.tools.align"]),
            _share(values["world.trust.tools.hold"]),
            np.clip(values["world.trust.tools.effect"], 0.0, LARGEST_LOSS),
            _share(values["world.trust.tools.leak"]),
            values["world.trust.tools.lead"],
            plan.slots.since,
        ),
    )


def open_trust(plan: TrustPlan, trust: Trust, paths: PackagePaths, alignment: Floats) -> None:
    """Fill the slots that ended by the as-of date, and the stocks with which the first quarter begins.

    Args:
        plan: From `prepare_trust`.
        trust: From `trust_block`.
        paths: Written before slot `plan.first`.
        alignment: (futures, slots, blocs), written before slot `plan.first`.
    """
    past = slice(0, plan.first)
    alignment[:, past] = plan.alignment
    paths.choice[:, past] = US_PACKAGE
    paths.choice[:, past, BLOCS.index("China")] = CHINESE
    announced = plan.slots.years[past, None] >= plan.announced_on
    announced[-1] = True  # what was announced by the as-of date counts, also within the quarter
    paths.announced_mw[:, past] = plan.announced_mw * announced
    paths.promised_mw[:, past] = trust.packages.promised_mw[:, past]
    paths.delivered_mw[:, past] = plan.energised_mw * announced
    paths.licensed_mw[:, past] = trust.packages.licensed_mw
    paths.under_licence_mw[:, past] = np.minimum(plan.energised_mw * plan.need, trust.packages.licensed_mw)
    paths.licensed_chips[:, past] = 0.0
    paths.licensed_chips[:, past, BLOCS.index("Gulf")] = plan.fixed["world.trust.licensed"]
    for lent in (paths.exim, paths.dfc, paths.dfc_rich):
        lent[:, past] = 0.0
    paths.started_mw[:] = trust.packages.started_mw
    paths.due_mw[:] = trust.packages.due_mw


def _packages(plan: TrustPlan, values: Mapping[str, Floats], uniforms: Floats, lever: Floats) -> Packages:
    fixed = plan.fixed
    mw_per_chip = fixed["world.trust.chip_power"] * fixed["world.trust.facility_ratio"] / KW_PER_MW
    slope, take_us = values["world.trust.take_slope"], values["world.trust.take_us"]
    added = values["world.trust.new_packages"][:, None] * plan.new_part / QUARTERS_PER_YEAR
    delay = np.maximum(values["world.trust.delay"], SMALLEST_DELAY)
    final = _share(values["world.trust.final"])
    waiting = final[:, None] * np.maximum(0.0, plan.announced_mw - plan.energised_mw)
    age = np.maximum(0.0, plan.slots.years[plan.first - 1] - plan.announced_on) * (plan.announced_mw > 0.0)
    passed = STAGES * age / delay[:, None]
    licences = np.zeros(len(BLOCS))
    licences[BLOCS.index("Gulf")] = fixed["world.trust.licence_part.Gulf"]
    licences[BLOCS.index("rest")] = 1.0 - fixed["world.trust.licence_part.Gulf"]
    licensed = np.where(plan.need > 0.0, 0.0, np.inf)
    if plan.need[BLOCS.index("Gulf")] > 0.0:
        licensed[BLOCS.index("Gulf")] = fixed["world.trust.licensed"] * mw_per_chip
    exim_part = _share(values["world.trust.exim_part"])
    dfc = fixed["world.trust.dfc_cap"] * _share(values["world.trust.dfc_part"])
    return Packages(
        lean=_leaning(plan, slope, take_us, uniforms),
        added_mw=added,
        licence_mw=values["world.trust.licences"][:, None] * licences * mw_per_chip / QUARTERS_PER_YEAR,
        # Nothing of it has left the second stage by now: the two-stage law given that.
        started_mw=waiting / (1.0 + passed),
        due_mw=waiting * passed / (1.0 + passed),
        slope=slope,
        take_us=take_us,
        take_chinese=take_us - values["world.trust.take_chinese"],
        mixed=_share(values["world.trust.mixed"]),
        final=final,
        moved=-np.expm1(-STAGES / delay / QUARTERS_PER_YEAR),
        cost=values["world.trust.cost"] / MW_PER_GW,
        exim=fixed["world.trust.exim_room"] * exim_part,
        exim_rise=values["world.trust.exim_rise"] * exim_part,
        dfc=dfc,
        dfc_rich=np.minimum(dfc, fixed["world.trust.dfc_cap"] * fixed["world.trust.dfc_rich"]),
        lever=np.ascontiguousarray(lever),
        promised_mw=_promised(plan, values["world.trust.new_packages"]),
        asked=plan.asked,
        rich=np.array([float(bloc in RICH) for bloc in BLOCS]),
        need=plan.need,
        licensed_mw=licensed,
        delivered_mw=plan.energised_mw,
        announced_mw=plan.announced_mw,
        project=fixed["world.trust.dfc_project"],
        chips_per_mw=1.0 / mw_per_chip,
    )


def _leaning(plan: TrustPlan, slope: Floats, take_us: Floats, uniforms: Floats) -> Floats:
    """Return logistic leanings (futures, blocs); who announced a US package leans to one as things stand."""
    lean = np.zeros((slope.size, len(BLOCS)))
    lean[:, BLOCS.index("US")], lean[:, BLOCS.index("China")] = ALWAYS, -ALWAYS
    for column, bloc in enumerate(PARTNERS):
        b = BLOCS.index(bloc)
        u = uniforms[:, column]
        if plan.announced_mw[b] > 0.0:
            refuse = 1.0 / (1.0 + np.exp(slope * (plan.alignment[b] - take_us)))
            u = refuse + (1.0 - refuse) * u
        u = np.clip(u, EDGE, 1.0 - EDGE)
        lean[:, b] = np.log(u) - np.log1p(-u)
    return lean


def _promised(plan: TrustPlan, added_mw_per_year: Floats) -> Floats:
    """Return cumulative MW due by the dates promised, (futures, slots, blocs).

    A straight line from each announcement to its date; new ones come at a steady rate from the as-of date.
    """
    promise = plan.fixed["world.trust.promise"]
    age = np.clip((plan.slots.years[:, None] - plan.announced_on) / promise, 0.0, 1.0)
    known = plan.announced_mw * age
    since = np.maximum(0.0, plan.slots.since)
    ramp = np.minimum(since, promise)
    due = ramp * ramp / (2.0 * promise) + since - ramp
    promised: Floats = known + added_mw_per_year[:, None, None] * (due[:, None] * plan.new_part)
    return promised


def _opinion(plan: TrustPlan, values: Mapping[str, Floats], uniforms: Floats) -> Opinion:
    futures, slots = uniforms.shape[0], plan.slots.quarters + 1
    tails = heavy_tails(uniforms)
    common = plan.fixed["world.trust.common"]
    shock = np.zeros((futures, slots, len(BLOCS)))
    spread = values["world.trust.opinion"][:, None]
    for column, bloc in enumerate(PARTNERS, start=1):
        mixed = np.sqrt(common) * tails[:, :, 0] + np.sqrt(1.0 - common) * tails[:, :, column]
        shock[:, 1:, BLOCS.index(bloc)] = spread * mixed
    return Opinion(
        base=plan.alignment,
        exposed=plan.exposed,
        pole=np.array([float(bloc not in PARTNERS) for bloc in BLOCS]),
        tightening=values["world.trust.tightening"],
        conditions=values["world.trust.conditions"],
        delivery=values["world.trust.delivery"],
        back=-np.expm1(-values["world.trust.return"] / QUARTERS_PER_YEAR),
        shock=shock,
        first=plan.first,
    )


def _share(values: Floats) -> Floats:
    return np.clip(values, 0.0, 1.0)
