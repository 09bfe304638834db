"""The answer of an attribution: what levers and pillars add to each outcome, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

OFF_MEANS = (
    "Off means frozen: the lever stays where it was on the as-of date, and only what comes after counts.",
    "No plan at all: from the month after the as-of date nothing behind the lever is in force, what had been "
    "by then included; what was built sooner by then stays built.",
)
"""What "off" means, in both readings."""

ACTIONS_MEAN = (
    "A lever's share is split among its actions by what each is expected to gain until the month of the "
    "outcome (worth: 0 none, 0.15 begun, 0.5 partly in force, 1 in force)."
)
"""What the numbers of actions say."""

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
class ActionShare:
    """What of a lever's share hangs on an action: `part` of it, `value` in the outcome's unit.

    `worth_now` and `worth_then` are what its stage is expected to be worth on the as-of date and in the month
    of the outcome, 0 to 1.
    """

    action: str
    worth_now: float
    worth_then: float
    part: float
    value: float


@dataclass(frozen=True)
class LeverShare:
    """What a lever adds to the mean of an outcome, in the outcome's unit.

    `actions` are what it hangs on, none where the scenario sets it. `standard_error` counts the luck of
    futures and of orders. `p05` and `p95` are of its effect over futures. `against`, `turns` and `nothing`
    are shares of futures: see `SIGN_MEANS`; nothing: no effect at all.
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
    actions: tuple[ActionShare, ...] = ()


@dataclass(frozen=True)
class PillarShare:
    """What a pillar adds: the sum of its levers, and its value where pillars are the players.

    `never` is its value in the second reading, in which a pillar that is off was never decided; None where
    nothing of the plan is at work.
    """

    pillar: str
    levers: tuple[str, ...]
    sum_of_levers: float
    sum_error: float
    value: float
    standard_error: float
    never: float | None = None
    never_error: float | None = None


@dataclass(frozen=True)
class OutcomeShares:
    """One outcome: its mean with all levers off and with all at work, and what each adds.

    The values of `levers`, and those of `pillars`, add up to `total` = `full` - `off`; `residual` is what
    rounding leaves of that, of levers. `never` is the mean with no plan at all and nothing set by the
    scenario, `never_total` what plan and scenario add to it; None where nothing of the plan is at work.
    `month` is the month by which actions count.
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
    never: float | None = None
    never_total: float | None = None
    never_error: float | None = None
    month: str = ""

    @property
    def largest_error(self) -> float:
        """The largest standard error of a lever, as a share of the total effect; infinite where that is 0."""
        errors = max((one.standard_error for one in self.levers), default=0.0)
        if errors == 0.0:
            return 0.0
        return errors / abs(self.total) if self.total else float("inf")


@dataclass(frozen=True)
class LeverTold:
    """A lever of the scenario: what it was set to, the actions of the plan behind it, its expected course.

    `now` and `then` are the intensity that the plan is expected to put it to on the as-of date and at the end
    of the run; None where no action drives it.
    """

    lever: str
    pillar: str
    meaning: str
    steps: tuple[dict[str, Any], ...]
    actions: tuple[str, ...]
    now: float | None = None
    then: float | None = None


@dataclass(frozen=True)
class Attribution:
    """What the levers of a scenario buy.

    `players` are the levers at work, `elsewhere` those that act on none of the outcomes, `idle` those with a
    modelled effect that nothing moves (they add exactly 0), `tracked` those without one. `untold` are the
    actions behind the last and those elsewhere, "" for those that drive no lever. `remark` says where there
    is no plan yet. `simulations` counts simulated blocks of futures.
    """

    scenario: str
    scenario_digest: str
    as_of: str
    strategy: str
    execution: str
    remark: str
    full_force: bool
    seed: int
    futures: int
    method: str
    orders: int
    simulations: int
    seconds: float
    players: tuple[LeverTold, ...]
    idle: tuple[str, ...]
    elsewhere: tuple[str, ...]
    tracked: tuple[str, ...]
    untold: dict[str, tuple[str, ...]]
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
            "actions_mean": ACTIONS_MEAN,
            "target_error": TARGET_ERROR,
            "beyond_target": [one.name for one in self.outcomes if one.largest_error > TARGET_ERROR],
        }

    def render(self) -> RenderableType:
        """Return the screen."""
        from stargauge.insight.attribution.screen import attribution_screen

        return attribution_screen(self)
