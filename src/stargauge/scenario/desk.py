"""What the `stargauge scenario` commands do: make a file, check it, list what is built in, compare two.

Each returns an object with `to_dict()` for `--json` and a rich rendering for the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stargauge.scenario.difference import Difference, ScenarioDiff, difference, in_words
from stargauge.scenario.levers import LEVERS
from stargauge.scenario.reader import builtin_names, load_scenario
from stargauge.scenario.scenario import STAGES, Scenario
from stargauge.scenario.vocabulary import Vocabulary, shipped_vocabulary
from stargauge.scenario.writing import write_starter


@dataclass(frozen=True)
class NewScenario:
    """The files that `scenario new` made."""

    written: tuple[Path, ...]
    base: str

    def to_dict(self) -> dict[str, Any]:
        """Return the paths and the base as plain data."""
        return {"written": [str(path) for path in self.written], "extends": self.base}

    def __rich__(self) -> Text:
        """Return what was written and the next useful command."""
        files = " and ".join(str(path) for path in self.written)
        return Text(
            f"Wrote {files}, extending {self.base}.\nNext  stargauge scenario check {self.written[0]}"
        )


@dataclass(frozen=True)
class ScenarioList:
    """The built-in scenarios."""

    scenarios: tuple[Scenario, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return name, title, description, dates and digest of each as plain data."""
        return {
            "scenarios": [
                {
                    "name": item.name,
                    "title": item.title,
                    "description": item.description,
                    "extends": item.extends,
                    "as_of": item.as_of.isoformat(),
                    "digest": item.digest(),
                }
                for item in self.scenarios
            ]
        }

    def __rich__(self) -> Group:
        """Return a table of the built-in scenarios."""
        table = _plain_table("scenario", "as of", "what it asks")
        for item in self.scenarios:
            table.add_row(item.name, item.as_of.isoformat(), Text(item.heading))
        return Group(table, "Next  stargauge run us-2026 · stargauge scenario new mine.yaml")


@dataclass(frozen=True)
class ScenarioCheck:
    """A scenario without mistakes: what it changes, and what it says that moves no result (`idle`)."""

    scenario: Scenario
    changes: tuple[Difference, ...]
    idle: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the canonical form, its digest, the changes and the idle statements as plain data."""
        return {
            "name": self.scenario.name,
            "extends": self.scenario.extends,
            "digest": self.scenario.digest(),
            "canonical": self.scenario.canonical(),
            "changes": [{"field": item.field, "value": item.b} for item in self.changes],
            "idle": list(self.idle),
        }

    def __rich__(self) -> Group:
        """Return the summary: the frame of the run, each change in one line, what moves nothing."""
        own = self.scenario
        table = _plain_table("field", "value")
        table.add_row("as of", own.as_of.isoformat())
        table.add_row("horizon", f"{own.start} to {own.end}, {len(own.months())} months")
        table.add_row("futures", f"{own.futures:,}, seed {own.seed}")
        for item in self.changes:
            table.add_row(Text(item.field), Text(in_words(item.field, item.b)))
        ancestry = f", extends {own.extends}" if own.extends else ""
        notes = [Text(f"Moves nothing: {note}") for note in self.idle]
        head = Text(f"{own.name} is valid{ancestry}: {own.heading}")
        return Group(head, table, *notes, Text(f"Digest {own.digest()[:16]}"))


def new_scenario(
    path: str | Path, base: str = "us-2026", *, vocabulary: Vocabulary | None = None
) -> NewScenario:
    """Write a commented starter file and the schema beside it; raises as `write_starter`."""
    return NewScenario(write_starter(Path(path), base, vocabulary=vocabulary), base)


def describe_builtins(*, vocabulary: Vocabulary | None = None) -> ScenarioList:
    """Return the built-in scenarios, by name."""
    return ScenarioList(tuple(load_scenario(name, vocabulary=vocabulary) for name in builtin_names()))


def check_scenario(
    name_or_path: str | Path,
    modelled: Collection[str] | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    remarks: Callable[[Scenario], Iterable[str]] | None = None,
) -> ScenarioCheck:
    """Return the summary of a valid scenario.

    Args:
        name_or_path: As for `load_scenario`.
        modelled: Levers with a modelled effect; None leaves levers out of what moves nothing.
        vocabulary: Names to check against; the shipped tables' where None.
        remarks: Says what else of a scenario moves nothing.

    Raises:
        InputError: With every mistake, each with its line.
    """
    scenario = load_scenario(name_or_path, vocabulary=vocabulary)
    plain = _plain(scenario)
    frame = {"start", "end", "as_of", "seed", "futures"}
    changes = tuple(item for item in difference(plain, scenario).differences if item.field not in frame)
    known = vocabulary or shipped_vocabulary()
    told = remarks(scenario) if remarks is not None else ()
    return ScenarioCheck(scenario, changes, (*idle_statements(scenario, modelled, known), *told))


def diff_scenarios(a: str | Path, b: str | Path, *, vocabulary: Vocabulary | None = None) -> ScenarioDiff:
    """Return what two scenarios, by name or path, decide differently; raises `InputError` for either."""
    return difference(load_scenario(a, vocabulary=vocabulary), load_scenario(b, vocabulary=vocabulary))


def idle_statements(
    scenario: Scenario, modelled: Collection[str] | None, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """Return, in words, what a scenario says that can move no result."""
    notes = []
    if modelled is not None:
        notes += [
            f"levers.{name} is tracked, no effect of it is modelled ({LEVERS[name].meaning})"
            for name in scenario.tracked_levers(modelled)
        ]
    for identity in scenario.facts:
        reason = _why_unused(identity, scenario, vocabulary)
        if reason:
            notes.append(f"facts.{identity} {reason}")
    if scenario.schedule == "announced":
        canonical, plain = (
            scenario.canonical(),
            _plain(scenario).canonical(),
        )
        stages = [f"stages.{name}" for name in STAGES if canonical["stages"][name] != plain["stages"][name]]
        limits = [
            f"limits.{name}"
            for name, value in canonical["limits"].items()
            if value not in ({"off": True}, plain["limits"][name])
        ]
        hazard = [
            name
            for name in ("cancellation", "opposition")
            if canonical[name] not in ({"off": True}, plain[name])
        ]
        notes += [f"{name} under schedule: announced" for name in (*stages, *limits, *hazard)]
        notes += [f"levers.{name} under schedule: announced" for name in scenario.levers]
    return tuple(notes)


def _plain(scenario: Scenario) -> Scenario:
    """Return the scenario that decides nothing, in the frame of another: an as-of date has to lie in it."""
    return Scenario(
        stargauge=1,
        name=scenario.name,
        start=scenario.start,
        end=scenario.end,
        as_of=scenario.as_of,
    )


def _why_unused(identity: str, scenario: Scenario, vocabulary: Vocabulary) -> str:
    """Return why an overridden fact is not the value of any model input at the as-of date, or ""."""
    own = vocabulary.fact(identity)
    if own is None or not own.feeds:
        heirs = vocabulary.heirs(identity)
        worked_out = f"; override what was worked out from it: {', '.join(heirs)}" if heirs else ""
        return f"feeds no input of the model{worked_out}"
    chosen = vocabulary.chosen(own.feeds, scenario.as_of)
    if chosen is None or chosen.id == own.id:
        return ""
    return f"is not the value used for {own.feeds}; override {chosen.id}"


def _plain_table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"field", "scenario"})
    return table
