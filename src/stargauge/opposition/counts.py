"""Expected counts from the priors: the index by region and month, times projects exposed, times a scale.

    expected count of a window = scale · Σ months exposed · Σ regions share · (level / base)^exponent · reach

The scale is fitted on the base window of each series alone, with the uncertainty of a count; the reach of a
tracker that saw ever more of the country grows by a factor a year. Counts are negative binomial.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numba import njit
from numpy.typing import NDArray

from stargauge.facts import REGIONS, Registry
from stargauge.opposition.drivers import MONTHS, Drivers
from stargauge.opposition.index import MONTHS_PER_YEAR, bill_change, mood, step_index
from stargauge.opposition.inputs import CHECK, opposition_inputs
from stargauge.streams import generator, uniforms

Floats = NDArray[np.float64]

HALF = 0.5
"""Jeffreys' prior of a count's mean is a gamma of shape one half: what a base count leaves uncertain."""

DRAWN = (
    "opposition.density_slope",
    "opposition.bill_slope",
    "opposition.drift",
    "opposition.speed",
    "opposition.ceiling",
    "opposition.hazard_exponent",
    "opposition.bill_exponent",
)
"""Priors that a past without new loosening or benefits can speak to."""


@dataclass(frozen=True)
class Futures:
    """Draws of one edition of the priors, run through the months.

    `factor` holds (futures, months) sums over regions of share times level over base to an exponent: 1 for
    contested projects, the drawn one for cancellations. `reach` (futures) is growth a year.
    """

    as_of: date
    first: int
    factor: dict[str, Floats]
    reach: Floats
    size: float
    seed: int


def run_priors(
    registry: Registry, facts: Drivers, as_of: date, first: int, futures: int, seed: int
) -> Futures:
    """Return the index under the priors known by a date, from a month on; levels before it are the base.

    Args:
        registry: All facts; cut to the date here, so that overrides of priors act.
        facts: Drivers over the months.
        as_of: Date of the priors.
        first: Month, by number on the axis, at whose beginning the level is the base.
        futures: Number of draws.
        seed: Seed of the draws.

    Raises:
        InputError: an input has no fact known by the date.
    """
    known = registry.as_of(as_of)
    inputs = opposition_inputs(known)
    drawn = {
        name: inputs.uncertain[name].quantile(uniforms(seed, name, "national", 0, futures)) for name in DRAWN
    }
    bills = np.column_stack(
        [
            known.input(f"power.bill.{region}")
            .to("percent")
            .quantile(uniforms(seed, "power.bill", region, 0, futures))
            for region in REGIONS
        ]
    )
    reach, size = (known.input(name).to(unit) for name, unit in CHECK.items())
    one, hazard = _factors(
        *(drawn[name] for name in DRAWN),
        np.ascontiguousarray(bills),
        facts.density_change(first),
        facts.density(first),
        facts.shares,
        inputs.fixed["opposition.fade"],
        first,
    )
    years = reach.quantile(uniforms(seed, "opposition.check.reach", "national", 0, futures))
    return Futures(as_of, first, {"one": one, "hazard": hazard}, years, size.median, seed)


def simulate_counts(
    runs: Futures,
    facts: Drivers,
    name: str,
    base: tuple[int, int],
    observed: float,
    windows: list[tuple[int, int]],
    exponent: str,
    *,
    grows: bool,
) -> Floats:
    """Return (futures, windows) counts of a series; its scale is fitted on the base window alone.

    Args:
        runs: Draws of the priors.
        facts: Drivers over the months.
        name: Name of the series, which has luck of its own.
        base: First month of the base window and the month after its last, by number on the axis.
        observed: Count of the base window.
        windows: Windows to be told, likewise.
        exponent: `one` or `hazard`.
        grows: Whether the tracker's reach grows.
    """
    futures = runs.reach.size
    middle = (base[0] + base[1]) / 2.0
    years = (np.arange(len(MONTHS)) + HALF - middle) / MONTHS_PER_YEAR
    reach = runs.reach[:, None] ** years if grows else np.ones((futures, len(MONTHS)))
    intensity = facts.exposed * runs.factor[exponent] * reach
    luck = generator(runs.seed, "opposition.check.counts", name, 0)
    scale = luck.gamma(observed + HALF, 1.0, futures) / intensity[:, base[0] : base[1]].sum(axis=1)
    told = np.column_stack([intensity[:, start:end].sum(axis=1) for start, end in windows])
    spread = luck.gamma(runs.size, 1.0 / runs.size, told.shape)
    return np.asarray(luck.poisson(scale[:, None] * told * spread), dtype=np.float64)


@njit(cache=True, nogil=True, error_model="numpy")
def _factors(  # type: ignore[no-untyped-def]  # pragma: no cover
    density_slope,
    bill_slope,
    drift,
    speed,
    ceiling,
    exponent,
    bill_exponent,
    bills,
    begun,
    standing,
    shares,
    fade,
    first,
):
    futures, regions = bills.shape
    months = begun.shape[1]
    one = np.ones((futures, months))
    hazard = np.ones((futures, months))
    for f in range(futures):
        for m in range(first, months):
            one[f, m] = 0.0
            hazard[f, m] = 0.0
        for r in range(regions):
            level = 1.0
            before = standing[r, first - 1] if first > 0 else standing[r, 0]
            for m in range(first, months):
                bill = bill_change(standing[r, m], before, bills[f, r], bill_exponent[f])
                level = step_index(
                    level,
                    1.0,
                    begun[r, m],
                    bill,
                    0.0,
                    0.0,
                    density_slope[f],
                    bill_slope[f],
                    0.0,
                    speed[f],
                    ceiling[f],
                    mood(drift[f], fade, float(m + 1 - first)),
                )
                one[f, m] += shares[r] * level
                hazard[f, m] += shares[r] * level ** exponent[f]
    return one, hazard
