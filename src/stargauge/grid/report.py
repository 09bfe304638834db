"""What a network is and how sound its data are: sizes, islands, bridges, missing ratings, what was mended."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stargauge.errors import InputError
from stargauge.grid.network import SYNTHETIC, Network

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SHOWN_OVERLOADS = 10
"""Overloads shown on the screen; all are in the plain data."""

BEYOND = 1e-9
"""Share of a rating by which a flow must pass it to count: a flow at its limit is within it."""

ROUNDING = 1e-6
"""MW by which a dispatch may pass a limit before it counts as beyond it: files state powers rounded."""


@dataclass(frozen=True)
class VoltageLevel:
    """Buses and load at one base voltage; `kv` is None where the voltage is unknown."""

    kv: float | None
    buses: int
    load_mw: float


@dataclass(frozen=True)
class Island:
    """One part of the network that no AC branch joins to the others.

    Attributes:
        interconnect: Its number in `Network.interconnect`.
        first_bus: Label of its first bus.
        buses: Number of buses.
        branches: Number of branches.
        load_mw: Load with shunt conductances, MW.
        dispatch_mw: Dispatch of its units, MW.
        dc_mw: What DC lines bring in from other islands at their stored transfer, MW.
        headroom_mw: What its units could add up to their highest output, MW.
        bridges: Branches whose loss splits the island, ties inside substations aside.
        tie_bridges: Such ties.
    """

    interconnect: int
    first_bus: str
    buses: int
    branches: int
    load_mw: float
    dispatch_mw: float
    dc_mw: float
    headroom_mw: float
    bridges: int
    tie_bridges: int

    @property
    def surplus_mw(self) -> float:
        """Dispatch and DC supply less load, MW: the losses of the stored state, to be spread over units."""
        return self.dispatch_mw + self.dc_mw - self.load_mw


@dataclass(frozen=True)
class Overload:
    """A branch beyond its rating A in the base case; flow and rating in MW."""

    branch: str
    flow_mw: float
    rating_mw: float

    @property
    def percent(self) -> float:
        """Loading, percent of the rating."""
        return 100 * abs(self.flow_mw) / self.rating_mw


@dataclass(frozen=True)
class GridInfo:
    """What `stargauge grid info` says of a network.

    Attributes:
        name: Name of the case.
        synthetic: Whether the network is invented.
        source: Where the data come from.
        licence: Their licence.
        base_mva: Base power, MVA.
        sizes: Number of buses, branches by kind, units and DC lines.
        voltages: Buses and load by voltage, highest first.
        islands: The islands, largest first.
        overloads: Branches beyond rating A in the base case, worst first; None if no flow was computed.
        base_case: How the base case was balanced, or why no flow was computed.
        data: Counts of what is missing or unusual in the data, by what it is.
        notes: What was repaired, assumed or left out on reading.
    """

    name: str
    synthetic: bool
    source: str
    licence: str
    base_mva: float
    sizes: dict[str, int]
    voltages: tuple[VoltageLevel, ...]
    islands: tuple[Island, ...]
    overloads: tuple[Overload, ...] | None
    base_case: str
    data: dict[str, int]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        plain = asdict(self)
        for island, view in zip(plain["islands"], self.islands, strict=True):
            island["surplus_mw"] = view.surplus_mw
        for overload, seen in zip(plain["overloads"] or (), self.overloads or (), strict=True):
            overload["percent"] = seen.percent
        return plain

    def render(self) -> RenderableType:
        """Return what a terminal shows."""
        from rich.console import Group
        from rich.text import Text

        sizes = " · ".join(f"{count:,} {what}" for what, count in self.sizes.items())
        head = [Text(f"{self.name}: {sizes}", style="bold")]
        if self.synthetic:
            head.append(Text(SYNTHETIC, style="yellow"))
        credit = f"{self.source}{f' · {self.licence}' if self.licence else ''} · base {self.base_mva:g} MVA"
        data = [Text(f"  {count:>9,}  {what}") for what, count in self.data.items() if count]
        notes = [Text(f"  {note}") for note in self.notes]
        return Group(
            *head,
            Text(credit, style="dim"),
            Text(""),
            self._island_table(),
            Text(""),
            self._voltage_table(),
            Text(""),
            *(Text(line) for line in self._base_case_lines()),
            Text(""),
            Text("In the data"),
            *(data or [Text("  nothing missing or unusual")]),
            Text(""),
            Text("On reading"),
            *(notes or [Text("  nothing was repaired, assumed or left out")]),
        )

    def _base_case_lines(self) -> list[str]:
        """Return what is said of the base case."""
        if self.overloads is None:
            return ["Base case, DC", f"  no flow was computed: {self.base_case}"]
        count = len(self.overloads)
        head = f"Base case, DC: {count:,} branch{'es' if count != 1 else ''} beyond rating A"
        lines = [head, f"  {self.base_case}"]
        for over in self.overloads[:SHOWN_OVERLOADS]:
            powers = f"{abs(over.flow_mw):,.1f} of {over.rating_mw:,.1f} MW"
            lines.append(f"  {over.percent:6.1f} %  {over.branch}: {powers}")
        if count > SHOWN_OVERLOADS:
            lines.append(f"  and {count - SHOWN_OVERLOADS:,} more")
        return lines

    def _island_table(self) -> Table:
        """Return the islands as a table."""
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("island of", overflow="fold")
        for column in (
            "buses",
            "branches",
            "load MW",
            "dispatch MW",
            "DC MW",
            "surplus MW",
            "headroom MW",
            "bridges",
        ):
            table.add_column(column, justify="right")
        for island in self.islands:
            table.add_row(
                island.first_bus,
                f"{island.buses:,}",
                f"{island.branches:,}",
                f"{island.load_mw:,.0f}",
                f"{island.dispatch_mw:,.0f}",
                f"{island.dc_mw:+,.0f}" if island.dc_mw else "–",
                f"{island.surplus_mw:,.0f}",
                f"{island.headroom_mw:,.0f}",
                f"{island.bridges:,}",
            )
        return table

    def _voltage_table(self) -> Table:
        """Return the voltage levels as a table."""
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="dim")
        for column in ("kV", "buses", "load MW"):
            table.add_column(column, justify="right")
        for level in self.voltages:
            volts = "unknown" if level.kv is None else f"{level.kv:g}"
            table.add_row(volts, f"{level.buses:,}", f"{level.load_mw:,.0f}")
        return table


def grid_info(network: Network) -> GridInfo:
    """Return what a network is, how sound its data are, and what its base case overloads.

    Flows are DC, with losses taken back from the units pro rata; see `stargauge.grid.flows`. Where they
    cannot be computed the report says why and holds the rest.
    """
    kinds = Counter(network.branch_kind)
    overloads, base_case = _overloads(network)
    return GridInfo(
        name=network.name,
        synthetic=network.synthetic,
        source=network.source,
        licence=network.licence,
        base_mva=network.base_mva,
        sizes={
            "buses": network.buses,
            "lines": kinds["line"],
            "transformers": kinds["transformer"],
            "ties": kinds["tie"],
            "units": network.units,
            "DC lines": network.dc_lines,
        },
        voltages=_voltages(network),
        islands=_islands(network),
        overloads=overloads,
        base_case=base_case,
        data=_data(network),
        notes=network.notes,
    )


def _overloads(network: Network) -> tuple[tuple[Overload, ...] | None, str]:
    """Return the branches beyond rating A in the base case, worst first, and how it was balanced."""
    from stargauge.grid.flows.model import AccuracyError, prepare

    try:
        model = prepare(network)
        flow = model.flow
    except InputError as error:
        return None, "; ".join(f"{mistake.field}: {mistake.message}" for mistake in error.mistakes)
    except AccuracyError as error:
        return None, str(error)
    loading = np.where(model.is_element, np.abs(flow) / network.rate_a, 0.0)
    worst = np.argsort(-loading, kind="stable")[: int((loading > 1 + BEYOND).sum())]
    found = (
        Overload(network.branch_label(branch), float(flow[branch]), float(network.rate_a[branch]))
        for branch in worst.tolist()
    )
    return tuple(found), model.dispatch.rule.removeprefix("base dispatch: ")


def _voltages(network: Network) -> tuple[VoltageLevel, ...]:
    """Return buses and load by voltage, highest first, unknown last."""
    volts, inverse = np.unique(network.bus_kv, return_inverse=True, equal_nan=True)
    counts = np.bincount(inverse)
    load = np.bincount(inverse, network.bus_load_mw)
    known = sorted(range(len(volts)), key=lambda row: (np.isnan(volts[row]), -np.nan_to_num(volts[row])))
    return tuple(
        VoltageLevel(None if np.isnan(volts[row]) else float(volts[row]), int(counts[row]), float(load[row]))
        for row in known
    )


def _islands(network: Network) -> tuple[Island, ...]:
    """Return the islands, largest first."""
    of_bus = network.interconnect
    count = int(of_bus.max()) + 1
    of_branch, of_unit = of_bus[network.branch_from], of_bus[network.unit_bus]
    of_start, of_end = of_bus[network.dc_from], of_bus[network.dc_to]
    load = np.bincount(of_bus, network.bus_load_mw + network.bus_shunt_mw, count)
    dispatch = np.bincount(of_unit, network.unit_p_mw, count)
    spare = np.bincount(of_unit, np.maximum(network.unit_pmax_mw - network.unit_p_mw, 0), count)
    arriving = network.dc_p_mw - network.dc_loss_mw
    dc = np.bincount(of_end, arriving, count) - np.bincount(of_start, network.dc_p_mw, count)
    bridge, tie = bridges(network), network.is_tie
    first = np.unique(of_bus, return_index=True)[1]
    islands = [
        Island(
            interconnect=number,
            first_bus=network.bus_label(int(first[number])),
            buses=int((of_bus == number).sum()),
            branches=int((of_branch == number).sum()),
            load_mw=float(load[number]),
            dispatch_mw=float(dispatch[number]),
            dc_mw=float(dc[number]),
            headroom_mw=float(spare[number]),
            bridges=int((bridge & ~tie & (of_branch == number)).sum()),
            tie_bridges=int((bridge & tie & (of_branch == number)).sum()),
        )
        for number in range(count)
    ]
    return tuple(sorted(islands, key=lambda island: (-island.buses, island.interconnect)))


def bridges(network: Network) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which branches are bridges, (m,): their loss splits an island. Found on the graph, exactly."""
    from stargauge.grid.flows.bridges import walk

    found = np.zeros(network.branches, dtype=bool)
    of_branch = network.interconnect[network.branch_from]
    place = np.empty(network.buses, dtype=np.int64)
    for number in range(int(network.interconnect.max()) + 1):
        inside = np.flatnonzero(network.interconnect == number)
        edges = np.flatnonzero(of_branch == number)
        place[inside] = np.arange(len(inside))
        steps = walk(len(inside), place[network.branch_from[edges]], place[network.branch_to[edges]])
        found[edges] = steps.is_bridge
    return found


