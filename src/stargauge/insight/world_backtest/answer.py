"""The back-test of the world as data: scored forecasts, single predictions, what was not predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stargauge.insight.scores import covers, crps

if TYPE_CHECKING:
    from rich.console import RenderableType

Floats = NDArray[np.float64]

MODEL, PERSISTENCE, WALK = "model", "persistence", "logit walk"
"""The model; nothing changes; a normal random walk of the logit (of the logarithm where it is no share)."""

LEAST_POINTS = 8
"""Points a series must have by the origin to be scored; below, a prediction stands by itself."""

BANDS = (0.5, 0.9)
"""Central intervals whose coverage is told."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

VINTAGE = (
    "The fit sees only rows whose period was over by the origin. It sees them as later copies tell them: "
    "shares of compute are all from one copy of August 2026, in which early days hold what was found since."
)


@dataclass(frozen=True)
class Prediction:
    """What was predicted of one number and what came.

    `quantiles` at `QUANTILES`; `percentile` is the part of futures below what came, from 0 to 1.
    """

    question: str
    place: str
    origin: date
    day: date
    unit: str
    seen: str
    came: float
    quantiles: tuple[float, ...]
    percentile: float
    note: str

    @property
    def median(self) -> float:
        """The middle of the futures."""
        return self.quantiles[QUANTILES.index(0.5)]


@dataclass(frozen=True)
class Scored:
    """A prediction of a series with enough points: by method CRPS in its unit, and which bands held it."""

    prediction: Prediction
    crps: dict[str, float]
    held: dict[str, tuple[bool, ...]]

    def better_than(self, other: str) -> bool:
        """Return whether the model scored better than a baseline."""
        return self.crps[MODEL] < self.crps[other]


@dataclass(frozen=True)
class Summary:
    """Mean CRPS by method, and the part of truths in each of `BANDS` by method; persistence has no band.

    `won` counts the forecasts in which the model scored better than each baseline.
    """

    label: str
    unit: str
    forecasts: int
    crps: dict[str, float]
    coverage: dict[str, tuple[float, ...]]
    won: dict[str, int]

    def loses_to(self) -> tuple[str, ...]:
        """Return the baselines whose mean score is not worse than the model's."""
        return tuple(name for name in self.won if self.crps[name] <= self.crps[MODEL])


@dataclass(frozen=True)
class WorldBacktest:
    """All forecasts of the world that could be judged; `left_out` says why others are not among them."""

    futures: int
    scored: tuple[Scored, ...]
    summaries: tuple[Summary, ...]
    singles: tuple[Prediction, ...]
    left_out: dict[str, str]
    movement: dict[str, float]

    def summary(self, label: str) -> Summary:
        """Return the summary of a label."""
        return next(one for one in self.summaries if one.label == label)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "futures": self.futures,
            "vintage": VINTAGE,
            "bands": list(BANDS),
            "quantiles_at": list(QUANTILES),
            "movement": self.movement,
            "summaries": [{**asdict(one), "loses_to": list(one.loses_to())} for one in self.summaries],
            "scored": [{**_plain(one.prediction), "crps": one.crps, "held": one.held} for one in self.scored],
            "singles": [_plain(one) for one in self.singles],
            "left_out": self.left_out,
        }

    def render(self) -> RenderableType:
        """Return the screen, within 100 columns."""
        from stargauge.insight.world_backtest.screen import world_backtest_screen

        return world_backtest_screen(self)


def predicted(
    question: str,
    place: str,
    days: tuple[date, date],
    unit: str,
    seen: str,
    sample: Floats,
    came: float,
    note: str = "",
) -> Prediction:
    """Return a prediction from its futures; `days` are the origin and the day asked for."""
    below = float((sample < came).mean() + 0.5 * (sample == came).mean())
    marks = tuple(float(x) for x in np.quantile(sample, QUANTILES))
    return Prediction(question, place, *days, unit, seen, came, marks, below, note)


def score(prediction: Prediction, samples: dict[str, Floats]) -> Scored:
    """Return a prediction scored beside its baselines: futures by method, one future for persistence."""
    came = prediction.came
    return Scored(
        prediction,
        {name: crps(sample, came) for name, sample in samples.items()},
        {
            name: tuple(covers(sample, came, share) for share in BANDS)
            for name, sample in samples.items()
            if sample.size > 1
        },
    )


def summarise(label: str, scored: Sequence[Scored]) -> Summary:
    """Return the summary of some scored forecasts of one unit."""
    names = list(scored[0].crps)
    told = list(scored[0].held)
    return Summary(
        label,
        scored[0].prediction.unit,
        len(scored),
        {name: float(np.mean([one.crps[name] for one in scored])) for name in names},
        {name: tuple(float(x) for x in np.mean([one.held[name] for one in scored], axis=0)) for name in told},
        {name: sum(one.better_than(name) for one in scored) for name in names if name != MODEL},
    )


def _plain(prediction: Prediction) -> dict[str, Any]:
    own = asdict(prediction)
    return {**own, "origin": str(prediction.origin), "day": str(prediction.day)}
