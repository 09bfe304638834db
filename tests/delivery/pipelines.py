"""Random but realistic pipelines, and the kernel and its SimPy reference run on the same luck."""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass, fields
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from simpy_reference import Luck, Outcome, Pipeline, simulate_future

from stargauge.delivery import blocks, deliver, empty_outputs
from stargauge.model import Prepared, draw, simulate

Floats = NDArray[np.float64]

HORIZON = 60
REGIONS, OWNERS = 3, 2
LIMITS = REGIONS + OWNERS + 1
GROUPS = 4


@dataclass(frozen=True)
class Case:
    """A pipeline and a block of luck: the arrays of `deliver`, with `speed` in the place of its integral."""

    pipeline: Pipeline
    durations: Floats
    speed: Floats
    hazard: Floats
    cancel_work: Floats
    lapsed: NDArray[np.bool_]
    size: Floats
    available: Floats

    @property
    def futures(self) -> int:
        return self.durations.shape[0]

    @property
    def identity(self) -> bool:
        return bool(np.all(self.speed == 1.0))

    def luck(self, future: int) -> Luck:
        return Luck(
            durations=self.durations[future],
            speed=None if self.identity else self.speed[future],
            hazard=self.hazard[future],
            cancel_work=self.cancel_work[future],
            lapsed=self.lapsed[future],
            size=self.size[future],
            available=self.available[future],
        )

    def kernel(self) -> dict[str, Floats]:
        """Run `deliver` and return its outputs by name."""
        arguments, out = self.arguments()
        deliver(*arguments, **out)
        return out

    def arguments(self) -> tuple[tuple[Any, ...], dict[str, Floats]]:
        """Return the arguments of `deliver` in order, and arrays for its outputs by name."""
        p = self.pipeline
        integral = np.zeros((self.futures, 4, p.horizon + 1))
        np.cumsum(self.speed, axis=2, out=integral[:, :, 1:])
        out = empty_outputs(self.futures, p.status.size, p.groups, p.horizon)
        for array in out.values():  # what the kernel does not write must show
            array.fill(-1e300)
        given = (
            p.status,
            p.status_month,
            p.since_month,
            p.build_start,
            p.plan,
            p.facility_mw,
            p.it_mw,
            p.group,
            p.domestic,
            p.limit_index,
            p.limit_need,
            p.free_before,
            p.counted_from,
            p.horizon,
            p.groups,
            self.durations,
            integral,
            self.identity,
            self.hazard,
            p.exposed,
            self.cancel_work,
            self.lapsed,
            self.size,
            self.available,
        )
        return given, out

    def reference(self) -> list[Outcome]:
        return [simulate_future(self.pipeline, self.luck(future)) for future in range(self.futures)]


