"""MATPOWER cases: what is read, what is converted, and what a case file cannot make us do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.io
from network_samples import CASE, differing

from stargauge.errors import InputError
from stargauge.grid import load
from stargauge.grid.readers.matlab_text import parse_matlab


def read(tmp_path: Path, text: str, name: str = "five.m"):  # type: ignore[no-untyped-def]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_values_and_notes(tmp_path: Path) -> None:
    network = read(tmp_path, CASE)
    assert network.name == "five"
    assert network.synthetic
    assert network.bus_name == ("ALPHA", "BETA'S", "GAMMA; 100%", "DELTA", "EPSILON")
    assert network.bus_load_mw.tolist() == [0, 300, 300, 400, 10]
    assert network.bus_zone == ("1", "1", "1", "2", "2")
    assert network.rate_a.tolist() == [400, np.inf, 300, 500, 240]
    assert np.isnan(network.rate_b).tolist() == [True, True, False, True, True]
    assert network.branch_tap.tolist() == [1, 1, 1, 0.98, 1]
    assert network.branch_kind == ("line", "line", "line", "transformer", "line")
    assert network.branch_name == ("1-2", "1-3", "2-3", "3-4", "4-5")
    assert network.unit_name == ("unit 1", "unit 2")
    assert network.unit_fuel == ("gas", "coal")
    assert network.unit_cost_per_mwh.tolist() == [2 * 0.01 * 600 + 14, 15]
    assert network.notes == ("1 branch out of service left out", "1 unit out of service left out")


@pytest.mark.parametrize(
    "text",
    [
        CASE.replace("mpc.version = '2';\nmpc.baseMVA = 100;", 'mpc.version="2"; mpc.baseMVA=1e2;'),
        CASE.replace("\t1\t600\t0\t400", "\t1, 600, 0, ... the rest follows\n\t400"),
        CASE.replace(";\n\t2\t410", "; 2 410"),
        CASE.replace("mpc.bus = [", "%{\nsystem('ls')\n%}\nmpc.bus = [ % numbers ] of buses"),
        CASE.replace("mpc.", "s.").replace("function mpc", "function s"),
        CASE.replace("function mpc = five\n", ""),
        CASE.replace("];", "]").replace("};", "}"),
        CASE.replace("\n", "\r\n"),
        CASE.replace("0.0108", "1.08D-2"),
        CASE + "end\n",
        CASE.replace("'DELTA';\n", '"DELTA"\n'),
        CASE.replace("230", "690/3").replace("115", "230/sqrt(4)"),
    ],
    ids=[
        "one line", "continued", "semicolons", "block comment", "struct name", "no function", "no semicolons",
        "crlf", "fortran exponent", "end", "double quotes", "quotients",
    ],
)  # fmt: skip
def test_ways_to_write_the_same_case(tmp_path: Path, text: str) -> None:
    assert not differing(read(tmp_path, text), read(tmp_path, CASE, "six.m"))


def test_unit_conversions_of_distribution_cases(tmp_path: Path) -> None:
    code = """
[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV, ZONE, VMAX, VMIN, LAM_P, LAM_Q, MU_VMAX, MU_VMIN] = idx_bus;
Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
Sbase = mpc.baseMVA * 1e6;              %% in VA
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
"""
    plain, converted = read(tmp_path, CASE), read(tmp_path, CASE + code, "six.m")
    np.testing.assert_allclose(converted.branch_x, plain.branch_x / (230**2 / 100), rtol=1e-14)
    np.testing.assert_allclose(converted.bus_load_mw, plain.bus_load_mw / 1000, rtol=1e-14)
    assert "impedances converted from ohms at 230 kV, as the file says" in converted.notes
    assert "loads converted from kW and kvar to MW and Mvar, as the file says" in converted.notes


def test_code_behind_a_switch_that_is_off_is_not_applied(tmp_path: Path) -> None:
    network = read(tmp_path, CASE + "fixed = 0;\nif fixed\n  mpc.gen(1, 2) = 7;\nend\n")
    assert "code under a switch that is off (fixed = 0) not applied" in network.notes


def test_isolated_buses_and_missing_limits_are_noted(tmp_path: Path) -> None:
    text = CASE.replace("\t5\t1\t10", "\t5\t4\t10").replace("100\t1\t500\t100;", "100\t1\tInf\t100;")
    network = read(tmp_path, text)
    assert network.buses == 4
    assert network.unit_pmax_mw.tolist() == [800, 410]
    assert "1 bus marked as isolated (type 4) left out, with 10 MW of load" in network.notes
    assert "1 branch at isolated buses left out" in network.notes
    assert "1 unit has no active limits (Inf); the missing limit is set to the dispatch" in network.notes


def test_piecewise_costs_give_the_slope_at_the_dispatch(tmp_path: Path) -> None:
    rows = "\t1\t0\t0\t3\t0\t0\t500\t5000\t700\t9000;\n" * 3
    text = CASE[: CASE.index("mpc.gencost")] + "mpc.gencost = [\n" + rows + "];\n"
    assert read(tmp_path, text).unit_cost_per_mwh.tolist() == [20, 10]


def test_dc_lines_lose_what_the_case_says(tmp_path: Path) -> None:
    rows = "1 4 1 50 0 0 0 1 1 -100 100 0 0 0 0 1 0.02;\n1 4 0 9 9 0 0 1 1 0 9 0 0 0 0 0 0;\n"
    network = read(tmp_path, f"{CASE}mpc.dcline = [\n{rows}];\n")
    assert network.dc_p_mw.tolist() == [50]
    assert network.dc_loss_mw.tolist() == [2]
    assert (network.dc_pmin_mw.tolist(), network.dc_pmax_mw.tolist()) == ([-100], [100])
    assert "1 DC line out of service left out" in network.notes


def test_unread_fields_are_noted(tmp_path: Path) -> None:
    network = read(tmp_path, CASE + "mpc.reserves = [1 2];\n")
    assert "fields that are not read: mpc.reserves" in network.notes


def test_latin_1_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "five.m"
    path.write_bytes(CASE.replace("DELTA", "DÉLTA").encode("latin-1"))
    network = load(path)
    assert network.bus_name[3] == "DÉLTA"
    assert "the file is not UTF-8; it was read as Latin-1" in network.notes


def test_no_code_is_run_whatever_the_file_says(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for code in (f"system('touch {mark}');", f"!touch {mark}", f"mpc.x = evalc('!touch {mark}');"):
        with pytest.raises(InputError):
            read(tmp_path, CASE + code + "\n")
    assert not mark.exists()


def test_binary_cases_read_as_text_cases(tmp_path: Path) -> None:
    data = parse_matlab(CASE)
    struct = {name: matrix.values for name, matrix in data.matrices.items()}
    struct |= {"baseMVA": 100.0, "version": "2"}
    struct |= {name: np.array(texts, dtype=object).reshape(-1, 1) for name, (texts, _) in data.cells.items()}
    path = tmp_path / "five.mat"
    for compressed in (False, True):
        scipy.io.savemat(path, {"mpc": struct}, do_compression=compressed)
        assert not differing(load(path), read(tmp_path, CASE))


def test_a_file_that_only_bears_the_name_gets_no_places(tmp_path: Path) -> None:
    network = read(tmp_path, CASE.replace("= five", "= case_ACTIVSg2000"))
    assert np.isnan(network.bus_lat).all()
    assert (network.bus_substation == -1).all()
