"""On-site plant of data centres: how much makers deliver, how long an order takes, what it takes from others.

Owners whose phase waits for the grid may order engines, turbines or fuel cells of their own. Makers deliver
so much a year to US data centres; an order runs after the longer of the equipment's lead and the air permit;
part of it is gas turbines that power plants would have had. Sources and judgement: `docs/onsite.md`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Distribution, Lognormal, Registry
from stargauge.power.calendar import MONTHS_PER_YEAR

Floats = NDArray[np.float64]

ONSITE: dict[str, str] = {
    "power.flexible.curtailment": "ratio",
    "power.flexible.accept": "ratio",
    "power.onsite.accept": "ratio",
    "power.onsite.lead": "month",
    "power.onsite.lead_spread": "ratio",
    "power.onsite.air_permit": "month",
    "power.onsite.permit_spread": "ratio",
    "power.onsite.supply": "MW/year",
    "power.onsite.growth": "ratio",
    "power.onsite.growth_months": "month",
    "power.onsite.turbine_share": "ratio",
    "power.onsite.connects": "ratio",
    "power.onsite.connect_months": "month",
    "power.onsite.cost_adder": "USD/kW",
}
"""Inputs drawn once a future, with the unit the model computes in; growth is a share a year, spreads are
standard deviations of the logarithm between the plants of one future."""

STANDARD = Lognormal(centre=1.0, log_sd=1.0)
"""Its quantile to the power of a spread is a plant's factor on the median of its future."""


def onsite_inputs(registry: Registry) -> dict[str, Distribution]:
    """Return the distribution of every input of `ONSITE` as known to a registry, in the unit given there.

    Raises:
        InputError: an input has no fact known by the registry's as-of date.
    """
    return registry.distributions(ONSITE)


def onsite_supply_mw(values: dict[str, Floats], now: float, horizon: int) -> Floats:
    """Return the on-site plant that makers have delivered to US data centres since the as-of month.

    Args:
        values: (futures,) values of the inputs `power.onsite.supply`, `.growth` and `.growth_months`.
        now: As-of month, counted from the first month of the arrays; may be negative.
        horizon: Number of months.

    Returns:
        (futures, horizon) cumulative MW that exist by the beginning of each month, 0 up to `now`: the
        integral of rate · (1 + growth)^(t/12) over t months from `now`, with no growth after
        `growth_months`.
    """
    since = np.maximum(np.arange(horizon, dtype=np.float64) - now, 0.0)[None, :]
    monthly = values["power.onsite.supply"][:, None] / MONTHS_PER_YEAR
    log_growth = np.log1p(values["power.onsite.growth"])[:, None] / MONTHS_PER_YEAR
    growing = np.minimum(since, values["power.onsite.growth_months"][:, None])
    steep = log_growth * growing
    # expm1(x)/x is 1 at x = 0 and keeps its digits beside it.
    safe = np.where(steep == 0.0, 1.0, steep)
    mean_growth = np.where(steep == 0.0, 1.0, np.expm1(safe) / safe)
    return np.asarray(monthly * (growing * mean_growth + (since - growing) * np.exp(steep)))


def turbines_elsewhere_mw(values: dict[str, Floats], supply_mw: Floats) -> Floats:
    """Return the gas turbines that on-site plant takes from the output power plants draw on.

    Power supply counts what is there by the end of a month, on-site plant what is there by its beginning:
    the result is that of the next month, and the last month goes on as the one before.

    Args:
        values: (futures,) values of the input `power.onsite.turbine_share`.
        supply_mw: (futures, months) cumulative MW of on-site plant by the beginning of each month, as
            delivered (`onsite_supply_mw`) or as taken.

    Returns:
        (futures, months) cumulative MW, for `supply.simulate(turbines_elsewhere_mw=...)`.
    """
    last = supply_mw[:, -1:]
    step = last - supply_mw[:, -2:-1] if supply_mw.shape[1] > 1 else np.zeros_like(last)
    by_end = np.concatenate([supply_mw[:, 1:], last + step], axis=1)
    return np.asarray(values["power.onsite.turbine_share"][:, None] * by_end)


def lead_months(values: dict[str, Floats], equipment_u: Floats, permit_u: Floats) -> Floats:
    """Return the months from order to operation of each phase: equipment and air permit run side by side.

    Args:
        values: (futures,) medians `power.onsite.lead` and `.air_permit` and their spreads between plants.
        equipment_u: (futures, phases) uniforms in (0, 1) of the lead of the equipment.
        permit_u: (futures, phases) uniforms in (0, 1) of the air permit, independent of the others.

    Returns:
        (futures, phases) the longer of both; each is lognormal around the median of its future.

    Raises:
        ValueError: the uniforms differ in shape or do not have a row for each future.
    """
    futures = values["power.onsite.lead"].size
    if equipment_u.shape != permit_u.shape or equipment_u.shape[0] != futures:
        raise ValueError(
            f"uniforms of equipment {equipment_u.shape} and permit {permit_u.shape} must both have a row for "
            f"each of {futures} futures and a column for each phase"
        )
    equipment = _about(values["power.onsite.lead"], values["power.onsite.lead_spread"], equipment_u)
    permit = _about(values["power.onsite.air_permit"], values["power.onsite.permit_spread"], permit_u)
    return np.maximum(equipment, permit)


def _about(median: Floats, spread: Floats, u: Floats) -> Floats:
    """Return (futures, phases) lognormal values around a median of each future."""
    return np.asarray(median[:, None] * STANDARD.quantile(u) ** spread[:, None])
