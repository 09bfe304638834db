"""Claims: what was said would come, answered with a chance, the evidence so far, and what moves it."""

from stargauge.insight.claims.answer import ClaimAnswer, ClaimsAnswer, ConditionAnswer, OnRecord, Source
from stargauge.insight.claims.claim import Claim, ClaimsFile, Evidence, Paired, Said
from stargauge.insight.claims.condition import Condition
from stargauge.insight.claims.metrics import METRICS, Metric
from stargauge.insight.claims.movers import Mover
from stargauge.insight.claims.reader import SHIPPED, load_claims, parse_claims
from stargauge.insight.claims.study import FUTURES, answer_claims
from stargauge.insight.claims.words import LANGUAGES, Words

__all__ = [
    "FUTURES",
    "LANGUAGES",
    "METRICS",
    "SHIPPED",
    "Claim",
    "ClaimAnswer",
    "ClaimsAnswer",
    "ClaimsFile",
    "Condition",
    "ConditionAnswer",
    "Evidence",
    "Metric",
    "Mover",
    "OnRecord",
    "Paired",
    "Said",
    "Source",
    "Words",
    "answer_claims",
    "load_claims",
    "parse_claims",
]
