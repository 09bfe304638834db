"""Comparison: scenarios set against the first of them, future by future on the same luck."""

from stargauge.insight.comparison.answer import Changed, Compared, Comparison, OutcomeDifference
from stargauge.insight.comparison.study import comparison

__all__ = ["Changed", "Compared", "Comparison", "OutcomeDifference", "comparison"]
