"""The exact small network inside a large one: bridges contracted, chains collapsed, parallels grouped.

What hangs on a bridge is fed through it whatever happens elsewhere, and a chain's nodes are weighted pairs of
its ends. What remains is a matrix of a quarter of the size, positive definite for almost every network,
from whose solutions all flows and angles follow without loss.

    nodes ──bridges contracted──► core nodes ──chains collapsed──► junctions (rows of the matrix)
    branches ──bridges apart──► lines ──chains──► super-edges ──parallels──► pairs of junctions

Lines are numbered by super-edge and place in it, super-edges by pair, pairs by (lower, higher) position.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows import bridges, factor
from stargauge.grid.flows.chains import collapse
from stargauge.grid.flows.compilation import kernel
from stargauge.grid.flows.factor import Factor
from stargauge.grid.flows.sums import sum_by

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reduction:
    """A connected network of n nodes and m branches, reduced; see the module for the words.

    Attributes:
        steps: Depth-first walk with bridges over the nodes.
        core: (n,) core node of each node.
        line_branch: (lines,) branch of each line.
        line_sign: (lines,) +1 where the branch points from the lower to the higher position.
        line_super: (lines,) super-edge of each line.
        line_start: (supers + 1,) first line of each super-edge.
        line_reactance: (lines,) 1 / susceptance, rad per MW.
        susceptance: (supers,) susceptance of each super-edge, MW per rad.
        denominator: (supers,) 1 - susceptance × driving-point impedance: share of a transfer between the ends
            of a super-edge that other ways carry.
        super_pair: (supers,) pair of each super-edge.
        super_start: (pairs + 1,) first super-edge of each pair.
        pair_low: (pairs,) lower position of each pair.
        pair_high: (pairs,) higher position; `rows` for the reference.
        pair_impedance: (pairs,) driving-point impedance between the two, rad per MW.
        near: (core,) position that a core node draws on, and its share there.
        near_share: (core,) see `near`.
        far: (core,) second position of a chain node, `rows` with share 0 for a junction.
        far_share: (core,) see `far`.
        chain: (core,) super-edge a chain node lies in, -1 for junctions.
        chain_line: (core,) first line after a chain node (before it lie lines of smaller number).
        factor: LDLᵀ of the matrix of junctions.
    """

    steps: bridges.Walk
    core: Ints
    line_branch: Ints
    line_sign: Floats
    line_super: SmallInts
    line_start: Ints
    line_reactance: Floats
    susceptance: Floats
    denominator: Floats
    super_pair: SmallInts
    super_start: Ints
    pair_low: SmallInts
    pair_high: SmallInts
    pair_impedance: Floats
    near: SmallInts
    near_share: Floats
    far: SmallInts
    far_share: Floats
    chain: SmallInts
    chain_line: Ints
    factor: Factor
    tail: Ints
    head: Ints
    branch_susceptance: Floats

    @property
    def rows(self) -> int:
        """Rows of the matrix: junctions without the reference."""
        return int(self.factor.diagonal.size)

    def weakest(self) -> tuple[float, int]:
        """Return the smallest pivot as a share of what joins its junction, and a node of that junction.

        Near 0 the matrix is singular: reactances cancel, and what is solved with it is rounding.
        """
        if not self.rows:
            return 1.0, 0
        size = np.abs(self.susceptance)
        ends = np.concatenate([self.pair_low[self.super_pair], self.pair_high[self.super_pair]])
        joined = sum_by(ends, np.concatenate([size, size]), self.rows + 1)[: self.rows]
        share = np.abs(self.factor.diagonal) / joined
        row = int(np.argmin(np.where(np.isfinite(share), share, 0.0)))
        core = int(np.flatnonzero((self.near == row) & (self.chain < 0))[0])
        return float(np.nan_to_num(share[row])), int(np.flatnonzero(self.core == core)[0])

    @property
    def is_bridge(self) -> NDArray[np.bool_]:
        """(m,) whether the loss of a branch splits the network."""
        return self.steps.is_bridge

    def potentials(self, injection: Floats) -> Floats:
        """Return angles by position (rows + 1,), rad, of an injection (n,), MW; the reference clears it."""
        core_injection = sum_by(self.core, injection, self.near.size)
        right = sum_by(self.near, core_injection * self.near_share, self.rows + 1)
        right += sum_by(self.far, core_injection * self.far_share, self.rows + 1)
        return factor.solve(self.factor, right)

    def line_flows(self, injection: Floats) -> Floats:
        """Return the flows (lines,), MW, in the lines' own direction, of an injection (n,), MW."""
        potential = self.potentials(injection)
        drop = potential[self.pair_low] - potential[self.pair_high]
        flow = (self.susceptance * drop[self.super_pair])[self.line_super]
        core_injection = sum_by(self.core, injection, self.near.size)
        _add_chain_injections(
            flow, self.line_start, self.chain, self.chain_line, self.far_share, core_injection
        )
        return flow

    def solve(self, injection: Floats) -> tuple[Floats, Floats]:
        """Return the angles (n,), rad, and the flows (m,), MW, that a balanced injection (n,), MW, causes.

        Flows count from `tail` to `head`. The angle of node 0 is the reference and may be any number.
        """
        line_flow = self.line_flows(injection)
        flow = np.zeros(self.tail.size)
        flow[self.line_branch] = line_flow * self.line_sign
        subtree = bridges.subtree_sums(self.steps, injection)
        _fill_bridges(flow, self.steps, self.tail, subtree)
        return _angles(flow / self.branch_susceptance, self.steps, self.tail), flow


