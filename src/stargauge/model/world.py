"""Outcomes of the world: paths by bloc, stack, layer and class, and who leads at the end of each year.

Compute in the US is the model's own path, month by month and in all three ledgers; all else is solved by
quarter and lies between quarters on straight lines. Shares, poles and classes come month by month from those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.model.series import EndValue, Series
from stargauge.streams import uniforms
from stargauge.world.block import WorldBlock, simulate_world
from stargauge.world.blocs import BLOCS, LAYERS, STACKS
from stargauge.world.position import CLASSES, belongs_to, empty_positions, positions
from stargauge.world.quarters import spread
from stargauge.world.setup import WORLD_LEVERS, WorldPlan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PARTNERS = ("EU", "allies", "Gulf", "India", "rest")
"""Blocs whose alignment moves and to which packages go."""

US, CHINA = BLOCS.index("US"), BLOCS.index("China")

FOLLOWERS = ("us_open", "china_open", "sovereign")
"""Stacks that can stand behind the frontier."""

PILOT_SEED, PILOT_FUTURES = 0, 128
"""The ends of histograms come from a small block of its own luck, the same for every seed of a run."""

ROOM = 2.0
"""Ends of histograms lie this many times beyond the highest of the pilot."""

SMALLEST_END = 1.0


@dataclass(frozen=True)
class WorldOutcomes:
    """What is told of the world, in the order in which it is written."""

    series: tuple[Series, ...]
    end_values: tuple[EndValue, ...]
    years: Ints


def world_draws(plan: WorldPlan, seed: int, block: int, futures: int) -> dict[str, Floats]:
    """Return the luck of a block in the world: (futures, ...) uniforms by name."""
    return {
        name: uniforms(seed, name, "world", block, (futures, *shape)) for name, shape in plan.shocks.items()
    }


def world_outcomes(
    plan: WorldPlan, months: tuple[str, ...], shared: Mapping[str, Floats], us_bound: Floats
) -> WorldOutcomes:
    """Return which outcomes of the world a run has.

    Args:
        plan: The world made ready.
        months: Months of the run.
        shared: (`PILOT_FUTURES`) values of the inputs that the world shares with the rest of the model.
        us_bound: (months) the most compute that all but rare futures see in the US.
    """
    most = _pilot(plan, shared, us_bound)
    location = {bloc: us_bound if bloc == "US" else most.location[row] for row, bloc in enumerate(BLOCS)}
    ledgers = {
        "location": location,
        "owner": dict(zip(BLOCS, most.owner, strict=True)),
        "user": dict(zip(BLOCS, most.user, strict=True)),
    }
    series = (
        *(
            Series(f"compute_h100e_{ledger}:{bloc}", "H100e", tuple(ends))
            for ledger, by_bloc in ledgers.items()
            for bloc, ends in by_bloc.items()
        ),
        *(
            Series(f"compute_share_{ledger}:{b}", "ratio", 1.0)
            for ledger in ("location", "owner")
            for b in BLOCS
        ),
        *(Series(f"model_share:{bloc}", "ratio", 1.0) for bloc in BLOCS),
        *(Series(f"application_share:{bloc}", "ratio", 1.0) for bloc in BLOCS),
        *(Series(f"rules_share:{bloc}", "ratio", 1.0) for bloc in BLOCS),
        *(Series(f"poles:{layer}", "ratio", float(len(BLOCS))) for layer in LAYERS),
        *(Series(f"concentration:{layer}", "ratio", 1.0) for layer in LAYERS),
        *(Series(f"class:{name}", "ratio", 1.0) for name in CLASSES),
        *(Series(f"token_share:{stack}", "ratio", 1.0) for stack in STACKS),
        *(Series(f"spend_share:{stack}", "ratio", 1.0) for stack in STACKS),
        *(Series(f"token_share:{bloc}:{stack}", "ratio", 1.0) for bloc in BLOCS for stack in STACKS),
        *(
            Series(f"capability_lag_months:{stack}", "month", most.lag[STACKS.index(stack)])
            for stack in FOLLOWERS
        ),
        *(Series(f"alignment:{bloc}", "ratio", 1.0, -1.0) for bloc in PARTNERS),
        *(Series(f"package_mw:{bloc}", "MW", most.package_mw[BLOCS.index(bloc)]) for bloc in PARTNERS),
    )
    years = np.array([row for row, label in enumerate(months) if label.endswith("-12")], dtype=np.int64)
    ends = tuple(EndValue(f"leader:{layer}:{months[row][:4]}", "count") for layer in LAYERS for row in years)
    return WorldOutcomes(series, ends, years)


class WorldInputs(NamedTuple):
    """What the world asks of the rest of the model, as `simulate_world` takes it after the plan."""

    values: Mapping[str, Floats]
    shocks: Mapping[str, Floats]
    us_h100e: Floats
    levers: Mapping[str, Floats]


def fill_world(
    plan: WorldPlan, told: WorldOutcomes, block: WorldBlock, us_h100e: Floats, paths: Floats, row: int
) -> Floats:
    """Write the paths of the world and return (futures, end values), in the orders of `told`.

    Args:
        plan: The world made ready.
        told: What is told.
        block: A block of the world.
        us_h100e: (futures, months) compute in the US.
        paths: (futures, series, months) written.
        row: First series to write.
    """
    when, count = plan.when, len(BLOCS)
    futures, _, months = paths.shape
    location, owner, user = row, row + count, row + 2 * count
    for ledger in (block.compute.location, block.compute.owner, block.compute.user):
        spread(ledger, when, paths, row)
        row += count
    # Three ledgers of the same compute in every month: what the US has beyond the straight line is its own.
    beyond = us_h100e - paths[:, location + US]
    for first in (owner, user):
        paths[:, first + US] += beyond
    paths[:, location + US] = us_h100e
    belongs = belongs_to(plan.asked.gulf)
    for first in (location, owner):
        _share(paths, first, belongs, row)
        row += count
    counted = location if plan.asked.ledger == "location" else owner
    tokens = _token_shares(block.use.tokens)
    amounts = {
        "compute": paths[:, counted : counted + count],
        "models": _spread(plan, tokens.owned, months),
        "applications": _spread(plan, block.use.applications, months),
        "rules": _spread(plan, block.reach.reach, months),
    }
    found = positions(amounts, plan.limits, plan.asked.gulf, empty_positions(futures, months))
    for layer in range(1, len(LAYERS)):
        paths[:, row : row + count] = found.shares[:, layer]
        row += count
    for quantity in (found.poles, found.concentration, found.kind):
        paths[:, row : row + quantity.shape[1]] = quantity
        row += quantity.shape[1]
    spend = block.use.spend.sum(axis=2)
    for quantity in (
        tokens.stacks,
        spend / spend.sum(axis=2, keepdims=True),
        tokens.bought,
        block.skill.lag[:, :, [STACKS.index(stack) for stack in FOLLOWERS]],
        block.alignment[:, :, [BLOCS.index(bloc) for bloc in PARTNERS]],
        block.granted.delivered_mw[:, :, [BLOCS.index(bloc) for bloc in PARTNERS]],
    ):
        spread(quantity, when, paths, row)
        row += quantity.shape[2]
    return found.leader[:, :, told.years].reshape(futures, -1)


def _spread(plan: WorldPlan, slots: Floats, months: int) -> Floats:
    """Return (futures, places, months) of slots."""
    paths = np.empty((slots.shape[0], slots.shape[2], months))
    spread(slots, plan.when, paths, 0)
    return paths


class _Tokens(NamedTuple):
    """Shares of tokens at the end of quarters, (futures, slots, ...): by owner's bloc, by stack, by buyer."""

    owned: Floats
    stacks: Floats
    bought: Floats


