"""N-1-1 for one bus: what it can take when one branch is out already and any further one is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel, prepare, without
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.board import NONE
from stargauge.grid.hosting.capacity import bus_limits
from stargauge.grid.hosting.frame import SOURCE_NAME, notice
from stargauge.grid.hosting.limits import SOURCE
from stargauge.grid.hosting.rules import Rules
from stargauge.grid.hosting.screen import mw_text
from stargauge.grid.hosting.sources import Source, parse_source
from stargauge.grid.network import Network

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class SecondOutageTable:
    """N-1-1 capacity of one bus.

    Attributes:
        frame: One row a first outage, tightest first: first, n11_mw, element, second, factor,
            rule, notice; `second` is empty where the element binds before a second outage.
        bus: Bus number.
        n1_mw: N-1 capacity with nothing out before, MW.
        chosen_by: How the first outages were chosen, in words.
    """

    frame: pl.DataFrame
    bus: int
    n1_mw: float
    chosen_by: str

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain data."""
        return {
            "bus": self.bus,
            "n1_mw": self.n1_mw,
            "first_outages": self.chosen_by,
            "rows": self.frame.to_dicts(),
        }

    def render(self, rows: int = 20) -> RenderableType:
        """Return the tightest `rows` first outages for a terminal."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        worst = float(self.frame["n11_mw"][0]) if self.frame.height else self.n1_mw
        head = Text(
            f"N-1-1 capacity of bus {self.bus}: {mw_text(worst)} MW; N-1 {mw_text(self.n1_mw)} MW; "
            f"first outages: {self.chosen_by}"
        )
        shown = Table(box=None, pad_edge=False)
        for name in ("first out", "N-1-1 MW", "what binds", "second out"):
            shown.add_column(name, justify="right" if name == "N-1-1 MW" else "left")
        for row in self.frame.head(rows).iter_rows(named=True):
            shown.add_row(
                row["first"], mw_text(row["n11_mw"]), row["element"] or "nothing", row["second"] or "nothing"
            )
        more = (
            [Text(f"… and {self.frame.height - rows:,} more", style="dim")]
            if self.frame.height > rows
            else []
        )
        said = [Text(text, style="dim") for text in self.frame["rule"].unique().to_list()]
        return Group(
            head, *said, shown, *more, *(Text(text) for text in self.frame["notice"].unique().to_list())
        )


def second_outages(
    network: Network | DcModel,
    bus: int,
    *,
    source: Source | str = "prorata",
    cutoff: float = 0.03,
    limits: Ratings | None = None,
    first: Sequence[int] | None = None,
    threads: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> SecondOutageTable:
    """Return what a bus can take after each of a list of first outages and any further single one.

    The network is rebuilt for each first outage and every second one is taken, so that a second outage that
    only then splits the network is seen as such. Nothing is redispatched between the two. Pairs over their
    limit before the load are left out.

    Args:
        network: The network.
        bus: Bus number.
        source: Where the power comes from.
        cutoff: Smallest share of the load on an element that counts.
        limits: Which ratings hold; rate A before and rate B after an outage if None.
        first: Branch indices of first outages; if None, every branch that carries the cut-off or more of the
            load and can be lost.
        threads: Threads; all processors if None.
        progress: Told in words what is being done.

    Raises:
        InputError: A bus that does not exist, or a branch that cannot be lost.
    """
    model = prepare(network)
    chosen = parse_source(source) if isinstance(source, str) else source
    rules = Rules(chosen, cutoff, "exclude", limits or Ratings())
    if rules.mistakes:
        raise InputError("N-1-1", list(rules.mistakes), "nothing was computed")
    index = np.array([model.network.bus_index(bus)])
    tell = progress or (lambda text: None)
    if first is None:
        candidates = _carriers(model, rules, int(index[0]))
        words = f"the {candidates.size} branches that carry at least {cutoff * 100:g} % of the load"
    else:
        candidates = np.asarray(first, dtype=np.int64)
        words = f"the {candidates.size} branches given"
        wrong = [b for b in candidates if not (0 <= b < model.network.branches and model.is_outage[b])]
        if wrong:
            text = f"branch index {wrong[0]} cannot be lost without splitting the network, or does not exist"
            raise InputError("N-1-1", [Mistake(0, "first", text)], "nothing was computed")
    alone = bus_limits(model, rules, index, 1, threads, lambda text: None)
    rows = []
    for number, branch in enumerate(candidates):
        tell(f"first outage {number + 1} of {candidates.size}")
        found = bus_limits(without(model, int(branch)), rules, index, 1, threads, lambda text: None)
        rows.append(
            {
                "first": model.network.branch_name[branch],
                "n11_mw": float(found.value[0, 0]),
                "element": _named(model, int(found.element[0, 0])),
                "second": _named(model, int(found.outage[0, 0])),
                "factor": float(found.factor[0, 0]),
                "rule": rules.text(model),
                "notice": notice(model),
            }
        )
    kinds = dict.fromkeys(("first", "element", "second", "rule", "notice"), pl.String())
    schema = {
        name: kinds.get(name, pl.Float64())
        for name in ("first", "n11_mw", "element", "second", "factor", "rule", "notice")
    }
    frame = pl.DataFrame(rows, schema=schema).sort("n11_mw", maintain_order=True)
    return SecondOutageTable(frame, bus, float(alone.value[0, 0]), words)


def _carriers(model: DcModel, rules: Rules, bus: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the branches that carry at least the cut-off of a load at a bus and can be lost."""
    own = model.network.interconnect == model.network.interconnect[bus]
    injection = np.where(own, rules.source.supply(model).share, 0.0)
    injection[bus] -= 1.0
    share = np.abs(np.nan_to_num(model.transfer(injection)[1]))
    return np.flatnonzero((share >= max(rules.cutoff, 1e-5)) & model.is_outage)


def _named(model: DcModel, branch: int) -> str | None:
    if branch == SOURCE:
        return SOURCE_NAME
    return None if branch == NONE else model.network.branch_name[branch]
