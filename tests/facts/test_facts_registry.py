"""The registry: what was known when, which fact feeds an input, who disagrees, what the content hashes to."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from facts_rows import fact
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stargauge.errors import InputError
from stargauge.facts import Constant, Lognormal, Registry, load_registry, parse_date

FIRST = fact(id="A1", known_from="2025-01-31", confidence="B")
SECOND = fact(id="A2", known_from="2025-06-30", confidence="C")
OTHER = fact(id="B1", topic="something else", title="Cost of a building", unit="bn_USD", quantity="money")


def feeding(fact_id: str, known: str, grade: str = "B") -> object:
    return fact(
        id=fact_id,
        known_from=known,
        confidence=grade,
        feeds="delivery.fitout",
        chosen_because="it is the only one",
    )


def test_facts_are_found_by_id_in_order() -> None:
    registry = Registry([OTHER, SECOND, FIRST])
    assert [known.id for known in registry.facts] == ["A1", "A2", "B1"]
    assert registry["A2"] is SECOND
    assert registry.get("nothing") is None
    assert "A1" in registry
    assert len(registry) == 3


def test_an_unknown_id_is_said_with_the_closest() -> None:
    with pytest.raises(InputError) as caught:
        Registry([FIRST, SECOND])["A11"]
    assert str(caught.value).splitlines()[1].split(maxsplit=1) == ["A11", "no such fact; did you mean A1?"]


def test_two_facts_of_one_id_are_refused() -> None:
    with pytest.raises(InputError, match="two facts have this id"):
        Registry([FIRST, FIRST])


def test_as_of_keeps_what_was_known_on_the_day_itself() -> None:
    registry = Registry([FIRST, SECOND])
    assert [known.id for known in registry.as_of(date(2025, 1, 30))] == []
    assert [known.id for known in registry.as_of(date(2025, 1, 31))] == ["A1"]
    assert [known.id for known in registry.as_of(date(2025, 6, 30))] == ["A1", "A2"]
    assert registry.as_of(date(2025, 1, 31)).known_to == date(2025, 1, 31)


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_nothing_known_later_is_seen(day: date) -> None:
    seen = load_registry().as_of(day)
    assert all(known.known_from <= day for known in seen)
    assert len(seen) == sum(known.known_from <= day for known in load_registry())


def test_the_newest_known_fact_feeds_an_input() -> None:
    registry = Registry([feeding("N1", "2025-01-01"), feeding("N2", "2026-01-01")])
    assert registry.input("delivery.fitout").id == "N2"
    assert registry.as_of(date(2025, 12, 31)).input("delivery.fitout").id == "N1"
    assert registry.inputs() == ("delivery.fitout",)


def test_of_equally_new_facts_the_better_graded_then_the_first_by_id_feeds() -> None:
    same = [feeding(name, "2025-01-01", grade) for name, grade in [("N1", "C"), ("N3", "A"), ("N2", "A")]]
    assert Registry(same).input("delivery.fitout").id == "N2"
    unverified = [feeding("N1", "2025-01-01", "unverified"), feeding("N2", "2025-01-01", "D")]
    assert Registry(unverified).input("delivery.fitout").id == "N2"


def test_several_inputs_are_told_in_the_units_asked_for() -> None:
    registry = load_registry()
    units = {"delivery.facility_per_it": "MW/MW_it", "compute.life": "year"}
    found = registry.distributions(units)
    assert found == {name: registry.input(name).to(unit) for name, unit in units.items()}
    assert registry.medians(units) == {name: one.median for name, one in found.items()}
    with pytest.raises(InputError, match=r"no\.such\.input"):
        registry.medians({**units, "no.such.input": "year"})


def test_an_input_that_nothing_feeds_is_named_with_the_date() -> None:
    registry = Registry([feeding("N1", "2025-06-01")])
    with pytest.raises(InputError) as caught:
        registry.as_of(date(2025, 1, 1)).input("delivery.fitout")
    assert "delivery.fitout" in str(caught.value)
    assert "no fact known on 2025-01-01 feeds this input" in str(caught.value)
    with pytest.raises(InputError, match=r"no fact feeds this input; did you mean delivery\.fitout\?"):
        registry.input("delivery.fitut")


def test_rivals_share_a_topic_and_a_fact_without_one_has_none() -> None:
    registry = Registry([FIRST, SECOND, OTHER, fact(id="C1", topic="")])
    assert [known.id for known in registry.rivals("A1")] == ["A2"]
    assert registry.rivals("B1") == ()
    assert registry.rivals("C1") == ()


def test_users_are_the_facts_worked_out_from_one() -> None:
    registry = Registry([FIRST, SECOND, fact(id="C1", derived_from="A1 A2")])
    assert [known.id for known in registry.users("A1")] == ["C1"]
    assert registry.users("C1") == ()


def test_an_override_changes_one_distribution_and_keeps_the_rest() -> None:
    registry = Registry([FIRST, SECOND])
    changed = registry.overridden({"A1": Constant(7.0)})
    assert changed["A1"].distribution == Constant(7.0)
    assert changed["A1"].unit == "month"
    assert changed["A2"] is SECOND
    assert registry["A1"].distribution == Lognormal(5.0, 0.3)


def test_every_unknown_override_is_listed() -> None:
    with pytest.raises(InputError) as caught:
        Registry([FIRST]).overridden({"X": Constant(1.0), "Y": Constant(1.0)})
    assert caught.value.source == "overrides"
    assert [mistake.field for mistake in caught.value.mistakes] == ["X", "Y"]


def test_the_digest_is_that_of_the_content_and_not_of_the_order() -> None:
    facts = list(load_registry())
    shuffled = facts[:]
    random.Random(1).shuffle(shuffled)
    digest = Registry(facts).digest()
    assert Registry(shuffled).digest() == digest
    assert len(digest) == 64
    assert Registry(facts[1:]).digest() != digest
    assert Registry(facts).overridden({facts[0].id: Constant(123.0)}).digest() != digest


def test_a_fact_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        FIRST.unit = "week"  # type: ignore[misc]


def test_a_fact_becomes_another_unit_of_its_dimension() -> None:
    assert FIRST.to("month") is FIRST.distribution
    assert FIRST.to("week").median == pytest.approx(5 * 365.25 / 12 / 7)
    with pytest.raises(ValueError, match="month is time and cannot become MW, power"):
        FIRST.to("MW")


def test_search_wants_every_word_and_puts_titles_before_notes() -> None:
    registry = Registry(
        [
            fact(id="T1", title="Transformer lead time"),
            fact(id="T2", title="Breaker lead time", note="Beside a transformer"),
            fact(id="T3", title="Cost of land"),
        ]
    )
    assert [found.id for found in registry.search("transformer lead")] == ["T1", "T2"]
    assert [found.id for found in registry.search("TRANS")] == ["T1", "T2"]
    assert registry.search("transformer moon") == []
    assert registry.search("") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025", date(2025, 12, 31)),
        ("2025-02", date(2025, 2, 28)),
        ("2024-02", date(2024, 2, 29)),
        ("2025-07-23", date(2025, 7, 23)),
        (" 2025 ", date(2025, 12, 31)),
        (date(2025, 7, 23), date(2025, 7, 23)),
    ],
)
def test_a_date_means_its_last_day(text: object, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text", ["", "25", "2025-7", "2025-07-23T00:00", "July 2025", "2025-13", "2025-02-30"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(text)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_a_month_ends_the_day_before_the_next_begins(day: date) -> None:
    last = parse_date(f"{day:%Y-%m}")
    assert last.month == day.month
    assert (last + timedelta(days=1)).day == 1
