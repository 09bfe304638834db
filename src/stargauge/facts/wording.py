"""How numbers and units are written for a reader."""

from __future__ import annotations


def number_text(value: float) -> str:
    """Return a number to four significant digits, thousands parted by commas."""
    if value == 0 or 1e-4 <= abs(value) < 1e4:
        return f"{value:.4g}"
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e9 else f"{value:.3e}"


_PLURALS = ("year", "month", "week", "day", "chip", "wafer", "page", "person")
_WORDS = {
    "persons": "people",
    "ratio": "",
    "share": "",
    "count": "",
    "percent": "%",
    "percent/year": "% a year",
    "calendar_year": "",
}


def unit_text(unit: str, value: float) -> str:
    """Return a unit as one would write it: `weeks`, `bn USD/GW`, `MW IT`."""
    written = f"{unit}s" if unit in _PLURALS and value != 1 else unit
    written = _WORDS.get(written, written)
    return (
        written.replace("W_it", "W IT")
        .replace("W_chip", "W chip")
        .replace("_", " ")
        .replace("/year", " a year")
    )
