"""Numbers a user writes: a plain number, text with a unit, or a distribution, read into a given unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from stargauge.facts import (
    DISTRIBUTION_KINDS,
    Constant,
    Distribution,
    conversion_factor,
    parse_distribution,
    parse_quantity,
)
from stargauge.facts.units import dimension_name
from stargauge.scenario.faults import fault
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.tree import shorten
from stargauge.scenario.values import shown
from stargauge.scenario.vocabulary import FactLike

# A factor beyond these limits is a slip of the keyboard, and would overflow the model's sums.
SMALLEST_SCALE = 1e-3
LARGEST_SCALE = 1e3
LARGEST_VALUE = 1e18
# Where the sign or the upper end of a distribution is judged: its tails beyond are draws that never happen.
_TAIL = 1e-3
# What a unit may look like. Anything else, such as a tower of powers, is not passed on to be evaluated.
_UNIT = re.compile(
    r"[^\W\d]\w{0,30}(\s?(/|\*)\s?[^\W\d]\w{0,30}|\^[23]|\*\*[23]){0,6}|1/[a-z]{1,10}|%(/[a-z]{1,10})?"
)
_NUMBER_AND_UNIT = re.compile(
    r"\s*(?P<number>[-+]?[\d_]*\.?[\d_]*(?:[eE][-+]?\d{1,3})?)\s*(?P<unit>\S.*?)?\s*"
)
_QUANTILE_NAMES = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")


@dataclass(frozen=True)
class FactOverride:
    """The value a scenario gives a fact: a distribution in the fact's `unit`."""

    distribution: Distribution
    unit: str

    def canonical(self) -> dict[str, Any]:
        """Return the override as a file spells it out in full."""
        return {**spelled(self.distribution), "unit": self.unit}


def read_override(value: Any, fact: FactLike) -> FactOverride:
    """Return the override of a fact from what the file says; raises a fault with what would be right."""
    example = f"for example {example_of(fact)}"
    if isinstance(value, FactOverride):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, list | tuple):
        kinds = "a number, text with a unit, or a distribution"
        raise fault(f"{shown(value)} is no value of {fact.id}; expected {kinds}, {example}")
    if isinstance(value, dict):
        distribution = _in_unit(value, fact.unit, example)
    elif isinstance(value, str):
        distribution = Constant(read_quantity(value, fact.unit, example))
    else:
        distribution = _constant(float(value))
    _check_support(distribution, fact, example)
    return FactOverride(distribution, fact.unit)


def read_scale(value: Any) -> Distribution:
    """Return the positive factor or distribution of factors that multiplies a stage or limit."""
    example = "for example 1.2"
    if isinstance(value, Distribution):
        distribution = value
    elif isinstance(value, dict):
        if "unit" in value:
            raise fault(f"a scale has no unit, it multiplies; leave unit out, {example}")
        distribution = _parsed(value, example)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise fault(f"{shown(value)} is no scale; expected a positive number or a distribution, {example}")
    else:
        distribution = _constant(float(value))
    low, high = tails(distribution)
    if low <= 0.0:
        found = (
            f"{low:g}" if distribution.is_constant else f"one of a {distribution.kind} that reaches {low:g}"
        )
        raise fault(f"a scale must be above 0, not {found}; {example}, or off: true where the field has it")
    if not (low >= SMALLEST_SCALE and high <= LARGEST_SCALE):
        raise fault(
            f"a scale lies between {SMALLEST_SCALE:g} and {LARGEST_SCALE:,g}, not at {low:g} to {high:g}"
        )
    return distribution


