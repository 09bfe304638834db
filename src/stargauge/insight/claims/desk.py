"""What `stargauge claims` does between reading its options and printing its answer."""

from __future__ import annotations

import hashlib
from pathlib import Path

from stargauge.ensemble import Store
from stargauge.errors import InputError, Mistake
from stargauge.facts import load_registry, tables_digest
from stargauge.insight.claims.answer import ClaimsAnswer
from stargauge.insight.claims.reader import SHIPPED, load_claims
from stargauge.insight.claims.study import Progress, answer_claims
from stargauge.scenario import Scenario, load_scenario, parse_scenario


def claims_of(
    file: Path | None = None,
    *,
    scenario: str | None = None,
    default: str = "us-2026",
    run: Path | None = None,
    futures: int | None = None,
    language: str = "en",
    workers: int | None = None,
    progress: Progress | None = None,
) -> ClaimsAnswer:
    """Return the answers to the claims in a file.

    Args:
        file: Claims file; the shipped claims by default.
        scenario: Built-in name or path of the scenario whose futures answer.
        default: The scenario where neither one nor a run is named.
        run: Folder of a finished run, whose scenario is taken and whose end values are used.
        futures: Futures simulated.
        language: Of the screen, en or zh.
        workers: Processes.
        progress: Called with (simulations of a block done, all).

    Raises:
        InputError: A mistake in the file, the scenario or an option; or the run was made from other facts.
        StoreError: There is no finished run in the folder.
    """
    if scenario is not None and run is not None:
        told = "exclude each other: a run folder holds its own scenario"
        raise InputError("the command line", [Mistake(0, "--scenario, --run", told)])
    claims = load_claims(file)
    store = Store.open(run) if run is not None else None
    asked = _scenario_of(store) if store is not None else load_scenario(scenario or default)
    return answer_claims(
        claims,
        asked,
        futures,
        source=file.name if file is not None else SHIPPED.name,
        language=language,
        store=store,
        workers=workers,
        progress=progress,
    )


def _scenario_of(store: Store) -> Scenario:
    """Return the scenario of a run that this version's facts still answer for."""
    inputs = store.record.inputs
    scenario = parse_scenario(inputs.scenario_yaml, str(store.folder))
    known = scenario.apply(load_registry())
    digest = hashlib.sha256(f"{known.digest()} {tables_digest()}".encode()).hexdigest()
    if digest != inputs.facts_digest:
        told = "was made from other facts than this version's; make the run again, or leave --run out"
        raise InputError("the command line", [Mistake(0, "--run", f"{store.folder} {told}")])
    return scenario
