"""What holds of every pipeline, whatever is drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pipelines import GROUPS, Case, changed, random_case

Floats = NDArray[np.float64]

SOME = settings(max_examples=40, deadline=None)
EPS = 1e-9


@st.composite
def cases(draw: st.DrawFn, *, kinds: tuple[int, ...] | None = None, apart: bool = False) -> Case:
    """Pipelines of 1 to 60 phases; `apart` gives each phase a path of its own."""
    phases = draw(st.integers(1, 60))
    case = random_case(
        draw(st.integers(0, 2**32 - 1)),
        phases=phases,
        futures=draw(st.integers(1, 4)),
        horizon=draw(st.sampled_from([1, 24, 60])),
        levers=draw(st.booleans()),
        hazards=draw(st.sampled_from([0.0, 0.01, 0.2])),
        lapse=draw(st.sampled_from([0.0, 0.3, 1.0])),
        kinds=draw(st.sampled_from([(), (0,), (1,), (0, 2), (0, 1, 2)])) if kinds is None else kinds,
        tightness=draw(st.sampled_from([0.0, 0.3, 0.7, 1.5, 10.0])),
    )
    if not apart:
        return case
    own = changed(case.pipeline, group=np.arange(phases, dtype=np.int64), groups=phases)
    return Case(**{**case.__dict__, "pipeline": own})


@SOME
@given(cases())
def test_megawatts_are_conserved(case: Case) -> None:
    """Planned = energised + under way + cancelled or never begun; the paths end where the phases do."""
    p, out = case.pipeline, case.kernel()
    share, cancelled = out["energised_share"], np.isfinite(out["cancelled_month"])
    assert np.all((share >= 0.0) & (share <= 1.0))
    assert not np.any(cancelled & (share > 0.0)), "energised in part and cancelled"
    assert np.all(cancelled[case.lapsed])
    np.testing.assert_array_equal(share == 1.0, np.isfinite(out["energised_month"]))
    energised = out["group_mw"][:, :, -1].sum(axis=1)
    under_way = ((1.0 - share) * ~cancelled * p.facility_mw).sum(axis=1)
    given_up = (cancelled * p.facility_mw).sum(axis=1)
    np.testing.assert_allclose(energised + under_way + given_up, p.facility_mw.sum(), rtol=1e-12)
    for group in range(GROUPS):
        np.testing.assert_allclose(
            out["group_mw"][:, group, -1], share @ (p.facility_mw * (p.group == group)), atol=EPS
        )
    np.testing.assert_allclose(out["domestic_it_mw"][:, -1], share @ (p.it_mw * p.domestic), atol=EPS)


@SOME
@given(cases())
def test_paths_never_fall(case: Case) -> None:
    out = case.kernel()
    assert np.all(out["group_mw"][:, :, 0] >= 0.0)
    assert np.all(np.diff(out["group_mw"], axis=2) >= 0.0)
    assert np.all(np.diff(out["domestic_it_mw"], axis=1) >= 0.0)


@SOME
@given(cases())
def test_months_late_are_the_sum_of_their_causes(case: Case) -> None:
    """Late phases: to 1e-9. Early phases, phases without a plan, and those not energised: nothing."""
    out = case.kernel()
    late = out["energised_month"] - case.pipeline.plan[:, 2]
    expected = np.maximum(0.0, np.where(np.isfinite(late), late, 0.0))
    np.testing.assert_allclose(out["charges"].sum(axis=2), expected, rtol=0.0, atol=EPS)
    assert np.all(out["charges"] >= 0.0)


@SOME
@given(cases())
def test_nothing_happens_before_it_can(case: Case) -> None:
    out = case.kernel()
    p = case.pipeline
    assert np.all(out["energised_month"] >= p.status_month - EPS)
    assert np.all(out["cancelled_month"] >= p.status_month)


@SOME
@given(cases(kinds=(0,)), st.integers(0, 2**32 - 1))
def test_more_headroom_never_energises_less(case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    more = rng.exponential(300.0, case.available.shape) * (rng.random(case.available.shape) < 0.5)
    roomier = Case(**{**case.__dict__, "available": case.available + more})
    before, after = case.kernel(), roomier.kernel()
    total = before["group_mw"].sum(axis=1)
    assert np.all(after["group_mw"].sum(axis=1) >= total - EPS)
    assert np.all(after["energised_share"] >= before["energised_share"] - EPS)
    assert np.all(after["energised_month"] <= before["energised_month"] + EPS)


@SOME
@given(cases(apart=True))
def test_no_limit_idles_while_a_phase_that_could_use_it_waits(case: Case) -> None:
    """Whatever is ready and not whole at the end of a month has a limit of its own that is used up."""
    p, out = case.pipeline, case.kernel()
    # Without limits the same luck shows when each phase is ready.
    ready = _ready_months(case)
    for future in range(case.futures):
        served = out["group_mw"][future] / p.facility_mw[:, None]
        used = _used(case, served, ready[future])
        spent_up = used >= case.available[future] - 1e-6
        for month in range(p.horizon):
            waits = (ready[future] < month + 1) & (served[:, month] < 1.0 - 1e-9)
            for phase in np.flatnonzero(waits):
                rows = p.limit_index[phase][p.limit_index[phase] >= 0]
                assert spent_up[rows, month].any(), f"phase {phase} waits in month {month} for nothing"


@SOME
@given(cases(apart=True))
def test_no_limit_is_overdrawn_but_by_the_past(case: Case) -> None:
    """What phases take after the past is never more than what exists by the month in which they take it."""
    p, out = case.pipeline, case.kernel()
    ready = _ready_months(case)
    for future in range(case.futures):
        served = out["group_mw"][future] / p.facility_mw[:, None]
        used = _used(case, served, ready[future])
        taken = np.diff(used, axis=1, prepend=0.0)
        past = _used(case, served * (ready[future] < p.free_before)[:, None], ready[future])
        taken_freely = np.diff(past, axis=1, prepend=0.0)
        over = used > case.available[future] + 1e-6
        np.testing.assert_allclose(taken[over], taken_freely[over], atol=1e-6)


@SOME
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_phases_are_listed_does_not_matter(case: Case, shuffler: object) -> None:
    order = list(range(case.pipeline.status.size))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    phase_wise = ("durations", "cancel_work", "lapsed", "size")
    kept = ("free_before", "counted_from", "horizon", "groups")
    turned = Case(
        **{
            **case.__dict__,
            **{name: getattr(case, name)[:, order] for name in phase_wise},
            "pipeline": changed(
                case.pipeline,
                **{name: array[order] for name, array in case.pipeline.__dict__.items() if name not in kept},
            ),
        }
    )
    one, two = case.kernel(), turned.kernel()
    np.testing.assert_allclose(one["group_mw"], two["group_mw"], atol=1e-8)
    # 1e-12 of a phase counts as whole, so that a last crumb may fall in another month.
    np.testing.assert_allclose(one["energised_share"][:, order], two["energised_share"], atol=1e-9)


@SOME
@given(cases(kinds=()))
def test_twice_the_speed_never_delays(case: Case) -> None:
    faster = Case(**{**case.__dict__, "speed": 2.0 * case.speed, "hazard": np.zeros_like(case.hazard)})
    slower = Case(**{**case.__dict__, "hazard": np.zeros_like(case.hazard)})
    assert np.all(faster.kernel()["energised_month"] <= slower.kernel()["energised_month"] + EPS)


def _ready_months(case: Case) -> Floats:
    """Return (futures, phases) months in which phases are ready, inf if not at all."""
    free = changed(case.pipeline, limit_index=np.full_like(case.pipeline.limit_index, -1))
    return Case(**{**case.__dict__, "pipeline": free}).kernel()["energised_month"]


def _used(case: Case, served: Floats, ready: Floats) -> Floats:
    """Return (limits, months) what phases have taken of each limit by the end of each month."""
    p = case.pipeline
    used = np.zeros((case.available.shape[1], p.horizon))
    for phase in range(p.status.size):
        for kind, row in enumerate(p.limit_index[phase]):
            if row >= 0 and ready[phase] >= (p.counted_from if kind == 0 else p.free_before):
                used[row] += served[phase] * p.limit_need[phase, kind]
    return used
