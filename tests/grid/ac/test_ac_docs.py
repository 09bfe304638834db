"""The page on the AC check says what the code does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from stargauge.grid.ac import ac_capacity, ac_check
from stargauge.grid.ac.capacity import DEFAULT_TOLERANCE_MW
from stargauge.grid.ac.outages import NEXT_LIMITS, WORDS
from stargauge.grid.ac.rules import DEFAULT_POWER_FACTOR, PRE_EXISTING, VOLTAGE_STEP_PU, WORSENED_SHARE
from stargauge.grid.ac.study import STEPS
from stargauge.grid.hosting.frame import SYNTHETIC

PAGE = (Path(__file__).parents[3] / "docs" / "ac-check.md").read_text(encoding="utf-8")
NUMBERS = {3: "three", 4: "four", 8: "eight"}


def test_the_defaults_on_the_page_are_those_of_the_code() -> None:
    assert f"| {DEFAULT_POWER_FACTOR:g} lagging" in PAGE
    assert f"brackets it to {DEFAULT_TOLERANCE_MW:g} MW" in PAGE
    assert f"moves by {VOLTAGE_STEP_PU:g} pu" in PAGE
    assert f"more than {WORSENED_SHARE * 100:g} % of the limit" in PAGE
    assert f"{NUMBERS[NEXT_LIMITS + 1]} tightest DC limits" in PAGE
    assert f"raising the load in {NUMBERS[STEPS]} steps" in PAGE
    assert inspect.signature(ac_check).parameters["cutoff"].default == 0.03
    assert SYNTHETIC in PAGE


def test_every_choice_is_on_the_page() -> None:
    for word in (*WORDS, *PRE_EXISTING):
        assert f"`{word}`" in PAGE, word


def test_options_named_on_the_page_exist() -> None:
    known = {*inspect.signature(ac_check).parameters, *inspect.signature(ac_capacity).parameters}
    for name in re.findall(r"`(\w+)=[^`]*`", PAGE):
        assert name in known, name