def _token_shares(tokens: Floats) -> _Tokens:
    """Return whose stacks serve the world's tokens, which stacks they are, and what each bloc uses.

    Args:
        tokens: (futures, slots, blocs, stacks) by the bloc that buys.

    Returns:
        A stack belongs to a bloc: those of the US to it, the Chinese one to China, a sovereign one to the
        buyer. `bought` has a place for each stack of each bloc, bloc by bloc.
    """
    futures, slots, blocs, stacks = tokens.shape
    found = _Tokens(
        np.empty((futures, slots, blocs)),
        np.empty((futures, slots, stacks)),
        np.empty((futures, slots, blocs * stacks)),
    )
    _count_tokens(tokens, OWNER, found)
    return found


OWNER = np.array(
    [{"us_closed": US, "us_open": US, "china_open": CHINA}.get(stack, -1) for stack in STACKS], dtype=np.int64
)
"""(stacks) the bloc whose stack it is, -1 for the buyer's own."""


@step
def _count_tokens(tokens: Floats, owner: Ints, out: _Tokens) -> None:
    blocs, stacks = tokens.shape[2], tokens.shape[3]
    for f in range(tokens.shape[0]):
        for q in range(tokens.shape[1]):
            world = 0.0
            for s in range(stacks):
                out.stacks[f, q, s] = 0.0
            for b in range(blocs):
                out.owned[f, q, b] = 0.0
            for b in range(blocs):
                own = 0.0
                for s in range(stacks):
                    own += tokens[f, q, b, s]
                for s in range(stacks):
                    amount = tokens[f, q, b, s]
                    out.bought[f, q, b * stacks + s] = amount / own
                    out.stacks[f, q, s] += amount
                    out.owned[f, q, owner[s] if owner[s] >= 0 else b] += amount
                world += own
            for s in range(stacks):
                out.stacks[f, q, s] /= world
            for b in range(blocs):
                out.owned[f, q, b] /= world


