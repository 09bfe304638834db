"""From values of coalitions to shares with errors and signs, on games that are pure functions."""

from __future__ import annotations

import numpy as np
import pytest
from attribution_games import OUTCOMES, PILLARS, Toy

from stargauge.ensemble import BLOCK_SIZE
from stargauge.insight.attribution.answer import OutcomeShares
from stargauge.insight.attribution.ledger import Ledger
from stargauge.insight.attribution.shapley import coalitions, exact_shares
from stargauge.insight.attribution.tally import outcome_shares, standard_error

TOY = Toy()


def tallied(ledger: Ledger, toy: Toy = TOY) -> tuple[OutcomeShares, ...]:
    blocks = [ledger.done[block] for block in range(toy.blocks)]
    return outcome_shares(toy.game, ledger.design.exact, OUTCOMES, blocks)


@pytest.mark.parametrize("pairs", [0, 1, 3])
def test_levers_and_pillars_add_up_to_the_total(pairs: int) -> None:
    for one in tallied(TOY.ledger(pairs)):
        assert sum(share.value for share in one.levers) == pytest.approx(one.total, rel=0, abs=1e-9)
        assert sum(pillar.value for pillar in one.pillars) == pytest.approx(one.total, rel=0, abs=1e-9)
        assert sum(pillar.sum_of_levers for pillar in one.pillars) == pytest.approx(one.total, abs=1e-9)
        assert one.total == pytest.approx(one.full - one.off, abs=1e-9)
        assert abs(one.residual) < 1e-9


@pytest.mark.parametrize("pairs", [0, 1, 3])
def test_a_lever_without_effect_gets_exactly_zero(pairs: int) -> None:
    for one in tallied(TOY.ledger(pairs)):
        idle = next(share for share in one.levers if share.lever == TOY.idle)
        assert (idle.value, idle.standard_error, idle.p05, idle.p95) == (0.0, 0.0, 0.0, 0.0)
        assert (idle.against, idle.turns, idle.nothing) == (0.0, 0.0, 1.0)


def test_exact_is_the_brute_force_of_the_means() -> None:
    """The mean of shares in each future is the share of the mean: worked out from means of coalitions."""
    means = {
        key: np.mean([TOY.value(block, key) for block in range(TOY.blocks)], axis=(0, 2))
        for key in coalitions(4)
    }
    expected = exact_shares(4, means).value
    found = tallied(TOY.ledger(0))
    for row, one in enumerate(found):
        assert [share.value for share in one.levers] == pytest.approx(expected[:, row], abs=1e-9)
    grouped = {0: means[0], 1: means[0b0011], 2: means[0b1100], 3: means[0b1111]}
    pillars = exact_shares(2, grouped).value
    for row, one in enumerate(found):
        assert [pillar.value for pillar in one.pillars] == pytest.approx(pillars[:, row], abs=1e-9)
        assert [(p.pillar, len(p.levers)) for p in one.pillars] == [(n, len(w)) for n, w in PILLARS]


def test_samples_lie_within_their_errors_of_the_exact_values() -> None:
    toy = Toy(blocks=12)
    exact, sampled = tallied(toy.ledger(0), toy), tallied(toy.ledger(1), toy)
    for true, drawn in zip(exact, sampled, strict=True):
        assert drawn.total == true.total
        for a, b in zip(true.levers, drawn.levers, strict=True):
            assert abs(a.value - b.value) <= 4.0 * b.standard_error


def test_pillars_as_players_are_exact_in_a_sample_too() -> None:
    for true, drawn in zip(tallied(TOY.ledger(0)), tallied(TOY.ledger(1)), strict=True):
        assert [p.value for p in true.pillars] == [p.value for p in drawn.pillars]


def test_another_lever_moves_no_two_past_each_other() -> None:
    few = Toy(players=Toy().players[:3], pillars=(("II", (0, 1)), ("", (2,)))).design(2)
    for block in range(4):
        orders = TOY.design(2).orders(block)
        without = [tuple(player for player in order if player != 3) for order in orders]
        assert without == list(few.orders(block))


def test_signs_count_futures_against_the_mean() -> None:
    one = tallied(TOY.ledger(0))[0]
    ledger = TOY.ledger(0)
    effects = np.concatenate([ledger.done[block].value[:, 0] for block in range(TOY.blocks)], axis=1)
    for place, share in enumerate(one.levers[:3]):
        sign = np.sign(share.value)
        assert share.against == pytest.approx(np.mean(effects[place] * sign < 0.0))
        assert share.nothing == 0.0
        assert share.turns > 0.0
        assert (share.p05, share.p95) == pytest.approx(tuple(np.quantile(effects[place], [0.05, 0.95])))


def test_rounding_is_no_sign() -> None:
    toy = Toy(blocks=1)
    ledger = Ledger(toy.design(0))
    noise = 1e-12
    values = np.stack([np.full((2, BLOCK_SIZE), 1e3 * (1.0 + noise * key)) for key in coalitions(4)])
    ledger.add(0, tuple(coalitions(4)), values)
    for share in tallied(ledger, toy)[0].levers:
        assert (share.nothing, share.against, share.turns) == (1.0, 0.0, 0.0)


def test_the_error_is_that_of_futures_or_of_blocks_whichever_is_larger() -> None:
    rng = np.random.default_rng(1)
    alone = rng.normal(size=8 * BLOCK_SIZE)
    apart = np.repeat(rng.normal(size=8), BLOCK_SIZE)
    plain = alone.std(ddof=1) / np.sqrt(alone.size)
    assert standard_error(alone, blocks=False) == pytest.approx(plain)
    assert plain <= standard_error(alone, blocks=True) < 2.5 * plain
    # Where futures of a block are all alike there are eight observations, not 2,048.
    expected = apart[::BLOCK_SIZE].std(ddof=1) / np.sqrt(8)
    assert standard_error(apart, blocks=True) == pytest.approx(expected)
    assert standard_error(apart[: BLOCK_SIZE + 1], blocks=False) < 1.0
    assert np.isnan(standard_error(alone[:1], blocks=True))


def test_errors_shrink_with_the_root_of_futures() -> None:
    small, large = (tallied(toy.ledger(1), toy)[0] for toy in (Toy(blocks=4), Toy(blocks=16)))
    for a, b in zip(small.levers[:3], large.levers[:3], strict=True):
        assert 0.3 < b.standard_error / a.standard_error < 0.8
    assert large.largest_error == max(one.standard_error for one in large.levers) / abs(large.total)
