"""Reads PSS/E RAW files, revisions 33 to 35."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.network import Network
from stargauge.grid.origin import Origin
from stargauge.grid.readers.base import Format
from stargauge.grid.readers.files import read_text
from stargauge.grid.readers.positions import bus_positions
from stargauge.grid.readers.psse_dc import DcLines, dc_lines
from stargauge.grid.readers.psse_layout import layout
from stargauge.grid.readers.psse_records import RawFile, split_raw
from stargauge.grid.readers.psse_tables import RawTable
from stargauge.grid.readers.psse_transformers import STAR_KV, TransformerBranches, transformer_branches

Floats = NDArray[np.float64]

ISOLATED = 4
"""Bus type of buses that take no part."""

ZERO_IMPEDANCE = 1e-4
"""Lines without resistance and with at most this reactance join their buses as one: PSS/E's THRSHZ, pu."""

NO_LIMIT = 9999.0
"""What PSS/E writes for an active limit that is not stated, MW."""

_FIELDS = {
    "buses.bus": "I", "buses.kv": "BASKV", "buses.type": "IDE", "buses.vm": "VM", "buses.va_deg": "VA",
    "buses.vmax": "NVHI", "buses.vmin": "NVLO", "branches.from": "I", "branches.to": "J", "branches.r": "R",
    "branches.x": "X", "branches.b": "B", "branches.name": "CKT", "branches.tap": "WINDV",
    "branches.shift_deg": "ANG", "branches.rate_a_mw": "rating A", "branches.rate_b_mw": "rating B",
    "branches.rate_c_mw": "rating C", "units.bus": "I", "units.name": "ID", "units.p_mw": "PG",
    "units.q_mvar": "QG", "units.pmax_mw": "PT", "units.pmin_mw": "PB", "units.qmax_mvar": "QT",
    "units.qmin_mvar": "QB", "units.vset": "VS",
}  # fmt: skip

_NOT_READ = ("IMPEDANCE CORRECTION", "MULTI-TERMINAL DC", "FACTS DEVICE", "GNE", "INDUCTION MACHINE")
"""Sections whose elements would change flows, and which are not read."""


def read_psse_raw(path: Path) -> Network:
    """Return the network of a PSS/E RAW file.

    Raises:
        InputError: Listing every mistake with line, section, row and field.
    """
    text, notes = read_text(path)
    raw = split_raw(path, text)
    return _Reading(path, raw, list(notes)).network()


