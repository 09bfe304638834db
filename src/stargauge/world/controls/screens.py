"""One check, and the table of a day, on the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.world.controls.answer import ControlsAnswer, TableAnswer, place_name
from stargauge.world.controls.rules import rules, status
from stargauge.world.controls.wording import NOTICE, number_words, rule_days, tariff_words


def check_screen(answer: ControlsAnswer) -> RenderableType:
    """Return one check: the answer, the question it is to, reasons, sources, and what is uncertain."""
    question, decision = answer.question, answer.decision
    head = f"{question.chip.name} to {place_name(question.to)} on {question.day}: {decision.text}."
    parts: list[RenderableType] = [
        Text(head, style="bold"),
        Text(NOTICE, style="dim"),
        Text(""),
        _facts(answer),
    ]
    for title, lines in (
        ("Why", answer.why),
        ("A case-by-case review also asks", answer.conditions),
        ("Uncertain", answer.uncertain),
    ):
        if lines:
            parts.extend((Text(""), Text(title, style="bold"), _bullets(lines)))
    if answer.sources:
        parts.extend((Text(""), Text("Sources", style="bold"), _sources(answer)))
    foot = f"Next: stargauge controls table --date {question.day}"
    return Group(*parts, Text(""), Text(foot, style="dim"))


def _facts(answer: ControlsAnswer) -> Table:
    question, decision = answer.question, answer.decision
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    route = f"from {place_name(question.exported_from)} to {place_name(question.to)}"
    rows = (
        ("class", decision.chip_class),
        ("numbers", number_words(question)),
        ("route", f"{route}, owner headquartered in {place_name(question.owner)}"),
        ("end use", f"{question.end_use}, user: {question.end_user}"),
        ("tariff", tariff_words(decision.tariff)),
    )
    for label, words in rows:
        table.add_row(Text(label), Text(words))
    if decision.answer == "exception" and decision.review:
        table.add_row(Text("else"), Text(f"licence ({decision.review})"))
    return table


def _bullets(lines: tuple[str, ...]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row(Text("-"), Text(line))
    return table


def _sources(answer: ControlsAnswer) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for rule in answer.sources:
        words = Text(f"{rule.citation}: {rule.title}")
        words.append(f"\n{status(rule, answer.question.day)} ({rule_days(rule)}); {rule.source}", style="dim")
        if rule.address:
            words.append(f"\n{rule.address}", style="dim")
        table.add_row(Text(_grade(rule.confidence)), words)
    row = answer.question.chip.row
    if row is not None:
        words = Text(f"numbers of {row.chip}")
        words.append(f"\n{row.source}; {row.licence}", style="dim")
        if row.address:
            words.append(f"\n{row.address}", style="dim")
        table.add_row(Text(_grade(row.confidence)), words)
    return table


def _grade(confidence: str) -> str:
    return f"[{confidence}]" if len(confidence) == 1 else "[-]"


def table_screen(answer: TableAnswer) -> RenderableType:
    """Return the rules with what each is on the day, then every chip with its class and its way to China."""
    head = f"US rules on chips on {answer.day}, and every chip from the US to a buyer in China."
    return Group(
        Text(head, style="bold"),
        Text(NOTICE, style="dim"),
        Text(""),
        _rules(answer),
        Text(""),
        _chips(answer),
        Text(""),
        Text("Next: stargauge controls check NAME --to CN; docs/controls.md", style="dim"),
    )


def _rules(answer: TableAnswer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    for title, width in (("status", 12), ("", 3), ("rule", 50), ("days", 31)):
        table.add_column(title, width=width, overflow="fold")
    for rule in rules().values():
        now = status(rule, answer.day)
        dim = "" if now in ("in force", "suspended", "unknown", "not enforced") else "dim"
        told = " (told, not applied)" if rule.effect == "told" else ""
        table.add_row(
            Text(now, style=dim),
            Text(_grade(rule.confidence), style=dim),
            Text(f"{rule.title}{told}; {rule.citation}", style=dim),
            Text(rule_days(rule), style=dim),
        )
    return table


def _chips(answer: TableAnswer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("chip", width=29, overflow="fold")
    table.add_column("TPP", width=9, justify="right")
    table.add_column("density", width=7, justify="right")
    table.add_column("class", width=12)
    table.add_column("to China", width=27, overflow="fold")
    table.add_column("tariff", width=6)
    for one in answer.checks:
        chip = one.question.chip
        table.add_row(
            Text(chip.name),
            Text(f"{chip.tpp:,.0f}"),
            Text("?" if chip.density is None else f"{chip.density:.2f}"),
            Text(one.decision.chip_class),
            Text(one.decision.text),
            Text("" if one.decision.tariff == "none" else one.decision.tariff),
        )
    return table
