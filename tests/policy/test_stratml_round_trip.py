"""Out and in again: nothing that both hold is lost, for shipped strategies and for generated ones."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from plan_files import CHINA, US
from stratml_files import RELEASED, form_of, published_schema, strategies, write_rows

from stargauge.errors import InputError
from stargauge.policy.plan import Strategy, load_strategy, read_strategy, stages
from stargauge.policy.stratml import export_plan, import_plan
from stargauge.policy.stratml.excerpt import excerpt
from stargauge.policy.stratml.validity import validity_mistakes

KINDS = ("core", "performance")

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def bare(strategy: Strategy) -> Strategy:
    """Return a strategy without what has no meaning: its digest, and the order of judgements."""
    ordered = tuple(sorted(strategy.judgements, key=lambda one: (one.event, one.action)))
    return replace(strategy, digest="", judgements=ordered)


def held(strategy: Strategy, kind: str) -> Strategy:
    """Return what a form holds of a strategy."""
    return strategy if kind == "performance" else replace(strategy, events=(), judgements=())


def there_and_back(strategy: Strategy, kind: str) -> Strategy:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xml"
        export_plan(strategy, kind, None, path)
        answer = import_plan(path, Path(folder) / "again")
        assert answer.own
        assert not answer.left_out
        assert not answer.restated
        return answer.strategy


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [US, CHINA])
def test_shipped_strategies_come_back_as_they_were(name: str, kind: str) -> None:
    strategy = load_strategy(name)
    back = there_and_back(strategy, kind)
    assert bare(back) == bare(held(strategy, kind))
    if kind == "performance":
        assert stages(back) == stages(strategy)


@SLOW
@given(strategies(), st.sampled_from(KINDS))
def test_any_strategy_comes_back_as_it_was(strategy: Strategy, kind: str) -> None:
    assert bare(there_and_back(strategy, kind)) == bare(held(excerpt(strategy), kind))


@SLOW
@given(strategies(), st.integers(0, 800))
def test_what_was_known_on_a_day_stands_on_its_own(strategy: Strategy, days: int) -> None:
    day = RELEASED + timedelta(days=days)
    there = {one.id for one in strategy.actions if one.added is None or one.added <= day}
    if not there:
        with pytest.raises(InputError, match="had no action yet"):
            excerpt(strategy, day)
        return
    known = excerpt(strategy, day)
    assert bare(there_and_back(known, "performance")) == bare(known)
    assert known.identity.edition == min(day, strategy.identity.edition)
    assert all(event.known_from <= day for event in known.events)
    assert {action.id for action in known.actions} == there


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies())
def test_generated_strategies_are_what_the_registry_accepts(strategy: Strategy) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert bare(read_strategy(write_rows(Path(folder) / "made", strategy))) == bare(strategy)


@pytest.mark.parametrize("kind", KINDS)
def test_exports_are_valid_against_the_published_schema(kind: str) -> None:
    schema = published_schema(kind)
    for name in (US, CHINA):
        released = load_strategy(name).identity.released
        for day in (None, released, released + timedelta(days=200)):
            schema.assertValid(etree.fromstring(export_plan(name, kind, day).content))


@pytest.mark.parametrize("kind", KINDS)
def test_any_export_is_valid_against_the_published_schema(kind: str) -> None:
    schema = published_schema(kind)

    @SLOW
    @given(strategies())
    def check(strategy: Strategy) -> None:
        schema.assertValid(etree.fromstring(export_plan(strategy, kind).content))

    check()


@SLOW
@given(strategies(), st.sampled_from(KINDS))
def test_any_export_keeps_the_rules_of_validity(strategy: Strategy, kind: str) -> None:
    root = etree.fromstring(export_plan(strategy, kind).content)
    assert validity_mistakes(root, form_of(kind)) == []
    names = [one.text for one in root.iter("{*}Identifier")]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name) for name in names)
    assert all(one.text in names for one in root.iter("{*}ReferentIdentifier"))


def by_place(content: bytes) -> dict[str, str]:
    """Return the identifiers of goals and objectives by their place in the sequence."""
    root = etree.fromstring(content)
    return {
        one.findtext("{*}SequenceIndicator"): one.findtext("{*}Identifier")
        for name in ("Goal", "Objective")
        for one in root.iter(f"{{*}}{name}")
    }


def test_identifiers_are_the_same_in_every_export_of_a_strategy(tmp_path: Path) -> None:
    newest = by_place(export_plan(CHINA, "core").content)
    assert by_place(export_plan(CHINA, "performance").content) == newest
    older = by_place(export_plan(CHINA, "core", RELEASED - timedelta(days=365)).content)
    assert len(older) < len(newest)
    assert older.items() <= newest.items()
    path = tmp_path / "plan.xml"
    export_plan(CHINA, "core", None, path)
    again = import_plan(path, tmp_path / "again").strategy
    assert by_place(export_plan(again, "core").content) == newest
    assert newest["C1.1.1"] == "_74b2d30e-be6d-5306-838e-e6c37d34b3ca"
    assert not set(newest.values()) & set(by_place(export_plan(US, "core").content).values())


def test_the_same_strategy_makes_the_same_bytes() -> None:
    for kind in KINDS:
        assert export_plan(US, kind).content == export_plan(US, kind).content
