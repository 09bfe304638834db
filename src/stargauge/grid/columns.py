"""The columns of a network's four tables: name, kind, neutral value and what values are legal.

One list drives construction, checking, and the CSV folder, so that a field cannot be known to one and
unknown to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import Literal

Kind = Literal["number", "integer", "text", "bus"]
Legal = Literal["finite", "unknown", "unlimited_above", "unlimited"]
Table = Literal["buses", "branches", "units", "dclines"]


@dataclass(frozen=True)
class Column:
    """One column of one table.

    Attributes:
        attribute: Name of the array in `Network`.
        name: Name in a CSV file and in errors.
        kind: Number, integer, text, or a bus (an index in the network, a bus number in a file).
        default: Neutral value where a file does not state it; None if it must be stated.
        legal: Which numbers are legal besides finite ones: `unknown` allows nan, `unlimited_above` inf,
            `unlimited` both signs of inf.
        low: Smallest legal value.
        high: Largest legal value.
        above: Whether `low` itself is illegal.
    """

    attribute: str
    name: str
    kind: Kind = "number"
    default: float | str | None = 0.0
    legal: Legal = "finite"
    low: float = -inf
    high: float = inf
    above: bool = False


COLUMNS: dict[Table, tuple[Column, ...]] = {
    "buses": (
        Column("bus_id", "bus", "integer", None, low=0),
        Column("bus_name", "name", "text", ""),
        Column("bus_kv", "kv", default=nan, legal="unknown", low=0, above=True),
        Column("bus_area", "area", "integer", 1),
        Column("bus_zone", "zone", "text", ""),
        Column("bus_state", "state", "text", ""),
        Column("bus_substation", "substation", "integer", -1, low=-1),
        Column("bus_lat", "lat", default=nan, legal="unknown", low=-90, high=90),
        Column("bus_lon", "lon", default=nan, legal="unknown", low=-180, high=180),
        Column("bus_type", "type", "integer", 1, low=1, high=3),
        Column("bus_load_mw", "load_mw"),
        Column("bus_load_mvar", "load_mvar"),
        Column("bus_shunt_mw", "shunt_mw"),
        Column("bus_shunt_mvar", "shunt_mvar"),
        Column("bus_vm", "vm", default=1.0, low=0, above=True),
        Column("bus_va_deg", "va_deg"),
        Column("bus_vmin", "vmin", default=0.9, low=0),
        Column("bus_vmax", "vmax", default=1.1, low=0, above=True),
    ),
    "branches": (
        Column("branch_name", "name", "text", ""),
        Column("branch_from", "from", "bus", None),
        Column("branch_to", "to", "bus", None),
        Column("branch_kind", "kind", "text", ""),
        Column("branch_r", "r"),
        Column("branch_x", "x", default=None),
        Column("branch_b", "b"),
        Column("branch_tap", "tap", default=1.0, low=0, above=True),
        Column("branch_shift_deg", "shift_deg", low=-360, high=360),
        Column("rate_a", "rate_a_mw", default=inf, legal="unlimited_above", low=0, above=True),
        Column("rate_b", "rate_b_mw", default=nan, legal="unknown", low=0, above=True),
        Column("rate_c", "rate_c_mw", default=nan, legal="unknown", low=0, above=True),
    ),
    "units": (
        Column("unit_name", "name", "text", ""),
        Column("unit_bus", "bus", "bus", None),
        Column("unit_fuel", "fuel", "text", ""),
        Column("unit_p_mw", "p_mw", default=None),
        Column("unit_q_mvar", "q_mvar"),
        Column("unit_pmin_mw", "pmin_mw"),
        Column("unit_pmax_mw", "pmax_mw", default=None),
        Column("unit_qmin", "qmin_mvar", default=-inf, legal="unlimited"),
        Column("unit_qmax", "qmax_mvar", default=inf, legal="unlimited"),
        Column("unit_vset", "vset", default=1.0, low=0, above=True),
        Column("unit_cost_per_mwh", "cost_per_mwh", default=nan, legal="unknown"),
    ),
    "dclines": (
        Column("dc_name", "name", "text", ""),
        Column("dc_from", "from", "bus", None),
        Column("dc_to", "to", "bus", None),
        Column("dc_p_mw", "p_mw"),
        Column("dc_loss_mw", "loss_mw"),
        Column("dc_pmin_mw", "pmin_mw", default=-inf, legal="unlimited"),
        Column("dc_pmax_mw", "pmax_mw", default=inf, legal="unlimited_above"),
    ),
}
"""Columns by table, in the order in which they are written."""

BY_ATTRIBUTE: dict[str, tuple[Table, Column]] = {
    column.attribute: (table, column) for table, columns in COLUMNS.items() for column in columns
}
"""Table and column of each array of `Network`."""

KINDS = ("line", "transformer", "tie")
"""Branch kinds. A tie joins two buses of one substation; flow studies treat its ends as one node."""
