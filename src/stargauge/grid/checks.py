"""What must hold of a network before anything is computed on it; nothing is mended here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stargauge.grid.columns import COLUMNS, KINDS, Column, Table
from stargauge.grid.defaults import LARGEST_ID
from stargauge.grid.origin import Findings, Origin

Arrays = Mapping[str, Any]


def checked_arrays(arrays: Arrays, base_mva: float, origin: Origin) -> dict[str, Any]:
    """Return read-only typed copies of a network's arrays if all is well with them.

    Args:
        arrays: Every column of `COLUMNS` by attribute: array-likes, and sequences of text.
        base_mva: Base power, MVA.
        origin: How places are named in errors.

    Raises:
        InputError: Listing every mistake with table, row and field.
    """
    findings = Findings(origin)
    if not (np.isfinite(base_mva) and base_mva > 0):
        findings.add("", "base_mva", f"{base_mva:g} is no base power; it must be above 0 MVA, usually 100")
    typed: dict[str, Any] = {}
    for table, columns in COLUMNS.items():
        rows = len(arrays[columns[0].attribute])
        for column in columns:
            typed[column.attribute] = _typed(arrays[column.attribute], table, column, rows, findings)
    if not len(arrays["bus_id"]):
        findings.add("buses", "bus", "the network has no bus")
    if any(values is None for values in typed.values()) or not len(typed["bus_id"]):
        findings.raise_if_any()
    _check_references(typed, arrays, findings)
    _check_unique(typed, findings)
    _check_branches(typed, findings)
    _check_limits(typed, findings)
    findings.raise_if_any()
    _check_connected(typed, findings)
    findings.raise_if_any()
    return typed


def components(buses: int, branch_from: NDArray[np.int64], branch_to: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the connected component of each bus, (buses,): 0 for that of bus 0, then by first bus."""
    graph = coo_array((np.ones(len(branch_from), dtype=np.int8), (branch_from, branch_to)), (buses, buses))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    number = np.empty(len(first), dtype=np.int64)
    number[labels[np.sort(first)]] = np.arange(len(first))
    numbered: NDArray[np.int64] = number[labels]
    return numbered


def _typed(values: Any, table: Table, column: Column, rows: int, findings: Findings) -> Any:
    """Return one column typed and read-only, its mistakes added to the findings; None if it has no values."""
    if len(values) != rows:
        text = f"has {len(values)} values for {rows} {table}"
        findings.add(table, column.name, text)
        return None
    if column.kind == "text":
        return tuple(map(str, values))
    try:
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        findings.add(table, column.name, "is not made of numbers")
        return None
    if column.kind in ("integer", "bus"):
        whole = np.isfinite(numbers) & (np.abs(numbers) < LARGEST_ID)
        whole[whole] = numbers[whole] == np.round(numbers[whole])
        if column.kind == "integer":
            findings.add_rows(table, column.name, ~whole, lambda i: f"{numbers[i]:g} is not a whole number")
            _check_range(numbers, table, column, whole, findings)
        stand_in = -1 - np.arange(rows)
        whole_numbers = np.where(whole, numbers, stand_in).astype(np.int64)
        whole_numbers.setflags(write=False)
        return whole_numbers
    legal = np.isfinite(numbers)
    if column.legal == "unknown":
        legal |= np.isnan(numbers)
    elif column.legal == "unlimited_above":
        legal |= numbers == np.inf
    elif column.legal == "unlimited":
        legal |= np.isinf(numbers)
    wish = {
        "finite": "a finite number is needed",
        "unknown": "a finite number is needed, or none where it is unknown",
        "unlimited_above": "a number is needed, or inf for no limit",
        "unlimited": "a number is needed, or inf or -inf for no limit",
    }[column.legal]
    findings.add_rows(table, column.name, ~legal, lambda i: f"is {numbers[i]:g}; {wish}")
    _check_range(numbers, table, column, legal, findings)
    numbers.setflags(write=False)
    return numbers


def _check_range(
    numbers: NDArray[np.float64], table: Table, column: Column, legal: NDArray[np.bool_], findings: Findings
) -> None:
    """Add rows beyond the smallest or largest legal value."""
    low = numbers <= column.low if column.above else numbers < column.low
    bound = "above" if column.above else "at least"
    findings.add_rows(
        table, column.name, legal & low, lambda i: f"is {numbers[i]:g}; it must be {bound} {column.low:g}"
    )
    findings.add_rows(
        table,
        column.name,
        legal & (numbers > column.high),
        lambda i: f"is {numbers[i]:g}; it must be at most {column.high:g}",
    )


def _check_references(arrays: Arrays, given: Arrays, findings: Findings) -> None:
    """Add branches, units and DC lines that name a bus that does not exist."""
    buses = len(arrays["bus_id"])
    for table, columns in COLUMNS.items():
        for column in columns:
            if column.kind != "bus":
                continue
            index = arrays[column.attribute]
            asked = findings.origin.buses.get(f"{table}.{column.name}")

            def missing(i: int, index: Any = given[column.attribute], asked: Any = asked) -> str:
                if asked is None:
                    return f"bus index {index[i]} does not exist; there are {buses} buses"
                return f"bus {asked[i]} does not exist"

            findings.add_rows(table, column.name, (index < 0) | (index >= buses), missing)


