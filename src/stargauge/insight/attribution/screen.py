"""An attribution on a terminal: one outcome in full, the others beside each other, what it means."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from stargauge.insight.attribution.answer import (
    OFF_MEANS,
    TARGET_ERROR,
    Attribution,
    LeverShare,
    OutcomeShares,
)
from stargauge.insight.outcomes import STANDING
from stargauge.insight.wording import (
    PERCENT,
    difference_text,
    level_text,
    number,
    plain_table,
    scaled,
    share_text,
    unit_words,
)

SIDE_BY_SIDE = 4
"""Outcomes in one table of the others."""

NO_PILLAR = "–"
ONLY_SCENARIO = "set by scenarios only"


def attribution_screen(answer: Attribution) -> RenderableType:
    """Return the screen of an attribution, within 100 columns."""
    parts: list[RenderableType] = [*_head(answer)]
    if not answer.players:
        parts.append(Text("No lever with a modelled effect is in force; there is nothing to share out."))
    elif answer.outcomes:
        first, *others = answer.outcomes
        parts += [Text(), *_in_full(answer, first)]
        for at in range(0, len(others), SIDE_BY_SIDE):
            parts += [Text(), *_beside(others[at : at + SIDE_BY_SIDE])]
    parts += [Text(), *_foot(answer)]
    return Group(*parts)


def _head(answer: Attribution) -> list[Text]:
    how = (
        f"all {1 << len(answer.players):,} coalitions"
        if answer.method == "exact"
        else f"{answer.orders} orders of levers"
    )
    head = f"What the levers of {answer.scenario} buy · as of {answer.as_of}"
    return [
        Text(f"{head} · {answer.futures:,} futures · {how}", style="bold"),
        Text(f"{answer.simulations:,} simulations of a block in {answer.seconds:.0f} s; {_force(answer)}"),
    ]


def _force(answer: Attribution) -> str:
    if answer.assumed:
        since = answer.players[0].steps[0]["from"]
        return f"the scenario names no lever, so all are in full force from {since}"
    return "each lever as the scenario sets it"


def _in_full(answer: Attribution, one: OutcomeShares) -> list[RenderableType]:
    actions = {told.lever: len(told.actions) for told in answer.players}
    unit = unit_words(one.unit, difference=True)
    title = Text(
        f"{_sentence(one.title)}: {level_text(one.off, one.unit)} with all levers off, "
        f"{level_text(one.full, one.unit)} with all at work"
    )
    table = plain_table(
        "lever", "pillar", f"adds, {unit}" if unit else "adds", "5…95 % of futures", "against", "turns",
        "actions", left=2,
    )  # fmt: skip
    for share in _ranked(one):
        low, high = scaled(share.p05, one.unit), scaled(share.p95, one.unit)
        table.add_row(
            share.lever,
            share.pillar or NO_PILLAR,
            difference_text(share.value, share.standard_error, one.unit),
            f"{_short(low)} … {_short(high)}",
            f"{share_text(share.against)} %",
            f"{share_text(share.turns)} %",
            str(actions[share.lever]) if actions[share.lever] else NO_PILLAR,
        )
    table.add_row("all together", "", difference_text(one.total, one.total_error, one.unit), "", "", "", "")
    pillars = plain_table("pillar", "levers together", "as one player")
    for pillar in one.pillars:
        pillars.add_row(
            pillar.pillar or ONLY_SCENARIO,
            difference_text(pillar.sum_of_levers, pillar.sum_error, one.unit),
            difference_text(pillar.value, pillar.standard_error, one.unit),
        )
    return [title, table, Text(), pillars]


def _beside(others: Sequence[OutcomeShares]) -> list[RenderableType]:
    keys = [Text(f"  {one.name}: {one.title}", style="dim") for one in others]
    columns = [_stacked(one) for one in others]
    table = plain_table("lever", *columns)
    for place, share in enumerate(others[0].levers):
        table.add_row(share.lever, *(_cell(one.levers[place], one.unit) for one in others))
    table.add_row("all together", *(difference_text(one.total, one.total_error, one.unit) for one in others))
    table.add_row("off → at work", *(f"{_level(one.off, one)} → {_level(one.full, one)}" for one in others))
    return [table, *keys]


def _stacked(one: OutcomeShares) -> str:
    kind, _, rest = one.name.partition(":")
    unit = unit_words(one.unit, difference=True)
    return "\n".join(part for part in (kind, rest, unit) if part)


def _cell(share: LeverShare, unit: str) -> str:
    return difference_text(share.value, share.standard_error, unit)


def _level(value: float, one: OutcomeShares) -> str:
    return level_text(value, "share") if one.unit == "share" else number(value)


def _foot(answer: Attribution) -> list[Text]:
    lines = [Text("± is a standard error over futures and orders; it is no error of the model.")]
    if any(one.largest_error > TARGET_ERROR for one in answer.outcomes):
        lines.append(Text(_wide(answer)))
    if any(one.name.startswith(STANDING) for one in answer.outcomes):
        lines.append(
            Text(
                f"{STANDING}: one month more is one month sooner; a future that never gets there counts as "
                "the end of the run."
            )
        )
    lines += [
        Text(
            "against: futures in which the lever's effect has the other sign than its mean. turns: futures "
            "in which it adds in one company of levers and takes away in another."
        ),
        *(Text(line) for line in OFF_MEANS),
    ]
    if answer.idle:
        lines.append(Text(f"Kept off by the scenario, so they add nothing: {', '.join(answer.idle)}"))
    lines.append(Text(f"Tracked, not modelled: {', '.join(answer.tracked)}", style="dim"))
    behind = next((told.lever for told in answer.players if told.actions), None)
    if behind:
        lines.append(Text(f"Next  stargauge plan {behind} · stargauge plan levers", style="dim"))
    return lines


def _wide(answer: Attribution) -> str:
    """Return which standard errors are above the target, and by how much."""
    told = [
        f"{one.name} {PERCENT * one.largest_error:.0f} %" if one.total else f"{one.name} (its total is 0)"
        for one in answer.outcomes
        if one.largest_error > TARGET_ERROR
    ]
    return (
        f"Above {PERCENT * TARGET_ERROR:.0f} % of the total effect is the largest standard error of "
        f"{', '.join(told)}; more --futures make it smaller."
    )


def _ranked(one: OutcomeShares) -> list[LeverShare]:
    return sorted(one.levers, key=lambda share: -abs(share.value))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _short(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.2g}"
    return "0" if text in ("-0", "0") else text
