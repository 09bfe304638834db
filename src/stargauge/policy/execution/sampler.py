"""Draws from a posterior whose prior is standard normal: elliptical slice sampling.

Murray, Adams and MacKay (2010): from a point x and a fresh prior draw n, every point x cos(a) + n sin(a) of
the ellipse through both is as likely a priori; an angle is drawn, and the bracket shrinks towards x until the
likelihood passes a random share of that at x. Nothing is tuned, each step leaves the posterior as it is, and
any likelihood will do. Chains run side by side as one array and start from the prior.

Many numbers at once make narrow brackets, so the ellipses are drawn round what is already known of the
posterior: pilot rounds give a mean and a covariance, and with x = mean + root e the same sampler runs on e,
whose prior is again standard normal if |e|²/2 - |x|²/2 is added to the log-likelihood. That is exact whatever
the mean and the covariance are (Nishihara, Murray and Adams 2014); a bad pilot costs steps, not truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

Uniforms = Callable[[str, tuple[int, ...]], Floats]
"""Gives uniform draws in the open interval (0, 1) by the name of whom they belong to, and a shape."""

SHRINKS = 200
"""A bracket is never shrunk more often: by then it is as narrow as rounding."""


@dataclass(frozen=True)
class Plan:
    """How long to sample: steps of each pilot round, then `kept` draws a chain, `thin` steps apart."""

    chains: int = 32
    pilots: tuple[int, ...] = (40, 60, 80)
    kept: int = 32
    thin: int = 12


@dataclass(frozen=True)
class _Frame:
    """Where ellipses are drawn: numbers are `mean + root @ e` with e standard normal."""

    mean: Floats
    root: Floats

    def numbers(self, inner: Floats) -> Floats:
        return np.asarray(self.mean + inner @ self.root.T)

    def inner(self, numbers: Floats) -> Floats:
        return np.asarray(np.linalg.solve(self.root, (numbers - self.mean).T).T)


RIDGE = 0.02
"""Added to the variances of a pilot, as a share of the prior's: no direction is known for sure."""


def sample(log_likelihood: Callable[[Floats], Floats], size: int, uniforms: Uniforms, plan: Plan) -> Floats:
    """Return (kept, chains, size) draws of standard normal numbers given a likelihood.

    Args:
        log_likelihood: (points, size) numbers to (points) log-likelihoods; minus infinity is allowed.
        size: How many numbers.
        uniforms: Draws by name.
        plan: How long.

    Raises:
        ValueError: If no chain finds a start at which the record is possible.
    """
    frame = _Frame(np.zeros(size), np.eye(size))
    here = _starts(log_likelihood, size, uniforms, plan.chains)
    for number, steps in enumerate(plan.pilots):
        visited = _run(log_likelihood, frame, here, uniforms, f"pilot {number}", steps)
        here = visited[-1]
        frame = _framed(visited[steps // 3 :])
    visited = _run(log_likelihood, frame, here, uniforms, "posterior", plan.kept * plan.thin)
    return visited[plan.thin - 1 :: plan.thin]


def _framed(visited: Floats) -> _Frame:
    points = visited.reshape(-1, visited.shape[2])
    size = points.shape[1]
    spread = np.cov(points, rowvar=False).reshape(size, size) + RIDGE * np.eye(size)
    return _Frame(points.mean(axis=0), np.asarray(np.linalg.cholesky(spread), dtype=np.float64))


def _run(
    log_likelihood: Callable[[Floats], Floats],
    frame: _Frame,
    here: Floats,
    uniforms: Uniforms,
    name: str,
    steps: int,
) -> Floats:
    """Return (steps, chains, size) the numbers that the chains visit from where they stand."""

    def judge(inner: Floats) -> Floats:
        numbers = frame.numbers(inner)
        tilt = (inner**2).sum(axis=1) - (numbers**2).sum(axis=1)
        return np.asarray(log_likelihood(numbers) + tilt / 2.0)

    inner = frame.inner(here)
    level = judge(inner)
    visited = np.empty((steps, *inner.shape))
    for step in range(steps):
        inner, level = _step(judge, inner, level, uniforms, f"{name} step {step}")
        visited[step] = frame.numbers(inner)
    return visited


def split_r_hat(draws: Floats) -> Floats:
    """Return (size) how far chains disagree, 1 where they do not.

    Potential scale reduction with each chain cut in two (Gelman et al., Bayesian Data Analysis, 3rd edition,
    eq. 11.4); numbers that never move have 1.

    Args:
        draws: (kept, chains, size), at least four kept.
    """
    half = draws.shape[0] // 2
    pieces = np.concatenate([draws[:half], draws[half : 2 * half]], axis=1)
    within = pieces.var(axis=0, ddof=1).mean(axis=0)
    between = half * pieces.mean(axis=0).var(axis=0, ddof=1)
    pooled = (half - 1) / half * within + between / half
    ratio = np.divide(pooled, within, out=np.ones_like(within), where=within > 0.0)
    return np.asarray(np.sqrt(ratio))


def _starts(log_likelihood: Callable[[Floats], Floats], size: int, uniforms: Uniforms, chains: int) -> Floats:
    here = np.asarray(ndtri(uniforms("posterior start", (chains, size))))
    possible = np.isfinite(log_likelihood(here))
    if not possible.any():
        raise ValueError("no draw from the prior makes the record possible")
    # A chain that starts where the record is impossible could never judge a move; it starts at a sister's.
    stand_in = np.flatnonzero(possible)[np.arange(chains) % int(possible.sum())]
    return np.asarray(here[np.where(possible, np.arange(chains), stand_in)])


def _step(
    log_likelihood: Callable[[Floats], Floats], here: Floats, level: Floats, uniforms: Uniforms, name: str
) -> tuple[Floats, Floats]:
    chains, size = here.shape
    other = ndtri(uniforms(f"{name} ellipse", (chains, size)))
    first = uniforms(f"{name} slice", (chains, 2))
    bar = level + np.log(first[:, 0])
    angle = 2.0 * np.pi * first[:, 1]
    low, high = angle - 2.0 * np.pi, angle.copy()
    there, reached = here.copy(), level.copy()
    open_chains = np.arange(chains)
    for shrink in range(SHRINKS):
        turn = angle[open_chains, None]
        points = here[open_chains] * np.cos(turn) + other[open_chains] * np.sin(turn)
        value = log_likelihood(points)
        passed = value > bar[open_chains]
        there[open_chains[passed]], reached[open_chains[passed]] = points[passed], value[passed]
        open_chains = open_chains[~passed]
        if open_chains.size == 0:
            break
        below = angle[open_chains] < 0.0
        low[open_chains] = np.where(below, angle[open_chains], low[open_chains])
        high[open_chains] = np.where(below, high[open_chains], angle[open_chains])
        share = uniforms(f"{name} shrink {shrink}", (chains,))[open_chains]
        angle[open_chains] = low[open_chains] + share * (high[open_chains] - low[open_chains])
    return there, reached
