"""What holds of every region and month: supply and load balance, transfers, flexible room, opposition."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from worlds import World, random_world

Floats = NDArray[np.float64]

SOME = settings(max_examples=40, deadline=None)
BALANCE = 1e-9
MW = 1e-6


@st.composite
def worlds(draw: st.DrawFn, **fixed: Any) -> World:
    """Small worlds of 2 to 4 regions and 10 to 30 phases whose regions are modelled."""
    return random_world(
        draw(st.integers(0, 2**32 - 1)),
        **{
            "phases": draw(st.integers(10, 30)),
            "futures": draw(st.integers(1, 3)),
            "regions": draw(st.integers(2, 4)),
            "months": draw(st.sampled_from([24, 48])),
            "levers": draw(st.booleans()),
            "hazards": draw(st.sampled_from([0.0, 0.02])),
            "tightness": draw(st.sampled_from([0.1, 0.4, 1.0, 3.0])),
            "sizes": draw(st.booleans()),
            **fixed,
        },
    )


def seasonal(world: World) -> tuple[Floats, Floats]:
    """Return (futures, regions, seasons, months) accredited MW and what must be held: margin times peak."""
    supply = world.supply
    months = np.arange(world.months)
    peaks = supply.peak_mw[..., None] * supply.peak_growth[..., None] ** months
    return supply.firm_mw, peaks * supply.required


@SOME
@given(worlds())
def test_every_region_balances_or_its_shortfall_is_told(world: World) -> None:
    """Accredited + imports − exports + shortfall ≥ margin × peak + firm load, in both seasons."""
    out = world.run()
    firm, required = seasonal(world)
    have = firm + (out.import_mw + out.shortfall_mw)[:, :, None]
    need = required + out.firm_load_mw[:, :, None]
    assert np.all(have - need >= -BALANCE * np.abs(need))
    # Not more than what lacks: in the season that binds, a region that is short is short to the MW.
    short = out.shortfall_mw > MW
    np.testing.assert_allclose((have - need).min(axis=2)[short], 0.0, atol=MW)


@SOME
@given(worlds(), st.floats(0.0, 3.0))
def test_a_factor_on_headroom_scales_what_is_spare_and_not_what_is_missing(
    world: World, factor: float
) -> None:
    out = world.but(scale=np.full_like(world.supply.scale, factor)).run()
    firm, required = seasonal(world)
    spare = firm - required
    expected = np.where(spare > 0.0, factor * spare, spare).min(axis=2)
    np.testing.assert_allclose(out.firm_headroom_mw, expected, rtol=1e-9, atol=MW)
    net = out.firm_load_mw - out.import_mw
    np.testing.assert_allclose(out.shortfall_mw, np.maximum(0.0, net - expected), rtol=1e-9, atol=MW)


@SOME
@given(worlds())
def test_imports_are_exports_and_within_limits(world: World) -> None:
    out, supply = world.run(), world.supply
    np.testing.assert_allclose(out.import_mw.sum(axis=1), 0.0, atol=MW)
    tie = world.pace.tie[:, None, :]
    most = supply.import_mw[None, :, None] * tie
    pairs_in = supply.pair_mw.sum(axis=0)[None, :, None] * tie
    pairs_out = supply.pair_mw.sum(axis=1)[None, :, None] * tie
    assert np.all(out.import_mw <= np.minimum(most, pairs_in) + MW)
    assert np.all(-out.import_mw <= pairs_out + MW)


@SOME
@given(worlds(regions=2))
def test_between_two_regions_the_pair_holds(world: World) -> None:
    """With two regions the net import is what the other sends."""
    out, tie = world.run(), world.pace.tie
    pair = world.supply.pair_mw
    for region in (0, 1):
        assert np.all(out.import_mw[:, region] <= pair[1 - region, region] * tie + MW)


@SOME
@given(worlds())
def test_a_region_that_lends_is_short_only_by_what_holds_a_connection(world: World) -> None:
    """Nothing but load that has its connection, or the past, or what stood, makes an exporter short."""
    world = world.but(
        committed=np.zeros_like(world.table.committed),
        used_mw=np.zeros_like(world.supply.used_mw),
        now=-100.0,
    )
    out = world.run()
    lends = out.import_mw < -MW
    assert np.all(out.shortfall_mw[lends] <= MW)


@SOME
@given(worlds())
def test_firm_load_is_taken_only_from_what_is_spare(world: World) -> None:
    """Without connections from before, new firm load makes no region shorter than it was without any."""
    world = world.but(
        committed=np.zeros_like(world.table.committed),
        used_mw=np.zeros_like(world.supply.used_mw),
        now=-100.0,
    )
    out = world.run()
    taken = np.diff(out.firm_load_mw, axis=2, prepend=0.0)
    assert np.all(out.shortfall_mw[taken > MW] <= MW)


@SOME
@given(worlds())
def test_flexible_load_is_taken_only_within_its_room(world: World) -> None:
    """What is taken fits in the month it is taken, beside all firm load; what outgrows its room is told."""
    world = world.but(committed=np.zeros_like(world.table.committed), now=-100.0)
    out = world.run()
    taken = np.diff(out.flexible_load_mw, axis=2, prepend=0.0)
    assert np.all(taken >= -MW), "flexible load is never sent away"
    # Firm room beside flexible load is read off chords of a table: whole but for its error.
    peak = world.supply.peak_mw[:, :, :1]
    assert np.all(out.overcut_mw[taken > MW] <= (0.01 * peak * np.ones(world.months))[taken > MW])
    # All of it within the room that stands before new load and with what neighbours send.
    assert np.all(out.flexible_load_mw <= out.flexible_headroom_mw + out.overcut_mw + _lift(world, out) + MW)


def _lift(world: World, out: Any) -> Floats:
    """Return by how much imports can raise flexible room: MW for MW in the summer's measure, or twice."""
    ratio = world.supply.peak_mw[:, :, :1] / world.supply.peak_mw.min(axis=2, keepdims=True)
    return np.asarray(2.0 * ratio * np.maximum(0.0, out.import_mw))


