"""Imports the collected tables into the package: `python scripts/import_facts.py [--from DIR] [--to DIR]`.

Reads the folder of collected facts that stands beside the repository (`../shared/facts`), applies the written
rules of `docs/facts.md` and the hand corrections in `scripts/facts_import/*.csv`, and writes the CSV tables
of `src/stargauge/facts/tables`. What it writes is committed; running it again changes nothing.
`python scripts/import_facts.py --schema` writes the JSON schema of a fact row and the table of units instead,
and needs no collected facts.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "src")]

from facts_import.compute import import_compute  # noqa: E402
from facts_import.numbers import import_numbers  # noqa: E402
from facts_import.records import import_records  # noqa: E402
from facts_import.regional import import_regional  # noqa: E402

from stargauge.facts.record import fact_schema  # noqa: E402
from stargauge.facts.units import QUANTITIES, UNITS_TABLE, pint_measure  # noqa: E402

PACKAGE = ROOT / "src" / "stargauge" / "facts"


def main() -> int:
    """Import everything; return the exit code."""
    parser = argparse.ArgumentParser(description="Import the collected fact tables into the package.")
    parser.add_argument("--from", dest="origin", type=Path, default=ROOT.parent / "shared" / "facts")
    parser.add_argument("--to", dest="target", type=Path, default=PACKAGE / "tables")
    parser.add_argument("--schema", action="store_true", help="write schema.json and units.csv only")
    options = parser.parse_args()
    if options.schema:
        write_schema()
        return 0
    if not options.origin.is_dir():
        print(
            f"{options.origin} is not there: the collected facts are kept beside the repository. "
            "The tables in the package are complete without them.",
            file=sys.stderr,
        )
        return 2
    options.target.mkdir(parents=True, exist_ok=True)
    import_numbers(options.origin, options.target)
    import_compute(options.origin, options.target)
    import_records(options.origin, options.target)
    import_regional(options.origin, options.target)
    return 0


def write_schema() -> None:
    """Write what is generated from the code: the schema of a fact row, and units with their measure."""
    text = json.dumps(fact_schema(), indent=2, ensure_ascii=False) + "\n"
    (PACKAGE / "schema.json").write_text(text, encoding="utf-8")
    with UNITS_TABLE.open(encoding="utf-8", newline="") as stream:
        units = {row["unit"] for row in csv.DictReader(stream)} | set(QUANTITIES.values())
    with UNITS_TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["unit", "factor", "dimension"])
        for unit in sorted(units):
            factor, dimension = pint_measure(unit)
            writer.writerow([unit, repr(factor), dimension])


if __name__ == "__main__":
    raise SystemExit(main())
