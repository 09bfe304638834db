"""What `stargauge facts` answers."""

from __future__ import annotations

import io
import json

import pytest
from facts_rows import fact
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from stargauge.errors import InputError
from stargauge.facts import Registry, load_registry
from stargauge.facts.explain import explain, overview, value_of
from stargauge.facts.wording import number_text, unit_text

REGISTRY = Registry(
    [
        fact(id="S1", parameters="median=4; log_sd=0.2", topic="fit-out"),
        fact(id="S2", parameters="median=35; log_sd=0.2", unit="week", topic="fit-out"),
        fact(
            id="M1",
            parameters="median=5; log_sd=0.3",
            topic="fit-out",
            derived_from="S1",
            feeds="delivery.fitout",
            chosen_because="between the two",
            known_from="2025-01-31",
        ),
        fact(
            id="M2",
            parameters="median=6; log_sd=0.3",
            derived_from="M1",
            feeds="delivery.fitout",
            chosen_because="newer",
            known_from="2026-01-31",
        ),
        fact(id="L1", title="Something else", topic=""),
    ]
)


def shown(answer: object, width: int = 100) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(answer.render())  # type: ignore[attr-defined]
    return stream.getvalue()


def test_an_id_is_answered_by_that_fact_alone() -> None:
    answer = explain("S1", REGISTRY)
    assert [view.id for view in answer.facts] == ["S1"]
    assert answer.others == ()


def test_an_input_is_answered_by_the_fact_that_feeds_it() -> None:
    assert [view.id for view in explain("delivery.fitout", REGISTRY).facts] == ["M2"]


def test_words_are_answered_by_what_they_match_best() -> None:
    answer = explain("fit out", REGISTRY)
    assert [view.id for view in answer.facts] == ["M1", "M2", "S1"]
    assert [view.id for view in answer.others] == ["S2"]


def test_uses_are_followed_through_what_was_worked_out() -> None:
    uses = explain("S1", REGISTRY).facts[0].uses
    assert [(use.input, use.through, use.in_force) for use in uses] == [
        ("delivery.fitout", "M1", False),
        ("delivery.fitout", "M2", True),
    ]


def test_rivals_are_compared_in_the_unit_of_the_fact() -> None:
    rivals = {rival.id: rival for rival in explain("S1", REGISTRY).facts[0].rivals}
    assert set(rivals) == {"S2", "M1"}
    assert rivals["S2"].times == pytest.approx(35 * 7 / (365.25 / 12) / 4)
    assert rivals["S2"].value.unit == "week"


def test_nothing_found_is_an_error() -> None:
    with pytest.raises(InputError, match='no fact matches "moon"'):
        explain("moon", REGISTRY)
    with pytest.raises(InputError, match='no fact matches ""'):
        explain("", REGISTRY)


def test_the_screen_says_what_where_from_who_uses_it_and_who_disagrees() -> None:
    text = shown(explain("S1", REGISTRY))
    for part in (
        "Time to fit out a building",
        "4 months (3.096 to 5.169)",
        "true at",
        "2025-12-31, known from 2025-07-31",
        "[B] A report (press)",
        "https://example.org/report",
        "CC BY 4.0",
        "delivery.fitout through M1 (a newer or better graded fact feeds it now): between the two",
        "S2 Time to fit out a building: 35 weeks (27.09 to 45.23), 2 times this, 2025 [B] A report",
    ):
        assert part in " ".join(text.split()), part
    assert "no input of the model" in shown(explain("L1", REGISTRY))


def test_the_screen_keeps_to_its_width() -> None:
    for query in ("transformer lead time", "K-addpower-2025"):
        assert max(len(line) for line in shown(explain(query, load_registry())).splitlines()) <= 100


def test_plain_data_goes_to_json_and_back() -> None:
    answer = explain("transformer", load_registry()).to_dict()
    assert json.loads(json.dumps(answer))["query"] == "transformer"
    whole = overview(load_registry()).to_dict()
    assert len(json.loads(json.dumps(whole))["facts"]) == len(load_registry())


def test_the_overview_counts_grades_and_lists_inputs() -> None:
    text = shown(overview(REGISTRY))
    assert "5 facts: 5 press [B]" in text
    assert "delivery.fitout" in text
    assert "M2" in text


def test_every_shipped_fact_can_be_explained() -> None:
    registry = load_registry()
    for known in registry:
        view = explain(known.id, registry).facts[0]
        assert view.value.p10 <= view.value.p50 <= view.value.p90, known.id


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("week", 2.0, "weeks"),
        ("week", 1.0, "week"),
        ("bn_USD/GW", 3.0, "bn USD/GW"),
        ("GW/year", 3.0, "GW a year"),
        ("MW_it", 3.0, "MW IT"),
        ("person", 3.0, "people"),
        ("ratio", 3.0, ""),
        ("percent", 3.0, "%"),
    ],
)
def test_units_as_one_writes_them(unit: str, value: float, text: str) -> None:
    assert unit_text(unit, value) == text


@given(st.floats(-1e12, 1e12))
def test_a_number_reads_back_to_four_digits(value: float) -> None:
    assert float(number_text(value).replace(",", "")) == pytest.approx(value, rel=1e-3, abs=1e-300)


def test_a_constant_shows_no_band() -> None:
    assert value_of(fact(distribution="constant", parameters="18")).text == "18 months"
