"""Reads a strategy from its folder of CSV files, or says everything that is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from stargauge.errors import InputError, Mistake
from stargauge.facts.reading import parse_rows, raise_mistakes
from stargauge.facts.record import RowError
from stargauge.policy.plan.checks import Located, Parts, cross_mistakes
from stargauge.policy.plan.records import (
    Action,
    Agency,
    Event,
    Identity,
    Judgement,
    LineageEntry,
    Pillar,
    Record,
    Section,
)
from stargauge.policy.plan.strategy import Strategy

DATA_FOLDER = Path(__file__).parent / "data"

DEFAULT_STRATEGY = "us-ai-action-plan"

MAXIMUM_BYTES = 2_000_000
MAXIMUM_ROWS = 2_000
"""No strategy is near these; what is larger is not one, and is not read."""

MAXIMUM_NAME = 80
"""Letters of a name that an error repeats."""

NOT_LOADED = "no strategy was loaded"

Kind = TypeVar("Kind", bound=Record)


def strategy_names() -> tuple[str, ...]:
    """Return the ids of the strategies that ship with the program, the default one first."""
    names = sorted(folder.name for folder in DATA_FOLDER.iterdir() if (folder / "strategy.csv").is_file())
    return tuple(sorted(names, key=lambda name: (name != DEFAULT_STRATEGY, name)))


def load_strategy(name: str | Path = DEFAULT_STRATEGY) -> Strategy:
    """Return a strategy by the id of one that ships, or from a folder.

    Args:
        name: An id of `strategy_names()`, or the path of a folder with the files that `docs/plan.md` lists.

    Raises:
        InputError: Listing every mistake in every file, with line and field; or that there is no such
            strategy.
    """
    if isinstance(name, str) and name in strategy_names():
        return _shipped(name)
    folder = Path(name)
    if _is_folder(folder):
        return read_strategy(folder)
    close = get_close_matches(str(name), strategy_names(), n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(strategy_names())}"
    short = str(name) if len(str(name)) <= MAXIMUM_NAME else f"{str(name)[:MAXIMUM_NAME]}..."
    said = f'"{short}" is neither a strategy that ships nor a folder; {hint}'
    raise InputError("plan", [_shown(Mistake(0, "strategy", said))], NOT_LOADED)


@cache
def _shipped(name: str) -> Strategy:
    return read_strategy(DATA_FOLDER / name)


def read_strategy(folder: Path) -> Strategy:
    """Return the strategy of a folder.

    Raises:
        InputError: Listing every mistake in every file, with line and field.
    """
    mistakes: dict[str, list[Mistake]] = {}

    def rows(name: str, model: type[Kind]) -> Located[Kind]:
        refused = _refused(folder / name)
        if refused is not None:
            mistakes.setdefault(name, []).append(refused)
            return []
        found, wrong = parse_rows(folder / name, model, _parser(model))
        mistakes.setdefault(name, []).extend(_shown(mistake) for mistake in wrong)
        if len(found) > MAXIMUM_ROWS:
            said = f"has {len(found):,} rows; no strategy has more than {MAXIMUM_ROWS:,}"
            mistakes[name].append(Mistake(0, "file", said))
        return found[:MAXIMUM_ROWS]

    identity = rows("strategy.csv", Identity)
    if len(identity) != 1 and not mistakes["strategy.csv"]:
        mistakes["strategy.csv"].append(Mistake(0, "file", f"has {len(identity)} rows, expected one"))
    parts = Parts(
        identity=identity,
        pillars=rows("pillars.csv", Pillar),
        sections=rows("sections.csv", Section),
        actions=rows("actions.csv", Action),
        agencies=rows("agencies.csv", Agency),
        events=rows("events.csv", Event),
        judgements=rows("judgements.csv", Judgement),
        lineage=rows("lineage.csv", LineageEntry),
    )
    broken = {name for name, found in mistakes.items() if found}
    for name, mistake in cross_mistakes(parts, broken):
        mistakes[name].append(_shown(mistake))
    raise_mistakes(mistakes, NOT_LOADED)
    return Strategy(
        identity=parts.identity[0][1],
        pillars=tuple(pillar for _, pillar in parts.pillars),
        sections=tuple(section for _, section in parts.sections),
        actions=tuple(action for _, action in parts.actions),
        agencies=tuple(agency for _, agency in parts.agencies),
        events=tuple(sorted((event for _, event in parts.events), key=lambda event: event.order)),
        judgements=tuple(judgement for _, judgement in parts.judgements),
        lineage=tuple(sorted((one for _, one in parts.lineage), key=lambda one: (one.date, one.id))),
        digest=_digest(folder, sorted(mistakes)),
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no file system takes
        return False


def _refused(path: Path) -> Mistake | None:
    """Return why a file is not read at all: a pipe or device never ends, a huge one is no strategy."""
    if path.exists() and not path.is_file():
        return Mistake(0, "file", "is not a regular file")
    if path.exists() and path.stat().st_size > MAXIMUM_BYTES:
        return Mistake(0, "file", f"is larger than {MAXIMUM_BYTES // 1_000_000} MB; not a strategy")
    return None


def _parser(model: type[Kind]) -> Callable[[dict[str, Any]], Kind]:
    def parse(row: dict[str, Any]) -> Kind:
        record = model.model_validate(row)
        problems = record.problems()
        if problems:
            raise RowError(problems)
        return record

    return parse


def _shown(mistake: Mistake) -> Mistake:
    """Return a mistake as it may be printed: what a hostile file holds must not steer the terminal."""
    field, message = (
        "".join(letter if letter.isprintable() else "?" for letter in text)
        for text in (mistake.field, mistake.message)
    )
    return Mistake(mistake.line, field[:60], message if len(message) <= 300 else f"{message[:297]}...")


def _digest(folder: Path, names: list[str]) -> str:
    total = hashlib.sha256()
    for name in names:
        total.update(name.encode())
        total.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return total.hexdigest()
