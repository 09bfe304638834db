"""How far each lever is in force, month by month in each future.

The intensity of a lever is the mean, over the actions behind it, of what their stages are worth:
L(t) = sum over its actions of v(stage) / n, in [0, 1]. An action that repeats another counts once.

What was measured by the as-of date holds what was in force by then, so an effect counts from there: something
that is (1 + g) times as large at full intensity (g = -e where a share e is removed) stands at

    scale(t) = (1 + g L(t)) / (1 + g L(now)).

`relative_intensity` turns that into an intensity beyond the as-of date, which kernels that use
1 + g l(t) take as it is. A lever that is *off* stays where it was on the as-of day (l = 0); with *no plan at
all* L is 0 from the as-of day on (l < 0: what was in force is undone).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stargauge.policy.execution.chain import STAGES
from stargauge.policy.execution.fit import Fit
from stargauge.policy.execution.outcome import monthly_matrices, true_now
from stargauge.policy.execution.sampler import Uniforms
from stargauge.policy.plan.strategy import Strategy
from stargauge.scenario.levers import LEVERS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Reading = Literal["off", "none"]


@dataclass(frozen=True)
class PreparedExecution:
    """Everything that futures of the execution need; plain arrays, so it can be sent to workers.

    Attributes:
        levers: Levers that some action drives, in the order of the table of levers.
        actions: Ids of the distinct actions.
        members: (levers, actions) share of each action in each lever; rows add up to 1.
        values: (4) what a stage is worth.
        group: (actions) group of each action.
        start: (draws, actions, 3) chance that the true stage now is at most 0, 1, 2.
        step: (draws, groups, 4, 3) chance that the stage a month later is at most 0, 1, 2, by stage.
    """

    levers: tuple[str, ...]
    actions: tuple[str, ...]
    members: Floats
    values: Floats
    group: Ints
    start: Floats
    step: Floats


@dataclass(frozen=True)
class ExecutionDraws:
    """The luck of a block of futures, uniform in (0, 1).

    Attributes:
        posterior: (futures) which draw of the hazards a future has.
        moves: (futures, actions, months + 1) true stage now, then the move of each month.
    """

    posterior: Floats
    moves: Floats


def prepare_execution(strategy: Strategy, fit: Fit) -> PreparedExecution:
    """Return what futures from the day of a fit need."""
    place = {name: number for number, name in enumerate(fit.record.actions)}
    levers, rows = [], []
    for lever in LEVERS:
        behind = {strategy.original(action.id) for action in strategy.actions_of_lever(lever)} & set(place)
        if behind:
            row = np.zeros(len(place))
            row[[place[name] for name in sorted(behind)]] = 1.0 / len(behind)
            levers.append(lever)
            rows.append(row)
    return PreparedExecution(
        levers=tuple(levers),
        actions=fit.record.actions,
        members=np.array(rows).reshape(len(levers), len(place)),
        values=fit.priors.values,
        group=fit.observations.groups.of_action,
        start=np.cumsum(true_now(fit), axis=-1)[..., : STAGES - 1],
        step=np.cumsum(monthly_matrices(fit), axis=-1)[..., : STAGES - 1],
    )


def draw_execution(actions: Sequence[str], uniforms: Uniforms, futures: int, months: int) -> ExecutionDraws:
    """Return the luck of a block: every action has draws of its own, so none moves another's.

    Args:
        actions: Ids of the actions.
        uniforms: Draws by name, of one block.
        futures: How many futures.
        months: How many months ahead.
    """
    by_action = [uniforms(f"action {name}", (futures, months + 1)) for name in actions]
    return ExecutionDraws(uniforms("posterior", (futures,)), np.stack(by_action, axis=1))


def stage_paths(prepared: PreparedExecution, draws: ExecutionDraws) -> NDArray[np.int8]:
    """Return (futures, actions, months + 1) the true stage of each action, now and at each month's end."""
    futures, actions, columns = draws.moves.shape
    pick = np.minimum((draws.posterior * prepared.start.shape[0]).astype(np.int64), len(prepared.start) - 1)
    stage = (draws.moves[:, :, 0, None] > prepared.start[pick]).sum(axis=-1)
    # One row of thresholds for each future, group and stage, so that a month is one gather.
    rows = prepared.step[pick].reshape(-1, STAGES - 1)
    first = (np.arange(futures)[:, None] * prepared.step.shape[1] + prepared.group) * STAGES
    paths = np.empty((futures, actions, columns), dtype=np.int8)
    paths[:, :, 0] = stage
    for month in range(1, columns):
        stage = (draws.moves[:, :, month, None] > rows[first + stage]).sum(axis=-1)
        paths[:, :, month] = stage
    return paths


def intensities(prepared: PreparedExecution, draws: ExecutionDraws) -> Floats:
    """Return (futures, levers, months + 1) how far each lever is in force, 0 to 1.

    Column 0 is the as-of day itself, column m the day m months later. A pure function of its arguments.

    Args:
        prepared: From `prepare_execution`.
        draws: The luck of the futures.
    """
    worth = prepared.values[stage_paths(prepared, draws)]
    found: Floats = np.matmul(prepared.members, worth)
    # The mean of numbers in [0, 1] may pass 1 by rounding.
    return np.clip(found, 0.0, 1.0, out=found)


def relative_scale(effect: Floats, path: Floats) -> Floats:
    """Return what an effect has come to since the as-of day: (1 + g L(t)) / (1 + g L(now)).

    Args:
        effect: Change at full intensity that broadcasts against the path without its last axis: -0.2 where a
            fifth is removed, 0.15 where something rises by 15 %.
        path: (..., months + 1) intensity of the lever, now first.

    Raises:
        ValueError: If full intensity would remove everything or more.
    """
    change = np.asarray(effect, dtype=np.float64)[..., None]
    if np.any(change <= -1.0):
        raise ValueError("an effect cannot remove all of what it acts on: its change must be above -1")
    scale: Floats = (1.0 + change * path) / (1.0 + change * path[..., :1])
    return scale


def relative_intensity(effect: Floats, path: Floats) -> Floats:
    """Return the intensity l(t) beyond the as-of day, so that 1 + g l(t) is `relative_scale`.

    l(t) = (L(t) - L(now)) / (1 + g L(now)); 0 on the as-of day. Where the effect is small it is the plain
    difference of intensities; where much is already removed the rest weighs more. Arguments and errors are
    those of `relative_scale`.
    """
    change = np.asarray(effect, dtype=np.float64)[..., None]
    if np.any(change <= -1.0):
        raise ValueError("an effect cannot remove all of what it acts on: its change must be above -1")
    now = path[..., :1]
    beyond: Floats = (path - now) / (1.0 + change * now)
    return beyond


def switched(paths: Floats, levers: Sequence[str], off: Iterable[str], reading: Reading = "off") -> Floats:
    """Return intensities with some levers switched off from the as-of day on.

    Args:
        paths: (futures, levers, months + 1) from `intensities`.
        levers: Names along the second axis.
        off: Levers to switch off.
        reading: "off" freezes a lever where it was on the as-of day; "none" takes back what was in force: 0
            in every later month. The as-of day itself is what it was in both.

    Raises:
        ValueError: If a lever is not among the names.
    """
    chosen = set(off)
    if unknown := sorted(chosen - set(levers)):
        raise ValueError(f"no action drives {', '.join(unknown)}")
    found = paths.copy()
    rows = [place for place, name in enumerate(levers) if name in chosen]
    found[:, rows, 1:] = found[:, rows, :1] if reading == "off" else 0.0
    return found
