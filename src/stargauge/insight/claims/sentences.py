"""What "true" means, in words: the reading of a claim's conditions in both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stargauge.facts import load_tables
from stargauge.insight.claims import condition as comparing
from stargauge.insight.claims.amounts import amount, gap, month_words
from stargauge.insight.claims.claim import Claim, Paired
from stargauge.insight.claims.levels import Ready
from stargauge.insight.claims.metrics import METRICS, REACHED
from stargauge.insight.claims.places import place_words, places_words
from stargauge.insight.claims.words import Words, joined, tidy

_BASIS = {"facility": Words("facility", "設施電力"), "it": Words("IT", "IT 電力")}


def reading(claim: Claim, readies: Sequence[Ready], months: Sequence[str]) -> Words:
    """Return in which futures a claim is true."""
    clauses = joined([_clause(ready, months, claim.paired) for ready in readies], "; and ", "；且")
    luck = Words(", the two on the same luck", "（兩者隨機條件相同）") if claim.paired else Words()
    return Words(
        f"true in a future in which {clauses.en}{luck.en}",
        tidy(f"在某個未來情境中，若{clauses.zh}{luck.zh}，主張即為真"),
    )


def subject(metric: str, places: Sequence[str]) -> Words:
    """Return a metric of a place, or of several together."""
    words, where = METRICS[metric].words, places_words(places)
    if metric == REACHED:
        return _pledge(places[0])
    if metric == "class":
        return Words(f"{words.en} {where.en}", f"{words.zh}{where.zh}")
    return Words(f"{words.en} of {where.en}", f"{where.zh}的{words.zh}")


def _pledge(pledge_id: str) -> Words:
    pledges = load_tables().pledges
    row = pledges.filter(pledges["id"] == pledge_id).row(0, named=True)
    who, basis = place_words(row["programme"]), _BASIS[row["basis"]]
    due = f"{row['due_mw']:,.0f} MW"
    return Words(
        f"the pledge {pledge_id} ({who.en}, {due} {basis.en}) is kept",
        f"承諾 {pledge_id}（{who.zh}，{basis.zh} {due}）兌現",
    )


def _clause(ready: Ready, months: Sequence[str], paired: Paired | None) -> Words:
    condition = ready.condition
    about = subject(condition.metric, condition.place)
    when = _when(ready, months)
    if paired is not None:
        return _pair_clause(ready, months, paired)
    if condition.metric == REACHED:
        last = month_words(months[ready.last])
        return Words(f"{about.en} by {last.en}", f"{last.zh}底前{about.zh}")
    if condition.comparison == comparing.HOLDS:
        return Words(f"{about.en} {when.en}", f"{when.zh}{about.zh}")
    compared = _compared(ready, months)
    return Words(f"{when.en} the {about.en} {compared.en}", f"{when.zh}{about.zh}{compared.zh}")


def _pair_clause(ready: Ready, months: Sequence[str], paired: Paired) -> Words:
    condition = ready.condition
    about, last = subject(condition.metric, condition.place), month_words(months[ready.last])
    first, second = paired.first.title, paired.second.title
    more, less = condition.comparison == comparing.ABOVE, condition.comparison == comparing.BELOW
    if (more or less) and condition.threshold == (0.0,):
        en, zh = ("higher", "高於") if more else ("lower", "低於")
        return Words(
            f"in {last.en} the {about.en} is {en} under “{first.of('en')}” than under “{second.of('en')}”",
            f"{last.zh}{about.zh}在「{first.of('zh')}」下{zh}「{second.of('zh')}」下",
        )
    compared = _compared(ready, months, gap)
    return Words(
        f"in {last.en} the {about.en} under “{first.of('en')}”, less that under “{second.of('en')}”, "
        f"{compared.en}",
        f"{last.zh}{about.zh}在「{first.of('zh')}」下較「{second.of('zh')}」下高出的幅度{compared.zh}",
    )


def _compared(ready: Ready, months: Sequence[str], told: Callable[[float, str], Words] = amount) -> Words:
    condition, unit = ready.condition, METRICS[ready.condition.metric].unit
    if condition.comparison == comparing.LEADS:
        return Words("is the highest of all", "居各方之首")
    if condition.comparison in comparing.CHANGES:
        return _change(ready, months)
    if condition.than is not None:
        other = subject(condition.than.metric, condition.than.place)
        times = condition.than.times
        own = Words(f"the {other.en}", other.zh)
        many = Words(f"{times:g} times the {other.en}", f"{other.zh}的 {times:g} 倍")
        against = own if times == 1.0 else many
    else:
        against = told(condition.threshold[0], unit)
    if condition.comparison == comparing.BETWEEN:
        high = told(condition.threshold[1], unit)
        return Words(f"is between {against.en} and {high.en}", f"介於 {against.zh} 與 {high.zh} 之間")
    en, zh = {
        comparing.AT_LEAST: ("is at least", "至少為"),
        comparing.AT_MOST: ("is at most", "至多為"),
        comparing.ABOVE: ("is above", "高於"),
        comparing.BELOW: ("is below", "低於"),
        comparing.REACHES: ("reaches", "達到"),
    }[condition.comparison]
    return Words(f"{en} {against.en}", f"{zh} {against.zh}")


def _change(ready: Ready, months: Sequence[str]) -> Words:
    condition, base = ready.condition, month_words(months[ready.base])
    up = condition.comparison == comparing.RISES
    en, zh = ("higher", "高") if up else ("lower", "低")
    if not condition.threshold:
        return Words(f"is {en} than in {base.en}", f"{zh}於 {base.zh}的水準")
    by = gap(condition.threshold[0], METRICS[condition.metric].unit)
    return Words(f"is at least {by.en} {en} than in {base.en}", f"較 {base.zh}至少{zh}出 {by.zh}")


def _when(ready: Ready, months: Sequence[str]) -> Words:
    first, last = month_words(months[ready.first]), month_words(months[ready.last])
    if ready.condition.by is None:
        return Words(f"in {last.en}", f"{last.zh}")
    return Words(
        f"in at least one month from {first.en} to {last.en}", f"{first.zh}至 {last.zh}間至少有一個月，"
    )