@SOME
@given(worlds(opposed=False))
def test_without_slopes_opposition_stays_where_it_is(world: World) -> None:
    world = world.but(benefit=np.zeros_like(world.pace.benefit))
    out = world.run()
    np.testing.assert_allclose(
        out.opposition, np.broadcast_to(world.unrest.base[:, None], out.opposition.shape), rtol=1e-12
    )
    np.testing.assert_array_equal(out.size, world.luck.size)


@SOME
@given(worlds(opposed=False))
def test_opposition_that_stays_and_effects_of_nothing_are_the_same(world: World) -> None:
    """A level that does not move gives what exponents and rates of 0 give."""
    world = world.but(benefit=np.zeros_like(world.pace.benefit))
    zero = np.zeros(world.futures)
    still = world.but(hazard_share=zero, permit_exponent=zero, moratorium_rate=zero)
    one, two = world.run(), still.run()
    for name, a, b in zip(one._fields, one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=MW, err_msg=name)


@SOME
@given(worlds(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_benefit_lowers_opposition(world: World, one: float, two: float) -> None:
    """With the bill's and the density's pull out: what benefit lets be built may raise the level again."""
    zero = np.zeros(world.futures)
    world = world.but(density_slope=zero, bill_slope=zero)
    shape = world.pace.benefit.shape
    less, more = (world.but(benefit=np.full(shape, part)).run() for part in sorted((one, two)))
    assert np.all(more.opposition <= less.opposition * (1.0 + 1e-12))


@SOME
@given(worlds())
def test_sizes_are_as_drawn_where_the_hazard_does_not_move(world: World) -> None:
    still = world.but(hazard_exponent=np.zeros(world.futures)).run()
    np.testing.assert_array_equal(still.size, world.luck.size)
    moved = world.run()
    unthinned = ~world.table.thinned
    np.testing.assert_array_equal(moved.size[:, unthinned], world.luck.size[:, unthinned])
    assert np.all(moved.size > 0.0)


@SOME
@given(worlds())
def test_the_level_lies_between_nothing_and_its_ceiling(world: World) -> None:
    out, unrest = world.run(), world.unrest
    top = unrest.base[None, :, None] * np.maximum(unrest.ceiling, 1.0)[:, None, None]
    assert np.all(out.opposition > 0.0)
    assert np.all(out.opposition <= top * (1.0 + 1e-12))
    before = int(np.floor(world.now)) + 1
    np.testing.assert_array_equal(
        out.opposition[:, :, :before],
        np.broadcast_to(unrest.base[:, None], (*out.opposition.shape[:2], before)),
    )
