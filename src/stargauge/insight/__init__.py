"""Insight: what a run answers, what moved it, and how well the model did before."""

from stargauge.insight.answers import Answers, PledgeAnswer, ProgrammeAnswer, answers
from stargauge.insight.backtest import ALL_PAIRS, COULD_CHANGE, Backtest, Summary, backtest
from stargauge.insight.drivers import Driver, drivers
from stargauge.insight.fans import Fan
from stargauge.insight.left_out import NOT_MODELLED
from stargauge.insight.regional import (
    Amount,
    Band,
    RegionalAnswers,
    RegionAnswer,
    RegionYear,
    SupplyYear,
)
from stargauge.insight.regions import regional_answers
from stargauge.model import NATION

__all__ = [
    "ALL_PAIRS",
    "COULD_CHANGE",
    "NATION",
    "NOT_MODELLED",
    "Amount",
    "Answers",
    "Backtest",
    "Band",
    "Driver",
    "Fan",
    "PledgeAnswer",
    "ProgrammeAnswer",
    "RegionAnswer",
    "RegionYear",
    "RegionalAnswers",
    "Summary",
    "SupplyYear",
    "answers",
    "backtest",
    "drivers",
    "regional_answers",
]
