"""The answer of a siting search: ranked buses, how each could take the campus, and when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting import writing
from stargauge.grid.hosting.frame import labels, notice
from stargauge.grid.hosting.table import finite

if TYPE_CHECKING:
    from rich.console import RenderableType

WAYS = ("firm", "flexible", "on signal", "after upgrades", "not reached", "not worked out")
"""How a bus could take the wanted MW, best first."""

COLUMNS = {
    "rank": "place in the list",
    "bus": "number of the bus",
    "name": "name of the bus",
    "kv": "base voltage, kV",
    "state": "state or province",
    "lat": "latitude, degrees north",
    "lon": "longitude, degrees east",
    "distance_km": "distance from the place, km",
    "way": "how it could take the wanted MW: firm, flexible (curtailed in the busiest hours), on signal "
    "(off at once after an outage), after upgrades, not reached, not worked out",
    "firm_mw": "load it can take N-1 secure at the load of the case, MW",
    "flexible_mw": "load it can take N-1 secure outside the busiest hours, MW; empty without --flex",
    "on_signal_mw": "load it can take if it goes off at once after an outage: the N-0 capacity, MW",
    "element": "element that binds the firm MW",
    "outage": "branch that is out then; empty before any outage",
    "over_pairs": "pairs of element and outage over their limit before the load, that it worsens: left out "
    "of firm_mw unless the rule says otherwise",
    "radial_by": "branch that alone feeds the bus; empty where there is none",
    "upgrades": "how many elements must be raised for the wanted MW to be firm",
    "first_upgrade": "the element to raise first",
    "cost_low": "cost of the cheapest measures that hold in every hour, million USD, one time in ten lower",
    "cost_median": "median cost, million USD; empty where one is unknown",
    "cost_high": "one time in ten higher, million USD",
    "years_low": "years from request to power by the usual process, one time in ten sooner",
    "years_median": "median years; empty where there is no way",
    "years_high": "one time in ten later, years",
    "fast_years_low": "the same where the operator has a fast lane for loads that can be curtailed; empty "
    "where something must be raised first",
    "fast_years_median": "median years",
    "fast_years_high": "one time in ten later, years",
    "rule": "the conventions of these numbers",
    "notice": "what the network is",
}
"""What each column holds."""

SCHEMA: dict[str, pl.DataType] = {
    name: pl.Int64()
    if name in ("rank", "bus", "upgrades", "over_pairs")
    else pl.Float64()
    if name.endswith(("_mw", "_km", "_low", "_median", "_high")) or name in ("kv", "lat", "lon")
    else pl.String()
    for name in COLUMNS
}


@dataclass(frozen=True)
class SiteTable:
    """Ranked buses for a campus.

    Attributes:
        frame: One row a bus, best first; see `COLUMNS`.
        wanted_mw: Size of the campus, MW.
        place: Latitude and longitude looked from, degrees; None if there was none.
        selection: Which buses were looked at, in words.
        rule: The conventions in words.
        model: The network with its matrices.
        seconds: How long it took, s.
    """

    frame: pl.DataFrame
    wanted_mw: float
    place: tuple[float, float] | None
    selection: str
    rule: str
    model: DcModel
    seconds: float

    @property
    def notice(self) -> str:
        """What the network is: the same text as in every row."""
        return notice(self.model)

    def metadata(self) -> dict[str, str]:
        """Return what belongs with the numbers wherever they go."""
        title = f"Sites for {self.wanted_mw:g} MW in {self.model.network.name}"
        return labels(self.model, title, self.rule, selection=self.selection)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            **self.metadata(),
            "wanted_mw": self.wanted_mw,
            "ways": self.frame["way"].value_counts(sort=True).to_dicts(),
            "columns": COLUMNS,
            "rows": finite(self.frame).to_dicts(),
        }

    def write(self, path: str | Path) -> Path:
        """Write the table as `.parquet`, `.csv` or `.geojson`; return the path.

        Raises:
            InputError: Another ending.
            StoreError: The file cannot be written.
        """
        return writing.write(self, Path(path), writing.TABLES)

    def render(self, rows: int = 15) -> RenderableType:
        """Return the best `rows` for a terminal."""
        from stargauge.grid.siting.screen import render

        return render(self, rows)
