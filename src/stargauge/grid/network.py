"""One transmission network as arrays: typed, checked once, and immutable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.checks import checked_arrays, components
from stargauge.grid.columns import BY_ATTRIBUTE
from stargauge.grid.defaults import completed
from stargauge.grid.origin import Origin

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Names = tuple[str, ...]

PQ, PV, SLACK = 1, 2, 3
"""Bus types, numbered as in MATPOWER."""

SYNTHETIC = "synthetic network, not a finding about this place"
"""Said of everything computed on an invented network."""

STAR_KV = 1.0
"""Base voltage by which files mark the star point of a three-winding transformer."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Network:
    """A transmission network: n buses, m branches, g units, d DC lines, all in service.

    Branch impedances are per unit on `base_mva`; powers are MW and Mvar, voltages kV or per unit, angles
    degrees. Buses are referred to by index 0..n-1 everywhere, by `bus_id` only where people read or write.
    Build one with `from_arrays`, which fills what is optional.

    Attributes:
        name: Short name of the case.
        base_mva: Base power of the per-unit system, MVA.
        synthetic: Whether the network is invented: its numbers are then no findings about real places.
        source: Where the data come from, with credit.
        licence: Licence of the data, empty if unknown.
        notes: What was repaired, assumed or left out on reading.
        bus_id: (n,) number of each bus, unique.
        bus_name: (n) names, empty where there is none.
        bus_kv: (n,) base voltage, kV; nan where unknown.
        bus_area: (n,) area number.
        bus_zone: (n) zone names, empty where unknown.
        bus_state: (n) state names, empty where unknown.
        bus_substation: (n,) number shared by the buses of one substation; -1 where unknown.
        bus_lat: (n,) latitude, degrees; nan where unknown.
        bus_lon: (n,) longitude, degrees; nan where unknown.
        bus_type: (n,) 1 PQ, 2 PV, 3 slack.
        bus_load_mw: (n,) active load, MW.
        bus_load_mvar: (n,) reactive load, Mvar.
        bus_shunt_mw: (n,) power drawn by the shunt conductance at 1 pu, MW.
        bus_shunt_mvar: (n,) power injected by the shunt susceptance at 1 pu, Mvar.
        bus_vm: (n,) voltage magnitude of the stored state, pu.
        bus_va_deg: (n,) voltage angle of the stored state, degrees.
        bus_vmin: (n,) lowest allowed voltage, pu.
        bus_vmax: (n,) highest allowed voltage, pu.
        branch_from: (m,) bus index of the from end.
        branch_to: (m,) bus index of the to end.
        branch_r: (m,) series resistance, pu.
        branch_x: (m,) series reactance, pu; negative for legs of three-winding star equivalents.
        branch_b: (m,) total line charging susceptance, pu.
        branch_tap: (m,) off-nominal tap ratio at the from end; 1 for lines.
        branch_shift_deg: (m,) phase shift, degrees; positive delays the to end.
        rate_a: (m,) normal rating, MW; inf = unlimited.
        rate_b: (m,) short-term rating, MW; nan = not stated, so that a study falls back on rate A.
        rate_c: (m,) emergency rating, MW; nan = not stated.
        branch_name: (m) names, unique: `from-to` ids with a circuit number where the file has none.
        branch_kind: (m) `line`, `transformer` or `tie`.
        unit_bus: (g,) bus index.
        unit_p_mw: (g,) dispatch, MW.
        unit_q_mvar: (g,) reactive dispatch, Mvar.
        unit_pmin_mw: (g,) lowest output, MW.
        unit_pmax_mw: (g,) highest output, MW.
        unit_qmin: (g,) lowest reactive output, Mvar; may be -inf.
        unit_qmax: (g,) highest reactive output, Mvar; may be inf.
        unit_vset: (g,) voltage set point, pu.
        unit_name: (g) names, unique.
        unit_fuel: (g) fuels, empty where unknown.
        unit_cost_per_mwh: (g,) marginal cost at `unit_p_mw`, money per MWh; nan where unknown.
        dc_from: (d,) bus index of the from end.
        dc_to: (d,) bus index of the to end.
        dc_p_mw: (d,) power drawn at the from end, MW.
        dc_loss_mw: (d,) part of it that does not arrive at the to end, MW.
        dc_pmin_mw: (d,) lowest transfer, MW.
        dc_pmax_mw: (d,) highest transfer, MW; inf = unlimited.
        dc_name: (d) names, unique.
        interconnect: (n,) connected component over AC branches, numbered by first bus; computed.
    """

    name: str
    base_mva: float
    synthetic: bool
    source: str
    licence: str
    notes: Names
    bus_id: Integers
    bus_name: Names
    bus_kv: Floats
    bus_area: Integers
    bus_zone: Names
    bus_state: Names
    bus_substation: Integers
    bus_lat: Floats
    bus_lon: Floats
    bus_type: Integers
    bus_load_mw: Floats
    bus_load_mvar: Floats
    bus_shunt_mw: Floats
    bus_shunt_mvar: Floats
    bus_vm: Floats
    bus_va_deg: Floats
    bus_vmin: Floats
    bus_vmax: Floats
    branch_from: Integers
    branch_to: Integers
    branch_r: Floats
    branch_x: Floats
    branch_b: Floats
    branch_tap: Floats
    branch_shift_deg: Floats
    rate_a: Floats
    rate_b: Floats
    rate_c: Floats
    branch_name: Names
    branch_kind: Names
    unit_bus: Integers
    unit_p_mw: Floats
    unit_q_mvar: Floats
    unit_pmin_mw: Floats
    unit_pmax_mw: Floats
    unit_qmin: Floats
    unit_qmax: Floats
    unit_vset: Floats
    unit_name: Names
    unit_fuel: Names
    unit_cost_per_mwh: Floats
    dc_from: Integers
    dc_to: Integers
    dc_p_mw: Floats
    dc_loss_mw: Floats
    dc_pmin_mw: Floats
    dc_pmax_mw: Floats
    dc_name: Names
    interconnect: Integers = field(init=False)
    origin: InitVar[Origin | None] = None

    def __post_init__(self, origin: Origin | None) -> None:
        """Replace the arrays by read-only copies once everything about them is checked.

        Raises:
            InputError: Listing every mistake with table, row and field.
        """
        given = {attribute: getattr(self, attribute) for attribute in BY_ATTRIBUTE}
        typed = checked_arrays(given, self.base_mva, origin or Origin(self.name or "network"))
        interconnect = components(len(typed["bus_id"]), typed["branch_from"], typed["branch_to"])
        interconnect.setflags(write=False)
        for attribute, values in (*typed.items(), ("interconnect", interconnect)):
            object.__setattr__(self, attribute, values)

    def __repr__(self) -> str:
        """Return the name and the sizes."""
        sizes = f"{self.buses} buses, {self.branches} branches, {self.units} units, {self.dc_lines} DC lines"
        return f"<Network {self.name}: {sizes}>"

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore from a pickle, which forgets that arrays were read-only."""
        self.__dict__.update(state)
        for value in state.values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @classmethod
    def from_arrays(
        cls,
        *,
        name: str,
        bus_id: ArrayLike,
        branch_from: ArrayLike,
        branch_to: ArrayLike,
        branch_x: ArrayLike,
        base_mva: float = 100.0,
        synthetic: bool = True,
        source: str = "",
        licence: str = "",
        notes: Sequence[str] = (),
        origin: Origin | None = None,
        **optional: Any,
    ) -> Network:
        """Return a network from its essential arrays, optional ones filled with neutral values.

        Args:
            name: Short name of the case.
            bus_id: (n,) bus numbers.
            branch_from: (m,) bus index (not number) of the from end.
            branch_to: (m,) bus index of the to end.
            branch_x: (m,) series reactance, pu.
            base_mva: Base power, MVA.
            synthetic: Whether the network is invented.
            source: Where the data come from.
            licence: Licence of the data.
            notes: What was repaired, assumed or left out.
            origin: How rows are named in errors; by table and row number if None.
            optional: Any other array of the class by its name.

        Raises:
            InputError: Listing every mistake with table, row and field.
        """
        given: dict[str, Any] = {
            "bus_id": bus_id,
            "branch_from": branch_from,
            "branch_to": branch_to,
            "branch_x": branch_x,
            **optional,
        }
        unknown = sorted(set(given) - set(BY_ATTRIBUTE))
        if unknown:
            raise TypeError(f"Network has no array {', '.join(unknown)}")
        return cls(
            name=name,
            base_mva=base_mva,
            synthetic=synthetic,
            source=source,
            licence=licence,
            notes=tuple(notes),
            origin=origin,
            **completed(given),
        )

    @property
    def buses(self) -> int:
        """Number of buses."""
        return len(self.bus_id)

    @property
    def branches(self) -> int:
        """Number of branches in service."""
        return len(self.branch_from)

    @property
    def units(self) -> int:
        """Number of units in service."""
        return len(self.unit_bus)

    @property
    def dc_lines(self) -> int:
        """Number of DC lines in service."""
        return len(self.dc_from)

    @property
    def is_tie(self) -> NDArray[np.bool_]:
        """(m,) which branches are ties inside a substation."""
        return np.fromiter((kind == "tie" for kind in self.branch_kind), dtype=bool, count=self.branches)

    @property
    def is_site(self) -> NDArray[np.bool_]:
        """(n,) which buses a load could connect to: all but star points of three-winding transformers.

        A star point is a bus at `STAR_KV` with neither load nor unit: by that voltage files mark a bus that
        stands for the middle of a transformer.
        """
        bare = (self.bus_load_mw == 0.0) & (self.bus_load_mvar == 0.0)
        bare[self.unit_bus] = False
        star: NDArray[np.bool_] = bare & (self.bus_kv == STAR_KV)
        return ~star

    def bus_label(self, bus: int) -> str:
        """Return how a bus (by index) is shown to people: `ABILENE 1 (3013)`, or `bus 3013`."""
        number = int(self.bus_id[bus])
        return f"{self.bus_name[bus]} ({number})" if self.bus_name[bus] else f"bus {number}"

    def branch_label(self, branch: int) -> str:
        """Return how a branch (by index) is shown to people: `ABILENE 1–ODESSA 2 (3013-3020)`."""
        ends = (self.branch_from[branch], self.branch_to[branch])
        names = "–".join(self.bus_name[bus] or str(int(self.bus_id[bus])) for bus in ends)
        return f"{names} ({self.branch_name[branch]})"

    def hosting_capacity(self, **options: Any) -> pl.DataFrame:
        """Return how much new load each bus can take, one row a bus, with what binds it.

        Columns are listed in `stargauge.grid.hosting.frame.COLUMNS`; the rule of the numbers stands in every
        row. The whole answer, with its conventions and files, is `stargauge.grid.hosting.hosting_capacity`.

        Args:
            options: Those of `stargauge.grid.hosting.hosting_capacity`, for example `cutoff=0.03`.

        Raises:
            InputError: A source, bus or number that is not legal, or a network that cannot be balanced.
        """
        # Hosting stands on networks, and compiles: it is imported when it is used.
        from stargauge.grid.hosting import hosting_capacity

        return hosting_capacity(self, **options).frame

    def to_csv(self, folder: str | Path) -> None:
        """Write the network as a folder of CSV files, which `load` reads back to the last bit."""
        from stargauge.grid.readers.csv_folder import write_csv_folder

        write_csv_folder(self, Path(folder))

    def to_matpower(self, path: str | Path) -> None:
        """Write the network as a MATPOWER `.m` file; coordinates and element names have no place in it.

        Raises:
            InputError: The file name is no MATLAB function name.
        """
        from stargauge.grid.readers.matpower_writer import write_matpower

        write_matpower(self, Path(path))

    def bus_index(self, number: int) -> int:
        """Return the index of a bus by its number.

        Raises:
            InputError: No bus has this number.
        """
        found = np.flatnonzero(self.bus_id == number)
        if not found.size:
            low, high = int(self.bus_id.min()), int(self.bus_id.max())
            text = (
                f"{number} is no bus of {self.name}; its {self.buses} buses have numbers from {low} to {high}"
            )
            raise InputError("bus", [Mistake(0, "bus", text)])
        return int(found[0])
