"""Prepares adoption: what facts fix once for a run, and what a block of futures draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from stargauge.facts import Distribution, Registry
from stargauge.world.adoption.arrays import AdoptionPaths, Market
from stargauge.world.adoption.calibration import segment_shares
from stargauge.world.adoption.choice import CHINA_OPEN, SMALLEST_TAU, SOVEREIGN, US_CLOSED, US_OPEN
from stargauge.world.adoption.inputs import FIXED, SEGMENTS, SHARED, TILTED, UNCERTAIN
from stargauge.world.adoption.market import past_demand
from stargauge.world.blocs import BLOCS, STACKS
from stargauge.world.slots import DAYS_PER_YEAR, QUARTERS_PER_YEAR, Slots, slots_of
from stargauge.world.tails import heavy_tails

Floats = NDArray[np.float64]

SHOCKED = (US_OPEN, CHINA_OPEN, SOVEREIGN)
"""Stacks with shocks of their own; US closed is what they are measured against."""

OPEN = (US_OPEN, CHINA_OPEN)
RICH = ("US", "EU", "allies", "Gulf")
SIDE = {"us_closed": 0.5, "us_open": 0.5, "china_open": -0.5, "sovereign": 0.0}
"""Alignment moves the odds of a US against a Chinese stack by its whole weight, half on either side."""

WEEKS_PER_QUARTER = DAYS_PER_YEAR / 7.0 / QUARTERS_PER_YEAR
TRILLION, BILLION, THOUSAND, MILLION = 1e12, 1e9, 1e3, 1e6


@dataclass(frozen=True)
class AdoptionPlan:
    """What adoption is in every future: slots, medians of fixed inputs, distributions of drawn ones.

    `share` (segments, blocs, stacks) on the as-of date; (blocs) `part` of the world's tokens, `users`,
    `firms`, `robots` thousand a year, `economy`; (segments) `weight`, `measures`, `minds`.
    """

    slots: Slots
    distributions: dict[str, Distribution]
    fixed: dict[str, float]
    share: Floats
    part: Floats
    users: Floats
    firms: Floats
    robots: Floats
    economy: Floats
    weight: Floats
    measures: Floats
    minds: Floats

    @property
    def first(self) -> int:
        """The first slot simulated."""
        return self.slots.first


def adoption_shocks(quarters: int) -> dict[str, tuple[int, ...]]:
    """Return the uniforms a future needs, by name of the uncertainty: the shape without futures."""
    return {"world.adoption.appeal": (len(SHOCKED), quarters)}


def prepare_adoption(registry: Registry, quarters: Sequence[date], as_of: date) -> AdoptionPlan:
    """Return what adoption is in every future.

    Args:
        registry: Facts known on the as-of date.
        quarters: The last day of each quarter of the run, ascending.
        as_of: The as-of date.

    Raises:
        InputError: An input has no fact known by the as-of date.
        ValueError: No quarter ends after the as-of date.
    """
    fixed = registry.medians(FIXED)

    def by(kind: str, names: Sequence[str], room: str = "adoption") -> Floats:
        return np.array([fixed[f"world.{room}.{kind}.{name}"] for name in names])

    stated = np.array(
        [
            [
                fixed[name] if (name := f"world.adoption.share.{bloc}.{stack}") in SHARED else 0.0
                for stack in STACKS
            ]
            for bloc in BLOCS
        ]
    )
    stated[:, US_CLOSED] = np.maximum(0.0, 1.0 - stated.sum(axis=1))
    stated /= stated.sum(axis=1, keepdims=True)
    tilt = np.array(
        [
            [
                fixed[f"world.adoption.tilt.{segment}.{stack}"] if (segment, stack) in TILTED else 0.0
                for stack in STACKS
            ]
            for segment in SEGMENTS
        ]
    )
    weight, part, economy = by("weight", SEGMENTS), by("part", BLOCS), by("market", BLOCS, "rules")
    weight /= weight.sum()
    return AdoptionPlan(
        slots=slots_of(quarters, as_of),
        distributions=registry.distributions(UNCERTAIN),
        fixed=fixed,
        share=segment_shares(stated, tilt, weight),
        part=part / part.sum(),
        users=by("users", BLOCS),
        firms=by("firms", BLOCS),
        robots=by("robots", BLOCS) / THOUSAND,
        economy=economy / economy.sum(),
        weight=weight,
        measures=by("merit", SEGMENTS),
        minds=by("politics", SEGMENTS),
    )


def adoption_block(
    plan: AdoptionPlan,
    values: Mapping[str, Floats],
    shocks: Mapping[str, Floats],
    network: float = 1.0,
    access: Floats | None = None,
) -> Market:
    """Return what the steps of a block need.

    Args:
        plan: From `prepare_adoption`.
        values: (futures) of each of `plan.distributions`.
        shocks: (futures, *shape) uniforms of each of `adoption_shocks`.
        network: Scale of the network effect; 0 switches it off.
        access: (slots, segments, blocs, stacks) 0 where a stack is blocked, 1 as on the as-of date, which is
            what None stands for.
    """
    futures, slots = values["world.adoption.tau"].size, plan.slots.quarters + 1
    share = np.tile(plan.share, (futures, 1, 1, 1))
    share[..., CHINA_OPEN] *= np.exp(values["world.adoption.level"])[:, None, None]
    share /= share.sum(axis=3, keepdims=True)
    if access is None:
        access = np.ones((slots, *plan.share.shape))
    relief = np.zeros((futures, len(STACKS)))
    relief[:, OPEN] = values["world.adoption.relief.open"][:, None]
    relief[:, SOVEREIGN] = values["world.adoption.relief.home"]
    ratio, tokens, price = _prices(plan, values, share)
    robots = np.repeat(values["world.adoption.robot_growth"][:, None], len(BLOCS), axis=1)
    robots[:, BLOCS.index("China")] += values["world.adoption.robot_lead"]
    rich = np.array([bloc in RICH for bloc in BLOCS])
    ceiling = np.where(
        rich,
        values["world.adoption.ceiling.rich"][:, None],
        values["world.adoption.ceiling.poor"][:, None],
    )
    speed = np.stack(
        [np.clip(values[f"world.adoption.inertia.{segment}"], 0.0, 1.0) for segment in SEGMENTS], axis=1
    )
    tau = np.clip(values["world.adoption.tau"], SMALLEST_TAU, 1.0)
    return Market(
        share=share,
        held=np.einsum("g,fgbs->fbs", plan.weight, share),
        tau=tau,
        inverse_tau=1.0 / tau,
        quality=values["world.adoption.quality"],
        alignment=values["world.adoption.alignment"],
        compliance=values["world.adoption.compliance"],
        network=network * np.clip(values["world.adoption.network"], 0.0, 1.0),
        merit=_merit(plan, values, shocks["world.adoption.appeal"], ratio),
        price=price,
        exposure=1.0 - np.clip(relief, 0.0, 1.0),
        side=np.array([SIDE[stack] for stack in STACKS]),
        measures=plan.measures,
        minds=plan.minds,
        weight=plan.weight,
        speed=speed,
        mean_measures=float(plan.weight @ plan.measures),
        mean_minds=float(plan.weight @ plan.minds),
        mean_speed=speed @ plan.weight,
        access=np.ascontiguousarray(access),
        mean_access=np.einsum("g,qgbs->qbs", plan.weight, access),
        tokens_per_user=tokens / plan.users,
        ceiling=ceiling,
        scale=np.exp(np.log(values["world.adoption.token_growth"])[:, None] * _faded(plan, values)),
        innovate=values["world.adoption.bass_p"] / QUARTERS_PER_YEAR,
        imitate=values["world.adoption.bass_q"] / QUARTERS_PER_YEAR,
        firms_speed=values["world.adoption.firms_speed"] / QUARTERS_PER_YEAR,
        robots_factor=np.exp(robots / QUARTERS_PER_YEAR),
        users=plan.users,
        firms=plan.firms,
        robots=plan.robots,
        economy=plan.economy,
        robot_weight=plan.fixed["world.adoption.robot_weight"],
        first=plan.first,
    )


def open_adoption(plan: AdoptionPlan, market: Market, paths: AdoptionPaths) -> None:
    """Fill the slots that ended by the as-of date with its shares, and with tokens and prices traced back.

    Args:
        plan: From `prepare_adoption`.
        market: From `adoption_block`.
        paths: Written before slot `plan.first`.
    """
    past = slice(0, plan.first)
    paths.share[:, past] = market.share[:, None]
    paths.installed[:] = market.held
    paths.users[:, past] = plan.users
    paths.enterprise[:, past] = plan.firms
    paths.robots[:, past] = plan.robots
    past_demand(market, paths)


def _faded(plan: AdoptionPlan, values: Mapping[str, Floats]) -> Floats:
    """Return years of growth since the as-of date after it fades, (futures, slots); plain years before."""
    since = plan.slots.since
    years = values["world.adoption.growth_years"][:, None]
    faded: Floats = np.where(since > 0.0, -years * np.expm1(-np.maximum(since, 0.0) / years), since)
    return faded


def _prices(plan: AdoptionPlan, values: Mapping[str, Floats], share: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log price relative to US closed since the as-of date, tokens a quarter and prices.

    (futures, slots, stacks) without unit, (futures, blocs) in 10¹² and (futures, slots, stacks) in USD per
    million tokens, such that tokens at these prices cost the world's spending on the as-of date.
    """
    tokens = values["world.adoption.tokens"][:, None] * plan.part * WEEKS_PER_QUARTER / TRILLION
    ratio = np.ones((share.shape[0], len(STACKS)))
    ratio[:, OPEN] = values["world.adoption.price_ratio.open"][:, None]
    ratio[:, SOVEREIGN] = plan.fixed["world.adoption.price_ratio.sovereign"]
    used = np.einsum("g,fgbs,fb,fs->f", plan.weight, share, tokens, ratio)
    closed = values["world.adoption.spending"] * BILLION / QUARTERS_PER_YEAR / (used * TRILLION / MILLION)
    faded = _faded(plan, values)
    relative = np.zeros((share.shape[0], plan.slots.quarters + 1, len(STACKS)))
    drift = values["world.adoption.price_drift"][:, None] * np.maximum(0.0, plan.slots.since)
    relative[:, :, US_OPEN] = relative[:, :, CHINA_OPEN] = drift
    # Spending over tokens, both a user: where tokens grow faster than spending, the price of one falls.
    pace = values["world.adoption.spending_growth"] / values["world.adoption.token_growth"]
    common = np.log(pace)[:, None] * faded
    price = (closed[:, None] * ratio)[:, None, :] * np.exp(common[:, :, None] + relative)
    return relative, tokens, price


def _merit(plan: AdoptionPlan, values: Mapping[str, Floats], uniforms: Floats, relative: Floats) -> Floats:
    """Return logits from relative price and fading shocks since the as-of date, (futures, slots, stacks)."""
    merit: Floats = -values["world.adoption.price"][:, None, None] * relative
    tails = heavy_tails(uniforms)
    tails[:, :, : plan.first - 1] = 0.0
    tails *= values["world.adoption.shock"][:, None, None]
    kept = lfilter([1.0], [1.0, -plan.fixed["world.adoption.shock_keep"]], tails, axis=2)
    for column, stack in enumerate(SHOCKED):
        merit[:, 1:, stack] += kept[:, column]
    return merit
