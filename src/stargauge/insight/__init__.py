"""Insight: what a run answers, what moved it, and how well the model did before."""

from stargauge.insight.answers import Answers, Fan, PledgeAnswer, ProgrammeAnswer, answers
from stargauge.insight.backtest import ALL_PAIRS, COULD_CHANGE, Backtest, Summary, backtest
from stargauge.insight.drivers import Driver, drivers
from stargauge.model import NATION

__all__ = [
    "ALL_PAIRS",
    "COULD_CHANGE",
    "NATION",
    "Answers",
    "Backtest",
    "Driver",
    "Fan",
    "PledgeAnswer",
    "ProgrammeAnswer",
    "Summary",
    "answers",
    "backtest",
    "drivers",
]
