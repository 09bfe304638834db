"""Every pledge: its terms, what stands, its chance and dates; and those without a test, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stargauge.insight import Answers, PledgeAnswer
from stargauge.report import wording
from stargauge.report.charts import NARROW, WIDE, Chart, drawn, linked
from stargauge.report.fates import Fate, fate
from stargauge.report.figures import Mark, RangeRow, RowLayout, ranges
from stargauge.report.numbers import (
    chance,
    day_long,
    day_short,
    decimal,
    end_of_month,
    month_short,
    year_time,
)
from stargauge.track import PledgeStatus, ProgrammeStatus

LEAST_ERROR = 0.0005
"""A sampling error below this is not told: it would read as 0.0 per cent points."""


@dataclass(frozen=True)
class PledgeEntry:
    """One testable pledge as the page tells it."""

    programme: str
    promised: str
    announced: str
    due: str
    basis: str
    deadline: str
    sites: str
    standing: str
    without: str
    fate: str
    verdict: str
    remark: str
    by_end: str
    reached: tuple[str, str, str]
    capital: str
    jobs: str
    promised_sites: str
    source: Markup
    grade: str


@dataclass(frozen=True)
class UntestableEntry:
    """One pledge that cannot be tested, and why."""

    programme: str
    promised: str
    announced: str
    size: str
    basis: str
    deadline: str
    because: str
    source: Markup
    grade: str


def pledges_chart(answers: Answers) -> Chart:
    """Return when each testable pledge is reached; its table is that of `pledge_entries`."""
    span = (end_of_month(answers.months[0]) - 1 / 12, end_of_month(answers.months[-1]))
    now = Mark(year_time(answers.as_of), day_long(answers.as_of))
    rows = [_range(pledge, answers) for pledge in in_order(answers)]
    wide, narrow = drawn(
        "pledges",
        wording.RANGES_TITLE,
        wording.RANGES_DESCRIPTION.format(count=len(rows)),
        lambda label, layout: ranges(label, rows, span, now, layout),
        RowLayout(WIDE, 250.0, 106.0, 36.0, bottom=22.0),
        RowLayout(NARROW, 0.0, 80.0, 50.0, bottom=22.0),
    )
    return Chart("pledges", wording.RANGES_TITLE, "", wide, narrow, None)


def in_order(answers: Answers) -> list[PledgeAnswer]:
    """Return the pledges in order of their deadlines."""
    return sorted(answers.pledges, key=lambda one: (one.deadline, one.pledge_id))


def _range(pledge: PledgeAnswer, answers: Answers) -> RangeRow:
    end = answers.months[-1]
    low, middle, high = (
        end_of_month(month) if month else None
        for month in (pledge.reached_p10, pledge.reached_p50, pledge.reached_p90)
    )
    due = pledge.deadline[:7]
    within = answers.months[0] <= due <= end
    state = fate(pledge, answers)
    mw = wording.AMOUNT_SHORT[pledge.basis].format(mw=decimal(pledge.due_mw))
    value = (
        chance(pledge.chance_in_time, answers.futures) if state == Fate.OPEN else wording.FATE_LABEL[state]
    )
    return RangeRow(
        words=pledge.programme,
        detail=wording.SIZE_BY.format(mw=mw, deadline=month_short(due, end)),
        value=value,
        low=low,
        middle=middle,
        high=high,
        due=end_of_month(due) if within else None,
        hint=wording.RANGE_HINT.format(
            low=month_short(pledge.reached_p10, end),
            middle=month_short(pledge.reached_p50, end),
            high=month_short(pledge.reached_p90, end),
            due=month_short(due, end),
        ),
    )


def pledge_entries(answers: Answers, site_names: Mapping[str, str]) -> list[PledgeEntry]:
    """Return every testable pledge in order of deadline."""
    return [_entry(pledge, answers, site_names) for pledge in in_order(answers)]


def _entry(pledge: PledgeAnswer, answers: Answers, site_names: Mapping[str, str]) -> PledgeEntry:
    end = answers.months[-1]
    state = fate(pledge, answers)
    sites = [site_names.get(site, site) for site in pledge.sites]
    if pledge.unannounced:
        sites.append(wording.UNANNOUNCED)
    undecided = state == Fate.OPEN
    error = wording.SAMPLING.format(error=decimal(100.0 * pledge.chance_error, 1))
    return PledgeEntry(
        programme=pledge.programme,
        promised=pledge.promised,
        announced=day_short(pledge.announced),
        due=wording.MW.format(mw=decimal(pledge.due_mw)),
        basis=wording.BASIS[pledge.basis],
        deadline=day_short(pledge.deadline),
        sites=wording.COMMA.join(sites),
        standing=decimal(pledge.standing_mw),
        without=decimal(pledge.standing_mw - pledge.begun_before_mw),
        fate=state.value,
        verdict=chance(pledge.chance_in_time, answers.futures) if undecided else wording.FATE_LABEL[state],
        remark=error if undecided and pledge.chance_error >= LEAST_ERROR else "",
        by_end=chance(pledge.chance_by_end, answers.futures),
        reached=(
            month_short(pledge.reached_p10, end),
            month_short(pledge.reached_p50, end),
            month_short(pledge.reached_p90, end),
        ),
        capital=decimal(pledge.promised_capital_usd_b, 1),
        jobs=decimal(pledge.promised_jobs),
        promised_sites=decimal(pledge.promised_sites),
        source=linked(pledge.source, pledge.address),
        grade=pledge.confidence,
    )


def untestable_entries(answers: Answers, statuses: Sequence[ProgrammeStatus]) -> list[UntestableEntry]:
    """Return every pledge known on the as-of date that has no test, largest programme first."""
    tested = {pledge.pledge_id for pledge in answers.pledges}
    return [
        _untestable(pledge) for status in statuses for pledge in status.pledges if pledge.id not in tested
    ]


def _untestable(pledge: PledgeStatus) -> UntestableEntry:
    return UntestableEntry(
        programme=pledge.programme,
        promised=pledge.promised,
        announced=day_short(pledge.announced),
        size=wording.MW.format(mw=decimal(pledge.promised_mw)) if pledge.promised_mw else "",
        basis=wording.BASIS[pledge.basis],
        deadline=day_short(pledge.deadline) if pledge.deadline else wording.NOTHING,
        because=pledge.untestable_because,
        source=linked(pledge.source, pledge.address),
        grade=pledge.grade,
    )
