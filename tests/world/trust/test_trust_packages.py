"""Packages: the step against a plain reference; licences and lenders that bind; never more than announced."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.world.blocs import BLOCS
from stargauge.world.trust import PackagePaths, Packages, empty_packages, packages_step
from stargauge.world.trust.packages import choose

QUARTERS = 12


def make_packages(seed: int, futures: int = 3, **changes: object) -> Packages:
    """Return inputs of some futures drawn at random, with the values given in place."""
    rng = np.random.default_rng(seed)
    blocs = len(BLOCS)
    slots = QUARTERS + 1
    take_us = rng.normal(0.0, 0.2, futures)
    values = {
        "lean": rng.logistic(size=(futures, blocs)),
        "added_mw": rng.uniform(0, 200, (futures, blocs)),
        "licence_mw": rng.uniform(0, 60, (futures, blocs)),
        "started_mw": rng.uniform(0, 2000, (futures, blocs)),
        "due_mw": rng.uniform(0, 2000, (futures, blocs)),
        "slope": rng.uniform(1, 8, futures),
        "take_us": take_us,
        "take_chinese": take_us - rng.uniform(0.2, 0.8, futures),
        "mixed": rng.uniform(0, 1, futures),
        "final": rng.uniform(0.1, 1, futures),
        "moved": rng.uniform(0.01, 0.9, futures),
        "cost": rng.uniform(0.03, 0.06, futures),
        "exim": rng.uniform(0, 60, futures),
        "exim_rise": rng.uniform(0, 30, futures),
        "dfc": rng.uniform(0, 40, futures),
        "dfc_rich": rng.uniform(0, 10, futures),
        "lever": rng.uniform(0, 1, (futures, slots)),
        "promised_mw": np.cumsum(rng.uniform(0, 200, (futures, slots, blocs)), axis=1),
        "asked": rng.uniform(0, 0.6, blocs),
        "rich": (rng.uniform(size=blocs) < 0.5).astype(float),
        "need": np.where(rng.uniform(size=blocs) < 0.5, rng.uniform(0, 1, blocs), 0.0),
        "licensed_mw": rng.uniform(0, 100, blocs),
        "delivered_mw": np.zeros(blocs),
        "announced_mw": rng.uniform(4000, 9000, blocs),
        "project": 0.25,
        "chips_per_mw": 400.0,
    }
    values.update(changes)
    return Packages(**values)


def run(packages: Packages, alignment: np.ndarray) -> PackagePaths:
    futures = packages.slope.size
    paths = empty_packages(futures, QUARTERS)
    for path in (
        paths.choice,
        paths.under_licence_mw,
        paths.delivered_mw,
        paths.licensed_chips,
        paths.promised_mw,
    ):
        path[:, 0] = 0.0
    paths.announced_mw[:, 0] = packages.announced_mw
    paths.licensed_mw[:, 0] = np.where(packages.need > 0, packages.licensed_mw, np.inf)
    for lent in (paths.exim, paths.dfc, paths.dfc_rich):
        lent[:, 0] = 0.0
    paths.started_mw[:], paths.due_mw[:] = packages.started_mw, packages.due_mw
    for f in range(futures):
        for q in range(1, QUARTERS + 1):
            packages_step(f, q, packages, alignment, paths)
    return paths


@dataclass
class Buyer:
    """One bloc of the reference."""

    begun: float
    late: float
    licences: float
    used: float = 0.0
    delivered: float = 0.0


@dataclass
class Lenders:
    exim: float = 0.0
    dfc: float = 0.0
    rich: float = 0.0
    log: list[tuple[float, float, float]] = field(default_factory=list)


def reference(p: Packages, alignment: np.ndarray, f: int) -> tuple[list[list[float]], Lenders]:
    """Return MW delivered by quarter and bloc, and what was lent: from the page, not from the step."""
    blocs = range(len(BLOCS))
    buyers = [Buyer(p.started_mw[f, b], p.due_mw[f, b], p.licensed_mw[b]) for b in blocs]
    lenders = Lenders()
    rows = []
    for q in range(1, QUARTERS + 1):
        ready, held = [0.0] * len(BLOCS), [0.0] * len(BLOCS)
        for b in blocs:
            buyer = buyers[b]
            leaves, passes = p.moved[f] * buyer.late, p.moved[f] * buyer.begun
            buyer.begun += p.final[f] * p.added_mw[f, b] - passes
            buyer.late += passes - leaves
            a = alignment[f, q - 1, b]
            if p.slope[f] * (a - p.take_us[f]) > -p.lean[f, b]:
                wanted = leaves
            elif p.slope[f] * (a - p.take_chinese[f]) >= -p.lean[f, b]:
                wanted = leaves * p.mixed[f]
            else:
                wanted = 0.0
            buyer.licences += p.licence_mw[f, b]
            held[b] = min(p.need[b] * wanted, buyer.licences - buyer.used) if p.need[b] > 0 else 0.0
            ready[b] = (1 - p.need[b]) * wanted + held[b]
            buyer.late += wanted - ready[b]
        cost = [mw * p.cost[f] for mw in ready]
        asked = [c * share for c, share in zip(cost, p.asked, strict=True)]
        room = p.exim[f] + p.lever[f, q] * p.exim_rise[f] - lenders.exim
        part = min(1.0, max(0.0, room) / sum(asked)) if sum(asked) else 0.0
        loans = [min(a * (1 - part), p.project * c) for a, c in zip(asked, cost, strict=True)]
        rich = sum(loan for loan, r in zip(loans, p.rich, strict=True) if r)
        if rich > max(0.0, p.dfc_rich[f] - lenders.rich):
            cut = max(0.0, p.dfc_rich[f] - lenders.rich) / rich
            loans = [loan * cut if r else loan for loan, r in zip(loans, p.rich, strict=True)]
        if sum(loans) > max(0.0, p.dfc[f] - lenders.dfc):
            cut = max(0.0, p.dfc[f] - lenders.dfc) / sum(loans)
            loans = [loan * cut for loan in loans]
        lenders.exim += part * sum(asked)
        lenders.dfc += sum(loans)
        lenders.rich += sum(loan for loan, r in zip(loans, p.rich, strict=True) if r)
        lenders.log.append((lenders.exim, lenders.dfc, lenders.rich))
        for b in blocs:
            carried = (part * asked[b] + loans[b]) / asked[b] if asked[b] else 1.0
            built = ready[b] * min(1.0, carried)
            buyers[b].late += ready[b] - built
            buyers[b].delivered += built
            if ready[b]:
                buyers[b].used += held[b] * built / ready[b]
        rows.append([buyer.delivered for buyer in buyers])
    return rows, lenders


@pytest.mark.parametrize("seed", range(6))
def test_the_step_is_the_reference(seed: int) -> None:
    packages = make_packages(seed)
    alignment = np.random.default_rng(seed + 100).uniform(-1, 1, (3, QUARTERS + 1, len(BLOCS)))
    paths = run(packages, alignment)
    for f in range(3):
        rows, lenders = reference(packages, alignment, f)
        np.testing.assert_allclose(paths.delivered_mw[f, 1:], rows, rtol=1e-12, atol=1e-9)
        lent = np.stack([paths.exim[f, 1:], paths.dfc[f, 1:], paths.dfc_rich[f, 1:]], axis=1)
        np.testing.assert_allclose(lent, lenders.log, rtol=1e-12, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_nothing_beyond_what_was_announced_licensed_or_lent(seed: int) -> None:
    packages = make_packages(seed)
    alignment = np.random.default_rng(seed).uniform(-1, 1, (3, QUARTERS + 1, len(BLOCS)))
    paths = run(packages, alignment)
    assert (np.diff(paths.delivered_mw, axis=1) >= -1e-12).all()
    assert (paths.delivered_mw <= paths.announced_mw + 1e-9).all()
    assert (paths.under_licence_mw <= paths.licensed_mw + 1e-9).all()
    assert (paths.exim <= (packages.exim + packages.exim_rise)[:, None] + 1e-9).all()
    assert (paths.dfc <= packages.dfc[:, None] + 1e-9).all()
    assert (paths.dfc_rich <= packages.dfc_rich[:, None] + 1e-9).all()
    left = paths.started_mw + paths.due_mw + paths.delivered_mw[:, -1]
    entered = packages.started_mw + packages.due_mw + packages.final[:, None] * packages.added_mw * QUARTERS
    assert (left <= entered + 1e-6).all()


ALL_US = {"lean": np.full((3, len(BLOCS)), 50.0)}


def test_lenders_bind() -> None:
    alignment = np.zeros((3, QUARTERS + 1, len(BLOCS)))
    nothing = {"exim": np.zeros(3), "exim_rise": np.zeros(3), "dfc": np.zeros(3), "dfc_rich": np.zeros(3)}
    asked = {"asked": np.full(len(BLOCS), 0.3), "need": np.zeros(len(BLOCS))}
    rich = run(make_packages(1, **ALL_US, **asked, exim=np.full(3, 1e6)), alignment)
    poor = run(make_packages(1, **ALL_US, **asked, **nothing), alignment)
    assert (poor.delivered_mw[:, -1] == 0.0).all()
    assert (rich.delivered_mw[:, -1] > 0.0).all()
    alone = run(make_packages(1, **ALL_US, **(nothing | asked | {"asked": np.zeros(len(BLOCS))})), alignment)
    np.testing.assert_allclose(alone.delivered_mw, rich.delivered_mw)


def test_the_lever_widens_what_exim_can_lend() -> None:
    alignment = np.zeros((3, QUARTERS + 1, len(BLOCS)))
    terms = {
        "asked": np.full(len(BLOCS), 0.6),
        "dfc": np.zeros(3),
        "exim": np.full(3, 5.0),
        "exim_rise": np.full(3, 9.0),
    }
    off = run(make_packages(2, **ALL_US, **terms, lever=np.zeros((3, QUARTERS + 1))), alignment)
    on = run(make_packages(2, **ALL_US, **terms, lever=np.ones((3, QUARTERS + 1))), alignment)
    assert (on.delivered_mw[:, -1].sum(axis=1) > off.delivered_mw[:, -1].sum(axis=1)).all()
    np.testing.assert_allclose(off.exim[:, -1], 5.0)
    np.testing.assert_allclose(on.exim[:, -1], 14.0)


def test_dfc_carries_a_quarter_of_a_project_and_less_of_rich_ones() -> None:
    blocs = len(BLOCS)
    alignment = np.zeros((3, QUARTERS + 1, blocs))
    terms = {
        "asked": np.full(blocs, 0.5),
        "need": np.zeros(blocs),
        "exim": np.zeros(3),
        "exim_rise": np.zeros(3),
        "dfc": np.full(3, 1e6),
    }
    paths = run(make_packages(3, **ALL_US, **terms, dfc_rich=np.zeros(3), rich=np.eye(blocs)[2]), alignment)
    assert (paths.delivered_mw[:, -1, 2] == 0.0).all()
    cost = make_packages(3).cost
    others = np.delete(paths.delivered_mw[:, -1], 2, axis=1)
    # Half the cost is asked and a quarter carried: half of what is due is built, half of its cost lent.
    np.testing.assert_allclose(paths.dfc[:, -1], 0.5 * others.sum(axis=1) * cost)


def test_without_licences_the_part_that_needs_them_waits() -> None:
    alignment = np.zeros((3, QUARTERS + 1, len(BLOCS)))
    terms = {
        "asked": np.zeros(len(BLOCS)),
        "need": np.full(len(BLOCS), 1.0),
        "licensed_mw": np.zeros(len(BLOCS)),
    }
    none = run(make_packages(4, **ALL_US, **terms, licence_mw=np.zeros((3, len(BLOCS)))), alignment)
    assert (none.delivered_mw[:, -1] == 0.0).all()
    some = run(make_packages(4, **ALL_US, **terms, licence_mw=np.full((3, len(BLOCS)), 7.0)), alignment)
    assert (some.delivered_mw[:, -1] <= 7.0 * QUARTERS + 1e-9).all()
    np.testing.assert_allclose(some.licensed_chips[:, -1], 7.0 * QUARTERS * 400.0)


def test_the_choice_is_an_ordered_logit_over_logistic_leanings() -> None:
    u = (np.arange(20_000) + 0.5) / 20_000
    lean = np.log(u / (1.0 - u))
    slope, us, chinese, alignment = 4.0, -0.05, -0.5, -0.2
    taken = np.array([choose(slope, us, chinese, x, alignment) for x in lean])
    above = 1.0 / (1.0 + np.exp(-slope * (alignment - us)))
    below = 1.0 / (1.0 + np.exp(slope * (alignment - chinese)))
    np.testing.assert_allclose(
        [(taken == k).mean() for k in (0, 1, 2)], [above, 1 - above - below, below], atol=1e-4
    )


@given(st.floats(-5, 5), st.floats(0.1, 8), st.floats(-1, 1), st.floats(0, 1))
def test_more_alignment_never_takes_less_of_the_us_package(
    lean: float, slope: float, alignment: float, more: float
) -> None:
    assert choose(slope, 0.0, -0.5, lean, alignment + more) <= choose(slope, 0.0, -0.5, lean, alignment)
