"""Position: shares by layer, effective poles, concentration, who leads, and the class of world."""

from stargauge.world.position.classes import CLASSES, MEANINGS, TITLES
from stargauge.world.position.inputs import FIXED, Thresholds, thresholds
from stargauge.world.position.kernel import Positions, empty_positions
from stargauge.world.position.measuring import GULF_OWN, GULF_US, belongs_to, positions

__all__ = [
    "CLASSES",
    "FIXED",
    "GULF_OWN",
    "GULF_US",
    "MEANINGS",
    "TITLES",
    "Positions",
    "Thresholds",
    "belongs_to",
    "empty_positions",
    "positions",
    "thresholds",
]
