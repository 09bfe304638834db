"""Local opposition to data centres: the index, its sourced priors, and a check against the short series."""

from __future__ import annotations

from stargauge.opposition.answer import OppositionCheck, opposition_check
from stargauge.opposition.index import (
    bill_change,
    hazard_factor,
    mood,
    moratorium_rate,
    stage_factor,
    step_index,
)
from stargauge.opposition.inputs import (
    FIXED,
    OPPOSITION_UNITS,
    UNCERTAIN,
    OppositionInputs,
    opposition_inputs,
)

__all__ = [
    "FIXED",
    "OPPOSITION_UNITS",
    "UNCERTAIN",
    "OppositionCheck",
    "OppositionInputs",
    "bill_change",
    "hazard_factor",
    "mood",
    "moratorium_rate",
    "opposition_check",
    "opposition_inputs",
    "stage_factor",
    "step_index",
]
