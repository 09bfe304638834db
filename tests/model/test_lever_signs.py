"""Each lever moves the real model the way its source says, on shared draws; and the loop that can turn it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.model import BlockResult, Prepared, deliver, draw, prepare, simulate
from stargauge.model.arrays import Outputs
from stargauge.power import REGIONS, PowerBlock
from stargauge.scenario import changed, load_scenario

Floats = NDArray[np.float64]
FUTURES = 256
CALM = {"opposition": {"off": True}}
STILL = {"policy": {"execution": "frozen"}}
"""The plan does not go on: only the lever that is pulled moves."""


@cache
def base() -> Prepared:
    return prepare(changed(load_scenario("us-2026"), **STILL))


@dataclass(frozen=True)
class Run:
    """One block of 256 futures under some changes of the default scenario."""

    prepared: Prepared
    out: Outputs
    power: PowerBlock
    result: BlockResult

    def path(self, name: str) -> Floats:
        """Return (futures, months) of a national path."""
        names = [series.name for series in self.prepared.series]
        return self.result.paths[:, names.index(f"{name}:US")]

    @property
    def energised(self) -> Floats:
        """(futures, months) facility MW of the nation."""
        return self.path("energised_facility_mw")


def run(**changes: Any) -> Run:
    """Return a run; what changes here is read off the scenario, so nothing else is prepared anew."""
    prepared = replace(base(), scenario=changed(base().scenario, **changes))
    draws = draw(prepared, 0, FUTURES)
    block = deliver(prepared, draws)
    return Run(prepared, block.out, block.power, simulate(prepared, draws))


@cache
def idle(calm: bool = True) -> Run:
    return run(**CALM) if calm else run()


def pulled(lever: str, calm: bool = True) -> Run:
    """Return the run with one lever fully in force from the as-of date on."""
    return run(levers={lever: 1.0}, **(CALM if calm else {}))


def test_levers_need_nothing_prepared_anew() -> None:
    scenario = changed(load_scenario("us-2026"), levers={"permitting_time": 1.0}, **CALM, **STILL)
    fresh = prepare(scenario)
    expected = simulate(fresh, draw(fresh, 0, 32))
    found = simulate(replace(base(), scenario=scenario), draw(base(), 0, 32))
    assert found.paths.tobytes() == expected.paths.tobytes()
    assert found.ends.tobytes() == expected.ends.tobytes()


@pytest.mark.parametrize(
    "lever", ["permitting_time", "interconnection_time", "federal_land", "construction_workforce"]
)
def test_less_time_in_a_stage_energises_more_megawatts_sooner(lever: str) -> None:
    """Opposition off. MW energised, mean over futures, summed over all months."""
    before, after = idle().energised, pulled(lever).energised
    assert after.sum(axis=1).mean() > before.sum(axis=1).mean()
    since = int(base().delivery.now)
    # Month by month as well, but for the rounding of two ways to run a clock.
    assert np.all((after - before).mean(axis=0)[since:] >= -1e-6 * before.mean(axis=0)[since:])
    np.testing.assert_allclose(after[:, :since], before[:, :since], rtol=1e-9)


def test_stage_levers_leave_regional_supply_alone() -> None:
    for lever in ("permitting_time", "interconnection_time", "federal_land", "construction_workforce"):
        np.testing.assert_array_equal(pulled(lever).power.firm_mw, idle().power.firm_mw)


def test_deferred_retirements_raise_firm_supply_everywhere_and_what_is_energised() -> None:
    """Accredited MW of every region, season, month and future; then MW energised, in the mean."""
    before, after = idle(), pulled("retirement_deferral")
    assert np.all(after.power.firm_mw >= before.power.firm_mw - 1e-6)
    assert after.power.firm_mw[..., -1].mean() > before.power.firm_mw[..., -1].mean()
    assert np.all(after.path("supply_retired_mw") <= before.path("supply_retired_mw") + 1e-6)
    assert after.energised.sum(axis=1).mean() > before.energised.sum(axis=1).mean()
    assert after.out.shortfall_mw.sum() < before.out.shortfall_mw.sum()


def test_dispatchable_supply_raises_firm_supply_of_the_nation_and_what_is_energised() -> None:
    """Gas by the end rises in every future, firm supply in every region in the mean.

    Not in every region and future: where turbines limit gas, what one region gets sooner another waits for.
    """
    before, after = idle(), pulled("dispatchable_supply")
    gas = [series.name for series in base().series].index("supply_added_mw:gas")
    added = after.result.paths[:, gas] - before.result.paths[:, gas]
    assert np.all(added[:, -1] >= 0.0)
    assert np.all(added.mean(axis=0) >= -1e-6)
    more = after.power.firm_mw - before.power.firm_mw
    assert np.all(more[..., -1].mean(axis=0) >= -1e-6)
    # A turbine counts for less in some regions' winters: a few MW of a nation's hundreds of GW.
    assert np.all(more[..., -1].sum(axis=1) >= -50.0), "the nation has less"
    assert after.energised.sum(axis=1).mean() > before.energised.sum(axis=1).mean()
    assert after.out.shortfall_mw.sum() < before.out.shortfall_mw.sum()


def test_more_transmission_lends_more_and_needs_fewer_upgrades() -> None:
    """MW sent between regions and MW energised rise in the mean; cost of upgrades falls; supply stays."""
    before, after = idle(), pulled("transmission_capacity")
    np.testing.assert_array_equal(after.power.firm_mw, before.power.firm_mw)
    sent = [np.maximum(one.out.import_mw, 0.0).sum(axis=(1, 2)) for one in (before, after)]
    assert sent[1].mean() > sent[0].mean()
    assert after.energised.sum(axis=1).mean() > before.energised.sum(axis=1).mean()
    wires = [end.name for end in base().end_values].index("wires_usd_b:US")
    assert after.result.ends[:, wires].mean() < before.result.ends[:, wires].mean()


def test_flexible_load_brings_more_flexible_megawatts_and_more_in_all() -> None:
    before, after = idle(), pulled("flexible_load")
    assert (
        after.out.flexible_load_mw.sum(axis=(1, 2)).mean()
        > before.out.flexible_load_mw.sum(axis=(1, 2)).mean()
    )
    assert after.energised.sum(axis=1).mean() > before.energised.sum(axis=1).mean()
    np.testing.assert_array_equal(after.power.firm_mw, before.power.firm_mw)


def test_community_benefit_lowers_opposition_and_loses_fewer_megawatts() -> None:
    """Opposition on: its level falls, MW cancelled fall and MW energised rise in the mean."""
    before, after = idle(calm=False), pulled("community_benefit", calm=False)
    now = int(base().delivery.now) + 2
    assert np.all(
        after.out.opposition[:, :, now:].mean(axis=(0, 2))
        < before.out.opposition[:, :, now:].mean(axis=(0, 2))
    )
    assert cancelled(after).mean() < cancelled(before).mean()
    assert after.energised.sum(axis=1).mean() > before.energised.sum(axis=1).mean()


def cancelled(one: Run) -> Floats:
    """Return (futures) MW cancelled, never begun or thinned away."""
    mw = one.prepared.table.facility_mw
    gone = np.isfinite(one.out.cancelled_month)
    return np.asarray((gone * mw).sum(axis=1) - (one.out.size * mw).sum(axis=1))


def test_opposition_taken_out_stays_where_it_is() -> None:
    level = idle().out.opposition
    base_level = np.array([base().opposition.fixed[f"opposition.level.{region}"] for region in REGIONS])
    np.testing.assert_allclose(level, np.broadcast_to(base_level[:, None], level.shape), rtol=1e-12)
    assert idle().energised.sum(axis=1).mean() > idle(calm=False).energised.sum(axis=1).mean()
    # Loosening moves nothing either, and benefit has nothing to take away.
    for lever in ("permitting_time", "community_benefit"):
        np.testing.assert_allclose(pulled(lever).out.opposition, level, rtol=1e-12)
    np.testing.assert_array_equal(pulled("community_benefit").result.paths, idle().result.paths)


def begun(one: Run) -> Floats:
    """Return (futures) MW whose land is done by the end: neither given up there nor still in it."""
    mw = one.prepared.table.facility_mw * one.out.size
    return np.asarray((one.out.energised_share * mw).sum(axis=1))


LOOSER = {"permitting_time": 1.0}


def strong(**changes: Any) -> Run:
    """Return a run whose drivers of opposition pull three times as hard: a factor that is drawn."""
    prepared = prepare(changed(load_scenario("us-2026"), opposition={"scale": 3.0}, **STILL, **changes))
    draws = draw(prepared, 0, FUTURES)
    block = deliver(prepared, draws)
    return Run(prepared, block.out, block.power, simulate(prepared, draws))


def test_loosening_permits_can_lose_megawatts_where_opposition_is_strong() -> None:
    """Strong opposition: megawatts are lost by the end in some futures and won in others.

    With opposition off only the queue can turn a gain: who is sooner takes what another would have had, and
    owners who no longer wait order no plant of their own. Without limits nobody loses.
    """
    here, there = strong(), strong(levers=LOOSER)
    change = begun(there) - begun(here)
    assert np.all(
        np.mean(there.out.opposition, axis=(1, 2)) >= np.mean(here.out.opposition, axis=(1, 2)) * 0.999
    )
    lost, won = change < -100.0, change > 100.0
    assert lost.sum() >= 3, "loosening never costs more than it buys"
    assert won.sum() >= 3, "loosening never buys more than it costs"

    free = {"limits": {name: {"off": True} for name in ("headroom", "chips", "capital")}}
    calm_here, calm_there = run(**CALM, **free), run(levers=LOOSER, **CALM, **free)
    assert np.all(calm_there.energised[:, -1] >= calm_here.energised[:, -1] - 1e-6)
    change = begun(strong(levers=LOOSER, **free)) - begun(strong(**free))
    assert (change < -100.0).sum() >= 1, "the loss is the queue's alone"
    assert (change > 100.0).sum() >= 1
