"""Reads PyPSA networks, `.nc` files or CSV folders, through PyPSA.

The first snapshot is read. Buses of another carrier than AC are left out with what hangs on them, which is
noted; links between AC buses become DC lines.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.network import Network
from stargauge.grid.origin import Origin
from stargauge.grid.readers.base import Format
from stargauge.grid.readers.extras import needed
from stargauge.grid.readers.files import check_file, refuse

Floats = NDArray[np.float64]

_FIELDS = {
    "branches.from": "bus0", "branches.to": "bus1", "branches.tap": "tap_ratio",
    "branches.shift_deg": "phase_shift", "branches.rate_a_mw": "s_nom", "units.p_mw": "p_set",
    "units.pmax_mw": "p_max_pu", "units.pmin_mw": "p_min_pu", "units.cost_per_mwh": "marginal_cost",
    "dclines.from": "bus0", "dclines.to": "bus1", "dclines.p_mw": "p_set", "dclines.pmax_mw": "p_max_pu",
    "dclines.pmin_mw": "p_min_pu",
}  # fmt: skip

BASE_MVA = 100.0
"""Base power chosen for networks from PyPSA, whose per-unit values are on 1 MVA."""


def read_pypsa(path: Path) -> Network:
    """Return the network of a PyPSA file or folder at its first snapshot.

    Raises:
        InputError: PyPSA cannot read it, or listing every mistake with table, row and field.
        MissingExtraError: PyPSA is not installed.
    """
    pypsa = needed("pypsa", "a PyPSA network")
    if path.is_file():
        check_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            source = pypsa.Network()
            (source.import_from_csv_folder if path.is_dir() else source.import_from_netcdf)(path)
            source.calculate_dependent_values()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise refuse(path, f"PyPSA cannot read it: {type(error).__name__}: {error}") from error
        return _Reading(path, source).network()


class _Reading:
    """One PyPSA network on its way to ours."""

    def __init__(self, path: Path, source: Any) -> None:
        self.path, self.source = path, source
        self.snapshot = source.snapshots[0]
        self.notes: list[str] = []
        if len(source.snapshots) > 1:
            self.notes.append(f"first of {len(source.snapshots):,} snapshots read: {self.snapshot}")
        kept = source.buses.carrier.isin(["AC", ""])
        self.buses = source.buses[kept]
        if not kept.all():
            self.notes.append(f"{int((~kept).sum()):,} buses of another carrier than AC left out")
        self.row = {name: row for row, name in enumerate(self.buses.index)}
        self.origin = Origin(str(path), fields=_FIELDS, elements={}, buses={})

    def network(self) -> Network:
        """Return the network."""
        buses = self.buses
        volts = buses.v_nom.to_numpy(float)
        lon, lat = buses.x.to_numpy(float), buses.y.to_numpy(float)
        known = (np.abs(lon) <= 180) & (np.abs(lat) <= 90) & ((lon != 0) | (lat != 0))
        loads, shunts = self.kept("loads", "bus"), self.kept("shunt_impedances", "bus")
        squared = volts[self.rows(shunts.bus)] ** 2
        branches, units, links = self.branches(), self.units(), self.links()
        return Network.from_arrays(
            name=str(self.source.name or self.path.stem),
            base_mva=BASE_MVA,
            synthetic=False,
            source=f"{self.path} (PyPSA)",
            bus_id=self.numbers(),
            bus_name=[str(name) for name in buses.index],
            bus_kv=np.where(volts > 1, volts, np.nan),
            bus_zone=[str(value) for value in buses["country"]] if "country" in buses else [""] * len(buses),
            bus_lat=np.where(known, lat, np.nan),
            bus_lon=np.where(known, lon, np.nan),
            bus_load_mw=self.sums(loads, self.at("loads", loads, "p_set") * -loads.sign.to_numpy(float)),
            bus_load_mvar=self.sums(loads, self.at("loads", loads, "q_set") * -loads.sign.to_numpy(float)),
            bus_shunt_mw=self.sums(shunts, shunts.g.to_numpy(float) * squared),
            bus_shunt_mvar=self.sums(shunts, shunts.b.to_numpy(float) * squared),
            **branches,
            **units,
            **links,
            notes=self.notes,
            origin=self.origin,
        )

    def numbers(self) -> list[int]:
        """Return bus numbers: the names if they all are numbers, else 1, 2, ..."""
        names = [str(name) for name in self.buses.index]
        if all(name.isdecimal() for name in names):
            return [int(name) for name in names]
        return list(range(1, len(names) + 1))

    def kept(self, table: str, *ends: str) -> Any:
        """Return the active elements of a table at AC buses; the others are counted in the notes."""
        frame = getattr(self.source, table)
        kept = np.ones(len(frame), dtype=bool)
        if "active" in frame:
            kept &= frame.active.to_numpy(bool)
        for end in ends:
            kept &= ~frame[end].isin(self.source.buses.index.difference(self.buses.index)).to_numpy()
        if not kept.all():
            name = table.replace("_", " ")
            self.notes.append(
                f"{int((~kept).sum()):,} {name} inactive or at buses of another carrier left out"
            )
        return frame[kept]

    def rows(self, names: Any) -> NDArray[np.int64]:
        """Return the rows of buses by name, -1 for names of no bus."""
        return np.array([self.row.get(name, -1) for name in names], dtype=np.int64)

    def at(self, table: str, frame: Any, field: str) -> Floats:
        """Return a field of elements at the snapshot, from its series where there is one."""
        static = frame[field].to_numpy(float) if field in frame else np.full(len(frame), np.nan)
        series = getattr(self.source, f"{table}_t").get(field)
        if series is None or series.empty:
            return static
        moving = series.loc[self.snapshot].reindex(frame.index).to_numpy(float)
        return np.where(np.isnan(moving), static, moving)

    def sums(self, frame: Any, values: Floats) -> Floats:
        """Return the sum of elements' values at each bus; elements of no bus are refused by the caller."""
        rows = self.rows(frame.bus)
        if (rows < 0).any():
            name = frame.index[int(np.flatnonzero(rows < 0)[0])]
            raise refuse(self.path, f"bus {frame.bus[name]} of {name} does not exist", "bus")
        return np.bincount(rows, values, minlength=len(self.buses)).astype(np.float64)

    def located(self, table: str, places: list[str], buses: dict[str, list[str]]) -> None:
        """Remember how elements and their buses are called, for errors."""
        self.origin = Origin(
            self.origin.source,
            fields=_FIELDS,
            elements={**self.origin.elements, table: places},
            buses={**self.origin.buses, **{f"{table}.{end}": names for end, names in buses.items()}},
        )

    def branches(self) -> dict[str, Any]:
        """Return the columns of lines and transformers."""
        lines, transformers = self.kept("lines", "bus0", "bus1"), self.kept("transformers", "bus0", "bus1")
        both = ((lines, "line"), (transformers, "transformer"))

        def column(field: str, plain: float | None = None) -> Floats:
            parts = [
                np.full(len(frame), plain)
                if plain is not None and kind == "line"
                else frame[field].to_numpy(float)
                for frame, kind in both
            ]
            return np.concatenate(parts)

        rating = column("s_nom") * np.concatenate(
            [
                self.at(table, frame, "s_max_pu")
                for table, frame in (("lines", lines), ("transformers", transformers))
            ]
        )
        unrated = int((rating <= 0).sum())
        if unrated:
            self.notes.append(f"{unrated:,} branches with a nominal power of 0 taken as unlimited")
        # PyPSA's linear flow uses x_pu_eff, the series reactance before its T model is turned into a pi.
        reactance = column("x_pu_eff") / column("tap_ratio", 1.0) * BASE_MVA
        resistance = column("r_pu") * BASE_MVA
        kinds = np.array(["line"] * len(lines) + ["transformer"] * len(transformers), dtype=object)
        kinds[(resistance == 0) & (reactance == 0)] = "tie"
        # Our tap stands at the from end: a transformer tapped at its other end is turned round.
        turned = np.concatenate([np.zeros(len(lines)), transformers.tap_side.to_numpy(float)]) == 1
        names = [[*lines[end], *transformers[end]] for end in ("bus0", "bus1")]
        ends = [self.rows(end) for end in names]
        self.located(
            "branches",
            [
                *(f"lines[{name}]" for name in lines.index),
                *(f"transformers[{name}]" for name in transformers.index),
            ],
            {
                "from": np.where(turned, names[1], names[0]).tolist(),
                "to": np.where(turned, names[0], names[1]).tolist(),
            },
        )
        shift = column("phase_shift", 0.0)
        return {
            "branch_from": np.where(turned, ends[1], ends[0]),
            "branch_to": np.where(turned, ends[0], ends[1]),
            "branch_name": [f"{kind} {name}" for frame, kind in both for name in frame.index],
            "branch_kind": kinds.tolist(),
            "branch_r": resistance,
            "branch_x": reactance,
            "branch_b": column("b_pu") / BASE_MVA,
            "branch_tap": column("tap_ratio", 1.0),
            "branch_shift_deg": np.where(turned, -shift, shift),
            "rate_a": np.where(rating > 0, rating, np.inf),
        }

    def units(self) -> dict[str, Any]:
        """Return the columns of generators and storage units."""
        columns: dict[str, list[Any]] = {
            name: [] for name in ("bus", "at", "place", "name", "fuel", "p", "top", "bottom", "cost")
        }
        for table in ("generators", "storage_units"):
            frame = self.kept(table, "bus")
            nominal = frame.p_nom.to_numpy(float)
            power = self.at(table, frame, "p")
            planned = self.at(table, frame, "p_set")
            power = np.where(np.isnan(power), np.where(np.isnan(planned), 0.0, planned), power)
            columns["bus"] += self.rows(frame.bus).tolist()
            columns["at"] += frame.bus.tolist()
            columns["place"] += [f"{table}[{name}]" for name in frame.index]
            columns["name"] += [f"{table.removesuffix('s').replace('_', ' ')} {name}" for name in frame.index]
            columns["fuel"] += [str(carrier) for carrier in frame.carrier]
            columns["p"] += power.tolist()
            columns["top"] += (nominal * self.at(table, frame, "p_max_pu")).tolist()
            columns["bottom"] += (nominal * self.at(table, frame, "p_min_pu")).tolist()
            columns["cost"] += self.at(table, frame, "marginal_cost").tolist()
        if columns["p"] and not any(columns["p"]):
            self.notes.append(
                "no dispatch is stored: all units stand at 0 MW until PyPSA has solved the network"
            )
        self.located("units", columns["place"], {"bus": columns["at"]})
        return {
            "unit_bus": columns["bus"],
            "unit_name": columns["name"],
            "unit_fuel": columns["fuel"],
            "unit_p_mw": columns["p"],
            "unit_pmax_mw": columns["top"],
            "unit_pmin_mw": columns["bottom"],
            "unit_cost_per_mwh": columns["cost"],
        }

    def links(self) -> dict[str, Any]:
        """Return the columns of DC lines: links between AC buses."""
        frame = self.kept("links", "bus0", "bus1")
        nominal = frame.p_nom.to_numpy(float)
        power, planned = self.at("links", frame, "p0"), self.at("links", frame, "p_set")
        power = np.where(np.isnan(power), np.where(np.isnan(planned), 0.0, planned), power)
        self.located(
            "dclines",
            [f"links[{name}]" for name in frame.index],
            {"from": frame.bus0.tolist(), "to": frame.bus1.tolist()},
        )
        return {
            "dc_from": self.rows(frame.bus0),
            "dc_to": self.rows(frame.bus1),
            "dc_name": [f"link {name}" for name in frame.index],
            "dc_p_mw": power,
            "dc_loss_mw": power * (1 - self.at("links", frame, "efficiency")),
            "dc_pmin_mw": nominal * self.at("links", frame, "p_min_pu"),
            "dc_pmax_mw": nominal * self.at("links", frame, "p_max_pu"),
        }


NETCDF = Format("PyPSA netCDF", read_pypsa, suffixes=(".nc",))
FOLDER = Format("PyPSA CSV folder", read_pypsa, members=("buses.csv", "lines.csv"))
