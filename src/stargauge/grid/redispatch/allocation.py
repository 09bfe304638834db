"""Many requests at once: what each gets of what the grid can carry, with generation dispatched anew."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any, Literal, get_args

import numpy as np
import polars as pl

from stargauge.errors import Mistake
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.flows.threads import Workers
from stargauge.grid.network import Network
from stargauge.grid.redispatch.allocated import Allocation
from stargauge.grid.redispatch.allowances import allow
from stargauge.grid.redispatch.answer import Effort
from stargauge.grid.redispatch.capacity import Progress, pairs_screened
from stargauge.grid.redispatch.desk import Desk
from stargauge.grid.redispatch.frames import binding_frame, labelled, ratings_frame, units_frame
from stargauge.grid.redispatch.movement import least_movement
from stargauge.grid.redispatch.requests import Request, check_requests
from stargauge.grid.redispatch.rules import Pmin, PreExisting, Rules
from stargauge.grid.redispatch.sharing import SHARINGS, ProRata, Queue, Shared, Sharing, Stage

Rule = Literal["prorata", "value", "queue", "total"]
RULES: tuple[Rule, ...] = get_args(Rule)

CONCEDED = 1e-3
"""What those who are served first leave to the others. At 0 their last MW may rest on the whole redispatch of
a network, however little it adds, and what is left to others is decided by the tolerance of the solver."""

FACTOR = 1e-3
"""Elements on which a request puts less than this share of itself are not named as binding it."""

FULL_MW = 1e-3
"""A request that lacks less is fully served."""


def allocate(
    network: Network | DcModel,
    requests: Sequence[Request],
    *,
    rule: Rule = "prorata",
    limits: Ratings | None = None,
    pmin: Pmin = "0",
    pre_existing: PreExisting = "exclude",
    fixed_fuels: Sequence[str] = (),
    kept: float = 0.0,
    conceded: float = CONCEDED,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Allocation:
    """Return what each request gets, N-1 secure all together, and what binds it.

    Args:
        network: The network.
        requests: The requests.
        rule: `prorata` (largest common share, then more for whom nothing holds back), `queue` (first come,
            first served), `value` (most value times MW), `total` (most MW).
        limits: Which ratings hold; rate A before and rate B after an outage if None.
        pmin: Lowest output of units, `0` or `case`; see `Rules`.
        pre_existing: What becomes of pairs over their limit before the loads; see `Rules`.
        fixed_fuels: Fuels whose units keep their output.
        kept: Part of a curtailable request that still draws power after an outage, 0 to 1.
        conceded: With `queue` and `prorata`: share of what it could have that each leaves to those who come
            after it; see `CONCEDED`.
        threads: Threads of the screening; all processors if None. Results do not depend on it.
        progress: Told in words what is being done.

    Raises:
        InputError: A request or option that is not legal; a network that cannot be balanced.
        SolverError: The solver failed.
    """
    started = perf_counter()
    rules = Rules(pmin, pre_existing, limits or Ratings(), tuple(fixed_fuels))
    plain = network.network if isinstance(network, DcModel) else network
    mistakes = check_requests(requests, plain, rule)
    if rule not in RULES:
        mistakes.append(Mistake(0, "rule", f'"{rule}" is no rule; known: {", ".join(RULES)}'))
    if not requests:
        mistakes.append(Mistake(0, "requests", "there is no request"))
    if not 0.0 <= kept <= 1.0:
        mistakes.append(Mistake(0, "kept", f"is {kept:g}; it must be a share from 0 to 1"))
    if not 0.0 <= conceded < 1.0:
        mistakes.append(Mistake(0, "conceded", f"is {conceded:g}; it must be a share from 0 to below 1"))
    rules.check(mistakes, "allocation")
    model = prepare(network)
    index = [model.network.bus_index(request.bus) for request in requests]
    in_turn: dict[str, Sharing] = {"queue": Queue(conceded), "prorata": ProRata(conceded)}
    sharing = in_turn[rule] if rule in in_turn else SHARINGS[rule]()
    with Workers(threads) as workers:
        allowances = allow(Desk.of(model, rules, index, workers, tell=progress))
        desk = allowances.desk
        loads = [
            desk.load(bus, kept if request.kind == "curtailable" else 1.0)
            for bus, request in zip(index, requests, strict=True)
        ]
        shared = sharing.share(desk, requests, loads)
        moved, settled = least_movement(desk, loads, shared.load_mw, shared.program.pairs)
    curtailable = any(request.kind == "curtailable" for request in requests)
    words = [f"shared by {rule}: {sharing.rule}", rules.text(model)]
    if curtailable:
        words.append(curtailed_words(kept))
    text = " · ".join(words)

    def label(frame: pl.DataFrame) -> pl.DataFrame:
        return labelled(frame, model, text)

    return Allocation(
        label(_requests_frame(model, requests, index, shared)),
        label(_binding(desk, requests, shared)),
        label(_ratings(desk, shared)),
        label(units_frame(desk, moved)),
        desk.output_mw(moved),
        label(allowances.frame(settled.before_mw, settled.after_mw)),
        max(max(stage.bound - stage.best, 0.0) for stage in shared.stages),
        shared.slack,
        Effort(
            shared.rounds,
            int(shared.program.pairs.element.size),
            pairs_screened(desk),
            shared.program.retries,
            perf_counter() - started,
        ),
        text,
        model,
    )


def curtailed_words(kept: float) -> str:
    """Return what curtailable load does after an outage, in words."""
    left = f"falls to {kept * 100:g} %" if kept else "is cut"
    return f"curtailable load {left} when any branch is lost, generation lowered pro rata to present output"


def _requests_frame(
    model: DcModel, requests: Sequence[Request], index: Sequence[int], shared: Shared
) -> pl.DataFrame:
    """Return one row a request, in the order of the requests."""
    network = model.network
    rows: list[dict[str, Any]] = []
    for request, bus, mw in zip(requests, index, shared.load_mw.tolist(), strict=True):
        rows.append(
            {
                "name": request.name,
                "bus": request.bus,
                "bus_name": network.bus_name[bus],
                "kind": request.kind,
                "queue": request.queue,
                "value": request.value,
                "wanted_mw": float(request.mw),
                "mw": mw,
                "share": mw / request.mw,
            }
        )
    return pl.DataFrame(rows, schema=_REQUESTS)


_REQUESTS = pl.Schema(
    {
        "name": pl.String(),
        "bus": pl.Int64(),
        "bus_name": pl.String(),
        "kind": pl.String(),
        "queue": pl.Float64(),
        "value": pl.Float64(),
        "wanted_mw": pl.Float64(),
        "mw": pl.Float64(),
        "share": pl.Float64(),
    }
)


def _binding(desk: Desk, requests: Sequence[Request], shared: Shared) -> pl.DataFrame:
    """Return what binds each request that is not fully served: the pairs of the stage that decided it."""
    frames = []
    for number, request in enumerate(requests):
        if shared.load_mw[number] >= request.mw - FULL_MW:
            continue
        stage = next(stage for stage in shared.stages if number in stage.decided)
        towards = stage.factor[:, number] > FACTOR
        value = stage.value if _counts(stage, shared) else np.full(stage.value.size, np.nan)
        frame = binding_frame(
            desk,
            stage.pairs.take(towards),
            value[towards],
            stage.factor[towards, number],
            shared.settled,
        )
        frame = frame.with_columns(pl.col("value").fill_nan(None))
        frames.append(
            frame.select(
                pl.lit(request.name).alias("request"), pl.all(), pl.lit(stage.what).alias("value_of")
            )
        )
    if not frames:
        empty = binding_frame(desk, _nothing(shared), np.empty(0), np.empty(0), shared.settled)
        text = pl.lit("", dtype=pl.String)
        return empty.select(text.alias("request"), pl.all(), text.alias("value_of"))
    return pl.concat(frames)


def _ratings(desk: Desk, shared: Shared) -> pl.DataFrame:
    """Return what one MW more of each binding rating is worth in each stage."""
    frames = [
        ratings_frame(desk, stage.pairs, stage.value).select(
            pl.lit(number, dtype=pl.Int64).alias("stage"), pl.lit(stage.what).alias("value_of"), pl.all()
        )
        for number, stage in enumerate(shared.stages, start=1)
        if number == 1 or _counts(stage, shared)
    ]
    return pl.concat(frames)


def _counts(stage: Stage, shared: Shared) -> bool:
    """Return whether a stage gave anything: where nothing is left, worths are ratios of roundings."""
    return float(shared.load_mw[list(stage.decided)].sum()) >= FULL_MW


def _nothing(shared: Shared) -> Any:
    pairs = shared.stages[0].pairs
    return pairs.take(np.zeros(pairs.element.size, dtype=bool))