class _Reading:
    """One file on its way to a network."""

    def __init__(self, path: Path, raw: RawFile, notes: list[str]) -> None:
        self.path, self.raw, self.notes = path, raw, notes
        self.mistakes: list[Mistake] = list(raw.mistakes)
        try:
            self.base_mva = float(raw.base_mva)
        except ValueError:
            self.base_mva = np.nan
        if not self.base_mva > 0:
            text = f'"{raw.base_mva}" is no base power; it must be above 0 MVA, usually 100'
            self.mistakes.append(Mistake(1, "header.SBASE", text))
            self.base_mva = 1.0
        self.bus = self.table("BUS")

    def table(self, section: str) -> RawTable:
        """Return the records of a section as columns."""
        records = self.raw.sections.get(section, [])
        return RawTable(section, records, layout(section, self.raw.revision), self.mistakes)

    def network(self) -> Network:
        """Return the network, or raise everything that is wrong with it."""
        bus = self.bus
        ids, kind = bus.numbers("I"), bus.numbers("IDE")
        kept = kind != ISOLATED
        transformers = transformer_branches(
            self.raw.sections["TRANSFORMER"],
            self.raw.revision,
            self.base_mva,
            ids,
            bus.numbers("BASKV"),
            self.mistakes,
        )
        self.notes += transformers.notes
        used = np.isin(transformers.star_ids, transformers.columns["to"][transformers.columns["on"] > 0])
        isolated = ids[~kept]
        branch = self.branches(transformers, isolated)
        load, load_q = self.loads(isolated)
        shunt, shunt_q = self.shunts(isolated)
        dc = self.dc_lines(isolated)
        unit = self.units(isolated)
        self.other_notes(isolated)
        stars = int(used.sum())
        all_ids = np.concatenate([ids[kept], transformers.star_ids[used]])

        def with_stars(values: Floats, star: float | Floats) -> Floats:
            return np.concatenate([values[kept], np.broadcast_to(np.asarray(star, dtype=np.float64), stars)])

        voltage = with_stars(bus.numbers("BASKV"), STAR_KV)
        unknown = int((voltage == 0).sum())
        if unknown:
            self.notes.append(f"{unknown:,} buses state no base voltage (0 kV); taken as unknown")
        zones = self.zone_names()
        kept_rows = np.flatnonzero(kept)
        return Network.from_arrays(
            name=self.path.stem,
            base_mva=self.base_mva,
            synthetic=False,
            source=f"{self.path} (PSS/E {self.raw.revision}) {self.raw.title}".strip(),
            notes=self.notes,
            origin=Origin(
                str(self.path),
                fields=_FIELDS,
                rows={"buses": np.append(kept_rows + 1, np.zeros(stars, dtype=np.int64))},
                elements={
                    "buses": [f"bus[{row + 1}]" for row in kept_rows] + ["star"] * stars,
                    "branches": self.branch_places,
                    "units": [f"generator[{row:g}]" for row in unit["row"].tolist()],
                    "dclines": dc.places,
                },
                lines={
                    "buses": np.concatenate([bus.lines[kept], np.zeros(stars, dtype=np.int64)]),
                    "branches": branch["line"].astype(np.int64),
                    "units": unit["line"].astype(np.int64),
                    "dclines": dc.lines,
                },
                buses={
                    "branches.from": _shown(branch["from"]),
                    "branches.to": _shown(branch["to"]),
                    "units.bus": _shown(unit["bus"]),
                    "dclines.from": _shown(dc.start),
                    "dclines.to": _shown(dc.end),
                },
                mistakes=tuple(self.mistakes),
            ),
            bus_id=all_ids,
            bus_name=[bus.texts("NAME")[row] for row in kept_rows]
            + [name for name, use in zip(transformers.star_names, used, strict=True) if use],
            bus_kv=np.where(voltage == 0, np.nan, voltage),
            bus_area=with_stars(bus.numbers("AREA"), 0),
            bus_zone=[zones.get(zone, f"{zone:g}") for zone in bus.numbers("ZONE")[kept].tolist()]
            + [""] * stars,
            bus_type=with_stars(kind, 1),
            bus_load_mw=with_stars(load, 0),
            bus_load_mvar=with_stars(load_q, 0),
            bus_shunt_mw=with_stars(shunt, 0),
            bus_shunt_mvar=with_stars(shunt_q, 0),
            bus_vm=with_stars(bus.numbers("VM"), transformers.star_vm[used]),
            bus_va_deg=with_stars(bus.numbers("VA"), transformers.star_va[used]),
            bus_vmax=with_stars(bus.numbers("NVHI"), 1.1),
            bus_vmin=with_stars(bus.numbers("NVLO"), 0.9),
            branch_from=bus_positions(all_ids, branch["from"]),
            branch_to=bus_positions(all_ids, branch["to"]),
            branch_name=self.branch_names,
            branch_kind=self.branch_kinds,
            branch_r=branch["r"],
            branch_x=branch["x"],
            branch_b=branch["b"],
            branch_tap=branch["tap"],
            branch_shift_deg=branch["shift"],
            rate_a=np.where(branch["rate_a"] == 0, np.inf, branch["rate_a"]),
            rate_b=np.where(branch["rate_b"] == 0, np.nan, branch["rate_b"]),
            rate_c=np.where(branch["rate_c"] == 0, np.nan, branch["rate_c"]),
            unit_bus=bus_positions(all_ids, unit["bus"]),
            unit_name=self.unit_names,
            unit_p_mw=unit["PG"],
            unit_q_mvar=unit["QG"],
            unit_qmax=unit["QT"],
            unit_qmin=unit["QB"],
            unit_vset=unit["VS"],
            unit_pmax_mw=unit["PT"],
            unit_pmin_mw=unit["PB"],
            dc_from=bus_positions(all_ids, dc.start),
            dc_to=bus_positions(all_ids, dc.end),
            dc_name=dc.names,
            dc_p_mw=dc.power,
            dc_pmin_mw=np.minimum(dc.power, 0),
            dc_pmax_mw=np.maximum(dc.power, 0),
        )

    def branches(self, transformers: TransformerBranches, isolated: Floats) -> dict[str, Floats]:
        """Return lines, switches and transformers in service as columns; sets their names and kinds."""
        line, switch = self.table("BRANCH"), self.switches()
        parts: list[dict[str, Floats]] = []
        for table, state, resistance in ((line, "ST", "R"), (switch, "STAT", "")):
            count = len(table)
            parts.append(
                {
                    "from": table.numbers("I"),
                    "to": np.abs(table.numbers("J")),
                    "r": table.numbers(resistance) if resistance else np.zeros(count),
                    "x": table.numbers("X"),
                    "b": table.numbers("B") if resistance else np.zeros(count),
                    "tap": np.ones(count),
                    "shift": np.zeros(count),
                    **{f"rate_{c}": table.rating(place) for place, c in enumerate("abc")},
                    "on": (table.numbers(state) > 0).astype(float),
                    "line": table.lines.astype(float),
                }
            )
        transformer = {
            **transformers.columns,
            "b": np.zeros(len(transformers.names)),
            "line": transformers.lines.astype(float),
        }
        places = [
            *(f"{table.name}[{row + 1}]" for table in (line, switch) for row in range(len(table))),
            *(f"transformer[{row}]" for row in transformers.places),
        ]
        parts.append(transformer)
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        names = [
            f"{start:.10g}-{end:.10g} {circuit}"
            for table in (line, switch)
            for start, end, circuit in zip(
                table.numbers("I"), np.abs(table.numbers("J")), table.texts("CKT"), strict=True
            )
        ] + transformers.names
        kinds = np.array(
            ["line"] * len(line) + ["tie"] * len(switch) + ["transformer"] * len(transformers.names),
            dtype=object,
        )
        joined = (kinds == "line") & (columns["r"] == 0) & (np.abs(columns["x"]) <= ZERO_IMPEDANCE)
        kinds[joined] = "tie"
        kept = self.in_service(columns["on"], ("from", "to"), columns, isolated, "branch", "branches")
        self.branch_places = [place for place, keep in zip(places, kept, strict=True) if keep]
        self.branch_names = [name for name, keep in zip(names, kept, strict=True) if keep]
        self.branch_kinds = [kind for kind, keep in zip(kinds.tolist(), kept, strict=True) if keep]
        if "tie" in self.branch_kinds:
            ties = f"{self.branch_kinds.count('tie'):,}"
            self.notes.append(f"{ties} switches and lines without impedance taken for bus ties")
        return {name: column[kept] for name, column in columns.items()}

    def switches(self) -> RawTable:
        """Return the switching devices, which revision 33 does not have."""
        records = self.raw.sections.get("SYSTEM SWITCHING DEVICE", [])
        fields = layout("SYSTEM SWITCHING DEVICE", self.raw.revision)
        return RawTable("system switching device", records, fields, self.mistakes)

    def loads(self, isolated: Floats) -> tuple[Floats, Floats]:
        """Return active and reactive load of each bus: constant power, current and admittance together."""
        load = self.table("LOAD")
        at = self.place(load, "I")
        on = (load.numbers("STATUS") > 0) & (at >= 0)
        vm = self.bus.numbers("VM")[np.maximum(at, 0)] if len(self.bus) else np.ones(len(load))
        active = load.numbers("PL") + load.numbers("IP") * vm + load.numbers("YP") * vm**2
        reactive = load.numbers("QL") + load.numbers("IQ") * vm - load.numbers("YQ") * vm**2
        varying = on & ((load.numbers("IP") != 0) | (load.numbers("YP") != 0))
        if varying.any():
            count = f"{int(varying.sum()):,}"
            self.notes.append(f"current and admittance parts of {count} loads taken at the stored voltage")
        if self.raw.revision >= 34:
            netted = on & (load.numbers("DGENM") > 0)
            active = active - np.where(netted, load.numbers("DGENP"), 0.0)
            reactive = reactive - np.where(netted, load.numbers("DGENQ"), 0.0)
            if netted.any():
                total = load.numbers("DGENP")[netted].sum()
                self.notes.append(f"{total:g} MW of distributed generation netted against loads")
        off = int((load.numbers("STATUS") <= 0).sum())
        if off:
            self.notes.append(f"{off:,} loads out of service left out")
        lost = on & np.isin(load.numbers("I"), isolated)
        if lost.any():
            self.notes.append(
                f"{int(lost.sum()):,} loads with {active[lost].sum():g} MW at isolated buses left out"
            )
        return self.sums(at, on, active), self.sums(at, on, reactive)

    def shunts(self, isolated: Floats) -> tuple[Floats, Floats]:
        """Return the shunt power of each bus at 1 pu, MW and Mvar; switched shunts at their present step."""
        fixed, switched = self.table("FIXED SHUNT"), self.table("SWITCHED SHUNT")
        at, at_switched = self.place(fixed, "I"), self.place(switched, "I")
        on, on_switched = fixed.numbers("STATUS") > 0, switched.numbers("STAT") > 0
        active = self.sums(at, on & (at >= 0), fixed.numbers("GL"))
        reactive = self.sums(at, on & (at >= 0), fixed.numbers("BL"))
        reactive += self.sums(at_switched, on_switched & (at_switched >= 0), switched.numbers("BINIT"))
        return active, reactive

    def units(self, isolated: Floats) -> dict[str, Floats]:
        """Return the machines in service as columns; sets their names."""
        unit = self.table("GENERATOR")
        columns = {name: unit.numbers(name) for name in ("PG", "QG", "QT", "QB", "VS", "PT", "PB")}
        columns |= {"bus": unit.numbers("I"), "line": unit.lines.astype(float)}
        columns["row"] = np.arange(1.0, len(unit) + 1)
        kept = self.in_service(unit.numbers("STAT"), ("bus",), columns, isolated, "unit", "units")
        columns = {name: column[kept].copy() for name, column in columns.items()}
        self.unit_names = [
            f"{bus:.10g} {name}"
            for bus, name, keep in zip(unit.numbers("I"), unit.texts("ID"), kept, strict=True)
            if keep
        ]
        open_top, open_bottom = columns["PT"] >= NO_LIMIT, columns["PB"] <= -NO_LIMIT
        columns["PT"] = np.where(open_top, columns["PG"], columns["PT"])
        columns["PB"] = np.where(open_bottom, np.minimum(columns["PG"], 0.0), columns["PB"])
        count = int((open_top | open_bottom).sum())
        if count:
            self.notes.append(
                f"{count:,} units state no active limit ({NO_LIMIT:g}); the upper is set to the dispatch, "
                "the lower to 0 or to a negative dispatch"
            )
        return columns

    def dc_lines(self, isolated: Floats) -> DcLines:
        """Return the DC lines in service and not at isolated buses."""
        dc = dc_lines(self.raw, self.mistakes)
        self.notes += dc.notes
        columns = {"from": dc.start, "to": dc.end}
        kept = self.in_service(
            np.ones(len(dc.names)), ("from", "to"), columns, isolated, "DC line", "DC lines"
        )
        return dc.kept(kept)

    def in_service(
        self,
        status: Floats,
        ends: tuple[str, ...],
        columns: dict[str, Floats],
        isolated: Floats,
        one: str,
        many: str,
    ) -> NDArray[np.bool_]:
        """Return which rows are in service and at no isolated bus; the others are counted in the notes."""
        off = status <= 0
        cut = np.zeros_like(off)
        for end in ends:
            cut |= ~off & np.isin(columns[end], isolated)
        for count, why in ((int(off.sum()), "out of service"), (int(cut.sum()), "at isolated buses")):
            if count:
                self.notes.append(f"{count:,} {one if count == 1 else many} {why} left out")
        return ~(off | cut)

    def place(self, table: RawTable, field: str) -> NDArray[np.int64]:
        """Return the row of each record's bus; one that does not exist is a mistake."""
        numbers = table.numbers(field)
        at = bus_positions(self.bus.numbers("I"), numbers)
        for row in np.flatnonzero((at < 0) & np.isfinite(numbers)).tolist():
            place = f"{table.name}[{row + 1}].{field}"
            self.mistakes.append(
                Mistake(int(table.lines[row]), place, f"bus {numbers[row]:.10g} does not exist")
            )
        return at

    def sums(self, at: NDArray[np.int64], on: NDArray[np.bool_], values: Floats) -> Floats:
        """Return the sum of values at each bus over the rows that are on."""
        return np.bincount(at[on], values[on], minlength=len(self.bus)).astype(np.float64)

    def zone_names(self) -> dict[float, str]:
        """Return zone names by number."""
        zone = self.table("ZONE")
        return {
            n: name for n, name in zip(zone.numbers("I").tolist(), zone.texts("ZONAME"), strict=True) if name
        }

    def other_notes(self, isolated: Floats) -> None:
        """Note isolated buses and sections that are not read."""
        if isolated.size:
            buses = "bus" if isolated.size == 1 else "buses"
            self.notes.append(f"{isolated.size:,} {buses} marked as isolated (type {ISOLATED}) left out")
        for section in _NOT_READ:
            count = len(self.raw.sections.get(section, []))
            if count:
                self.notes.append(f"{section.lower()} section with {count:,} lines not read")


def _shown(numbers: Floats) -> list[str]:
    """Return bus numbers as they are shown in messages."""
    return [f"{number:.10g}" for number in numbers.tolist()]


FORMAT = Format("PSS/E RAW 33 to 35", read_psse_raw, suffixes=(".raw",))
