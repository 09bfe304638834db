"""Chances against a brute-force count, future by future and month by month, written apart from the code."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from claims_fakes import BLOCK, Floats, claim, fake_run, months
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stargauge.insight.claims import ClaimsAnswer, answer_claims, parse_claims
from stargauge.scenario import load_scenario

MONTHS = months()
NOW = MONTHS.index("2026-10")
CALM = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
BLOCS = ("US", "China", "EU", "allies", "Gulf", "India", "rest")


def ask(text: str, futures: int = BLOCK) -> ClaimsAnswer:
    return answer_claims(parse_claims(text), load_scenario("us-2026"), futures, workers=1)


def walk(seed: int, name: str) -> Floats:
    """Paths on a coarse grid, so that equalities happen."""
    source = np.random.default_rng([seed, *name.encode()])
    return np.round(np.clip(0.3 + source.normal(0, 0.04, (BLOCK, len(MONTHS))).cumsum(axis=1), 0, 1), 1)


def shares(seed: int) -> dict[str, Floats]:
    return {f"compute_share_location:{bloc}": walk(seed, bloc) for bloc in BLOCS}


@CALM
@given(
    seed=st.integers(0, 10_000),
    comparison=st.sampled_from(["at_least", "at_most", "above", "below", "reaches"]),
    dated=st.sampled_from(["at", "by"]),
    month=st.integers(NOW + 1, len(MONTHS) - 1),
    threshold=st.integers(0, 10),
)
def test_levels_at_and_by_a_month(
    seed: int, comparison: str, dated: str, month: int, threshold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if comparison == "reaches":
        dated = "by"
    fake_run(monkeypatch, lambda prepared, block: shares(seed))
    answer = ask(
        claim(
            f"metric: compute_share_location, place: China, {dated}: {MONTHS[month]}, "
            f"comparison: {comparison}, threshold: {threshold * 10} %"
        )
    )
    path = shares(seed)["compute_share_location:China"]
    limit, count = threshold / 10, 0
    for future in range(BLOCK):
        hit = False
        for row in range(month + 1) if dated == "by" else (month,):
            value = path[future, row]
            hit |= {
                "at_least": value >= limit - 1e-12,
                "reaches": value >= limit - 1e-12,
                "at_most": value <= limit + 1e-12,
                "above": value > limit + 1e-12,
                "below": value < limit - 1e-12,
            }[comparison]
        count += hit
    (one,) = answer.claims
    assert one.chance == count / BLOCK
    assert one.standard_error == pytest.approx(math.sqrt(one.chance * (1 - one.chance) / BLOCK))
    assert one.low is not None
    assert one.high is not None
    assert one.low <= one.chance <= one.high


@CALM
@given(seed=st.integers(0, 10_000), month=st.integers(NOW + 1, len(MONTHS) - 1))
def test_changes_leads_bands_sums_and_comparisons_of_two(
    seed: int, month: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_run(monkeypatch, lambda prepared, block: shares(seed))
    at, metric = f"at: {MONTHS[month]}", "metric: compute_share_location"
    paths = {name.split(":")[1]: path for name, path in shares(seed).items()}
    china, us, eu = paths["China"], paths["US"], paths["EU"]
    cases = {
        f"{metric}, place: China, from: now, {at}, comparison: rises": lambda f: (
            china[f, month] > china[f, NOW]
        ),
        f"{metric}, place: China, from: 2025-06, {at}, comparison: falls, threshold: 20 %": lambda f: (
            china[f, 5] - china[f, month] >= 0.2 - 1e-9
        ),
        f"{metric}, place: China, {at}, comparison: leads": lambda f: all(
            china[f, month] > other[f, month] for name, other in paths.items() if name != "China"
        ),
        f"{metric}, place: China, {at}, comparison: between, threshold: [20 %, 40 %]": lambda f: (
            0.2 - 1e-9 <= china[f, month] <= 0.4 + 1e-9
        ),
        f"{metric}, place: [US, EU], {at}, comparison: above, threshold: 55 %": lambda f: (
            us[f, month] + eu[f, month] > 0.55
        ),
        f"{metric}, place: China, {at}, comparison: above, "
        "than: {metric: compute_share_location, place: US, times: 0.55}": lambda f: (
            china[f, month] - 0.55 * us[f, month] > 0
        ),
    }
    for condition, holds in cases.items():
        (one,) = ask(claim(condition)).claims
        assert one.chance == sum(bool(holds(f)) for f in range(BLOCK)) / BLOCK, condition
    (all_of,) = ask(claim(*cases)).claims
    both = sum(all(bool(holds(f)) for holds in cases.values()) for f in range(BLOCK))
    assert all_of.chance == both / BLOCK
    assert [part.chance for part in all_of.conditions] == [
        sum(bool(holds(f)) for f in range(BLOCK)) / BLOCK for holds in cases.values()
    ]


def test_what_happened_before_it_was_said_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    early = np.zeros((BLOCK, len(MONTHS)))
    early[:, :6] = 1.0
    fake_run(monkeypatch, lambda prepared, block: {"compute_share_location:China": early})
    condition = (
        "metric: compute_share_location, place: China, by: 2030-12, comparison: reaches, threshold: 50 %"
    )
    (since_start,) = ask(claim(condition)).claims
    (since_later,) = ask(claim(condition).replace("on: 2025-01", "on: 2026-03-05")).claims
    (asked,) = ask(claim(condition + ", from: 2025-06")).claims
    assert (since_start.chance, since_later.chance, asked.chance) == (1.0, 0.0, 1.0)
    assert "from 2026-03 to 2030-12" in since_later.reading.en
    assert "2026 年 3 月至 2030 年 12 月間至少有一個月" in since_later.reading.zh


def test_a_pledge_is_kept_up_to_its_month_and_never_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    due = MONTHS.index("2029-01")
    reached = np.full(BLOCK, np.nan)
    reached[:64], reached[64:96] = due, due + 1
    fake_run(
        monkeypatch,
        lambda prepared, block: {},
        lambda prepared, block: {"reached_month:STG-2025-01": reached},
    )
    (one,) = ask(claim("metric: reached, place: STG-2025-01, by: 2029-01, comparison: holds")).claims
    assert one.chance == 64 / BLOCK
    (part,) = one.conditions
    assert (part.p10, part.p50, part.p90) == (due, None, None)
    assert "in a tenth by: 2029-01" in part.level.en
    assert "after 2035-12 or never" in part.level.en


def test_a_class_is_true_where_its_path_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    path = np.zeros((BLOCK, len(MONTHS)))
    path[:100, -1] = 1.0
    fake_run(monkeypatch, lambda prepared, block: {"class:limited_multipolar": path})
    (at_end,) = ask(claim("metric: class, place: limited_multipolar, at: end, comparison: holds")).claims
    assert at_end.chance == 100 / BLOCK
    assert "the world is limited multipolar in 2035-12" in at_end.reading.en
    assert "世界格局為有限多極" in at_end.reading.zh


def test_fewer_futures_are_the_first_of_more(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    blocks = [rng.random((BLOCK, len(MONTHS))) for _ in range(3)]
    fake_run(monkeypatch, lambda prepared, block: {"compute_share_location:China": blocks[block]})
    condition = "metric: compute_share_location, place: China, at: end, comparison: above, threshold: 50 %"
    (one,) = ask(claim(condition), 600).claims
    joined = np.concatenate(blocks)[:600, -1]
    assert one.chance == np.mean(joined > 0.5)
    assert one.futures == 600


def test_pairs_meet_the_same_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that adds a little to a noisy path is seen in every future, and not in the noise."""
    rng = np.random.default_rng(8)
    noise = rng.normal(0.5, 0.2, (BLOCK, len(MONTHS)))
    added = rng.random(BLOCK) * 0.02 - 0.005

    def paths(prepared: Any, block: int) -> dict[str, Floats]:
        levers = getattr(prepared, "levers", prepared.scenario.levers)
        on = any(step.intensity for steps in levers.values() for step in steps)
        return {"compute_share_location:China": noise + (added[:, None] if on else 0.0)}

    seen = fake_run(monkeypatch, paths)
    extra = (
        "    paired:\n"
        "      with: {title: {en: full, zh: 全}, fields: {levers: {permitting_time: 1.0}}}\n"
        "      without: {title: {en: none, zh: 無}, fields: {levers: {permitting_time: 0.0}}}\n"
    )
    text = claim(
        "metric: compute_share_location, place: China, at: 2030-12, comparison: above, threshold: 0 %",
        extra=extra,
    )
    (one,) = ask(text).claims
    assert one.paired
    assert one.chance == np.mean(added > 0)
    (part,) = one.conditions
    assert part.mean == pytest.approx(added.mean())
    assert part.mean_error == pytest.approx(added.std(ddof=1) / math.sqrt(BLOCK))
    assert "is higher under “full” than under “none”" in one.reading.en
    assert "在「全」下高於「無」下" in one.reading.zh
    # The two sides differ in levers alone, so one of them is made ready and serves for both.
    assert len(seen) == 1


