"""The records of a strategy: each class is the schema of one CSV file, its fields the columns in order."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from stargauge.facts.record import Confidence, CsvDate, Identifier
from stargauge.policy.plan.forms import FORMS, HIGHEST, Direction, FormName, fits

MAXIMUM_LETTERS = 400
"""No cell of a strategy is longer: a sentence, an address, a note."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds a line break or a control character; write one line of plain text")
    if len(text) > MAXIMUM_LETTERS:
        raise ValueError(f"has {len(text):,} letters, at most {MAXIMUM_LETTERS} are allowed")
    return text


def _web(text: str) -> str:
    if text and (not text.startswith(("https://", "http://")) or " " in text):
        raise ValueError(f'"{text}" is not a web address; write https://... or leave it empty')
    return text


Words = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)]
"""One line of text without control characters, so that no file can steer a terminal."""
FilledWords = Annotated[Words, StringConstraints(min_length=1)]
Address = Annotated[Words, AfterValidator(_web)]
Stage = Annotated[int, Field(ge=0, le=HIGHEST)]


def _parts(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Identifiers = Annotated[tuple[Identifier, ...], BeforeValidator(_parts)]

Verb = Literal[
    "request", "rule_change", "guidance", "standards", "evaluation", "research", "data", "funding",
    "procurement", "permitting", "land", "grid", "energy_supply", "workforce", "security",
    "export_promotion", "export_control", "diplomacy", "other",
]  # fmt: skip
"""What kind of doing an action asks for; execution is pooled by it."""

AgenciesBasis = Literal["stated", "implied", "none"]
"""How the agencies of an action are known: the strategy names them, its words imply them, or neither."""

LineageKind = Literal[
    "order", "revocation", "law", "rule", "comment_call", "statement", "release", "revision", "scheduled"
]


class Record(BaseModel):
    """A row that cannot be changed and has no columns beside its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def problems(self) -> list[tuple[str, str]]:
        """Return what does not fit together among well-formed fields: a field, and what is wrong with it."""
        return []


class Sourced(Record):
    """Where a row comes from, and on what terms."""

    source: FilledWords
    address: Address = ""
    licence: FilledWords
    confidence: Confidence


class Identity(Sourced):
    """The one row of `strategy.csv`; `edition` is the day up to which its events were collected."""

    id: Identifier
    title: FilledWords
    issuer: FilledWords
    place: FilledWords
    released: CsvDate
    edition: CsvDate
    note: Words = ""

    def problems(self) -> list[tuple[str, str]]:
        """Return what does not fit together."""
        if self.edition < self.released:
            return [("edition", f"{self.edition} is before the release, {self.released}")]
        return []


class Pillar(Record):
    """A part of the strategy, numbered from 1."""

    id: Annotated[int, Field(ge=1, le=9)]
    title: FilledWords


class Section(Record):
    """A heading under a pillar, in our words."""

    id: Identifier
    pillar: int
    title: FilledWords


class Agency(Record):
    """Who does it; `part_of` is the agency that it belongs to."""

    id: Identifier
    name: FilledWords
    part_of: Identifier | None = None


class Action(Record):
    """One thing the strategy says will be done, in our words.

    `agencies` are in the order of the strategy, the leading one first. `lever` is empty where none of the
    levers is meant. `page` is where the strategy says it. `repeats` is the action that it says once more;
    `added` is the day from which it is part of the strategy, where that is later than the release.
    """

    id: Identifier
    section: Identifier
    text: FilledWords
    verb: Verb
    lever: Words = ""
    agencies: Identifiers = ()
    agencies_basis: AgenciesBasis
    page: Annotated[int, Field(ge=1)] | None = None
    repeats: Identifier | None = None
    added: CsvDate | None = None

    def problems(self) -> list[tuple[str, str]]:
        """Return what does not fit together."""
        found = []
        if self.agencies_basis == "none" and self.agencies:
            found.append(("agencies_basis", 'is "none", but agencies are named'))
        if self.agencies_basis != "none" and not self.agencies:
            found.append(("agencies", f'are missing; agencies_basis is "{self.agencies_basis}"'))
        if len(set(self.agencies)) < len(self.agencies):
            found.append(("agencies", "name one twice"))
        if self.repeats == self.id:
            found.append(("repeats", "an action cannot repeat itself"))
        return found


class Event(Sourced):
    """Something that happened on a day and bears on actions; `form` is what kind of act it is.

    `known_from` is the day on which it was public, `undoes` what it takes back.
    """

    id: Identifier
    date: CsvDate
    date_precision: Literal["day", "month", "year"]
    known_from: CsvDate
    actions: Identifiers
    event: FilledWords
    form: FormName
    direction: Direction
    undoes: Identifiers = ()
    note: Words = ""

    def problems(self) -> list[tuple[str, str]]:
        """Return what does not fit together."""
        form, found = FORMS[self.form], []
        if not self.actions:
            found.append(("actions", "name none; an event bears on at least one action"))
        if len(set(self.actions)) < len(self.actions):
            found.append(("actions", "name one twice"))
        if not fits(form, self.direction):
            said = f"an event of form {self.form} ({form.meaning}) cannot be {self.direction}"
            found.append(("direction", said))
        if self.undoes and form.effect != "undoes":
            found.append(("undoes", f"form {self.form} undoes nothing; withdrawal and suspension do"))
        if self.date_precision == "day" and self.known_from < self.date:
            found.append(("known_from", f"{self.known_from} is before the date, {self.date}"))
        return found

    @property
    def written(self) -> str:
        """The date as precisely as it is known."""
        return self.date.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.date_precision]]

    @property
    def order(self) -> tuple[dt.date, dt.date, str]:
        """The place in the sequence of events (rule 1)."""
        return self.known_from, self.date, self.id


class Judgement(Record):
    """Where a person says what an event shows about an action, in place of its form (rule 9)."""

    event: Identifier
    action: Identifier
    stage: Stage
    because: FilledWords


class LineageEntry(Sourced):
    """A step on the way to the strategy, or a date that is set for what follows (`scheduled`)."""

    id: Identifier
    date: CsvDate
    known_from: CsvDate
    kind: LineageKind
    event: FilledWords
    detail: Words = ""


def as_plain(record: Record) -> dict[str, Any]:
    """Return a record as data that survives JSON."""
    return record.model_dump(mode="json")
