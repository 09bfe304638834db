"""The answer on opposition: what was counted, the priors with their sources, the one checked by the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from stargauge.facts import REGIONS, Registry, Tables, load_registry, load_tables
from stargauge.facts.opposition_tables import load_opposition_series
from stargauge.facts.power_tables import PowerTables, load_power_tables
from stargauge.opposition.check import (
    AS_THEY_ARE,
    HINDCAST,
    LATEST,
    NO_INDEX,
    PAST,
    SCORED,
    SINCE,
    Told,
    tell,
)
from stargauge.opposition.drivers import drivers
from stargauge.opposition.inputs import UNCERTAIN
from stargauge.opposition.outlook import Outlook, outlooks

if TYPE_CHECKING:
    from rich.console import RenderableType

FUTURES = 4000
BAND = (0.05, 0.5, 0.95)
START_OF = {HINDCAST: (2024, 1), LATEST: (2026, 4)}
"""Month at whose beginning the level is the base, for each edition of the priors."""

CAVEATS = (
    "the priors of 2024 were written, and once widened, by people who knew the counts: a hindcast",
    "the reach of a tracker and the growth of opposition cannot be told apart by one series",
    "windows of one series are not independent, and the trackers count overlapping events",
    "cancellations are dated by the start of the fight, and recent fights are still open",
    "the month tested for the newest priors is one month: it can refute little",
)


@dataclass(frozen=True)
class Counted:
    """One count of the nation, as recorded."""

    metric: str
    first_day: date
    last_day: date
    value: float
    unit: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Prior:
    """A prior as of a date: 5, 50 and 95 % points, and what it is judged from."""

    name: str
    as_of: date
    low: float
    median: float
    high: float
    unit: str
    source: str
    because: str


@dataclass(frozen=True)
class OppositionCheck:
    """Series, priors, regional levels, the check and what the priors do forward, with the number of draws."""

    counted: tuple[Counted, ...]
    priors: tuple[Prior, ...]
    levels: dict[str, float]
    told: tuple[Told, ...]
    outlook: tuple[Outlook, ...]
    futures: int

    def of(self, name: str, reading: str = AS_THEY_ARE) -> Told:
        """Return a series as told by the priors of 2024.

        Raises:
            KeyError: no series of the check has the name.
        """
        for one in self.told:
            if (one.series.name, one.reading, one.as_of) == (name, reading, HINDCAST):
                return one
        raise KeyError(name)

    @property
    def verdict(self) -> tuple[str, ...]:
        """What the check says, one sentence a line; misses are named."""
        return tuple(self._verdict())

    def _verdict(self) -> Iterator[str]:
        past = [one for one in self.told if one.as_of == HINDCAST and one.reading == AS_THEY_ARE]
        for one in past:
            inside = f"{one.inside} of {len(one.predictions)} windows in the 80 % band"
            if not one.scored:
                inside += f" (single predictions: fewer than {SCORED})"
            missed = [told for told in one.predictions if not told.inside]
            above = sum(told.observed > told.high for told in missed)
            where = f"; {above} above, {len(missed) - above} below" if missed else ""
            yield f"{one.series.name}: {_word(one)}, {inside}{where}"
        alone = [
            one.series.name
            for one in self.told
            if one.as_of == HINDCAST and one.reading == NO_INDEX and one.fails
        ]
        yield "without the index these fail: " + (", ".join(alone) or "none, so it explains nothing")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "futures": self.futures,
            "verdict": list(self.verdict),
            "caveats": list(CAVEATS),
            "series": [_plain(asdict(one)) for one in self.counted],
            "priors": [_plain(asdict(one)) for one in self.priors],
            "levels": self.levels,
            "outlook": [asdict(one) for one in self.outlook],
            "check": [
                {
                    "as_of": one.as_of.isoformat(),
                    "reading": one.reading,
                    "series": one.series.name,
                    "metric": one.series.metric,
                    "base": [day.isoformat() for day in one.series.base],
                    "base_count": one.base_count,
                    "scored": one.scored,
                    "inside": one.inside,
                    "fails": one.fails,
                    "predictions": [
                        {**_plain(asdict(told)), "inside": told.inside} for told in one.predictions
                    ],
                }
                for one in self.told
            ],
        }

    def render(self) -> RenderableType:
        """Return the screen."""
        from stargauge.opposition.screen import render_check

        return render_check(self)


def opposition_check(
    registry: Registry | None = None,
    tables: Tables | None = None,
    power: PowerTables | None = None,
    *,
    futures: int = FUTURES,
    seed: int = 0,
) -> OppositionCheck:
    """Return what was counted, the priors, and where the counts fall under them.

    Args:
        registry: Facts; the shipped ones by default.
        tables: Record tables; the shipped ones by default.
        power: Tables of power supply; the shipped ones by default.
        futures: Number of draws.
        seed: Seed of the draws.

    Raises:
        InputError: an input has no fact known by the date of the priors.
        ValueError: fewer than one draw is asked for.
    """
    if futures < 1:
        raise ValueError(f"{futures} draws were asked for; at least 1")
    facts = registry or load_registry()
    frame = load_opposition_series()
    drove = drivers(facts, tables or load_tables(), power or load_power_tables())
    told = [
        *tell(facts, frame, drove, HINDCAST, PAST, START_OF[HINDCAST], futures, seed),
        *tell(facts, frame, drove, LATEST, SINCE, START_OF[LATEST], futures, seed),
    ]
    newest = facts.as_of(LATEST)
    return OppositionCheck(
        counted=_counted(frame),
        priors=tuple(_priors(facts)),
        levels={region: newest.input(f"opposition.level.{region}").to("ratio").median for region in REGIONS},
        told=tuple(told),
        outlook=outlooks(facts, LATEST, futures, seed),
        futures=futures,
    )


def _word(one: Told) -> str:
    """Return what to call a result: coverage is spoken of where it is scored, a half missed always."""
    if one.fails:
        return "FAILS"
    if 2 * one.inside <= len(one.predictions):
        return "MISSES"
    return "holds" if one.scored else "listed"


def _counted(frame: pl.DataFrame) -> tuple[Counted, ...]:
    rows = frame.filter(pl.col("place") == "US").sort("metric", "first_day", "last_day")
    return tuple(
        Counted(
            row["metric"],
            row["first_day"],
            row["last_day"],
            row["value"],
            row["unit"],
            row["source"],
            row["confidence"],
        )
        for row in rows.iter_rows(named=True)
    )


def _priors(facts: Registry) -> Iterator[Prior]:
    for name, unit in UNCERTAIN.items():
        for as_of in (HINDCAST, LATEST):
            fact = facts.as_of(as_of).input(name)
            low, median, high = (float(value) for value in fact.to(unit).quantile(BAND))
            yield Prior(name, as_of, low, median, high, unit, fact.source, fact.chosen_because)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
