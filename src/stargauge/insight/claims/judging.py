"""From numbers to an answer: a claim's chance with its error, its conditions one by one, what moves it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stargauge.insight.claims.amounts import amount, change, difference, month_words
from stargauge.insight.claims.answer import ClaimAnswer, ConditionAnswer, OnRecord, Source
from stargauge.insight.claims.claim import Claim
from stargauge.insight.claims.condition import CHANGES, LEADS
from stargauge.insight.claims.evidence import Record, standing
from stargauge.insight.claims.levels import Ready
from stargauge.insight.claims.metrics import METRICS, REACHED, TRUTH
from stargauge.insight.claims.movers import Inputs
from stargauge.insight.claims.sentences import reading, subject
from stargauge.insight.claims.words import Words, tidy

if TYPE_CHECKING:
    from stargauge.insight.claims.study import Case
    from stargauge.model import Prepared

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Z = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True)
class Leg:
    """The numbers of a claim's conditions in one world: levels and what stands, each (futures)."""

    levels: tuple[Floats, ...]
    standing: tuple[Floats, ...]


@dataclass
class Judge:
    """Answers claims; the uncertain inputs of a world are drawn once for all of them."""

    record: Record
    inputs: dict[tuple[int, int], Inputs] = field(default_factory=dict)

    def answer(self, case: Case) -> ClaimAnswer:
        """Return the answer to a claim whose numbers are there."""
        claim, on_record = case.claim, self.record.of(case.claim)
        if case.reason is not None:
            return _blank(claim, case.reason, on_record)
        legs, months = case.legs(), case.worlds[0].prepared.months
        # Of a pair, what is judged is the difference of the two, future by future.
        levels = legs[0].levels if len(legs) == 1 else _apart(legs)
        held = [ready.holds(level) for ready, level in zip(case.readies, levels, strict=True)]
        truth: Bools = np.logical_and.reduce(held)
        share, futures = float(truth.mean()), int(truth.size)
        low, high = wilson(share, futures)
        drawn = self._inputs(case.worlds[0].prepared, futures)
        score = case.readies[0].margin(levels[0]) if len(levels) == 1 else truth.astype(np.float64)
        paired = len(legs) > 1
        return ClaimAnswer(
            id=claim.id,
            title=claim.title,
            said=_said(claim),
            answered=True,
            reason=Words(),
            chance=share,
            standard_error=math.sqrt(share * (1.0 - share) / futures),
            low=low,
            high=high,
            futures=futures,
            paired=paired,
            reading=reading(claim, case.readies, months),
            conditions=tuple(
                _condition(ready, level, own, months, paired)
                for ready, level, own in zip(case.readies, levels, held, strict=True)
            ),
            movers=drawn.movers(score, truth),
            noise=drawn.noise(),
            counts=claim.counts or Words(),
            evidence=(*_standing(case.readies, legs[0], months), *on_record),
        )

    def _inputs(self, prepared: Prepared, futures: int) -> Inputs:
        key = (id(prepared), futures)
        if key not in self.inputs:
            self.inputs[key] = Inputs(prepared, futures)
        return self.inputs[key]


def wilson(share: float, futures: int) -> tuple[float, float]:
    """Return the ends of Wilson's 95 % interval of a share (Wilson 1927), which is never empty.

    Args:
        share: Share of futures.
        futures: Number of futures.
    """
    spread = Z * Z / futures
    middle = (share + spread / 2.0) / (1.0 + spread)
    half = Z * math.sqrt(share * (1.0 - share) / futures + spread / (4.0 * futures)) / (1.0 + spread)
    # At 0 and 1 an end is exact, which rounding would miss by a bit.
    return 0.0 if share == 0.0 else middle - half, 1.0 if share == 1.0 else middle + half


def _apart(legs: tuple[Leg, ...]) -> tuple[Floats, ...]:
    first, second = legs
    return tuple(one - other for one, other in zip(first.levels, second.levels, strict=True))


def _blank(claim: Claim, reason: Words, on_record: tuple[OnRecord, ...]) -> ClaimAnswer:
    return ClaimAnswer(
        id=claim.id,
        title=claim.title,
        said=_said(claim),
        answered=False,
        reason=reason,
        chance=None,
        standard_error=None,
        low=None,
        high=None,
        futures=0,
        paired=claim.paired is not None,
        reading=Words(),
        conditions=(),
        movers=(),
        noise=None,
        counts=claim.counts or Words(),
        evidence=on_record,
    )


