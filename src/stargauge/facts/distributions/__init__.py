"""The distributions a fact may have: a small base and one file for each member."""

from __future__ import annotations

from stargauge.facts.distributions.base import Distribution, FloatArray
from stargauge.facts.distributions.beta import Beta
from stargauge.facts.distributions.constant import Constant
from stargauge.facts.distributions.discrete import Discrete
from stargauge.facts.distributions.empirical import Empirical
from stargauge.facts.distributions.lognormal import Lognormal
from stargauge.facts.distributions.normal import Normal
from stargauge.facts.distributions.parsing import DISTRIBUTION_KINDS, parse_distribution
from stargauge.facts.distributions.triangular import Triangular

__all__ = [
    "DISTRIBUTION_KINDS",
    "Beta",
    "Constant",
    "Discrete",
    "Distribution",
    "Empirical",
    "FloatArray",
    "Lognormal",
    "Normal",
    "Triangular",
    "parse_distribution",
]
