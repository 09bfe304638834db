"""Sourced history of blocs: shares of compute, other series, and a small model of how shares move."""

from stargauge.world.series.history import (
    COMPUTE,
    ShareHistory,
    WorldSeries,
    compute_history,
    month_ends,
    quarter_ends,
    world_series,
)
from stargauge.world.series.levels import LevelForecast, fit_level, forecast_level
from stargauge.world.series.movement import Conditioned, Luck, Variances, condition, simulate
from stargauge.world.series.shares import Movement, ShareForecast, fit_shares, forecast_shares

__all__ = [
    "COMPUTE",
    "Conditioned",
    "LevelForecast",
    "Luck",
    "Movement",
    "ShareForecast",
    "ShareHistory",
    "Variances",
    "WorldSeries",
    "compute_history",
    "condition",
    "fit_level",
    "fit_shares",
    "forecast_level",
    "forecast_shares",
    "month_ends",
    "quarter_ends",
    "simulate",
    "world_series",
]
