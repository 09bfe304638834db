"""Scenarios against the first of them: paired on the same luck, and only what differs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from stargauge.errors import InputError
from stargauge.insight.comparison import Comparison, comparison
from stargauge.insight.outcomes import find_outcomes
from stargauge.model import prepare, simulate_block
from stargauge.scenario import changed, load_scenario

OUTCOMES = ("facility_mw:2030", "chance_by_end:STG-MI", "supply_capital_usd_b:end")


def write(folder: Path, name: str, *lines: str) -> str:
    path = folder / f"{name}.yaml"
    path.write_text(
        "\n".join(["stargauge: 1", f"name: {name}", "extends: us-2026", *lines]), encoding="utf-8"
    )
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scenarios")


@pytest.fixture(scope="module")
def answer(folder: Path) -> Comparison:
    names = (
        "us-2026",
        write(folder, "permits", "levers: {permitting_time: 1.0}"),
        write(folder, "slow", "stages: {power: {scale: 1.4}}", "seed: 7"),
        write(folder, "again", "title: The same in other words"),
    )
    return comparison(names, OUTCOMES, 100, workers=1)


def test_differences_are_paired_future_by_future(answer: Comparison) -> None:
    base = load_scenario("us-2026")
    for other, scenario in zip(
        answer.others,
        (changed(base, levers={"permitting_time": 1.0}), changed(base, stages={"power": {"scale": 1.4}})),
        strict=False,
    ):
        values = []
        for one in (base, scenario):
            prepared = prepare(one)
            (outcome,) = find_outcomes(prepared, ["facility_mw:2030"])
            values.append(outcome.of(simulate_block(prepared, 0))[:100])
        apart = values[1] - values[0]
        told = other.differences[0]
        assert told.name == "facility_mw:2030"
        assert told.first == pytest.approx(values[0].mean())
        assert told.own == pytest.approx(values[1].mean())
        assert told.difference == pytest.approx(apart.mean(), abs=1e-9)
        assert told.standard_error == pytest.approx(apart.std(ddof=1) / 10.0)
        assert (told.p05, told.p50, told.p95) == pytest.approx(tuple(np.quantile(apart, [0.05, 0.5, 0.95])))
        assert told.higher == np.mean(apart > 0.0)
        assert told.lower == np.mean(apart < 0.0)


def test_pairing_makes_the_error_small(answer: Comparison) -> None:
    """Two runs of their own luck would have an error of the spread between futures."""
    slow = answer.others[1].differences[0]
    assert slow.difference < 0.0
    assert slow.standard_error < 0.05 * slow.first


def test_nothing_that_is_the_same_is_told_as_a_difference(answer: Comparison) -> None:
    permits, slow, again = answer.others
    for other in (permits, slow):
        assert "supply_capital_usd_b:end" in other.same
        assert {*other.same, *(one.name for one in other.differences)} == set(OUTCOMES)
        assert len(other.same) + len(other.differences) == len(OUTCOMES)
    assert again.differences == ()
    assert again.changes == ()
    assert again.same == OUTCOMES
    assert again.digest == answer.digest
    assert [item.field for item in permits.changes] == ["levers.permitting_time"]
    # Another seed is no difference: all meet the luck of the first.
    assert [item.field for item in slow.changes] == ["stages.power"]


def test_the_screen_shows_what_differs_and_fits(answer: Comparison) -> None:
    stream = io.StringIO()
    Console(width=100, file=stream).print(answer.render())
    text = stream.getvalue()
    assert "Against us-2026 · 100 futures, seed 1, the same luck for all" in text
    assert "levers.permitting_time  as the plan goes  1 from 2026-10" in text
    assert "decides the same as us-2026; it gives the same numbers" in text
    assert "The same in every future: " in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_answer_is_plain_data(answer: Comparison) -> None:
    plain = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert plain["scenario"] == "us-2026"
    assert [one["scenario"] for one in plain["others"]] == ["permits", "slow", "again"]


def test_equal_bits_in_processes(folder: Path) -> None:
    names = ("us-2026", write(folder, "land", "levers: {federal_land: 1.0}"))
    alone, together = (comparison(names, OUTCOMES, 300, workers=count) for count in (1, 2))
    assert together.to_dict() == alone.to_dict()


def test_outcomes_that_one_scenario_lacks_are_named(folder: Path) -> None:
    early = comparison(("us-2026", "us-2025-07"), futures=16, workers=1).others[0]
    assert early.missing
    assert early.differences
    with pytest.raises(InputError, match=r'"chance:STG-MI": no such pledge as "STG-MI".*\(in us-2025-07\)'):
        comparison(("us-2026", "us-2025-07"), ("chance:STG-MI",), 16, workers=1)


def test_all_mistakes_at_once(folder: Path) -> None:
    broken = write(folder, "broken", "levers: {permiting_time: 1.0}", "futures: many")
    with pytest.raises(InputError) as caught:
        comparison(("us-2026", "us-2026", "us-2027", broken), futures=0, workers=0)
    words = str(caught.value)
    assert "the comparison has 6 mistakes; nothing was run" in words
    assert "us-2026                      is given twice; each scenario once" in words
    assert "no such built-in scenario; did you mean us-2026?" in words
    assert "line 4 levers.permiting_time: no such lever; did you mean permitting_time?" in words
    assert 'line 5 futures: "many" is no number' in words
    assert "--futures" in words
    assert "--workers" in words


def test_one_scenario_is_no_comparison(folder: Path) -> None:
    with pytest.raises(InputError, match="at least two, for example us-2026 and announced"):
        comparison(("us-2026",))


def test_scenarios_end_together(folder: Path) -> None:
    short = write(folder, "short", "end: 2032-12")
    with pytest.raises(InputError, match="end in different months: us-2026 2035-12, short 2032-12"):
        comparison(("us-2026", short))
