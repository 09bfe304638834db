"""Two- and three-winding transformers of a PSS/E RAW file as branches between buses and star points.

Turns ratios follow CW, impedances CZ of the PSS/E data format. A three-winding transformer becomes a star of
three branches, whose reactance may be negative: z1 = (z12 + z31 - z23) / 2 and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.defaults import LARGEST_ID
from stargauge.grid.readers.positions import bus_positions
from stargauge.grid.readers.psse_layout import layout
from stargauge.grid.readers.psse_records import Record
from stargauge.grid.readers.psse_tables import RawTable

Floats = NDArray[np.float64]

STAR_KV = 1.0
"""Base voltage given to star points, kV: the custom by which they are told from real buses."""

_WINDINGS_OFF = {1: (0, 4), 2: (0, 2), 3: (0, 3)}
"""Values of STAT for which a winding of a three-winding transformer is out of service."""

_OHMS_ON_SYSTEM_BASE, _ON_WINDING_BASE, _LOSS_IN_WATTS = 1, 2, 3
_RATIO_OF_BASE, _KILOVOLTS, _RATIO_OF_NOMINAL = 1, 2, 3


@dataclass
class TransformerBranches:
    """Transformers as branches, by bus number; one entry a branch.

    Attributes:
        columns: Branch columns by name: from, to, r, x, tap, shift, rate_a, rate_b, rate_c, on.
        names: Branch names.
        lines: Line of each branch's record.
        places: Row of each branch in its section, from 1.
        star_ids: Numbers of the star points added.
        star_names: Their names.
        star_vm: Their voltage, pu.
        star_va: Their angle, degrees.
        notes: What was assumed.
    """

    columns: dict[str, Floats]
    names: list[str]
    lines: NDArray[np.int64]
    places: NDArray[np.int64]
    star_ids: NDArray[np.int64]
    star_names: list[str]
    star_vm: Floats
    star_va: Floats
    notes: list[str] = field(default_factory=list)


def transformer_branches(
    records: Sequence[Record],
    revision: int,
    base_mva: float,
    bus_ids: Floats,
    bus_kv: Floats,
    mistakes: list[Mistake],
) -> TransformerBranches:
    """Return the transformers of a section as branches; what is wrong with them is added to the mistakes.

    Args:
        records: Lines of the transformer section.
        revision: Revision of the file.
        base_mva: System base, MVA.
        bus_ids: (n,) bus numbers.
        bus_kv: (n,) base voltages, kV.
        mistakes: Where mistakes are added.
    """
    pieces = _grouped(records, mistakes)
    head = RawTable("transformer", pieces[0], layout("TRANSFORMER", revision), mistakes)
    z = RawTable("transformer", pieces[1], layout("IMPEDANCES", revision), mistakes)
    winding = [RawTable("transformer", piece, layout("WINDING", revision), mistakes) for piece in pieces[2:]]
    three = np.array([_has_third_winding(record) for record in pieces[0]], dtype=bool)
    thirds = np.flatnonzero(three)
    ends = [head.numbers(name) for name in ("I", "J", "K")]
    volts = [_volts(number, bus_ids, bus_kv) for number in ends]
    notes: list[str] = []
    ratio = [
        _ratios(head, winding[w], volts[w][rows], rows, notes)
        for w, rows in ((0, None), (1, None), (2, thirds))
    ]
    nominal = [
        np.where(winding[w].numbers("NOMV") == 0, volts[w], winding[w].numbers("NOMV")) for w in (0, 1)
    ]
    third_nominal = np.where(winding[2].numbers("NOMV") == 0, volts[2][thirds], winding[2].numbers("NOMV"))
    code = head.numbers("CZ")
    r12, x12 = _on_system_base(z, "1-2", code, base_mva, nominal[0] / volts[0], None, mistakes)
    two = np.flatnonzero(~three)
    scale = ratio[1][two] ** 2
    columns: list[dict[str, Floats]] = [
        {
            "from": ends[0][two],
            "to": ends[1][two],
            "r": r12[two] * scale,
            "x": x12[two] * scale,
            "tap": ratio[0][two] / ratio[1][two],
            "shift": winding[0].numbers("ANG")[two],
            **{f"rate_{c}": winding[0].rating(place)[two] for place, c in enumerate("abc")},
            "on": (head.numbers("STAT")[two] > 0).astype(float),
        }
    ]
    names = [_name(head, row, "") for row in two.tolist()]
    rows_of = [two, *([thirds] * 3 if len(thirds) else [])]
    largest = np.max(bus_ids, initial=0, where=np.abs(bus_ids) < LARGEST_ID)
    stars = int(largest) + 1 + np.arange(len(thirds))
    if len(thirds):
        r23, x23 = _on_system_base(
            z, "2-3", code, base_mva, (nominal[1] / volts[1])[thirds], thirds, mistakes
        )
        r31, x31 = _on_system_base(
            z, "3-1", code, base_mva, third_nominal / volts[2][thirds], thirds, mistakes
        )
        pairs = ((r12[thirds], x12[thirds]), (r23, x23), (r31, x31))
        for w in range(3):
            before, after, across = pairs[w], pairs[(w + 2) % 3], pairs[(w + 1) % 3]
            source = winding[w]
            rows = thirds if w < 2 else np.arange(len(thirds))
            columns.append(
                {
                    "from": ends[w][thirds],
                    "to": stars.astype(float),
                    "r": (before[0] + after[0] - across[0]) / 2,
                    "x": (before[1] + after[1] - across[1]) / 2,
                    "tap": ratio[w][thirds] if w < 2 else ratio[2],
                    "shift": source.numbers("ANG")[rows],
                    **{f"rate_{c}": source.rating(place)[rows] for place, c in enumerate("abc")},
                    "on": (~np.isin(head.numbers("STAT")[thirds], _WINDINGS_OFF[w + 1])).astype(float),
                }
            )
            names += [_name(head, row, f" w{w + 1}") for row in thirds.tolist()]
        count = f"{len(thirds):,} three-winding transformer{'s' if len(thirds) > 1 else ''}"
        notes.append(f"{count} turned into stars of three branches around added buses of {STAR_KV:g} kV")
    return TransformerBranches(
        columns={name: np.concatenate([part[name] for part in columns]) for name in columns[0]},
        names=names,
        lines=head.lines[np.concatenate(rows_of)],
        places=np.concatenate(rows_of) + 1,
        star_ids=stars,
        star_names=[f"star of {_name(head, row, '')}" for row in thirds.tolist()],
        star_vm=z.numbers("VMSTAR")[thirds],
        star_va=z.numbers("ANSTAR")[thirds],
        notes=notes,
    )


def _grouped(records: Sequence[Record], mistakes: list[Mistake]) -> list[list[Record]]:
    """Return the five kinds of lines of the transformers: head, impedances, and windings 1, 2 and 3."""
    kinds: list[list[Record]] = [[], [], [], [], []]
    place = 0
    while place < len(records):
        head = records[place]
        count = 5 if _has_third_winding(head) else 4
        group = records[place : place + count]
        if len(group) < count:
            text = f"has {len(group)} of its {count} lines; is the file cut off?"
            mistakes.append(Mistake(head.line, f"transformer[{len(kinds[0]) + 1}]", text))
            break
        for kind, record in zip(kinds, group, strict=False):
            kind.append(record)
        place += count
    return kinds


def _has_third_winding(head: Record) -> bool:
    """Return whether a transformer's first line names a third bus."""
    third = head.values[2] if len(head.values) > 2 else ""
    return third.strip("+-0.") != ""


