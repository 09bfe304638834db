"""Limits of the nation: chips and capital from the facts, or as the scenario supplies them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stargauge.compute import OWNERS, domestic_rate
from stargauge.delivery import cumulative_supply, supplied_path

if TYPE_CHECKING:
    from stargauge.model.preparation import Prepared

Floats = NDArray[np.float64]

CAPITAL_OWNERS = ("Amazon", "Microsoft", "Google", "Meta")
"""Owners whose capital spending has a sourced path; the others' capital is not modelled."""

BILLION = 1e9
MW_PER_GW = 1000.0


def chips_mw_it(prepared: Prepared, values: dict[str, Floats], futures: int) -> Floats:
    """Return (futures, owners, months) IT MW of chips; phases in fit-out now already have theirs."""
    delivery, limit = prepared.delivery, prepared.scenario.limits.chips
    horizon = delivery.horizon
    shares = np.array([prepared.compute.fixed[f"compute.owner_share.{owner}"] for owner in OWNERS])
    if prepared.unlimited or limit.off:
        return np.full((futures, len(OWNERS), horizon), np.inf)
    counted_from = delivery.now - delivery.reference.fitout_months
    if limit.path is not None:
        total = np.tile(
            supplied_path(MW_PER_GW * limit.path.monthly(prepared.months), counted_from), (futures, 1)
        )
    else:
        rate = domestic_rate(
            values["compute.chip_supply"], values["compute.it_per_chip"], values["compute.us_share"]
        )
        base = delivery.year_month(prepared.compute.base_year["compute.chip_supply"])
        total = cumulative_supply(rate, values["compute.chip_growth"], base, counted_from, horizon)
        total = total * values["scenario.limits.chips"][:, None]
    chips: Floats = total[:, None, :] * shares[None, :, None]
    return chips


def capital_mw(prepared: Prepared, values: dict[str, Floats], futures: int) -> Floats:
    """Return (futures, 1, months) facility MW that capital buys; phases being built now have theirs."""
    delivery, limit = prepared.delivery, prepared.scenario.limits.capital
    if prepared.unlimited or limit.off:
        return np.full((futures, 1, delivery.horizon), np.inf)
    reference = delivery.reference
    counted_from = delivery.now - reference.construction_months - reference.fitout_months
    if limit.path is not None:
        dollars = supplied_path(limit.path.monthly(prepared.months), counted_from) / BILLION
        total = np.tile(dollars, (futures, 1))
    else:
        base = delivery.year_month(delivery.inputs.base_year["limits.capital.budget"])
        total = cumulative_supply(
            values["limits.capital.budget"],
            values["limits.capital.growth"],
            base,
            counted_from,
            delivery.horizon,
        )
        total = total * values["scenario.limits.capital"][:, None]
    capital: Floats = total / values["limits.capital.cost"][:, None] * MW_PER_GW
    return capital[:, None, :]
