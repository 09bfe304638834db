"""What a network takes for arrays that are not given: neutral values, names from numbers, kinds from data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.columns import COLUMNS

LARGEST_ID = 2.0**53
"""Bus numbers up to here are whole as floating-point numbers."""

TIE_REACTANCE_PU = 0.0015
"""Largest |x| at which an unrated branch inside one substation is taken for a bus tie, per unit.

In the synthetic US grid the ties inside substations have |x| of about 0.001 and no rating, and nothing else
has no rating; so the threshold only guards against unrated real branches of other cases.
"""


def completed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all arrays of a network, those not given filled in.

    Args:
        given: Arrays by attribute of `Network`; at least bus numbers, and ends and reactances of branches.
    """
    arrays = dict(given)
    for columns in COLUMNS.values():
        rows = next((len(arrays[c.attribute]) for c in columns if c.attribute in arrays), 0)
        for column in columns:
            if column.attribute not in arrays:
                filler = np.nan if column.default is None else column.default
                arrays[column.attribute] = ("",) * rows if column.kind == "text" else np.full(rows, filler)
    if "unit_pmax_mw" not in given:
        arrays["unit_pmax_mw"] = arrays["unit_p_mw"]
    if not any(arrays["branch_name"]):
        arrays["branch_name"] = pair_names(arrays["bus_id"], arrays["branch_from"], arrays["branch_to"])
    if not any(arrays["dc_name"]):
        arrays["dc_name"] = pair_names(arrays["bus_id"], arrays["dc_from"], arrays["dc_to"], "dc ")
    if not any(arrays["unit_name"]):
        arrays["unit_name"] = unit_names(arrays["bus_id"], arrays["unit_bus"])
    if not any(arrays["branch_kind"]):
        arrays["branch_kind"] = branch_kinds(arrays)
    return arrays


def pair_names(bus_id: Any, start: Any, end: Any, prefix: str = "") -> tuple[str, ...]:
    """Return `from-to` of bus numbers for each row; further circuits of a pair get `#2`, `#3`, ..."""
    ids = np.asarray(bus_id)
    return _numbered(
        f"{prefix}{first}-{second}" for first, second in zip(_ids(ids, start), _ids(ids, end), strict=False)
    )


def unit_names(bus_id: Any, unit_bus: Any) -> tuple[str, ...]:
    """Return `unit N` by bus number for each row; further units of a bus get `#2`, `#3`, ..."""
    return _numbered(f"unit {bus}" for bus in _ids(np.asarray(bus_id), unit_bus))


def branch_kinds(arrays: Mapping[str, Any], transformers: NDArray[np.bool_] | None = None) -> tuple[str, ...]:
    """Return the kind of each branch: tie, else transformer where voltages, tap or shift say so, else line.

    A branch is a tie if r = x = 0, or if it is unrated, |x| is at most `TIE_REACTANCE_PU` and it joins two
    buses of one substation at one voltage.

    Args:
        arrays: Arrays by attribute of `Network`.
        transformers: (m,) branches known to be transformers whatever their data.
    """
    resistance, reactance, rating, tap, shift = (
        np.asarray(arrays[name], dtype=np.float64)
        for name in ("branch_r", "branch_x", "rate_a", "branch_tap", "branch_shift_deg")
    )
    voltage = _at_ends(arrays["bus_kv"], arrays)
    substation = _at_ends(arrays["bus_substation"], arrays)
    same_voltage = (voltage[0] == voltage[1]) | np.isnan(voltage).any(axis=0)
    inside = (substation[0] == substation[1]) & (substation[0] >= 0)
    tie = (resistance == 0) & (reactance == 0)
    plain = (tap == 1) & (shift == 0) & same_voltage
    tie |= plain & inside & np.isinf(rating) & (np.abs(reactance) <= TIE_REACTANCE_PU)
    if transformers is not None:
        plain = plain & ~transformers
    return tuple(np.where(tie, "tie", np.where(plain, "line", "transformer")).tolist())


def _at_ends(values: Any, arrays: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return (2, m) values of buses at both ends of each branch; nan where an end is no bus."""
    padded = np.append(np.asarray(values, dtype=np.float64), np.nan)
    return np.stack([padded[_safe(arrays[end], len(padded) - 1)] for end in ("branch_from", "branch_to")])


def _safe(index: Any, size: int) -> NDArray[np.int64]:
    """Return indices with everything that is no index replaced by `size`."""
    numbers = np.asarray(index, dtype=np.float64)
    usable = (numbers >= 0) & (numbers < size)
    return np.where(usable, np.where(usable, numbers, 0), size).astype(np.int64)


def _ids(ids: NDArray[Any], index: Any) -> Sequence[Any]:
    """Return the bus numbers at indices, `?` where an index names no bus."""
    if ids.dtype.kind == "f" and (np.abs(ids) < LARGEST_ID).all() and (ids == np.round(ids)).all():
        ids = ids.astype(np.int64)
    padded: Sequence[Any] = [*ids.tolist(), "?"]
    return [padded[i] for i in _safe(index, len(ids)).tolist()]


def _numbered(names: Iterable[str]) -> tuple[str, ...]:
    """Return names made unique by `#2`, `#3`, ... from the second use on."""
    used: dict[str, int] = {}
    unique = []
    for name in names:
        count = used[name] = used.get(name, 0) + 1
        unique.append(name if count == 1 else f"{name} #{count}")
    return tuple(unique)
