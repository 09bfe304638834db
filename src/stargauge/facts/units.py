"""Units: one pint registry, what dimension each kind of quantity has, and how a user writes a quantity.

Three megawatts never meet: power drawn at the site boundary (`MW`, also generation), power drawn by the
computers (`MW_it`) and the rated power of chips (`MW_chip`) are dimensions of their own, so that turning one
into another takes a sourced ratio, not a conversion. The same holds for money of different currencies, for
chips and for compute in H100-equivalents.

Building the registry takes half a second. The units of the shipped tables are therefore written down in
`tables/units.csv` (factor to base units and dimension, compared with pint by a test), and pint is only built
for a spelling that is not there.
"""

from __future__ import annotations

import csv
import math
import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pint

UNITS_TABLE = Path(__file__).parent / "tables" / "units.csv"

_DEFINITIONS = (
    "mn_- = 1e6",
    "bn_- = 1e9",
    "watt_it = [it_power] = W_it",
    "watt_chip = [chip_power] = W_chip",
    "USD = [currency_usd] = usd",
    "EUR = [currency_eur] = eur",
    "RMB = [currency_rmb] = rmb = CNY",
    "CAD = [currency_cad] = cad",
    "H100e = [compute] = h100e",
    "chip = [chips] = gpu = GPU = accelerator",
    "wafer = [wafers]",
    "token = [tokens]",
    "operation = [operations] = OP = FLOP",
    "person = [people] = job = worker",
    "rack = [racks]",
    "page = [pages]",
    "calendar_year = [calendar]",
    "ratio = []",
    "share = []",
)

QUANTITIES: dict[str, str] = {
    "duration": "month",
    "duration_change": "month",
    "date_year": "calendar_year",
    "power": "MW",
    "facility_power": "MW",
    "it_power": "MW_it",
    "chip_power": "MW_chip",
    "power_rate": "GW/year",
    "it_power_rate": "GW_it/year",
    "chip_power_rate": "GW_chip/year",
    "facility_per_it_power": "MW/MW_it",
    "it_per_chip_power": "MW_it/MW_chip",
    "energy": "TWh",
    "energy_rate": "TWh/year",
    "share": "share",
    "ratio": "ratio",
    "change": "percent",
    "growth_factor": "ratio",
    "growth_rate": "percent/year",
    "hazard": "1/month",
    "rate": "1/year",
    "count": "count",
    "count_rate": "count/year",
    "money": "USD",
    "money_eur": "EUR",
    "money_rmb": "RMB",
    "money_cad": "CAD",
    "money_rate": "USD/year",
    "money_per_power": "USD/kW",
    "money_per_it_power": "USD/kW_it",
    "money_per_power_year": "USD/kW/year",
    "money_per_energy": "USD/MWh",
    "money_per_length": "USD/mile",
    "reactance_per_length": "ohm/km",
    "money_per_chip": "USD/chip",
    "money_per_compute": "USD/H100e",
    "money_per_item": "USD/count",
    "chips": "chip",
    "chip_rate": "chip/year",
    "compute": "H100e",
    "compute_rate": "H100e/year",
    "compute_per_chip": "H100e/chip",
    "compute_per_it_power": "H100e/kW_it",
    "compute_per_chip_power": "H100e/kW_chip",
    "facility_power_per_chip": "kW/chip",
    "it_power_per_chip": "kW_it/chip",
    "chip_power_per_chip": "kW_chip/chip",
    "performance": "FLOP/s",
    "tokens": "token",
    "token_rate": "token/week",
    "people": "person",
    "people_rate": "person/year",
    "length": "mile",
    "length_rate": "mile/year",
    "heat_rate": "MBtu/MWh",
    "wafers": "wafer",
    "wafer_rate": "wafer/month",
    "racks": "rack",
    "pages": "page",
    "efficiency": "FLOP/s/W",
}
"""Every kind of quantity, with a unit of the dimension that its facts must have."""

_DIMENSION_NAMES: dict[str, str] = {
    "month": "time",
    "MW": "power",
    "MW_it": "IT power",
    "MW_chip": "chip power",
    "GW/year": "power per time",
    "GW_it/year": "IT power per time",
    "GW_chip/year": "chip power per time",
    "TWh": "energy",
    "USD": "money in USD",
    "EUR": "money in EUR",
    "RMB": "money in RMB",
    "CAD": "money in CAD",
    "USD/year": "money per time",
    "USD/kW": "money per power",
    "USD/kW_it": "money per IT power",
    "USD/MWh": "money per energy",
    "chip": "a number of chips",
    "chip/year": "chips per time",
    "H100e": "compute",
    "H100e/year": "compute per time",
    "H100e/kW_it": "compute per IT power",
    "token": "a number of tokens",
    "person": "a number of people",
    "mile": "length",
    "wafer": "a number of wafers",
    "share": "a plain number",
    "1/year": "a rate per time",
    "FLOP/s": "computing performance",
}

_QUANTITY = re.compile(r"\s*(?P<number>[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<unit>.*?)\s*")

_NAME = r"(?:%|[A-Za-zµ][A-Za-z0-9_]*)(?:\s*(?:\*\*|\^)\s*-?\d)?"
_UNIT = re.compile(rf"(?:1\s*/\s*)?{_NAME}(?:\s*[*/]\s*{_NAME})*")
"""Names joined by * and /, small powers; pint would also calculate, without end where asked to."""

