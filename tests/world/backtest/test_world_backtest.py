"""The world back-test: no peeking, scores by brute force, what is left out, and how losses are told."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from rich.console import Console
from scipy import stats

from stargauge.facts.world_tables import load_world_series
from stargauge.insight.world_backtest import world_backtest
from stargauge.insight.world_backtest.answer import (
    MODEL,
    PERSISTENCE,
    WALK,
    Prediction,
    Summary,
    predicted,
    score,
    summarise,
)
from stargauge.insight.world_backtest.baselines import log_walk, logit_walk
from stargauge.insight.world_backtest.compute import POLES, SHARES, compute_scores
from stargauge.insight.world_backtest.screen import percentile_text, verdicts
from stargauge.insight.world_backtest.singles import LEFT_OUT, ORIGIN, questions
from stargauge.insight.world_backtest.spending import GUIDED, SPENDING, spending_history
from stargauge.insight.world_backtest.study import MAIN_ORIGIN
from stargauge.world.blocs import BLOCS
from stargauge.world.series import ShareHistory, compute_history

PAGE = (Path(__file__).parents[3] / "docs" / "world-history.md").read_text(encoding="utf-8")
DAY = (date(2025, 12, 31), date(2026, 6, 30))


def prediction(sample: np.ndarray, came: float) -> Prediction:
    return predicted("q", "p", DAY, "share", "", sample, came)


def test_scores_by_brute_force() -> None:
    sample = stats.norm(0.3, 0.1).rvs(200, random_state=5)
    came = 0.45
    found = score(prediction(sample, came), {MODEL: sample, PERSISTENCE: np.array([0.3])})
    pairs = np.abs(sample[:, None] - sample[None, :]).mean()
    assert found.crps[MODEL] == pytest.approx(np.abs(sample - came).mean() - pairs / 2)
    # The closed form of a normal forecast (Gneiting and Raftery 2007, eq. 5), near for a sample of it.
    z = (came - sample.mean()) / sample.std()
    normal = sample.std() * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert found.crps[MODEL] == pytest.approx(normal, rel=0.1)
    assert found.crps[PERSISTENCE] == pytest.approx(0.15)
    assert found.prediction.percentile == pytest.approx((sample < came).mean())
    assert found.held[MODEL] == (False, bool(np.quantile(sample, 0.05) <= came <= np.quantile(sample, 0.95)))
    assert PERSISTENCE not in found.held


def test_ties_count_half_in_a_percentile() -> None:
    assert prediction(np.array([1.0, 2.0, 2.0, 3.0]), 2.0).percentile == 0.5


def test_a_summary_is_means_and_counts() -> None:
    sample = np.linspace(0.0, 1.0, 101)
    scored = [
        score(prediction(sample, came), {MODEL: sample, PERSISTENCE: np.array([came]), WALK: sample})
        for came in (0.5, 0.99)
    ]
    found = summarise("all", scored)
    assert found.forecasts == 2
    assert found.coverage[MODEL] == (0.5, 0.5)
    assert found.won == {PERSISTENCE: 0, WALK: 0}
    assert found.loses_to() == (PERSISTENCE, WALK)


def test_a_walk_has_the_size_of_past_steps() -> None:
    days = [date(2020, 6, 30), date(2020, 12, 31), date(2021, 6, 30), date(2021, 12, 31)]
    shares = np.array([0.0, 0.5, 0.6, 0.5])
    step = np.log(0.6 / 0.4)
    drawn = logit_walk(days, shares, [date(2022, 12, 31)], "t", 50_000)[:, 0]
    logit = np.log(drawn / (1.0 - drawn))
    assert logit.mean() == pytest.approx(0.0, abs=0.02)
    assert logit.std() == pytest.approx(step * np.sqrt(2.0), rel=0.02)
    grown = log_walk(days[1:], np.array([1.0, 2.0, 4.0]), [date(2022, 6, 30)], "t", 50_000)[:, 0]
    assert np.log(grown).mean() == pytest.approx(np.log(4.0), abs=0.02)
    assert np.log(grown).std() == pytest.approx(np.log(2.0), rel=0.02)


def test_a_forecast_from_an_origin_does_not_see_what_came() -> None:
    """Later shares turned about: every forecast from before is the same to the bit, and its score is not."""
    history = compute_history()
    index = history.days.index(MAIN_ORIGIN)
    turned = history.shares.copy()
    turned[index + 1 :] = turned[index + 1 :, ::-1]

    def from_main(shares: np.ndarray) -> list[Prediction]:
        scored = compute_scores(ShareHistory(history.days, shares), 256)
        return [one.prediction for one in scored if one.prediction.origin <= MAIN_ORIGIN]

    one, other = from_main(history.shares), from_main(turned)
    assert [told.quantiles for told in one] == [told.quantiles for told in other]
    assert [told.came for told in one] != [told.came for told in other]


def test_singles_see_nothing_after_the_origin() -> None:
    for asked in questions():
        seen = asked.before.upto(ORIGIN)
        assert len(seen.days) >= 1
        assert all(day <= ORIGIN for day in seen.days)
        assert any(day > ORIGIN for day in asked.after.days)


def test_every_series_on_2026_is_predicted_or_left_out_for_a_reason() -> None:
    frame = load_world_series().filter((pl.col("kind") != "forecast") & (pl.col("last_day") > ORIGIN))
    judged = {asked.after.name for asked in questions()}
    assert set(frame["series"]) <= judged | set(LEFT_OUT)
    assert not judged & set(LEFT_OUT)
    for series, why in LEFT_OUT.items():
        assert series in set(frame["series"])
        assert len(why) > 20


def test_what_is_asked_is_there() -> None:
    answer = world_backtest()
    main = [
        one.prediction
        for one in answer.scored
        if one.prediction.question == SHARES and one.prediction.origin == MAIN_ORIGIN
    ]
    assert {(told.place, str(told.day)) for told in main} == {
        (bloc, day) for bloc in BLOCS for day in ("2024-06-30", "2024-12-31", "2025-06-30")
    }
    assert {one.label for one in answer.summaries} == {
        f"{SHARES}, from the end of 2023",
        f"{SHARES}, all origins",
        f"{POLES}, from the end of 2023",
        f"{POLES}, all origins",
        SPENDING,
        GUIDED,
    }
    assert all(one.origin == ORIGIN < one.day <= date(2026, 7, 31) for one in answer.singles)
    assert {one.question for one in answer.singles} == {
        "share of tokens",
        "share of downloads",
        "users of AI",
    }
    assert all(set(one.crps) == {MODEL, PERSISTENCE, WALK} for one in answer.scored)


def test_scores_as_the_page_tells_them() -> None:
    """Pinned, so that a change of the model shows; the page quotes these."""
    answer = world_backtest()
    shares = answer.summary(f"{SHARES}, from the end of 2023")
    assert shares.crps[MODEL] == pytest.approx(0.0229, abs=5e-4)
    assert shares.crps[PERSISTENCE] == pytest.approx(0.0316, abs=5e-5)
    assert shares.crps[WALK] == pytest.approx(0.0211, abs=5e-4)
    assert shares.loses_to() == (WALK,)
    spending = answer.summary(SPENDING)
    assert spending.crps[MODEL] < spending.crps[WALK] < spending.crps[PERSISTENCE]
    tokens = [one for one in answer.singles if one.question == "share of tokens"]
    assert all(one.percentile < 0.01 or one.percentile > 0.99 for one in tokens)


def test_the_page_quotes_the_answer() -> None:
    answer = world_backtest()
    for one in answer.summaries:
        points = 100.0 if one.unit == "share" else 1.0
        digits = 0 if one.unit.startswith("billion") else 2
        for name in (MODEL, PERSISTENCE, WALK):
            assert f"{points * one.crps[name]:.{digits}f}" in PAGE, (one.label, name)
    for told in answer.singles[:3]:
        low, _, middle, _, high = (100 * x for x in told.quantiles)
        assert f"{middle:.1f} % ({low:.1f} to {high:.1f})" in PAGE, told
    users = [f"{100 * told.percentile:.0f}" for told in answer.singles if told.question == "users of AI"]
    assert ", ".join(users[1:]) in PAGE
    frame = load_world_series()
    assert f"{frame.height} rows of {frame['series'].n_unique()} series" in PAGE


def test_losses_are_told() -> None:
    answer = world_backtest()
    told = verdicts(answer)
    assert any("the model loses to logit walk" in line for line in told)
    won = Summary("x", "share", 4, {MODEL: 1.0, PERSISTENCE: 2.0, WALK: 3.0}, {}, {PERSISTENCE: 3, WALK: 4})
    assert won.loses_to() == ()


def test_spending_is_chained_at_the_year_both_sources_have() -> None:
    days, values, guided = spending_history()
    assert [day.year for day in days] == list(range(2015, 2026))
    assert values[-1] == 416.0
    assert values[-2] == 251.0
    assert values[1] / values[0] == pytest.approx(30.9 / 23.8)
    assert values[-2] / values[-3] == pytest.approx(224.4 / 140.7)
    assert guided == (date(2026, 12, 31), 725.0)


def test_the_same_on_every_call() -> None:
    one, other = world_backtest.__wrapped__(128), world_backtest.__wrapped__(128)
    assert one == other


def test_json_and_screen() -> None:
    answer = world_backtest()
    plain = json.loads(json.dumps(answer.to_dict()))
    assert plain["futures"] == answer.futures
    assert "copy of August 2026" in plain["vintage"]
    assert len(plain["scored"]) == len(answer.scored)
    assert plain["summaries"][0]["loses_to"] == ["logit walk"]
    out = io.StringIO()
    Console(file=out, width=100).print(answer.render())
    text = out.getvalue()
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "…" not in text
    for part in ("Single predictions", "Not predicted", "logit walk", "2026*", "above 99"):
        assert part in text


@pytest.mark.parametrize(
    ("part", "text"),
    [(0.0, "below all"), (0.004, "below 1"), (0.5, "50"), (0.995, "above 99"), (1.0, "above all")],
)
def test_percentiles_in_words(part: float, text: str) -> None:
    assert percentile_text(part) == text