def _data(network: Network) -> dict[str, int]:
    """Return counts of what is missing or unusual in the data."""
    n, tie = network, network.is_tie
    ends = np.sort(np.stack([n.branch_from, n.branch_to]), axis=0)
    circuits = np.unique(ends[0] * n.buses + ends[1], return_counts=True)[1]
    dispatch, top, bottom = n.unit_p_mw, n.unit_pmax_mw, n.unit_pmin_mw
    loaded = np.bincount(n.unit_bus, minlength=n.buses) > 0
    return {
        "branches without rating A, taken as unlimited (ties aside)": int((np.isinf(n.rate_a) & ~tie).sum()),
        "branches without rating B": int(np.isnan(n.rate_b).sum()),
        "branches without rating C": int(np.isnan(n.rate_c).sum()),
        "branches whose rating B is below rating A": int((n.rate_b < n.rate_a).sum()),
        "branches with negative reactance (three-winding star legs)": int((n.branch_x < 0).sum()),
        "phase shifters": int((n.branch_shift_deg != 0).sum()),
        "corridors of parallel circuits": int((circuits > 1).sum()),
        "star buses of at most 1 kV, which are no sites": int((n.bus_kv <= 1).sum()),
        "buses without coordinates": int(np.isnan(n.bus_lat).sum()),
        "buses with negative load": int((n.bus_load_mw < 0).sum()),
        "units dispatched above their highest output": int((dispatch > top + ROUNDING).sum()),
        "units dispatched below their lowest output": int((dispatch < bottom - ROUNDING).sum()),
        "units without a cost": int(np.isnan(n.unit_cost_per_mwh).sum()),
        "slack buses": int((n.bus_type == 3).sum()),
        "buses marked as voltage-controlled without a unit": int(((n.bus_type > 1) & ~loaded).sum()),
    }
