"""Attribution: what each lever, and each pillar, of a scenario adds to its outcomes (Shapley values)."""

from stargauge.insight.attribution.answer import (
    ACTIONS_MEAN,
    OFF_MEANS,
    SIGN_MEANS,
    TARGET_ERROR,
    ActionShare,
    Attribution,
    LeverShare,
    LeverTold,
    OutcomeShares,
    PillarShare,
)
from stargauge.insight.attribution.game import LeverGame, lever_game
from stargauge.insight.attribution.study import attribution

__all__ = [
    "ACTIONS_MEAN",
    "OFF_MEANS",
    "SIGN_MEANS",
    "TARGET_ERROR",
    "ActionShare",
    "Attribution",
    "LeverGame",
    "LeverShare",
    "LeverTold",
    "OutcomeShares",
    "PillarShare",
    "attribution",
    "lever_game",
]
