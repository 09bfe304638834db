"""A claim as a claims file holds it: what was said, by whom, when it is true, and what counts as evidence."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from stargauge.facts import load_tables
from stargauge.insight.claims.condition import BETWEEN, LEVELS, Condition
from stargauge.insight.claims.pairs import Side, read_side
from stargauge.insight.claims.words import Words, wording
from stargauge.scenario.faults import Faults, fault
from stargauge.scenario.parts import Part
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.values import choice, identifier, shown, text
from stargauge.scenario.vocabulary import shipped_vocabulary
from stargauge.world.blocs import BLOCS

FORMAT = 1
GRADES = ("A", "B", "C", "D", "unverified")
MOST_CLAIMS, MOST_CONDITIONS, MOST_EVIDENCE, MOST_SAID = 100, 16, 30, 8
_ON = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_ADDRESS = re.compile(r"https?://[^\s]{3,400}")


def items_of(part: type[Part], most: int) -> Callable[[Any], Any]:
    """Return a reader of a list of 1 to `most` parts; one part alone may stand without its list."""

    def read(value: Any) -> Any:
        items = [value] if isinstance(value, dict) else value
        if not isinstance(items, list | tuple) or not items:
            raise fault(f"{shown(value or None)} where a list belongs; for example - {part.example}")
        if len(items) > most:
            raise fault(f"{len(items)} entries, at most {most}")
        return tuple(items)

    return read


def _on(value: Any) -> str:
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(written, str) or not _ON.fullmatch(written):
        raise fault(
            f"{shown(value)} is no date; expected YYYY-MM-DD, YYYY-MM or YYYY, for example 2025-01-21"
        )
    return written


def _address(value: Any) -> str:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise fault(f"{shown(value)} is no address; for example https://openai.com/index/")
    return value


class Said(Part):
    """Who made the claim, when and where it can be read."""

    example = "{who: {en: OpenAI, zh: OpenAI}, on: 2025-01-21, grade: B}"

    who: Annotated[
        Words,
        BeforeValidator(wording(160, "OpenAI and SoftBank")),
        Field(description="Who said it.", examples=["{en: OpenAI, zh: OpenAI}"]),
    ]
    on: Annotated[
        str, BeforeValidator(_on), Field(description="Day, month or year.", examples=["2025-01-21"])
    ]
    source: Annotated[
        str,
        BeforeValidator(text(300, "source: press release")),
        Field(description="Where it was read.", examples=["press release"]),
    ] = ""
    address: Annotated[
        str,
        BeforeValidator(_address),
        Field(description="Its address.", examples=["https://openai.com/index/"]),
    ] = ""
    grade: Annotated[
        str,
        BeforeValidator(choice(*GRADES)),
        Field(description="A official, B press, C secondary, D judgement, or unverified.", examples=["B"]),
    ]


class Evidence(Part):
    """One thing on record that bears on the claim, exactly one of the four.

    `en` and `zh` say it in words: of an event the record's own words stand where there is no `en`; of a fact
    and a series they are its name.
    """

    example = "{programme: Stargate (US)}"
    exclusive = ("programme", "event", "fact", "series")

    programme: Annotated[
        str | None, Field(description="What stands of a programme.", examples=["Stargate (US)"])
    ] = None
    event: Annotated[str | None, Field(description="Id of an event on record.", examples=["EV003"])] = None
    fact: Annotated[str | None, Field(description="Id of a fact.", examples=["D20"])] = None
    series: Annotated[
        str | None,
        Field(description="A series of the past of the world.", examples=["openrouter_token_share"]),
    ] = None
    place: Annotated[
        str | None, Field(description="Bloc of the series.", examples=["China"], validate_default=True)
    ] = None
    en: Annotated[
        str,
        BeforeValidator(text(300, "en: permanent jobs at Abilene")),
        Field(description="In English.", examples=["permanent jobs at Abilene"]),
    ] = ""
    zh: Annotated[
        str,
        BeforeValidator(text(300, "zh: 總統稱立即創造十萬個工作")),
        Field(description="In Traditional Chinese.", examples=["…"]),
    ] = ""

    @field_validator("programme", "event", "fact", "series", mode="before")
    @classmethod
    def _known(cls, value: Any, info: ValidationInfo) -> Any:
        kind = str(info.field_name)
        known = _on_record(kind)
        if not isinstance(value, str) or value not in known:
            hint = did_you_mean(value, known, 0.5) if isinstance(value, str) else ""
            raise fault(f"no such {kind}: {shown(value)}{hint or f'; there are {len(known):,}'}")
        return value

    @field_validator("place", mode="before")
    @classmethod
    def _place(cls, value: Any, info: ValidationInfo) -> Any:
        if value is not None and value not in BLOCS:
            hint = did_you_mean(value, BLOCS) if isinstance(value, str) else ""
            raise fault(f"no such bloc: {shown(value)}{hint or '; known are ' + ', '.join(BLOCS)}")
        if all(info.data.get(kind, "") is None for kind in cls.exclusive):
            raise fault(f"no evidence named; one of {', '.join(cls.exclusive)}", *cls.exclusive)
        return value


def _on_record(kind: str) -> tuple[str, ...]:
    if kind == "programme":
        return shipped_vocabulary().programmes
    if kind == "event":
        return tuple(load_tables().events["event_id"])
    if kind == "fact":
        return tuple(shipped_vocabulary().facts)
    from stargauge.facts.world_tables import load_world_series

    return tuple(dict.fromkeys(load_world_series()["series"]))


class Paired(Part):
    """Two scenarios on the same luck: conditions are about the first less the second, future by future."""

    example = "{with: {title: …, fields: {…}}, without: {title: …, fields: {…}}}"

    first: Annotated[
        Side, BeforeValidator(read_side), Field(alias="with", description="Where it is done.", examples=["…"])
    ]
    second: Annotated[
        Side,
        BeforeValidator(read_side),
        Field(alias="without", description="Where it is not.", examples=["…"]),
    ]


class Claim(Part):
    """A claim: true in a future in which all its conditions hold."""

    example = "{id: ten-gigawatts, title: {en: …, zh: …}, said: {…}, true_when: {…}}"

    id: Annotated[
        str, BeforeValidator(identifier), Field(description="Short name.", examples=["ten-gigawatts"])
    ]
    title: Annotated[
        Words,
        BeforeValidator(wording(200, "Stargate keeps its first promise")),
        Field(description="The claim in one sentence.", examples=["{en: …, zh: …}"]),
    ]
    said: Annotated[
        tuple[Said, ...],
        BeforeValidator(items_of(Said, MOST_SAID)),
        Field(description="Who claimed it.", examples=["{who: {en: OpenAI}, on: 2025-01-21, grade: B}"]),
    ]
    paired: Annotated[
        Paired | None,
        Field(description="Two scenarios to tell apart, where the claim is about what a policy changes."),
    ] = None
    not_modelled: Annotated[
        Words | None,
        BeforeValidator(wording(400, "no source gives a number")),
        Field(description="Why the model cannot test it; instead of true_when.", examples=["{en: …}"]),
    ] = None
    true_when: Annotated[
        tuple[Condition, ...],
        Field(
            description="Conditions that all have to hold.",
            examples=["{metric: energised_facility_mw, place: US, …}"],
            validate_default=True,
        ),
    ] = ()
    counts: Annotated[
        Words | None,
        BeforeValidator(wording(400, "MW seen in operation, not MW under contract")),
        Field(description="What evidence counts.", examples=["{en: …, zh: …}"]),
    ] = None
    evidence: Annotated[
        tuple[Evidence, ...],
        BeforeValidator(items_of(Evidence, MOST_EVIDENCE)),
        Field(description="What is on record so far.", examples=["{programme: Stargate (US)}"]),
    ] = ()

    @field_validator("true_when", mode="before")
    @classmethod
    def _a_test_or_a_reason(cls, value: Any, info: ValidationInfo) -> Any:
        reason = info.data.get("not_modelled")
        if value in (None, ()):
            if reason is None and "not_modelled" in info.data:
                raise fault(f"missing; for example - {Condition.example}", "id")
            return ()
        if reason is not None:
            raise fault("true_when and not_modelled exclude each other; keep one of them")
        return items_of(Condition, MOST_CONDITIONS)(value)

    @field_validator("true_when")
    @classmethod
    def _pairs_compare_months(
        cls, value: tuple[Condition, ...], info: ValidationInfo
    ) -> tuple[Condition, ...]:
        if info.data.get("paired") is None:
            return value
        found = Faults()
        allowed = (*LEVELS, BETWEEN)
        for place, condition in enumerate(value):
            if condition.comparison not in allowed:
                told = f"{condition.comparison} does not compare two scenarios; use {' or '.join(allowed)}"
                found.add((place, "comparison"), told)
            if condition.than is not None:
                told = "two scenarios are compared with each other; write a threshold of their difference"
                found.add((place, "than"), told)
            if condition.at is None:
                found.add((place, "by"), f"two scenarios are compared at one month; write at: {condition.by}")
        found.raise_any("true_when")
        return value


class ClaimsFile(Part):
    """A file of claims."""

    example = "stargauge_claims: 1"

    stargauge_claims: Annotated[
        Literal[1],
        BeforeValidator(lambda value: _format(value)),
        Field(description="Version of the format.", examples=[1]),
    ]
    title: Annotated[
        Words,
        BeforeValidator(wording(120, "What was claimed of the plan")),
        Field(description="Heading.", examples=["{en: Claims, zh: 主張}"]),
    ]
    claims: Annotated[
        tuple[Claim, ...],
        BeforeValidator(items_of(Claim, MOST_CLAIMS)),
        Field(description="The claims.", examples=["- id: …"]),
    ]


def _format(value: Any) -> int:
    if value == FORMAT and isinstance(value, int) and not isinstance(value, bool):
        return FORMAT
    raise fault(f"{shown(value)} is no format this version reads; write stargauge_claims: {FORMAT}")
