"""Shared factors given the time that work under way has already taken.

That a phase is still in its stage after e months says something about its site, its programme and the
country: long-running work makes slow factors more likely. The factors are drawn from their posterior given
*all* elapsed times by Gibbs sampling with data augmentation (Albert and Chib 1993, for a probit model; here
every observation is "longer than e", a normal variable truncated from below). Each sweep draws the latent
log durations given the factors, then each factor from its normal full conditional.

The national slip is not moved here. It is learnt from pairs of vintages (`history.learn`), which hold the
same survivals and also the completions that survivals alone leave out; unfinished work by itself would make
every builder look slow. Each chain keeps one draw of the slip, and the factors are drawn given it.

Every entity has a random stream of its own, so a site without work under way has the same draws whatever
other sites exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.delivery.durations import Weights, truncated_normal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SWEEPS = 40
"""Gibbs sweeps of each chain; four times as many move no mean of the shipped facts (see the tests)."""

NormalStream = Callable[[str], np.random.Generator]
"""Gives the random stream of an entity by name."""


@dataclass(frozen=True)
class Elapsed:
    """Stages under way: what each is, and how long it has lasted. All arrays have one entry a stage."""

    names: tuple[str, ...]
    programme: Ints
    site: Ints
    log_median: Floats
    log_sd: Floats
    slip_loading: Floats
    log_elapsed: Floats


@dataclass(frozen=True)
class FactorPool:
    """Joint draws of the factors: `slip` (draws), `programme` (draws, programmes), `site` (draws, sites)."""

    slip: Floats
    programme: Floats
    site: Floats


def factor_pool(
    elapsed: Elapsed,
    programmes: tuple[str, ...],
    sites: tuple[str, ...],
    weights: Weights,
    slip_mean: float,
    slip_sd: float,
    stream: NormalStream,
    draws: int,
    sweeps: int = SWEEPS,
) -> FactorPool:
    """Return draws of the shared factors from their posterior given all elapsed times and a drawn slip.

    Args:
        elapsed: Stages under way; with none, the draws are the prior's.
        programmes: Names of programmes, in the order of the indices in `elapsed`.
        sites: Names of sites, likewise.
        weights: Shares of the variance of a log duration.
        slip_mean: Mean of the national slip, log months.
        slip_sd: Its standard deviation; 0 fixes it.
        stream: Random stream by entity name.
        draws: Number of chains, each giving one joint draw.
        sweeps: Sweeps of each chain.

    Returns:
        The pool; factors are standard normal a priori.
    """
    slip_stream = stream("national slip")
    programme_streams = [stream(f"programme {name}") for name in programmes]
    site_streams = [stream(f"site {name}") for name in sites]
    stage_streams = [stream(f"stage {name}") for name in elapsed.names]
    slip = slip_mean + slip_sd * slip_stream.standard_normal(draws)
    programme = np.stack([s.standard_normal(draws) for s in programme_streams], axis=1)
    site = np.stack([s.standard_normal(draws) for s in site_streams], axis=1)
    count = len(elapsed.names)
    if count == 0:
        return FactorPool(slip, programme, site)
    programme_scale = elapsed.log_sd * np.sqrt(weights.programme)
    site_scale = elapsed.log_sd * np.sqrt(weights.site)
    own_sd = elapsed.log_sd * np.sqrt(weights.own)
    precision = 1.0 / own_sd**2
    for _ in range(sweeps):
        mean = (
            elapsed.log_median
            + elapsed.slip_loading * slip[:, None]
            + programme_scale * programme[:, elapsed.programme]
            + site_scale * site[:, elapsed.site]
        )
        uniform = np.stack([s.random(draws) for s in stage_streams], axis=1)
        latent = own_sd * truncated_normal((elapsed.log_elapsed - mean) / own_sd, uniform)
        residual = mean + latent - elapsed.log_median
        # Each factor in turn: residuals without its own part, then its normal full conditional.
        for index, source in enumerate(programme_streams):
            rows = np.flatnonzero(elapsed.programme == index)
            rest = (
                residual[:, rows]
                - elapsed.slip_loading[rows] * slip[:, None]
                - site_scale[rows] * site[:, elapsed.site[rows]]
            )
            programme[:, index] = _full_conditional(
                rest, programme_scale[rows], precision[rows], source.standard_normal(draws)
            )
        for index, source in enumerate(site_streams):
            rows = np.flatnonzero(elapsed.site == index)
            rest = (
                residual[:, rows]
                - elapsed.slip_loading[rows] * slip[:, None]
                - programme_scale[rows] * programme[:, elapsed.programme[rows]]
            )
            site[:, index] = _full_conditional(
                rest, site_scale[rows], precision[rows], source.standard_normal(draws)
            )
    return FactorPool(slip, programme, site)


def _full_conditional(rest: Floats, scale: Floats, precision: Floats, normal: Floats) -> Floats:
    """Return a standard-normal-prior factor given residuals `rest = scale · factor + noise`.

    Args:
        rest: (draws, rows) residuals without the factor's part.
        scale: (rows) loadings.
        precision: (rows) precision of the noise.
        normal: (draws) standard normal draws.

    Returns:
        (draws) values of the factor.
    """
    total = 1.0 + float(np.sum(scale**2 * precision))
    mean = rest @ (scale * precision) / total
    values: Floats = mean + normal / np.sqrt(total)
    return values
