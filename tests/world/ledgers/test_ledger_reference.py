"""The kernel against plain Python, and the quantile of the shocks against SciPy."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from ledger_reference import Future
from ledger_reference import run as by_hand
from ledger_runs import EDITION, OLDEST, PLAN, QUARTERS, SLOTS, Run, plan_of, run
from scipy import stats

from stargauge.world.blocs import BLOCS, STACKS
from stargauge.world.ledgers import ChipSales
from stargauge.world.ledgers.shocks import innovations
from stargauge.world.ledgers.steps import aging

CASES: list[tuple[date, ChipSales, dict[str, float]]] = [
    (EDITION, "rules", {"packages": 200.0, "tools": 0.8, "enforcement": 0.6}),
    (EDITION, "open", {"packages": 0.0}),
    (EDITION, "closed", {"packages": 5000.0, "enforcement": 1.0}),
    (PLAN, "rules", {"packages": 100.0, "tools": 1.0}),
    (OLDEST, "rules", {"packages": 50.0, "tools": 0.5}),
    (OLDEST, "open", {}),
]


def reference(done: Run, f: int) -> dict[str, list[dict[str, float]]]:
    return by_hand(
        Future(
            plan=done.plan,
            value={name: float(drawn[f]) for name, drawn in done.values.items()},
            us=done.us[f].tolist(),
            package_mw=done.package_mw[f].tolist(),
            tools=done.tools[f].tolist(),
            enforcement=done.enforcement[f].tolist(),
            innovations=done.block.flows.innovations[f].tolist(),
        )
    )


@pytest.mark.parametrize(("as_of", "chip_sales", "what"), CASES)
def test_the_kernel_agrees_with_cohorts_in_plain_python(
    as_of: date, chip_sales: ChipSales, what: dict[str, float]
) -> None:
    done = run(plan_of(as_of, chip_sales), futures=6, seed=7, **what)  # type: ignore[arg-type]
    for f in range(6):
        told = reference(done, f)
        for name in ("location", "owner", "user"):
            found = getattr(done.paths, name)[f]
            expected = np.array([[slot[bloc] for bloc in BLOCS] for slot in told[name]])
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-6, err_msg=f"{name} {f}")
        for part in ("domestic", "licensed", "smuggled", "rented", "refused"):
            expected = np.array([slot[part] for slot in told["parts"]])
            np.testing.assert_allclose(
                getattr(done.paths, part)[f], expected, rtol=1e-12, atol=1e-6, err_msg=f"{part} {f}"
            )


def test_lags_agree_with_their_equations() -> None:
    done = run(plan_of(EDITION), futures=6, seed=3, open_models=0.5)
    plan, lags, user = done.plan, done.block.lags, done.paths.user
    fixed = plan.fixed
    bound = np.log(fixed["world.capability.shock.most"])
    for f in range(6):
        value = {name: drawn[f] for name, drawn in done.values.items()}
        us_open = value["world.capability.open_lag"] * value["world.capability.us_open"]
        state = np.zeros(2)
        ratio = user[f, :, 0] / user[f, :, 1]
        for k in range(SLOTS):
            opened, moved = 0.0, 1.0
            if k >= plan.first:
                state = fixed["world.capability.shock.memory"] * state + lags.innovations[f, k]
                opened = 0.5
                moved = (ratio[k] / ratio[plan.first - 1]) ** value["world.capability.compute"]
            factor = np.exp(np.clip(state, -bound, bound))
            china = value["world.capability.china_lag"] * moved * factor[0]
            china *= 1 - value["world.capability.distillation"] * opened
            ours = us_open * (1 - value["world.capability.release"] * opened) * factor[1]
            expected = [0.0, ours, china, min(ours, china) + value["world.capability.sovereign"]]
            np.testing.assert_allclose(done.skill.lag[f, k], expected, rtol=1e-12)
            points = fixed["world.capability.points"] * (3 * k - np.array(expected))
            np.testing.assert_allclose(done.skill.points[f, k], points, rtol=1e-12, atol=1e-12)
    assert done.skill.lag.shape == (6, len(QUARTERS) + 1, len(STACKS))


def test_shocks_are_student_with_four_degrees_of_freedom_a_slot_later_than_their_uniforms() -> None:
    u = np.random.default_rng(1).uniform(size=(3, 4, 2))
    found = innovations(u, np.array([0.1, 2.0]))
    assert not found[:, 0].any()
    np.testing.assert_allclose(found[:, 1:], stats.t.ppf(u, 4) * [0.1, 2.0], rtol=1e-9)


@pytest.mark.parametrize("growth", [0.9, 1.0, 1.25])
def test_an_observed_stock_is_retired_whole_within_a_life(growth: float) -> None:
    gone = [aging(after, 20, growth) for after in range(-3, 30)]
    assert sum(gone) == pytest.approx(1.0, rel=1e-12)
    assert not any(gone[:4])
    assert not any(gone[24:])
