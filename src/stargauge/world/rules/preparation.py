"""Prepares rules: what facts fix once for a run, and what a block of futures draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Distribution, Registry
from stargauge.world.blocs import BLOCS
from stargauge.world.rules.arrays import Law, RulePaths
from stargauge.world.rules.inputs import FIXED, FOLLOWERS, STAGES, UNCERTAIN
from stargauge.world.rules.laws import share_past
from stargauge.world.slots import QUARTERS_PER_YEAR, Slots, calendar_year, slots_of

Floats = NDArray[np.float64]

UNITED_STATES, CHINA, EU = BLOCS.index("US"), BLOCS.index("China"), BLOCS.index("EU")


@dataclass(frozen=True)
class RulesPlan:
    """What rules are in every future: slots, medians of fixed inputs, distributions of drawn ones.

    (blocs): `market` sums to 1; `cover` on the as-of date, `size` of one more law, `part` of all new laws.
    (stages): `dates` as calendar years and `burden`, which sums to 1.
    """

    slots: Slots
    as_of: float
    distributions: dict[str, Distribution]
    market: Floats
    cover: Floats
    size: Floats
    part: Floats
    dates: Floats
    burden: Floats

    @property
    def first(self) -> int:
        """The first slot simulated."""
        return self.slots.first


def rules_shocks(quarters: int) -> dict[str, tuple[int, ...]]:
    """Return the uniforms a future needs, by name of the uncertainty: the shape without futures."""
    return {"world.rules.law": (quarters, len(FOLLOWERS))}


def prepare_rules(registry: Registry, quarters: Sequence[date], as_of: date) -> RulesPlan:
    """Return what rules are in every future.

    Args:
        registry: Facts known on the as-of date.
        quarters: The last day of each quarter of the run, ascending.
        as_of: The as-of date.

    Raises:
        InputError: An input has no fact known by the as-of date.
        ValueError: No quarter ends after the as-of date.
    """
    fixed = registry.medians(FIXED)

    def by_bloc(kind: str) -> Floats:
        return np.array([fixed.get(f"world.rules.{kind}.{bloc}", 0.0) for bloc in BLOCS])

    market = by_bloc("market")
    burden = np.array([fixed[f"world.rules.burden.{stage}"] for stage in STAGES])
    cover = by_bloc("cover")
    cover[EU] = 1.0
    return RulesPlan(
        slots=slots_of(quarters, as_of),
        as_of=calendar_year(as_of),
        distributions=registry.distributions(UNCERTAIN),
        market=market / market.sum(),
        cover=cover,
        size=by_bloc("size"),
        part=by_bloc("part"),
        dates=np.array([fixed[f"world.rules.eu.{stage}"] for stage in STAGES]),
        burden=burden / burden.sum(),
    )


def rules_block(
    plan: RulesPlan, values: Mapping[str, Floats], shocks: Mapping[str, Floats], alignment: Floats
) -> Law:
    """Return what the steps of a block need.

    Args:
        plan: From `prepare_rules`.
        values: (futures) of each of `plan.distributions`.
        shocks: (futures, *shape) uniforms of each of `rules_shocks`.
        alignment: (blocs) on the as-of date, `TrustPlan.alignment`.
    """
    uniforms = shocks["world.rules.law"]
    futures = uniforms.shape[0]
    luck = np.full((futures, plan.slots.quarters + 1, len(BLOCS)), np.inf)
    for column, bloc in enumerate(FOLLOWERS):
        luck[:, 1:, BLOCS.index(bloc)] = -np.log1p(-uniforms[:, :, column])
    return Law(
        market=plan.market,
        cover=plan.cover,
        size=plan.size,
        follows=np.array([float(bloc in FOLLOWERS) for bloc in BLOCS]),
        base=np.ascontiguousarray(alignment),
        pressure=values["world.rules.pressure"],
        defacto=np.clip(values["world.rules.defacto"], 0.0, 1.0),
        chinese=np.clip(values["world.rules.chinese"], 0.0, 1.0),
        hazard=values["world.rules.rate"][:, None] * plan.part / QUARTERS_PER_YEAR,
        luck=luck,
        strength=strength(plan, values["world.rules.further_delay"]),
        us=UNITED_STATES,
        china=CHINA,
        eu=EU,
        first=plan.first,
    )


def strength(plan: RulesPlan, further_delay: Floats) -> Floats:
    """Return the part of the EU act's burden that applies at the end of a slot, (futures, slots) in [0, 1].

    Args:
        plan: From `prepare_rules`.
        further_delay: (futures) years by which what did not apply on the as-of date is put off once more.
    """
    ahead = plan.dates > plan.as_of
    dates = plan.dates + further_delay[:, None] * ahead
    applies = plan.slots.years[None, :, None] >= dates[:, None, :]
    part: Floats = np.minimum(1.0, (applies * plan.burden).sum(axis=2))
    return part


def open_rules(plan: RulesPlan, law: Law, paths: RulePaths) -> None:
    """Fill the slots that ended by the as-of date: the cover of that date, the act as far as it applied.

    Args:
        plan: From `prepare_rules`.
        law: From `rules_block`.
        paths: Written before slot `plan.first`.
    """
    past = slice(0, plan.first)
    paths.cover[:, past] = plan.cover
    paths.compliance[:, past] = plan.cover * law.strength[:, past, None]
    share_past(law, np.zeros_like(paths.cover[:, past]), paths)
