"""Random networks: meshes with parallels, chains, bridges, shifters, negative reactances and islands."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from stargauge.grid.network import Network


def random_network(
    seed: int,
    *,
    buses: int = 12,
    extra: int = 8,
    islands: int = 1,
    shifters: bool = True,
    negative: bool = False,
    rate_b: bool = False,
    ties: int = 0,
    **changes: Any,
) -> Network:
    """Return a connected (by island) network made from a seed; `changes` replace arrays."""
    rng = np.random.default_rng(seed)
    ends: list[tuple[int, int]] = []
    for island in range(islands):
        first = island * buses
        ends += [(first + int(rng.integers(0, bus)), first + bus) for bus in range(1, buses)]
        for _ in range(extra):
            a, b = rng.choice(buses, 2, replace=False)
            ends.append((first + int(a), first + int(b)))
        if extra:  # one certain parallel
            ends.append(ends[-1])
    start, end = np.array(ends).T
    branches, total = start.size, buses * islands
    reactance = rng.uniform(0.03, 0.3, branches)
    if negative:  # small enough beside their neighbours for the network to stay passive seen from its ends
        star = rng.choice(branches, max(1, branches // 8), replace=False)
        reactance[star] *= -0.02
    shift = np.zeros(branches)
    if shifters:
        shift[rng.choice(branches, 2, replace=False)] = rng.uniform(-5, 5, 2)
    kind = ["line"] * branches
    rate_a = rng.uniform(30, 200, branches)
    for tie in rng.choice(branches, ties, replace=False):
        kind[tie], rate_a[tie], reactance[tie], shift[tie] = "tie", np.inf, 0.001, 0.0
    load = rng.uniform(0, 30, total) * (rng.random(total) < 0.7)
    units = 3 * islands
    unit_bus = np.concatenate([i * buses + rng.integers(0, buses, 3) for i in range(islands)])
    output = rng.uniform(20, 80, units)
    for island in range(islands):
        own = slice(3 * island, 3 * island + 3)
        output[own] *= 1.03 * load[island * buses : (island + 1) * buses].sum() / output[own].sum()
    arrays: dict[str, Any] = {
        "bus_load_mw": load,
        "branch_from": start,
        "branch_to": end,
        "branch_x": reactance,
        "branch_shift_deg": shift,
        "branch_kind": kind,
        "rate_a": rate_a,
        "unit_bus": unit_bus,
        "unit_p_mw": output,
        "unit_pmax_mw": output + rng.uniform(5, 200, units),
        "unit_cost_per_mwh": rng.uniform(10, 50, units),
    }
    if rate_b:
        arrays["rate_b"] = rate_a * rng.uniform(1.0, 1.3, branches)
    return Network.from_arrays(name=f"random {seed}", bus_id=np.arange(1, total + 1), **{**arrays, **changes})


@st.composite
def networks(draw: st.DrawFn, **options: Any) -> Network:
    """Draw a random network."""
    return random_network(
        draw(st.integers(0, 2**32 - 1)),
        buses=draw(st.integers(4, 14)),
        extra=draw(st.integers(0, 12)),
        **options,
    )
