"""Sources by the words of the command line."""

from __future__ import annotations

from stargauge.errors import InputError, Mistake
from stargauge.grid.hosting.sources.area import Area
from stargauge.grid.hosting.sources.base import Source
from stargauge.grid.hosting.sources.merit import MeritOrder
from stargauge.grid.hosting.sources.prorata import ProRata
from stargauge.grid.hosting.sources.unit import SingleUnit

WORDS = "prorata, prorata:without=FUEL+FUEL, merit, merit:MW, area:NAME, unit:NAME"
"""What `parse_source` understands."""


def parse_source(text: str) -> Source:
    """Return the source that a text names; see `WORDS`.

    Raises:
        InputError: The text names no source.
    """
    kind, _, rest = text.partition(":")
    if kind == "prorata" and not rest:
        return ProRata()
    if kind == "prorata" and rest.startswith("without="):
        fuels = tuple(fuel for fuel in rest.removeprefix("without=").split("+") if fuel)
        return ProRata(fuels)
    if kind == "merit" and not rest:
        return MeritOrder()
    if kind == "merit":
        try:
            block = float(rest)
        except ValueError:
            block = 0.0
        if block > 0:
            return MeritOrder(block)
    if kind == "area" and rest:
        return Area(rest)
    if kind == "unit" and rest:
        return SingleUnit(rest)
    raise InputError(
        "source", [Mistake(0, "source", f'"{text}" is no source; known: {WORDS}')], "nothing was computed"
    )
