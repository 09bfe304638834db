"""What the priors do forward: sizes of the effects at a steady rate of building, and what loosening trades.

No forecast of building: the density is given, one place is followed, and bills and benefits are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numba import njit
from numpy.typing import NDArray

from stargauge.facts import Registry
from stargauge.opposition.index import (
    MONTHS_PER_YEAR,
    hazard_factor,
    mood,
    moratorium_rate,
    stage_factor,
    step_index,
)
from stargauge.opposition.inputs import opposition_inputs
from stargauge.streams import uniforms

Floats = NDArray[np.float64]

ENDS = (0.05, 0.5, 0.95)
YEARS = (2, 5, 9)
RATES = (0.5, 1.5, 3.0)
"""Percent of the peak begun a year: a slow region, the nation in 2025, the busiest regions."""

NAMES = (
    "opposition.density_slope",
    "opposition.loosening_slope",
    "opposition.drift",
    "opposition.speed",
    "opposition.ceiling",
    "opposition.hazard_exponent",
    "opposition.hazard_share",
    "opposition.permit_exponent",
    "opposition.moratorium.rate",
)


@dataclass(frozen=True)
class Outlook:
    """5, 50 and 95 % points after some years of building at a rate, without new loosening.

    `level`, `hazard` and `permit` are multiples of the as-of date, `moratorium` a monthly rate. `worse` is
    the share of draws in which fully loosened permitting, with its own gain in time, leaves a project that
    needs a median time in siting less likely to come through than without: it costs more than it buys.
    """

    rate: float
    years: int
    level: tuple[float, float, float]
    hazard: tuple[float, float, float]
    permit: tuple[float, float, float]
    moratorium: tuple[float, float, float]
    worse: float


def outlooks(registry: Registry, as_of: date, futures: int, seed: int = 0) -> tuple[Outlook, ...]:
    """Return the outlook of each rate of building and number of years.

    Args:
        registry: All facts; cut to the date here.
        as_of: Date of the priors.
        futures: Number of draws.
        seed: Seed of the draws.

    Raises:
        InputError: an input has no fact known by the date.
    """
    known = registry.as_of(as_of)
    inputs = opposition_inputs(known)
    values = [inputs.uncertain[name].quantile(uniforms(seed, name, "national", 0, futures)) for name in NAMES]

    def drawn(name: str, unit: str) -> Floats:
        return known.input(name).to(unit).quantile(uniforms(seed, name, "national", 0, futures))

    gain = drawn("lever.permitting_time.effect", "ratio")
    hazard = drawn("delivery.cancellation.land", "1/month")
    siting = known.input("delivery.duration.land").to("month").median
    found = []
    for rate in RATES:
        for years in YEARS:
            months = int(years * MONTHS_PER_YEAR)
            fade = inputs.fixed["opposition.fade"]
            calm = _effects(*values, fade, rate, 0.0, months)
            loose = _effects(*values, fade, rate, 1.0, months)
            # What decides whether a project comes through siting is its hazard times the time it needs.
            before = hazard * calm[1] * siting * calm[2]
            after = hazard * loose[1] * siting * (1.0 - gain) * loose[2]
            level, factor, permit, moratorium = (_band(row) for row in calm)
            worse = float(np.mean(after > before))
            found.append(Outlook(rate, years, level, factor, permit, moratorium, worse))
    return tuple(found)


def _band(row: Floats) -> tuple[float, float, float]:
    low, middle, high = (float(value) for value in np.quantile(row, ENDS))
    return low, middle, high


@njit(cache=True, nogil=True, error_model="numpy")
def _effects(  # type: ignore[no-untyped-def]  # pragma: no cover
    density_slope,
    loosening_slope,
    drift,
    speed,
    ceiling,
    hazard_exponent,
    hazard_share,
    permit_exponent,
    rate_of_moratoria,
    fade,
    rate,
    loosened,
    months,
):
    futures = speed.size
    found = np.empty((4, futures))
    for f in range(futures):
        level = 1.0
        for m in range(1, months + 1):
            level = step_index(
                level,
                1.0,
                rate * m / MONTHS_PER_YEAR,
                0.0,
                loosened,
                0.0,
                density_slope[f],
                0.0,
                loosening_slope[f],
                speed[f],
                ceiling[f],
                mood(drift[f], fade, float(m)),
            )
        found[0, f] = level
        found[1, f] = hazard_factor(level, 1.0, hazard_exponent[f], hazard_share[f])
        found[2, f] = stage_factor(level, 1.0, permit_exponent[f])
        found[3, f] = moratorium_rate(level, 1.0, rate_of_moratoria[f])
    return found
