"""How a strategy is carried out: hazards between stages, and how far each lever gets in each future."""

from stargauge.policy.execution.backtest import BacktestAnswer, plan_backtest
from stargauge.policy.execution.fit import Fit, fit
from stargauge.policy.execution.intensity import (
    ExecutionDraws,
    PreparedExecution,
    draw_execution,
    intensities,
    prepare_execution,
    relative_intensity,
    relative_scale,
    stage_paths,
    switched,
)
from stargauge.policy.execution.outlook import OutlookAnswer, plan_outlook
from stargauge.policy.execution.sampler import Plan, Uniforms

__all__ = [
    "BacktestAnswer",
    "ExecutionDraws",
    "Fit",
    "OutlookAnswer",
    "Plan",
    "PreparedExecution",
    "Uniforms",
    "draw_execution",
    "fit",
    "intensities",
    "plan_backtest",
    "plan_outlook",
    "prepare_execution",
    "relative_intensity",
    "relative_scale",
    "stage_paths",
    "switched",
]
