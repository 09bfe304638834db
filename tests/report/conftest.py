from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from report_reading import Node, parse

from stargauge.facts import Tables, load_tables
from stargauge.insight import Answers, Backtest, backtest
from stargauge.report import report_html
from stargauge.runs import FinishedRun, run
from stargauge.scenario import changed, load_scenario


@pytest.fixture(scope="session")
def scored() -> Backtest:
    return backtest(futures=256)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, scored: Backtest) -> FinishedRun:
    """A small run of the default scenario."""
    scenario = changed(load_scenario("us-2026"), futures=256)
    return run(scenario, tmp_path_factory.mktemp("report") / "run", workers=1, scored=scored)


@pytest.fixture(scope="session")
def real(finished: FinishedRun) -> Answers:
    """What it answers."""
    return finished.answers


@pytest.fixture(scope="session")
def unscored(real: Answers) -> Answers:
    return replace(real, backtest=None)


@pytest.fixture(scope="session")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="session")
def html(real: Answers, tables: Tables) -> str:
    return report_html(real, tables)


@pytest.fixture(scope="session")
def page(html: str) -> Node:
    return parse(html)
