"""Position among blocs: what a run answers, and which conclusions hang on how it is read."""

from stargauge.insight.position.answer import (
    BlocAnswer,
    ClassMonth,
    LayerAnswer,
    LayerMonth,
    PositionAnswers,
    StackAnswer,
    StackMonth,
    Standing,
)
from stargauge.insight.position.beside import WorldBeside, world_beside
from stargauge.insight.position.desk import WorldAnswer, flips_of_scenario, world_of_run, world_of_scenario
from stargauge.insight.position.flips import ASKED, Flip, Flips, flips
from stargauge.insight.position.reading import position_answers

__all__ = [
    "ASKED",
    "BlocAnswer",
    "ClassMonth",
    "Flip",
    "Flips",
    "LayerAnswer",
    "LayerMonth",
    "PositionAnswers",
    "StackAnswer",
    "StackMonth",
    "Standing",
    "WorldAnswer",
    "WorldBeside",
    "flips",
    "flips_of_scenario",
    "position_answers",
    "world_beside",
    "world_of_run",
    "world_of_scenario",
]
