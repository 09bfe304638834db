"""One condition of a claim: a metric of a place compared, at a date or by it, with a threshold or another."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from stargauge.facts import parse_quantity
from stargauge.insight.claims.metrics import METRICS, REACHED, TRUTH, Metric
from stargauge.insight.claims.places import all_places, check_place
from stargauge.scenario.faults import Faults, fault
from stargauge.scenario.parts import Part
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.values import choice, month, month_index, real_number, shown

AT_LEAST, AT_MOST, ABOVE, BELOW, BETWEEN = "at_least", "at_most", "above", "below", "between"
REACHES, RISES, FALLS, LEADS, HOLDS = "reaches", "rises", "falls", "leads", "holds"
COMPARISONS = (AT_LEAST, AT_MOST, ABOVE, BELOW, BETWEEN, REACHES, RISES, FALLS, LEADS, HOLDS)

LEVELS = (AT_LEAST, AT_MOST, ABOVE, BELOW)
"""Comparisons that take a threshold, or another metric in its stead."""

CHANGES = (RISES, FALLS)
"""Comparisons of two dates: the threshold, where there is one, is the least change."""

NOW, END = "now", "end"
"""The month of the run's as-of date, and its last month."""

ADDITIVE = ("MW", "MW_it", "share", "H100e", "bn_USD", "count")
"""Units of which places may be added up."""

LARGEST = 1e15
MOST_TIMES = 1000.0
_NOUNS = ("sites", "site", "count")


def read_month(*words: str) -> Any:
    """Return a reader of a month, or of one of some words that stand for one."""

    def read(value: Any) -> str:
        if value in words and isinstance(value, str):
            return value
        if isinstance(value, str) and not value[:1].isdigit():
            hint = did_you_mean(value, words)
            raise fault(f"{shown(value)} is no month{hint}; expected YYYY-MM, for example 2029-01")
        return month(value)

    return read


def read_metric(value: Any) -> str:
    """Return the name of a metric."""
    if isinstance(value, str) and value in METRICS:
        return value
    hint = did_you_mean(value, tuple(METRICS), 0.5) if isinstance(value, str) else ""
    raise fault(f"no such metric: {shown(value)}{hint or '; known are ' + ', '.join(METRICS)}")


def read_place(value: Any, info: ValidationInfo) -> tuple[str, ...]:
    """Return the places of the metric: one, or several that are added up."""
    metric = METRICS.get(info.data.get("metric", ""))
    if metric is None:
        return ()
    example = f"for example place: {all_places(metric)[0]}"
    if value is None:
        raise fault(f"missing; {example}", "metric")
    places = [value] if isinstance(value, str) else value
    if not isinstance(places, list | tuple) or not places:
        raise fault(f"{shown(value)} is no place; {example}")
    if len(places) > 1 and metric.unit not in ADDITIVE:
        raise fault(f"{metric.name} of several places cannot be added up; name one")
    found = Faults()
    for index, place in enumerate(places):
        path = (index,) if not isinstance(value, str) else ()
        if not isinstance(place, str):
            found.add(path, f"{shown(place)} is no place; {example}")
        elif place in places[:index]:
            found.add(path, f"{shown(place)} is given twice; keep one")
        elif wrong := check_place(metric, place):
            found.add(path, wrong)
    found.raise_any("place")
    return tuple(places)


