"""One future of the whole room against a version written apart, with plain loops over months and regions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.power import REGIONS, TECHNOLOGIES, PowerBlock, PowerPrepared, simulate
from stargauge.power.regions import FADES, FADING, GROUP_OF

Values = dict[str, NDArray[np.float64]]


def share_finished(delay: float) -> float:
    return 1.0 - math.exp(-1.0 / delay)


class SlowFuture:
    """Power supply of one future, from the prepared arrays and the drawn values alone."""

    def __init__(self, prepared: PowerPrepared, values: dict[str, float], deferral: list[float]) -> None:
        self.p, self.v, self.deferral = prepared, values, deferral
        self.months = prepared.horizon
        self.begin = prepared.fleet_month + 1
        self.built = np.zeros((len(REGIONS), len(TECHNOLOGIES), self.months))
        self.turbines = np.zeros(self.months)

    def turbine_supply(self) -> list[float]:
        total, path = 0.0, []
        last_growth = (2031 - 2025) * 12
        for month in range(self.months):
            if month >= self.begin:
                way = min((month - self.begin) / self.p.inputs.fixed["power.turbine.slot_months"], 1.0)
                years = (min(month, last_growth) - self.begin) / 12.0
                output = self.v["power.turbine.output"] * (1.0 + self.v["power.turbine.growth"]) ** years
                new = self.v["power.turbine.us_share"] * output
                total += (self.v["power.turbine.booked"] * (1.0 - way) + new * way) / 12.0
            path.append(total)
        return path

    def add(self) -> None:
        supply = self.turbine_supply()
        pairs = list(zip(self.p.pair_region, self.p.pair_technology, strict=True))
        near, far = dict.fromkeys(pairs, 0.0), dict.fromkeys(pairs, 0.0)
        done = dict.fromkeys(pairs, 0.0)
        used = 0.0
        for month in range(self.begin, self.months):
            flows: dict[tuple[int, int], float] = {}
            for pair in pairs:
                name = TECHNOLOGIES[pair[1]]
                group = GROUP_OF[name]
                far_share = min(
                    self.v[f"power.completion.far.{group}"] * self.v["power.completion.common"], 1.0
                )
                near[pair] += self.v["power.completion.near"] * self.p.pipeline.near[pair][month]
                far[pair] += far_share * self.p.pipeline.far[pair][month]
                flows[pair] = near[pair] * share_finished(self.v["power.delay.near"]) + far[
                    pair
                ] * share_finished(self.v[f"power.delay.far.{group}"])
            fill = {}
            for index, pair in enumerate(pairs):
                name = TECHNOLOGIES[pair[1]]
                rate = self.v.get(f"power.rate.{GROUP_OF[name]}", 0.0) / 12.0 * self.p.group_mix[pair[1]]
                same = [other for other in pairs if other[1] == pair[1]]
                whole = sum(self.p.target_share[pairs.index(other)] for other in same)
                row = self.ramp_row(name)
                gap = rate * self.p.ramp[row, month] * whole - sum(flows[other] for other in same)
                fill[pair] = max(gap, 0.0) * self.p.target_share[index]
            need = {"gas_cc": 1.0 / self.p.inputs.fixed["power.turbine.cc_factor"], "gas_ct": 1.0}
            wanted = sum(need.get(TECHNOLOGIES[pair[1]], 0.0) * (flows[pair] + fill[pair]) for pair in pairs)
            left = max(supply[month] - used, 0.0)
            cut = min(1.0, left / wanted) if wanted > 0.0 else 1.0
            for pair in pairs:
                name = TECHNOLOGIES[pair[1]]
                part = cut if name in need else 1.0
                near[pair] *= 1.0 - part * share_finished(self.v["power.delay.near"])
                far[pair] *= 1.0 - part * share_finished(self.v[f"power.delay.far.{GROUP_OF[name]}"])
                step = part * (flows[pair] + fill[pair])
                done[pair] += step
                used += need.get(name, 0.0) * step
                self.built[pair[0], pair[1], month] = done[pair]
            self.turbines[month] = used

    @staticmethod
    def ramp_row(name: str) -> int:
        from stargauge.power.regions import GROUPS

        return GROUPS.index(GROUP_OF[name])

    def retire(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (regions, technologies, months) MW gone, and MW held but not counted."""
        gone, discounted = np.zeros_like(self.built), np.zeros_like(self.built)
        effect = self.v["lever.retirement_deferral.effect"]
        for row in range(len(REGIONS)):
            for column in range(len(TECHNOLOGIES)):
                stock, closed, held = 0.0, 0.0, self.p.pipeline.held[row, column]
                for month in range(self.begin, self.months):
                    slowed = 1.0 - effect * self.deferral[month]
                    stock += self.v["power.retirement.share"] * self.p.pipeline.retiring[row, column, month]
                    closing = stock * share_finished(self.v["power.retirement.delay"]) * slowed
                    ending = held * share_finished(self.v["power.held.months"]) * slowed
                    stock -= closing
                    held -= ending
                    closed += closing + ending
                    gone[row, column, month] = closed
                    discounted[row, column, month] = held * (1.0 - self.v["power.held.rating"])
        return gone, discounted

    def projects(self) -> NDArray[np.float64]:
        """Return (regions, technologies, months) MW of plants of their own."""
        found = np.zeros_like(self.built)
        nuclear, geothermal = TECHNOLOGIES.index("nuclear"), TECHNOLOGIES.index("geothermal")
        for project in self.p.inputs.projects:
            if "restart" not in project.name:
                continue
            due = (project.due.year - 2025) * 12 + project.due.month - 1
            stock, done = 0.0, 0.0
            for month in range(self.months):
                stock += project.mw if month == due else 0.0
                if month >= self.begin:
                    step = stock * share_finished(self.v["power.restart.delay"])
                    stock, done = stock - step, done + step
                mw = done * self.v["power.restart.share"]
                found[REGIONS.index(project.region), nuclear, month] += mw
        fleet = self.p.fleet_mw[:, nuclear]
        start = self.begin + self.p.inputs.fixed["power.uprate.start"]
        for month in range(self.months):
            way = min(max((month - start) / (131 - start), 0.0), 1.0)
            found[:, nuclear, month] += self.v["power.uprate.total"] * way * fleet / fleet.sum()
        stock, committed, more = 0.0, 0.0, 0.0
        for month in range(self.months):
            stock += 500.0 / 24.0 if 17 <= month < 41 else 0.0  # due June 2028, in steps over two years
            if month >= self.begin:
                step = stock * share_finished(self.v["power.egs.delay"])
                stock, committed = stock - step, committed + step
            total = committed + more
            relative = 0.5 + 0.5 * (max(total, 100.0) / 100.0) ** math.log2(
                1.0 - self.v["power.egs.learning"]
            )
            for region, share in (("NW", 0.7), ("CAL", 0.15), ("SW", 0.15)):
                found[REGIONS.index(region), geothermal, month] = share * total
            if month >= 41:
                more += self.v["power.egs.rate"] / 12.0 * relative ** -self.v["power.egs.response"]
        return found

    def firm(self) -> NDArray[np.float64]:
        """Return (regions, seasons, months) accredited MW."""
        self.add()
        gone, discounted = self.retire()
        net = self.built + self.projects()
        found = np.zeros((len(REGIONS), 2, self.months))
        for month in range(self.months):
            way = min(max((month - 12) / 119.0, 0.0), 1.0)
            fade = {kind: 1.0 - (1.0 - self.v[f"power.fade.{kind}"]) * way for kind in FADES}
            for row, region in enumerate(REGIONS):
                for season in range(2):
                    mw = self.p.steady_mw[row, season, month]
                    for index, kind in enumerate(FADES):
                        mw += fade[kind] * self.p.fading_mw[index, row, season, month]
                    for column, name in enumerate(TECHNOLOGIES):
                        rating = self.p.rating[row, column, season, month]
                        kept = fade[FADING[name]] if name in FADING else 1.0
                        mw += net[row, column, month] * kept * rating
                        mw -= (gone[row, column, month] + discounted[row, column, month]) * rating
                    extra = (
                        self.v.get(f"power.unexplained.{region}", 0.0) * self.p.unexplained_mw[row, season]
                    )
                    found[row, season, month] = (
                        self.v[f"power.counted.{region}"] * mw + self.p.other_mw[row, season, month] + extra
                    )
        return found


