"""The outlook: expected stages and lever intensities by year, with bands, if hazards stay what they were."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, load_registry
from stargauge.policy.execution.chain import STAGES
from stargauge.policy.execution.fit import Fit
from stargauge.policy.execution.intensity import draw_execution, prepare_execution, stage_paths
from stargauge.policy.execution.observations import months_between
from stargauge.policy.execution.posterior import known_fit
from stargauge.policy.execution.sampler import Plan, Uniforms
from stargauge.policy.execution.summary import BAND, fit_dict
from stargauge.policy.plan.forms import STAGE_WORDS
from stargauge.policy.plan.loading import DEFAULT_STRATEGY, load_strategy

if TYPE_CHECKING:
    from rich.console import RenderableType

Floats = NDArray[np.float64]

FUTURES = 1024
"""Futures of an outlook: each draw of the posterior serves about once."""

LAST_YEAR = 2030
FURTHEST_YEAR = 2060
"""An outlook ends here: hazards of a first year say nothing of a generation later."""


@dataclass(frozen=True)
class Band:
    """Mean and 5, 50, 95 % over the futures."""

    mean: float
    quantiles: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the band as plain data."""
        return {"mean": self.mean, "quantiles": dict(zip(("p05", "p50", "p95"), self.quantiles, strict=True))}


@dataclass(frozen=True)
class StageLine:
    """How many distinct actions stand at a stage: on record now, and truly on each day (days)."""

    stage: int
    recorded: int
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class LeverPath:
    """Intensity of a lever: by the record now, and truly on each day (days); `actions` drive it."""

    lever: str
    actions: int
    recorded: float
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class OutlookAnswer:
    """The execution of a strategy from a day on: the first of `days`; the others are ends of years."""

    strategy: str
    as_of: dt.date
    days: tuple[dt.date, ...]
    futures: int
    fit: Fit
    stages: tuple[StageLine, ...]
    levers: tuple[LeverPath, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return counts of stages and intensities of levers by day, and the hazards, as plain data."""
        return {
            "strategy": self.strategy,
            "as_of": self.as_of.isoformat(),
            "days": [day.isoformat() for day in self.days],
            "futures": self.futures,
            "stages": [
                {
                    "stage": line.stage,
                    "meaning": STAGE_WORDS[line.stage],
                    "recorded": line.recorded,
                    "by_day": [band.to_dict() for band in line.bands],
                }
                for line in self.stages
            ],
            "levers": [
                {
                    "lever": line.lever,
                    "actions": line.actions,
                    "recorded": line.recorded,
                    "by_day": [band.to_dict() for band in line.bands],
                }
                for line in self.levers
            ],
            "fit": fit_dict(self.fit),
        }

    def render(self) -> RenderableType:
        """Return counts of stages, intensities of levers and the hazards."""
        from stargauge.policy.execution.screens import outlook_screen

        return outlook_screen(self)


def plan_outlook(
    uniforms: Uniforms,
    as_of: dt.date | None = None,
    until: int = LAST_YEAR,
    strategy: str | Path = DEFAULT_STRATEGY,
    registry: Registry | None = None,
    plan: Plan | None = None,
    futures: int = FUTURES,
) -> OutlookAnswer:
    """Answer `stargauge plan outlook`.

    Args:
        uniforms: Draws by name.
        as_of: Nothing known later counts; the edition of the strategy where None, or where it is later.
        until: Last year shown.
        strategy: Id of a strategy that ships, or the folder of another.
        registry: The facts, those shipped where None.
        plan: How long to sample.
        futures: How many futures.

    Raises:
        InputError: If the strategy has mistakes or was not released by the day, the last year is out of
            range, or an input has no fact known by the day.
    """
    whole = load_strategy(strategy)
    edition = whole.identity.edition
    day = min(as_of, edition) if as_of is not None else edition
    if not day.year <= until <= FURTHEST_YEAR:
        said = f"{until} must be from {day.year}, the year of the as-of day, to {FURTHEST_YEAR}"
        raise InputError("plan outlook", [Mistake(0, "until", said)], "nothing was fitted")
    facts = registry if registry is not None else load_registry()
    known = whole.as_of(day)
    fitted = known_fit(known, facts, day, uniforms, plan)
    prepared = prepare_execution(known, fitted)
    days = (day, *(dt.date(year, 12, 31) for year in range(day.year, until + 1)))
    columns = [round(months_between(day, one)) for one in days]
    luck = draw_execution(prepared.actions, uniforms, futures, columns[-1])
    paths = stage_paths(prepared, luck)[:, :, columns]
    recorded = fitted.record.latest.astype(np.int64)
    intensity = np.matmul(prepared.members, prepared.values[paths])
    return OutlookAnswer(
        strategy=whole.id,
        as_of=day,
        days=days,
        futures=futures,
        fit=fitted,
        stages=tuple(
            StageLine(stage, int((recorded == stage).sum()), _bands((paths == stage).sum(axis=1)))
            for stage in range(STAGES)
        ),
        levers=tuple(
            LeverPath(
                lever=name,
                actions=int(np.count_nonzero(prepared.members[place])),
                recorded=float(prepared.members[place] @ prepared.values[recorded]),
                bands=_bands(intensity[:, place]),
            )
            for place, name in enumerate(prepared.levers)
        ),
    )


def _bands(values: NDArray[np.float64] | NDArray[np.int64]) -> tuple[Band, ...]:
    """Return a band for each column of (futures, days)."""
    means = values.mean(axis=0)
    quantiles = np.quantile(values, BAND, axis=0)
    return tuple(
        Band(float(means[column]), tuple(float(one) for one in quantiles[:, column]))
        for column in range(values.shape[1])
    )
