"""Hosting capacity of every bus: how much load it can take, served by a stated source, N-0 and N-1.

The capacity of a bus is the smallest of (limit less flow) / factor over all monitored elements, before any
outage (N-0) and also after the loss of any single branch whose loss splits nothing (N-1): the first
contingency incremental transfer capability from the source to the bus, in the words of transfer studies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.bridges import subtree_sums
from stargauge.grid.flows.model import DcModel, Island, prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.flows.sums import sum_by
from stargauge.grid.flows.threads import Workers
from stargauge.grid.hosting.board import BLOCK, EXCLUDE, NO_HARM, NONE, TIE, Board
from stargauge.grid.hosting.islands import Transfer, core_limits
from stargauge.grid.hosting.limits import SOURCE, BusLimits
from stargauge.grid.hosting.radial import Bridges, bridge_above, cut_off_by, spread
from stargauge.grid.hosting.rules import LEAST_FACTOR, PRE_EXISTING, PreExisting, Rules
from stargauge.grid.hosting.small_factors import FLOOR, add_small_factors
from stargauge.grid.hosting.sources import Source, parse_source
from stargauge.grid.hosting.table import HostingTable
from stargauge.grid.network import Network

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Progress = Callable[[str], None]


def hosting_capacity(
    network: Network | DcModel,
    *,
    source: Source | str = "prorata",
    cutoff: float = 0.03,
    pre_existing: PreExisting = "exclude",
    limits: Ratings | None = None,
    buses: Sequence[int] | None = None,
    next_limits: int = 3,
    threads: int | None = None,
    progress: Progress | None = None,
) -> HostingTable:
    """Return how much load every bus can take, with what binds it, N-0 and N-1.

    Args:
        network: The network.
        source: Where the power comes from; a `Source`, or its words: see `sources.parsing.WORDS`.
        cutoff: Smallest share of the load on an element that counts; 0 means all but rounding.
        pre_existing: What becomes of pairs of element and outage over their limit before the load: `exclude`
            leaves them out, counted by bus; `block` admits no load that worsens one; `do-no-harm` also holds
            relieved ones to their present flow in the other direction.
        limits: Which ratings hold; rate A before and rate B after an outage if None.
        buses: Bus numbers to compute; all if None.
        next_limits: How many limits are named after the binding one.
        threads: Threads; all processors if None. Results do not depend on it.
        progress: Told in words what is being done.

    Raises:
        InputError: A source, bus or number that is not legal, or a network that cannot be balanced.
    """
    started = perf_counter()
    chosen = parse_source(source) if isinstance(source, str) else source
    rules = Rules(chosen, cutoff, pre_existing, limits or Ratings())
    mistakes = list(rules.mistakes)
    if next_limits < 0:
        mistakes.append(Mistake(0, "next_limits", f"is {next_limits}; it must be at least 0"))
    if mistakes:
        raise InputError("hosting capacity", mistakes, "nothing was computed")
    tell = progress or (lambda text: None)
    tell("network")
    model = prepare(network)
    wanted = _bus_indices(model.network, buses)
    found = bus_limits(model, rules, wanted, 1 + next_limits, threads, tell)
    return HostingTable.of(model, rules, found, perf_counter() - started)


def bus_limits(
    model: DcModel,
    rules: Rules,
    bus: Ints,
    kept: int,
    threads: int | None,
    tell: Progress,
    *,
    recheck: bool = False,
) -> BusLimits:
    """Return the `kept` tightest limits of each given bus (by index); see `core_limits` for `recheck`."""
    network = model.network
    supply = rules.source.supply(model)
    before = np.where(model.is_element, rules.ratings.before_mw(network), np.inf)
    after = np.where(model.is_element, rules.ratings.after_mw(network), np.inf)
    result = _empty(bus, kept)
    row = np.full(network.buses, -1, dtype=np.int64)
    row[bus] = np.arange(bus.size)
    with Workers(threads) as workers:
        for island in model.islands:
            rows = row[island.bus]
            asked = np.flatnonzero(rows >= 0)
            if asked.size:
                share = sum_by(island.node, supply.share[island.bus], island.nodes)
                if share.any():
                    nodes, lane = np.unique(island.node[asked], return_inverse=True)
                    board = _island_board(
                        model, island, share, before, after, nodes, rules, kept, workers, tell, recheck
                    )
                    _copy(result, rows[asked], board, lane, island)
                capacity = float(supply.capacity_mw[island.number])
                _cap(result, rows[asked], capacity)
                _mark_cut_off(model, island, result, rows[asked], asked)
    return result


def _island_board(
    model: DcModel,
    island: Island,
    share: Floats,
    before: Floats,
    after: Floats,
    nodes: Ints,
    rules: Rules,
    kept: int,
    workers: Workers,
    tell: Progress,
    recheck: bool,
) -> Board:
    """Return the limits of the given nodes of an island, one column a node."""
    reduction = island.reduction
    cutoff = max(rules.cutoff, LEAST_FACTOR)
    transfer = Transfer(
        np.ascontiguousarray(model.flow[island.branch]),
        np.ascontiguousarray(before[island.branch]),
        np.ascontiguousarray(after[island.branch]),
        share,
        island.losable,
        cutoff,
        _CODES[rules.pre_existing],
        kept,
    )
    core = np.unique(reduction.core[nodes])
    ordered, found = core_limits(
        reduction, transfer, core, max(cutoff, FLOOR), workers, tell, recheck=recheck
    )
    if cutoff < FLOOR and reduction.line_super.size:
        tell("small factors")
        add_small_factors(reduction, transfer, ordered, found, workers)
    row_of_core = np.full(reduction.near.size, -1, dtype=np.int64)
    row_of_core[ordered] = np.arange(ordered.size)
    tell("bridges")
    losable = reduction.line_branch[island.losable[reduction.line_branch]]
    bridges = Bridges(
        reduction.tail,
        transfer.flow,
        transfer.base_limit,
        transfer.after_limit,
        subtree_sums(reduction.steps, share),
        bridge_above(reduction.steps),
        int(losable.min()) if losable.size else NONE,
    )
    board = _wide_board(nodes.size, kept)
    spread(
        reduction.steps,
        row_of_core[reduction.core],
        nodes,
        found,
        bridges,
        cutoff,
        transfer.rule,
        board,
    )
    return board


_CODES = dict(zip(PRE_EXISTING, (EXCLUDE, BLOCK, NO_HARM), strict=True))


def _wide_board(columns: int, kept: int) -> Board:
    """Return a board with a column for each node instead of each lane; not for kernels of lanes."""
    return Board(
        np.empty((kept, columns)),
        np.empty((kept, columns)),
        np.empty((kept, columns), dtype=np.int32),
        np.empty((kept, columns), dtype=np.int32),
        np.empty((1, columns)),
        np.empty((1, columns)),
        np.empty((1, columns)),
        np.empty((1, columns), dtype=np.int32),
        np.empty(columns, dtype=np.int64),
        np.empty((2, 16)),
    )


def _empty(bus: Ints, kept: int) -> BusLimits:
    shape = (bus.size, kept)
    return BusLimits(
        bus,
        np.full(shape, np.inf),
        np.zeros(shape),
        np.full(shape, NONE, dtype=np.int64),
        np.full(shape, NONE, dtype=np.int64),
        np.full(bus.size, np.inf),
        np.zeros(bus.size),
        np.full(bus.size, NONE, dtype=np.int64),
        np.zeros(bus.size, dtype=np.int64),
        np.full(bus.size, NONE, dtype=np.int64),
    )


def _copy(result: BusLimits, rows: Ints, board: Board, lane: Ints, island: Island) -> None:
    """Copy an island's columns to its buses, branches numbered as in the network."""
    result.value[rows] = board.value[:, lane].T
    result.factor[rows] = board.factor[:, lane].T
    branch = np.append(island.branch, NONE)  # so that NONE stays NONE
    result.element[rows] = branch[board.element[:, lane].T]
    result.outage[rows] = branch[board.outage[:, lane].T]
    result.base_value[rows] = board.base_value[0, lane]
    result.base_factor[rows] = board.base_factor[0, lane]
    result.base_element[rows] = branch[board.base_element[0, lane]]
    result.over[rows] = board.over[lane]


