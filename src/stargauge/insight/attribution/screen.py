"""An attribution on a terminal: one outcome in full, the others beside each other, what it means."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from stargauge.insight.attribution.answer import (
    ACTIONS_MEAN,
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
    if answer.remark:
        parts.append(Text(f"Moves nothing: {answer.remark}"))
    if not answer.players:
        parts.append(Text("No lever with a modelled effect moves; there is nothing to share out."))
    elif answer.outcomes:
        first, *others = answer.outcomes
        parts += [Text(), *_in_full(answer, first)]
        if any(share.actions for share in first.levers):
            parts += [Text(), *_hanging(first)]
        for at in range(0, len(others), SIDE_BY_SIDE):
            parts += [Text(), *_beside(others[at : at + SIDE_BY_SIDE])]
    parts += [Text(), *_foot(answer)]
    return Group(*parts)


def _head(answer: Attribution) -> list[Text]:
    how = (
        f"all {1 << len(answer.players):,} coalitions"
        if answer.method == "exact"
        else f"{answer.orders} order{'' if answer.orders == 1 else 's'} of levers"
    )
    head = f"What the levers of {answer.scenario} buy · as of {answer.as_of}"
    return [
        Text(f"{head} · {answer.futures:,} futures · {how}", style="bold"),
        Text(f"{answer.simulations:,} simulations of a block in {answer.seconds:.0f} s; {_force(answer)}"),
    ]


def _force(answer: Attribution) -> str:
    if answer.full_force and answer.players:
        since = answer.players[0].steps[0]["from"]
        return f"a yardstick: all levers in full force from {since}"
    plan = {
        "fitted": "the plan as it is expected to go on",
        "frozen": "the plan frozen where it is",
        "none": "the plan undone",
    }[answer.execution]
    if any(told.steps for told in answer.players):
        return f"{plan}, and levers as the scenario sets them"
    return plan


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
    second = one.never is not None
    pillars = plain_table(
        "pillar of the lever",
        "levers together",
        "as one player",
        *(["against no plan at all"] if second else []),
    )
    for pillar in one.pillars:
        never = (
            [difference_text(pillar.never, pillar.never_error or 0.0, one.unit)]
            if pillar.never is not None
            else []
        )
        pillars.add_row(
            pillar.pillar or ONLY_SCENARIO,
            difference_text(pillar.sum_of_levers, pillar.sum_error, one.unit),
            difference_text(pillar.value, pillar.standard_error, one.unit),
            *never,
        )
    if one.never is not None and one.never_total is not None:
        both = difference_text(one.total, one.total_error, one.unit)
        never_total = difference_text(one.never_total, one.never_error or 0.0, one.unit)
        pillars.add_row("all together", both, both, never_total)
        note = Text(f"With no plan at all: {level_text(one.never, one.unit)}")
        return [title, table, Text(), pillars, note]
    return [title, table, Text(), pillars]


def _hanging(one: OutcomeShares) -> list[RenderableType]:
    """Return the actions that the levers hang on, the largest numbers first, those with none too."""
    unit = unit_words(one.unit, difference=True)
    table = plain_table(
        f"hangs on, by {one.month}", "lever", "worth now", "then", f"adds, {unit}" if unit else "adds", left=2
    )
    rows = [(share, action) for share in one.levers for action in share.actions]
    for share, action in sorted(rows, key=lambda row: -abs(row[1].value)):
        table.add_row(
            action.action,
            share.lever,
            f"{action.worth_now:.2f}",
            f"{action.worth_then:.2f}",
            difference_text(action.value, action.part * share.standard_error, one.unit),
        )
    return [table]


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
    if any(share.actions for one in answer.outcomes for share in one.levers):
        lines.append(Text(ACTIONS_MEAN))
    if answer.idle:
        lines.append(
            Text(f"Moved by neither plan nor scenario, so they add nothing: {', '.join(answer.idle)}")
        )
    if answer.elsewhere:
        lines.append(Text(f"Act on position alone, not on these outcomes: {', '.join(answer.elsewhere)}"))
    lines.append(Text(f"Tracked, not modelled (actions): {_untold(answer)}", style="dim"))
    behind = next((told.lever for told in answer.players if told.actions), None)
    if behind:
        lines.append(Text(f"Next  stargauge plan {behind} · stargauge plan levers", style="dim"))
    return lines


def _untold(answer: Attribution) -> str:
    told = [f"{name} ({len(answer.untold.get(name, ()))})" for name in answer.tracked]
    nothing = len(answer.untold.get("", ()))
    return ", ".join([*told, *([f"no lever ({nothing})"] if nothing else [])])


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
