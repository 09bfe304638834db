"""What becomes of the plan in a run: stages on record, what its levers buy, how execution has scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stargauge.insight.attribution import Attribution, attribution
from stargauge.model import execution_luck
from stargauge.policy.execution import BacktestAnswer, plan_backtest
from stargauge.policy.plan import Panel, load_strategy, quarterly_panel
from stargauge.scenario import Scenario

FUTURES = 256
"""Futures of the attribution that stands beside a run: one block, along an order and its reverse."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class StrategyAnswer:
    """The plan beside a run; `panel` is None where the run looks from before the plan's release."""

    title: str
    as_of: str
    panel: Panel | None
    backtest: BacktestAnswer | None
    attribution: Attribution | None


def strategy_answer(
    scenario: Scenario,
    *,
    futures: int = FUTURES,
    workers: int | None = None,
    progress: Progress | None = None,
) -> StrategyAnswer:
    """Return the plan beside a run of a scenario.

    Args:
        scenario: Of the run.
        futures: Futures of the attribution.
        workers: Processes; as many as the machine grants by default.
        progress: Called with (simulations of a block done, in all).

    Raises:
        StargaugeError: As `attribution` and `plan_backtest`.
    """
    plan = load_strategy()
    released = scenario.as_of >= plan.identity.released
    return StrategyAnswer(
        title=plan.identity.title,
        as_of=str(scenario.as_of),
        panel=quarterly_panel(plan, scenario.as_of) if released else None,
        backtest=plan_backtest(execution_luck),
        attribution=attribution(scenario, futures=futures, workers=workers, progress=progress),
    )
