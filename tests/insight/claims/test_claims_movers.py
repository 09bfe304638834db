"""What moves a claim: a constructed case whose order is known, and a case that nothing moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from claims_fakes import BLOCK, Floats, claim, fake_prepared, fake_run, input_values, months
from scipy.stats import spearmanr

from stargauge.insight.claims import answer_claims, parse_claims
from stargauge.insight.claims.movers import Inputs
from stargauge.scenario import load_scenario

INPUTS = ("world.strong", "world.middle", "world.weak", *(f"world.idle.{n}" for n in range(40)))
MONTHS = months()
FUTURES = 2048


def paths(prepared: Any, block: int) -> dict[str, Floats]:
    """A share that three inputs move, the second against it, and forty do not."""
    drawn = {name: input_values(prepared, name, block) for name in INPUTS[:3]}
    level = 0.5 + 0.12 * drawn["world.strong"] - 0.06 * drawn["world.middle"] + 0.025 * drawn["world.weak"]
    return {"compute_share_location:China": np.repeat(level[:, None], len(MONTHS), axis=1)}


def ask(monkeypatch: pytest.MonkeyPatch, *conditions: str) -> Any:
    fake_run(monkeypatch, paths, inputs=INPUTS)
    (one,) = answer_claims(
        parse_claims(claim(*conditions)), load_scenario("us-2026"), FUTURES, workers=1
    ).claims
    return one


ABOVE = "metric: compute_share_location, place: China, at: end, comparison: above, threshold: 55 %"
BELOW = "metric: compute_share_location, place: China, at: end, comparison: below, threshold: 95 %"


@pytest.mark.parametrize("conditions", [(ABOVE,), (ABOVE, BELOW)], ids=["a level", "true or false"])
def test_the_three_that_move_it_come_in_order(
    conditions: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = ask(monkeypatch, *conditions)
    assert [mover.input for mover in one.movers] == list(INPUTS[:3])
    assert [np.sign(mover.correlation) for mover in one.movers] == [1, -1, 1]
    for mover in one.movers:
        assert mover.standard_error == pytest.approx(1 / np.sqrt(FUTURES - 1))
        assert abs(mover.correlation) > one.noise
        assert (mover.chance_high > mover.chance_low) == (mover.correlation > 0)
    strong = one.movers[0]
    prepared = fake_prepared(load_scenario("us-2026"), (), (), INPUTS)
    drawn = np.concatenate([input_values(prepared, "world.strong", block) for block in range(8)])
    level = np.concatenate(
        [paths(prepared, block)["compute_share_location:China"][:, -1] for block in range(8)]
    )
    if len(conditions) == 1:
        assert strong.correlation == pytest.approx(spearmanr(drawn, level).statistic)
    order = np.argsort(drawn)
    true = (level > 0.55) & ((level < 0.95) | (len(conditions) == 1))
    third = FUTURES // 3
    assert strong.chance_low == pytest.approx(true[order[:third]].mean(), abs=1e-12)
    assert strong.chance_high == pytest.approx(true[order[-third:]].mean(), abs=1e-12)
    assert strong.p50 == pytest.approx(np.quantile(drawn, 0.5))


def test_what_is_the_same_in_every_future_is_moved_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    flat = np.full((BLOCK, len(MONTHS)), 0.5)
    fake_run(monkeypatch, lambda prepared, block: {"compute_share_location:China": flat}, inputs=INPUTS)
    (one,) = answer_claims(parse_claims(claim(ABOVE)), load_scenario("us-2026"), FUTURES, workers=1).claims
    assert one.movers == ()


def test_noise_is_rarely_told_as_a_cause() -> None:
    """Of many outcomes that no input moves, about 5 in 100 are told to be moved by one."""
    prepared = fake_prepared(load_scenario("us-2026"), (), (), INPUTS)
    inputs = Inputs(prepared, 512)
    rng = np.random.default_rng(3)
    told = sum(bool(inputs.movers(score, score > 0.0)) for score in rng.normal(size=(400, 512)))
    assert told <= 400 * 0.05 + 3 * np.sqrt(400 * 0.05 * 0.95)


def test_a_run_without_uncertain_inputs_has_no_movers() -> None:
    prepared = fake_prepared(load_scenario("us-2026"), (), ())
    score = np.arange(64.0)
    assert Inputs(prepared, 64).movers(score, score > 32) == ()
