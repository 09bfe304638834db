"""Small networks as text, and what the tests do with files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from stargauge.grid import Network
from stargauge.grid.columns import BY_ATTRIBUTE

CASE = """\
function mpc = five
%FIVE  A synthetic five-bus case.
mpc.version = '2';
mpc.baseMVA = 100;
%% bus data
mpc.bus = [
	1	3	0	0	0	0	1	1	0	230	1	1.1	0.9;
	2	2	300	98.61	0	0	1	1	0	230	1	1.1	0.9;
	3	1	300	98.61	0	0	1	1	0	230	1	1.1	0.9;
	4	1	400	131.47	0	0	2	1	0	115	2	1.1	0.9;
	5	1	10	0	0	5	2	1	0	115	2	1.1	0.9;
];
mpc.gen = [
	1	600	0	400	-400	1	100	1	800	0;
	2	410	0	200	-200	1	100	1	500	100;
	3	50	0	30	-30	1	100	0	100	0;
];
mpc.branch = [
	1	2	0.00281	0.0281	0.00712	400	0	0	0	0	1	-360	360;
	1	3	0.00304	0.0304	0.00658	0	0	0	0	0	1	-360	360;
	2	3	0.00064	0.0064	0.03126	300	350	400	0	0	1	-360	360;
	3	4	0	0.0108	0	500	0	0	0.98	0	1	-360	360;
	4	5	0.00297	0.0297	0.00674	240	0	0	0	0	1	-360	360;
	2	5	0.00297	0.0297	0.00674	240	0	0	0	0	0	-360	360;
];
mpc.gencost = [
	2	0	0	3	0.01	14	0;
	2	0	0	2	15	0	0;
	2	0	0	2	30	0	0;
];
mpc.bus_name = {
	'ALPHA';
	'BETA''S';
	'GAMMA; 100%';
	'DELTA';
	'EPSILON';
};
mpc.genfuel = {'gas'; 'coal'; 'oil'};
"""

RAW = """\
0, 100.0, 33, 0, 1, 60.0 / written by hand
FIVE BUSES
AND A STAR
1,'ALPHA       ',230.0,3,1,1,1,1.02,0.0
2,'BETA        ',230.0,2,1,1,1,1.01,-1.0
3,'GAMMA, S    ',230.0,1,1,2,1,1.00,-2.0
4,'DELTA       ',115.0,1,2,2,1,0.99,-3.0
5,'EPSILON     ', 13.8,1,2,2,1,1.00,-3.0
6,'OFF         ',230.0,4,1,1,1,1.00,0.0
0 / END OF BUS DATA, BEGIN LOAD DATA
3,'1',1,1,1,200.0,50.0,0.0,0.0,0.0,0.0,1
4,'1',1,2,2,100.0,20.0,10.0,1.0,20.0,-2.0,1
4,'2',0,2,2,500.0,20.0
0 / END OF LOAD DATA, BEGIN FIXED SHUNT DATA
4,'1',1,1.5,25.0
0 / END OF FIXED SHUNT DATA, BEGIN GENERATOR DATA
1,'1',250.0,10.0,100.0,-100.0,1.02,0,300.0,0.0,1.0,0.0,0.0,1.0,1,100.0,400.0,50.0
2,'1',80.0
0 / END OF GENERATOR DATA, BEGIN BRANCH DATA
1,2,'1',0.002,0.02,0.01,300.0,330.0,0.0,0,0,0,0,1
1,3,'1',0.003,0.03,0.01,0.0
2,-3,'1',0.004,0.04,0.01,200.0
2,3,'2',0.0,0.00005,0.0,0.0
1,6,'1',0.003,0.03,0.01,100.0
0 / END OF BRANCH DATA, BEGIN TRANSFORMER DATA
3,4,0,'1',2,2,1,0.0,0.0,2,'T1          ',1
0.005,0.10,200.0
225.4,230.0,15.0,150.0,0,0
115.0,115.0
3,4,5,'1',1,1,1,0.0,0.0,2,'T3          ',1
0.002,0.10,100.0,0.003,0.03,100.0,0.004,0.20,100.0,1.01,-2.5
1.05,0.0,0.0,90.0
1.0,0.0,0.0,80.0
1.0,0.0,30.0,70.0
0 / END OF TRANSFORMER DATA, BEGIN AREA DATA
0 / END OF AREA DATA, BEGIN TWO-TERMINAL DC DATA
'DC 1',1,2.0,40.0,500.0
1,1,25.0,15.0
4,1,25.0,15.0
0 / END OF TWO-TERMINAL DC DATA, BEGIN VSC DC LINE DATA
'VSC 1',1,0.0
2,1,1,0.0
3,2,1,-30.0
0 / END OF VSC DC LINE DATA, BEGIN IMPEDANCE CORRECTION DATA
0 / END OF IMPEDANCE CORRECTION DATA, BEGIN MULTI-TERMINAL DC DATA
0 / END OF MULTI-TERMINAL DC DATA, BEGIN MULTI-SECTION LINE DATA
0 / END OF MULTI-SECTION LINE DATA, BEGIN ZONE DATA
1,'NORTH'
2,'SOUTH'
0 / END OF ZONE DATA, BEGIN INTER-AREA TRANSFER DATA
0 / END OF INTER-AREA TRANSFER DATA, BEGIN OWNER DATA
0 / END OF OWNER DATA, BEGIN FACTS DEVICE DATA
0 / END OF FACTS DEVICE DATA, BEGIN SWITCHED SHUNT DATA
3,0,0,1,1.1,0.9,0,100.0,'',12.5
0 / END OF SWITCHED SHUNT DATA
Q
"""

TABLES = {
    "buses.csv": "bus,name,kv,load_mw,lat,lon\n1,ALPHA,230,0,32.4,-99.7\n2,,230,50,,\n3,,115,30,31.0,-98.0\n",
    "branches.csv": "from,to,x,rate_a_mw\n1,2,0.1,100\n2,3,0.2,\n1,3,0.2,60\n",
    "units.csv": "bus,p_mw,pmax_mw,fuel\n1,80,120,gas\n",
    "dclines.csv": "from,to,p_mw,pmax_mw\n1,3,5,10\n",
}


def triangle(**changes: Any) -> Network:
    """Return three buses in a triangle with one unit and two loads, with some arrays changed."""
    arrays: dict[str, Any] = {
        "bus_id": [1, 2, 7],
        "bus_load_mw": [0, 50, 30],
        "branch_from": [0, 1, 0],
        "branch_to": [1, 2, 2],
        "branch_x": [0.1, 0.1, 0.2],
        "unit_bus": [0],
        "unit_p_mw": [80],
        "unit_pmax_mw": [120],
    }
    return Network.from_arrays(name="triangle", **{**arrays, **changes})


def write_tables(folder: Path, tables: dict[str, str]) -> Path:
    """Write the files of a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def differing(one: Network, other: Network) -> list[str]:
    """Return the arrays in which two networks differ, to the last bit."""
    return [name for name in BY_ATTRIBUTE if not _same(getattr(one, name), getattr(other, name))]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return bool(one == other)


