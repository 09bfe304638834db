"""The answers of `stargauge controls check` and `table`: what is printed, and what `--json` writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stargauge.errors import InputError, Mistake
from stargauge.world.controls.chips import NOT_CHECKED, Chip, chips, find_chip, shown
from stargauge.world.controls.codes import END_USERS, END_USES, Decision, Question
from stargauge.world.controls.countries import find_place, places, standing
from stargauge.world.controls.decision import decide
from stargauge.world.controls.doubts import doubts, group_words
from stargauge.world.controls.rows import RuleRow
from stargauge.world.controls.rules import rules, status
from stargauge.world.controls.tables import SOURCES_UNTIL, load_controls
from stargauge.world.controls.wording import NOTICE, rule_days, tariff_words, why

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class ControlsAnswer:
    """What the rules ask of one export."""

    question: Question
    decision: Decision

    @property
    def why(self) -> tuple[str, ...]:
        """The reasons, one sentence a step."""
        question = self.question
        to, owner = standing(question.to, question.day), standing(question.owner, question.day)
        unknown = " and ".join(dict.fromkeys(one.place.name for one in (to, owner) if not one.known))
        return why(question, self.decision, group_words(to), unknown)

    @property
    def uncertain(self) -> tuple[str, ...]:
        """What is suspended, not enforced or not verified."""
        return doubts(self.question, self.decision)

    @property
    def sources(self) -> tuple[RuleRow, ...]:
        """The rules the answer rests on."""
        return tuple(rules()[name] for name in self.decision.rules)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What a case-by-case review also asks, none of it decided here."""
        if self.decision.review != "case-by-case":
            return ()
        return tuple(row.condition for row in load_controls().conditions if row.rule == "china-2026")

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data; `class` is the ECCN or "none"."""
        question, decision = self.question, self.decision
        chip = question.chip
        return {
            "chip": chip.name,
            "to": question.to,
            "owner": question.owner,
            "from": question.exported_from,
            "end_use": question.end_use,
            "end_user": question.end_user,
            "date": question.day.isoformat(),
            "class": decision.chip_class,
            "answer": decision.text,
            "licence_needed": _needed(decision.answer),
            "review": decision.review,
            "exception": decision.exception,
            "tariff": tariff_words(decision.tariff),
            "conditions": list(self.conditions),
            "why": list(self.why),
            "sources": [_source_dict(rule, question.day) for rule in self.sources],
            "uncertain": list(self.uncertain),
            "numbers": {
                "tpp": chip.tpp,
                "density": chip.density,
                "memory_bandwidth_gb_s": chip.memory_bandwidth_gb_s,
                "dram_bandwidth_gb_s": chip.dram_bandwidth_gb_s,
                "interconnect_gb_s": chip.interconnect_gb_s,
                "datacentre": chip.datacentre,
                "hbm_density": chip.hbm_density,
            },
            "chip_source": None if chip.row is None else _row_source(chip.row),
            "notice": NOTICE,
        }

    def render(self) -> RenderableType:
        """Return the answer first, then why, on what sources, and what is uncertain."""
        from stargauge.world.controls.screens import check_screen

        return check_screen(self)


@dataclass(frozen=True)
class TableAnswer:
    """The rules on a day, and what they say of every chip to China."""

    day: dt.date
    checks: tuple[ControlsAnswer, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the rules with their status, and one entry a chip."""
        return {
            "date": self.day.isoformat(),
            "to": "CN",
            "owner": "CN",
            "rules": [
                {
                    **_source_dict(rule, self.day),
                    "title": rule.title,
                    "effect": rule.effect,
                    "what": rule.what,
                }
                for rule in rules().values()
            ],
            "chips": [
                {
                    "chip": one.question.chip.name,
                    "tpp": one.question.chip.tpp,
                    "density": one.question.chip.density,
                    "class": one.decision.chip_class,
                    "answer": one.decision.text,
                    "tariff": tariff_words(one.decision.tariff),
                    "uncertain": list(one.uncertain),
                }
                for one in self.checks
            ],
            "notice": NOTICE,
        }

    def render(self) -> RenderableType:
        """Return the rules with their status, then the chips."""
        from stargauge.world.controls.screens import table_screen

        return table_screen(self)


