"""The class of a chip under each text of 3A090, and the lines that later rules drew."""

from __future__ import annotations

import datetime as dt

from stargauge.world.controls.chips import Chip
from stargauge.world.controls.limits import load_limits
from stargauge.world.controls.rules import first_day, holds

CLASSES = ("none", "3A090", "3A090.a", "3A090.b", "3A090.c", "undetermined")
"""The ECCN; 3A090 without a paragraph is the text of 2022; undetermined where a number is unknown."""

TARIFFS = ("none", "band 1", "band 2")

PERIODS = ("before", "2022", "2023", "hbm")
"""Periods in which the classes differ: no 3A090, its first text, its second, and with memory stacks."""


def period(day: dt.date) -> int:
    """Return the index in `PERIODS` of a day."""
    return sum(day >= first_day(name) for name in ("chips-2022", "chips-2023", "hbm-2024"))


def class_2022(tpp: float, interconnect_gb_s: float | None) -> str:
    """Return the class under the text of 7 October 2022: performance and I/O must both reach their line.

    Source: 87 FR 62186.
    """
    limits = load_limits()
    if tpp < limits.tpp_2022:
        return "none"
    if interconnect_gb_s is None:
        return "undetermined"
    return "3A090" if interconnect_gb_s >= limits.io_2022 else "none"


def class_2023(tpp: float, density: float | None, datacentre: bool) -> str:
    """Return the class under the text of 17 November 2023, which no later rule changed.

    Source: 88 FR 73458; Note 2 frees what is not marketed for data centres below 4,800.
    """
    limits = load_limits()
    if tpp >= limits.tpp_a:
        return "3A090.a"
    if not datacentre or tpp < limits.tpp_floor:
        return "none"
    if density is None:
        return "undetermined"
    if density >= limits.density_a:
        return "3A090.a"
    if density >= limits.density_b2 or (tpp >= limits.tpp_b and density >= limits.density_b1):
        return "3A090.b"
    return "none"


def class_hbm(density_gb_s_mm2: float) -> str:
    """Return the class of a stand-alone memory stack from 2 December 2024 (89 FR 96790)."""
    return "3A090.c" if density_gb_s_mm2 > load_limits().hbm_density else "none"


def chip_class(chip: Chip, day: dt.date) -> str:
    """Return the class of a chip under the text in force on a day, one of `CLASSES`."""
    when = PERIODS[period(day)]
    if chip.hbm_density is not None:
        return class_hbm(chip.hbm_density) if when == "hbm" else "none"
    if when == "before":
        return "none"
    if when == "2022":
        return class_2022(chip.tpp, chip.interconnect_gb_s)
    return class_2023(chip.tpp, chip.density, chip.datacentre)


def freed_by_note_2(chip: Chip) -> bool:
    """Return whether a chip is outside 3A090 only because it is not marketed for data centres."""
    if chip.datacentre or chip.hbm_density is not None:
        return False
    return class_2023(chip.tpp, chip.density, False) != class_2023(chip.tpp, chip.density, True)


def reaches_h20(chip: Chip) -> bool:
    """Return whether a chip reaches the memory or interconnect bandwidth of the H20 (letter of 2025).

    What the letter calls a combination of the two is not published, and not in this.
    """
    limits = load_limits()
    memory, links = chip.memory_bandwidth_gb_s, chip.interconnect_gb_s
    return (memory is not None and memory >= limits.letter_memory) or (
        links is not None and links >= limits.letter_io
    )


def under_china_line(tpp: float, dram_bandwidth_gb_s: float | None) -> bool | None:
    """Return whether a chip is under the line of 15 January 2026; None where its bandwidth decides, unknown.

    Source: 91 FR 1684.
    """
    limits = load_limits()
    if tpp >= limits.china_tpp:
        return False
    return None if dram_bandwidth_gb_s is None else dram_bandwidth_gb_s < limits.china_dram


def tariff_band(tpp: float, dram_bandwidth_gb_s: float | None) -> str:
    """Return the band of the 25 % tariff of 15 January 2026, one of `TARIFFS`; all bounds are open.

    Source: Proclamation 11002, Annex. Without a bandwidth no band is found.
    """
    limits = load_limits()
    if dram_bandwidth_gb_s is None:
        return "none"
    if (
        limits.band1_tpp_low < tpp < limits.band1_tpp_high
        and limits.band1_dram_low < dram_bandwidth_gb_s < limits.band1_dram_high
    ):
        return "band 1"
    if (
        limits.band2_tpp_low < tpp < limits.band2_tpp_high
        and limits.band2_dram_low < dram_bandwidth_gb_s < limits.band2_dram_high
    ):
        return "band 2"
    return "none"


def foundry_presumed(
    day: dt.date,
    transistors_bn: float | None = None,
    hbm: bool = True,
    approved_packager: bool = False,
    attested: bool = False,
) -> bool:
    """Return whether a foundry must presume that a logic part on an advanced node is 3A090.a (90 FR 5298).

    Args:
        day: The day; there is no presumption before the rule.
        transistors_bn: Transistors of the final package, in billions; None where nobody says.
        hbm: Whether the package holds high-bandwidth memory.
        approved_packager: Packaged outside D:5 and Macau, or by an approved packager, who says the two above.
        attested: An approved designer attests that the part is not 3A090.a.
    """
    if not holds("foundry-2025", day):
        return False
    if attested:
        return False
    if not approved_packager or transistors_bn is None:
        return True
    limits = load_limits()
    most = limits.transistors
    if not hbm and day >= dt.date(2029, 1, 1):
        most = limits.transistors_2029
    elif not hbm and day >= dt.date(2027, 1, 1):
        most = limits.transistors_2027
    return transistors_bn >= most
