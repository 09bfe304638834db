"""A MATPOWER case, version 2, as tables; and the network it describes.

Columns are those of the MATPOWER manual, appendix B. What MATPOWER takes as a convention is taken so here
(tap 0 is 1, rating 0 is unlimited, status 0 is out of service, bus type 4 is isolated); what is mended or
left out besides is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.network import Network
from stargauge.grid.origin import Findings, Origin
from stargauge.grid.readers.matpower_costs import marginal_costs
from stargauge.grid.readers.positions import bus_positions

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "bus": (
        "BUS_I", "BUS_TYPE", "PD", "QD", "GS", "BS", "BUS_AREA", "VM", "VA", "BASE_KV", "ZONE",
        "VMAX", "VMIN",
    ),
    "gen": ("GEN_BUS", "PG", "QG", "QMAX", "QMIN", "VG", "MBASE", "GEN_STATUS", "PMAX", "PMIN"),
    "branch": (
        "F_BUS", "T_BUS", "BR_R", "BR_X", "BR_B", "RATE_A", "RATE_B", "RATE_C", "TAP", "SHIFT", "BR_STATUS",
    ),
    "dcline": (
        "F_BUS", "T_BUS", "BR_STATUS", "PF", "PT", "QF", "QT", "VF", "VT", "PMIN", "PMAX",
        "QMINF", "QMAXF", "QMINT", "QMAXT", "LOSS0", "LOSS1",
    ),
}  # fmt: skip
"""The columns each table must have; more may follow."""

ISOLATED = 4
"""Bus type of buses that take no part."""

_STATUS = {"branch": 10, "gen": 7, "dcline": 2}
"""Column of the status of each table."""

_TABLES = {
    "buses": "mpc.bus",
    "branches": "mpc.branch",
    "units": "mpc.gen",
    "dclines": "mpc.dcline",
    "": "mpc",
}
_FIELDS = {
    ".base_mva": "baseMVA",
    **{f"buses.{ours}": theirs for ours, theirs in {
        "bus": "BUS_I", "type": "BUS_TYPE", "load_mw": "PD", "load_mvar": "QD", "shunt_mw": "GS",
        "shunt_mvar": "BS", "area": "BUS_AREA", "vm": "VM", "va_deg": "VA", "kv": "BASE_KV", "vmax": "VMAX",
        "vmin": "VMIN",
    }.items()},
    **{f"branches.{ours}": theirs for ours, theirs in {
        "from": "F_BUS", "to": "T_BUS", "r": "BR_R", "x": "BR_X", "b": "BR_B", "rate_a_mw": "RATE_A",
        "rate_b_mw": "RATE_B", "rate_c_mw": "RATE_C", "tap": "TAP", "shift_deg": "SHIFT",
    }.items()},
    **{f"units.{ours}": theirs for ours, theirs in {
        "bus": "GEN_BUS", "p_mw": "PG", "q_mvar": "QG", "qmax_mvar": "QMAX", "qmin_mvar": "QMIN",
        "vset": "VG", "pmax_mw": "PMAX", "pmin_mw": "PMIN",
    }.items()},
    **{f"dclines.{ours}": theirs for ours, theirs in {
        "from": "F_BUS", "to": "T_BUS", "p_mw": "PF", "loss_mw": "LOSS0", "pmin_mw": "PMIN",
        "pmax_mw": "PMAX",
    }.items()},
}  # fmt: skip


@dataclass
class MatpowerCase:
    """The tables of a case as they stand in a file.

    Attributes:
        name: Name of the case.
        source: What was read, as the user named it.
        base_mva: Base power, MVA; nan if missing.
        tables: Matrices by name: bus, gen, branch, gencost, dcline.
        lines: Line of each row, by table, where the file has lines.
        texts: Lists of strings by name: bus_name, genfuel, gentype.
        credit: Whose copyright it is as the file says, empty if it does not.
        licence: Licence the file names, empty if none.
        synthetic: Whether the file says that the network is invented.
        notes: What was assumed so far.
        mistakes: What was found wrong so far.
    """

    name: str
    source: str
    base_mva: float
    tables: dict[str, Floats]
    lines: dict[str, Integers] = field(default_factory=dict)
    texts: dict[str, Sequence[str]] = field(default_factory=dict)
    credit: str = ""
    licence: str = ""
    synthetic: bool = False
    notes: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def case_network(case: MatpowerCase) -> Network:
    """Return the network of a case.

    Raises:
        InputError: Listing every mistake with table, row, field and, where there are lines, line.
    """
    findings = Findings(Origin(case.source, mistakes=tuple(case.mistakes)))
    _check_shape(case, findings)
    findings.raise_if_any()
    notes = list(case.notes)
    bus, branch, unit, dc = (case.tables[name] for name in ("bus", "branch", "gen", "dcline"))
    kept = {"buses": bus[:, 1] != ISOLATED}
    isolated = bus[~kept["buses"], 0]
    kept["branches"] = _in_service(branch, branch[:, 10], (0, 1), isolated, notes, "branch", "branches")
    kept["units"] = _in_service(unit, unit[:, 7], (0,), isolated, notes, "unit", "units")
    kept["dclines"] = _in_service(dc, dc[:, 2], (0, 1), isolated, notes, "DC line", "DC lines")
    if isolated.size:
        load = bus[~kept["buses"], 2].sum()
        count = _count(isolated.size, "bus", "buses")
        notes.append(f"{count} marked as isolated (type {ISOLATED}) left out, with {load:g} MW of load")
    costs, mistakes = marginal_costs(
        case.tables.get("gencost", np.zeros((0, 0))), unit[:, 1], case.lines.get("gencost")
    )
    costs = costs[kept["units"]]
    names = list(case.texts.get("bus_name", [""] * len(bus)))
    fuels = list(case.texts.get("genfuel", case.texts.get("gentype", [""] * len(unit))))
    bus, branch, unit, dc = (
        table[kept[name]]
        for name, table in (("buses", bus), ("branches", branch), ("units", unit), ("dclines", dc))
    )
    unit = _with_limits(unit, notes)
    ids = bus[:, 0]
    no_voltage = int((bus[:, 9] == 0).sum())
    if no_voltage:
        notes.append(
            f"{_count(no_voltage, 'bus states', 'buses state')} no base voltage (0 kV); taken as unknown"
        )
    tap = branch[:, 8]
    origin = Origin(
        case.source,
        tables=_TABLES,
        fields=_FIELDS,
        rows={name: np.flatnonzero(mask) + 1 for name, mask in kept.items()},
        lines={
            name: case.lines[table][kept[name]]
            for name, table in (
                ("buses", "bus"),
                ("branches", "branch"),
                ("units", "gen"),
                ("dclines", "dcline"),
            )
            if table in case.lines
        },
        buses={
            "branches.from": _shown(branch[:, 0]),
            "branches.to": _shown(branch[:, 1]),
            "units.bus": _shown(unit[:, 0]),
            "dclines.from": _shown(dc[:, 0]),
            "dclines.to": _shown(dc[:, 1]),
        },
        mistakes=(*_status_mistakes(case), *mistakes),
    )
    lost = dc[:, 15] + dc[:, 16] * dc[:, 3]
    return Network.from_arrays(
        name=case.name,
        base_mva=case.base_mva,
        synthetic=case.synthetic,
        source=f"{case.source}; copyright {case.credit}" if case.credit else case.source,
        licence=case.licence,
        notes=notes,
        origin=origin,
        bus_id=ids,
        bus_name=_of(names, kept["buses"]),
        bus_kv=np.where(bus[:, 9] == 0, np.nan, bus[:, 9]),
        bus_area=bus[:, 6],
        bus_zone=[f"{zone:g}" for zone in bus[:, 10].tolist()],
        bus_type=bus[:, 1],
        bus_load_mw=bus[:, 2],
        bus_load_mvar=bus[:, 3],
        bus_shunt_mw=bus[:, 4],
        bus_shunt_mvar=bus[:, 5],
        bus_vm=bus[:, 7],
        bus_va_deg=bus[:, 8],
        bus_vmax=bus[:, 11],
        bus_vmin=bus[:, 12],
        branch_from=bus_positions(ids, branch[:, 0]),
        branch_to=bus_positions(ids, branch[:, 1]),
        branch_r=branch[:, 2],
        branch_x=branch[:, 3],
        branch_b=branch[:, 4],
        branch_tap=np.where(tap == 0, 1.0, tap),
        branch_shift_deg=branch[:, 9],
        rate_a=np.where(branch[:, 5] == 0, np.inf, branch[:, 5]),
        rate_b=np.where(branch[:, 6] == 0, np.nan, branch[:, 6]),
        rate_c=np.where(branch[:, 7] == 0, np.nan, branch[:, 7]),
        unit_bus=bus_positions(ids, unit[:, 0]),
        unit_p_mw=unit[:, 1],
        unit_q_mvar=unit[:, 2],
        unit_qmax=unit[:, 3],
        unit_qmin=unit[:, 4],
        unit_vset=unit[:, 5],
        unit_pmax_mw=unit[:, 8],
        unit_pmin_mw=unit[:, 9],
        unit_fuel=_of(fuels, kept["units"]),
        unit_cost_per_mwh=costs,
        dc_from=bus_positions(ids, dc[:, 0]),
        dc_to=bus_positions(ids, dc[:, 1]),
        dc_p_mw=dc[:, 3],
        dc_loss_mw=lost,
        dc_pmin_mw=dc[:, 9],
        dc_pmax_mw=dc[:, 10],
    )


def _check_shape(case: MatpowerCase, findings: Findings) -> None:
    """Add missing tables and columns, and lists of another length than their table."""
    for name, columns in COLUMN_NAMES.items():
        needed = len(columns)
        table = case.tables.get(name)
        if any(mistake.field.startswith(f"mpc.{name}") for mistake in case.mistakes):
            continue
        if table is None:
            if name != "dcline":
                findings.mistakes.append(Mistake(0, f"mpc.{name}", "is missing"))
                continue
            table = np.zeros((0, needed))
        elif not table.size:
            if name == "bus":
                findings.mistakes.append(Mistake(0, "mpc.bus", "has no rows"))
            table = np.zeros((0, needed))
        case.tables[name] = table
        if table.shape[1] < needed:
            missing = ", ".join(columns[table.shape[1] :])
            line = int(case.lines[name][0]) if name in case.lines and len(case.lines[name]) else 0
            findings.mistakes.append(
                Mistake(
                    line, f"mpc.{name}", f"has {table.shape[1]} columns; {missing} missing (format version 2)"
                )
            )
    if np.isnan(case.base_mva) and not any(mistake.field == "mpc.baseMVA" for mistake in case.mistakes):
        findings.mistakes.append(Mistake(0, "mpc.baseMVA", "is missing"))
    for name, table_name in (("bus_name", "bus"), ("genfuel", "gen"), ("gentype", "gen")):
        table = case.tables.get(table_name)
        if name in case.texts and table is not None and len(case.texts[name]) != len(table):
            text = f"has {len(case.texts[name])} entries for {len(table)} rows of mpc.{table_name}"
            findings.mistakes.append(Mistake(0, f"mpc.{name}", text))


def _status_mistakes(case: MatpowerCase) -> list[Mistake]:
    """Return the rows whose status is no number, which would be neither in service nor out of it."""
    mistakes = []
    for name, column in _STATUS.items():
        for row in np.flatnonzero(~np.isfinite(case.tables[name][:, column])).tolist():
            line = int(case.lines[name][row]) if name in case.lines else 0
            place = f"mpc.{name}[{row + 1}].{COLUMN_NAMES[name][column]}"
            mistakes.append(Mistake(line, place, "is no number; 1 is in service, 0 out of it"))
    return mistakes


def _in_service(
    table: Floats,
    status: Floats,
    ends: tuple[int, ...],
    isolated: Floats,
    notes: list[str],
    one: str,
    many: str,
) -> NDArray[np.bool_]:
    """Return which rows are in service and at no isolated bus; the others are counted in the notes."""
    off = status <= 0
    cut = ~off & np.isin(table[:, list(ends)], isolated).any(axis=1) if isolated.size else np.zeros_like(off)
    if off.any():
        notes.append(f"{_count(int(off.sum()), one, many)} out of service left out")
    if cut.any():
        notes.append(f"{_count(int(cut.sum()), one, many)} at isolated buses left out")
    return ~(off | cut)


def _with_limits(unit: Floats, notes: list[str]) -> Floats:
    """Return the units with infinite active limits replaced by the dispatch, which is then noted."""
    unit = unit.copy()
    unlimited = np.isinf(unit[:, [8, 9]]).any(axis=1)
    for column in (8, 9):
        endless = np.isinf(unit[:, column])
        unit[endless, column] = unit[endless, 1]
    if unlimited.any():
        notes.append(
            f"{_count(int(unlimited.sum()), 'unit has', 'units have')} no active limits (Inf); "
            "the missing limit is set to the dispatch"
        )
    return unit


def _of(values: Sequence[str], kept: NDArray[np.bool_]) -> list[str]:
    """Return the values of the rows kept."""
    return [value for value, keep in zip(values, kept.tolist(), strict=True) if keep]


def _shown(numbers: Floats) -> list[str]:
    """Return bus numbers as they are shown in messages."""
    return [f"{number:g}" if abs(number) < 1e6 else f"{number:.10g}" for number in numbers.tolist()]


def _count(count: int, one: str, many: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {one if count == 1 else many}"