def controls_check(
    chip: str | Chip,
    to: str,
    owner: str | None = None,
    date: dt.date | str | None = None,
    *,
    end_use: str = "general",
    end_user: str = "ordinary",
    exported_from: str = "US",
) -> ControlsAnswer:
    """Return what US rules on chips ask of one export. Not legal advice.

    Args:
        chip: Name of a chip of the table, or a chip by its numbers (`own_chip`).
        to: Country it goes to, by code or name.
        owner: Where the buyer or its ultimate parent is headquartered; the destination where None.
        date: Day; the last day up to which the sources were read where None.
        end_use: One of `END_USES`.
        end_user: One of `END_USERS`.
        exported_from: Country it is sent from.

    Raises:
        InputError: Listing everything that is wrong with the question.
    """
    found = find_chip(chip) if isinstance(chip, str) else chip
    places_found = [
        find_place("to", to),
        find_place("owner", to if owner is None else owner),
        find_place("exported_from", exported_from),
    ]
    if owner is None:
        places_found[1] = places_found[0]
    day = parse_day(date)
    given = [found, *places_found, day, *code_mistakes(end_use, end_user)]
    mistakes = list(dict.fromkeys(one for one in given if isinstance(one, Mistake)))
    if mistakes or isinstance(found, Mistake) or isinstance(day, Mistake):
        raise InputError("the question", mistakes, NOT_CHECKED)
    codes = [one for one in places_found if isinstance(one, str)]
    question = Question(found, codes[0], codes[1], day, end_use, end_user, codes[2])
    return ControlsAnswer(question, decide(question))


def controls_table(date: dt.date | str | None = None) -> TableAnswer:
    """Return the rules on a day, and what they say of every chip sold to China from the US.

    Args:
        date: Day; the last day up to which the sources were read where None.

    Raises:
        InputError: If the date is no day.
    """
    day = parse_day(date)
    if isinstance(day, Mistake):
        raise InputError("the question", [day], NOT_CHECKED)
    checks = []
    for chip in chips().values():
        question = Question(chip, "CN", "CN", day)
        checks.append(ControlsAnswer(question, decide(question)))
    return TableAnswer(day, tuple(checks))


def parse_day(given: dt.date | str | None) -> dt.date | Mistake:
    """Return a day as given or as written, the last day of the sources where None, or a mistake."""
    if given is None:
        return SOURCES_UNTIL
    if isinstance(given, dt.date):
        return given.date() if isinstance(given, dt.datetime) else given
    try:
        return dt.date.fromisoformat(given.strip())
    except ValueError:
        message = f'"{shown(given)}" is no day; write YYYY-MM-DD, for example 2026-03-01'
        return Mistake(0, "date", message)


def code_mistakes(end_use: str, end_user: str) -> list[Mistake]:
    """Return what is wrong with an end use and an end user."""
    return [
        Mistake(0, name, f'"{shown(value)}" is not one of {", ".join(known)}')
        for name, value, known in (("end_use", end_use, END_USES), ("end_user", end_user, END_USERS))
        if value not in known
    ]


def _needed(answer: str) -> bool | None:
    return None if answer == "undetermined" else answer == "licence"


def _source_dict(rule: RuleRow, day: dt.date) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "citation": rule.citation,
        "days": rule_days(rule),
        "status": status(rule, day),
        "source": rule.source,
        "address": rule.address,
        "licence": rule.licence,
        "grade": rule.confidence,
        "uncertain": rule.uncertain,
    }


def _row_source(row: Any) -> dict[str, str]:
    return {
        "source": row.source, "address": row.address, "licence": row.licence, "grade": row.confidence,
        "note": row.note,
    }  # fmt: skip


def place_name(code: str) -> str:
    """Return the name of a country by its code.

    Raises:
        KeyError: If there is no such country.
    """
    return places()[code].name
