"""The shipped tables behind the prior for wires: what two synthetic networks say of new large loads.

Written by `scripts/build_wires_prior.py`, compared with a fresh computation by a test. They are counts over
buses of synthetic networks and no finding about a place; `docs/wires.md` says what they can and cannot show.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import StoreError
from stargauge.facts.loading import TABLES_FOLDER

Floats = NDArray[np.float64]

FOLDER = TABLES_FOLDER.parent / "derived"
PRIOR, MEASURES, NOTES = "wires_prior.csv", "wires_measures.csv", "wires_prior.json"

MEASURE_NAMES = ("reconductoring", "transformer", "new_line", "new_high_line")
"""What stands in the way of a site, by its slowest part; in order of usual duration."""


@dataclass(frozen=True)
class WiresTables:
    """Shares of buses that cannot take a load, and what then has to be built.

    Attributes:
        networks: Names of the networks.
        classes: Classes of voltage, kV, from low to high.
        emergency: (limits) limits after an outage over those before it.
        size_mw: (sizes) sizes of a site, rising.
        short: (networks, classes, limits, sizes) share of buses that cannot take the size securely; nan where
            a network has no bus of the class.
        short_nearby: The same where no bus of the class within the distance of the notes can.
        planned_mw: (planned) sizes that plans were made for, rising.
        measures: (networks, classes, planned, `MEASURE_NAMES`) share of plans; nan where none was made.
    """

    networks: tuple[str, ...]
    classes: tuple[str, ...]
    emergency: Floats
    size_mw: Floats
    short: Floats
    short_nearby: Floats
    planned_mw: Floats
    measures: Floats


@cache
def load_wires_tables() -> WiresTables:
    """Return the shipped tables, read once a process.

    Raises:
        StoreError: A table is not the one that was shipped.
    """
    return read_wires_tables(FOLDER)


def read_wires_tables(folder: Path) -> WiresTables:
    """Return the tables of a folder.

    Raises:
        StoreError: A table is not the one that the notes beside it name.
    """
    notes = json.loads((folder / NOTES).read_text(encoding="utf-8"))
    for name, digest in notes["files"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise StoreError(f"{name} differs from the table that was shipped; install Stargauge again")
    prior, measures = _rows(folder / PRIOR), _rows(folder / MEASURES)
    networks = tuple(notes["networks"])
    classes = tuple(notes["classes_kv"])
    emergency = _levels(prior, "emergency")
    size_mw = _levels(prior, "site_mw")
    planned_mw = _levels(measures, "site_mw")
    short = np.full((2, len(networks), len(classes), emergency.size, size_mw.size), np.nan)
    for row in prior:
        place = (
            networks.index(row["network"]),
            classes.index(row["class"]),
            int(np.searchsorted(emergency, float(row["emergency"]))),
            int(np.searchsorted(size_mw, float(row["site_mw"]))),
        )
        short[0][place] = int(row["short"]) / int(row["buses"])
        short[1][place] = int(row["short_nearby"]) / int(row["buses"])
    shares = np.full((len(networks), len(classes), planned_mw.size, len(MEASURE_NAMES)), np.nan)
    for row in measures:
        where = (networks.index(row["network"]), classes.index(row["class"]))
        column = int(np.searchsorted(planned_mw, float(row["site_mw"])))
        shares[(*where, column)] = [int(row[name]) / int(row["plans"]) for name in MEASURE_NAMES]
    return WiresTables(networks, classes, emergency, size_mw, short[0], short[1], planned_mw, shares)


def _levels(rows: list[dict[str, str]], column: str) -> Floats:
    return np.array(sorted({float(row[column]) for row in rows}))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
