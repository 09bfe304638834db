"""Actions by section, and one action with every piece of evidence."""

from __future__ import annotations

from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.policy.plan.answer import ActionLine, PlanAnswer
from stargauge.policy.plan.forms import FORMS, STAGE_WORDS
from stargauge.policy.plan.screens.wording import (
    SIGNS,
    count_text,
    counts_text,
    evidence_text,
    limit_text,
    next_text,
    reading,
    stage_mark,
)
from stargauge.policy.plan.status import Step

BASIS_WORDS = {"stated": "as the strategy names them", "implied": "implied by its words", "none": ""}


def list_screen(answer: PlanAnswer) -> RenderableType:
    """Return the actions under their sections, headed by how many stand where."""
    stages = [line.status.stage for line in answer.lines]
    counts = [stages.count(stage) for stage in range(len(STAGE_WORDS))]
    identity = answer.strategy.identity
    what = f"{count_text(len(answer.lines), 'action')} of {identity.title} on {answer.as_of}"
    parts: list[RenderableType] = [Text(f"{what}: {counts_text(counts)}.", style="bold")]
    if answer.because:
        parts.append(Text(answer.because, style="dim"))
    for _, lines in groupby(answer.lines, key=lambda line: line.section.id):
        parts.extend((Text(""), *_section(list(lines))))
    parts.extend((Text(""), reading()))
    repeats = [line.action for line in answer.lines if line.action.repeats]
    parts.extend(
        Text(f"{one.id} says {one.repeats} once more: both are listed.", style="dim") for one in repeats
    )
    limit = limit_text(answer.strategy, answer.as_of)
    foot = f"none found does not say that nothing was done; {limit}"
    example = answer.lines[0].action.id if answer.lines else ""
    parts.extend((Text(foot, style="dim"), next_text(answer.strategy, example, "status", "timeline")))
    return Group(*parts)


def _section(lines: list[ActionLine]) -> tuple[RenderableType, RenderableType]:
    section = lines[0].section
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=8)
    table.add_column(width=3)
    table.add_column(width=5, style="dim", justify="right")
    table.add_column(width=10, style="dim")
    table.add_column(overflow="fold")
    for line in lines:
        page = "" if line.action.page is None else f"p. {line.action.page}"
        table.add_row(
            Text(line.action.id),
            stage_mark(line.status.stage),
            Text(page),
            Text(evidence_text(line)),
            Text(line.action.text),
        )
    return Text(f"{section.id}  {section.title}", style="bold"), table


def action_screen(answer: PlanAnswer) -> RenderableType:
    """Return one action: what it asks, of whom, how far it got, and each event with rule and source."""
    line = answer.lines[0]
    action, status, strategy = line.action, line.status, answer.strategy
    pillar = next(one for one in strategy.pillars if one.id == line.section.pillar)
    stage = f"{STAGE_WORDS[status.stage]}, stage {status.stage}"
    since = f" since {status.since}" if status.since is not None else ""
    parts: list[RenderableType] = [
        Text(f"{action.id} on {answer.as_of}: {stage}{since}.", style="bold"),
        Text(action.text),
        Text(""),
        _facts(line, pillar.title),
    ]
    if status.steps:
        parts.extend((Text(""), Text(f"Evidence: {evidence_text(line)}", style="bold")))
        parts.append(_steps(answer, status.steps))
    else:
        parts.extend((Text(""), Text("No event on record bears on it: none found, not nothing done.")))
    parts.extend((Text(""), Text("Rules of the stages: docs/plan.md.", style="dim")))
    parts.append(next_text(strategy, line.section.id, action.lever or "levers", "status"))
    return Group(*parts)


def _facts(line: ActionLine, pillar: str) -> Table:
    action, section = line.action, line.section
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    basis = BASIS_WORDS[action.agencies_basis]
    agencies = f"{', '.join(action.agencies)} ({basis})" if action.agencies else "none named"
    rows = (
        ("pillar", f"{section.pillar}, {pillar}"),
        ("section", f"{section.id}, {section.title}"),
        ("page", "" if action.page is None else str(action.page)),
        ("agencies", agencies),
        ("verb", action.verb.replace("_", " ")),
        ("lever", action.lever or "none"),
        ("repeats", action.repeats or ""),
        ("added", action.added.isoformat() if action.added else ""),
    )
    for label, words in rows:
        if words:
            table.add_row(Text(label), Text(words))
    return table


def _steps(answer: PlanAnswer, steps: tuple[Step, ...]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for step in steps:
        event = step.event
        words = Text(event.event)
        words.append(f" [{event.confidence}] {event.source}", style="dim")
        words.append(f"\n{_why(answer, step)}", style="dim")
        if event.note:
            words.append(f"\n{event.note}", style="dim")
        if event.address:
            words.append(f"\n{event.address}", style="dim")
        table.add_row(Text(event.written), Text(SIGNS[event.direction]), stage_mark(step.after), words)
    return table


def _why(answer: PlanAnswer, step: Step) -> str:
    event = step.event
    form = f"{event.form} ({FORMS[event.form].meaning})"
    moved = f"moves it from {step.before} to {step.after}" if step.after != step.before else "moves nothing"
    if step.why == "judged":
        judgement = answer.strategy.judgement(event.id, answer.lines[0].action.id)
        because = judgement.because if judgement is not None else ""
        return f"{form}; judged to show {step.shows}: {because}; {moved}"
    if step.why == "form":
        return f"{form} shows {step.shows}; {moved}"
    if step.why == "lowered":
        return f"{form}; {moved}"
    reasons = {
        "weak evidence": "weak evidence",
        "before the release": "known before the release",
        "undone": "undone by a later event",
        "undoes": f"undoes {', '.join(event.undoes)}",
        "no effect": "shown, no stage of its own",
    }
    return f"{form}; {reasons[step.why]}; {moved}"
