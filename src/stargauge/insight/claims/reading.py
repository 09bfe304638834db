"""Where levels are read: from a block as it is simulated, or from the end values of a finished run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import Store
from stargauge.insight.claims.condition import AT_MOST, BELOW, CHANGES, LEADS
from stargauge.insight.claims.levels import NotThereError, Ready, series_of
from stargauge.insight.claims.metrics import METRICS, REACHED, SITES
from stargauge.insight.claims.words import Words
from stargauge.insight.outcomes import Outcome, PhaseOutcome
from stargauge.model import Block, BlockResult, Prepared

Floats = NDArray[np.float64]

REMAINDER = " (unannounced)"
"""End of the name of the site that stands for the part of a pledge without announced sites."""

LEVEL, STANDING = "level", "standing"
DECEMBER = "-12"

_SORTS = (("lowest", (AT_MOST, BELOW)), ("change", CHANGES), ("lead", (LEADS,)))
"""Comparisons whose level is read otherwise than as the highest of a path."""


@dataclass(frozen=True)
class ResultNumbers:
    """The numbers of a simulated block."""

    result: BlockResult
    rows: dict[str, int]
    columns: dict[str, int]

    def path(self, name: str, first: int, last: int) -> Floats:
        """Return (futures, months) a series over some months, both included."""
        return self.result.paths[:, self.rows[name], first : last + 1]

    def end(self, name: str) -> Floats:
        """Return (futures) an end value."""
        return self.result.ends[:, self.columns[name]]


@dataclass(frozen=True)
class SitesNumbers:
    """At how many sites of a programme something is energised, month by month, in a simulated block."""

    path_by_month: Floats

    def path(self, name: str, first: int, last: int) -> Floats:
        """Return (futures, months) the count over some months, both included."""
        del name
        return self.path_by_month[:, first : last + 1]

    def end(self, name: str) -> Floats:
        """Raise: a count of sites has no end value."""
        raise KeyError(name)


@dataclass(frozen=True)
class StoreNumbers:
    """The numbers of a finished run, as far as end values go: ends of years, and when pledges are reached."""

    store: Store
    months: tuple[str, ...]

    def path(self, name: str, first: int, last: int) -> Floats:
        """Return (futures, 1) a series in one December."""
        month = self.months[first]
        column = f"{name}:{month[:4]}"
        if first != last or not month.endswith(DECEMBER):
            raise NotThereError(Words(f"the run folder keeps {name} at the ends of years only"))
        return self.end(column)[:, None]

    def standing(self, ready: Ready) -> Floats:
        """Return (1) the mean over futures of what a condition's metric is in the as-of month."""
        if ready.condition.metric == REACHED:
            return ready.standing(self)
        month = self.months[ready.now]
        rows = self.store.series_quantiles(ready.series)
        means = rows.filter(rows["month"] == month)["mean"]
        return np.array([float(means.sum())])

    def end(self, name: str) -> Floats:
        """Return (futures) an end value."""
        if name not in {value.name for value in self.store.record.end_values}:
            raise NotThereError(Words(f"the run folder keeps no {name}"))
        return self.store.ends(name)[name].to_numpy()


@dataclass(frozen=True)
class LevelOutcome(Outcome):
    """The level of a condition, or what stands in the as-of month, in each future of a block."""

    ready: Ready
    part: str
    rows: tuple[tuple[str, int], ...]
    columns: tuple[tuple[str, int], ...]

    def of(self, result: BlockResult) -> Floats:
        """Return (futures) the number in each future."""
        numbers = ResultNumbers(result, dict(self.rows), dict(self.columns))
        return self.ready.level(numbers) if self.part == LEVEL else self.ready.standing(numbers)


@dataclass(frozen=True)
class SitesOutcome(PhaseOutcome):
    """The same of a number of sites, which needs the block phase by phase."""

    ready: Ready
    part: str
    groups: tuple[int, ...]
    remainder: tuple[int, ...]

    def of_phases(self, block: Block) -> Floats:
        """Return (futures) the number in each future."""
        numbers = SitesNumbers(sites_energised(block, self.groups, self.remainder))
        return self.ready.level(numbers) if self.part == LEVEL else self.ready.standing(numbers)


def sites_energised(block: Block, groups: Sequence[int], remainder: Sequence[int]) -> Floats:
    """Return (futures, months) the number of sites with energised power.

    Args:
        block: The block, phase by phase.
        groups: Groups of the named sites.
        remainder: Phases of the unannounced remainder, each of which stands for a site of its own.
    """
    out = block.out
    count: Floats = (out.group_mw[:, list(groups)] > 0.0).sum(axis=1).astype(np.float64)
    months = np.arange(out.group_mw.shape[2])
    for phase in remainder:
        count += out.energised_month[:, phase, None] <= months
    return count


def outcomes_of(prepared: Prepared, ready: Ready) -> tuple[Outcome, Outcome]:
    """Return the level of a condition and what stands in the as-of month, as outcomes of a run.

    Raises:
        NotThereError: The run has no such series, pledge or programme.
    """
    condition = ready.condition
    build = _sites(prepared, ready) if condition.metric == SITES else _levels(prepared, ready)
    return build(LEVEL), build(STANDING)


def _levels(prepared: Prepared, ready: Ready) -> Callable[[str], Outcome]:
    condition = ready.condition
    rows = {series.name: row for row, series in enumerate(prepared.series)}
    columns = {value.name: column for column, value in enumerate(prepared.end_values)}
    if condition.metric == REACHED:
        name, pledge = ready.reached, condition.place[0]
        if name not in columns:
            raise _absent(f"the pledge {pledge}", f"承諾 {pledge}")
        rows_used: tuple[tuple[str, int], ...] = ()
        columns_used: tuple[tuple[str, int], ...] = ((name, columns[name]),)
    else:
        for name in ready.names():
            if name not in rows:
                raise _absent(f"the series {name}", f"數列 {name}")
        rows_used, columns_used = tuple((name, rows[name]) for name in ready.names()), ()
    unit = METRICS[condition.metric].unit
    return lambda part: LevelOutcome(_key(ready, part), part, unit, ready, part, rows_used, columns_used)


def _sites(prepared: Prepared, ready: Ready) -> Callable[[str], Outcome]:
    programme, delivery, plan = ready.condition.place[0], prepared.delivery, prepared.plan
    if programme not in plan.programmes:
        raise _absent(f"the programme {programme}", f"計畫 {programme}")
    owned = plan.groups[plan.programmes.index(programme)]
    named = tuple(int(one) for one in owned if not delivery.groups[one].endswith(REMAINDER))
    sites = delivery.arrays.site
    rest = tuple(row for row, site in enumerate(sites) if site == f"{programme}{REMAINDER}")
    return lambda part: SitesOutcome(_key(ready, part), part, "count", ready, part, named, rest)


def _key(ready: Ready, part: str) -> str:
    """Return a name that two outcomes share only where they are the same number."""
    condition = ready.condition
    series = " + ".join(ready.series)
    if part == STANDING:
        return f"{series} in month {ready.now}"
    sort = next((sort for sort, members in _SORTS if condition.comparison in members), "")
    than = condition.than
    against = f" less {than.times!r} {' + '.join(series_of(than.metric, than.place))}" if than else ""
    return f"{sort} {series}{against} {ready.base} {ready.first} {ready.last}".strip()


def _absent(en: str, zh: str) -> NotThereError:
    return NotThereError(Words(f"the run has not got {en}", f"本次推演沒有{zh}"))
