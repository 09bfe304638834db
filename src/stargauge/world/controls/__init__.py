"""US export controls on chips as a tool: the class of a chip on a day, and what the rules ask of one export.

Rules, chips, country groups and thresholds are tables in `data/`, each row with its source;
`docs/controls.md` says how they are read. Not legal advice.
"""

from __future__ import annotations

from stargauge.world.controls.answer import ControlsAnswer, TableAnswer, controls_check, controls_table
from stargauge.world.controls.batch import Answers, ChipArrays, Questions, chip_arrays, decide_many
from stargauge.world.controls.chips import Chip, chips, own_chip
from stargauge.world.controls.classes import chip_class, foundry_presumed, tariff_band, under_china_line
from stargauge.world.controls.codes import Decision, Question
from stargauge.world.controls.decision import decide
from stargauge.world.controls.files import BatchAnswer, controls_batch
from stargauge.world.controls.metrics import (
    memory_bandwidth_density,
    performance_density,
    total_processing_performance,
)
from stargauge.world.controls.regime import Regime, regime
from stargauge.world.controls.tables import load_controls

__all__ = [
    "Answers",
    "BatchAnswer",
    "Chip",
    "ChipArrays",
    "ControlsAnswer",
    "Decision",
    "Question",
    "Questions",
    "Regime",
    "TableAnswer",
    "chip_arrays",
    "chip_class",
    "chips",
    "controls_batch",
    "controls_check",
    "controls_table",
    "decide",
    "decide_many",
    "foundry_presumed",
    "load_controls",
    "memory_bandwidth_density",
    "own_chip",
    "performance_density",
    "regime",
    "tariff_band",
    "total_processing_performance",
    "under_china_line",
]
