"""A run from scenario to answers: what `stargauge run` does, and the same from Python."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stargauge.ensemble import RunInputs, Store, run_ensemble
from stargauge.facts import Registry, load_registry, load_tables, tables_digest
from stargauge.insight import Answers, Backtest, answers
from stargauge.model import Prepared, prepare
from stargauge.scenario import Scenario, to_yaml

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FinishedRun:
    """A finished run: the scenario made ready, the stored results and what they answer."""

    prepared: Prepared
    store: Store
    answers: Answers


def run(
    scenario: Scenario,
    out: Path,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    resume: bool = True,
    scored: Backtest | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> FinishedRun:
    """Run a scenario into a folder and return what it answers.

    Args:
        scenario: The scenario.
        out: Run folder; what an interrupted run left there is gone on with.
        workers: Worker processes; as many as the machine grants by default.
        cluster: `local:N` or the address of a Dask scheduler.
        resume: False starts afresh.
        scored: A back-test to show beside the answers.
        progress: Called with (futures done, futures).
        notify: Called with a sentence where something stored had to be computed again.

    Raises:
        StargaugeError: what `prepare` and `run_ensemble` raise.
    """
    registry, tables = load_registry(), load_tables()
    prepared = prepare(scenario, registry, tables)
    store = run_ensemble(
        prepared,
        out,
        inputs=run_inputs(scenario, registry),
        futures=scenario.futures,
        workers=workers,
        cluster=cluster,
        resume=resume,
        progress=progress,
        notify=notify,
    )
    return FinishedRun(prepared, store, answers(prepared, store, tables, scored))


def run_inputs(scenario: Scenario, registry: Registry) -> RunInputs:
    """Return what a run is made from, for its record: the scenario, and the digest of facts and tables."""
    known: Registry = scenario.apply(registry)
    digest = hashlib.sha256(f"{known.digest()} {tables_digest()}".encode()).hexdigest()
    return RunInputs(
        scenario_name=scenario.name,
        scenario_yaml=to_yaml(scenario),
        facts_digest=digest,
        facts_as_of=str(max(fact.known_from for fact in known)),
    )
