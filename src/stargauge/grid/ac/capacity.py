"""The load at which full power flows first fail at a bus, and what fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from stargauge.grid.ac.check import AcCheck, Progress, checked
from stargauge.grid.ac.findings import NONE
from stargauge.grid.ac.outages import Outages
from stargauge.grid.ac.request import Request, ask
from stargauge.grid.ac.rules import DEFAULT_POWER_FACTOR, PreExisting
from stargauge.grid.ac.search import PROBES, Search
from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.sources import Source
from stargauge.grid.network import Network

if TYPE_CHECKING:
    from rich.console import RenderableType

DEFAULT_TOLERANCE_MW = 0.5
"""Width of the bracket around the first failing load, MW."""

FIRST_GUESS_MW = 100.0
"""Load tried first where the DC answer gives none."""


@dataclass(frozen=True, eq=False)
class AcCapacity:
    """The load at which full power flows first fail at a bus.

    Attributes:
        mw: Largest load found to pass below the first that fails, MW.
        fails_mw: Smallest load found to fail, MW; None if none does up to `upper_mw`.
        upper_mw: Largest load tried.
        tolerance_mw: Width of the bracket, MW.
        what: What fails at `fails_mw`, the worst of it: a row of `AcCheck.violations`; None if nothing does.
        again_mw: Loads that pass although a smaller one fails.
        dc: The bus's row of the DC hosting table.
        tried: One row a load tried: mw, margin (share of the tightest limit left), passes, notice.
        check: The check at `fails_mw`, or at `mw` if nothing fails.
        rule: The conventions in words, with how the load was searched.
        seconds: How long it took.
    """

    mw: float
    fails_mw: float | None
    upper_mw: float
    tolerance_mw: float
    what: dict[str, Any] | None
    again_mw: tuple[float, ...]
    dc: dict[str, Any]
    tried: pl.DataFrame
    check: AcCheck
    rule: str
    seconds: float

    @property
    def notice(self) -> str:
        """What the network is."""
        return self.check.notice

    def to_dict(self) -> dict[str, Any]:
        """Return the rule, the notice and the numbers as plain data."""
        network = self.check.network
        shown = ("n0_mw", "n0_element", "n1_mw", "element", "outage", "n1_radial_mw", "radial_by")
        return {
            "title": f"AC capacity of bus {self.check.bus} of {network.name}",
            "rule": self.rule,
            "notice": self.notice,
            "source": network.source,
            "licence": network.licence,
            "bus": self.check.bus,
            "mw": self.mw,
            "fails_mw": self.fails_mw,
            "upper_mw": self.upper_mw,
            "tolerance_mw": self.tolerance_mw,
            "what": self.what,
            "again_mw": list(self.again_mw),
            "dc": {name: _plain(self.dc[name]) for name in shown},
            "tried": [{name: _plain(value) for name, value in row.items()} for row in self.tried.to_dicts()],
            "check": self.check.to_dict(),
        }

    def render(self, rows: int = 12) -> RenderableType:
        """Return the answer for a terminal, at most `rows` rows of each table."""
        from stargauge.grid.ac.screen import render_capacity

        return render_capacity(self, rows)


def ac_capacity(
    network: Network | DcModel,
    bus: int,
    *,
    power_factor: float = DEFAULT_POWER_FACTOR,
    source: Source | str = "prorata",
    limits: Ratings | None = None,
    outages: Outages = "binding",
    cutoff: float = 0.03,
    pre_existing: PreExisting = "worsened",
    reactive_limits: bool = True,
    upper_mw: float | None = None,
    tolerance_mw: float = DEFAULT_TOLERANCE_MW,
    progress: Progress | None = None,
) -> AcCapacity:
    """Return the load at which full power flows first fail at a bus, and what fails.

    The load is found by false position inside a bracket no wider than the tolerance. Loads of a third and
    two thirds of it are tried as well; where one fails, the search goes on below it. With `outages="all"` the
    outages that matter are gathered: the search runs on those of `binding`, all others are tried at the load
    it found, and where one fails it joins them and the search goes on below.

    Args:
        network: The network.
        bus: Bus number.
        power_factor: See `check.ac_check`.
        source: See `check.ac_check`.
        limits: See `check.ac_check`.
        outages: See `check.ac_check`.
        cutoff: See `check.ac_check`.
        pre_existing: See `check.ac_check`.
        reactive_limits: See `check.ac_check`.
        upper_mw: Largest load to try, MW; what the source can give if None.
        tolerance_mw: Width of the bracket, MW.
        progress: Told in words what is being done.

    Raises:
        InputError: Everything that is wrong, at once; or a base case without a solution.
        MissingExtraError: The engine is not installed; the message says which command installs it.
    """
    started = perf_counter()
    asked = ask(
        network,
        bus,
        {"tolerance_mw": tolerance_mw if tolerance_mw else np.nan}
        | ({} if upper_mw is None else {"upper_mw": upper_mw}),
        power_factor=power_factor,
        source=source,
        limits=limits,
        outages=outages,
        cutoff=cutoff,
        pre_existing=pre_existing,
        reactive_limits=reactive_limits,
    )
    tell = progress or (lambda text: None)
    study = asked.study
    # A little more than the source has, so that its end is found as a failure and named.
    upper = 1.01 * study.gauge.capacity_mw if upper_mw is None else upper_mw
    core = asked if outages != "all" else replace(asked, outages=asked.outages[: _few(asked)])
    guess = float(asked.limits["n1_mw"])
    guess = guess if np.isfinite(guess) and guess > tolerance_mw else FIRST_GUESS_MW
    while True:
        order = [NONE, *core.outages.tolist()]
        search = Search(lambda mw, order=order: _margin(asked, order, mw, tell), upper, tolerance_mw)  # type: ignore[misc]
        low, high = search.run(guess)
        missed = [] if core is asked else _failing(asked, set(order), low, tell)
        if not missed:
            break
        core = replace(core, outages=np.append(core.outages, missed))
        guess = 0.9 * low
    at = checked(core if high is not None else asked, high if high is not None else low, perf_counter(), None)
    what = at.violations.filter(pl.col("counts")).row(0, named=True) if high is not None else None
    trail = pl.DataFrame(
        {"mw": [mw for mw, _ in search.tried], "margin": [margin for _, margin in search.tried]},
        schema={"mw": pl.Float64, "margin": pl.Float64},
    ).with_columns((pl.col("margin") >= 0).alias("passes"), pl.lit(at.notice).alias("notice"))
    probes = " and ".join(f"{share * 100:.0f}" for share in PROBES)
    rule = (
        f"{asked.rule} · first failing load to {tolerance_mw:g} MW, smaller loads tried at {probes} % of it"
    )
    return AcCapacity(
        low, high, upper, tolerance_mw, what, tuple(search.again), asked.limits, trail, at, rule,
        perf_counter() - started,
    )  # fmt: skip


def _margin(asked: Request, order: list[int], mw: float, tell: Progress) -> float:
    """Return the smallest margin over outages up to the first that fails, which is brought to the front."""
    tell(f"AC flows at {mw:,.1f} MW")
    least, worst = np.inf, 0
    for place, outage in enumerate(order):
        margin = asked.study.margin(outage, mw)
        if margin < least:
            least, worst = margin, place
        if margin < 0:
            break  # one failure is enough, and the one in front is most likely to be the worst
    order.insert(0, order.pop(worst))
    return float(least)


def _failing(asked: Request, known: set[int], mw: float, tell: Progress) -> list[int]:
    """Return the outages, of all that are asked for, after which a load fails."""
    found = []
    for number, outage in enumerate(asked.outages.tolist()):
        if outage in known:
            continue
        tell(f"AC flow {number + 1:,} of {asked.outages.size:,} at {mw:,.1f} MW")
        if any(finding.counts for finding in asked.study.findings(outage, mw)[1]):
            found.append(outage)
    return found


def _few(asked: Request) -> int:
    """Return how many of all outages come first because they bind in the DC answer or end at the bus."""
    from stargauge.grid.ac.outages import chosen

    return int(chosen(asked.study.model.dc, asked.study.bus, "binding", asked.limits)[0].size)


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold."""
    return None if isinstance(value, float) and not np.isfinite(value) else value