def test_the_sides_of_a_pair_take_the_seed_of_the_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    from stargauge.scenario import changed

    seen = fake_run(
        monkeypatch,
        lambda prepared, block: {"capital_usd_b:US": np.zeros((BLOCK, len(MONTHS)))},
    )
    extra = (
        "    paired:\n"
        "      with: {title: {en: a, zh: 甲}, fields: {world: {chip_sales_to_china: open}}}\n"
        "      without: {title: {en: b, zh: 乙}}\n"
    )
    text = claim("metric: capital_usd_b, place: US, at: end, comparison: above, threshold: 0", extra=extra)
    with pytest.raises(Exception, match="bn_USD"):
        parse_claims(text)
    text = text.replace("threshold: 0", "threshold: 0 bn USD")
    scenario = changed(load_scenario("us-2026"), seed=77)
    answer = answer_claims(parse_claims(text), scenario, BLOCK, workers=1)
    assert {one.seed for one in seen} == {77}
    assert sorted(one.world.chip_sales_to_china for one in seen) == ["open", "rules"]
    assert answer.claims[0].chance == 0.0
    assert answer.claims[0].high == pytest.approx(0.0148, abs=1e-4)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (
            "metric: poles, place: compute, at: 2030-12, comparison: above, threshold: 2",
            "the run has not got the series poles:compute",
        ),
        (
            "metric: compute_share_location, place: China, at: 2044-01, comparison: above, threshold: 5 %",
            "2044-01 lies outside the run, 2025-01 to 2035-12",
        ),
        (
            "metric: compute_share_location, place: China, at: 2026-01, comparison: rises",
            "its time is empty in this run: it counts from 2026-10 and ends in 2026-01",
        ),
        (
            "metric: jobs, place: US, at: 2030-12, comparison: at_least, threshold: 100000 jobs",
            "the model holds no jobs",
        ),
    ],
)
def test_what_cannot_be_tested_says_why(condition: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    flat = np.zeros((BLOCK, len(MONTHS)))
    fake_run(monkeypatch, lambda prepared, block: {"compute_share_location:China": flat})
    extra = "    evidence: [{event: EV003, zh: 總統稱立即創造十萬個工作機會}]\n"
    (one,) = ask(claim(condition, extra=extra)).claims
    assert not one.answered
    assert one.chance is None
    assert reason in one.reason.en
    assert one.reason.zh
    assert [item.id for item in one.evidence] == ["EV003"]
    assert one.evidence[0].words.zh == "總統稱立即創造十萬個工作機會"


def test_a_side_that_the_scenario_cannot_have_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """On an earlier day a fact that one side changes was not known yet."""
    fake_run(monkeypatch, lambda prepared, block: shares(1))
    extra = (
        "    paired:\n"
        "      with: {title: {en: a, zh: 甲}, fields: {facts: {M-world-trust-final: 1 share}}}\n"
        "      without: {title: {en: b, zh: 乙}}\n"
    )
    text = claim(
        "metric: model_share, place: US, at: 2030-12, comparison: above, threshold: 0 %", extra=extra
    )
    (one,) = answer_claims(parse_claims(text), load_scenario("us-2025-07"), BLOCK, workers=1).claims
    assert not one.answered
    assert "do not go with us-2025-07: facts.M-world-trust-final not known at 2025-07-23" in one.reason.en
    assert one.reason.zh.startswith("兩種情況不適用於情境 us-2025-07：")
