"""The AC check: does a full power flow carry a load, with nothing out and after each outage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import polars as pl

from stargauge.grid.ac.findings import NONE
from stargauge.grid.ac.frames import CASES, VIOLATIONS, case_row, cases_frame, violations_frame
from stargauge.grid.ac.outages import Outages
from stargauge.grid.ac.request import Request, ask
from stargauge.grid.ac.rules import DEFAULT_POWER_FACTOR, PreExisting
from stargauge.grid.flows.model import DcModel
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.frame import notice
from stargauge.grid.hosting.sources import Source
from stargauge.grid.network import Network

if TYPE_CHECKING:
    from rich.console import RenderableType

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class AcCheck:
    """What full power flows say about a load at a bus.

    Attributes:
        network: The network.
        bus: Number of the bus.
        mw: The load, MW.
        mvar: Its reactive power, Mvar.
        passes: Whether nothing that counts is over its limit in any case.
        cases: One row a case, nothing out first; see `frames.CASES`.
        violations: One row a violation, what counts and what is worst first; see `frames.VIOLATIONS`.
        dc: The bus's row of the DC hosting table.
        rule: The conventions in words.
        notice: What the network is.
        seconds: How long it took.
    """

    network: Network
    bus: int
    mw: float
    mvar: float
    passes: bool
    cases: pl.DataFrame
    violations: pl.DataFrame
    dc: dict[str, Any]
    rule: str
    notice: str
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return the rule, the notice and the tables as plain data."""
        network = self.network
        return {
            "title": f"AC check of {self.mw:g} MW at bus {self.bus} of {network.name}",
            "rule": self.rule,
            "notice": self.notice,
            "source": network.source,
            "licence": network.licence,
            "bus": self.bus,
            "mw": self.mw,
            "mvar": self.mvar,
            "passes": self.passes,
            "dc_n1_mw": self.dc["n1_mw"],
            "columns": {"cases": CASES, "violations": VIOLATIONS},
            "cases": self.cases.to_dicts(),
            "violations": self.violations.to_dicts(),
        }

    def render(self, rows: int = 12) -> RenderableType:
        """Return the answer for a terminal, at most `rows` rows of each table."""
        from stargauge.grid.ac.screen import render_check

        return render_check(self, rows)


def ac_check(
    network: Network | DcModel,
    bus: int,
    mw: float,
    *,
    power_factor: float = DEFAULT_POWER_FACTOR,
    source: Source | str = "prorata",
    limits: Ratings | None = None,
    outages: Outages = "binding",
    cutoff: float = 0.03,
    pre_existing: PreExisting = "worsened",
    reactive_limits: bool = True,
    progress: Progress | None = None,
) -> AcCheck:
    """Return what full power flows say about a load at a bus.

    Args:
        network: The network.
        bus: Bus number.
        mw: The load, MW.
        power_factor: Power factor of the load, lagging.
        source: Where the power comes from; a `Source`, or its words: see `hosting.sources.parsing.WORDS`.
        limits: Which ratings hold, MW read as MVA; rate A before and rate B after an outage if None.
        outages: `binding`: the outages of the bus's DC limits and of the branches that end at it; `all`:
            every branch whose loss splits nothing; `none`; or names of branches.
        cutoff: Smallest share of the load by which a branch's loading must rise to count.
        pre_existing: What becomes of what is over its limit before the load: `worsened` counts it once the
            load worsens it by more than 1 % of the limit or 0.001 pu, `exclude` leaves it out as hosting
            does, `block` counts it where the load worsens it at all.
        reactive_limits: Whether units keep to their reactive limits.
        progress: Told in words what is being done.

    Raises:
        InputError: Everything that is wrong, at once; or a base case without a solution.
        MissingExtraError: The engine is not installed; the message says which command installs it.
    """
    started = perf_counter()
    asked = ask(
        network,
        bus,
        {"mw": mw},
        power_factor=power_factor,
        source=source,
        limits=limits,
        outages=outages,
        cutoff=cutoff,
        pre_existing=pre_existing,
        reactive_limits=reactive_limits,
    )
    return checked(asked, mw, started, progress)


def checked(asked: Request, mw: float, started: float, progress: Progress | None) -> AcCheck:
    """Return the check of one load of a study."""
    study = asked.study
    tell = progress or (lambda text: None)
    rows, every = [], []
    for number, outage in enumerate([NONE, *asked.outages.tolist()]):
        tell(f"AC flow {number + 1} of {asked.outages.size + 1}")
        flow, findings = study.findings(outage, mw)
        rows.append(case_row(study, outage, flow, findings))
        every += findings
    network = study.model.network
    return AcCheck(
        network,
        int(network.bus_id[study.bus]),
        mw,
        study.rules.load_mva(mw).imag,
        not any(finding.counts for finding in every),
        cases_frame(rows),
        violations_frame(study, every),
        asked.limits,
        asked.rule,
        notice(study.model.dc),
        perf_counter() - started,
    )
