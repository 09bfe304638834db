"""What past vintages teach: how far stages slip against plan, and how far a tracker revises what stands.

The national slip k shifts the log duration of every stage under plan. A vintage and the next one that names a
site say, for each phase with a forecast, whether it was energised in between: an interval-censored
observation of its remaining time. The likelihood of k is taken on a grid by simulating the remaining time of
each phase from the stage model itself; phases of one site and vintage are one piece of evidence between them
(each weighs 1/n), as they share a builder and a building site.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from stargauge.delivery.calendar import month_number
from stargauge.delivery.durations import Weights, truncated_normal
from stargauge.delivery.stages import Reference, back_cast
from stargauge.facts import Phase, SiteRecords, site_phases

Floats = NDArray[np.float64]

GRID_WIDTH = 4.0
"""The grid of slips spans this many prior standard deviations to each side."""

GRID_POINTS = 33
SAMPLES = 512
"""Draws of the remaining time at each grid point: the same stratified draws at all of them."""

HALF = 0.5
"""A step counts as energised when the site stands above the middle of it: trackers revise MW by less."""

PRIOR_REVISIONS = 6.0
"""Prior chance and size of a revision weigh as much as this many observed pairs of vintages."""

SAME_MW = 0.01
"""A change of a running site's MW by less than this share is rounding, not a revision."""


@dataclass(frozen=True)
class Learnt:
    """Posterior of the national slip and of a tracker's revisions, with the evidence counted.

    `transitions` are the phases seen between two vintages; `comparisons` the running sites seen in two
    vintages, of which a share `revision_chance` is given another MW, by a factor with `revision_log_sd`.
    """

    slip_mean: float
    slip_sd: float
    transitions: int
    revision_chance: float
    revision_log_sd: float
    comparisons: int


@dataclass(frozen=True)
class _Transition:
    """One phase between two vintages, in months from the first: its stages, the gap, and what happened."""

    fitout_elapsed: float
    build_elapsed: float
    build_median: float
    wait: float
    gap: float
    energised: bool
    weight: float


def learn(
    records: SiteRecords,
    as_of: date,
    reference: Reference,
    slip_prior: tuple[float, float],
    log_sd: float,
    weights: Weights,
    revision_prior: tuple[float, float],
    facility_per_it: float,
) -> Learnt:
    """Return what vintages known by a date teach.

    Args:
        records: Vintages by site.
        as_of: Vintages after it are not used.
        reference: Reference medians.
        slip_prior: Mean and standard deviation of the national slip (log ratio).
        log_sd: Log standard deviation of one stage.
        weights: Shares of its variance.
        revision_prior: Prior chance that a tracker revises a running site's MW, and the log standard
            deviation of the factor if it does.
        facility_per_it: Facility MW per IT MW where a vintage gives one of them.

    Returns:
        Posterior means and standard deviations; the prior's where no vintage pair is known.
    """
    transitions: list[_Transition] = []
    changes: list[float] = []
    for site_id in records.site_ids:
        vintages = [vintage for vintage in records.vintages(site_id) if vintage <= as_of]
        for before, after in pairwise(vintages):
            phases = site_phases(records, site_id, before, reference.medians, facility_per_it)
            ahead = [phase for phase in phases if phase.kind == "step"]
            stands = records.standing_mw(site_id, after, after, facility_per_it)
            transitions.extend(
                _transition(phase, before, after, stands, reference, 1.0 / len(ahead)) for phase in ahead
            )
            old = records.standing_mw(site_id, before, before, facility_per_it)
            new = records.standing_mw(site_id, after, before, facility_per_it)
            if old > 0.0 and new > 0.0:
                changes.append(float(np.log(new / old)))
    mean, sd = _slip_posterior(transitions, slip_prior, log_sd, weights, reference)
    chance, size = _revision_posterior(changes, revision_prior)
    return Learnt(mean, sd, len(transitions), chance, size, len(changes))


def _revision_posterior(changes: list[float], prior: tuple[float, float]) -> tuple[float, float]:
    """Return posterior means of the chance of a revision and of its size (log standard deviation)."""
    chance, size = prior
    revised = [change for change in changes if abs(change) > SAME_MW]
    weight = PRIOR_REVISIONS * chance
    posterior_chance = (weight + len(revised)) / (PRIOR_REVISIONS + len(changes))
    variance = (weight * size**2 + sum(change**2 for change in revised)) / (weight + len(revised))
    return posterior_chance, float(np.sqrt(variance))


