"""Builds the shipped load-duration and spell tables from hourly demand.

Usage: python scripts/build_load_duration.py FILE, where FILE holds hourly demand of all 54 balancing
authorities over 2016 to 2024: the archive that `stargauge data fetch eia930` fetches, or the same data as a
Parquet or CSV table. The same data make the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from stargauge.errors import InputError
from stargauge.grid.flexibility.building import build_tables
from stargauge.grid.flexibility.hourly import read_hourly
from stargauge.grid.flexibility.shipped import FOLDER


def main(arguments: list[str]) -> int:
    """Write the tables; return 2 where the file is not one to build them from."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        tables = build_tables(read_hourly(Path(arguments[0])))
    except InputError as error:
        print(error)
        return error.exit_code
    for name, text in tables.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {len(text.encode()) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
