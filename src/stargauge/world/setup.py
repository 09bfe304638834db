"""The world made ready: each of its rooms, what is drawn once a future, and the luck that quarters need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stargauge.facts import Distribution, Registry
from stargauge.scenario import Scenario
from stargauge.scenario.world import World
from stargauge.world.adoption import ADOPTION_UNITS, AdoptionPlan, adoption_shocks, prepare_adoption
from stargauge.world.ledgers import LEDGER_INPUTS, LedgerPlan, ledger_shocks, prepare_ledgers
from stargauge.world.position import Thresholds, thresholds
from stargauge.world.quarters import Between, Ints, between, quarter_ends, quarter_rows
from stargauge.world.rules import RULES_UNITS, RulesPlan, prepare_rules, rules_shocks
from stargauge.world.trust import TRUST_UNITS, TrustPlan, prepare_trust, trust_shocks

WORLD_UNITS: dict[str, str] = {**TRUST_UNITS, **LEDGER_INPUTS, **ADOPTION_UNITS, **RULES_UNITS}
"""Unit of every input of this room that is drawn."""

NETWORK_SCALE = "scenario.world.network"
"""Name of the scenario's own factor on how far what others use draws buyers."""

WORLD_LEVERS = ("export_packages", "export_controls", "security_conditions", "open_models")
"""Levers that act on the world."""


@dataclass(frozen=True)
class WorldPlan:
    """The world made ready for a scenario.

    `rows` (quarters) the months that end a quarter, `when` where months lie between slots, `first` the first
    slot that is simulated. `distributions` is drawn once a future; `shocks` gives the shape of uniforms that
    each future needs, by name.
    """

    asked: World
    rows: Ints
    when: Between
    first: int
    trust: TrustPlan
    ledgers: LedgerPlan
    adoption: AdoptionPlan
    rules: RulesPlan
    limits: Thresholds
    distributions: dict[str, Distribution]
    shocks: dict[str, tuple[int, ...]]

    @property
    def slots(self) -> int:
        """Quarters of the run and the one before."""
        return int(self.rows.size) + 1


def prepare_world(scenario: Scenario, registry: Registry) -> WorldPlan | None:
    """Return the world made ready; None where the scenario leaves it out or no quarter ends after its day.

    Args:
        scenario: What the user asks.
        registry: Facts known by its as-of date.

    Raises:
        InputError: An input has no fact known by the as-of date, or cannot be used as it is.
    """
    months, as_of = scenario.months(), scenario.as_of
    ends = quarter_ends(months)
    if scenario.world.off or not ends or ends[-1] <= as_of:
        return None
    return plan_world(scenario.world, registry, months, ends, as_of)


def plan_world(
    asked: World, registry: Registry, months: Sequence[str], ends: Sequence[date], as_of: date
) -> WorldPlan:
    """Return the world made ready for a block of a scenario; arguments as for `prepare_world`.

    Args:
        asked: What a scenario says of the world.
        registry: Facts known by the as-of date.
        months: Months of the run.
        ends: Last days of the quarters that end in it, of which at least one is after the as-of date.
        as_of: The as-of date.

    Raises:
        InputError: As `prepare_world`.
    """
    count = len(ends)
    trust = prepare_trust(registry, ends, as_of)
    ledgers = prepare_ledgers(registry, ends, as_of, chip_sales=asked.chip_sales_to_china)
    adoption = prepare_adoption(registry, ends, as_of)
    rules = prepare_rules(registry, ends, as_of)
    return WorldPlan(
        asked=asked,
        rows=quarter_rows(months),
        when=between(months),
        first=trust.first,
        trust=trust,
        ledgers=ledgers,
        adoption=adoption,
        rules=rules,
        limits=thresholds(registry),
        distributions={
            **trust.distributions,
            **ledgers.distributions,
            **adoption.distributions,
            **rules.distributions,
            NETWORK_SCALE: asked.network.scale,
        },
        shocks={
            **trust_shocks(count),
            **ledger_shocks(ends),
            **adoption_shocks(count),
            **rules_shocks(count),
        },
    )