def _said(claim: Claim) -> tuple[Source, ...]:
    return tuple(Source(one.who, one.on, one.source, one.address, one.grade) for one in claim.said)


def _standing(readies: tuple[Ready, ...], leg: Leg, months: tuple[str, ...]) -> tuple[OnRecord, ...]:
    """Return what stands of each metric in the as-of month, each series once; of a pledge nothing stands."""
    found: dict[str, OnRecord] = {}
    for ready, values in zip(readies, leg.standing, strict=True):
        if ready.condition.metric != REACHED:
            found.setdefault(" + ".join(ready.series), standing(ready, float(values.mean()), months))
    return tuple(found.values())


def _condition(
    ready: Ready, level: Floats, held: Bools, months: tuple[str, ...], paired: bool
) -> ConditionAnswer:
    condition, unit = ready.condition, METRICS[ready.condition.metric].unit
    chance = float(held.mean())
    reached = condition.metric == REACHED
    ordered = np.sort(np.where(np.isnan(level), np.inf, level))
    p10, p50, p90 = (_finite(ordered[max(0, math.ceil(q * level.size) - 1)]) for q in (0.1, 0.5, 0.9))
    mean = None if reached else float(level.mean())
    error = None if reached else float(level.std(ddof=1)) / math.sqrt(level.size)
    return ConditionAnswer(
        metric=condition.metric,
        places=condition.place,
        comparison=condition.comparison,
        threshold=condition.threshold,
        unit=unit,
        chance=chance,
        standard_error=math.sqrt(chance * (1.0 - chance) / level.size),
        p10=p10,
        p50=p50,
        p90=p90,
        most=_finite(ordered[-1]),
        mean=mean,
        mean_error=error,
        subject=_about(ready),
        level=_told(ready, (p10, p50, p90), (mean, error), unit, months, paired),
    )


def _about(ready: Ready) -> Words:
    words = subject(ready.condition.metric, ready.condition.place)
    return Words(words.en, tidy(words.zh))


def _told(
    ready: Ready,
    quantiles: tuple[float | None, float | None, float | None],
    mean: tuple[float | None, float | None],
    unit: str,
    months: tuple[str, ...],
    paired: bool,
) -> Words:
    """Return the spread of a level over futures in words; nothing where it is true or false."""
    if ready.condition.metric == REACHED:
        return _dates(quantiles, months)
    if unit == TRUTH or mean[0] is None or mean[1] is None:
        return Words()
    kind, say = _kind(ready, paired)
    low, middle, high = (say(math.nan if one is None else one, unit) for one in quantiles)
    spread = Words(
        f"{middle.en} in the middle future, {low.en} … {high.en} in 80 % of them",
        tidy(f"中位情境 {middle.zh}，八成情境介於 {low.zh} 至 {high.zh}"),
    )
    if paired:
        apart = difference(mean[0], mean[1], unit)
        return Words(
            f"{kind.en} {apart.en} on average; {spread.en}", f"{kind.zh}平均 {apart.zh}；{spread.zh}"
        )
    return Words(f"{kind.en} {spread.en}".strip(), f"{kind.zh}{spread.zh}")


def _kind(ready: Ready, paired: bool) -> tuple[Words, Callable[[float, str], Words]]:
    """Return what a level is, where it is not the metric itself, and how it is written."""
    condition = ready.condition
    if paired:
        return Words("difference", "差距："), change
    if condition.comparison == LEADS:
        return Words("lead", "領先幅度："), change
    if condition.comparison in CHANGES:
        return Words("change", "變化："), change
    if condition.than is not None:
        return Words("difference", "差距："), change
    return Words(), amount


def _dates(quantiles: tuple[float | None, ...], months: tuple[str, ...]) -> Words:
    never = Words(f"after {months[-1]} or never", f"{month_words(months[-1]).zh}之後或不會實現")
    told = [never if one is None else month_words(months[int(one)]) for one in quantiles]
    return Words(
        f"kept in half of futures by: {told[1].en}; in a tenth by: {told[0].en}",
        f"半數情境兌現的時間：{told[1].zh}；一成情境：{told[0].zh}",
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
