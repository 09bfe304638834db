"""Compiling everything ahead of the first study, with a word on what is being compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from stargauge.grid.flows.compilation import is_cached, is_kept
from stargauge.grid.flows.factors import lodf_columns, ptdf_rows
from stargauge.grid.flows.model import prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.flows.screening import screen_outages
from stargauge.grid.hosting.capacity import bus_limits, hosting_capacity
from stargauge.grid.hosting.rules import Rules
from stargauge.grid.hosting.sources import ProRata
from stargauge.grid.hosting.sweep import sweep
from stargauge.grid.network import Network

if TYPE_CHECKING:
    from rich.console import RenderableType

COMPILING = "compiling for this machine, about half a minute, once"
"""What is said before the first study on a machine."""


@dataclass(frozen=True)
class WarmUp:
    """What a warm-up did.

    Attributes:
        stages: What was compiled or fetched, and how many seconds it took.
        kept: Whether the kernels are kept on disk for later processes.
        was_ready: Whether they had been kept by an earlier one.
    """

    stages: tuple[tuple[str, float], ...]
    kept: bool
    was_ready: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return asdict(self)

    def render(self) -> RenderableType:
        """Return the result for a terminal."""
        from rich.text import Text

        total = sum(seconds for _, seconds in self.stages)
        verb = "fetched" if self.was_ready else "compiled"
        text = f"Kernels {verb} in {total:.1f} s: " + ", ".join(f"{w} {s:.1f} s" for w, s in self.stages)
        if not self.kept:
            text += (
                "\nNo folder for compiled code can be written, so every process compiles them again: "
                "set NUMBA_CACHE_DIR to a folder that can."
            )
        return Text(text)


def is_ready() -> bool:
    """Return whether the kernels need no compiling, in this process or at all."""
    return is_kept(sweep)


def warm_up(progress: Callable[[str], None] | None = None) -> WarmUp:
    """Compile every kernel of flows and hosting, or fetch it from disk; return what was done.

    Args:
        progress: Told in words what is being compiled, before it is.
    """
    tell = progress or (lambda text: None)
    ready = is_ready()
    verb = "fetching" if ready else "compiling"
    network = _network()
    steps: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("flows", lambda: (ptdf_rows(network, [0]), lodf_columns(network, [0]))),
        ("screening of outages", lambda: screen_outages(network)),
        ("hosting capacity", lambda: hosting_capacity(network)),
        ("certificates", lambda: _recheck(network)),
        ("small factors", lambda: hosting_capacity(network, cutoff=0.0)),
    )
    stages = []
    for what, run in steps:
        tell(f"{verb} {what}")
        started = perf_counter()
        run()
        stages.append((what, perf_counter() - started))
    return WarmUp(tuple(stages), is_cached(), ready)


def _recheck(network: Network) -> None:
    """Use the kernels that evaluate weak outages, which a small network never needs."""
    model = prepare(network)
    # With a high cut-off most outages of a small network are weak.
    rules = Rules(ProRata(), 0.3, "exclude", Ratings())
    bus_limits(model, rules, np.arange(network.buses), 4, None, lambda text: None, recheck=True)


def _network() -> Network:
    """Return a small network with all that kernels distinguish: mesh, chain, parallels, bridges, shifter."""
    side = 4
    index = np.arange(side * side).reshape(side, side)
    across = np.stack([index[:, :-1].ravel(), index[:, 1:].ravel()])
    down = np.stack([index[:-1].ravel(), index[1:].ravel()])
    extra = np.array([[0, 0, 16, 17, 3, 19], [1, 16, 17, 5, 19, 20]])
    ends = np.concatenate([across, down, extra], axis=1)
    branches, buses = ends.shape[1], 21
    shift = np.zeros(branches)
    shift[2] = 1.0
    # Bus 18 is joined to nothing but a bridge of its own, so that walks have branches on both sides.
    ends = np.concatenate([ends, [[2], [18]]], axis=1)
    load = np.full(buses, 10.0)
    return Network.from_arrays(
        name="warm-up",
        bus_id=np.arange(1, buses + 1),
        branch_from=ends[0],
        branch_to=ends[1],
        branch_x=np.linspace(0.05, 0.1, branches + 1),
        branch_shift_deg=np.append(shift, 0.0),
        rate_a=np.full(branches + 1, 120.0),
        bus_load_mw=load,
        unit_bus=[0, 15, 20],
        unit_p_mw=[100.0, 80.0, 30.0],
        unit_pmax_mw=[200.0, 150.0, 60.0],
    )
