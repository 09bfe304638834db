"""Sparse LDLᵀ factors of the network matrix, made once and used for every solve.

Own kernels rather than a library's: the sweeps over all buses need the factor's columns inside compiled code,
sixteen right-hand sides at a time, and the selected inverse (all self-impedances at once), which no packaged
library offers. No pivoting: the reduced matrix is positive definite for every network whose negative
reactances vanish into chains, and `accuracy` tells the caller where one is not solved well.

Rows are numbered in order of elimination ("positions"); row n stands for the reference and is always zero.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from stargauge.grid.flows.compilation import kernel
from stargauge.grid.flows.ordering import elimination_tree, minimum_degree, postorder

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]


class Factor(NamedTuple):
    """L (unit lower triangular, by columns, rows ascending) and D of a symmetric matrix.

    Attributes:
        start: (n + 1,) column pointers.
        row: Positions below the diagonal, ascending in each column.
        value: Values of L below the diagonal.
        diagonal: (n,) D.
        inverse_diagonal: (n,) 1 / D.
    """

    start: Ints
    row: SmallInts
    value: Floats
    diagonal: Floats
    inverse_diagonal: Floats


@kernel
def _column_counts(start: Ints, row: SmallInts, parent: Ints) -> Ints:
    nodes = start.size - 1
    mark = np.full(nodes, -1, np.int64)
    count = np.zeros(nodes, np.int64)
    for k in range(nodes):
        mark[k] = k
        for p in range(start[k], start[k + 1]):
            i = np.int64(row[p])
            if i < k:
                while mark[i] != k:
                    count[i] += 1
                    mark[i] = k
                    i = parent[i]
    return count


@kernel
def _numeric(start: Ints, row: SmallInts, value: Floats, parent: Ints, pointer: Ints) -> Factor:
    """Return the factor row by row (Davis 2005, algorithm 849): rows come out ascending in each column."""
    nodes = start.size - 1
    rows = np.empty(pointer[nodes], np.int32)
    values = np.empty(pointer[nodes])
    diagonal = np.zeros(nodes)
    work = np.zeros(nodes)
    pattern = np.empty(nodes, np.int64)
    path = np.empty(nodes, np.int64)
    mark = np.full(nodes, -1, np.int64)
    filled = pointer[:-1].copy()
    for k in range(nodes):
        top = nodes
        mark[k] = k
        for p in range(start[k], start[k + 1]):
            i = np.int64(row[p])
            if i > k:
                continue
            work[i] += value[p]
            length = 0
            while mark[i] != k:
                path[length] = i
                length += 1
                mark[i] = k
                i = parent[i]
            while length > 0:
                length -= 1
                top -= 1
                pattern[top] = path[length]
        pivot = work[k]
        work[k] = 0.0
        for t in range(top, nodes):
            i = pattern[t]
            known = work[i]
            work[i] = 0.0
            for p in range(pointer[i], filled[i]):
                work[rows[p]] -= values[p] * known
            entry = known / diagonal[i]
            pivot -= entry * known
            rows[filled[i]] = k
            values[filled[i]] = entry
            filled[i] += 1
        diagonal[k] = pivot
    return Factor(pointer, rows, values, diagonal, 1.0 / diagonal)


def factorise(nodes: int, tail: Ints, head: Ints, susceptance: Floats) -> tuple[Factor, Ints]:
    """Return the factor of a network matrix without its reference, and the position of each node.

    Args:
        nodes: Number of nodes; node 0 is the reference.
        tail: (m,) one end of each edge; edges from a node to itself are ignored.
        head: (m,) the other end.
        susceptance: (m,) susceptance of each edge.

    Returns:
        The factor (nodes - 1 rows) and position (nodes,): row of each node, nodes - 1 for the reference.
    """
    real = tail != head
    tail, head, susceptance = tail[real], head[real], susceptance[real]
    ends = np.concatenate([tail, head])
    others = np.concatenate([head, tail])
    pattern = coo_array((np.ones(ends.size), (ends, others)), (nodes, nodes)).tocsc()[1:, 1:].tocsc()
    order = minimum_degree(pattern)
    rows = nodes - 1
    position = np.full(nodes, rows, dtype=np.int64)
    position[1 + order] = np.arange(rows)
    matrix = _permuted(rows, position, tail, head, susceptance)
    later = postorder(elimination_tree(matrix[0], matrix[1]))
    rank = np.empty(rows + 1, dtype=np.int64)
    rank[later] = np.arange(rows)
    rank[rows] = rows
    position = rank[position]
    start, row, value = _permuted(rows, position, tail, head, susceptance)
    parent = elimination_tree(start, row)
    pointer = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(_column_counts(start, row, parent), out=pointer[1:])
    return _numeric(start, row, value, parent, pointer), position


def _permuted(
    rows: int, position: Ints, tail: Ints, head: Ints, susceptance: Floats
) -> tuple[Ints, SmallInts, Floats]:
    """Return pointers, rows and values of the matrix in the order of `position`, reference left out."""
    a, b = position[tail], position[head]
    index = np.concatenate([a, b, a, b])
    other = np.concatenate([a, b, b, a])
    values = np.concatenate([susceptance, susceptance, -susceptance, -susceptance])
    kept = (index < rows) & (other < rows)
    matrix = coo_array((values[kept], (index[kept], other[kept])), (rows, rows)).tocsc()
    matrix.sum_duplicates()
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data


@kernel
def solve(factor: Factor, right: Floats) -> Floats:
    """Return the solution (n + 1,) of one right-hand side (n + 1,) by position; the reference is 0."""
    rows = factor.start.size - 1
    x = right.copy()
    x[rows] = 0.0
    for j in range(rows):
        known = x[j]
        if known != 0.0:
            for p in range(factor.start[j], factor.start[j + 1]):
                x[factor.row[p]] -= factor.value[p] * known
    for j in range(rows - 1, -1, -1):
        total = x[j] * factor.inverse_diagonal[j]
        for p in range(factor.start[j], factor.start[j + 1]):
            total -= factor.value[p] * x[factor.row[p]]
        x[j] = total
    return x


@kernel
def selected_inverse(factor: Factor) -> tuple[Floats, Floats]:
    """Return the inverse on the diagonal (n,) and on the pattern of L (Takahashi, Fagan and Chen 1973)."""
    start, row, value = factor.start, factor.row, factor.value
    rows = start.size - 1
    diagonal = np.zeros(rows)
    below = np.zeros(row.size)
    work = np.zeros(rows)
    for j in range(rows - 1, -1, -1):
        first = start[j]
        end = start[j + 1]
        for p in range(first, end):
            work[row[p]] = 0.0
        for p in range(first, end):
            k = row[p]
            work[k] -= value[p] * diagonal[k]
            q = start[k]
            stop = start[k + 1]
            t = p + 1
            while t < end and q < stop:
                if row[q] == row[t]:
                    work[row[t]] -= value[p] * below[q]
                    work[k] -= value[t] * below[q]
                    q += 1
                    t += 1
                elif row[q] < row[t]:
                    q += 1
                else:
                    t += 1
        total = factor.inverse_diagonal[j]
        for p in range(first, end):
            below[p] = work[row[p]]
            total -= value[p] * below[p]
        diagonal[j] = total
    return diagonal, below


@kernel
def pair_resistances(
    factor: Factor, diagonal: Floats, below: Floats, low: SmallInts, high: SmallInts
) -> Floats:
    """Return the driving-point impedance (pairs,) between the positions of each pair, low <= high.

    Every pair must be an edge of the matrix, so that its entry of the inverse is among those selected.
    """
    rows = factor.start.size - 1
    impedance = np.zeros(low.size)
    for pair in range(low.size):
        i = low[pair]
        j = high[pair]
        if i == j:
            continue
        if j >= rows:
            impedance[pair] = diagonal[i]
            continue
        a = factor.start[i]
        z = factor.start[i + 1]
        while a < z:
            middle = (a + z) >> 1
            if factor.row[middle] < j:
                a = middle + 1
            else:
                z = middle
        impedance[pair] = diagonal[i] + diagonal[j] - 2.0 * below[a]
    return impedance
