"""Screening of every single outage: what each one overloads, ranked.

Branches whose loss splits nothing, units, DC lines, and apart from them the branches whose loss splits the
network. For the latter both readings are given: *radial outage counted*, where losing load is a violation,
and *consequential excluded*, where load that the lost branch alone served does not count and only what
happens to the rest of the network does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.events import Losses, Response, bridge_losses, responses, unit_losses
from stargauge.grid.flows.injections import Over, lose_injections
from stargauge.grid.flows.model import DcModel, Island, prepare
from stargauge.grid.flows.outages import Worst, lose_lines
from stargauge.grid.flows.outagetable import OutageTable, frames
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.flows.records import NOTHING, Effects
from stargauge.grid.flows.threads import Workers
from stargauge.grid.network import Network

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Kind = Literal["branch", "unit", "dc", "bridge"]
KINDS: tuple[Kind, ...] = get_args(Kind)

TOLERANCE_MW = 1e-7
"""A flow beyond its limit by less is at the limit: solves differ by rounding."""


def screen_outages(
    network: Network | DcModel,
    *,
    kinds: Sequence[Kind] = KINDS,
    limits: Ratings | None = None,
    threads: int | None = None,
) -> OutageTable:
    """Return what every single outage overloads, worst first.

    Args:
        network: The network.
        kinds: Which outages: `branch` (whose loss splits nothing), `unit`, `dc`, `bridge`.
        limits: Which ratings hold after an outage; rate B, else rate A, if None.
        threads: Threads; all processors if None.

    Raises:
        InputError: An unknown kind, or a network that cannot be balanced.
    """
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        text = f'"{wrong[0]}" is no kind of outage; known: {", ".join(KINDS)}'
        raise InputError("screening", [Mistake(0, "kinds", text)], "nothing was screened")
    model = prepare(network)
    ratings = limits or Ratings()
    limit = np.where(model.is_element, ratings.after_mw(model.network), np.inf)
    effects: list[Effects] = []
    with Workers(threads) as workers:
        for island in model.islands:
            own_limit = np.ascontiguousarray(limit[island.branch])
            response = responses(model, island)
            if "branch" in kinds and island.reduction.line_branch.size:
                effects.append(_branches(model, island, own_limit, workers))
            if "unit" in kinds:
                losses = unit_losses(model, island, response)
                effects.append(_injections(model, island, own_limit, "unit", losses, response, workers))
            if "bridge" in kinds:
                losses = bridge_losses(model, island, response)
                effects.append(_injections(model, island, own_limit, "bridge", losses, response, workers))
        if "dc" in kinds and model.network.dc_lines:
            effects.append(_dc_lines(model, limit))
    outages, overloads = frames(model, limit, effects)
    return OutageTable(outages, overloads, model, ratings.rule(model.network))


def _branches(model: DcModel, island: Island, limit: Floats, workers: Workers) -> Effects:
    reduction = island.reduction
    branch = reduction.line_branch
    flow = np.ascontiguousarray(model.flow[island.branch[branch]] * reduction.line_sign)
    lost_lines = np.flatnonzero(island.losable[branch]).astype(np.int32)
    worst, pairs = lose_lines(
        reduction, flow, np.ascontiguousarray(limit[branch]), lost_lines, 0.0, TOLERANCE_MW, workers
    )
    over = pairs.margin < -TOLERANCE_MW
    line, lost, factor = pairs.line[over], pairs.lost[over], pairs.factor[over]
    after = (flow[line] + factor * flow[lost]) * reduction.line_sign[line]
    named = island.branch[branch]
    place = np.full(branch.size, NOTHING)
    place[lost_lines] = np.arange(lost_lines.size)
    nothing = np.zeros(lost_lines.size)
    loading, element = worst.loading, np.append(named, NOTHING)[worst.line]
    # What bridges carry does not change, but it stays on the list of what is loaded after the outage.
    bridge = np.flatnonzero(reduction.is_bridge & np.isfinite(limit))
    carried = np.abs(model.flow[island.branch[bridge]])
    if bridge.size:
        share = carried / limit[bridge]
        heavier = share.max() > loading
        loading = np.where(heavier, share.max(), loading)
        element = np.where(heavier, island.branch[bridge[share.argmax()]], element)
    beyond = island.branch[bridge[carried > limit[bridge] + TOLERANCE_MW]]
    everyone = np.arange(lost_lines.size)
    return Effects(
        "branch",
        named[lost_lines],
        loading,
        element,
        (worst.overloads + beyond.size).astype(np.int64),
        nothing,
        nothing,
        nothing,
        np.concatenate([named[line], np.repeat(beyond, everyone.size)]),
        np.concatenate([place[lost], np.tile(everyone, beyond.size)]),
        np.concatenate([after, np.repeat(model.flow[beyond], everyone.size)]),
    )


def _injections(
    model: DcModel,
    island: Island,
    limit: Floats,
    kind: Kind,
    losses: Losses,
    response: tuple[Response, Response],
    workers: Workers,
) -> Effects:
    """Return the effects of losses of injection, deficits and surpluses by their own response."""
    count = losses.index.size
    worst = Worst(np.zeros(count), np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.int32))
    short = np.zeros(count)
    over: list[Over] = []
    flow = np.ascontiguousarray(model.flow[island.branch])
    for number, made_good in enumerate(response):
        sign = losses.lost_mw > 0 if number == 0 else losses.lost_mw <= 0
        short[sign] = losses.take(sign).short_mw(made_good)
        chosen = np.flatnonzero(sign & ~losses.meshed)
        part = losses.take(sign & ~losses.meshed)
        if chosen.size:
            found, pairs = lose_injections(
                island.reduction,
                flow,
                limit,
                made_good.share,
                made_good.behind,
                part.events(made_good),
                TOLERANCE_MW,
                workers,
            )
            for name in ("loading", "line", "overloads"):
                getattr(worst, name)[chosen] = getattr(found, name)
            over.append(pairs._replace(event=chosen[pairs.event].astype(np.int32)))
        over.extend(
            _meshed(island, flow, limit, losses, int(index), made_good, worst)
            for index in np.flatnonzero(sign & losses.meshed)
        )
    every = Over(*(np.concatenate([pairs[i] for pairs in over]) for i in range(3))) if over else None
    empty = np.empty(0, dtype=np.int64)
    return Effects(
        kind,
        losses.index,
        worst.loading,
        np.append(island.branch, NOTHING)[worst.line],
        worst.overloads.astype(np.int64),
        losses.lost_load_mw,
        losses.lost_generation_mw,
        short,
        island.branch[every.branch] if every else empty,
        every.event.astype(np.int64) if every else empty,
        every.flow if every else np.empty(0),
    )


def _meshed(
    island: Island,
    flow: Floats,
    limit: Floats,
    losses: Losses,
    index: int,
    response: Response,
    worst: Worst,
) -> Over:
    """Return what the loss of one bridge does where lines of the mesh are islanded with it."""
    reduction, steps = island.reduction, island.reduction.steps
    inside = (steps.met >= losses.first[index]) & (steps.met <= losses.last[index])
    gone = inside != losses.outside[index]
    one = np.zeros(losses.index.size, dtype=bool)
    one[index] = True
    amount = float(losses.take(one).events(response).amount[0])
    injection = response.share * amount
    injection[losses.node[index]] -= amount
    after = flow + reduction.solve(injection)[1]
    alive = ~(gone[reduction.tail] | gone[reduction.head])
    loading = np.where(alive & np.isfinite(limit), np.abs(after) / limit, 0.0)
    over = np.flatnonzero(alive & (np.abs(after) > limit + TOLERANCE_MW))
    if loading.size and loading.max() > 0:
        worst.loading[index] = loading.max()
        worst.line[index] = int(loading.argmax())
    worst.overloads[index] = over.size
    return Over(over.astype(np.int32), np.full(over.size, index, dtype=np.int32), after[over])


def _dc_lines(model: DcModel, limit: Floats) -> Effects:
    """Return the effects of losing each DC line: both of its ends at once, each made good on its own side."""
    network = model.network
    count = network.dc_lines
    loading, line = np.zeros(count), np.full(count, NOTHING)
    overloads, short = np.zeros(count, dtype=np.int64), np.zeros(count)
    found: list[tuple[Ints, Ints, Floats]] = []
    for dc in range(count):
        given = network.dc_p_mw[dc] - network.dc_loss_mw[dc]
        lost = np.zeros(network.buses)
        lost[network.dc_from[dc]] += network.dc_p_mw[dc]
        lost[network.dc_to[dc]] -= given
        change = np.array(lost)
        for island in {int(network.interconnect[b]) for b in (network.dc_from[dc], network.dc_to[dc])}:
            own = model.islands[island]
            missing = -float(lost[own.bus].sum())
            deficit, surplus = responses(model, own)
            response = deficit if missing > 0 else surplus
            short[dc] += max(abs(missing) - response.total_mw, 0.0)
            first_bus = own.bus[np.unique(own.node, return_index=True)[1]]  # any bus of a node will do
            change[first_bus] += response.share * missing
        after = model.flow + model.transfer(change)[1]
        share = np.where(np.isfinite(limit), np.abs(after) / limit, 0.0)
        over = np.flatnonzero(np.abs(np.nan_to_num(after)) > limit + TOLERANCE_MW)
        loading[dc] = np.nan_to_num(share).max(initial=0.0)
        line[dc] = int(np.nan_to_num(share).argmax()) if loading[dc] > 0 else NOTHING
        overloads[dc] = over.size
        found.append((over, np.full(over.size, dc), after[over]))
    zero = np.zeros(count)
    return Effects(
        "dc",
        np.arange(count),
        loading,
        line,
        overloads,
        zero,
        zero,
        short,
        *(np.concatenate([part[i] for part in found]) for i in range(3)),
    )
