"""Strategies for the tests: copies of shipped folders with cells changed, and small ones made in memory."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from stargauge.policy.plan import Action, Event, Judgement, Pillar, Section, Strategy
from stargauge.policy.plan.loading import DATA_FOLDER
from stargauge.policy.plan.records import Identity

US = "us-ai-action-plan"
CHINA = "cn-east-data-west-compute"
SHARED = Path(__file__).parents[2].parent / "shared" / "facts" / "plan"

RELEASED = date(2025, 7, 23)


def shared(name: str) -> Path:
    """Return a file of the collected tables, or skip the test where they are absent."""
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"the collected tables are not beside this checkout: ../shared/facts/plan/{name}")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def copy_of(name: str, folder: Path) -> Path:
    target = folder / name
    shutil.copytree(DATA_FOLDER / name, target)
    return target


def rewrite(path: Path, changed: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(changed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)


def event(
    identity: str,
    form: str,
    direction: str = "advances",
    *,
    day: str = "2026-01-01",
    actions: str = "A1",
    undoes: str = "",
    grade: str = "A",
) -> Event:
    made = Event.model_validate(
        {
            "id": identity,
            "date": day,
            "date_precision": "day",
            "known_from": day,
            "actions": actions,
            "event": f"what {identity} says",
            "form": form,
            "direction": direction,
            "undoes": undoes,
            "source": "a source",
            "licence": "a licence",
            "confidence": grade,
        }
    )
    assert made.problems() == []
    return made


def judgement(event_id: str, stage: int, action: str = "A1") -> Judgement:
    return Judgement(event=event_id, action=action, stage=stage, because="a reason")


def strategy(events: Sequence[Event], judgements: Sequence[Judgement] = ()) -> Strategy:
    """Return a strategy of two actions, the second of which repeats the first."""
    action = {"section": "S1", "verb": "other", "agencies_basis": "none"}
    return Strategy(
        identity=Identity.model_validate(
            {
                "id": "small",
                "title": "A small plan",
                "issuer": "somebody",
                "place": "somewhere",
                "released": RELEASED,
                "edition": "2027-12-31",
                "source": "a source",
                "licence": "a licence",
                "confidence": "A",
            }
        ),
        pillars=(Pillar(id=1, title="A pillar"),),
        sections=(Section(id="S1", pillar=1, title="A section"),),
        actions=(
            Action.model_validate({"id": "A1", "text": "Do it.", **action}),
            Action.model_validate({"id": "A2", "text": "Do it again.", "repeats": "A1", **action}),
        ),
        agencies=(),
        events=tuple(sorted(events, key=lambda one: one.order)),
        judgements=tuple(judgements),
        lineage=(),
        digest="0" * 64,
    )
