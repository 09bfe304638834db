"""A comparison on a terminal: for each scenario what it decides otherwise, and what that changes."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from stargauge.insight.comparison.answer import Compared, Comparison
from stargauge.insight.wording import (
    difference_text,
    level_text,
    number,
    plain_table,
    scaled,
    share_text,
    unit_words,
)


def comparison_screen(answer: Comparison) -> RenderableType:
    """Return the screen of a comparison, within 100 columns."""
    head = (
        f"Against {answer.scenario} · {answer.futures:,} futures, seed {answer.seed}, the same luck for all"
    )
    parts: list[RenderableType] = [Text(head, style="bold")]
    for other in answer.others:
        parts += [Text(), *_against(answer, other)]
    parts += [
        Text(),
        Text(
            "± is the standard error of the mean difference; the range is of differences over futures, one "
            "by one. higher, lower: share of futures."
        ),
        Text(f"Next  stargauge scenario diff {answer.scenario} {answer.others[0].scenario}", style="dim"),
    ]
    return Group(*parts)


def _against(answer: Comparison, other: Compared) -> list[RenderableType]:
    heading = "" if other.heading == other.scenario else f": {other.heading}"
    parts: list[RenderableType] = [Text(f"{other.scenario}{heading}", style="bold")]
    if other.changes:
        fields = plain_table("decides otherwise", answer.scenario, other.scenario, left=3)
        for item in other.changes:
            fields.add_row(item.field, Text(item.first), Text(item.own))
        parts += [fields, Text()]
    if other.differences:
        table = plain_table(
            "outcome",
            "",
            answer.scenario,
            other.scenario,
            "difference",
            "5…95 % of futures",
            "higher",
            "lower",
            left=2,
        )
        for one in other.differences:
            # Of a chance, single differences are 1, 0 or -1: the shares beside tell them all.
            low, high = scaled(one.p05, one.unit), scaled(one.p95, one.unit)
            spread = "" if one.unit == "share" else f"{_signed(low)} … {_signed(high)}"
            unit = unit_words(one.unit, difference=True)
            table.add_row(
                one.name,
                unit,
                level_text(one.first, one.unit) if one.unit == "share" else number(one.first),
                level_text(one.own, one.unit) if one.unit == "share" else number(one.own),
                difference_text(one.difference, one.standard_error, one.unit),
                spread,
                f"{share_text(one.higher)} %",
                f"{share_text(one.lower)} %",
            )
        parts.append(table)
    elif not other.changes:
        parts.append(Text(f"decides the same as {answer.scenario}; it gives the same numbers"))
    else:
        parts.append(Text("changes none of these outcomes in any future"))
    if other.differences and other.same:
        parts.append(Text(f"The same in every future: {', '.join(other.same)}", style="dim"))
    if other.missing:
        parts.append(Text(f"Only one of the two has: {', '.join(other.missing)}", style="dim"))
    return parts


def _signed(value: float) -> str:
    if abs(value) >= 100.0:
        return f"{value:+,.0f}"
    text = f"{value:+.2g}"
    return "0" if text in ("+0", "-0") else text
