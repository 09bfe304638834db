"""What moves a block of futures besides supply: the levers of plan and scenario, and opposition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stargauge.model.arrays import Pace, Unrest
from stargauge.policy import LeverPaths, modelled_levers, scale_integrals
from stargauge.power import REGIONS, PowerBlock

if TYPE_CHECKING:
    from stargauge.model.preparation import Prepared

Floats = NDArray[np.float64]

PERCENT = 100.0
MONTHS_PER_YEAR = 12.0


def pace_of_block(prepared: Prepared, paths: LeverPaths, values: dict[str, Floats], futures: int) -> Pace:
    """Return what levers do in a block."""
    horizon = prepared.delivery.horizon
    integral, idle = scale_integrals(paths, modelled_levers(), values, horizon, futures)
    accept = values["power.flexible.accept"][:, None]
    loosened = np.broadcast_to(paths.beyond("permitting_time"), (futures, horizon))
    return Pace(
        integral=integral,
        identity=idle,
        loosened=np.ascontiguousarray(loosened),
        benefit=paths.strength("community_benefit", values) * (0.0 if prepared.calm else 1.0),
        accept=accept + (1.0 - accept) * paths.strength("flexible_load", values),
        tie=1.0 + paths.strength("transmission_capacity", values),
    )


def unrest_of_block(prepared: Prepared, values: dict[str, Floats], power: PowerBlock) -> Unrest:
    """Return what drives opposition in a block; taken out of the model, it stays where it is."""
    moved = values["scenario.opposition"] * (0.0 if prepared.calm else 1.0)
    return Unrest(
        base=np.array([prepared.opposition.fixed[f"opposition.level.{region}"] for region in REGIONS]),
        begun_mw=prepared.delivery.begun_mw,
        bill=PERCENT * power.bill,
        bill_exponent=values["opposition.bill_exponent"],
        density_slope=moved * values["opposition.density_slope"],
        bill_slope=moved * values["opposition.bill_slope"],
        loosening_slope=moved * values["opposition.loosening_slope"],
        closing=-np.expm1(-values["opposition.speed"] / MONTHS_PER_YEAR),
        ceiling=values["opposition.ceiling"],
        drift=moved * values["opposition.drift"],
        fade=np.full(moved.size, prepared.opposition.fixed["opposition.fade"]),
        hazard_exponent=values["opposition.hazard_exponent"],
        hazard_share=values["opposition.hazard_share"],
        permit_exponent=values["opposition.permit_exponent"],
        moratorium_rate=values["opposition.moratorium.rate"],
        moratorium_months=values["opposition.moratorium.months"],
    )
