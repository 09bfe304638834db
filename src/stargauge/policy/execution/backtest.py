"""The back-test: fit to the events until one day, predict the stages on record on another, and score.

Beside it stand the forecast that nothing moves; two straight lines of mean stages, by pillar and by kind of
action; and, harder to beat, the moves so far repeated as often as they came. Differences are over the same
actions, with a bootstrap over them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, load_registry
from stargauge.policy.execution.chain import STAGES
from stargauge.policy.execution.fit import Fit
from stargauge.policy.execution.observations import months_between
from stargauge.policy.execution.outcome import recorded_by_draw
from stargauge.policy.execution.posterior import known_fit
from stargauge.policy.execution.sampler import Plan, Uniforms
from stargauge.policy.execution.scoring import (
    RESAMPLES,
    bootstrap,
    brier,
    nothing_moves,
    past_moves,
    ranked,
    straight_line,
)
from stargauge.policy.execution.summary import BAND, fit_dict
from stargauge.policy.plan.forms import STAGE_WORDS
from stargauge.policy.plan.loading import DEFAULT_STRATEGY, load_strategy
from stargauge.policy.plan.panel import NOT_YET
from stargauge.policy.plan.status import stages
from stargauge.policy.plan.strategy import Strategy

if TYPE_CHECKING:
    from rich.console import RenderableType

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ORIGIN = dt.date(2025, 12, 31)

MODEL = "hazards"
SCORES: dict[str, Callable[[Floats, Ints], Floats]] = {"brier": brier, "ranked": ranked}


@dataclass(frozen=True)
class Comparison:
    """Mean score of the hazards less that of a baseline, with a 90 % interval; below 0 the hazards win."""

    baseline: str
    score: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class CountLine:
    """How many actions stand at a stage: on the first day, as forecast (5, 50, 95 %), and as it came."""

    stage: int
    before: int
    forecast: tuple[float, ...]
    mean: float
    came: int


@dataclass(frozen=True)
class BacktestAnswer:
    """Forecasts of the stage of each action, and what came.

    Attributes:
        strategy: Id of the strategy.
        origin: Day of the fit; nothing known later went in.
        target: Day forecast.
        fit: The hazards.
        actions: Ids of the actions scored.
        before: (actions) stage on record at the origin.
        truth: (actions) stage on record on the target day.
        forecasts: (actions, 4) chances by name of the forecast, the hazards first.
        comparisons: Against each baseline, by each score.
        counts: By stage.
    """

    strategy: str
    origin: dt.date
    target: dt.date
    fit: Fit
    actions: tuple[str, ...]
    before: Ints
    truth: Ints
    forecasts: dict[str, Floats]
    comparisons: tuple[Comparison, ...]
    counts: tuple[CountLine, ...]

    def score(self, forecast: str, score: str, stage: int | None = None) -> float:
        """Return the mean score of a forecast, over all actions or those that stood at a stage."""
        rows = np.ones(len(self.actions), dtype=bool) if stage is None else self.before == stage
        values = SCORES[score](self.forecasts[forecast][rows], self.truth[rows])
        return float(values.mean()) if values.size else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """Return scores, comparisons, counts, the fit and every action's forecast as plain data."""
        occurring = [stage for stage in range(STAGES) if np.any(self.before == stage)]
        return {
            "strategy": self.strategy,
            "origin": self.origin.isoformat(),
            "target": self.target.isoformat(),
            "actions": len(self.actions),
            "moved": int(np.sum(self.before != self.truth)),
            "scores": {
                name: {
                    score: {
                        "all": self.score(name, score),
                        "by_stage": {str(stage): self.score(name, score, stage) for stage in occurring},
                    }
                    for score in SCORES
                }
                for name in self.forecasts
            },
            "comparisons": [vars(one) for one in self.comparisons],
            "counts": [{**vars(one), "forecast": list(one.forecast)} for one in self.counts],
            "fit": fit_dict(self.fit),
            "by_action": [
                {
                    "id": name,
                    "before": int(self.before[place]),
                    "after": int(self.truth[place]),
                    "forecast": [float(chance) for chance in self.forecasts[MODEL][place]],
                }
                for place, name in enumerate(self.actions)
            ],
        }

    def render(self) -> RenderableType:
        """Return scores beside the baselines, then counts by stage and the hazards."""
        from stargauge.policy.execution.screens import backtest_screen

        return backtest_screen(self)


