"""The posterior that runs use: hazards learnt up to the last quarter's end, stages as of the day itself.

Sampling takes some seconds, so the draws for the strategies and facts that ship are kept in
`posterior.parquet`, one set of rows for each last day of a quarter, for the day of the release and for that
of the edition. A set belongs to a record and to priors (`key_of`): where an override or another record makes
the key another one, the draws are made on the spot, and are the same as if they had been kept. Nothing known
later than the day enters: a run as of a day in the midst of a quarter learns nothing from that quarter but
the stages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.facts import Registry
from stargauge.policy.execution.fit import Fit, draw_normals, fit_of, fit_record
from stargauge.policy.execution.observations import Record, read_record
from stargauge.policy.execution.priors import Priors, read_priors
from stargauge.policy.execution.sampler import Plan, Uniforms, split_r_hat
from stargauge.policy.plan.strategy import Strategy

Floats = NDArray[np.float64]

POSTERIOR_FILE = Path(__file__).parent / "posterior.parquet"

DIGITS = 1000.0
"""Standard normal numbers are kept to thousandths, a far smaller step than the spread of the draws."""

KEY = "key"


def standing_fit(strategy: Strategy, registry: Registry, as_of: dt.date, uniforms: Uniforms) -> Fit:
    """Return the hazards as learnt by a day, beside the stages on record on that day.

    Args:
        strategy: The strategy with its events.
        registry: The facts; those known later than the day are left out.
        as_of: The day; later than the edition of the strategy nothing is on record.
        uniforms: Draws by name, where the posterior has to be sampled.

    Raises:
        InputError: If the strategy was not released by the day, or an input has no fact known by it.
    """
    priors = read_priors(registry.as_of(as_of))
    record = read_record(strategy, as_of)
    learnt = read_record(strategy, learning_day(record, strategy.identity.edition))
    if learnt.actions != record.actions:
        # Actions that came since belong to kinds of which the older posterior says nothing.
        learnt = record
    normals = posterior_normals(learnt, priors, uniforms)
    return fit_of(record, priors, normals, np.empty(0))


def known_fit(
    strategy: Strategy, registry: Registry, as_of: dt.date, uniforms: Uniforms, plan: Plan | None = None
) -> Fit:
    """Return what `fit` returns, from the kept draws where there are some for the day; arguments as there."""
    priors = read_priors(registry.as_of(as_of))
    record = read_record(strategy, as_of)
    kept = _kept().get(key_of(record, priors)) if plan is None else None
    if kept is None:
        return fit_record(record, priors, uniforms, plan)
    normals = kept.astype(np.float64) / DIGITS
    chains = normals.reshape(-1, Plan().chains, normals.shape[1])
    return fit_of(record, priors, normals, split_r_hat(chains))


def learning_day(record: Record, edition: dt.date) -> dt.date:
    """Return the last day at which hazards are learnt: the release, a quarter's end, the edition."""
    last = record.days[-1]
    quarter_ends = last.month % 3 == 0 and (last + dt.timedelta(days=1)).day == 1
    if len(record.days) == 1 or last == edition or quarter_ends:
        return last
    return record.days[-2]


def posterior_normals(record: Record, priors: Priors, uniforms: Uniforms) -> Floats:
    """Return (draws, numbers) the kept draws of a posterior; sampled where none are kept."""
    key = key_of(record, priors)
    kept = _kept().get(key)
    if kept is None:
        kept = _made.get(key)
    if kept is None:
        kept = rounded(draw_normals(record, priors, uniforms))
        _made[key] = kept
    return kept.astype(np.float64) / DIGITS


def rounded(drawn: Floats) -> NDArray[np.int16]:
    """Return (draws, numbers) standard normal numbers in thousandths."""
    flat = drawn.reshape(-1, drawn.shape[2])
    limit = np.iinfo(np.int16).max
    return np.clip(np.rint(flat * DIGITS), -limit, limit).astype(np.int16)


def key_of(record: Record, priors: Priors) -> str:
    """Return what decides a posterior, as 16 hexadecimal digits: record, priors and length of the chains."""
    content = {
        "days": [day.isoformat() for day in record.days],
        "actions": record.actions,
        "pillars": record.pillars,
        "verbs": record.verbs,
        "stages": record.stages.tolist(),
        "priors": [[one.kind, one.parameters] for one in priors.distributions],
        "plan": asdict(Plan()),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def shipped_records(strategy: Strategy) -> tuple[Record, ...]:
    """Return the records whose posteriors are kept: by the release, each quarter's end, and the edition."""
    released, edition = strategy.identity.released, strategy.identity.edition
    days = dict.fromkeys((released, *read_record(strategy, edition).days))
    return tuple(read_record(strategy, day) for day in days)


def write_posteriors(strategies: tuple[Strategy, ...], registry: Registry, uniforms: Uniforms) -> None:
    """Write the file of kept draws for strategies and facts."""
    frames = []
    for strategy in strategies:
        for record in shipped_records(strategy):
            priors = read_priors(registry.as_of(record.days[-1]))
            drawn = rounded(draw_normals(record, priors, uniforms))
            columns = {f"n{place:02d}": drawn[:, place] for place in range(drawn.shape[1])}
            frames.append(pl.DataFrame({KEY: [key_of(record, priors)] * len(drawn), **columns}))
    pl.concat(frames, how="diagonal").write_parquet(POSTERIOR_FILE, compression="zstd", compression_level=19)


_made: dict[str, NDArray[np.int16]] = {}
"""Draws sampled in this process."""


@cache
def _kept() -> dict[str, NDArray[np.int16]]:
    """Return the kept draws by key; numbers that a record has none of are left out."""
    frame = pl.read_parquet(POSTERIOR_FILE)
    found = {}
    for (key,), rows in frame.group_by(KEY, maintain_order=True):
        numbers = rows.drop(KEY)
        used = [name for name in numbers.columns if numbers[name].null_count() == 0]
        found[str(key)] = numbers.select(used).to_numpy()
    return found
