"""Writes the files that are generated from code and tables; with --check it only compares.

It writes the JSON Schemas of a fact and of a scenario, and the phases of every site as of every vintage.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stargauge.facts import fact_schema, phases_csv
from stargauge.scenario import SCHEMA_NAME, schema_text

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "stargauge"

GENERATED = {
    PACKAGE / "facts" / "schema.json": lambda: json.dumps(fact_schema(), indent=2) + "\n",
    PACKAGE / "facts" / "derived" / "phases.csv": phases_csv,
    PACKAGE / "scenario" / SCHEMA_NAME: schema_text,
}


def main(options: list[str]) -> int:
    """Write or compare every generated file; return 1 where one differs and only a check was asked for."""
    stale = []
    for path, make in GENERATED.items():
        text = make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if "--check" not in options:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    for path in stale:
        verb = "differs from what the code says" if "--check" in options else "written"
        print(f"{path.relative_to(PACKAGE.parent.parent)}: {verb}")
    return 1 if stale and "--check" in options else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