def read_quantity(value: Any, unit: str, example: str) -> float:
    """Return a number with its unit in the `unit` asked for; a wrong dimension is a fault that names it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise fault(f"{value} has no unit, expected {dimension_name(unit)}; {example}")
    if not isinstance(value, str):
        raise fault(f"{shown(value)} is no quantity, expected {dimension_name(unit)}; {example}")
    match = _NUMBER_AND_UNIT.fullmatch(value) if len(value) <= 100 else None
    if match is None or not re.search(r"\d", match["number"]):
        raise fault(f"{shown(value)} is not a number with a unit; {example}")
    spelled_unit = (match["unit"] or "").replace("%", "percent")
    if match["unit"] and not _UNIT.fullmatch(match["unit"]):
        raise fault(f'{shown(value)}: "{shorten(match["unit"])}" is no unit; {example}')
    try:
        number = parse_quantity(f"{match['number']} {spelled_unit}".strip(), unit)
    except ValueError as error:
        words = str(error)
        raise fault(words if "for example" in words else f"{words}; {example}") from None
    if not np.isfinite(number) or abs(number) > LARGEST_VALUE:
        raise fault(f"{shown(value)} is too large to be meant; {example}")
    return number


def spelled(distribution: Distribution) -> dict[str, Any]:
    """Return a distribution as the mapping a file would give."""
    return {"distribution": distribution.kind, **distribution.parameters}


def spelled_scale(distribution: Distribution) -> float | dict[str, Any]:
    """Return a scale as a file would give it: a plain number where it is exactly known."""
    return float(distribution.median) if distribution.is_constant else spelled(distribution)


def tails(distribution: Distribution) -> tuple[float, float]:
    """Return the values below which one draw in a thousand lies, and above which one does."""
    with np.errstate(over="ignore"):
        low, high = distribution.quantile(np.array([_TAIL, 1.0 - _TAIL]))
    return float(low), float(high)


def example_of(fact: FactLike) -> str:
    """Return a right value for a fact as one would write it in a file."""
    number = f"{fact.distribution.median:.3g}"
    number = str(int(float(number))) if float(number).is_integer() and abs(float(number)) < 1e9 else number
    return number if fact.unit in {"share", "ratio", "count"} else f"{number} {fact.unit}"


def _constant(value: float) -> Constant:
    if not np.isfinite(value) or abs(value) > LARGEST_VALUE:
        raise fault(f"{value:g} is too large to be meant")
    return Constant(value)


def _in_unit(value: dict[str, Any], unit: str, example: str) -> Distribution:
    given = value.get("unit", unit)
    if not isinstance(given, str):
        raise fault(f"unit {shown(given)} is not text; write unit: {unit}")
    if given not in {unit, "%"} and not _UNIT.fullmatch(given):
        raise fault(f'"{shorten(given)}" is no unit; write unit: {unit}')
    try:
        factor = conversion_factor(given.replace("%", "percent"), unit)
    except ValueError as error:
        raise fault(f"{error}; expected {dimension_name(unit)}, write unit: {unit}") from None
    distribution = _parsed({name: item for name, item in value.items() if name != "unit"}, example)
    return distribution if factor == 1.0 else distribution.scaled(factor)


def _parsed(value: dict[str, Any], example: str) -> Distribution:
    parameters = dict(value)
    kind = parameters.pop("distribution", None)
    if kind is None:
        kind = _implied_kind(parameters)
    if not isinstance(kind, str) or kind not in DISTRIBUTION_KINDS:
        known = did_you_mean(kind, DISTRIBUTION_KINDS) if isinstance(kind, str) else ""
        raise fault(
            f"unknown distribution {shown(kind)}{known}; expected one of {', '.join(DISTRIBUTION_KINDS)}"
        )
    for name, item in parameters.items():
        numbers = item if isinstance(item, list | tuple) else [item]
        if any(isinstance(number, str | bool | dict | list) or number is None for number in numbers):
            wrong = next(n for n in numbers if isinstance(n, str | bool | dict | list) or n is None)
            raise fault(
                f"{shorten(name)} must be a number, not {shown(wrong)}; "
                "a unit goes in its own field, for example unit: month"
            )
        if any(abs(number) > LARGEST_VALUE for number in numbers):
            raise fault(f"{shorten(name)} is too large to be meant; {example}")
    try:
        distribution = parse_distribution(kind, parameters)
        finite = all(np.isfinite([*tails(distribution), distribution.mean]))
    except OverflowError:
        finite = False
    except ValueError as error:
        raise fault(f"{error}") from None
    if not finite or max(abs(end) for end in tails(distribution)) > LARGEST_VALUE:
        raise fault(f"a {kind} so wide has no finite mean; narrow it")
    return distribution


def _implied_kind(parameters: dict[str, Any]) -> str:
    """Return the kind that only one set of parameters can mean; raises a fault where several could."""
    names = set(parameters)
    if "median" in names and "log_sd" in names:
        return "lognormal"
    if {"mean", "sd"} <= names:
        return "normal"
    if {"low", "mode", "high"} <= names:
        return "triangular"
    wish = "lognormal" if names & set(_QUANTILE_NAMES) else DISTRIBUTION_KINDS[0]
    raise fault(
        f"distribution is missing; expected one of {', '.join(DISTRIBUTION_KINDS)}, "
        f"for example distribution: {wish}"
    )


def _check_support(distribution: Distribution, fact: FactLike, example: str) -> None:
    """Refuse values beyond the ends that the fact's own quantity has: below 0, or a share above 1."""
    low, high = tails(distribution)
    own_low, own_high = tails(fact.distribution)
    found = f"{low:g}" if distribution.is_constant else f"a {distribution.kind} that reaches {low:g}"
    if low < 0.0 <= own_low and fact.quantity not in {"change", "duration_change"}:
        raise fault(f"{fact.id} cannot be negative ({fact.title}), not {found} {fact.unit}; {example}")
    if fact.quantity == "share" and high > _share_end(fact.unit) >= own_high:
        end = _share_end(fact.unit)
        raise fault(f'{fact.id} is a share, at most {end:g}, not {high:g}; {example}, or with a unit: "30 %"')


def _share_end(unit: str) -> float:
    return 1.0 / conversion_factor(unit, "share")