_EXAMPLES = {"power per time": "9 GW/year", "time": "18 month", "power": "800 MW", "IT power": "600 MW_it"}


@cache
def unit_registry() -> pint.UnitRegistry[Any]:
    """Return the pint registry with the units of this field, built on first use (half a second)."""
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    for definition in _DEFINITIONS:
        registry.define(definition)
    return registry


def __getattr__(name: str) -> Any:
    """Build the registry when `ureg` is first asked for."""
    if name == "ureg":
        return unit_registry()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def unit_measure(unit: str) -> tuple[float, str]:
    """Return a unit's factor to base units and its dimension.

    Args:
        unit: A unit as pint reads it, with the additions of this module: `GW/year`, `MW_it`, `bn_USD`.

    Returns:
        The factor, and the dimension as pint writes it, for example `[time]`; `dimensionless` for none.

    Raises:
        ValueError: If the unit is unknown or is not a plain factor (degrees, decibels).
    """
    measure = _tabulated_measures().get(unit)
    return measure if measure is not None else pint_measure(unit)


@cache
def _tabulated_measures() -> dict[str, tuple[float, str]]:
    with UNITS_TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["unit"]: (float(row["factor"]), row["dimension"]) for row in csv.DictReader(stream)}


def pint_measure(unit: str) -> tuple[float, str]:
    """Return what `unit_measure` returns, always asking pint."""
    import pint

    if _UNIT.fullmatch(unit) is None:
        raise ValueError(f'unknown unit "{unit}"{_suggestion(unit)}')
    registry = unit_registry()
    try:
        parsed = registry.Unit(unit)
        base = registry.Quantity(1.0, parsed).to_base_units()
    except (pint.errors.PintError, AttributeError, TypeError, ValueError, KeyError) as error:
        raise ValueError(f'unknown unit "{unit}"{_suggestion(unit)}') from error
    if registry.Quantity(0.0, parsed).to_base_units().magnitude != 0.0:
        raise ValueError(f'"{unit}" does not start at zero; only units that are plain factors can be used')
    dimension = str(parsed.dimensionality)
    return float(base.magnitude), dimension


def conversion_factor(unit: str, to: str) -> float:
    """Return the factor that turns a number in one unit into the other.

    Raises:
        ValueError: If either unit is unknown or their dimensions differ.
    """
    if unit == to:
        return 1.0
    factor, dimension = unit_measure(unit)
    to_factor, to_dimension = unit_measure(to)
    if dimension != to_dimension:
        raise ValueError(f"{unit} is {dimension_name(unit)} and cannot become {to}, {dimension_name(to)}")
    return factor / to_factor


def check_unit(quantity: str, unit: str) -> None:
    """Refuse a unit that does not measure the kind of quantity.

    Raises:
        ValueError: If the kind or the unit is unknown, or the dimensions differ.
    """
    if quantity not in QUANTITIES:
        close = get_close_matches(quantity, QUANTITIES, n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; expected one of {', '.join(QUANTITIES)}"
        raise ValueError(f'unknown quantity "{quantity}"{hint}')
    expected = QUANTITIES[quantity]
    if unit_measure(unit)[1] != unit_measure(expected)[1]:
        raise ValueError(
            f"{unit} is {dimension_name(unit)}, expected {dimension_name(expected)} for {quantity}, "
            f"for example {expected}"
        )


def parse_quantity(text: str, expected_unit: str) -> float:
    """Return what a user wrote as a number in the expected unit.

    Args:
        text: A number and a unit, for example `9 GW/year`; a bare number only where the expected unit is
            a share, ratio or count.
        expected_unit: The unit of the result.

    Raises:
        ValueError: If the text is no quantity, its unit is unknown, or its dimension is another one.
    """
    example = _example(expected_unit)
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is not a number with a unit, for example {example}')
    value = float(match["number"].replace("_", ""))
    if not math.isfinite(value):
        raise ValueError(f'"{text}" is not a finite number')
    unit = match["unit"] or "ratio"
    if unit.startswith("/"):  # "0.03/month"
        unit = f"1{unit}"
    try:
        dimension = unit_measure(unit)[1]
    except ValueError as error:
        raise ValueError(f'"{text}": {error}') from error
    if dimension != unit_measure(expected_unit)[1]:
        found = dimension_name(unit) if match["unit"] else "without a unit"
        raise ValueError(
            f'"{text}" is {found}, expected {dimension_name(expected_unit)}, for example {example}'
        )
    return value * conversion_factor(unit, expected_unit)


def dimension_name(unit: str) -> str:
    """Return what a unit measures, in words where the field has a word for it."""
    dimension = unit_measure(unit)[1]
    for example, name in _DIMENSION_NAMES.items():
        if unit_measure(example)[1] == dimension:
            return name
    return dimension


def _example(unit: str) -> str:
    return _EXAMPLES.get(dimension_name(unit), f"1 {unit}" if unit not in ("share", "ratio") else "0.5")


def _suggestion(unit: str) -> str:
    close = get_close_matches(unit, [*_tabulated_measures(), *QUANTITIES.values()], n=1)
    return f"; did you mean {close[0]}?" if close else ""
