"""Reads a distribution from the text of a table or the mapping of a YAML file.

`"18"`, `"median=18; log_sd=0.4"`, `"p10=12; p50=18; p90=30"`, `"values=1,2,5; weights=0.2,0.5,0.3"`.
Every mistake says what is wrong and what would be right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from statistics import NormalDist
from typing import Any

from stargauge.facts.distributions.base import Distribution
from stargauge.facts.distributions.beta import Beta
from stargauge.facts.distributions.constant import Constant
from stargauge.facts.distributions.discrete import Discrete
from stargauge.facts.distributions.empirical import Empirical
from stargauge.facts.distributions.lognormal import SYMMETRY_TOLERANCE, Lognormal
from stargauge.facts.distributions.normal import Normal
from stargauge.facts.distributions.triangular import Triangular

_QUANTILE_PAIRS = {("p05", "p95"): 0.05, ("p10", "p90"): 0.10, ("p25", "p75"): 0.25}
_QUANTILE_NAMES = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")

_Numbers = dict[str, float]
_Lists = dict[str, tuple[float, ...]]


def parse_distribution(kind: str, parameters: str | Mapping[str, Any]) -> Distribution:
    """Return the distribution of a kind with the given parameters.

    Args:
        kind: One of `DISTRIBUTION_KINDS`.
        parameters: `name=value` pairs separated by semicolons, lists with commas; a bare number for a
            constant; or a mapping of names to numbers and lists of numbers.

    Returns:
        The distribution, its parameters checked.

    Raises:
        ValueError: If the kind or a parameter is unknown, missing, not a number or out of its range.
    """
    if kind not in _MEMBERS:
        raise ValueError(f'unknown distribution "{kind}"{_suggestion(kind, DISTRIBUTION_KINDS)}')
    numeric, lists, build = _MEMBERS[kind]
    pairs = _split(kind, parameters) if isinstance(parameters, str) else dict(parameters)
    known = (*numeric, *lists)
    for name in pairs:
        if name not in known:
            raise ValueError(f'a {kind} has no parameter "{name}"{_suggestion(name, known)}')
    numbers = {name: _number(name, pairs[name]) for name in numeric if name in pairs}
    arrays = {name: _numbers(name, pairs[name]) for name in lists if name in pairs}
    return build(numbers, arrays)


def _split(kind: str, text: str) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for part in (piece.strip() for piece in text.split(";")):
        name, equals, value = part.partition("=")
        if not equals:
            if kind == "constant" and part and not pairs:
                pairs["value"] = part
                continue
            raise ValueError(f'expected name=value pairs separated by semicolons, found "{part}"')
        name = name.strip()
        if name in pairs:
            raise ValueError(f'parameter "{name}" is given twice')
        pairs[name] = value.strip()
    return pairs


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{name} must be a number, not {value!r}")
    try:
        return float(value)
    except ValueError:
        raise ValueError(f'{name} must be a number, not "{value}"') from None


def _numbers(name: str, value: Any) -> tuple[float, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, Sequence):
        raise ValueError(f"{name} must be a list of numbers, not {value!r}")
    return tuple(_number(name, item) for item in items)


def _suggestion(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else f"; expected one of {', '.join(known)}"


def _require(kind: str, given: Mapping[str, Any], *names: str, alternative: str = "") -> None:
    missing = [name for name in names if name not in given]
    if missing:
        needs = " and ".join(names) if len(names) < 3 else ", ".join(names[:-1]) + f" and {names[-1]}"
        got = f", got {', '.join(given)}" if given else ""
        raise ValueError(f"a {kind} needs {needs}{alternative}{got}")


def _quantile_ends(kind: str, numbers: _Numbers) -> tuple[float, float, float]:
    """Return the lower and upper quantile given and the lower probability."""
    ends = [name for name in numbers if name.startswith("p") and name != "p50"]
    for (low, high), probability in _QUANTILE_PAIRS.items():
        if set(ends) == {low, high}:
            return numbers[low], numbers[high], probability
    found = ", ".join(ends) or "p50 alone"
    raise ValueError(f"the quantiles of a {kind} come in pairs, p10 and p90 or p25 and p75, found {found}")


def _constant(numbers: _Numbers, _: _Lists) -> Distribution:
    _require("constant", numbers, "value")
    return Constant(numbers["value"])


def _normal(numbers: _Numbers, _: _Lists) -> Distribution:
    if any(name.startswith("p") for name in numbers):
        _refuse_mixture("normal", numbers, "mean", "sd")
        low, high, probability = _quantile_ends("normal", numbers)
        centre = numbers.get("p50", (low + high) / 2.0)
        if not low < centre < high:
            raise ValueError(f"quantiles must increase, found {low:g}, {centre:g}, {high:g}")
        if abs((high - centre) - (centre - low)) > SYMMETRY_TOLERANCE * (high - low) / 2.0:
            raise ValueError("a normal is symmetric and these quantiles are not; use lognormal or triangular")
        return Normal(centre, (high - low) / (2.0 * NormalDist().inv_cdf(1.0 - probability)))
    _require("normal", numbers, "mean", "sd", alternative=", or p10, p50 and p90")
    return Normal(numbers["mean"], numbers["sd"])


def _lognormal(numbers: _Numbers, _: _Lists) -> Distribution:
    if any(name.startswith("p") for name in numbers):
        _refuse_mixture("lognormal", numbers, "median", "log_sd", "log_sd_above")
        low, high, probability = _quantile_ends("lognormal", numbers)
        return Lognormal.from_quantiles(low, numbers.get("p50"), high, probability)
    _require("lognormal", numbers, "median", "log_sd", alternative=", or p10, p50 and p90")
    return Lognormal(numbers["median"], numbers["log_sd"], numbers.get("log_sd_above"))


def _refuse_mixture(kind: str, numbers: _Numbers, *moments: str) -> None:
    mixed = [name for name in moments if name in numbers]
    if mixed:
        raise ValueError(f"a {kind} takes quantiles or {' and '.join(moments[:2])}, not both")


def _triangular(numbers: _Numbers, _: _Lists) -> Distribution:
    _require("triangular", numbers, "low", "mode", "high")
    return Triangular(numbers["low"], numbers["mode"], numbers["high"])


def _beta(numbers: _Numbers, _: _Lists) -> Distribution:
    _require("beta", numbers, "alpha", "beta")
    return Beta(numbers["alpha"], numbers["beta"], numbers.get("low", 0.0), numbers.get("high", 1.0))


def _discrete(_: _Numbers, lists: _Lists) -> Distribution:
    _require("discrete", lists, "values", "weights")
    return Discrete(lists["values"], lists["weights"])


def _empirical(_: _Numbers, lists: _Lists) -> Distribution:
    _require("empirical", lists, "values")
    return Empirical(lists["values"])


_Builder = Callable[[_Numbers, _Lists], Distribution]
_MEMBERS: dict[str, tuple[tuple[str, ...], tuple[str, ...], _Builder]] = {
    "constant": (("value",), (), _constant),
    "normal": (("mean", "sd", *_QUANTILE_NAMES), (), _normal),
    "lognormal": (("median", "log_sd", "log_sd_above", *_QUANTILE_NAMES), (), _lognormal),
    "triangular": (("low", "mode", "high"), (), _triangular),
    "beta": (("alpha", "beta", "low", "high"), (), _beta),
    "discrete": ((), ("values", "weights"), _discrete),
    "empirical": ((), ("values",), _empirical),
}

DISTRIBUTION_KINDS: tuple[str, ...] = tuple(_MEMBERS)
"""The kinds a table or a scenario may name."""
