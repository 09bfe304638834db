"""The answer of an attribution: what levers and pillars add to each outcome, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

OFF_MEANS = (
    "Off means frozen: the lever stays where it was on the as-of date, and only what comes after counts.",
    "The other reading, a world in which there never was a plan, is not computed: the facts of 2025 and 2026 "
    "already hold what had been carried out by then, and no source says how much of them it was.",
)
"""What "off" means, in both readings."""

SIGN_MEANS = (
    "against: share of futures in which a lever's effect (its mean over the orders in which levers join) has "
    "the other sign than its mean over futures. turns: share of futures in which it adds in one company of "
    "levers and takes away in another, of the companies tried; a sample tries few of them, all are tried "
    "when exact."
)
"""What the two shares of signs count."""

TARGET_ERROR = 0.05
"""A standard error is aimed to be at most this share of the total effect."""


@dataclass(frozen=True)
class LeverShare:
    """What a lever adds to the mean of an outcome, in the outcome's unit.

    `standard_error` counts the luck of futures and of orders. `p05` and `p95` are of its effect over futures.
    `against`, `turns` and `nothing` are shares of futures: see `SIGN_MEANS`; nothing: no effect at all.
    """

    lever: str
    pillar: str
    value: float
    standard_error: float
    p05: float
    p95: float
    against: float
    turns: float
    nothing: float


@dataclass(frozen=True)
class PillarShare:
    """What a pillar adds: the sum of its levers, and its value where pillars are the players."""

    pillar: str
    levers: tuple[str, ...]
    sum_of_levers: float
    sum_error: float
    value: float
    standard_error: float


@dataclass(frozen=True)
class OutcomeShares:
    """One outcome: its mean with all levers off and with all at work, and what each adds.

    The values of `levers`, and those of `pillars`, add up to `total` = `full` - `off`; `residual` is what
    rounding leaves of that, of levers.
    """

    name: str
    title: str
    unit: str
    off: float
    full: float
    total: float
    total_error: float
    residual: float
    levers: tuple[LeverShare, ...]
    pillars: tuple[PillarShare, ...]

    @property
    def largest_error(self) -> float:
        """The largest standard error of a lever, as a share of the total effect; infinite where that is 0."""
        errors = max((one.standard_error for one in self.levers), default=0.0)
        if errors == 0.0:
            return 0.0
        return errors / abs(self.total) if self.total else float("inf")


@dataclass(frozen=True)
class LeverTold:
    """A lever of the scenario: what it was set to and the actions of the plan behind it."""

    lever: str
    pillar: str
    meaning: str
    steps: tuple[dict[str, Any], ...]
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Attribution:
    """What the levers of a scenario buy.

    `players` are the levers at work, `idle` those with a modelled effect that the scenario keeps off (they
    add exactly 0), `tracked` those without one. `simulations` counts simulated blocks of futures.
    """

    scenario: str
    scenario_digest: str
    as_of: str
    strategy: str
    assumed: bool
    seed: int
    futures: int
    method: str
    orders: int
    simulations: int
    seconds: float
    players: tuple[LeverTold, ...]
    idle: tuple[str, ...]
    tracked: tuple[str, ...]
    outcomes: tuple[OutcomeShares, ...]

    def outcome(self, name: str) -> OutcomeShares:
        """Return an outcome by its name; raises `KeyError`."""
        for one in self.outcomes:
            if one.name == name:
                return one
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; `seconds` is left out, so that equal answers are equal text."""
        from dataclasses import asdict

        plain = asdict(self)
        del plain["seconds"]
        return {
            **plain,
            "off_means": list(OFF_MEANS),
            "sign_means": SIGN_MEANS,
            "target_error": TARGET_ERROR,
            "beyond_target": [one.name for one in self.outcomes if one.largest_error > TARGET_ERROR],
        }

    def render(self) -> RenderableType:
        """Return the screen."""
        from stargauge.insight.attribution.screen import attribution_screen

        return attribution_screen(self)
