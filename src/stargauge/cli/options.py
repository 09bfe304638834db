"""Options that several commands share, described once."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print the answer as JSON.")]
Bus = Annotated[int | None, Parameter(help="A bus number.")]
Near = Annotated[str | None, Parameter(help="Latitude,longitude in degrees, for example 32.45,-99.73.")]
Radius = Annotated[str | None, Parameter(help="Largest distance from --near: 60km or 40mi.")]
State = Annotated[str | None, Parameter(help="State or province, as the network writes it.")]
Source = Annotated[
    str,
    Parameter(help="prorata, prorata:without=FUEL+FUEL, merit, merit:MW, area:NAME or unit:NAME."),
]
Cutoff = Annotated[str, Parameter(help="Smallest share of the load on an element that counts.")]
PreExisting = Annotated[
    str, Parameter(help="Pairs over their limit before the load: exclude, block or do-no-harm.")
]
Limits = Annotated[
    str,
    Parameter(help="Factor on rate A after an outage where no rate B is stated; a: ignore rate B; kv=100."),
]

Pmin = Annotated[str, Parameter(help="Lowest output of units: 0, or case for what the network states.")]
Over = Annotated[str, Parameter(help="Pairs over their limit before the load: exclude, do-no-harm or soft.")]
Fixed = Annotated[str | None, Parameter(help="Fuels whose units keep their output: wind+solar.")]
Cap = Annotated[str | None, Parameter(help="Largest load of interest.")]