def _volts(numbers: Floats, bus_ids: Floats, bus_kv: Floats) -> Floats:
    """Return the base voltage of buses, kV; 1 where unknown, which leaves ratios as they are."""
    at = bus_positions(bus_ids, numbers)
    found = np.where(at >= 0, bus_kv[np.maximum(at, 0)] if bus_kv.size else 1.0, 1.0)
    return np.where(found > 0, found, 1.0)


def _ratios(
    head: RawTable, winding: RawTable, volts: Floats, rows: NDArray[np.int64] | None, notes: list[str]
) -> Floats:
    """Return the turns ratio of a winding, per unit of its bus's base voltage."""
    code = head.numbers("CW") if rows is None else head.numbers("CW")[rows]
    if rows is None:
        volts = volts.reshape(-1)
    value = winding.numbers("WINDV")
    nominal = np.where(winding.numbers("NOMV") == 0, volts, winding.numbers("NOMV"))
    ratio = np.select(
        [code == _KILOVOLTS, code == _RATIO_OF_NOMINAL], [value / volts, value * nominal / volts], value
    )
    zero = int((ratio == 0).sum())
    if zero:
        notes.append(f"{zero:,} transformer windings with a turns ratio of 0 taken as 1")
    return np.where(ratio == 0, 1.0, ratio)


def _on_system_base(
    z: RawTable,
    pair: str,
    codes: Floats,
    base_mva: float,
    voltage_ratio: Floats,
    rows: NDArray[np.int64] | None,
    mistakes: list[Mistake],
) -> tuple[Floats, Floats]:
    """Return resistance and reactance between two windings, per unit on the system base."""
    chosen = np.arange(len(z)) if rows is None else rows
    code = codes[chosen]
    r, x, base = (z.numbers(f"{kind}{pair}")[chosen] for kind in ("R", "X", "SBASE"))
    own_base = code != _OHMS_ON_SYSTEM_BASE
    for row in chosen[own_base & (base <= 0)].tolist():
        text = (
            f"is {z.numbers(f'SBASE{pair}')[row]:g}; impedances on winding base (CZ = 2 or 3) need it above 0"
        )
        mistakes.append(Mistake(int(z.lines[row]), f"{z.name}[{row + 1}].SBASE{pair}", text))
    safe = np.where(base > 0, base, base_mva)
    in_watts = code == _LOSS_IN_WATTS
    r = np.where(in_watts, r * 1e-6 / safe, r)
    x = np.where(in_watts, np.sqrt(np.maximum(x**2 - r**2, 0.0)), x)
    factor = np.where(own_base, base_mva / safe * voltage_ratio**2, 1.0)
    return r * factor, x * factor


def _name(head: RawTable, row: int, suffix: str) -> str:
    """Return the name of a transformer: bus numbers and circuit."""
    ends = [head.numbers(name)[row] for name in ("I", "J", "K") if head.numbers(name)[row] != 0]
    return f"{'-'.join(f'{end:.10g}' for end in ends)} {head.texts('CKT')[row]}{suffix}"