def plan_backtest(
    uniforms: Uniforms,
    origin: dt.date = ORIGIN,
    target: dt.date | None = None,
    strategy: str | Path = DEFAULT_STRATEGY,
    registry: Registry | None = None,
    plan: Plan | None = None,
) -> BacktestAnswer:
    """Answer `stargauge plan backtest`.

    Args:
        uniforms: Draws by name.
        origin: The hazards are fitted to what was known on this day.
        target: Day whose stages are predicted; the edition of the strategy where None.
        strategy: Id of a strategy that ships, or the folder of another.
        registry: The facts, those shipped where None.
        plan: How long to sample.

    Raises:
        InputError: If the strategy has mistakes, the days are in the wrong order, later than its edition or
            too near its release for a line, or an input has no fact known at the origin.
    """
    whole = load_strategy(strategy)
    day = target if target is not None else whole.identity.edition
    _check_days(origin, day, whole)
    facts = registry if registry is not None else load_registry()
    fitted = known_fit(whole, facts, origin, uniforms, plan)
    record = fitted.record
    later = stages(whole, day)
    truth = np.array([later[name] for name in record.actions], dtype=np.int64)
    before = record.latest.astype(np.int64)
    ahead = months_between(origin, day)
    by_draw = recorded_by_draw(fitted, ahead)
    times = np.array([months_between(record.days[0], one) for one in record.days])
    # An action that was added on the way had done nothing before.
    history = np.where(record.stages == NOT_YET, 0, record.stages).astype(np.float64)
    verbs = fitted.observations.groups.verb[fitted.observations.groups.of_action]
    forecasts = {
        MODEL: np.asarray(by_draw.mean(axis=0)),
        "nothing moves": nothing_moves(before),
        "line by pillar": straight_line(history, times, ahead, np.array(record.pillars)),
        "line by verb": straight_line(history, times, ahead, verbs),
        "past moves": past_moves(record.stages.astype(np.int64), times, ahead),
    }
    chances = uniforms("backtest bootstrap", (RESAMPLES, truth.size))
    return BacktestAnswer(
        strategy=whole.id,
        origin=origin,
        target=day,
        fit=fitted,
        actions=record.actions,
        before=before,
        truth=truth,
        forecasts=forecasts,
        comparisons=_compare(forecasts, truth, chances),
        counts=_count(by_draw, record.actions, before, truth, uniforms),
    )


def _check_days(origin: dt.date, target: dt.date, strategy: Strategy) -> None:
    edition = strategy.identity.edition
    mistakes = []
    if origin == strategy.identity.released:
        said = f"{origin} is the day of the release, when nothing had moved yet; choose a later one"
        mistakes.append(Mistake(0, "origin", said))
    if target <= origin:
        mistakes.append(Mistake(0, "origin", f"{origin} must be before the day forecast, {target}"))
    if target > edition:
        mistakes.append(Mistake(0, "target", f"events were collected up to {edition}, not {target}"))
    if mistakes:
        raise InputError("plan backtest", mistakes, NOTHING)


def _compare(forecasts: dict[str, Floats], truth: Ints, chances: Floats) -> tuple[Comparison, ...]:
    found = []
    for name in list(forecasts)[1:]:
        for score, function in SCORES.items():
            difference = function(forecasts[MODEL], truth) - function(forecasts[name], truth)
            found.append(Comparison(name, score, float(difference.mean()), *bootstrap(difference, chances)))
    return tuple(found)


def _count(
    by_draw: Floats, actions: tuple[str, ...], before: Ints, truth: Ints, uniforms: Uniforms
) -> tuple[CountLine, ...]:
    draws = by_draw.shape[0]
    luck = np.stack([uniforms(f"backtest {name}", (draws,)) for name in actions], axis=1)
    reached = (luck[:, :, None] > np.cumsum(by_draw, axis=2)[:, :, : STAGES - 1]).sum(axis=2)
    lines = []
    for stage in range(len(STAGE_WORDS)):
        counts = (reached == stage).sum(axis=1)
        lines.append(
            CountLine(
                stage=stage,
                before=int((before == stage).sum()),
                forecast=tuple(float(value) for value in np.quantile(counts, BAND)),
                mean=float(by_draw[:, :, stage].sum(axis=1).mean()),
                came=int((truth == stage).sum()),
            )
        )
    return tuple(lines)


NOTHING = "nothing was fitted"
