"""Attribution: what each lever, and each pillar, of a scenario adds to its outcomes (Shapley values)."""

from stargauge.insight.attribution.answer import (
    OFF_MEANS,
    SIGN_MEANS,
    TARGET_ERROR,
    Attribution,
    LeverShare,
    LeverTold,
    OutcomeShares,
    PillarShare,
)
from stargauge.insight.attribution.game import LeverGame, lever_game
from stargauge.insight.attribution.study import attribution

__all__ = [
    "OFF_MEANS",
    "SIGN_MEANS",
    "TARGET_ERROR",
    "Attribution",
    "LeverGame",
    "LeverShare",
    "LeverTold",
    "OutcomeShares",
    "PillarShare",
    "attribution",
    "lever_game",
]
