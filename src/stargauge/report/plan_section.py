"""The report's section on the plan: how far it is, what it buys, which actions that hangs on, its score."""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.insight.attribution import ActionShare, LeverShare, OutcomeShares
from stargauge.insight.strategy import StrategyAnswer
from stargauge.insight.wording import difference_text, level_text, unit_words
from stargauge.policy.execution import BacktestAnswer
from stargauge.policy.plan import Panel, Strategy, load_strategy
from stargauge.report import plan_wording as words
from stargauge.report.charts import Chart, Table, rows_table
from stargauge.report.numbers import MINUS, day_long, decimal, share
from stargauge.report.plan_figures import lever_name, levers_chart, panel_chart, ranked
from stargauge.report.sentences import listing

MOST = 0.5
"""The levers named first make up more than this share of the whole effect."""

SEEN_AGAINST = 0.05
"""A lever that works against the outcome in fewer futures is not named for it."""

MODEL, STILL, LINE = "hazards", "nothing moves", "line by pillar"
DIGITS = 3
WORTH_DIGITS = 2


@dataclass(frozen=True)
class PlanSection:
    """What the section shows; what the answer does not hold is None or empty."""

    title: str
    sentences: tuple[str, ...]
    panel: Chart | None
    levers: Chart | None
    accuracy: str
    tracked: str
    actions: Table | None
    actions_caption: str
    others: Table | None
    score: Table | None
    score_sentences: tuple[str, ...]


def plan_section(answer: StrategyAnswer) -> PlanSection:
    """Return the section."""
    shares, panel, scored = answer.attribution, answer.panel, answer.backtest
    first = shares.outcomes[0] if shares is not None and shares.outcomes else None
    return PlanSection(
        title=answer.title,
        sentences=(*(_standing(panel) if panel else ()), *(_buys(first) if first else ())),
        panel=panel_chart(panel) if panel else None,
        levers=levers_chart(shares, first) if shares and first else None,
        accuracy=_accuracy(first, shares.futures) if shares and first else "",
        tracked=words.TRACKED.format(levers=listing([lever_name(one) for one in shares.tracked]))
        if shares and shares.tracked
        else "",
        actions=_actions(first, load_strategy(shares.strategy)) if shares and first else None,
        actions_caption=words.ACTIONS_CAPTION.format(day=day_long(answer.as_of)),
        others=_others(shares.outcomes[1:]) if shares and len(shares.outcomes) > 1 else None,
        score=_score(scored) if scored else None,
        score_sentences=_scored(scored) if scored else (),
    )


def _standing(panel: Panel) -> tuple[str, ...]:
    none, begun, partly, whole = panel.counts()[:, -1]
    return (
        words.STANDING.format(
            count=len(panel.actions),
            day=day_long(panel.days[-1]),
            none=none,
            begun=begun,
            partly=partly,
            whole=whole,
        ),
    )


def _buys(one: OutcomeShares) -> tuple[str, ...]:
    told = [
        words.BUYS.format(
            title=one.title[:1].upper() + one.title[1:],
            total=_difference(one, one.total, one.total_error),
            off=level_text(one.off, one.unit),
            full=level_text(one.full, one.unit),
        )
    ]
    named, reached = [], 0.0
    for lever in ranked(one):
        if one.total == 0.0 or reached > MOST * abs(one.total):
            break
        named.append(f"{lever_name(lever.lever)} ({_difference(one, lever.value, lever.standard_error)})")
        reached += lever.value if one.total > 0.0 else -lever.value
    if named:
        told.append(words.MOSTLY.format(levers=listing(named)))
    against = [
        words.AGAINST_ONE.format(lever=lever_name(lever.lever), share=share(lever.against))
        for lever in sorted(one.levers, key=lambda lever: -lever.against)
        if lever.against >= SEEN_AGAINST
    ]
    if against:
        told.append(words.AGAINST.format(levers=listing(against)))
    if one.never is not None and one.never_total is not None and one.never_error is not None:
        told.append(
            words.NEVER.format(
                never=level_text(one.never, one.unit),
                total=_difference(one, one.never_total, one.never_error),
            )
        )
    return tuple(told)


def _actions(one: OutcomeShares, plan: Strategy) -> Table | None:
    """Return the actions that an outcome hangs on, what carries most first; None where nothing does."""
    carried: list[tuple[LeverShare, ActionShare]] = sorted(
        ((lever, action) for lever in one.levers for action in lever.actions),
        key=lambda pair: (-abs(pair[1].value), pair[1].action),
    )
    rows = [
        (
            action.action,
            plan.action_by_id[action.action].text,
            lever_name(lever.lever),
            f"{decimal(action.worth_now, WORTH_DIGITS)} → {decimal(action.worth_then, WORTH_DIGITS)}",
            _difference(one, action.value, action.part * lever.standard_error),
        )
        for lever, action in carried
    ]
    if not rows:
        return None
    return rows_table(words.ACTIONS_TITLE, words.ACTIONS_COLUMNS, list(rows), words.ACTIONS_NUMERIC)


def _difference(one: OutcomeShares, value: float, error: float) -> str:
    told = difference_text(value, error, one.unit).replace("-", MINUS)
    return f"{told} {unit_words(one.unit, difference=True)}".rstrip()


def _accuracy(one: OutcomeShares, futures: int) -> str:
    return words.ACCURACY.format(futures=decimal(futures), share=share(one.largest_error))


def _others(outcomes: tuple[OutcomeShares, ...]) -> Table:
    rows = [
        (
            one.title,
            level_text(one.off, one.unit),
            level_text(one.full, one.unit),
            _difference(one, one.total, one.total_error),
        )
        for one in outcomes
    ]
    return rows_table(words.OTHERS_TITLE, words.OTHERS_COLUMNS, list(rows))


def _scored(scored: BacktestAnswer) -> tuple[str, ...]:
    score = {name: decimal(scored.score(name, "brier"), DIGITS) for name in scored.forecasts}
    told = [
        words.SCORED.format(
            origin=day_long(scored.origin),
            target=day_long(scored.target),
            model=score[MODEL],
            still=score[STILL],
            line=score[LINE],
        )
    ]
    rivals = [
        f"“{words.FORECASTS[one.baseline]}” ({score[one.baseline]})"
        for one in scored.comparisons
        if one.score == "brier" and one.high >= 0.0
    ]
    if rivals:
        told.append(words.SCORE_LOSES.format(rivals=listing(rivals)))
    return tuple(told)


def _score(scored: BacktestAnswer) -> Table:
    rows = [
        (
            words.FORECASTS[name],
            decimal(scored.score(name, "brier"), DIGITS),
            decimal(scored.score(name, "ranked"), DIGITS),
        )
        for name in scored.forecasts
    ]
    return rows_table(words.SCORE_TITLE, words.SCORE_COLUMNS, list(rows))
