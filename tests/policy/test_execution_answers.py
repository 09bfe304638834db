"""The back-test and the outlook: scores against other readings of them, data, screens, mistakes."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from execution_cases import seeded, uniforms
from plan_files import CHINA
from rich.console import Console

from stargauge.errors import InputError
from stargauge.facts import load_registry
from stargauge.policy.execution import (
    BacktestAnswer,
    OutlookAnswer,
    Plan,
    fit,
    plan_backtest,
    plan_outlook,
)
from stargauge.policy.execution.observations import months_between
from stargauge.policy.execution.outcome import recorded_after
from stargauge.policy.execution.scoring import (
    bootstrap,
    brier,
    nothing_moves,
    past_moves,
    ranked,
    straight_line,
)
from stargauge.policy.plan import load_strategy, stages

PAGE = Path(__file__).parents[2] / "docs" / "execution.md"
WIDTH = 100
QUICK = Plan(chains=16, pilots=(20, 30), kept=8, thin=4)


def screen(answer: BacktestAnswer | OutlookAnswer) -> str:
    file = io.StringIO()
    Console(file=file, width=WIDTH, highlight=False).print(answer.render())
    return file.getvalue()


@pytest.fixture(scope="module")
def tested() -> BacktestAnswer:
    return plan_backtest(seeded(0))


@pytest.fixture(scope="module")
def outlook() -> OutlookAnswer:
    return plan_outlook(uniforms, plan=QUICK, futures=256)


def test_scores_are_what_their_definitions_say() -> None:
    forecast = np.array([[0.5, 0.3, 0.2, 0.0], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]])
    truth = np.array([1, 3, 3])
    assert brier(forecast, truth) == pytest.approx([0.25 + 0.49 + 0.04, 0.0, 2.0])
    assert ranked(forecast, truth) == pytest.approx([(0.25 + 0.04) / 3, 0.0, 1.0])


def test_a_miss_by_two_costs_more_than_by_one_and_honesty_pays() -> None:
    truth = np.array([0])
    miss = [ranked(np.eye(4)[[stage]], truth)[0] for stage in range(4)]
    assert miss == sorted(miss)
    chances = np.array([0.2, 0.5, 0.3, 0.0])
    own = sum(chances[s] * ranked(chances[None], np.array([s]))[0] for s in range(4))
    bold = sum(chances[s] * ranked(np.eye(4)[[1]], np.array([s]))[0] for s in range(4))
    assert own < bold


def test_a_line_goes_on_and_stops_at_the_top() -> None:
    history = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [3.0, 3.0, 3.0], [0.0, 0.0, 0.0]])
    groups = np.array([0, 0, 0, 1])
    found = straight_line(history, np.array([0.0, 3.0, 6.0]), 6.0, groups)
    # The mean of the first group rises by 1/3 a step, so by 2/3 over the two steps ahead.
    assert found @ np.arange(4) == pytest.approx([1 + 2 / 3, 1 + 2 / 3, 3.0, 0.0])
    assert found.sum(axis=1) == pytest.approx([1.0] * 4)
    assert found[0] == pytest.approx([0.0, 1 / 3, 2 / 3, 0.0])


def test_past_moves_are_repeated() -> None:
    history = np.array([[0, 1], [0, 0], [1, 1], [-1, 0]])
    found = past_moves(history, np.array([0.0, 3.0]), 6.0)
    assert found[1] == pytest.approx([0.25, 0.75, 0.0, 0.0])
    assert past_moves(history, np.array([0.0, 3.0]), 1.5)[1] == pytest.approx([0.75, 0.25, 0.0, 0.0])
    assert np.array_equal(nothing_moves(np.array([2])), [[0.0, 0.0, 1.0, 0.0]])


def test_the_interval_is_that_of_a_mean() -> None:
    values = np.random.default_rng(1).normal(0.5, 1.0, 400)
    low, high = bootstrap(values, np.random.default_rng(2).random((2000, 400)))
    half = 1.645 * values.std() / math.sqrt(400)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)


def test_the_backtest_scores_every_distinct_action_with_what_came(tested: BacktestAnswer) -> None:
    strategy = load_strategy()
    later, earlier = stages(strategy, dt.date(2026, 10, 5)), stages(strategy, dt.date(2025, 12, 31))
    assert len(tested.actions) == 102
    assert tested.truth.tolist() == [later[name] for name in tested.actions]
    assert tested.before.tolist() == [earlier[name] for name in tested.actions]
    for forecast in tested.forecasts.values():
        assert forecast.shape == (102, 4)
        assert forecast.min() >= 0.0
        assert np.allclose(forecast.sum(axis=1), 1.0)
    assert [line.came for line in tested.counts] == [41, 31, 26, 4]
    assert sum(line.mean for line in tested.counts) == pytest.approx(102.0)


def test_the_chains_of_the_backtest_agree(tested: BacktestAnswer) -> None:
    assert tested.fit.r_hat.max() < 1.15
    assert tested.fit.draws == 1024


def test_nothing_known_after_the_origin_is_in_the_forecast(tested: BacktestAnswer) -> None:
    blind = load_strategy().as_of(dt.date(2025, 12, 31))
    fitted = fit(blind, load_registry().as_of(tested.origin), tested.origin, seeded(0))
    ahead = months_between(tested.origin, tested.target)
    # Kept draws are rounded to thousandths; an event more would move forecasts by far more than this.
    assert np.allclose(recorded_after(fitted, ahead), tested.forecasts["hazards"], rtol=0.0, atol=5e-4)


def test_the_page_tells_the_numbers_of_the_backtest(tested: BacktestAnswer) -> None:
    """Of the seed of the command; a third digit may turn with the version of a library."""
    page = PAGE.read_text(encoding="utf-8")
    for name in tested.forecasts:
        row = re.search(rf"^\| {name} \| ([\d.]+) \| ([\d.]+) \|", page, re.MULTILINE)
        assert row, f"docs/execution.md has no scores of {name}"
        assert float(row[1]) == pytest.approx(tested.score(name, "brier"), abs=0.006)
        assert float(row[2]) == pytest.approx(tested.score(name, "ranked"), abs=0.003)
    for line in tested.comparisons:
        if line.score == "ranked":
            written = re.search(rf"^\| against {line.baseline} \| ([+−]0\.\d+) \|", page, re.MULTILINE)
            assert written, line.baseline
            assert float(written[1].replace("−", "-")) == pytest.approx(line.mean, abs=0.003)


def test_the_backtest_as_data(tested: BacktestAnswer) -> None:
    data = json.loads(json.dumps(tested.to_dict(), allow_nan=False))
    assert data["actions"] == 102
    assert data["moved"] == int((tested.before != tested.truth).sum())
    assert set(data["scores"]) == {
        "hazards",
        "nothing moves",
        "line by pillar",
        "line by verb",
        "past moves",
    }
    assert data["scores"]["nothing moves"]["brier"]["all"] == pytest.approx(2.0 * data["moved"] / 102)
    assert len(data["by_action"]) == 102
    assert {one["baseline"] for one in data["comparisons"]} == set(data["scores"]) - {"hazards"}
    assert [one["input"] for one in data["fit"]["inputs"]][5] == "execution.detection"


def test_the_screen_of_the_backtest(tested: BacktestAnswer) -> None:
    text = screen(tested)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= WIDTH
    assert "Stages of 102 actions on 2026-10-05, predicted from events up to 2025-12-31" in text
    assert "lower is better" in text
    assert "better than nothing moves" in text
    assert "past moves" in text
    assert "before the panel" in text


def test_the_outlook_has_bands_by_day(outlook: OutlookAnswer) -> None:
    assert outlook.days[0] == dt.date(2026, 10, 5)
    assert outlook.days[1:] == tuple(dt.date(year, 12, 31) for year in range(2026, 2031))
    for place in range(len(outlook.days)):
        assert sum(line.bands[place].mean for line in outlook.stages) == pytest.approx(102.0)
    assert [line.recorded for line in outlook.stages] == [41, 31, 26, 4]
    for path in outlook.levers:
        for band in path.bands:
            low, middle, high = band.quantiles
            assert 0.0 <= low <= middle <= high <= 1.0
        assert path.bands[0].mean >= path.recorded - 1e-9
    none = [band.mean for band in outlook.stages[0].bands]
    assert all(later < before for before, later in pairwise(none))


def test_the_outlook_as_data_and_on_the_screen(outlook: OutlookAnswer) -> None:
    data = json.loads(json.dumps(outlook.to_dict(), allow_nan=False))
    assert [len(line["by_day"]) for line in data["levers"]] == [6] * 19
    assert set(data["levers"][0]["by_day"][0]["quantiles"]) == {"p05", "p50", "p95"}
    text = screen(outlook)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= WIDTH
    assert "permitting_time (5)" in text
    assert "end 2030" in text
    assert "if its pace stays what it was" in text


def test_a_far_outlook_still_fits_the_screen() -> None:
    far = plan_outlook(uniforms, until=2045, plan=QUICK, futures=64)
    text = screen(far)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= WIDTH
    assert "end 2045" in text
    assert len(far.days) == 21


def test_another_strategy_has_an_outlook_and_a_backtest() -> None:
    answer = plan_outlook(uniforms, strategy=CHINA, plan=QUICK, futures=64)
    assert [(path.lever, path.actions) for path in answer.levers] == [("capital", 3)]
    tested = plan_backtest(uniforms, dt.date(2024, 12, 31), strategy=CHINA, plan=QUICK)
    assert len(tested.actions) == 9
    assert screen(tested)
    json.dumps(tested.to_dict(), allow_nan=False)


def test_on_the_day_of_the_release_only_the_priors_speak() -> None:
    released = load_strategy().identity.released
    fitted = fit(load_strategy(), load_registry(), released, uniforms, QUICK)
    assert fitted.record.days == (released,)
    begin = fitted.priors.distributions[0]
    shared = fitted.parameters.shared[:, 0]
    assert np.median(shared) == pytest.approx(begin.median, rel=0.35)
    answer = plan_outlook(uniforms, released, plan=QUICK, futures=64)
    assert [line.recorded for line in answer.stages] == [93, 9, 0, 0]


@pytest.mark.parametrize(
    ("origin", "target", "said"),
    [
        ("2026-10-05", None, "2026-10-05 must be before the day forecast, 2026-10-05"),
        ("2025-12-31", "2027-01-01", "events were collected up to 2026-10-05, not 2027-01-01"),
        ("2025-07-01", None, "was released on 2025-07-23; choose a later day"),
        ("2025-07-23", None, "2025-07-23 is the day of the release, when nothing had moved yet"),
    ],
)
def test_days_that_cannot_be_are_told(origin: str, target: str | None, said: str) -> None:
    end = dt.date.fromisoformat(target) if target else None
    with pytest.raises(InputError, match=re.escape(said)):
        plan_backtest(uniforms, dt.date.fromisoformat(origin), end, plan=QUICK)


@pytest.mark.parametrize("until", [2025, 2061])
def test_years_out_of_range_are_told(until: int) -> None:
    with pytest.raises(InputError, match=f"{until} must be from 2026, the year of the as-of day, to 2060"):
        plan_outlook(uniforms, until=until)
