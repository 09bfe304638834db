"""Reads pandapower networks saved as JSON, through pandapower.

A pandapower file names the Python modules that its loader imports. Only those of tables and of pandapower's
own containers are let through, so that a file cannot choose what is run.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.network import Network
from stargauge.grid.origin import Origin
from stargauge.grid.readers.base import Format
from stargauge.grid.readers.extras import needed
from stargauge.grid.readers.files import read_text, refuse

Floats = NDArray[np.float64]

_MODULES = re.compile(r"(pandas\.core\.(frame|series)|pandapower\.(auxiliary|create|network)\w*|numpy)$")
"""Modules that a file may name: tables and pandapower's own containers."""

_NO_LIMIT_MW = 1e8
"""pandapower writes 1e9 for a limit that is not stated."""


def read_pandapower_json(path: Path) -> Network:
    """Return the network of a pandapower JSON file.

    Raises:
        InputError: The file is no pandapower network, names a foreign module, or holds mistakes.
        MissingExtraError: pandapower is not installed.
    """
    text, _ = read_text(path)
    _check_json(path, text)
    pandapower = needed("pandapower", "a pandapower JSON file")
    converter = needed("pandapower.converter.pypower.to_ppc", "a pandapower JSON file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            net = pandapower.from_json_string(text)
            return _Reading(path, net, converter).network()
        except (KeyError, ValueError, TypeError, AttributeError, IndexError, UserWarning) as error:
            raise refuse(path, f"pandapower cannot convert it: {type(error).__name__}: {error}") from error


def _check_json(path: Path, text: str) -> None:
    """Check that a text is a pandapower network and names no module but those that are let through.

    Raises:
        InputError: Saying what it is or names instead.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise refuse(path, f"is no JSON: {error.msg}", line=error.lineno) from error
    except RecursionError as error:
        raise refuse(path, "is nested too deeply") from error
    if not isinstance(content, dict) or "pandapowerNet" not in str(content.get("_class")):
        raise refuse(path, "is no pandapower network: its _class is not pandapowerNet", "_class")
    for module in _modules(content):
        if not _MODULES.match(module):
            raise refuse(path, f'names the module "{module[:60]}", which is not let through', "_module")


def _modules(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the modules named anywhere in a JSON value, also within JSON texts."""
    if depth > 50:
        yield "(nested too deeply)"
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "_module":
                yield str(item)
            yield from _modules(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _modules(item, depth + 1)
    elif isinstance(value, str) and "_module" in value:
        try:
            yield from _modules(json.loads(value), depth + 1)
        except json.JSONDecodeError:
            yield "(a text with _module that is no JSON)"


class _Reading:
    """One pandapower network on its way to ours."""

    def __init__(self, path: Path, net: Any, converter: Any) -> None:
        self.path, self.net = path, net
        self.notes: list[str] = []
        self.sgen = net.sgen[net.sgen.in_service.astype(bool)].copy()
        self.dcline = net.dcline[net.dcline.in_service.astype(bool)].copy()
        # Static generators and DC lines become elements of their own: pandapower would net them into loads.
        net.sgen.loc[:, "in_service"] = False
        net.dcline.loc[:, "in_service"] = False
        # The first call sets pandapower's options, but its answer lacks what is out of service; the tables
        # that pandapower's look-ups refer to come from the second.
        converter.to_ppc(net, init="flat", calculate_voltage_angles=True)
        self.ppc = needed("pandapower.pd2ppc", "a pandapower JSON file")._pd2ppc(net)[0]
        self.lookup = np.asarray(net._pd2ppc_lookups["bus"])

    def network(self) -> Network:
        """Return the network."""
        bus, branch = np.real(self.ppc["bus"]), np.real(self.ppc["branch"])
        connected = bus[:, 1] != 4
        row_of = np.full(len(bus), -1)
        row_of[connected] = np.arange(int(connected.sum()))
        members: list[list[int]] = [[] for _ in range(len(bus))]
        for index in self.net.bus.index:
            at = int(self.lookup[index])
            if 0 <= at < len(bus):
                members[at].append(int(index))
        fused = sum(len(group) - 1 for group in members if len(group) > 1)
        if fused:
            self.notes.append(f"{fused:,} buses joined to others by closed bus switches")
        if not connected.all():
            self.notes.append(f"{int((~connected).sum()):,} buses without supply or out of service left out")
        spare = int(max(self.net.bus.index, default=0)) + 1
        ids = [group[0] if group else spare + at for at, group in enumerate(members)]
        names = [str(self.net.bus.name.get(group[0]) or "") if group else "star" for group in members]
        on = branch[:, 10] > 0
        on &= connected[branch[:, 0].astype(int)] & connected[branch[:, 1].astype(int)]
        if not on.all():
            self.notes.append(f"{int((~on).sum()):,} branches out of service left out")
        kinds, labels, ratings = self.branch_columns(len(branch), bus)
        tap = np.where(branch[on, 8] == 0, 1.0, branch[on, 8])
        resistance, reactance = branch[on, 2], branch[on, 3]
        tie = (resistance == 0) & (reactance == 0)
        kept_kinds = np.where(tie, "tie", np.array(kinds, dtype=object)[on])
        units = self.units(bus, row_of)
        dc = self.dcline
        dc_power = dc.p_mw.to_numpy(float)
        top = dc["max_p_mw"].to_numpy(float) if "max_p_mw" in dc else np.full(len(dc), np.nan)
        column = {name: bus[connected, place] for name, place in _BUS_COLUMNS.items()}
        kept_rows = np.flatnonzero(connected)
        geo = self.coordinates([members[row][0] if members[row] else -1 for row in kept_rows.tolist()])
        return Network.from_arrays(
            name=str(self.net.name or self.path.stem),
            base_mva=float(self.ppc["baseMVA"]),
            synthetic=False,
            source=f"{self.path} (pandapower)",
            notes=self.notes,
            origin=Origin(str(self.path)),
            bus_id=[ids[row] for row in kept_rows],
            bus_name=[names[row] for row in kept_rows],
            bus_kv=np.where(column["kv"] > 0, column["kv"], np.nan),
            bus_type=np.clip(column["type"], 1, 3),
            bus_load_mw=column["load_mw"],
            bus_load_mvar=column["load_mvar"],
            bus_shunt_mw=column["shunt_mw"],
            bus_shunt_mvar=column["shunt_mvar"],
            bus_vmax=np.where((column["vmax"] > 0) & (column["vmax"] < 2), column["vmax"], 1.1),
            bus_vmin=np.where(column["vmin"] > 0, column["vmin"], 0.9),
            bus_lon=geo[0],
            bus_lat=geo[1],
            branch_from=row_of[branch[on, 0].astype(int)],
            branch_to=row_of[branch[on, 1].astype(int)],
            branch_r=resistance,
            branch_x=reactance,
            branch_b=branch[on, 4],
            branch_tap=tap,
            branch_shift_deg=branch[on, 9],
            rate_a=ratings[on],
            branch_kind=kept_kinds.tolist(),
            branch_name=[label for label, keep in zip(labels, on.tolist(), strict=True) if keep],
            **units,
            dc_from=row_of[self.lookup[dc.from_bus.to_numpy(int)]],
            dc_to=row_of[self.lookup[dc.to_bus.to_numpy(int)]],
            dc_name=[f"dcline {index}" for index in dc.index],
            dc_p_mw=dc_power,
            dc_loss_mw=dc.loss_mw.to_numpy(float) + dc_power * dc.loss_percent.to_numpy(float) / 100,
            dc_pmin_mw=np.where(np.isnan(top), np.minimum(dc_power, 0), -top),
            dc_pmax_mw=np.where(np.isnan(top), np.maximum(dc_power, 0), top),
        )

    def branch_columns(self, count: int, bus: Floats) -> tuple[list[str], list[str], Floats]:
        """Return kind, name and rating (inf where unknown) of each row of the branch table."""
        kinds, labels = ["line"] * count, [f"branch {row}" for row in range(count)]
        ratings = np.full(count, np.inf)
        for name, (start, end) in self.net._pd2ppc_lookups["branch"].items():
            table = self.net.get(name)
            for row in range(start, end):
                kinds[row] = "transformer" if name.startswith("trafo") else "line"
                labels[row] = f"{name} {row - start}"
            if table is None:
                continue
            if name == "line":
                volts = bus[self.lookup[table.from_bus.to_numpy(int)], _BUS_COLUMNS["kv"]]
                amps = (
                    table.max_i_ka.to_numpy(float) * table.df.to_numpy(float) * table.parallel.to_numpy(float)
                )
                ratings[start:end] = np.sqrt(3) * volts * amps
            elif name == "trafo":
                derating = table.df.to_numpy(float) if "df" in table else 1.0
                ratings[start:end] = table.sn_mva.to_numpy(float) * table.parallel.to_numpy(float) * derating
            elif name == "trafo3w":
                sides = [table[f"sn_{side}_mva"].to_numpy(float) for side in ("hv", "mv", "lv")]
                ratings[start:end] = np.concatenate(sides)
            if name != "trafo3w":
                for row, index in zip(range(start, end), table.index, strict=True):
                    labels[row] = f"{name} {index}"
        return kinds, labels, np.where(ratings > 0, ratings, np.inf)

    def units(self, bus: Floats, row_of: NDArray[np.int64]) -> dict[str, Any]:
        """Return the columns of external grids, generators and static generators."""
        rows: list[dict[str, Any]] = []
        tables = (("gen", self.net.gen), ("sgen", self.sgen), ("ext_grid", self.net.ext_grid))
        unlimited = 0
        for kind, table in tables:
            for index, item in table[table.in_service.astype(bool)].iterrows():
                at = row_of[self.lookup[int(item.bus)]]
                if at < 0:
                    continue
                power = float(item.get("p_mw", np.nan)) * float(item.get("scaling", 1.0) or 1.0)
                top, bottom = float(item.get("max_p_mw", np.nan)), float(item.get("min_p_mw", np.nan))
                cost = self.net.poly_cost
                found = cost[(cost.et == kind) & (cost.element == index)]
                rows.append(
                    {
                        "bus": at,
                        "name": f"{kind} {index}",
                        "power": power,
                        "top": top if abs(top) < _NO_LIMIT_MW else np.nan,
                        "bottom": bottom if abs(bottom) < _NO_LIMIT_MW else np.nan,
                        "fuel": str(item.get("type") or "") if kind == "sgen" else "",
                        "cost": float(found.cp1_eur_per_mw.iloc[0]) if len(found) else np.nan,
                        "vset": float(item.get("vm_pu", 1.0)),
                    }
                )
        balance = float(bus[:, 2].sum()) - sum(row["power"] for row in rows if row["power"] == row["power"])
        open_ended = [row for row in rows if row["power"] != row["power"]]
        for row in open_ended:
            row["power"] = balance / len(open_ended)
        if open_ended:
            self.notes.append(
                f"{len(open_ended)} external grids set to balance load and generation, without losses"
            )
        for row in rows:
            unlimited += row["top"] != row["top"]
            row["top"] = row["power"] if row["top"] != row["top"] else row["top"]
            row["bottom"] = min(row["power"], 0.0) if row["bottom"] != row["bottom"] else row["bottom"]
        if unlimited:
            self.notes.append(f"{unlimited} units state no highest output; it is set to their dispatch")
        return {
            "unit_bus": [row["bus"] for row in rows],
            "unit_name": [row["name"] for row in rows],
            "unit_fuel": [row["fuel"] for row in rows],
            "unit_p_mw": [row["power"] for row in rows],
            "unit_pmax_mw": [row["top"] for row in rows],
            "unit_pmin_mw": [row["bottom"] for row in rows],
            "unit_cost_per_mwh": [row["cost"] for row in rows],
            "unit_vset": [row["vset"] for row in rows],
        }

    def coordinates(self, indices: list[int]) -> tuple[Floats, Floats]:
        """Return longitude and latitude of buses where the file has points; nan elsewhere."""
        lon, lat = np.full(len(indices), np.nan), np.full(len(indices), np.nan)
        geo = self.net.bus.geo if "geo" in self.net.bus else {}
        outside = 0
        for place, index in enumerate(indices):
            text = geo.get(index)
            if not isinstance(text, str):
                continue
            point = json.loads(text).get("coordinates", ())
            if len(point) >= 2 and abs(point[0]) <= 180 and abs(point[1]) <= 90:
                lon[place], lat[place] = point[:2]
            else:
                outside += 1
        if not np.isnan(lat).all():
            self.notes.append("positions taken as longitude and latitude, as pandapower defines them")
        if outside:
            self.notes.append(f"{outside:,} positions that are no longitude and latitude left out")
        return lon, lat


_BUS_COLUMNS = {
    "type": 1, "load_mw": 2, "load_mvar": 3, "shunt_mw": 4, "shunt_mvar": 5, "kv": 9, "vmax": 11, "vmin": 12,
}  # fmt: skip

FORMAT = Format("pandapower JSON", read_pandapower_json, suffixes=(".json",))