@pytest.mark.parametrize("future", [0, 31])
def test_a_future_is_what_plain_loops_say(prepared: PowerPrepared, values: Values, future: int) -> None:
    deferral = np.where(np.arange(132) % 24 < 12, 0.6, 0.1)
    block: PowerBlock = simulate(prepared, values, deferral=deferral)
    slow = SlowFuture(
        prepared, {name: float(value[future]) for name, value in values.items()}, list(deferral)
    )
    np.testing.assert_allclose(block.firm_mw[future], slow.firm(), rtol=1e-9)
    np.testing.assert_allclose(block.turbines_mw[future], slow.turbines, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(block.turbine_supply_mw[future], slow.turbine_supply(), rtol=1e-9)
    np.testing.assert_allclose(
        block.retired_mw[future], slow.retire()[0].sum(axis=(0, 1)), rtol=1e-9, atol=1e-6
    )


def test_scarce_turbines_are_shared_as_plain_loops_say(prepared: PowerPrepared, values: Values) -> None:
    scarce = {**values}
    for name in ("power.turbine.booked", "power.turbine.output"):
        scarce[name] = values[name] * 0.2
    block = simulate(prepared, scarce)
    slow = SlowFuture(prepared, {name: float(value[3]) for name, value in scarce.items()}, [0.0] * 132)
    np.testing.assert_allclose(block.firm_mw[3], slow.firm(), rtol=1e-9)
    assert slow.turbines[-1] == pytest.approx(slow.turbine_supply()[-1], rel=0.02), "turbines bind"
