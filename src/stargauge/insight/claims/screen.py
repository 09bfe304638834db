"""The answers to claims on a terminal: all chances first, then each claim with what is behind it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from stargauge.insight.claims.amounts import MINUS, PERCENT, chance_words, month_words
from stargauge.insight.claims.answer import ClaimAnswer, ClaimsAnswer, OnRecord
from stargauge.insight.claims.folding import fold, padded
from stargauge.insight.claims.movers import SHOWN, Mover
from stargauge.insight.claims.words import Words

COLUMNS = 100
LABEL = 12
CHANCE = 18

LABELS = {
    "head": Words(
        "{scenario} · {futures:,} futures, seed {seed} · facts as of {as_of}",
        "情境 {scenario} · {futures:,} 個未來情境，種子 {seed} · 資料截至 {as_of}",
    ),
    "unmodelled": Words("not modelled", "未納入模型"),
    "chance": Words("chance", "機率"),
    "of": Words("of {futures:,} futures", "（{futures:,} 個未來情境）"),
    "difference": Words(
        "of {futures:,} futures, each under both", "（{futures:,} 個未來情境，兩種情況逐一對照）"
    ),
    "true": Words("reading", "判讀方式"),
    "level": Words("level", "水準"),
    "each": Words("each alone", "各項條件"),
    "said": Words("claimed by", "主張來源"),
    "counts": Words("what counts", "採計標準"),
    "so_far": Words("so far", "迄今證據"),
    "moved": Words("moved by", "主要變因"),
    "why": Words("why not", "原因"),
    "nothing": Words(
        "no input is told apart from chance (rank correlations within {noise:.2f})",
        "沒有任何輸入值的影響能與偶然區分（等級相關在 {noise:.2f} 以內）",
    ),
    "mover": Words(
        "{title} ({fact}){grade}: rank correlation {correlation} ± {error:.2f}{thirds}",
        "{title}（{fact}）{grade}：等級相關 {correlation} ± {error:.2f}{thirds}",
    ),
    "thirds": Words(
        "; true in {low} of futures where it is low, in {high} where it is high",
        "；數值低時機率 {low}，數值高時 {high}",
    ),
    "near": Words(" with how near a future comes", "（與各情境接近成真的程度）"),
    "no_more": Words(
        "no other input is told apart from chance (rank correlations within {noise:.2f})",
        "其餘輸入值的影響無法與偶然區分（等級相關在 {noise:.2f} 以內）",
    ),
    "foot": Words(
        "± is one standard error from the number of futures; it is not the error of the model. low and high: "
        "the lowest and the highest third of an input's draws. Of what is not modelled nothing is implied.",
        "± 為抽樣標準誤，只反映情境數目，不代表模型本身的誤差。"
        "「低」與「高」指該輸入值抽樣的最低與最高三分之一。未納入模型者，不代表為真或為假。",
    ),
    "next": Words(
        "Next  stargauge facts {fact} · stargauge track Stargate · stargauge claims --lang zh",
        "接著  stargauge facts {fact} · stargauge track Stargate · stargauge claims --lang en",
    ),
}
"""What the screen says, in both languages; braces are filled in."""


def claims_screen(answer: ClaimsAnswer) -> RenderableType:
    """Return the screen of a file of claims, within 100 columns also where characters are wide."""
    language = answer.language
    head = (
        LABELS["head"]
        .of(language)
        .format(scenario=answer.scenario, futures=answer.futures, seed=answer.seed, as_of=answer.as_of)
    )
    parts: list[Text] = [Text(answer.title.of(language), style="bold"), Text(head, style="dim"), Text()]
    parts += [line for claim in answer.claims for line in _summary(claim, language)]
    for claim in answer.claims:
        parts += [Text(), *_claim(claim, language)]
    parts.append(Text())
    parts += [Text(line, style="dim") for line in fold(LABELS["foot"].of(language), COLUMNS)]
    facts = [mover.fact_id for claim in answer.claims for mover in claim.movers if mover.fact_id]
    told = LABELS["next"].of(language).format(fact=facts[0] if facts else "M-slip")
    parts.append(Text(told, style="dim"))
    return Group(*parts)


def _summary(claim: ClaimAnswer, language: str) -> list[Text]:
    """Return the lines of a claim in the list on top: chance, title, id."""
    chance = _chance(claim, language)
    title = fold(claim.title.of(language), COLUMNS - CHANCE - cell_len(claim.id) - 2)
    lines = []
    for place, part in enumerate(title):
        line = Text(padded(chance if place == 0 else "", CHANCE), style="bold" if claim.answered else "dim")
        line.append(part, style="not bold")
        if place == 0:
            gap = COLUMNS - CHANCE - cell_len(part) - cell_len(claim.id)
            line.append(" " * gap + claim.id, style="dim not bold")
        lines.append(line)
    return lines


def _chance(claim: ClaimAnswer, language: str) -> str:
    if claim.chance is None or claim.standard_error is None:
        return LABELS["unmodelled"].of(language)
    return chance_words(claim.chance, claim.standard_error, claim.futures).of(language)


def _claim(claim: ClaimAnswer, language: str) -> list[Text]:
    lines = [Text(part, style="bold") for part in fold(claim.title.of(language), COLUMNS)]
    if claim.answered:
        of = LABELS["difference" if claim.paired else "of"].of(language).format(futures=claim.futures)
        gap = " " if language == "en" else ""
        lines += _row("chance", f"{_chance(claim, language)}{gap}{of}", language)
        lines += _row("true", claim.reading.of(language), language)
        lines += _conditions(claim, language)
    else:
        lines += _row("chance", LABELS["unmodelled"].of(language), language)
        lines += _row("why", claim.reason.of(language), language)
    for place, one in enumerate(claim.said):
        where = " · ".join(part for part in (one.source, one.address) if part)
        on = month_words(one.on).of(language)
        gap = " " if language == "en" else "，"
        lines += _row(
            "said" if place == 0 else "", f"{on}{gap}{one.who.of(language)} [{one.grade}]", language
        )
        if where:
            lines += _row("", where, language, "dim")
    if claim.counts.en or claim.counts.zh:
        lines += _row("counts", claim.counts.of(language), language)
    for place, item in enumerate(claim.evidence):
        lines += _row("so_far" if place == 0 else "", _evidence(item, language), language)
    if claim.answered:
        lines += _movers(claim, language)
    return lines


def _conditions(claim: ClaimAnswer, language: str) -> list[Text]:
    """Return what each condition's level is, and with several how often each holds alone."""
    lines: list[Text] = []
    several = len(claim.conditions) > 1
    for one in claim.conditions:
        level = one.level.of(language)
        if several:
            chance = chance_words(one.chance, one.standard_error, claim.futures).of(language)
            stop = ": " if language == "en" else "："
            told = f"{one.subject.of(language)}{stop}{chance}" + (f" · {level}" if level else "")
        else:
            told = level
        if told:
            label = "each" if several else "level"
            lines += _row("" if lines else label, told, language)
    return lines


