"""The most load at a bus by PyPSA's security-constrained optimum, all pairs as rows."""

from __future__ import annotations

import logging
import warnings

import numpy as np

from stargauge.grid.flows.model import prepare
from stargauge.grid.network import Network


def pypsa_most(network: Network, bus: int) -> float:
    """Return the most load at a bus, by index, with units between 0 and Pmax, MW.

    Everything is in MW and per unit of 1 MVA at 1 kV. The new load is a generator that draws: it costs 1 per
    MW that it gives, so that the least cost is the largest draw.
    """
    import pypsa

    logging.getLogger("pypsa").setLevel(logging.ERROR)
    logging.getLogger("linopy").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of PyPSA, linopy and pandas about each other
        grid = pypsa.Network()
        names = [str(i) for i in range(network.buses)]
        grid.add("Bus", names, v_nom=1.0)
        lines = [f"l{i}" for i in range(network.branches)]
        grid.add(
            "Line",
            lines,
            bus0=[str(i) for i in network.branch_from],
            bus1=[str(i) for i in network.branch_to],
            x=network.branch_x * network.branch_tap / network.base_mva,
            s_nom=network.rate_a,
        )
        demand = network.bus_load_mw + network.bus_shunt_mw
        kept = np.flatnonzero(demand)
        grid.add("Load", [f"d{i}" for i in kept], bus=[str(i) for i in kept], p_set=demand[kept])
        grid.add(
            "Generator",
            [f"g{i}" for i in range(network.units)],
            bus=[str(i) for i in network.unit_bus],
            p_nom=np.maximum(network.unit_pmax_mw, network.unit_p_mw),
        )
        grid.add("Generator", "new", bus=str(bus), p_nom=1e5, p_min_pu=-1.0, p_max_pu=0.0, marginal_cost=1.0)
        losable = np.flatnonzero(prepare(network).is_outage)
        grid.optimize.optimize_security_constrained(
            branch_outages=[f"l{i}" for i in losable], solver_name="highs", output_flag=False
        )
        return -float(grid.c.generators.dynamic["p"]["new"].iloc[0])