def read_amount(metric: Metric, value: Any) -> float:
    """Return a threshold in the metric's unit: a number with a unit, or a plain one where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise fault(f"{shown(value)} is no amount; for example {example_of(metric)}")
    written = str(value).strip()
    if metric.unit == "count":
        for noun in _NOUNS:
            written = written.removesuffix(f" {noun}")
    try:
        amount = parse_quantity(written.replace("bn USD", "bn_USD"), metric.unit)
    except ValueError as error:
        comma = "; write it without commas" if "," in written else ""
        raise fault(f"{error}{comma}; {metric.name} is in {metric.unit}") from None
    if not abs(amount) <= LARGEST:
        raise fault(f"{shown(value)} is out of range")
    return amount


def example_of(metric: Metric) -> str:
    """Return a threshold as one would write it."""
    written = {"share": "25 %", "MW": "10 GW", "count": "20", "month": "6 months", "bn_USD": "500 bn USD"}
    return written.get(metric.unit, "2" if metric.unit == "ratio" else f"100 {metric.unit}")


class Than(Part):
    """Another metric to compare with, at the same date, times a factor."""

    example = "{metric: compute_share_location, place: US}"

    metric: Annotated[
        str,
        BeforeValidator(read_metric),
        Field(description="Metric to compare with.", examples=["compute_share_location"]),
    ]
    place: Annotated[
        tuple[str, ...],
        BeforeValidator(read_place),
        Field(description="Its place.", examples=["US"], validate_default=True),
    ] = None  # type: ignore[assignment]
    times: Annotated[
        float,
        BeforeValidator(lambda value: real_number(value, 0.001, MOST_TIMES, "0.5")),
        Field(description="Factor on it.", examples=[0.5]),
    ] = 1.0


class Condition(Part):
    """What has to hold of one metric. Fields are checked in this order; later ones know earlier ones."""

    example = (
        "{metric: energised_facility_mw, place: US, at: 2030-12, comparison: at_least, threshold: 50 GW}"
    )

    metric: Annotated[
        str,
        BeforeValidator(read_metric),
        Field(description="What is compared.", examples=["energised_facility_mw"]),
    ]
    place: Annotated[
        tuple[str, ...],
        BeforeValidator(read_place),
        Field(
            description="Of whom or where; several are added up.",
            examples=["Stargate (US)"],
            validate_default=True,
        ),
    ] = None  # type: ignore[assignment]
    comparison: Annotated[
        str,
        BeforeValidator(choice(*COMPARISONS)),
        Field(description="How it is compared.", examples=["at_least"]),
    ]
    since: Annotated[
        str | None,
        BeforeValidator(read_month(NOW)),
        Field(alias="from", description="First month that counts; now: the as-of month.", examples=["now"]),
    ] = None
    at: Annotated[
        str | None,
        BeforeValidator(read_month(END)),
        Field(description="The month in which it has to hold; end: the run's last.", examples=["2030-12"]),
    ] = None
    by: Annotated[
        str | None,
        Field(
            description="It has to hold in at least one month up to this one.",
            examples=["2029-01"],
            validate_default=True,
        ),
    ] = None
    than: Annotated[
        Than | None, Field(description="Another metric in place of a threshold.", examples=[{"place": "US"}])
    ] = None
    threshold: Annotated[
        tuple[float, ...],
        Field(description="What it is compared with.", examples=["10 GW"], validate_default=True),
    ] = ()

    @field_validator("comparison")
    @classmethod
    def _comparison_fits(cls, value: str, info: ValidationInfo) -> str:
        metric = METRICS.get(info.data.get("metric", ""))
        places = info.data.get("place") or ()
        if value == LEADS and len(places) > 1:
            raise fault("leads is about one place, not about several together; name one", "place")
        if metric is not None and (metric.unit == TRUTH) != (value == HOLDS):
            if value == HOLDS:
                raise fault(f"{metric.name} is an amount; compare it, for example comparison: at_least")
            raise fault(f"{metric.name} is true or false in a month; write comparison: holds")
        return value

    @field_validator("by", mode="before")
    @classmethod
    def _one_date(cls, value: Any, info: ValidationInfo) -> Any:
        comparison, at = info.data.get("comparison"), info.data.get("at")
        if value is not None:
            value = read_month(END)(value)
        if at is not None and value is not None:
            raise fault("at and by exclude each other; keep one of them")
        if comparison is None or "at" not in info.data:
            return value
        if at is None and value is None:
            example = "by: 2029-01" if comparison == REACHES else "at: 2030-12"
            raise fault(f"no date; write at or by, for example {example}", "at", "metric")
        if comparison == REACHES and value is None:
            raise fault("reaches takes by: once in the time up to a month; with at write at_least", "at")
        if comparison in (BETWEEN, *CHANGES) and at is None:
            raise fault(f"{comparison} compares at one month; write at: {value}")
        since, until = info.data.get("since"), at or value
        if since is not None and since != NOW and until != END and month_index(since) >= month_index(until):
            raise fault(f"{until} is not after {since}, from which it counts", "at", "by")
        return value

    @field_validator("than")
    @classmethod
    def _than_fits(cls, value: Than | None, info: ValidationInfo) -> Than | None:
        comparison, metric = info.data.get("comparison"), METRICS.get(info.data.get("metric", ""))
        if value is None or comparison is None or metric is None:
            return value
        if comparison not in LEVELS:
            raise fault(f"{comparison} takes no than; it goes with {', '.join(LEVELS)}")
        other = METRICS[value.metric]
        if other.unit != metric.unit or REACHED in (metric.name, other.name):
            raise fault(
                f"{other.name} is in {other.unit}, {metric.name} in {metric.unit}; compare like with like"
            )
        return value

    @field_validator("threshold", mode="before")
    @classmethod
    def _threshold_fits(cls, value: Any, info: ValidationInfo) -> tuple[float, ...]:
        comparison, metric = info.data.get("comparison"), METRICS.get(info.data.get("metric", ""))
        if comparison is None or metric is None:
            return ()
        if value in (None, ()):
            if comparison in CHANGES or comparison in (LEADS, HOLDS) or "than" not in info.data:
                return ()
            if info.data["than"] is not None:
                return ()
            pair = f"[{example_of(metric)}, …]" if comparison == BETWEEN else example_of(metric)
            other = " or than" if comparison in LEVELS else ""
            raise fault(f"missing{other}; for example threshold: {pair}", "comparison")
        if comparison in (LEADS, HOLDS):
            raise fault(f"{comparison} takes no threshold; leave it out")
        if info.data.get("than") is not None:
            raise fault("threshold and than exclude each other; keep one of them")
        if comparison == BETWEEN:
            return _pair(metric, value)
        amount = read_amount(metric, value)
        if comparison in CHANGES and amount <= 0.0:
            raise fault(f"{shown(value)} is no change; expected an amount above 0, or no threshold at all")
        return (amount,)


def _pair(metric: Metric, value: Any) -> tuple[float, float]:
    example = f"[{example_of(metric)}, …]"
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise fault(f"{shown(value)} where two amounts belong; for example threshold: {example}")
    found, amounts = Faults(), []
    for place, one in enumerate(value):
        with found.gather((place,)):
            amounts.append(read_amount(metric, one))
    found.raise_any("threshold")
    if amounts[0] >= amounts[1]:
        raise fault(f"{shown(value[0])} is not below {shown(value[1])}; the lower one first")
    return amounts[0], amounts[1]
