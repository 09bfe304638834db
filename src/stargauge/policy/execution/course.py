"""The course of the plan in a run: how far each lever is in force, month by month in each future.

Only levers that are asked for are drawn, and each action has draws of its own, so asking for another lever or
adding an action moves no other draw. An action's draws are the times of its moves, not months: a longer run
goes on where a shorter one ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Registry
from stargauge.policy.execution.chain import STAGES, Hazards, generators, transitions
from stargauge.policy.execution.observations import months_between
from stargauge.policy.execution.outcome import true_now
from stargauge.policy.execution.posterior import standing_fit
from stargauge.policy.execution.sampler import Uniforms
from stargauge.policy.execution.walk import FITTED, FROZEN, HAZARDS, LUCK, NONE, walk_actions
from stargauge.policy.packages import Switches, before_the_plan, check_names, switches
from stargauge.policy.plan.loading import load_strategy
from stargauge.scenario import LEVERS, Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXECUTIONS = {"fitted": FITTED, "frozen": FROZEN, "none": NONE}


@dataclass(frozen=True)
class Course:
    """What futures of the plan need; plain arrays, so it can be sent to workers.

    Attributes:
        strategy: Id of the strategy.
        remark: Why no lever of it moves, "" where levers do.
        execution: What becomes of the plan: fitted, frozen or none.
        levers: Levers asked for that some action drives, in the order of the table of levers.
        actions: The distinct actions behind them, by lever; their order moves no draw.
        lever: (actions) place of the lever each drives.
        values: (4) what a stage is worth.
        group: (actions) group of each action in `rates`.
        start: (draws, actions, 3) chance that the true stage on the record's last day is at most 0, 1, 2.
        rates: (draws, groups, 5) hazards per month: begin, advance, complete, reverse; share that skips.
        since: Months from that day to the as-of date; above 0 only after the edition of the strategy.
        first: Month of the run in which the as-of date falls.
        months: Months of the run.
        switches: What the scenario does with actions.
        undone: (levers) levers set to 0 after the as-of month, whatever else is said.
    """

    strategy: str
    remark: str
    execution: str
    levers: tuple[str, ...]
    actions: tuple[str, ...]
    lever: Ints
    values: Floats
    group: Ints
    start: Floats
    rates: Floats
    since: float
    first: int
    months: int
    switches: Switches
    undone: NDArray[np.bool_]

    def without(self, levers: Iterable[str]) -> Course:
        """Return the course in a world in which nothing behind some levers was ever decided."""
        chosen = set(levers)
        return replace(self, undone=np.array([name in chosen for name in self.levers], dtype=np.bool_))


@dataclass(frozen=True)
class CourseDraws:
    """The luck of a block, uniform in (0, 1): `posterior` (futures), `moves` (futures, actions, `LUCK`)."""

    posterior: Floats
    moves: Floats


def prepare_course(
    scenario: Scenario, registry: Registry, asked: Iterable[str], uniforms: Uniforms
) -> Course:
    """Return what futures of the plan need.

    Before its release the plan is not there: no lever is driven, and `remark` says so.

    Args:
        scenario: Its policy block and as-of date.
        registry: The facts, with the scenario's overrides.
        asked: Levers that a run reads.
        uniforms: Draws by name, for a posterior that is not kept; the same for all seeds.

    Raises:
        InputError: A name in the policy block that the plan does not know; or an input of the execution
            without a fact known by the as-of date.
    """
    check_names(scenario)
    strategy = load_strategy(scenario.policy.strategy)
    months = scenario.months()
    first = months.index(f"{scenario.as_of:%Y-%m}")
    if scenario.as_of < strategy.identity.released:
        return _nothing(scenario, strategy.id, before_the_plan(strategy, scenario), first, len(months))
    fit = standing_fit(strategy, registry, scenario.as_of, uniforms)
    place = {name: number for number, name in enumerate(fit.record.actions)}
    wanted = set(asked)
    behind = {
        lever: tuple(
            dict.fromkeys(
                original
                for action in strategy.actions_of_lever(lever)
                if (original := strategy.original(action.id)) in place
            )
        )
        for lever in LEVERS
        if lever in wanted
    }
    levers = tuple(lever for lever, actions in behind.items() if actions)
    actions = tuple(action for lever in levers for action in behind[lever])
    rows = np.array([place[name] for name in actions], dtype=np.int64)
    groups, group = np.unique(fit.observations.groups.of_action[rows], return_inverse=True)
    hazards = fit.parameters.hazards()
    last = fit.record.days[-1]
    return Course(
        strategy=strategy.id,
        remark="",
        execution=scenario.policy.execution,
        levers=levers,
        actions=actions,
        lever=np.array([n for n, lever in enumerate(levers) for _ in behind[lever]], dtype=np.int64),
        values=fit.priors.values,
        group=group.astype(np.int64),
        start=np.cumsum(true_now(fit)[:, rows], axis=-1)[..., : STAGES - 1],
        rates=_rates(hazards, groups),
        since=max(0.0, months_between(last, scenario.as_of)),
        first=first,
        months=len(months),
        switches=switches(strategy, scenario.policy, actions, months[first:]),
        undone=np.zeros(len(levers), dtype=np.bool_),
    )


def draw_course(
    course: Course, uniforms: Callable[[str, tuple[int, ...]], Floats], futures: int
) -> CourseDraws:
    """Return the luck of a block of the plan.

    Args:
        course: Names the actions.
        uniforms: Draws by name, of one block.
        futures: How many futures.
    """
    moves = np.empty((futures, len(course.actions), LUCK))
    for row, name in enumerate(course.actions):
        moves[:, row] = uniforms(f"action {name}", (futures, LUCK))
    return CourseDraws(uniforms("posterior", (futures,)), moves)


def levels(course: Course, draws: CourseDraws) -> Floats:
    """Return (futures, levers, months of the run) how far each lever is in force, 0 to 1.

    The as-of month and those before it hold the intensity on the as-of day, the month m months later that on
    the day m months after it. A pure function of its arguments.
    """
    found = np.empty((draws.posterior.size, len(course.levers), course.months))
    walk_actions(
        _pick(course, draws),
        draws.moves,
        course.start,
        course.rates,
        course.group,
        course.lever,
        _counts(course),
        course.values,
        course.since,
        EXECUTIONS[course.execution],
        course.switches.still,
        course.switches.delay,
        course.switches.least,
        course.undone,
        course.first,
        found,
    )
    return found


def expected_worth(course: Course, month: int) -> tuple[Floats, Floats]:
    """Return (actions) what the stage of each action is expected to be worth now, and in a month of the run.

    Worth 1 is in force. By the transition matrices, so without error of sampling.
    """
    column = max(0, month - course.first)
    after = 0.0 if course.execution == "frozen" else np.maximum(0.0, column - course.switches.delay)
    after = np.where(course.switches.still, 0.0, after)
    begin, advance, complete, reverse, skip = (course.rates[:, course.group, one] for one in range(5))
    rates = generators(Hazards(begin, advance, complete, reverse, skip))
    chance = np.diff(course.start, axis=-1, prepend=0.0, append=1.0)
    now = np.einsum("dai,daij->aj", chance, transitions(rates, np.array(course.since)))
    then = np.einsum("dai,daij->aj", chance, transitions(rates, course.since + after))
    draws = course.start.shape[0]
    stages = np.arange(STAGES)
    shown = np.zeros_like(stages) if course.execution == "none" and column > 0 else stages
    least = course.switches.least[:, min(column, course.switches.least.shape[1] - 1), None]
    floor = np.maximum(shown[None, :], least)
    floor = np.where((course.undone[course.lever] & (column > 0))[:, None], 0, floor)
    worth = (then / draws * course.values[floor]).sum(axis=1)
    return np.asarray(now / draws @ course.values), np.asarray(worth)


def _pick(course: Course, draws: CourseDraws) -> Ints:
    return np.minimum((draws.posterior * len(course.start)).astype(np.int64), len(course.start) - 1)


def _counts(course: Course) -> Floats:
    return np.bincount(course.lever, minlength=len(course.levers)).astype(np.float64)


def _rates(hazards: Hazards, groups: Ints) -> Floats:
    moving = [np.asarray(one)[:, groups] for one in (hazards.begin, hazards.advance, hazards.complete)]
    shared = [np.broadcast_to(one, moving[0].shape) for one in (hazards.reverse, hazards.skip)]
    return np.ascontiguousarray(np.stack([*moving, *shared], axis=-1))


def _nothing(scenario: Scenario, strategy: str, remark: str, first: int, months: int) -> Course:
    """Return the course of a plan that was not there on the as-of date."""
    nobody = np.zeros(0, dtype=np.int64)
    return Course(
        strategy=strategy,
        remark=remark,
        execution=scenario.policy.execution,
        levers=(),
        actions=(),
        lever=nobody,
        values=np.zeros(STAGES),
        group=nobody,
        start=np.zeros((1, 0, STAGES - 1)),
        rates=np.zeros((1, 0, HAZARDS)),
        since=0.0,
        first=first,
        months=months,
        switches=Switches(np.zeros(0, dtype=np.bool_), np.zeros(0), np.zeros((0, 1), dtype=np.int8)),
        undone=np.zeros(0, dtype=np.bool_),
    )
