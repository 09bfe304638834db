"""What a scenario says of the world: the readings of position, and the switches that other readings turn."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from stargauge.scenario.parts import Part, Switch, Truth
from stargauge.scenario.values import choice


class World(Part):
    """How position among blocs is computed and read."""

    example = "network: {off: true}"

    off: Annotated[
        Truth, Field(description="true leaves position among blocs out of the run.", examples=[True])
    ] = False
    network: Annotated[
        Switch,
        Field(
            description="How far what others use draws buyers of models; off is a plain choice.",
            examples=[{"off": True}],
        ),
    ] = Switch()
    chip_sales_to_china: Annotated[
        Literal["rules", "open", "closed"],
        BeforeValidator(choice("rules", "open", "closed")),
        Field(
            description="rules: as in force on each date. open: no licence needed. closed: none sold.",
            examples=["open"],
        ),
    ] = "rules"
    gulf: Annotated[
        Literal["own", "us"],
        BeforeValidator(choice("own", "us")),
        Field(description="own: the Gulf is a bloc. us: it is counted in with the US.", examples=["us"]),
    ] = "own"
    ledger: Annotated[
        Literal["location", "owner"],
        BeforeValidator(choice("location", "owner")),
        Field(
            description="location: compute counts where it stands. owner: whose it is.", examples=["owner"]
        ),
    ] = "location"

    def canonical(self) -> dict[str, Any]:
        """Return the block as a file spells it out; of a world left out, nothing else decides a number."""
        if self.off:
            return {"off": True}
        return {
            "network": self.network.canonical(),
            "chip_sales_to_china": self.chip_sales_to_china,
            "gulf": self.gulf,
            "ledger": self.ledger,
        }
