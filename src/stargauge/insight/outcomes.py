"""Outcomes by name: one number a future, read from a block of futures, that scenarios can be compared by.

A name is `quantity`, `quantity:when`, `quantity:place` or `quantity:place:when`; `when` is a year or `end`,
the last month of the run. Of a pledge it is `chance:ID`, `chance_by_end:ID` or `months_standing:ID`.

`months_standing` is how many months of the run a pledge has been kept for at its end, 0 where it is not. Its
mean is a date that stays a number when some futures never get there: one month more is one month sooner.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.model import ALL_NAMED, NATION, Block, BlockResult, PledgeTest, Prepared

Floats = NDArray[np.float64]

END = "end"
HEADLINE_YEAR = "2030"


@dataclass(frozen=True)
class Outcome(ABC):
    """One number a future.

    Attributes:
        name: As a user asks for it.
        title: In words.
        unit: MW, MW_it, share, month, bn_USD, percent, ratio or H100e.
    """

    name: str
    title: str
    unit: str

    @abstractmethod
    def of(self, result: BlockResult) -> Floats:
        """Return (futures) the outcome in each future of a block."""


@dataclass(frozen=True)
class PhaseOutcome(Outcome):
    """One number a future that the paths and end values do not hold: it is read phase by phase."""

    def of(self, result: BlockResult) -> Floats:
        """Raise: `of_phases` gives it."""
        raise NotImplementedError(f"{self.name} is read phase by phase")

    @abstractmethod
    def of_phases(self, block: Block) -> Floats:
        """Return (futures) the outcome in each future of a block."""


@dataclass(frozen=True)
class PathOutcome(Outcome):
    """A weighted sum of monthly paths, as a mean over some months."""

    rows: tuple[int, ...]
    weights: tuple[float, ...]
    first: int
    last: int

    def of(self, result: BlockResult) -> Floats:
        """Return (futures) the mean over months of the weighted sum."""
        total = np.zeros(result.paths.shape[0])
        for row, weight in zip(self.rows, self.weights, strict=True):
            total += weight * result.paths[:, row, self.first : self.last + 1].mean(axis=1)
        return total


@dataclass(frozen=True)
class ChanceOutcome(Outcome):
    """Whether a pledge is reached by a month: 1 or 0, so that the mean is its chance."""

    column: int
    due: float

    def of(self, result: BlockResult) -> Floats:
        """Return (futures) 1.0 where it is reached in time; never (not a number) is not."""
        return (result.ends[:, self.column] <= self.due).astype(np.float64)


@dataclass(frozen=True)
class StandingOutcome(Outcome):
    """How many months of the run a pledge has been reached for at its end."""

    column: int
    months: int

    def of(self, result: BlockResult) -> Floats:
        """Return (futures) months from that in which it is reached to the last, both counted; 0 for never."""
        return np.nan_to_num(self.months - result.ends[:, self.column], nan=0.0)


class Quantity(NamedTuple):
    """A quantity of paths: the series, words, whether it is the mean of a year or what stands at its end."""

    series: str
    words: str
    unit: str
    over_year: bool


QUANTITIES = {
    "facility_mw": Quantity("energised_facility_mw", "energised facility power", "MW", False),
    "it_mw": Quantity("energised_it_mw", "energised IT power", "MW_it", False),
    "compute_h100e": Quantity("compute_h100e", "compute in use", "H100e", False),
    "shortfall_mw": Quantity("shortfall_mw", "shortfall of firm power", "MW", True),
    "onsite_mw": Quantity("onsite_mw", "load on on-site plant", "MW", False),
    "flexible_mw": Quantity("flexible_load_mw", "load connected as flexible", "MW", False),
    "supply_capital_usd_b": Quantity(
        "supply_capital_usd_b", "capital of new power plants since the as-of date", "bn_USD", False
    ),
    "bill_percent": Quantity("bill_effect_percent", "bill effect", "percent", True),
    "compute_share": Quantity("compute_share_location", "share of the world's compute", "ratio", False),
    "model_share": Quantity("model_share", "share of models in use", "ratio", False),
    "opposition": Quantity("opposition_level", "level of opposition", "ratio", True),
}
OF_POSITION = ("compute_share_location", "model_share")
CHANCE, CHANCE_BY_END, STANDING = "chance", "chance_by_end", "months_standing"


def default_names(prepared: Prepared) -> tuple[str, ...]:
    """Return the headline outcomes of a run, those it has.

    The pledge is the largest one whose deadline the run sees and whose programme the scenario watches.
    """
    years = _years(prepared)
    year = HEADLINE_YEAR if HEADLINE_YEAR in years else END
    names = [f"facility_mw:{year}", f"facility_mw:{END}"]
    pledge = _headline_pledge(prepared)
    if pledge is not None:
        names += [f"{kind}:{pledge.pledge_id}" for kind in (CHANCE, CHANCE_BY_END, STANDING)]
    names += [f"shortfall_mw:{year}", f"supply_capital_usd_b:{END}", f"bill_percent:{year}"]
    return tuple(dict.fromkeys(names))


def find_outcomes(prepared: Prepared, names: Iterable[str]) -> tuple[Outcome, ...]:
    """Return outcomes by their names, each once.

    Raises:
        InputError: With every name that the run has no outcome for.
    """
    found: list[Outcome] = []
    mistakes: list[Mistake] = []
    for name in dict.fromkeys(names):
        try:
            found.append(_outcome(prepared, name))
        except ValueError as error:
            mistakes.append(Mistake(0, "--outcome", f'"{name}": {error}'))
    if mistakes:
        raise InputError("--outcome", mistakes)
    return tuple(found)


def of_position(outcome: Outcome, prepared: Prepared) -> bool:
    """Return whether an outcome is one of position among blocs."""
    rows = outcome.rows if isinstance(outcome, PathOutcome) else ()
    return any(prepared.series[row].name.split(":")[0] in OF_POSITION for row in rows)


def _outcome(prepared: Prepared, name: str) -> Outcome:
    kind, *rest = name.split(":")
    if kind in (CHANCE, CHANCE_BY_END, STANDING):
        return _of_pledge(prepared, name, kind, ":".join(rest))
    if kind not in QUANTITIES:
        known = ", ".join((*QUANTITIES, CHANCE, CHANCE_BY_END, STANDING))
        raise ValueError(f"no such outcome; known are {known}")
    years = _years(prepared)
    when = END
    if rest and (rest[-1] == END or rest[-1].isdigit()):
        when = rest.pop()
        if when != END and when not in years:
            whole = f"the years {years[0]} to {years[-1]}, and " if years else ""
            raise ValueError(f"the run has {whole}{END}, for example {kind}:{END}")
    place = ":".join(rest) or NATION
    return _of_paths(prepared, name, QUANTITIES[kind], place, when)


def _of_paths(prepared: Prepared, name: str, quantity: Quantity, place: str, when: str) -> PathOutcome:
    rows = {series.name: row for row, series in enumerate(prepared.series)}
    own = f"{quantity.series}:{place}"
    weights: dict[str, float] = {}
    if own in rows:
        weights[own] = 1.0
    elif place == NATION:
        # What has no national path is a mean of regions, each by its summer peak of the base year.
        peak = prepared.power.base.mw[:, 0]
        for region, share in zip(prepared.delivery.regions, peak / peak.sum(), strict=True):
            weights[f"{quantity.series}:{region}"] = float(share)
    else:
        places = [one.split(":", 1)[1] for one in rows if one.startswith(f"{quantity.series}:")]
        raise ValueError(f'no such place as "{place}"; there are {", ".join(places)}')
    last = len(prepared.months) - 1 if when == END else prepared.months.index(f"{when}-12")
    year = prepared.months[last][:4]
    first = next(m for m, label in enumerate(prepared.months) if label[:4] == year)
    of_year = quantity.over_year
    where = {NATION: "nation", ALL_NAMED: "all named programmes"}.get(place, place)
    time = f"mean of {year}" if of_year else f"end of {prepared.months[last]}"
    return PathOutcome(
        name=name,
        title=f"{quantity.words}, {where}, {time}",
        unit=quantity.unit,
        rows=tuple(rows[one] for one in weights),
        weights=tuple(weights.values()),
        first=first if of_year else last,
        last=last,
    )


def _of_pledge(prepared: Prepared, name: str, kind: str, pledge_id: str) -> Outcome:
    tests = {test.pledge_id: test for test in prepared.plan.pledges}
    if pledge_id not in tests:
        raise ValueError(f'no such pledge as "{pledge_id}"; tested are {", ".join(tests)}')
    test, last = tests[pledge_id], len(prepared.months) - 1
    column = [one.name for one in prepared.end_values].index(f"reached_month:{pledge_id}")
    promised = f"{test.programme}, {test.due_mw:,.0f} MW"
    if kind == STANDING:
        title = f"months for which {promised} stands by {prepared.months[last]}"
        return StandingOutcome(name, title, "month", column, last + 1)
    if kind == CHANCE_BY_END:
        return ChanceOutcome(
            name, f"chance of {promised} by {prepared.months[last]}", "share", column, float(last)
        )
    if np.isnan(test.due_month):
        raise ValueError(f"its deadline lies outside the run; ask for {CHANCE_BY_END}:{pledge_id}")
    due = prepared.months[int(test.due_month)]
    return ChanceOutcome(name, f"chance of {promised} by its deadline {due}", "share", column, test.due_month)


def _headline_pledge(prepared: Prepared) -> PledgeTest | None:
    now = prepared.delivery.now
    groups = prepared.delivery.groups
    tests = [
        test
        for test in prepared.plan.pledges
        if test.due_month >= now
        and any(prepared.scenario.watches(name) for name in (test.programme, *_sites(groups, test)))
    ]
    return max(tests, key=lambda test: test.due_mw, default=None)


def _sites(groups: Sequence[str], test: PledgeTest) -> tuple[str, ...]:
    return tuple(groups[group] for group in test.groups)


def _years(prepared: Prepared) -> tuple[str, ...]:
    """Return the years of the run that end in it."""
    return tuple(label[:4] for label in prepared.months if label.endswith("-12"))
