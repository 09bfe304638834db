"""Options of grid commands as people write them: places, distances, shares, powers, limits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TypeVar

from stargauge.errors import Mistake
from stargauge.grid.flows.ratings import Ratings

Value = TypeVar("Value")

KM_PER_MILE = 1.609344
MW_PER_GW = 1000.0

LIMIT_WORDS = "FACTOR (on rate A after an outage), a (rates B do not count), kv=MIN (elements from MIN kV)"
"""What `ratings` understands, one or several with commas between."""

_NUMBER = r"(\d+(?:\.\d+)?|\.\d+)"


class Options:
    """Reads the options of one command and keeps everything that is wrong with them.

    Attributes:
        mistakes: What could not be read so far.
    """

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def read(self, field: str, how: Callable[[str], Value], text: str | None, default: Value) -> Value:
        """Return what a text says, or the default where there is none or it cannot be read."""
        if text is None:
            return default
        try:
            return how(text)
        except ValueError as error:
            self.mistakes.append(Mistake(0, field, str(error)))
            return default

    def refuse(self, field: str, text: str) -> None:
        """Add a mistake."""
        self.mistakes.append(Mistake(0, field, text))


def place(text: str) -> tuple[float, float]:
    """Return latitude and longitude, degrees, of `32.45,-99.73`.

    Raises:
        ValueError: In words for people.
    """
    match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*", text)
    if not match or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        raise ValueError(
            f'"{text}" is no place; write latitude,longitude in degrees, for example 32.45,-99.73'
        )
    return float(match[1]), float(match[2])


def distance(text: str) -> float:
    """Return km of `60km`, `40mi` or `60`.

    Raises:
        ValueError: In words for people.
    """
    match = re.fullmatch(rf"\s*{_NUMBER}\s*(km|mi)?\s*", text)
    if not match:
        raise ValueError(f'"{text}" is no distance; write for example 60km or 40mi')
    return float(match[1]) * (KM_PER_MILE if match[2] == "mi" else 1.0)


def share(text: str) -> float:
    """Return the share that `3%` or `0.03` says.

    Raises:
        ValueError: In words for people.
    """
    match = re.fullmatch(rf"\s*{_NUMBER}\s*(%)?\s*", text)
    if not match:
        raise ValueError(f'"{text}" is no share; write for example 3% or 0.03')
    return float(match[1]) / (100.0 if match[2] else 1.0)


def power(text: str) -> float:
    """Return MW of `1200`, `1200MW` or `1.2GW`.

    Raises:
        ValueError: In words for people.
    """
    match = re.fullmatch(rf"\s*{_NUMBER}\s*(MW|GW)?\s*", text, flags=re.IGNORECASE)
    if not match or not float(match[1]) > 0:
        raise ValueError(f'"{text}" is no power above 0; write for example 1200MW or 1.2GW')
    return float(match[1]) * (MW_PER_GW if (match[2] or "").upper() == "GW" else 1.0)


def ratings(text: str) -> Ratings:
    """Return the limits that `1.1`, `a`, `a,1.1` or `1.1,kv=100` says; see `LIMIT_WORDS`.

    Raises:
        ValueError: In words for people.
    """
    factor, use_b, min_kv = 1.0, True, 0.0
    for part in (word.strip() for word in text.split(",")):
        name, _, value = part.partition("=")
        if part == "a":
            use_b = False
            continue
        number = value if name == "kv" else part
        try:
            read = float(number)
        except ValueError:
            read = math.nan
        if not (math.isfinite(read) and read > 0):
            raise ValueError(f'"{part}" is no limit; known: {LIMIT_WORDS}; for example 1.1 or a,kv=100')
        if name == "kv":
            min_kv = read
        else:
            factor = read
    return Ratings(factor, use_b, min_kv)
