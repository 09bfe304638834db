"""Reads MATPOWER `.m` cases as data; MATLAB code in them is refused with its line, save known conversions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from stargauge.errors import Mistake
from stargauge.grid.network import Network
from stargauge.grid.readers.base import Format
from stargauge.grid.readers.companions import located
from stargauge.grid.readers.files import read_text
from stargauge.grid.readers.matlab_text import MatlabData, Statement, parse_matlab
from stargauge.grid.readers.matpower_case import MatpowerCase, case_network

_USED_TABLES = ("bus", "gen", "branch", "gencost", "dcline")
_USED_TEXTS = ("bus_name", "genfuel", "gentype")
_IGNORED = ("areas", "A", "l", "u", "N", "H", "Cw", "fparm")
"""Tables that say nothing about the network itself: old OPF areas, and OPF constraints and costs."""

_OUTPUT_ONLY = re.compile(r"(end|return|endfunction)\s*[;,]?$")
_COLUMN_NAMES = re.compile(r"\[[A-Z0-9_,\s]*\]\s*=\s*idx_(bus|brch|gen)\s*;?$")
_VOLTAGE = "Vbase=mpc.bus(1,BASE_KV)*1e3"
_POWER = "Sbase=mpc.baseMVA*1e6"
_OHMS = "mpc.branch(:,[BR_RBR_X])=mpc.branch(:,[BR_RBR_X])/(Vbase^2/Sbase)"
_KILOWATTS = "mpc.bus(:,[PD,QD])=mpc.bus(:,[PD,QD])/1e3"
_POWER_FACTOR = re.compile(r"pf=(0?\.\d+|1)$")
_REACTIVE = "mpc.bus(:,QD)=mpc.bus(:,PD)*sin(acos(pf))"
_ACTIVE = "mpc.bus(:,PD)=mpc.bus(:,PD)*pf"
_SWITCH_OFF = re.compile(r"(\w+)=0$")
_SWITCH = re.compile(r"if(\w+)$")


def read_matpower_text(path: Path) -> Network:
    """Return the network of a MATPOWER `.m` file, version 2.

    Raises:
        InputError: Listing every mistake with line, table, row and field; MATLAB code is one.
    """
    text, notes = read_text(path)
    data = parse_matlab(text)
    case = MatpowerCase(
        name=data.function or path.stem,
        source=str(path),
        credit=_credit(text),
        base_mva=data.numbers["baseMVA"][0] if "baseMVA" in data.numbers else np.nan,
        tables={name: data.matrices[name].values for name in _USED_TABLES if name in data.matrices},
        lines={name: data.matrices[name].lines for name in _USED_TABLES if name in data.matrices},
        texts={name: data.cells[name][0] for name in _USED_TEXTS if name in data.cells},
        licence=_licence(text),
        synthetic="synthetic" in _header(text).lower(),
        notes=list(notes),
        mistakes=list(data.mistakes),
    )
    _check_version(data, case)
    ignored = sorted(
        {*data.matrices, *data.cells, *data.numbers, *data.texts}
        - {*_USED_TABLES, *_USED_TEXTS, *_IGNORED, "baseMVA", "version", "casename"}
    )
    if ignored:
        case.notes.append(f"fields that are not read: {', '.join('mpc.' + name for name in ignored)}")
    if not any(mistake.field.startswith(("mpc.bus", "mpc.branch")) for mistake in case.mistakes):
        _apply(data.statements, case)
    return located(case_network(case))


def _header(text: str) -> str:
    """Return the comments before the first table, in which cases tell what they are."""
    return text[: text.find("mpc.bus")]


def _credit(text: str) -> str:
    """Return who holds the copyright of a case by its comments, empty if they do not say."""
    found = re.search(r"Copyright \(c\)\s+([^\n]*(?:\n%[ \t]++(?!Licensed|See|This)[^\n]+)*)", _header(text))
    return " ".join(re.sub(r"\n%\s*", " ", found.group(1)).split()) if found else ""


def _licence(text: str) -> str:
    """Return the licence that the comments of a case name, empty if none."""
    return "CC BY 4.0" if re.search(r"Creative\s+Commons\s+(%\s*)?Attribution\s+4\.0", _header(text)) else ""


def _check_version(data: MatlabData, case: MatpowerCase) -> None:
    """Add a mistake if the case says that it has another format version than 2."""
    stated = data.texts.get("version") or data.numbers.get("version")
    if stated and str(stated[0]).removesuffix(".0") != "2":
        text = f"is {stated[0]}; only version 2 is read: save the case with MATPOWER's savecase"
        case.mistakes.append(Mistake(stated[1], "mpc.version", text))


@dataclass
class _Conversions:
    """What the statements seen so far have set up."""

    voltage_line: int = 0
    power_line: int = 0
    power_factor: float | None = None
    off: set[str] = field(default_factory=set)
    skipping: str = ""


def _apply(statements: list[Statement], case: MatpowerCase) -> None:
    """Apply the unit conversions with which distribution cases end, and refuse every other statement."""
    state = _Conversions()
    for statement in statements:
        text = statement.text.rstrip("; \t")
        compact = re.sub(r"\s+", "", text)
        if state.skipping:
            if compact == "end":
                case.notes.append(f"code under a switch that is off ({state.skipping} = 0) not applied")
                state.skipping = ""
            continue
        if _OUTPUT_ONLY.match(text) or _COLUMN_NAMES.match(text):
            continue
        if not _known(compact, state, case):
            shown = text if len(text) <= 60 else text[:59] + "…"
            message = (
                f'"{shown}" is MATLAB code, which is never run; only tables and known conversions are read'
            )
            case.mistakes.append(Mistake(statement.line, "code", message))


def _known(compact: str, state: _Conversions, case: MatpowerCase) -> bool:
    """Apply one statement if it is among the known ones; return whether it is."""
    bus, branch = case.tables.get("bus"), case.tables.get("branch")
    factor = _POWER_FACTOR.match(compact)
    switch_off, switch = _SWITCH_OFF.match(compact), _SWITCH.match(compact)
    if compact == _VOLTAGE:
        state.voltage_line = 1
    elif compact == _POWER:
        state.power_line = 1
    elif factor:
        state.power_factor = float(factor.group(1))
    elif switch_off:
        state.off.add(switch_off.group(1))
    elif switch and switch.group(1) in state.off:
        state.skipping = switch.group(1)
    elif bus is None or branch is None or bus.shape[0] == 0 or bus.shape[1] < 10 or branch.shape[1] < 4:
        return False
    elif compact == _OHMS and state.voltage_line and state.power_line:
        branch[:, 2:4] /= (bus[0, 9] * 1e3) ** 2 / (case.base_mva * 1e6)
        case.notes.append(f"impedances converted from ohms at {bus[0, 9]:g} kV, as the file says")
    elif compact == _KILOWATTS:
        bus[:, 2:4] /= 1e3
        case.notes.append("loads converted from kW and kvar to MW and Mvar, as the file says")
    elif compact == _REACTIVE and state.power_factor is not None:
        bus[:, 3] = bus[:, 2] * np.sin(np.arccos(state.power_factor))
        case.notes.append(f"reactive loads from a power factor of {state.power_factor:g}, as the file says")
    elif compact == _ACTIVE and state.power_factor is not None:
        bus[:, 2] *= state.power_factor
        case.notes.append(
            f"active loads from kVA at a power factor of {state.power_factor:g}, as the file says"
        )
    else:
        return False
    return True


FORMAT = Format("MATPOWER text", read_matpower_text, suffixes=(".m",))
