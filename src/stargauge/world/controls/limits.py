"""The thresholds of the rules, by name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from stargauge.world.controls.tables import load_controls


@dataclass(frozen=True)
class Limits:
    """Thresholds; units, rules and which side counts are in `data/limits.csv` under the same names."""

    tpp_2022: float
    io_2022: float
    tpp_a: float
    tpp_floor: float
    density_a: float
    tpp_b: float
    density_b1: float
    density_b2: float
    hbm_density: float
    hbm_exception: float
    letter_memory: float
    letter_io: float
    china_tpp: float
    china_dram: float
    china_volume: float
    band1_tpp_low: float
    band1_tpp_high: float
    band1_dram_low: float
    band1_dram_high: float
    band2_tpp_low: float
    band2_tpp_high: float
    band2_dram_low: float
    band2_dram_high: float
    tariff_rate: float
    transistors: float
    transistors_2027: float
    transistors_2029: float
    h100_tpp: float


@cache
def load_limits() -> Limits:
    """Return the thresholds that ship with the program, read once a process.

    Raises:
        InputError: Listing every mistake in the tables.
        KeyError: If a threshold is missing from the table.
    """
    values = {row.limit: row.value for row in load_controls().limits}
    return Limits(**{field.name: values[field.name] for field in fields(Limits)})
