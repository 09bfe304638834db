from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# Worker processes import the toy model by name.
sys.path.insert(0, str(Path(__file__).parent))

from ensemble_toy import INPUTS, Prepared, simulate

from stargauge.ensemble import Store, run_ensemble


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A run of 10,000 futures, 40 blocks and 3 parts, the last of each partial; never written to."""
    return run_ensemble(
        Prepared(),
        tmp_path_factory.mktemp("reference"),
        inputs=INPUTS,
        futures=10_000,
        workers=1,
        simulate=simulate,
    )


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Store]:
    """Run the toy model into a folder of the test."""

    def call(**options: object) -> Store:
        settings: dict[str, object] = {
            "inputs": INPUTS,
            "futures": 10_000,
            "workers": 1,
            "simulate": simulate,
            "prepared": Prepared(),
            "out": tmp_path / "run",
        }
        return run_ensemble(**(settings | options))  # type: ignore[arg-type]

    return call
