"""What moves a block of futures: the intensity of each lever beyond the as-of date, from plan and scenario.

From the month of the first step that a scenario gives a lever, the lever is where the steps say, in every
future; until then, and where the scenario says nothing, it is where the plan has got.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.policy.effects import ACTS_ON, effect_name
from stargauge.policy.execution.course import Course, CourseDraws, levels
from stargauge.policy.execution.intensity import relative_intensity
from stargauge.scenario import Scenario

Floats = NDArray[np.float64]

STAGE_NAMES = ("land", "power", "construction", "fitout")

REMOVES = -1.0
"""Sign of an effect on a stage: it removes a share of its time."""


@dataclass(frozen=True)
class LeverPaths:
    """The levers of a block of futures.

    `level` (futures, levers of the course, months) is how far the plan puts each in force, 0 to 1.
    """

    scenario: Scenario
    course: Course
    level: Floats

    def beyond(self, lever: str, change: Floats | float = 0.0) -> Floats:
        """Return (futures or 1, months) the intensity of a lever beyond the as-of date, 0 up to it.

        1 where a step of the scenario sets all of it; below 0 where something is undone.

        Args:
            lever: Any lever; one that neither the plan nor the scenario moves is at 0.
            change: (futures) relative change of what it acts on at full intensity: what is in force by the
                as-of date is in today's numbers, so what remains weighs by 1 / (1 + change · L(now)). 0 gives
                the plain difference of intensities.
        """
        steps = self.scenario.lever_path(lever)
        said = ~np.isnan(steps)
        if lever not in self.course.levers:
            return np.where(said, steps, 0.0)[None, :]
        path = self.level[:, self.course.levers.index(lever)]
        found = relative_intensity(np.broadcast_to(change, path.shape[:1]), path)
        found[:, said] = steps[said]
        return found

    def strength(self, lever: str, sizes: dict[str, Floats]) -> Floats:
        """Return (futures, months) the relative change that a lever makes of what it acts on.

        Args:
            lever: A modelled lever.
            sizes: (futures) size of each effect by its name.
        """
        size = sizes[effect_name(lever)]
        sign = REMOVES if ACTS_ON[lever] in STAGE_NAMES else 1.0
        return np.asarray(size[:, None] * self.beyond(lever, sign * size))

    def in_force(self, lever: str) -> Floats:
        """Return (futures, months) how far the plan puts a lever in force, 0 to 1, whatever it acts on.

        Steps of the scenario count from where the lever stood on the as-of day: a step of 1 is 1.

        Raises:
            KeyError: No action drives the lever, or the run did not ask for it.
        """
        if lever not in self.course.levers:
            raise KeyError(lever)
        path = self.level[:, self.course.levers.index(lever)].copy()
        steps = self.scenario.lever_path(lever)
        said = ~np.isnan(steps)
        path[:, said] = path[:, :1] + steps[said] * (1.0 - path[:, :1])
        return path


def lever_paths(scenario: Scenario, course: Course, draws: CourseDraws) -> LeverPaths:
    """Return the levers of a block of futures, a pure function of its draws."""
    return LeverPaths(scenario, course, levels(course, draws))


def scale_integrals(
    paths: LeverPaths, levers: tuple[str, ...], sizes: dict[str, Floats], horizon: int, futures: int
) -> tuple[Floats, bool]:
    """Return the clock of each stage under the levers of a block.

    Args:
        paths: Gives the intensity of each lever by future and month.
        levers: Levers with a modelled effect; those that act on no stage are passed over.
        sizes: (futures) size of each effect by its name.
        horizon: Number of months.
        futures: Number of futures.

    Returns:
        (futures, stages, horizon + 1) the integral of dt/scale from the start to each month boundary, and
        whether no lever moves anything (the integral is then the month itself).
    """
    rate = np.ones((futures, len(STAGE_NAMES), horizon))
    idle = True
    for lever in levers:
        if ACTS_ON[lever] not in STAGE_NAMES:
            continue
        removed = paths.strength(lever, sizes)
        if not np.any(removed):
            continue
        idle = False
        rate[:, STAGE_NAMES.index(ACTS_ON[lever])] /= 1.0 - removed
    integral = np.zeros((futures, len(STAGE_NAMES), horizon + 1))
    np.cumsum(rate, axis=2, out=integral[:, :, 1:])
    return integral, idle