@step
def _share(paths: Floats, first: int, belongs: Ints, row: int) -> None:
    """Write each bloc's share of what all have, from series `first` on to series `row` on.

    Where none has anything shares are equal, as in `positions`.
    """
    blocs = belongs.shape[0]
    for f in range(paths.shape[0]):
        for b in range(blocs):
            for t in range(paths.shape[2]):
                paths[f, row + b, t] = 0.0
        for t in range(paths.shape[2]):
            total = 0.0
            for b in range(blocs):
                total += paths[f, first + b, t]
            for b in range(blocs):
                held = paths[f, first + b, t] / total if total > 0.0 else 1.0 / blocs
                paths[f, row + belongs[b], t] += held


@dataclass(frozen=True)
class _Most:
    """Ends of histograms: (blocs, months) of each ledger, (stacks) of lags, (blocs) of packages."""

    location: Floats
    owner: Floats
    user: Floats
    lag: list[float]
    package_mw: list[float]


def _pilot(plan: WorldPlan, shared: Mapping[str, Floats], us_bound: Floats) -> _Most:
    """Return ends of histograms from a block in which compute in the US is anything up to its bound."""
    count = PILOT_FUTURES
    drawn = {
        name: one.quantile(uniforms(PILOT_SEED, name, "pilot", 0, count))
        for name, one in plan.distributions.items()
    }
    us = np.linspace(1.0 / count, 1.0, count)[:, None] * us_bound
    nothing = {name: np.zeros((1, us_bound.size)) for name in WORLD_LEVERS}
    block = simulate_world(plan, {**shared, **drawn}, world_draws(plan, PILOT_SEED, 0, count), us, nothing)

    def monthly(slots: Floats) -> Floats:
        highest: Floats = np.maximum(ROOM * _spread(plan, slots, us_bound.size).max(axis=0), SMALLEST_END)
        return highest

    def highest(slots: Floats) -> list[float]:
        return [max(SMALLEST_END, ROOM * float(one)) for one in slots.max(axis=(0, 1))]

    return _Most(
        location=monthly(block.compute.location),
        owner=monthly(block.compute.owner),
        user=monthly(block.compute.user),
        lag=highest(block.skill.lag),
        package_mw=highest(block.granted.delivered_mw),
    )