def _evidence(item: OnRecord, language: str) -> str:
    words = item.words.of(language)
    if item.kind == "standing":
        return words
    gap = " " if language == "en" else "："
    dated = item.kind in ("event", "fact", "programme")
    on = f"{month_words(item.on).of(language)}{gap}" if dated else ""
    grade = f" [{item.grade}]" if item.grade else ""
    return f"{on}{words}{grade} · {item.id}"


def _movers(claim: ClaimAnswer, language: str) -> list[Text]:
    lines: list[Text] = []
    for mover in claim.movers[:SHOWN]:
        lines += _row("" if lines else "moved", _mover(mover, claim, language), language)
    if len(claim.movers) < SHOWN:
        told = LABELS["no_more" if lines else "nothing"].of(language).format(noise=claim.noise or 0.0)
        lines += _row("" if lines else "moved", told, language)
    return lines


def _mover(mover: Mover, claim: ClaimAnswer, language: str) -> str:
    sign = "%" if language == "zh" else " %"
    low, high = (f"{PERCENT * share:.1f}{sign}" for share in (mover.chance_low, mover.chance_high))
    # Of a claim that is true in no future, or in all, the thirds would tell nothing.
    key = "near" if claim.chance in (0.0, 1.0) else "thirds"
    return (
        LABELS["mover"]
        .of(language)
        .format(
            title=mover.title,
            fact=mover.fact_id or mover.input,
            correlation=f"{mover.correlation:+.2f}".replace("-", MINUS),
            error=mover.standard_error,
            grade=f" [{mover.confidence}]" if mover.confidence else "",
            thirds=LABELS[key].of(language).format(low=low, high=high),
        )
    )


def _row(label: str, text: str, language: str, style: str = "") -> list[Text]:
    """Return a labelled paragraph: the label once, the text folded beside it."""
    lines = []
    for place, part in enumerate(fold(text, COLUMNS - LABEL - 2)):
        name = LABELS[label].of(language) if label and place == 0 else ""
        line = Text(f"  {padded(name, LABEL)}", style="dim")
        line.append(part, style=style or "not dim")
        lines.append(line)
    return lines