def random_case(
    seed: int,
    *,
    phases: int = 40,
    futures: int = 10,
    horizon: int = HORIZON,
    levers: bool = False,
    hazards: float = 0.01,
    lapse: float = 0.1,
    kinds: tuple[int, ...] = (0, 1, 2),
    tightness: float = 0.5,
    sizes: bool = False,
) -> Case:
    """Return a pipeline with phases in every state, before and after the start, and limits that bind.

    Args:
        seed: Of everything drawn here.
        levers: Whether stages run at speeds other than 1, changing from month to month.
        hazards: Mean monthly hazard of cancellation.
        lapse: Chance that a phase is never begun.
        kinds: Kinds of limits in force: 0 headroom by region, 1 chips by owner, 2 capital.
        tightness: Share of what is planned that the limits allow by the end of the horizon.
        sizes: Whether phases differ in size from future to future.
    """
    rng = np.random.default_rng(seed)
    status = rng.choice(3, phases, p=(0.5, 0.3, 0.2)).astype(np.int64)
    status_month = rng.uniform(-6.0, 20.0, phases)
    since_month = status_month - np.where(rng.random(phases) < 0.3, 0.0, rng.exponential(6.0, phases))
    facility = np.round(rng.lognormal(5.0, 1.0, phases), 3)
    plan_land = status_month + rng.uniform(-10.0, 15.0, phases)
    plan_build = plan_land + rng.uniform(1.0, 15.0, phases)
    plan = np.stack([plan_land, plan_build, plan_build + rng.uniform(1.0, 8.0, phases)], axis=1)
    plan[rng.random(phases) < 0.2] = math.nan
    limit_index = np.full((phases, 3), -1, dtype=np.int64)
    first = (0, REGIONS, REGIONS + OWNERS)
    count = (REGIONS, OWNERS, 1)
    for kind in kinds:
        rows = first[kind] + rng.integers(0, count[kind], phases)
        limit_index[:, kind] = np.where(rng.random(phases) < 0.8, rows, -1)
    it = facility / rng.uniform(1.1, 1.6, phases)
    pipeline = Pipeline(
        status=status,
        status_month=status_month,
        since_month=since_month,
        build_start=np.where(status == 0, math.nan, since_month - rng.exponential(3.0, phases)),
        plan=plan,
        facility_mw=facility,
        it_mw=it,
        group=rng.integers(0, GROUPS, phases).astype(np.int64),
        domestic=rng.integers(0, 2, phases).astype(np.int64),
        limit_index=limit_index,
        limit_need=np.stack([facility, it, facility], axis=1),
        free_before=8.3,
        counted_from=-3.0,
        horizon=horizon,
        groups=GROUPS,
        exposed=rng.integers(0, 2, (phases, 3)).astype(np.float64),
    )
    spent = status_month - since_month
    durations = rng.lognormal(1.8, 0.7, (futures, phases, 4))
    for stage, owner in ((0, 0), (1, 1), (2, 1), (3, 2)):
        durations[:, :, stage] += np.where(status == owner, spent, 0.0)
    speed = np.ones((futures, 4, horizon))
    if levers:
        speed = rng.uniform(0.4, 2.5, (futures, 4, horizon))
        speed[:, :, : horizon // 6] = 1.0
    growth = rng.exponential(1.0, (futures, LIMITS, horizon)).cumsum(axis=2)
    growth /= growth[:, :, -1:]
    planned = facility.sum() / np.array([REGIONS] * REGIONS + [OWNERS] * OWNERS + [1])
    available = tightness * planned[None, :, None] * (growth - 0.05)
    return Case(
        pipeline=pipeline,
        durations=durations,
        speed=speed,
        hazard=rng.exponential(hazards, (futures, 3)) if hazards else np.zeros((futures, 3)),
        cancel_work=rng.exponential(1.0, (futures, phases)),
        lapsed=rng.random((futures, phases)) < lapse,
        size=rng.lognormal(0.0, 0.5, (futures, phases)) if sizes else np.ones((futures, phases)),
        available=available,
    )


def changed(pipeline: Pipeline, **arrays: Any) -> Pipeline:
    """Return a pipeline with some arrays replaced."""
    return Pipeline(**{**pipeline.__dict__, **arrays})


def model_case(prepared: Prepared, block: int, futures: int) -> Case:
    """Return what the model hands to the kernel for a block: the very durations, limits and hazards."""
    caught: list[Case] = []
    genuine = deliver

    def catch(*given: Any, **out: Any) -> None:
        fixed = inspect.signature(getattr(genuine, "py_func", genuine)).bind(*given, **out).arguments
        names = [field.name for field in fields(Pipeline)]
        caught.append(
            Case(
                pipeline=Pipeline(**{name: fixed[name] for name in names}),
                durations=fixed["durations"],
                speed=np.diff(fixed["scale_integral"], axis=2),
                hazard=fixed["hazard"],
                cancel_work=fixed["cancel_work"],
                lapsed=fixed["lapsed"],
                size=fixed["size"],
                available=fixed["available"],
            )
        )
        genuine(*given, **out)

    with mock.patch.object(blocks, "deliver", catch):
        simulate(prepared, draw(prepared, block, futures))
    return caught[0]


def assert_same(case: Case, out: dict[str, Floats], tolerance: float = 1e-9) -> int:
    """Compare the kernel's outputs with the reference's, future by future; return the number of waits."""
    waits = 0
    horizon = case.pipeline.horizon
    for future, expected in enumerate(case.reference()):
        waits += len(expected.waits)
        where = f"future {future}"
        for name in ("group_mw", "domestic_it_mw", "energised_share"):
            np.testing.assert_allclose(
                out[name][future],
                getattr(expected, name),
                rtol=0.0,
                atol=tolerance,
                err_msg=f"{where}, {name}",
            )
        np.testing.assert_allclose(
            out["energised_month"][future], expected.energised_month, rtol=0.0, atol=1e-9, err_msg=where
        )
        # The reference stops at the horizon and starts no process for a phase that is never begun.
        seen = ~case.lapsed[future] & (out["cancelled_month"][future] < horizon)
        np.testing.assert_allclose(
            np.where(seen, out["cancelled_month"][future], math.inf),
            np.where(expected.cancelled_month < horizon, expected.cancelled_month, math.inf),
            rtol=0.0,
            atol=1e-9,
            err_msg=where,
        )
    return waits
