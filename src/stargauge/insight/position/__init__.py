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
from stargauge.insight.position.reading import position_answers

__all__ = [
    "BlocAnswer",
    "ClassMonth",
    "LayerAnswer",
    "LayerMonth",
    "PositionAnswers",
    "StackAnswer",
    "StackMonth",
    "Standing",
    "position_answers",
]
