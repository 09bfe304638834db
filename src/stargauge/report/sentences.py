"""The answer in three sentences: the largest pledge, all pledges, and what comes late and how much comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from stargauge.insight import NATION, Answers, Fan, PledgeAnswer
from stargauge.report import wording
from stargauge.report.fates import Fate, fate, headline
from stargauge.report.numbers import chance, day_long, decimal, month_long, significant
from stargauge.report.units import fan_on_axis

TOLD_YEAR = "2030"
"""The year of which the third sentence speaks, where the run reaches it."""

TOLD_CAUSES = 3
TOLD_SHARE = 0.7
"""Causes are told until they make up this share of the months late."""

LEAST_MONTHS = 0.05
EVEN = 0.5


def three_sentences(answers: Answers) -> tuple[str, ...]:
    """Return the answer: three sentences, two where no pledge can be tested."""
    main = headline(answers)
    first = () if main is None else (pledge_sentence(main, answers),)
    return (*first, tally_sentence(answers), outlook_sentence(answers))


def pledge_sentence(pledge: PledgeAnswer, answers: Answers) -> str:
    """Return what becomes of one pledge."""
    state = fate(pledge, answers)
    form = {
        Fate.OPEN: wording.OPEN,
        Fate.MISSED: wording.MISSED,
        Fate.KEPT: wording.KEPT,
        Fate.KEPT_LATE: wording.KEPT_LATE,
        Fate.BEYOND: wording.BEYOND,
        Fate.STOOD: wording.STOOD_BEFORE,
    }[state]
    reached = pledge.reached_p50
    return form.format(
        promised=wording.PROMISED.format(
            programme=pledge.programme, amount=amount(pledge), deadline=month_long(pledge.deadline[:7])
        ),
        chance=chance(pledge.chance_in_time, answers.futures),
        standing=_standing(pledge, answers),
        when=when_clause(pledge, answers),
        reached=month_long(reached) if reached else wording.NOTHING,
    )


def amount(pledge: PledgeAnswer) -> str:
    """Return how much a pledge says, in its own kind of MW."""
    form = wording.AMOUNT_IT if pledge.basis == "it" else wording.AMOUNT_FACILITY
    return form.format(mw=decimal(pledge.due_mw), facility=decimal(pledge.due_facility_mw))


def _standing(pledge: PledgeAnswer, answers: Answers) -> str:
    form = wording.STANDING if pledge.standing_mw > 0.0 else wording.STANDING_NONE
    return form.format(mw=decimal(pledge.standing_mw), day=day_long(answers.as_of))


def when_clause(pledge: PledgeAnswer, answers: Answers) -> str:
    """Return when the pledged level is reached, however little of that lies within the run."""
    low, middle, high = pledge.reached_p10, pledge.reached_p50, pledge.reached_p90
    end = month_long(answers.months[-1])
    if middle is None:
        if pledge.chance_by_end == 0.0:
            return wording.WHEN_NONE.format(end=end)
        return wording.WHEN_FEW.format(share=chance(pledge.chance_by_end, answers.futures), end=end)
    first = month_long(low or middle)
    if high is None:
        return wording.WHEN_NO_LATE.format(middle=month_long(middle), low=first, end=end)
    if low == high:
        return wording.WHEN_SAME.format(middle=month_long(middle))
    return wording.WHEN_ALL.format(middle=month_long(middle), low=first, high=month_long(high))


def tally_sentence(answers: Answers) -> str:
    """Return how many pledges were kept, missed and are open, and what the odds of the open ones are."""
    fates = [fate(pledge, answers) for pledge in answers.pledges]
    if not fates:
        return wording.TALLY_NONE.format(day=day_long(answers.as_of))
    likely = sum(
        state == Fate.OPEN and (pledge.chance_in_time or 0.0) > EVEN
        for state, pledge in zip(fates, answers.pledges, strict=True)
    )
    if len(fates) == 1:
        told = wording.FATE_ONE[fates[0]]
        if fates[0] == Fate.OPEN:
            told += wording.ODDS_ONLY if likely else wording.ODDS_ONLY_NOT
        return wording.TALLY_ONE.format(fate=told)
    counts = Counter(fates)
    parts = [] if counts[Fate.KEPT] else [wording.FATE_NONE_KEPT]
    for state in Fate:
        if counts[state] == 1:
            parts.append(f"1 {wording.FATE_ONE[state]}")
        elif counts[state]:
            parts.append(wording.FATE_MANY[state].format(count=counts[state]))
    odds = ""
    if counts[Fate.OPEN] == 1:
        odds = wording.ODDS_LAST if likely else wording.ODDS_LAST_NOT
    elif counts[Fate.OPEN]:
        odds = {0: wording.ODDS_NONE, 1: wording.ODDS_ONE}.get(likely, wording.ODDS_MANY)
    return wording.TALLY.format(count=len(fates), fates=listing(parts), odds=odds.format(count=likely))


def outlook_sentence(answers: Answers) -> str:
    """Return how late the rest comes and why, and how much power there is then."""
    return wording.THIRD.format(late=late_clause(answers), load=load_clause(answers))


def late_clause(answers: Answers) -> str:
    """Return how late what is still to come is, and because of what."""
    total = answers.late_total_months
    if total is None:
        return wording.LATE_NOTHING
    if total < LEAST_MONTHS:
        return wording.LATE_ON_TIME
    causes = {**answers.late_months, wording.UNEXPLAINED_DELAY: answers.unexplained_months}
    return wording.LATE.format(
        months=decimal(total, 0 if total >= 9.5 else 1), causes=listing(_main(causes, total))
    )


def _main(causes: Mapping[str, float], total: float) -> list[str]:
    told: list[str] = []
    covered = 0.0
    for name, months in sorted(causes.items(), key=lambda item: -item[1]):
        if months < LEAST_MONTHS or len(told) == TOLD_CAUSES or covered >= TOLD_SHARE * total:
            break
        covered += months
        form = wording.CAUSE if told else wording.CAUSE_FIRST
        told.append(form.format(cause=name, months=decimal(months, 1)))
    return told


def load_clause(answers: Answers) -> str:
    """Return what all AI data centres of the nation draw in the told month, and now."""
    power = national(answers, "energised_facility_mw")
    _, quantiles = fan_on_axis(power)
    index, when = told_month(answers)
    now = power.months.index(answers.as_of[:7])
    low, middle, high = (significant(quantiles[name][index], 2) for name in ("p05", "p50", "p95"))
    form = wording.LOAD_SURE if low == high else wording.LOAD
    return form.format(
        middle=middle,
        when=when,
        low=low,
        high=high,
        now=significant(quantiles["p50"][now], 2),
        month=month_long(power.months[now]),
    )


def told_month(answers: Answers) -> tuple[int, str]:
    """Return the month that is told where one must stand for all, and how it is called.

    It is the end of the told year, of the last year before it that the run reaches, or the run's last month.
    """
    ends = [
        index
        for index, month in enumerate(answers.months)
        if month.endswith("-12") and month[:4] <= TOLD_YEAR
    ]
    if ends:
        return ends[-1], wording.AT_YEAR_END.format(year=answers.months[ends[-1]][:4])
    return len(answers.months) - 1, wording.AT_MONTH_END.format(month=month_long(answers.months[-1]))


def national(answers: Answers, quantity: str) -> Fan:
    """Return the national fan of a quantity."""
    return next(fan for fan in answers.national if fan.name == f"{quantity}:{NATION}")


def listing(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence: a, b and c."""
    if len(parts) < 2:
        return parts[0] if parts else wording.NONE
    return wording.AND.format(first=wording.COMMA.join(parts[:-1]), last=parts[-1])