@kernel
def _add_chain_injections(
    line_flow: Floats,
    line_start: Ints,
    chain: SmallInts,
    chain_line: Ints,
    far_share: Floats,
    injected: Floats,
) -> None:
    """Add what is injected inside chains: it leaves towards both ends, in proportion to closeness."""
    for node in range(chain.size):
        if chain[node] < 0 or injected[node] == 0.0:
            continue
        for line in range(line_start[chain[node]], line_start[chain[node] + 1]):
            if line < chain_line[node]:
                line_flow[line] -= (1.0 - far_share[node]) * injected[node]
            else:
                line_flow[line] += far_share[node] * injected[node]


@kernel
def _fill_bridges(flow: Floats, steps: bridges.Walk, tail: Ints, subtree: Floats) -> None:
    """Fill in the flow of every bridge: the sum of the injections behind it."""
    for node in range(subtree.size):
        edge = steps.parent_edge[node]
        if edge >= 0 and steps.is_bridge[edge]:
            flow[edge] = subtree[node] if tail[edge] == node else -subtree[node]


@kernel
def _angles(drop: Floats, steps: bridges.Walk, tail: Ints) -> Floats:
    """Return angles (n,) from the drop (m,) along each branch, following the walk from its root."""
    angle = np.zeros(steps.order.size)
    for node in steps.order:
        edge = steps.parent_edge[node]
        if edge >= 0:
            above = angle[steps.parent[node]]
            angle[node] = above + drop[edge] if tail[edge] == node else above - drop[edge]
    return angle


@kernel
def _far_shares(line_start: Ints, reactance: Floats, chain: SmallInts, chain_line: Ints) -> Floats:
    """Return, for each core node, the share it draws from the higher end of its chain; 0 for junctions."""
    share = np.zeros(chain.size)
    for node in range(chain.size):
        if chain[node] < 0:
            continue
        before = 0.0
        total = 0.0
        for line in range(line_start[chain[node]], line_start[chain[node] + 1]):
            total += reactance[line]
            if line < chain_line[node]:
                before += reactance[line]
        share[node] = before / total
    return share