def _transition(
    phase: Phase, before: date, after: date, stands_mw: float, reference: Reference, weight: float
) -> _Transition:
    assert phase.forecast is not None
    plan = back_cast(phase.forecast, phase.construction_start, phase.opens_site, reference, before)
    return _Transition(
        fitout_elapsed=max(0.0, -plan.build_end),
        build_elapsed=max(0.0, -plan.land_end) if plan.build_end > 0.0 else 0.0,
        build_median=plan.build_end - plan.land_end if plan.build_end > 0.0 else 0.0,
        wait=max(0.0, plan.land_end),
        gap=month_number(after, before),
        energised=stands_mw >= phase.cumulative_mw - HALF * phase.facility_mw,
        weight=weight,
    )


def _slip_posterior(
    transitions: list[_Transition],
    prior: tuple[float, float],
    log_sd: float,
    weights: Weights,
    reference: Reference,
) -> tuple[float, float]:
    mean, sd = prior
    if not transitions or sd == 0.0:
        return mean, sd
    grid = np.linspace(mean - GRID_WIDTH * sd, mean + GRID_WIDTH * sd, GRID_POINTS)
    log_posterior = -0.5 * ((grid - mean) / sd) ** 2
    normal, uniform = ndtri(lattice(SAMPLES, 4)[:, 0]), lattice(SAMPLES, 4)[:, 1:]
    shared = log_sd * np.sqrt(1.0 - weights.own) * normal
    own_sd = log_sd * np.sqrt(weights.own)
    for transition in transitions:
        chance = _chance(transition, grid[:, None] + shared, own_sd, reference, uniform)
        log_posterior += transition.weight * np.log(chance if transition.energised else 1.0 - chance)
    share = np.exp(log_posterior - log_posterior.max())
    share /= share.sum()
    centre = float(share @ grid)
    return centre, float(np.sqrt(share @ (grid - centre) ** 2))


def _chance(
    transition: _Transition, slip: Floats, own_sd: float, reference: Reference, uniform: Floats
) -> Floats:
    """Return (grid) the chance that a phase is energised within the gap, given the time spent so far.

    Args:
        transition: The phase.
        slip: (grid, samples) national slip plus what the phase's stages share.
        own_sd: Log standard deviation that is a stage's own.
        reference: Reference medians.
        uniform: (samples, 3) draws of fit-out, power and construction.
    """
    fitout, survival = _conditional(
        reference.fitout_months, transition.fitout_elapsed, slip, own_sd, uniform[:, 0]
    )
    remaining = transition.wait + fitout
    if transition.build_median > 0.0:
        build = np.zeros_like(slip)
        for column in (1, 2):
            months, lasted = _conditional(
                transition.build_median, transition.build_elapsed, slip, own_sd, uniform[:, column]
            )
            build = np.maximum(build, months)
            survival = survival * lasted
        remaining = remaining + build
    # Draws under which the work would hardly have lasted so long count for little: exact conditioning.
    reached = np.sum(survival * (remaining <= transition.gap), axis=1)
    total = np.sum(survival, axis=1)
    chance: Floats = (SAMPLES * reached / total + HALF) / (SAMPLES + 1.0)
    return chance


def _conditional(
    median: float, elapsed: float, slip: Floats, own_sd: float, uniform: Floats
) -> tuple[Floats, Floats]:
    """Return months still to go in a stage, and the chance of its having lasted so long; (grid, samples)."""
    centre = np.log(median) + slip
    if elapsed <= 0.0:
        return np.exp(centre + own_sd * ndtri(uniform)), np.ones_like(slip)
    lower = (np.log(elapsed) - centre) / own_sd
    normal = truncated_normal(lower, np.broadcast_to(uniform, lower.shape))
    # The smallest positive number keeps a total above zero where no draw would have lasted.
    survival = np.maximum(ndtr(-lower), np.finfo(np.float64).tiny)
    return np.exp(centre + own_sd * normal) - elapsed, survival


def lattice(samples: int, columns: int) -> Floats:
    """Return (samples, columns) points spread evenly in (0, 1): a Kronecker lattice of roots of primes."""
    primes = np.array([2.0, 3.0, 5.0, 7.0, 11.0, 13.0])[:columns]
    points: Floats = (np.arange(1, samples + 1)[:, None] * np.sqrt(primes)) % 1.0
    return points