def dc_flows(network: Network) -> dict[str, float]:
    """Return DC flows by branch name from dense matrices, imbalance on the slack bus; one island only."""
    n = network
    susceptance = n.base_mva / (n.branch_x * n.branch_tap)
    incidence = np.zeros((n.branches, n.buses))
    incidence[np.arange(n.branches), n.branch_from] = 1
    incidence[np.arange(n.branches), n.branch_to] = -1
    offset = -susceptance * np.deg2rad(n.branch_shift_deg)
    power = np.bincount(n.unit_bus, n.unit_p_mw, n.buses) - n.bus_load_mw - n.bus_shunt_mw
    power -= np.bincount(n.dc_from, n.dc_p_mw, n.buses)
    power += np.bincount(n.dc_to, n.dc_p_mw - n.dc_loss_mw, n.buses)
    power -= incidence.T @ offset
    slack = int(np.flatnonzero(n.bus_type == 3)[0]) if (n.bus_type == 3).any() else 0
    rest = np.arange(n.buses) != slack
    angle = np.zeros(n.buses)
    matrix = incidence.T @ (susceptance[:, None] * incidence)
    angle[rest] = np.linalg.solve(matrix[np.ix_(rest, rest)], power[rest])
    return dict(zip(n.branch_name, susceptance * (incidence @ angle) + offset, strict=True))
