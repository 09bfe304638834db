"""Writes a network as a MATPOWER case, version 2."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from stargauge.errors import InputError, Mistake
from stargauge.grid.network import Network

_LONGEST_NAME = 63
"""Longest name of a MATLAB function."""


def write_matpower(network: Network, path: Path) -> None:
    """Write a network as a MATPOWER `.m` file; numbers are written so that they read back to the last bit.

    MATPOWER has no place for coordinates, states, substations, element names and kinds: those are lost, and
    unknown ratings become 0, which MATPOWER takes as unlimited.

    Raises:
        InputError: The file name is no MATLAB function name, which MATPOWER needs.
    """
    if path.suffix != ".m" or not re.fullmatch(rf"[A-Za-z]\w{{0,{_LONGEST_NAME - 1}}}", path.stem):
        text = f'"{path.name}" is no name of a MATLAB function file, such as my_case.m'
        raise InputError(str(path), [Mistake(0, "file", text)], "nothing was written")
    n, g = network, network.units
    ids = n.bus_id
    zones = _zone_numbers(n.bus_zone)
    cost = n.unit_cost_per_mwh
    tables: dict[str, Iterable[Iterable[object]]] = {
        "bus": zip(
            *_lists(
                ids, n.bus_type, n.bus_load_mw, n.bus_load_mvar, n.bus_shunt_mw, n.bus_shunt_mvar, n.bus_area,
                n.bus_vm, n.bus_va_deg, np.nan_to_num(n.bus_kv), zones, n.bus_vmax, n.bus_vmin,
            ),
            strict=True,
        ),
        "gen": zip(
            *_lists(
                ids[n.unit_bus], n.unit_p_mw, n.unit_q_mvar, n.unit_qmax, n.unit_qmin, n.unit_vset,
                np.full(g, n.base_mva), np.ones(g, dtype=np.int64), n.unit_pmax_mw, n.unit_pmin_mw,
            ),
            strict=True,
        ),
        "branch": zip(
            *_lists(
                ids[n.branch_from], ids[n.branch_to], n.branch_r, n.branch_x, n.branch_b,
                np.where(np.isinf(n.rate_a), 0.0, n.rate_a), np.nan_to_num(n.rate_b), np.nan_to_num(n.rate_c),
                np.where(_plain(n), 0.0, n.branch_tap), n.branch_shift_deg,
                np.ones(n.branches, dtype=np.int64),
            ),
            strict=True,
        ),
    }  # fmt: skip
    if g and not np.isnan(cost).any():
        tables["gencost"] = ((2, 0, 0, 2, value, 0) for value in cost.tolist())
    if n.dc_lines:
        zero, one = np.zeros(n.dc_lines), np.ones(n.dc_lines)
        tables["dcline"] = zip(
            *_lists(
                ids[n.dc_from], ids[n.dc_to], np.ones(n.dc_lines, dtype=np.int64), n.dc_p_mw,
                n.dc_p_mw - n.dc_loss_mw, zero, zero, one, one, n.dc_pmin_mw, n.dc_pmax_mw, zero, zero, zero,
                zero, n.dc_loss_mw, zero,
            ),
            strict=True,
        )  # fmt: skip
    lines = [f"function mpc = {path.stem}", *(f"% {note}" for note in _comments(n)), "mpc.version = '2';"]
    lines.append(f"mpc.baseMVA = {n.base_mva!r};")
    for name, rows in tables.items():
        lines += [f"mpc.{name} = [", *("\t".join(map(_cell, row)) + ";" for row in rows), "];"]
    for name, texts in (("bus_name", n.bus_name), ("genfuel", n.unit_fuel)):
        if any(texts):
            quoted = ("'" + text.replace("'", "''") + "';" for text in texts)
            lines += [f"mpc.{name} = {{", *quoted, "};"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plain(n: Network) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which branches are lines without tap and shift, which MATPOWER writes with a tap of 0."""
    line = np.fromiter((kind != "transformer" for kind in n.branch_kind), dtype=bool, count=n.branches)
    result: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (
        line & (n.branch_tap == 1) & (n.branch_shift_deg == 0)
    )
    return result


def _zone_numbers(zones: tuple[str, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return zones as numbers: as they are if they all are numbers, else counted in order."""
    if all(zone.isdecimal() for zone in zones):
        return np.array([int(zone) for zone in zones], dtype=np.int64)
    order = {zone: number for number, zone in enumerate(dict.fromkeys(zones), 1)}
    return np.array([order[zone] for zone in zones], dtype=np.int64)


def _comments(n: Network) -> list[str]:
    """Return what the file says about itself, one comment a line."""
    said = [n.name, n.source, n.licence, "synthetic network" if n.synthetic else "", *n.notes]
    return [" ".join(text.split()) for text in said if text]


def _lists(*columns: np.ndarray[tuple[int, ...], np.dtype[np.float64 | np.int64]]) -> list[list[object]]:
    """Return columns as lists of Python numbers."""
    return [column.tolist() for column in columns]


def _cell(value: object) -> str:
    """Return a number as MATLAB reads it."""
    text = repr(value)
    return {"inf": "Inf", "-inf": "-Inf", "nan": "NaN"}.get(text, text)
