"""Builds the embedded US grid from the tables of the `powersimdata` package.

Usage: python scripts/build_us_grid.py FOLDER, where FOLDER holds the CSV files of its network `usa_tamu`
(`powersimdata/network/usa_tamu/data` in the unpacked package). Writes Parquet tables and a manifest with
their digests into the package. Numbers are stored as the whole numbers their decimals make, so that reading
them back gives the very same floating-point numbers as reading the CSV files.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import polars as pl

from stargauge.grid.readers.us_grid import FOLDER, MANIFEST, TABLES, content_digest, decoded

SOURCE_PACKAGE = "powersimdata 0.5.5"

LARGEST_DECIMALS = 9
"""Decimals beyond these would not be kept exactly; the source has at most nine."""

KEPT_FUELS = {"ng": "gas", "dfo": "oil"}
"""The two fuels whose names in the source are abbreviations."""


def main(folder: Path) -> None:
    """Write the tables and the manifest."""
    tables = source_tables(folder)
    manifest: dict[str, object] = {"source": SOURCE_PACKAGE, "tables": {}}
    entries: dict[str, object] = {}
    for name in TABLES:
        encoded, decimals = encode(tables[name])
        path = FOLDER / f"us_{name}.parquet"
        encoded.write_parquet(path, compression="zstd", compression_level=22, statistics=False)
        entries[name] = {
            "rows": encoded.height,
            "decimals": decimals,
            "digest": content_digest(decoded(encoded, decimals)),
            "file_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        print(f"{path.name}: {encoded.height} rows, {path.stat().st_size / 1e6:.2f} MB")
    manifest["units_out_of_service"] = tables["out_of_service"].height
    manifest["tables"] = entries
    (FOLDER / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def source_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """Return the tables as they are stored, numbers still in full, and the units that are out of service."""
    bus, branch, plant, cost, dcline, zone, substation, place = (
        pl.read_csv(folder / f"{name}.csv", infer_schema_length=None)
        for name in ("bus", "branch", "plant", "gencost", "dcline", "zone", "sub", "bus2sub")
    )
    where = place.select("bus_id", "sub_id").join(
        substation.select("sub_id", "name", "lat", "lon"), on="sub_id"
    )
    bus = bus.join(where, on="bus_id", how="left", maintain_order="left").join(
        zone.select("zone_id", "zone_name", "state"), on="zone_id", how="left", maintain_order="left"
    )
    index = pl.Series(range(bus.height), dtype=pl.Int32)
    position = pl.DataFrame({"bus_id": bus["bus_id"], "at": index})

    def at(table: pl.DataFrame, column: str) -> pl.Series:
        found = table.select(pl.col(column).alias("bus_id")).join(
            position, on="bus_id", how="left", maintain_order="left"
        )
        if found["at"].null_count():
            raise SystemExit(f"{column} names buses that do not exist")
        return found["at"]

    plant = plant.join(cost.select("plant_id", "c2", "c1"), on="plant_id", how="left", maintain_order="left")
    running, stopped = plant.filter(pl.col("status") == 1), plant.filter(pl.col("status") != 1)
    if (branch["status"] != 1).any() or (dcline["status"] != 1).any():
        raise SystemExit("a branch or DC line is out of service, which the source did not have before")
    return {
        "buses": bus.select(
            bus="bus_id", name="name", kv="baseKV", area="zone_id", zone="zone_name", state="state",
            substation="sub_id", lat="lat", lon="lon", type="type", load_mw="Pd", load_mvar="Qd",
            shunt_mw="Gs", shunt_mvar="Bs", vm="Vm", va_deg="Va", vmin="Vmin", vmax="Vmax",
        ),
        "branches": branch.select(
            at(branch, "from_bus_id").alias("from"), at(branch, "to_bus_id").alias("to"), "r", "x", "b",
            (pl.col("branch_device_type") != "Line").alias("transformer"),
            tap="ratio", shift_deg="angle", rate_a_mw="rateA", rate_b_mw="rateB", rate_c_mw="rateC",
        ),
        "units": running.select(
            at(running, "bus_id").alias("bus"), pl.col("type").replace(KEPT_FUELS).alias("fuel"), "c2", "c1",
            plant="plant_id", p_mw="Pg", q_mvar="Qg", pmin_mw="Pmin", pmax_mw="Pmax", qmin_mvar="Qmin",
            qmax_mvar="Qmax", vset="Vg",
        ),
        "dclines": dcline.select(
            at(dcline, "from_bus_id").alias("from"), at(dcline, "to_bus_id").alias("to"),
            pmin_mw="Pmin", pmax_mw="Pmax",
        ),
        "out_of_service": stopped.select("plant_id"),
    }  # fmt: skip


def encode(table: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return a table with floating-point columns as whole numbers, and the decimals of each."""
    decimals: dict[str, int] = {}
    columns: list[pl.Series] = []
    for column in table:
        if column.dtype == pl.Float64:
            decimals[column.name], column = _whole(column)
        if column.dtype == pl.String:
            columns.append(column.cast(pl.Categorical))
        else:
            columns.append(column.shrink_dtype() if column.dtype.is_integer() else column)
    return pl.DataFrame(columns), decimals


def _whole(column: pl.Series) -> tuple[int, pl.Series]:
    """Return the fewest decimals that keep a column exactly, and its values times ten to that power."""
    for places in range(LARGEST_DECIMALS + 1):
        scaled = (column * 10.0**places).round().cast(pl.Int64)
        if (scaled.cast(pl.Float64).to_numpy() / 10.0**places == column.to_numpy()).all():
            return places, scaled.alias(column.name)
    raise SystemExit(f"{column.name} has more than {LARGEST_DECIMALS} decimals")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
