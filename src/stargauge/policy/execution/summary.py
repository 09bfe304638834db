"""The hazards in words and numbers: what was held before the panel, and what is held after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stargauge.policy.execution.fit import Fit
from stargauge.policy.execution.priors import UNITS

BAND = (0.05, 0.5, 0.95)

MEANINGS = {
    "execution.hazard.begin": "nothing to begun, a month",
    "execution.hazard.advance": "begun to partly in force, a month",
    "execution.hazard.complete": "partly to fully in force, a month",
    "execution.hazard.reverse": "back by one stage, a month",
    "execution.skip": "share whose first sign is partly in force",
    "execution.detection": "share of actions that leave traces",
    "execution.spread.pillar": "spread of log pace among pillars",
    "execution.spread.verb": "spread of log pace among kinds of action",
}


@dataclass(frozen=True)
class InputLine:
    """An input of the chain: 5, 50 and 95 % before the panel was read, and after."""

    name: str
    meaning: str
    unit: str
    prior: tuple[float, ...]
    posterior: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain data."""
        return {
            "input": self.name,
            "meaning": self.meaning,
            "unit": self.unit,
            "quantiles": list(BAND),
            "prior": list(self.prior),
            "posterior": list(self.posterior),
        }


def input_lines(fit: Fit) -> tuple[InputLine, ...]:
    """Return every input with its band before and after."""
    return tuple(
        InputLine(
            name=name,
            meaning=MEANINGS[name],
            unit=unit,
            prior=_numbers(fit.priors.distributions[place].quantile(np.array(BAND))),
            posterior=_numbers(np.quantile(fit.parameters.shared[:, place], BAND)),
        )
        for place, (name, unit) in enumerate(UNITS.items())
    )


def fit_dict(fit: Fit) -> dict[str, Any]:
    """Return the fit as plain data: day, sizes, inputs, and the worst disagreement of its chains."""
    return {
        "as_of": fit.as_of.isoformat(),
        "actions": len(fit.record.actions),
        "never_seen": int(fit.observations.unseen_group.size),
        "draws": fit.draws,
        "r_hat": float(fit.r_hat.max()),
        "inputs": [line.to_dict() for line in input_lines(fit)],
    }


def _numbers(values: np.typing.NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
