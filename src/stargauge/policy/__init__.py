"""Policy: how far the plan gets, what a lever does to the world, and the source of its size."""

from stargauge.policy.effects import (
    ACTS_ON,
    POSITION_LEVERS,
    Effect,
    modelled_effects,
    modelled_levers,
    read_levers,
)
from stargauge.policy.execution.course import (
    Course,
    CourseDraws,
    draw_course,
    expected_worth,
    levels,
    prepare_course,
)
from stargauge.policy.packages import check_names, plan_vocabulary, remarks
from stargauge.policy.paths import LeverPaths, lever_paths, scale_integrals

__all__ = [
    "ACTS_ON",
    "POSITION_LEVERS",
    "Course",
    "CourseDraws",
    "Effect",
    "LeverPaths",
    "check_names",
    "draw_course",
    "expected_worth",
    "levels",
    "lever_paths",
    "modelled_effects",
    "modelled_levers",
    "plan_vocabulary",
    "prepare_course",
    "read_levers",
    "remarks",
    "scale_integrals",
]
