"""Two-terminal and voltage-source DC lines of a PSS/E RAW file at their scheduled power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake
from stargauge.grid.readers.psse_layout import layout
from stargauge.grid.readers.psse_records import RawFile, Record
from stargauge.grid.readers.psse_tables import RawTable

_LINES_OF_A_LINE = 3
_BLOCKED, _BY_POWER, _BY_CURRENT = 0, 1, 2
_POWER_CONTROL = 2
"""Value of TYPE of the converter of a voltage-source line that sets the power."""


@dataclass(frozen=True)
class DcLines:
    """DC lines by bus number; powers in MW, drawn at the from end, without losses.

    Attributes:
        start: (d,) bus number of the sending end.
        end: (d,) bus number of the receiving end.
        power: (d,) scheduled power, MW.
        names: (d) names.
        lines: (d,) line of each.
        places: (d) section and row of each.
        notes: What was left out or assumed.
    """

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    power: NDArray[np.float64]
    names: list[str]
    lines: NDArray[np.int64]
    places: list[str]
    notes: list[str] = field(default_factory=list)

    def kept(self, mask: NDArray[np.bool_]) -> DcLines:
        """Return the lines that a mask marks."""
        kept = np.flatnonzero(mask).tolist()
        names, places = [self.names[row] for row in kept], [self.places[row] for row in kept]
        start, end, power = self.start[mask], self.end[mask], self.power[mask]
        return DcLines(start, end, power, names, self.lines[mask], places, self.notes)


def dc_lines(raw: RawFile, mistakes: list[Mistake]) -> DcLines:
    """Return the DC lines that are not blocked; losses are neglected, which is noted."""
    rows = [*_two_terminal(raw, mistakes), *_voltage_source(raw, mistakes)]
    running = [row for row in rows if row[3] is not None]
    notes = []
    if len(running) < len(rows):
        notes.append(f"{len(rows) - len(running):,} blocked DC lines left out")
    if running:
        notes.append(f"{len(running):,} DC lines held at their scheduled power, without losses")
    return DcLines(
        start=np.array([row[1] for row in running], dtype=np.float64),
        end=np.array([row[2] for row in running], dtype=np.float64),
        power=np.array([row[3] for row in running], dtype=np.float64),
        names=[row[0] for row in running],
        lines=np.array([row[4] for row in running], dtype=np.int64),
        places=[row[5] for row in running],
        notes=notes,
    )


Row = tuple[str, float, float, float | None, int, str]


def _two_terminal(raw: RawFile, mistakes: list[Mistake]) -> list[Row]:
    """Return name, rectifier, inverter, power (None if blocked) and line of each two-terminal line."""
    kinds = _grouped("two-terminal dc", raw.sections.get("TWO-TERMINAL DC", []), mistakes)
    head = RawTable("two-terminal dc", kinds[0], layout("TWO-TERMINAL DC", raw.revision), mistakes)
    ends = [
        RawTable("two-terminal dc", kind, layout("DC TERMINAL", raw.revision), mistakes) for kind in kinds[1:]
    ]
    rows: list[Row] = []
    for row, name in enumerate(head.texts("NAME")):
        mode, setting = head.numbers("MDC")[row], abs(head.numbers("SETVL")[row])
        power = {
            _BLOCKED: None,
            _BY_POWER: setting,
            _BY_CURRENT: setting * head.numbers("VSCHD")[row] / 1000,
        }.get(int(mode) if np.isfinite(mode) else -1)
        start, end = (float(table.numbers("IP")[row]) for table in ends)
        rows.append(
            (name or f"dc {row + 1}", start, end, power, int(head.lines[row]), f"{head.name}[{row + 1}]")
        )
    return rows


def _voltage_source(raw: RawFile, mistakes: list[Mistake]) -> list[Row]:
    """Return name, ends, power (None if out of service) and line of each voltage-source line."""
    kinds = _grouped("vsc dc line", raw.sections.get("VSC DC LINE", []), mistakes)
    head = RawTable("vsc dc line", kinds[0], layout("VSC DC LINE", raw.revision), mistakes)
    ends = [RawTable("vsc dc line", kind, layout("CONVERTER", raw.revision), mistakes) for kind in kinds[1:]]
    rows: list[Row] = []
    for row, name in enumerate(head.texts("NAME")):
        setters = [side for side in (0, 1) if ends[side].numbers("TYPE")[row] == _POWER_CONTROL]
        stopped = head.numbers("MDC")[row] == 0 or any(table.numbers("TYPE")[row] == 0 for table in ends)
        if stopped or not setters:
            start, end, power = 0, 1, None
        else:
            setter = setters[0]
            into_network = float(ends[setter].numbers("DCSET")[row])
            start, end = (1 - setter, setter) if into_network >= 0 else (setter, 1 - setter)
            power = abs(into_network)
        numbers = [float(table.numbers("IBUS")[row]) for table in ends]
        place = f"{head.name}[{row + 1}]"
        line = int(head.lines[row])
        rows.append((name or f"vsc {row + 1}", numbers[start], numbers[end], power, line, place))
    return rows


def _grouped(section: str, records: Sequence[Record], mistakes: list[Mistake]) -> list[list[Record]]:
    """Return the three kinds of lines: head and the two ends."""
    whole = len(records) - len(records) % _LINES_OF_A_LINE
    if whole < len(records):
        text = f"has {len(records) - whole} of its {_LINES_OF_A_LINE} lines; is the file cut off?"
        mistakes.append(Mistake(records[whole].line, f"{section}[{whole // _LINES_OF_A_LINE + 1}]", text))
    return [list(records[start:whole:_LINES_OF_A_LINE]) for start in range(_LINES_OF_A_LINE)]
