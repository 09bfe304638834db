"""Orders of elimination: minimum degree, the elimination tree, and its postorder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, dia_array
from scipy.sparse.linalg import splu

from stargauge.grid.flows.compilation import kernel

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]


def minimum_degree(pattern: csc_array) -> Ints:
    """Return the rows (n,) of a symmetric sparsity pattern in an order of elimination that keeps fill low.

    The order is SuperLU's multiple minimum degree (Liu 1985), by way of a factorisation of a stand-in matrix
    that no pivoting can disturb; SciPy offers the order in no other way. It costs a tenth of what it saves.

    Args:
        pattern: Off-diagonal pattern, both triangles.
    """
    rows = pattern.shape[0]
    if rows < 2:
        return np.arange(rows, dtype=np.int64)
    degree = np.diff(pattern.indptr)
    stand_in = csc_array((np.full(pattern.nnz, -1.0), pattern.indices, pattern.indptr), pattern.shape)
    stand_in = (stand_in + dia_array((degree[None, :] + 1.0, [0]), pattern.shape)).tocsc()
    factored = splu(
        stand_in, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    return np.argsort(factored.perm_c).astype(np.int64)


@kernel
def elimination_tree(start: Ints, row: SmallInts) -> Ints:
    """Return the parent (n,) of each column in the elimination tree, -1 at a root (Liu 1990).

    Args:
        start: (n + 1,) column pointers of a symmetric matrix.
        row: Row indices, of which those above the diagonal are read.
    """
    nodes = start.size - 1
    parent = np.full(nodes, -1, np.int64)
    ancestor = np.full(nodes, -1, np.int64)
    for column in range(nodes):
        for p in range(start[column], start[column + 1]):
            node = np.int64(row[p])
            while node != -1 and node < column:
                upward = ancestor[node]
                ancestor[node] = column
                if upward == -1:
                    parent[node] = column
                node = upward
    return parent


@kernel
def postorder(parent: Ints) -> Ints:
    """Return the nodes (n,) of a forest so that children come before parents and subtrees stay together."""
    nodes = parent.size
    first_child = np.full(nodes, -1, np.int64)
    sibling = np.full(nodes, -1, np.int64)
    for node in range(nodes - 1, -1, -1):
        if parent[node] != -1:
            sibling[node] = first_child[parent[node]]
            first_child[parent[node]] = node
    order = np.empty(nodes, np.int64)
    stack = np.empty(nodes, np.int64)
    count = 0
    for root in range(nodes):
        if parent[root] != -1:
            continue
        top = 0
        stack[0] = root
        while top >= 0:
            node = stack[top]
            child = first_child[node]
            if child == -1:
                order[count] = node
                count += 1
                top -= 1
            else:
                first_child[node] = sibling[child]
                top += 1
                stack[top] = child
    return order
