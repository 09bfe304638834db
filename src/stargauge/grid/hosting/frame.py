"""Limits of buses as a labelled table."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.board import NONE
from stargauge.grid.hosting.limits import SOURCE, BusLimits
from stargauge.grid.hosting.rules import Rules
from stargauge.grid.network import SYNTHETIC

Ints = NDArray[np.int64]

SOURCE_NAME = "source"
"""Name of the element where the source gives no more."""

COLUMNS = {
    "bus": "number of the bus",
    "name": "name of the bus",
    "kv": "base voltage, kV",
    "site": "whether a load could connect: not at star points of three-winding transformers",
    "area": "area of the bus",
    "state": "state or province",
    "lat": "latitude, degrees north",
    "lon": "longitude, degrees east",
    "load_mw": "load at the bus in the base case, MW",
    "n0_mw": "load it can take with nothing out, MW",
    "n0_element": "element that binds with nothing out",
    "n0_factor": "MW on that element per MW of load",
    "n1_mw": "load it can take whatever single branch is lost, MW; loads cut off by a radial outage apart",
    "element": "element that binds",
    "outage": "branch that is out then; empty before any outage",
    "factor": "MW on the element per MW of load",
    "limit_mw": "limit of the element then, MW",
    "flow_mw": "flow on it before the load, in the direction of its limit, MW",
    "over_pairs": "pairs of element and outage over their limit before the load, that it worsens",
    "n1_radial_mw": "the same with radial outages counted: 0 where one branch alone feeds the bus, MW",
    "radial_by": "that branch",
    "rule": "the conventions of these numbers",
    "notice": "what the network is",
}
"""What each column holds. The next limits follow: `next_1_mw`, `next_1_element`, `next_1_outage`, ..."""


def limits_frame(model: DcModel, rules: Rules, found: BusLimits) -> pl.DataFrame:
    """Return one row a bus; see `COLUMNS`."""
    network, bus = model.network, found.bus
    names = pl.Series("branch", [*network.branch_name, SOURCE_NAME], dtype=pl.String)

    def named(index: Ints) -> pl.Series:
        place = np.where(index == SOURCE, network.branches, index)
        return names.gather(pl.Series(place).set(pl.Series(index == NONE), None))

    before, after = rules.ratings.before_mw(network), rules.ratings.after_mw(network)
    element, outage = found.element[:, 0], found.outage[:, 0]
    known = element >= 0
    named_element = np.maximum(element, 0)  # what is no branch is masked below
    at_limit = np.where(outage == NONE, before[named_element], after[named_element])
    everywhere = np.ones(bus.size, dtype=bool)
    cut_off = found.cut_off_by != NONE
    columns: dict[str, pl.Series] = {
        "bus": pl.Series(network.bus_id[bus]),
        "name": _picked(network.bus_name, bus),
        "kv": _number(network.bus_kv[bus], everywhere),
        "site": pl.Series(network.is_site[bus]),
        "area": pl.Series(network.bus_area[bus]),
        "state": _picked(network.bus_state, bus),
        "lat": _number(network.bus_lat[bus], everywhere),
        "lon": _number(network.bus_lon[bus], everywhere),
        "load_mw": pl.Series(network.bus_load_mw[bus]),
        "n0_mw": pl.Series(found.base_value),
        "n0_element": named(found.base_element),
        "n0_factor": _number(found.base_factor, found.base_element != NONE),
        "n1_mw": pl.Series(found.value[:, 0]),
        "element": named(element),
        "outage": named(outage),
        "factor": _number(found.factor[:, 0], element != NONE),
        "limit_mw": _number(at_limit, known),
        "flow_mw": _number(at_limit - found.value[:, 0] * found.factor[:, 0], known),
    }
    for rank in range(1, found.value.shape[1]):
        there = found.element[:, rank] != NONE
        columns[f"next_{rank}_mw"] = _number(found.value[:, rank], there)
        columns[f"next_{rank}_element"] = named(found.element[:, rank])
        columns[f"next_{rank}_outage"] = named(found.outage[:, rank])
        columns[f"next_{rank}_factor"] = _number(found.factor[:, rank], there)
    columns["over_pairs"] = pl.Series(found.over)
    columns["n1_radial_mw"] = pl.Series(np.where(cut_off, 0.0, found.value[:, 0]))
    columns["radial_by"] = named(found.cut_off_by)
    columns["rule"] = _constant(rules.text(model), bus.size)
    columns["notice"] = _constant(notice(model), bus.size)
    return pl.DataFrame([series.alias(name) for name, series in columns.items()])


def notice(model: DcModel) -> str:
    """Return what every row says of the network."""
    return SYNTHETIC if model.network.synthetic else f"network {model.network.name}"


def labels(model: DcModel, title: str, rule: str, **more: str) -> dict[str, str]:
    """Return what belongs with numbers wherever they go: title, rule, notice, credit and notes."""
    network = model.network
    return {
        "title": title,
        "rule": rule,
        "notice": notice(model),
        "source": network.source,
        "licence": network.licence,
        **more,
        "notes": " | ".join((*network.notes, *model.notes)),
    }


def _number(values: NDArray[np.float64], there: NDArray[np.bool_]) -> pl.Series:
    """Return a series with nulls where there is no value, or where it is unknown."""
    return pl.Series(np.where(there, values, np.nan)).fill_nan(None)


def _picked(texts: tuple[str, ...], index: Ints) -> pl.Series:
    return pl.Series(list(texts), dtype=pl.String).gather(pl.Series(index))


def _constant(text: str, count: int) -> pl.Series:
    """Return the same text for every row, stored once."""
    return pl.Series([text], dtype=pl.Enum([text])).new_from_index(0, count)
