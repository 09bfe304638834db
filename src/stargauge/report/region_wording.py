"""Words of the figures about grid regions; a translation replaces them together with `wording`."""

from __future__ import annotations

REGION = {
    "CAL": "California",
    "CAR": "Carolinas",
    "CENT": "Central plains",
    "FLA": "Florida",
    "MIDA": "Mid-Atlantic",
    "MIDW": "Midwest",
    "NE": "New England",
    "NW": "Northwest",
    "NY": "New York",
    "SE": "Southeast",
    "SW": "Southwest",
    "TEN": "Tennessee",
    "TEX": "Texas",
}
"""Regions of EIA-930 as they are spoken of."""

KEY = "Key"
MISSING = "no value"
STEP_UNDER = "under {high} {unit}"
STEP_BETWEEN = "{low} to {high} {unit}"
STEP_FROM = "{low} {unit} or more"
COLUMN_REGION = "Region"
COLUMN_YEAR = "Year"
COLUMN_TOTAL = "Total"
COLUMN_LOW = "10 % of futures below"
COLUMN_HIGH = "90 % of futures below"

MAP_DESCRIPTION = "{said} One tile for each of {count} grid regions, roughly where it lies.{missing} {table}"
MAP_MISSING = " No value for {regions}."
IN_TABLE = "The numbers stand in the table."
TILE_HINT = "{region}: {number}"
TILE_HINT_LINE = "{region}: {number}; {line}"

STACK_DESCRIPTION = (
    "{said} One column a year, from {first} to {last}, in {unit}: the parts stand on each other, "
    "a line spans the middle 80 % of futures of the total.{missing} The numbers stand in the table."
)
STACK_MISSING = " No value for {years}."
PART_HINT = "{year}, {part}: {value} {unit}"
TOTAL_HINT = "{year}: {total} {unit}, 80 % of futures {low} to {high}"
BAND = "middle 80 % of futures of the total"
