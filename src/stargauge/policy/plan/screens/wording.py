"""Stages, evidence and dates as the screens write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rich.text import Text

from stargauge.policy.plan.answer import ActionLine
from stargauge.policy.plan.forms import HIGHEST, STAGE_WORDS
from stargauge.policy.plan.strategy import Strategy

STAGE_STYLES = ("dim", "yellow", "cyan", "green")
"""Colours of the stages; the marks say the same without them."""

SIGNS = {"advances": "+", "works_against": "-", "mixed": "~"}


def stage_mark(stage: int) -> Text:
    """Return a stage as three dots of which so many are filled."""
    return Text("●" * stage + "○" * (HIGHEST - stage), style=STAGE_STYLES[stage])


def evidence_text(line: ActionLine) -> str:
    """Return how many events advance an action, work against it, or are mixed: +5 -1 ~2."""
    counts = ((sign, line.count(direction)) for direction, sign in SIGNS.items())
    return " ".join(f"{sign}{count}" for sign, count in counts if count) or "-"


def counts_text(counts: Sequence[int]) -> str:
    """Return counts by stage in words, the highest stage first."""
    parts = [f"{count} {STAGE_WORDS[stage]}" for stage, count in enumerate(counts) if count]
    return ", ".join(reversed(parts)) or "none"


def count_text(count: int, noun: str) -> str:
    """Return a count with its noun: 1 event, 2 events."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def next_text(strategy: Strategy, *commands: str) -> Text:
    """Return the line of next commands, with the strategy named where it is not the default one."""
    from stargauge.policy.plan.loading import DEFAULT_STRATEGY

    suffix = "" if strategy.id == DEFAULT_STRATEGY else f" --strategy {strategy.id}"
    return Text("Next     " + " · ".join(f"stargauge plan {name}{suffix}" for name in commands))


def limit_text(strategy: Strategy, as_of: dt.date) -> str:
    """Return the last day that an answer knows of; later than the edition nothing was collected."""
    edition = strategy.identity.edition
    return f"nothing later than {as_of}" if as_of <= edition else f"events collected up to {edition}"


def reading() -> Text:
    """Return what the marks mean."""
    marks = Text("")
    for stage, words in enumerate(STAGE_WORDS):
        marks.append_text(stage_mark(stage)).append(f" {words}   ", style="dim")
    marks.append("+ for  - against  ~ mixed", style="dim")
    return marks
