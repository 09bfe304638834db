"""Chips: those of the table by name, and one's own by numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from stargauge.errors import InputError, Mistake
from stargauge.world.controls.metrics import performance_density, total_processing_performance
from stargauge.world.controls.rows import ChipRow
from stargauge.world.controls.tables import load_controls

NOT_CHECKED = "nothing was checked"
NEAREST = 4
"""Names that an error suggests."""


@dataclass(frozen=True)
class Chip:
    """What the rules ask of a chip; None where unknown.

    Attributes:
        tpp: Total processing performance, in TOPS times bits.
        density: TPP per mm2 of applicable die area.
        memory_bandwidth_gb_s: GB/s over all memory.
        dram_bandwidth_gb_s: GB/s over all DRAM; 0 where all memory is on the chip.
        interconnect_gb_s: GB/s over all links but those to memory, both directions.
        datacentre: Designed or marketed for data centres.
        from_us: Made by a US firm, so that its sale is an export from the US; else only guidance reaches it.
        general_prohibition_10: Named by the guidance of 13 May 2025.
        hbm_density: GB/s per mm2 of a stand-alone memory stack; then the other numbers do not count.
        row: Its row of the table; None for one's own.
    """

    name: str
    tpp: float
    density: float | None = None
    memory_bandwidth_gb_s: float | None = None
    dram_bandwidth_gb_s: float | None = None
    interconnect_gb_s: float | None = None
    datacentre: bool = True
    from_us: bool = True
    general_prohibition_10: bool = False
    hbm_density: float | None = None
    row: ChipRow | None = None


def chip_of(row: ChipRow) -> Chip:
    """Return the chip of a row of the table, its performance and density worked out from what is listed."""
    tpp = total_processing_performance(
        {
            "fp16": row.fp16_tflops,
            "fp8": row.fp8_tflops,
            "fp4": row.fp4_tflops,
            "int8": row.int8_tops,
            "int4": row.int4_tops,
        }
    )
    assert tpp is not None, "a row without performance does not load"
    return Chip(
        name=row.chip,
        tpp=tpp,
        density=performance_density(tpp, row.die_area_mm2),
        memory_bandwidth_gb_s=row.memory_bandwidth_gb_s,
        dram_bandwidth_gb_s=row.memory_bandwidth_gb_s if row.memory_kind == "dram" else 0.0,
        interconnect_gb_s=row.interconnect_gb_s,
        datacentre=row.datacentre,
        from_us=row.origin == "US",
        general_prohibition_10=row.general_prohibition_10,
        row=row,
    )


@cache
def chips() -> dict[str, Chip]:
    """Return the chips of the table by name, in its order."""
    return {row.chip: chip_of(row) for row in load_controls().chips}


@cache
def _by_plain_name() -> dict[str, list[Chip]]:
    """Return the chips under every name they may be asked for: with and without their maker."""
    found: dict[str, list[Chip]] = {}
    for chip in chips().values():
        row = chip.row
        full = _plain(chip.name)
        maker = _plain(row.vendor) if row is not None else ""
        for name in {full, full.removeprefix(f"{maker} ")}:
            found.setdefault(name, []).append(chip)
    return found


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").split())


def find_chip(name: str) -> Chip | Mistake:
    """Return the chip of that name, or a mistake that suggests the nearest names.

    Case, hyphens and the maker's name do not matter: `h20` is `NVIDIA H20`.
    """
    plain = _plain(name)
    found = _by_plain_name().get(plain, [])
    if len(found) == 1:
        return found[0]
    return Mistake(0, "chip", f'"{shown(name)}" is no chip of the table; {_hint(plain)}')


def _hint(plain: str) -> str:
    words = set(plain.split())
    names = [
        chip.name for key, found in _by_plain_name().items() if words <= set(key.split()) for chip in found
    ]
    if not words or not names:
        close = get_close_matches(plain, _by_plain_name(), n=NEAREST, cutoff=0.5)
        names = [chip.name for key in close for chip in _by_plain_name()[key]]
    if not words or not names:
        return "`stargauge controls table` lists them, or give numbers: --tpp"
    nearest = list(dict.fromkeys(names))[:NEAREST]
    return f"nearest: {', '.join(nearest)}; or give numbers: --tpp"


def own_chip(
    tpp: float | None = None,
    density: float | None = None,
    memory_bandwidth: float | None = None,
    interconnect: float | None = None,
    datacentre: bool = True,
    hbm_density: float | None = None,
    name: str = "own chip",
) -> Chip:
    """Return a chip of a US maker by its numbers.

    Args:
        tpp: Total processing performance, in TOPS times bits.
        density: TPP per mm2.
        memory_bandwidth: GB/s over all memory, taken as DRAM.
        interconnect: GB/s over all links, both directions.
        datacentre: Designed or marketed for data centres.
        hbm_density: GB/s per mm2 of a stand-alone memory stack, in place of all others.
        name: What to call it.

    Raises:
        InputError: Listing every number at fault.
    """
    mistakes = number_mistakes(tpp, density, memory_bandwidth, interconnect, hbm_density)
    if mistakes:
        raise InputError("the chip", mistakes, NOT_CHECKED)
    return Chip(
        name=name,
        tpp=tpp or 0.0,
        density=density,
        memory_bandwidth_gb_s=memory_bandwidth,
        dram_bandwidth_gb_s=memory_bandwidth,
        interconnect_gb_s=interconnect,
        datacentre=datacentre,
        hbm_density=hbm_density,
    )


def number_mistakes(
    tpp: float | None,
    density: float | None = None,
    memory_bandwidth: float | None = None,
    interconnect: float | None = None,
    hbm_density: float | None = None,
) -> list[Mistake]:
    """Return what is wrong with the numbers of one's own chip; arguments are those of `own_chip`."""
    given = {
        "tpp": tpp,
        "density": density,
        "memory_bandwidth": memory_bandwidth,
        "interconnect": interconnect,
        "hbm_density": hbm_density,
    }
    mistakes = [
        Mistake(0, name, f"{value:g} is no size; it must be above 0 and finite")
        for name, value in given.items()
        if value is not None and not (math.isfinite(value) and value > 0.0)
    ]
    others = [name for name, value in given.items() if value is not None and name != "hbm_density"]
    if hbm_density is not None and others:
        mistakes.append(
            Mistake(0, "hbm_density", f"a stand-alone memory stack has no {', '.join(others)}; leave one out")
        )
    if hbm_density is None and tpp is None:
        mistakes.append(Mistake(0, "tpp", "is missing; a chip by numbers needs at least its TPP"))
    return mistakes


def shown(text: str) -> str:
    """Return a name as an error may repeat it: printable, and not too long."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text)
    return clean if len(clean) <= 60 else f"{clean[:57]}..."
