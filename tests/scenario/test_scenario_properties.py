"""What holds for every scenario, and for every input that is none."""

from __future__ import annotations

import json
import pickle
import random
import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario_names import MINIMAL, SMALL
from scenario_strategies import fields, fields_with_limits

from stargauge.errors import InputError, Mistake
from stargauge.scenario import build_scenario, difference, parse_scenario, to_yaml

EXAMPLE = (
    MINIMAL
    + """\
title: "Permits: later"
seed: 7
programmes: [abilene, Stargate (US)]
levers:
  permitting_time:
    - {from: 2027-01, intensity: 0.5}
    - {from: 2028-01, intensity: 0.8}
facts:
  X03: {distribution: lognormal, p10: 12, p50: 18, p90: 30, unit: months}
  C10: 9 GW/year
stages: &slow
  power: {scale: 1.25}
limits:
  headroom:
    - region: TEX
      path: {2027: 6 GW, 2030: 14 GW}
  chips: {scale: 1.2}
"""
)
SLOWEST_SECONDS = 30.0


@given(st.one_of(fields, fields_with_limits))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip(made: dict[str, Any]) -> None:
    scenario = build_scenario(made, vocabulary=SMALL)
    again = parse_scenario(to_yaml(scenario), vocabulary=SMALL)
    assert again.canonical() == scenario.canonical()
    assert again.digest() == scenario.digest()
    assert difference(scenario, again).differences == ()
    assert build_scenario(scenario.canonical(), vocabulary=SMALL).canonical() == scenario.canonical()
    assert pickle.loads(pickle.dumps(scenario)).canonical() == scenario.canonical()


@given(fields_with_limits)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_json_is_yaml(made: dict[str, Any]) -> None:
    """JSON text is YAML 1.2, so both ways of writing mean the same."""
    direct = build_scenario(made, vocabulary=SMALL)
    assert parse_scenario(json.dumps(made), vocabulary=SMALL).digest() == direct.digest()


@given(fields, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_order_and_words_move_no_digest(made: dict[str, Any], chance: random.Random) -> None:
    keys = list(made)
    chance.shuffle(keys)
    shuffled = {key: made[key] for key in keys} | {"name": "other", "title": "Other", "description": "Other"}
    assert (
        build_scenario(shuffled, vocabulary=SMALL).digest() == build_scenario(made, vocabulary=SMALL).digest()
    )


def _refusal(content: str | bytes) -> InputError | None:
    """Return the error of reading, None where it is a scenario; anything else raised fails the test."""
    try:
        parse_scenario(content, vocabulary=SMALL).canonical()
    except InputError as error:
        return error
    return None


def _refused_or_read(content: str | bytes) -> None:
    started = time.perf_counter()
    error = _refusal(content)
    assert time.perf_counter() - started < SLOWEST_SECONDS
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    lines = sum(text.count(end) for end in "\n\r\x85\u2028\u2029")
    if error is not None:
        assert error.mistakes
        assert error.exit_code == 2
        assert all(0 <= mistake.line <= lines + 1 for mistake in error.mistakes)
        assert all(sign.isprintable() or sign == "\n" for sign in str(error))


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_refused_in_order(content: bytes) -> None:
    _refused_or_read(content)


@given(st.text(st.sampled_from("{}[]&*!|>'\"%@`#,:?-. \n\tab01~<\\\u2028\x85é")))
@settings(max_examples=300, deadline=None)
def test_any_yaml_signs_are_refused_in_order(content: str) -> None:
    _refused_or_read(content)


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_mutations_are_refused_in_order(data: st.DataObject) -> None:
    text = EXAMPLE
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 6))
        insert = data.draw(
            st.sampled_from(["", "\t", "- ", ": ", "{", "]", "&a ", "*a", "!!x ", "null", ".nan", "-"])
        )
        text = text[:place] + insert + text[place + length :]
    _refused_or_read(text)


@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(),
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.sampled_from(
        [
            "start",
            "as_of",
            "seed",
            "programmes",
            "levers",
            "facts",
            "stages",
            "limits",
            "cancellation",
            "schedule",
        ]
    ),
    st.sampled_from([None, "adoption", "X03", "S01", "power", "chips", "headroom", "scale", "path"]),
)
@settings(max_examples=300, deadline=None)
def test_any_value_anywhere_is_refused_in_order(value: Any, field: str, entry: str | None) -> None:
    made = {"stargauge": 1, "name": "case", "as_of": "2026-10-05", field: {entry: value} if entry else value}
    found: tuple[Mistake, ...] = ()
    try:
        build_scenario(made, vocabulary=SMALL)
    except InputError as error:
        found = error.mistakes
    assert all(mistake.field.startswith(field) or mistake.field == "end" for mistake in found)


def test_example_of_mutations_is_valid() -> None:
    assert parse_scenario(EXAMPLE, vocabulary=SMALL).seed == 7
