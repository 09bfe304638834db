"""The embedded US grid: a synthetic network of 82,071 buses with coordinates, from tables in the package."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.defaults import branch_kinds
from stargauge.grid.network import Network
from stargauge.grid.origin import Origin

FOLDER = Path(__file__).parent.parent / "data"
MANIFEST = "us_grid.json"
TABLES = ("buses", "branches", "units", "dclines")

SOURCE = (
    "synthetic US transmission network of Texas A&M University (A.B. Birchfield, T. Xu, K.M. Gegner, "
    "K.S. Shetye and T.J. Overbye), as extended by Breakthrough Energy Sciences in the package "
    "powersimdata 0.5.5"
)
LICENCE = "network CC BY 4.0; package powersimdata MIT"


def us_grid() -> Network:
    """Return the embedded US grid. It is synthetic: its numbers are no findings about real places."""
    manifest = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))
    bus, branch, unit, dc = (_read(name, manifest["tables"][name]["decimals"]) for name in TABLES)
    tap = _floats(branch, "tap")
    rating = {name: _floats(branch, name) for name in ("rate_a_mw", "rate_b_mw", "rate_c_mw")}
    power = _floats(unit, "p_mw")
    arrays: dict[str, Any] = {
        "bus_id": bus["bus"].to_numpy(),
        "branch_from": branch["from"].to_numpy(),
        "branch_to": branch["to"].to_numpy(),
        "branch_x": _floats(branch, "x"),
        "branch_r": _floats(branch, "r"),
        "branch_tap": np.where(tap == 0, 1.0, tap),
        "branch_shift_deg": _floats(branch, "shift_deg"),
        "rate_a": np.where(rating["rate_a_mw"] == 0, np.inf, rating["rate_a_mw"]),
        "bus_kv": _floats(bus, "kv"),
        "bus_substation": bus["substation"].to_numpy(),
    }
    kind = branch_kinds(arrays, branch["transformer"].to_numpy())
    return Network.from_arrays(
        name="usa",
        synthetic=True,
        source=SOURCE,
        licence=LICENCE,
        notes=_notes(manifest, dc, kind, unit),
        origin=Origin("usa"),
        **arrays,
        bus_name=bus["name"].to_list(),
        bus_area=bus["area"].to_numpy(),
        bus_zone=bus["zone"].to_list(),
        bus_state=bus["state"].to_list(),
        bus_lat=_floats(bus, "lat"),
        bus_lon=_floats(bus, "lon"),
        bus_type=bus["type"].to_numpy(),
        bus_load_mw=_floats(bus, "load_mw"),
        bus_load_mvar=_floats(bus, "load_mvar"),
        bus_shunt_mw=_floats(bus, "shunt_mw"),
        bus_shunt_mvar=_floats(bus, "shunt_mvar"),
        bus_vm=_floats(bus, "vm"),
        bus_va_deg=_floats(bus, "va_deg"),
        bus_vmin=_floats(bus, "vmin"),
        bus_vmax=_floats(bus, "vmax"),
        branch_b=_floats(branch, "b"),
        rate_b=np.where(rating["rate_b_mw"] == 0, np.nan, rating["rate_b_mw"]),
        rate_c=np.where(rating["rate_c_mw"] == 0, np.nan, rating["rate_c_mw"]),
        branch_kind=kind,
        unit_bus=unit["bus"].to_numpy(),
        unit_name=[f"plant {number}" for number in unit["plant"].to_list()],
        unit_fuel=unit["fuel"].to_list(),
        unit_p_mw=power,
        unit_q_mvar=_floats(unit, "q_mvar"),
        unit_pmin_mw=_floats(unit, "pmin_mw"),
        unit_pmax_mw=_floats(unit, "pmax_mw"),
        unit_qmin=_floats(unit, "qmin_mvar"),
        unit_qmax=_floats(unit, "qmax_mvar"),
        unit_vset=_floats(unit, "vset"),
        unit_cost_per_mwh=2 * _floats(unit, "c2") * power + _floats(unit, "c1"),
        dc_from=dc["from"].to_numpy(),
        dc_to=dc["to"].to_numpy(),
        dc_pmin_mw=_floats(dc, "pmin_mw"),
        dc_pmax_mw=_floats(dc, "pmax_mw"),
    )


def us_buses() -> pl.DataFrame:
    """Return the bus table of the embedded US grid: bus, name, kv, substation, lat, lon, zone, state, ..."""
    manifest = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))
    return _read("buses", manifest["tables"]["buses"]["decimals"])


def decoded(table: pl.DataFrame, decimals: dict[str, int]) -> pl.DataFrame:
    """Return a stored table with its numbers in full.

    A whole number over a power of ten, both exact, rounds to the same floating-point number as the decimal.
    NumPy divides; Polars would multiply by the reciprocal, which does not round to the same number.
    """
    return table.with_columns(
        pl.Series(name, table[name].cast(pl.Float64).to_numpy() / 10.0**places)
        for name, places in decimals.items()
    )


def content_digest(table: pl.DataFrame) -> str:
    """Return the SHA-256 of a table's names and values, whatever the file format around them."""
    digest = hashlib.sha256()
    for column in table:
        digest.update(column.name.encode())
        if column.dtype in (pl.String, pl.Categorical):
            digest.update("\0".join(column.cast(pl.String).to_list()).encode())
        else:
            digest.update(column.cast(pl.Float64).to_numpy().tobytes())
    return digest.hexdigest()


def _read(name: str, decimals: dict[str, int]) -> pl.DataFrame:
    """Return one stored table with its numbers in full."""
    return decoded(pl.read_parquet(FOLDER / f"us_{name}.parquet"), decimals)


def _notes(
    manifest: dict[str, Any], dc: pl.DataFrame, kind: tuple[str, ...], unit: pl.DataFrame
) -> tuple[str, ...]:
    """Return what was assumed about the source."""
    above = int((unit["p_mw"] > unit["pmax_mw"]).sum())
    return (
        f"{dc.height} DC lines set to zero transfer: the source lists them at full rating, while its stored "
        "dispatch has them at zero",
        f"{kind.count('tie'):,} unrated branches inside a substation taken for bus ties",
        f"{manifest['units_out_of_service']:,} units out of service left out",
        f"{above:,} units are dispatched above their highest output, as in the source",
    )


def _floats(table: pl.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a column as floating-point numbers."""
    return table[name].cast(pl.Float64).to_numpy()
