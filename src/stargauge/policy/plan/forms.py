"""The forms an event may have, and what each shows: rules 2 and 5 to 7 of `docs/plan.md` as a table."""

from __future__ import annotations

from typing import Literal, NamedTuple

Effect = Literal["shows", "lowers", "undoes", "nothing"]

STAGE_WORDS = ("none found", "begun", "partly in force", "in force")
"""Stages 0 to 3 in words. 0 says that nothing was found, which is less than that nothing was done."""

HIGHEST = len(STAGE_WORDS) - 1


class Form(NamedTuple):
    """A kind of act; `shows` is the stage that it shows where it advances an action."""

    name: str
    effect: Effect
    shows: int
    meaning: str


_ROWS = (
    Form("statement", "shows", 0, "somebody says something"),
    Form("bill", "shows", 0, "a bill is introduced, not voted on"),
    Form("finding", "shows", 0, "somebody reports how things stand"),
    Form("instruction", "shows", 1, "agencies are ordered to act"),
    Form("request", "shows", 1, "comments or information are asked for"),
    Form("proposal", "shows", 1, "a draft or a proposed rule"),
    Form("call", "shows", 1, "bids, tenders or applications are invited"),
    Form("body", "shows", 1, "a task force, office or council is set up"),
    Form("declaration", "shows", 1, "parties declare something that does not bind them"),
    Form("case", "shows", 1, "a court case or prosecution is brought"),
    Form("bill_advanced", "shows", 1, "a committee or a chamber passes a bill"),
    Form("meeting", "shows", 1, "those concerned meet"),
    Form("rule", "shows", 2, "a final rule or order"),
    Form("guidance", "shows", 2, "guidance is issued"),
    Form("permit", "shows", 2, "something is permitted"),
    Form("award", "shows", 2, "money, land or a partner is settled"),
    Form("launch", "shows", 2, "a service or programme is at work"),
    Form("contract", "shows", 2, "parties bind themselves"),
    Form("publication", "shows", 2, "the tool, data or evaluation asked for is out"),
    Form("delivery", "shows", 2, "an official count of what is in use"),
    Form("law", "shows", 2, "a law is passed"),
    Form("contrary_rule", "lowers", 0, "a rule, order or decision in force against the action"),
    Form("court_block", "lowers", 0, "a court stops it"),
    Form("withdrawal", "undoes", 0, "an earlier act is taken back"),
    Form("suspension", "undoes", 0, "an earlier act is put on hold"),
    Form("delay", "nothing", 0, "a date is missed or moved"),
    Form("shortfall", "nothing", 0, "a result that falls short"),
    Form("cut", "nothing", 0, "money is held or lowered"),
)

FORMS: dict[str, Form] = {form.name: form for form in _ROWS}

FormName = Literal[
    "statement", "bill", "finding", "instruction", "request", "proposal", "call", "body", "declaration",
    "case", "bill_advanced", "meeting", "rule", "guidance", "permit", "award", "launch", "contract",
    "publication", "delivery", "law", "contrary_rule", "court_block", "withdrawal", "suspension", "delay",
    "shortfall", "cut",
]  # fmt: skip

Direction = Literal["advances", "works_against", "mixed"]

WEAK_GRADES = ("C", "D", "unverified")
"""Grades of evidence that shows at most `WEAK_SHOWS` and takes nothing back (rule 8)."""

WEAK_SHOWS = 1


def fits(form: Form, direction: Direction) -> bool:
    """Whether an event of a form can have a direction: an award does not work against, a delay not for."""
    if direction == "mixed":
        return True
    if form.effect == "shows" and form.shows:
        return direction == "advances"
    return form.effect == "shows" or direction == "works_against"
