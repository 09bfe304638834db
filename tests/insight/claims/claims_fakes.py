"""A run made of arrays that a test chooses: every answer can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.facts import parse_distribution
from stargauge.insight.claims import study
from stargauge.insight.trials import Finished, Subject, Task
from stargauge.model import BlockResult, EndValue, Series
from stargauge.scenario import Scenario, load_scenario
from stargauge.streams import uniforms

Floats = NDArray[np.float64]
BLOCK = 256
SCENARIO = "us-2026"

Paths = Callable[[Any, int], Mapping[str, Floats]]
"""From a prepared scenario and a block to (futures, months) by name of series."""


def months() -> tuple[str, ...]:
    return load_scenario(SCENARIO).months()


def fake_prepared(
    scenario: Scenario, series: Sequence[str], ends: Sequence[str], inputs: Sequence[str] = ()
) -> Any:
    """What the claims need of a prepared scenario."""
    return SimpleNamespace(
        seed=scenario.seed,
        months=scenario.months(),
        series=tuple(Series(name, "ratio", 1.0) for name in series),
        end_values=tuple(EndValue(name, "month") for name in ends),
        scenario=scenario,
        uncertain={name: parse_distribution("normal", "mean=0; sd=1") for name in inputs},
        sources={},
        units={},
    )


def input_values(prepared: Any, name: str, block: int) -> Floats:
    """The draws of an input in a block, as the model would make them."""
    values: Floats = prepared.uncertain[name].quantile(
        uniforms(prepared.seed, name, "national", block, BLOCK)
    )
    return values


def fake_run(
    monkeypatch: pytest.MonkeyPatch,
    paths: Paths,
    ends: Paths = lambda prepared, block: {},
    inputs: Sequence[str] = (),
) -> list[Scenario]:
    """Let claims be answered from chosen paths; returns the scenarios that are made ready, as they come."""
    seen: list[Scenario] = []
    probe = fake_prepared(load_scenario(SCENARIO), (), (), inputs)
    names, end_names = tuple(paths(probe, 0)), tuple(ends(probe, 0))

    def prepare(scenario: Scenario, *rest: Any) -> Any:
        seen.append(scenario)
        return fake_prepared(scenario, names, end_names, inputs)

    def carry_out_all(subjects: Sequence[Subject], tasks: Sequence[Task], workers: int) -> Iterator[Finished]:
        for task in reversed(tasks):  # in any order
            subject = subjects[task.subject]
            values = []
            for levers in task.levers:
                changed: Any = SimpleNamespace(**vars(subject.prepared))
                changed.levers = levers
                found, found_ends = paths(changed, task.block), ends(changed, task.block)
                result = BlockResult(
                    np.stack(list(found.values()), axis=1) if found else np.empty((BLOCK, 0, len(months()))),
                    np.stack(list(found_ends.values()), axis=1) if found_ends else np.empty((BLOCK, 0)),
                )
                values.append([outcome.of(result)[: task.futures] for outcome in subject.outcomes])
            yield Finished(task, np.array(values))

    monkeypatch.setattr(study, "prepare", prepare)
    monkeypatch.setattr(study, "carry_out_all", carry_out_all)
    return seen


def claim(*conditions: str, extra: str = "") -> str:
    """A file with one claim, its conditions written in YAML flow style."""
    listed = "\n".join(f"      - {{{one}}}" for one in conditions)
    return (
        "stargauge_claims: 1\ntitle: {en: T, zh: 題}\nclaims:\n"
        "  - id: one\n    title: {en: One, zh: 一}\n"
        "    said: {who: {en: Somebody, zh: 某人}, on: 2025-01, grade: C}\n"
        f"{extra}    true_when:\n{listed}\n"
    )
