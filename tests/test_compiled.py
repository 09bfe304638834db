"""Compiled steps: no references counted, nothing stale kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stargauge.compiled import ROOMS, STAMP, forget_stale, step


def test_a_changed_source_removes_what_was_compiled_from_the_old_ones(tmp_path: Path) -> None:
    for room in ROOMS:
        (tmp_path / room / "__pycache__").mkdir(parents=True)
        (tmp_path / room / "kernel.py").write_text("one = 1\n")
    old = tmp_path / "model" / "__pycache__" / "months._run-1.py311.nbi"
    kept = tmp_path / "model" / "__pycache__" / "months.cpython-311.pyc"
    for file in (old, kept):
        file.write_bytes(b"")
    assert forget_stale(tmp_path)
    assert not old.exists()
    assert kept.exists()
    old.write_bytes(b"")
    assert not forget_stale(tmp_path), "nothing has changed"
    assert old.exists()
    (tmp_path / "power" / "kernel.py").write_text("one = 2\n")  # a callee in another room
    assert forget_stale(tmp_path)
    assert not old.exists()
    assert len((tmp_path / "__pycache__" / STAMP).read_text()) == 64


def test_a_step_gives_what_python_gives_and_divides_as_numpy_does() -> None:
    def ratio(values: np.ndarray, other: np.ndarray) -> float:
        total = 0.0
        for index in range(values.size):
            total += values[index] / other[index]
        return total

    values = np.array([1.0, 2.0])
    assert step(ratio)(values, values) == ratio(values, values)
    assert step(ratio)(values, np.zeros(2)) == np.inf


def test_a_step_that_makes_an_array_does_not_compile() -> None:
    @step
    def make(size: int) -> np.ndarray:
        return np.zeros(size)

    with pytest.raises(Exception, match=r"Only accept returning of array passed|NRT required"):
        make(3)