def reduce(nodes: int, tail: Ints, head: Ints, susceptance: Floats) -> Reduction:
    """Return the reduction of a connected network.

    Args:
        nodes: Number of nodes.
        tail: (m,) from node of each branch; no branch may join a node to itself.
        head: (m,) to node.
        susceptance: (m,) susceptance, MW per rad; may be negative, never 0.
    """
    steps = bridges.walk(nodes, tail, head)
    core, count = bridges.contract(steps)
    branch = np.flatnonzero(~steps.is_bridge)
    reactance = 1.0 / susceptance[branch]
    chains, total = collapse(count, core[tail[branch]], core[head[branch]], reactance)
    junction = np.cumsum(chains.is_junction) - 1
    junctions = int(junction[-1]) + 1
    start, end = junction[chains.start], junction[chains.end]
    factors, position = factor.factorise(junctions, start, end, 1.0 / total)
    rows = junctions - 1

    # Super-edges point from the lower to the higher position and are sorted by their pair.
    first, second = position[start], position[end]
    turned = first > second
    low, high = np.minimum(first, second), np.maximum(first, second)
    sequence = np.lexsort((high, low))
    low, high, turned_sorted = low[sequence], high[sequence], turned[sequence]
    number = np.empty(sequence.size, dtype=np.int64)
    number[sequence] = np.arange(sequence.size)
    fresh = np.ones(sequence.size, dtype=bool)
    fresh[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    super_pair = (np.cumsum(fresh) - 1).astype(np.int32)
    super_start = np.append(np.flatnonzero(fresh), sequence.size).astype(np.int64)
    pair_low, pair_high = low[fresh].astype(np.int32), high[fresh].astype(np.int32)

    # Lines follow their super-edge from its lower to its higher end.
    line_super = number[chains.super_of_line]
    length = np.bincount(line_super, minlength=sequence.size)
    against = turned_sorted[line_super]
    place = np.where(against, length[line_super] - 1 - chains.place, chains.place)
    order = np.lexsort((place, line_super))
    line_start = np.zeros(sequence.size + 1, dtype=np.int64)
    np.cumsum(length, out=line_start[1:])
    line_sign = np.where(against, -chains.direction, chains.direction)[order].astype(np.float64)
    line_reactance = np.ascontiguousarray(reactance[order])

    # Chain nodes draw on both ends of their super-edge; junctions on themselves.
    inside = chains.super_of_node >= 0
    chain = np.full(count, -1, dtype=np.int32)
    chain[inside] = number[chains.super_of_node[inside]]
    chain_line = np.zeros(count, dtype=np.int64)
    own = chain[inside].astype(np.int64)
    passed = chains.node_place[inside]
    chain_line[inside] = line_start[own] + np.where(turned_sorted[own], length[own] - passed, passed)
    far_share = _far_shares(line_start, line_reactance, chain, chain_line)
    near = np.full(count, rows, dtype=np.int32)
    far = np.full(count, rows, dtype=np.int32)
    near[~inside] = position[junction[np.flatnonzero(~inside)]]
    near[inside], far[inside] = low[own], high[own]

    diagonal, below = factor.selected_inverse(factors)
    impedance = factor.pair_resistances(factors, diagonal, below, pair_low, pair_high)
    super_susceptance = np.ascontiguousarray(1.0 / total[sequence])
    return Reduction(
        steps=steps,
        core=core,
        line_branch=branch[order],
        line_sign=line_sign,
        line_super=line_super[order].astype(np.int32),
        line_start=line_start,
        line_reactance=line_reactance,
        susceptance=super_susceptance,
        denominator=1.0 - super_susceptance * impedance[super_pair],
        super_pair=super_pair,
        super_start=super_start,
        pair_low=pair_low,
        pair_high=pair_high,
        pair_impedance=impedance,
        near=near,
        near_share=1.0 - far_share,
        far=far,
        far_share=far_share,
        chain=chain,
        chain_line=chain_line,
        factor=factors,
        tail=tail,
        head=head,
        branch_susceptance=susceptance,
    )
