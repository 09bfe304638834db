"""Makes the ledgers of a run ready: inputs, time, and what the chip rules let through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stargauge.errors import InputError, Mistake
from stargauge.facts import Distribution, Fact, Registry
from stargauge.world.ledgers.arrays import SHOCKS
from stargauge.world.ledgers.inputs import FIXED, HOST_NAMES, SHARED, UNCERTAIN
from stargauge.world.ledgers.rules import ChipRules, ChipSales, chip_rules
from stargauge.world.quarters import MONTHS_PER_QUARTER

LEDGER_SHOCKS, CAPABILITY_SHOCKS = "world.ledgers.shocks", "world.capability.shocks"
"""Names of the uniforms."""

MONTHS = 12

STOCKS = tuple(
    f"world.compute.stock.{name}"
    for name in ("China.domestic", "China.licensed", "China.smuggled", "China.rented", *HOST_NAMES)
)


@dataclass(frozen=True)
class LedgerPlan:
    """The ledgers of a run made ready; picklable.

    Attributes:
        quarters: Ends of the quarters.
        first: First slot that is simulated; 1 + the quarters that ended by the as-of date.
        observed: Slot in which stocks were last observed, or 0 if that was before the run.
        rules: What the chip rules let through.
        fixed: Fixed inputs in the units of `FIXED`.
        distributions: What is drawn once a future, in the units of `UNCERTAIN`.
        years: Time at which each input holds: the middle of its year for what is a year's, its date for
            stocks and capacity.
    """

    quarters: tuple[date, ...]
    first: int
    observed: int
    rules: ChipRules
    fixed: dict[str, float]
    distributions: dict[str, Distribution]
    years: dict[str, float]

    @property
    def start(self) -> float:
        """Return the beginning of the first quarter in years."""
        return year_end(self.quarters[0]) - MONTHS_PER_QUARTER / MONTHS

    def slot(self, year: float) -> float:
        """Return the slot of a time in years: a whole number at ends of quarters."""
        return (year - self.start) * MONTHS / MONTHS_PER_QUARTER


def ledger_shocks(quarters: Sequence[date]) -> dict[str, tuple[int, ...]]:
    """Return the uniforms the ledgers need: names with shapes for one future."""
    return {LEDGER_SHOCKS: (len(quarters), SHOCKS), CAPABILITY_SHOCKS: (len(quarters), 2)}


def prepare_ledgers(
    registry: Registry,
    quarters: Sequence[date],
    as_of: date,
    chip_sales: ChipSales = "rules",
    rules: ChipRules | None = None,
) -> LedgerPlan:
    """Return the ledgers of a run made ready.

    Args:
        registry: Facts; only those known by the as-of date are used.
        quarters: Ends of the run's quarters, in order.
        as_of: The as-of date.
        chip_sales: What is sold to China from the as-of date on.
        rules: What the rules let through by slot; those of `chip_rules` where not given.

    Raises:
        InputError: An input has no fact known by the as-of date, a fixed one is out of its range, or
            `chip_sales` is none of its values.
    """
    known = registry.as_of(as_of)
    fixed = known.medians(FIXED)
    _check(known, fixed)
    years = {name: _year(name, known.input(name)) for name in (*SHARED, *FIXED, *UNCERTAIN)}
    first = 1 + sum(end <= as_of for end in quarters)
    start = year_end(quarters[0]) - MONTHS_PER_QUARTER / MONTHS
    latest = max(years[name] for name in STOCKS)
    observed = min(first - 1, max(0, round((latest - start) * MONTHS / MONTHS_PER_QUARTER)))
    return LedgerPlan(
        quarters=tuple(quarters),
        first=first,
        observed=observed,
        rules=chip_rules(quarters, as_of, chip_sales) if rules is None else rules,
        fixed=fixed,
        distributions=known.distributions(UNCERTAIN),
        years=years,
    )


def year_end(day: date) -> float:
    """Return the end of a date's month in years."""
    return day.year + day.month / MONTHS


def _year(name: str, fact: Fact) -> float:
    by_date = name in STOCKS or name in ("world.compute.china.wafers", "world.compute.refusal")
    return year_end(fact.true_at) if by_date else fact.true_at.year + 0.5


def _check(known: Registry, fixed: dict[str, float]) -> None:
    """Raise if a fixed input would stop compute from being finite and at least 0."""
    shares = ("world.compute.shock.memory", "world.capability.shock.memory")
    above = {
        "compute.efficiency", "delivery.facility_per_it", "world.compute.fade",
        "world.compute.price.below", "world.compute.price.review",
    }  # fmt: skip
    mistakes = [
        Mistake(0, name, f"{fixed[name]:g} is no share; expected 0 to 1 ({known.input(name).id})")
        for name in shares
        if not 0.0 <= fixed[name] <= 1.0
    ]
    for name in fixed.keys() - set(shares):
        if fixed[name] < 0.0 or (fixed[name] == 0.0 and name in above):
            least = "above 0" if name in above else "at least 0"
            mistakes.append(Mistake(0, name, f"{fixed[name]:g}; expected {least} ({known.input(name).id})"))
    if mistakes:
        raise InputError("the facts", mistakes)