def _check_unique(arrays: Arrays, findings: Findings) -> None:
    """Add bus numbers and names of elements that are used twice."""
    ids = arrays["bus_id"]
    _, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    findings.add_rows(
        "buses",
        "bus",
        first[inverse] != np.arange(ids.size),
        lambda i: (
            f"bus number {ids[i]} is already used in row "
            f"{findings.origin.row('buses', int(first[inverse[i]]))}"
        ),
    )
    names: tuple[tuple[Table, str], ...] = (("branches", "branch"), ("units", "unit"), ("dclines", "dc"))
    for table, prefix in names:
        values = arrays[f"{prefix}_name"]
        if len(set(values)) == len(values):
            continue
        counts: Counter[str] = Counter(values)
        seen: set[str] = set()
        twice = np.zeros(len(values), dtype=bool)
        for index, value in enumerate(values):
            twice[index] = counts[value] > 1 and value in seen
            seen.add(value)
        findings.add_rows(
            table,
            "name",
            twice,
            lambda i, values=values: f'"{values[i]}" is already the name of another row',  # type: ignore[misc]
        )


def _check_branches(arrays: Arrays, findings: Findings) -> None:
    """Add branches from a bus to itself, of no legal kind, or without a usable reactance."""
    start, end = arrays["branch_from"], arrays["branch_to"]
    ids = arrays["bus_id"]
    findings.add_rows(
        "branches",
        "to",
        (start == end) & (start >= 0) & (start < len(ids)),
        lambda i: f"the branch joins bus {ids[start[i]]} to itself",
    )
    resistance, reactance = arrays["branch_r"], arrays["branch_x"]
    findings.add_rows(
        "branches",
        "x",
        (reactance == 0) & (resistance != 0),
        lambda i: f"is 0 with r = {resistance[i]:g}; a reactance of 0 is only legal for a tie, with r = 0",
    )
    kinds = arrays["branch_kind"]
    if not set(kinds) <= set(KINDS):
        strange = np.fromiter((kind not in KINDS for kind in kinds), dtype=bool, count=len(kinds))
        findings.add_rows(
            "branches",
            "kind",
            strange,
            lambda i: f'"{kinds[i]}" is no kind of branch; known: {", ".join(KINDS)}',
        )
    zero = (reactance == 0) & (resistance == 0)
    tie = np.fromiter((kind == "tie" for kind in kinds), dtype=bool, count=len(kinds))
    findings.add_rows(
        "branches", "kind", zero & ~tie, "r and x are 0, so the branch is a tie, and its kind must say so"
    )
    findings.add_rows(
        "dclines",
        "to",
        (arrays["dc_from"] == arrays["dc_to"]) & (arrays["dc_from"] >= 0) & (arrays["dc_from"] < len(ids)),
        lambda i: f"the DC line joins bus {ids[arrays['dc_from'][i]]} to itself",
    )


def _check_limits(arrays: Arrays, findings: Findings) -> None:
    """Add rows whose lower limit is above the upper one: columns are then most often swapped."""
    pairs: tuple[tuple[Table, str, str, str], ...] = (
        ("buses", "bus_vmin", "bus_vmax", "vmax"),
        ("units", "unit_pmin_mw", "unit_pmax_mw", "pmax_mw"),
        ("units", "unit_qmin", "unit_qmax", "qmax_mvar"),
        ("dclines", "dc_pmin_mw", "dc_pmax_mw", "pmax_mw"),
    )
    for table, low_name, high_name, field in pairs:
        low, high = arrays[low_name], arrays[high_name]
        lower = findings.origin.place(table, field.replace("max", "min"))[1].rsplit(".", 1)[-1]
        findings.add_rows(
            table,
            field,
            low > high,
            lambda i, low=low, high=high, lower=lower: (
                f"is {high[i]:g}, below {lower} = {low[i]:g}; are the two swapped?"
            ),  # type: ignore[misc]
        )


def _check_connected(arrays: Arrays, findings: Findings) -> None:
    """Add buses that nothing connects and islands whose load nothing can feed."""
    ids = arrays["bus_id"]
    buses = len(ids)
    if buses == 1:
        return
    joined = np.zeros(buses, dtype=bool)
    for end in ("branch_from", "branch_to", "dc_from", "dc_to"):
        joined[arrays[end]] = True
    findings.add_rows(
        "buses",
        "bus",
        ~joined,
        lambda i: f"bus {ids[i]} is isolated: no branch or DC line in service reaches it",
    )
    island = components(buses, arrays["branch_from"], arrays["branch_to"])
    count = int(island.max()) + 1
    fed = np.zeros(count, dtype=bool)
    fed[island[arrays["unit_bus"]]] = True
    fed[island[arrays["dc_from"]]] = True
    fed[island[arrays["dc_to"]]] = True
    load = np.bincount(island, arrays["bus_load_mw"], minlength=count)
    size = np.bincount(island, minlength=count)
    starved = ~fed & (load > 0) & (size > 1)
    first = np.zeros(buses, dtype=bool)
    first[np.unique(island, return_index=True)[1]] = True
    findings.add_rows(
        "buses",
        "bus",
        first & starved[island],
        lambda i: (
            f"the island of bus {ids[i]} ({size[island[i]]} buses, {load[island[i]]:g} MW of load) "
            "has no unit or DC line in service to feed it"
        ),
    )