def _cap(result: BusLimits, rows: Ints, capacity: float) -> None:
    """Enter the source's own limit: after elements that allow the same, before those that allow more."""
    values = result.value[rows]
    kept = values.shape[1]
    rank = (values <= capacity * (1.0 + TIE)).sum(axis=1)
    hit = np.flatnonzero(rank < kept)
    for column in range(kept - 1, -1, -1):
        moved = rows[hit[rank[hit] < column]]
        entered = rows[hit[rank[hit] == column]]
        for array in (result.value, result.factor, result.element, result.outage):
            array[moved, column] = array[moved, column - 1]
        result.value[entered, column] = capacity
        result.factor[entered, column] = 1.0
        result.element[entered, column] = SOURCE
        result.outage[entered, column] = NONE
    base = rows[result.base_value[rows] > capacity * (1.0 + TIE)]
    result.base_value[base] = capacity
    result.base_factor[base] = 1.0
    result.base_element[base] = SOURCE


def _mark_cut_off(model: DcModel, island: Island, result: BusLimits, rows: Ints, asked: Ints) -> None:
    """Name the bridge whose loss alone leaves each bus without the main part of its interconnect."""
    network, steps = model.network, island.reduction.steps
    at_bus = sum_by(network.unit_bus, np.maximum(network.unit_pmax_mw, 0.0), network.buses)
    at_node = sum_by(island.node, at_bus[island.bus], island.nodes)
    bridge = cut_off_by(steps, island.losable, subtree_sums(steps, at_node))
    result.cut_off_by[rows] = np.append(island.branch, NONE)[bridge[island.node[asked]]]


def _bus_indices(network: Network, buses: Sequence[int] | None) -> Ints:
    """Return indices of bus numbers, in the order given; all if None.

    Raises:
        InputError: Listing every number that is no bus.
    """
    if buses is None:
        return np.arange(network.buses, dtype=np.int64)
    order = np.argsort(network.bus_id)
    asked = np.asarray(list(buses), dtype=np.int64)
    place = np.minimum(np.searchsorted(network.bus_id[order], asked), network.buses - 1)
    index = order[place]
    wrong = asked[network.bus_id[index] != asked]
    if wrong.size:
        mistakes = [Mistake(0, "buses", f"{number} is no bus of {network.name}") for number in wrong[:10]]
        raise InputError("hosting capacity", mistakes, "nothing was computed")
    return index
