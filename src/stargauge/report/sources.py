"""What the answers rest on: the assumptions that mattered, every source, and how to run it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date

import polars as pl
from markupsafe import Markup

from stargauge.facts import Registry, Tables
from stargauge.facts.power_tables import load_power_tables
from stargauge.facts.world_tables import load_world_series
from stargauge.grid.flexibility.shipped import notes
from stargauge.insight import Answers, Driver
from stargauge.report import wording
from stargauge.report.charts import linked
from stargauge.report.figures import Size, correlation_bar
from stargauge.report.numbers import decimal, significant
from stargauge.scenario import builtin_names
from stargauge.track import ProgrammeStatus

SPARK = Size(80.0, 16.0)
DOI = "https://doi.org/{doi}"


@dataclass(frozen=True)
class Assumption:
    """An input that moved the outcome, as the page tells it."""

    title: str
    fact_id: str
    correlation: str
    bar: Markup
    p10: str
    p50: str
    p90: str
    unit: str
    source: Markup
    grade: str


@dataclass(frozen=True)
class Source:
    """A source with what rests on it and its grades."""

    words: Markup
    grades: str
    serves: str


def assumptions(answers: Answers) -> list[Assumption]:
    """Return the inputs that moved the outcome most, strongest first."""
    return [_assumption(driver) for driver in answers.drivers]


def _assumption(driver: Driver) -> Assumption:
    return Assumption(
        title=driver.title,
        fact_id=driver.fact_id or driver.input,
        correlation=decimal(driver.correlation, 2),
        bar=correlation_bar(driver.correlation, SPARK),
        p10=significant(driver.p10),
        p50=significant(driver.p50),
        p90=significant(driver.p90),
        unit=driver.unit,
        source=linked(driver.source, driver.address),
        grade=driver.confidence,
    )


def outcome_words(answers: Answers) -> str:
    """Return which outcome the assumptions moved."""
    if not answers.drivers:
        return ""
    return wording.OUTCOME.format(year=answers.drivers[0].outcome.rpartition(":")[2])


def all_sources(
    answers: Answers, statuses: Sequence[ProgrammeStatus], tables: Tables, registry: Registry
) -> list[tuple[str, list[Source]]]:
    """Return every source by what it serves: pledges, sites, events, tracker, model inputs, regional power.

    Args:
        answers: For the as-of date; nothing known later is listed.
        statuses: What is on record of each programme.
        tables: For the editions of the tracker.
        registry: Facts; those that feed the model on the as-of date are listed.
    """
    as_of = date.fromisoformat(answers.as_of)
    known = registry.as_of(as_of)
    editions = tables.vintages.filter(pl.col("vintage") <= as_of).unique("vintage").sort("vintage")
    return [
        (
            wording.KINDS["pledges"],
            _merged(
                (one.source, one.address, one.grade, one.id) for status in statuses for one in status.pledges
            ),
        ),
        (
            wording.KINDS["sites"],
            _merged(
                (one.source, one.address, one.grade, one.site_id)
                for status in statuses
                for one in status.sites
            ),
        ),
        (
            wording.KINDS["events"],
            _merged(
                (one.source, one.address, one.grade, one.event_id)
                for status in statuses
                for one in status.events
            ),
        ),
        (
            wording.KINDS["vintages"],
            _merged(
                (row["source"], row["address"], row["confidence"], str(row["vintage"]))
                for row in editions.iter_rows(named=True)
            ),
        ),
        (
            wording.KINDS["inputs"],
            _merged(
                (fact.source, fact.address, fact.confidence, fact.id)
                for fact in map(known.input, known.inputs())
            ),
        ),
        (
            wording.KINDS["regions"],
            _merged(
                (row["source"], row["address"], row["confidence"], row["region"])
                for row in tables.background_shares.filter(pl.col("known_from") <= as_of).iter_rows(
                    named=True
                )
            ),
        ),
        (wording.KINDS["power"], _merged(_power_sources(as_of))),
        *([(wording.KINDS["world"], _merged(_world_sources(as_of)))] if answers.position else []),
    ]


def _world_sources(as_of: date) -> Iterator[tuple[str, str, str, str]]:
    """Yield the sources of the series by bloc that position starts from and is judged by."""
    for row in load_world_series().filter(pl.col("known_from") <= as_of).iter_rows(named=True):
        yield row["source"], row["address"], row["confidence"], row["series"]


def _power_sources(as_of: date) -> Iterator[tuple[str, str, str, str]]:
    """Yield what regional supply rests on: the sources of its tables, and of the curves of hourly demand."""
    power = load_power_tables()
    for table in fields(power):
        if table.name != "sources":
            used = power.known(table.name, as_of)["source_id"].unique()
            rows = power.sources.filter(pl.col("id").is_in(used.implode()))
            for row in rows.iter_rows(named=True):
                yield row["source"], row["address"], row["confidence"], table.name
    curves = notes()
    source = wording.CURVES_SOURCE.format(authors=curves["authors"], data_set=curves["data_set"])
    yield source, DOI.format(doi=curves["doi"]), wording.CURVES_GRADE, wording.CURVES


def _merged(named: Iterable[tuple[str, str, str, str]]) -> list[Source]:
    """Return each distinct source once, by name, with the ids that rest on it."""
    found: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for source, address, grade, ident in named:
        if source:
            grades, serves = found.setdefault((source, address), (set(), set()))
            grades.add(grade)
            serves.add(ident)
    return [
        Source(linked(source, address), " ".join(sorted(grades)), wording.COMMA.join(sorted(serves)))
        for (source, address), (grades, serves) in sorted(found.items())
    ]


def command(answers: Answers) -> str:
    """Return the command that computes the run again."""
    builtin = answers.scenario in builtin_names()
    scenario = shlex.quote(answers.scenario) if builtin else wording.COMMAND_FILE
    return f"stargauge run {scenario} --futures {answers.futures} --seed {answers.seed}"
