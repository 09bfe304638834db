"""Would it have said so? Compute, spending, tokens, downloads as of earlier dates, against what came."""

from stargauge.insight.world_backtest.answer import Prediction, Scored, Summary, WorldBacktest
from stargauge.insight.world_backtest.study import world_backtest

__all__ = ["Prediction", "Scored", "Summary", "WorldBacktest", "world_backtest"]
