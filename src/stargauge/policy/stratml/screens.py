"""What `plan export` and `plan import` print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from stargauge.policy.plan.screens.wording import count_text

if TYPE_CHECKING:
    from stargauge.policy.stratml.exporting import ExportAnswer
    from stargauge.policy.stratml.importing import ImportAnswer

FORM_NAMES = {"core": "strategic plan (core)", "performance": "performance plan or report"}

MOST_RESTATED = 5
"""Actions that are named one by one; more are counted."""


def export_screen(answer: ExportAnswer) -> RenderableType:
    """Return what was written where, and how to bring it back."""
    counts = ", ".join(f"{count:,} {name}" for name, count in answer.counts.items())
    return Group(
        Text(f"{answer.strategy.identity.title} as StratML, {FORM_NAMES[answer.kind]}.", style="bold"),
        Text(f"Written to {answer.path}: {len(answer.content) / 1000:,.0f} kB; elements: {counts}."),
        Text(f"Nothing later than {answer.strategy.identity.edition}.", style="dim"),
        Text(f"Next     stargauge plan import {answer.path}"),
    )


def import_screen(answer: ImportAnswer) -> RenderableType:
    """Return what was written, what was left out, and what comes next."""
    strategy = answer.strategy
    parts = [
        count_text(len(rows), noun)
        for rows, noun in (
            (strategy.pillars, "pillar"),
            (strategy.sections, "section"),
            (strategy.actions, "action"),
            (strategy.events, "event"),
        )
    ]
    lines = [
        Text(f"{strategy.identity.title}: {', '.join(parts)}.", style="bold"),
        Text(f"Written to {answer.folder} from a {FORM_NAMES[answer.kind]}."),
    ]
    if not answer.own:
        said = (
            "Read by its elements alone: verbs are `other`, no action has a lever, the grade is `unverified`."
        )
        lines.append(Text(said))
    if answer.left_out:
        left = ", ".join(f"{name} ({count:,})" for name, count in answer.left_out.items())
        lines.append(Text(f"Left out, for the registry has no place for it: {left}."))
    lines += _restated_lines(answer)
    # A bare name would be that of a strategy that ships, where there is one.
    place = answer.folder if answer.folder.name != str(answer.folder) else f"./{answer.folder}"
    lines.append(Text(f"Next     stargauge plan --strategy {place}"))
    return Group(*lines)


def _restated_lines(answer: ImportAnswer) -> list[Text]:
    if not answer.restated:
        return []
    named = list(answer.restated.items())[:MOST_RESTATED]
    said = ", ".join(f"{action} (file {stated}, rules {stage})" for action, (stated, stage) in named)
    more = len(answer.restated) - len(named)
    beside = f" and {more:,} more" if more else ""
    return [Text(f"Stages follow from events by the rules; the file gives others: {said}{beside}.")]
