"""PSS/E RAW files: transformers by hand, sections of three revisions, and free-format records."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from network_samples import RAW, dc_flows, differing

from stargauge.grid import Network, load
from stargauge.grid.readers.psse_records import values_of


def read(tmp_path: Path, text: str, name: str = "five.raw") -> Network:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return read(tmp_path, RAW)


def test_buses_loads_and_shunts(network: Network) -> None:
    assert network.bus_id.tolist() == [1, 2, 3, 4, 5, 7]
    assert network.bus_name == ("ALPHA", "BETA", "GAMMA, S", "DELTA", "EPSILON", "star of 3-4-5 1")
    assert network.bus_kv.tolist() == [230, 230, 230, 115, 13.8, 1]
    assert network.bus_zone == ("NORTH", "NORTH", "SOUTH", "SOUTH", "SOUTH", "")
    # Constant power, current and admittance at the stored voltage of 0.99.
    assert network.bus_load_mw[3] == pytest.approx(100 + 10 * 0.99 + 20 * 0.99**2)
    assert network.bus_load_mvar[3] == pytest.approx(20 + 1 * 0.99 + 2 * 0.99**2)
    assert network.bus_shunt_mw.tolist() == [0, 0, 0, 1.5, 0, 0]
    assert network.bus_shunt_mvar.tolist() == [0, 0, 12.5, 25, 0, 0]
    assert not network.synthetic
    assert network.source.endswith("(PSS/E 33) FIVE BUSES AND A STAR")


def test_branches(network: Network) -> None:
    assert network.branch_name == (
        "1-2 1", "1-3 1", "2-3 1", "2-3 2", "3-4 1", "3-4-5 1 w1", "3-4-5 1 w2", "3-4-5 1 w3",
    )  # fmt: skip
    assert network.branch_kind == ("line",) * 3 + ("tie",) + ("transformer",) * 4
    assert network.rate_a.tolist() == [300, np.inf, 200, np.inf, 150, 90, 80, 70]
    assert network.rate_b[0] == 330
    assert np.isnan(network.rate_b[1:]).all()


def test_two_winding_transformer_by_hand(network: Network) -> None:
    # CZ = 2: 0.10 pu on 200 MVA and the nominal 230 kV of winding 1, at a bus of 230 kV.
    assert network.branch_x[4] == pytest.approx(0.10 * 100 / 200)
    assert network.branch_r[4] == pytest.approx(0.005 * 100 / 200)
    # CW = 2: winding voltages in kV.
    assert network.branch_tap[4] == pytest.approx((225.4 / 230) / (115 / 115))
    assert network.branch_shift_deg[4] == 15


def test_three_winding_transformer_by_hand(network: Network) -> None:
    # x12 = 0.10, x23 = 0.03, x31 = 0.20.
    np.testing.assert_allclose(network.branch_x[5:], [0.135, -0.035, 0.065], rtol=1e-12)
    np.testing.assert_allclose(network.branch_r[5:], [0.0015, 0.0005, 0.0025], rtol=1e-12)
    np.testing.assert_allclose(network.branch_tap[5:], [1.05, 1, 1])
    assert network.branch_shift_deg[5:].tolist() == [0, 0, 30]
    assert network.bus_vm[-1] == 1.01
    assert network.bus_va_deg[-1] == -2.5
    # Seen from windings 1 and 2 with 3 open, the star is the measured impedance again.
    assert network.branch_x[5] + network.branch_x[6] == pytest.approx(0.10)


@pytest.mark.parametrize(
    ("head", "impedance", "winding", "second", "x", "tap"),
    [
        ("1,1", "0.0,0.10,50.0", "1.02,0.0", "1.0,0.0", 0.10, 1.02),
        ("1,2", "0.0,0.10,50.0", "1.02,0.0", "1.0,0.0", 0.20, 1.02),
        ("3,2", "0.0,0.10,50.0", "1.00,220.0", "1.0,0.0", 0.20 * (220 / 230) ** 2, 220 / 230),
        ("1,3", "300000.0,0.10,50.0", "1.00,0.0", "1.0,0.0", 2 * (0.01 - 0.006**2) ** 0.5, 1.0),
        ("1,1", "0.0,0.10,50.0", "1.02,0.0", "0.98,0.0", 0.10 * 0.98**2, 1.02 / 0.98),
    ],
    ids=["system base", "winding base", "nominal voltage", "losses in watts", "tap on winding 2"],
)
def test_transformer_codes(
    tmp_path: Path, head: str, impedance: str, winding: str, second: str, x: float, tap: float
) -> None:
    text = RAW.replace("3,4,0,'1',2,2,", f"3,4,0,'1',{head},").replace("0.005,0.10,200.0", impedance)
    text = text.replace("225.4,230.0,15.0", f"{winding},15.0").replace("115.0,115.0\n", f"{second}\n")
    network = read(tmp_path, text)
    assert network.branch_x[4] == pytest.approx(x)
    assert network.branch_tap[4] == pytest.approx(tap)


@pytest.mark.parametrize(
    ("status", "legs"), [(0, []), (2, ["w1", "w3"]), (3, ["w1", "w2"]), (4, ["w2", "w3"])]
)
def test_windings_out_of_service(tmp_path: Path, status: int, legs: list[str]) -> None:
    text = RAW.replace("'T3          ',1", f"'T3          ',{status}")
    if status in (0, 3):  # bus 5 hangs on winding 3
        text = text.replace("'EPSILON     ', 13.8,1", "'EPSILON     ', 13.8,4")
    network = read(tmp_path, text)
    assert [name[-2:] for name in network.branch_name if name.startswith("3-4-5")] == legs
    assert ("star of 3-4-5 1" in network.bus_name) == bool(legs)


def test_units_and_their_limits(network: Network) -> None:
    assert network.unit_name == ("1 1", "2 1")
    assert network.unit_pmax_mw.tolist() == [400, 80]
    assert network.unit_pmin_mw.tolist() == [50, 0]
    assert any(note.startswith("1 units state no active limit (9999)") for note in network.notes)


def test_dc_lines_flow_from_sender_to_receiver(network: Network) -> None:
    assert network.dc_name == ("DC 1", "VSC 1")
    assert network.dc_p_mw.tolist() == [40, 30]
    # The converter at bus 3 takes 30 MW from the AC side, so power goes from 3 to 2.
    assert network.bus_id[network.dc_from].tolist() == [1, 3]
    assert network.bus_id[network.dc_to].tolist() == [4, 2]


def test_dc_lines_by_current_or_blocked(tmp_path: Path) -> None:
    by_current = read(tmp_path, RAW.replace("'DC 1',1,2.0,40.0", "'DC 1',2,2.0,100.0"))
    assert by_current.dc_p_mw[0] == pytest.approx(100 * 500 / 1000)
    blocked = read(tmp_path, RAW.replace("'DC 1',1", "'DC 1',0"))
    assert blocked.dc_name == ("VSC 1",)
    assert "1 blocked DC lines left out" in blocked.notes


def test_what_is_left_out_is_noted(network: Network) -> None:
    for note in (
        "1 loads out of service left out",
        "1 bus marked as isolated (type 4) left out",
        "1 branch at isolated buses left out",
        "current and admittance parts of 1 loads taken at the stored voltage",
        "1 switches and lines without impedance taken for bus ties",
        "1 three-winding transformer turned into stars of three branches around added buses of 1 kV",
        "2 DC lines held at their scheduled power, without losses",
    ):
        assert note in network.notes


def later(revision: int) -> str:
    """The sample as a file of a later revision: twelve ratings, names, nodes, switches, system-wide data."""
    text = RAW.replace("100.0, 33,", f"100.0, {revision},")
    text = text.replace(
        "AND A STAR\n", "AND A STAR\n@!comment\nGENERAL, THRSHZ=0.0001\n0 / END OF SYSTEM-WIDE DATA\n"
    )
    more = ",0" * 9
    for old, new in (
        ("0.01,300.0,330.0,0.0,0,0,0,0,1", f"0.01,'N1',300.0,330.0,0.0{more},0,0,0,0,1"),
        ("0.03,0.01,0.0\n", "0.03,0.01,'N2',0.0\n"),
        ("0.04,0.01,200.0", "0.04,0.01,'N3',200.0"),
        ("0.00005,0.0,0.0", "0.00005,0.0,'N4',0.0"),
        ("0.03,0.01,100.0", "0.03,0.01,'N5',100.0"),
        (
            "END OF BRANCH DATA, BEGIN TRANSFORMER DATA",
            "END OF BRANCH DATA, BEGIN SYSTEM SWITCHING DEVICE DATA\n"
            "0 / END OF SYSTEM SWITCHING DEVICE DATA, BEGIN TRANSFORMER DATA",
        ),
    ):
        assert old in text
        text = text.replace(old, new)
    if revision == 35:
        text = text.replace("1.02,0,300.0,0.0", "1.02,0,0,300.0,0.0").replace(
            "3,0,0,1,1.1,0.9,0,", "3,'1',0,0,1,1.1,0.9,0,0,"
        )
    return text


@pytest.mark.parametrize("revision", [34, 35])
def test_later_revisions_are_the_same_network(tmp_path: Path, network: Network, revision: int) -> None:
    assert not differing(read(tmp_path, later(revision), "later.raw"), network)


def test_switches_are_ties(tmp_path: Path) -> None:
    text = later(35).replace(
        "BEGIN SYSTEM SWITCHING DEVICE DATA\n",
        "BEGIN SYSTEM SWITCHING DEVICE DATA\n1,2,'*1',0.0001" + ",0" * 12 + ",1\n",
    )
    network = read(tmp_path, text)
    assert network.branch_kind[network.branch_name.index("1-2 *1")] == "tie"


def test_sections_without_comments_follow_their_order(tmp_path: Path, network: Network) -> None:
    bare = "\n".join(line if not line.startswith("0 / END") else "0" for line in RAW.splitlines())
    assert not differing(read(tmp_path, bare, "bare.raw"), network)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("1, 'A, B' , 2.5 / 'C', 9", ("1", "A, B", "2.5")),
        ("1 'A B' 2.5", ("1", "A B", "2.5")),
        ("1,,3", ("1", "", "3")),
        (",2", ("", "2")),
        ("1,'',3", ("1", "", "3")),
        ("0 / END", ("0",)),
        ("  ", ()),
        ("1,2,", ("1", "2", "")),
        ("1 2,3", ("1", "2", "3")),
        ("'A/B',1", ("A/B", "1")),
    ],
)
def test_free_format_records(line: str, values: tuple[str, ...]) -> None:
    found = values_of(line)
    assert found[: len(values)] == values
    assert not any(found[len(values) :])


def test_flows_of_the_sample_balance(network: Network) -> None:
    flows = dc_flows(network)
    # Winding 3 of the star carries nothing, as bus 5 has no load; windings 1 and 2 then carry the same.
    assert flows["3-4-5 1 w3"] == pytest.approx(0, abs=1e-9)
    assert flows["3-4-5 1 w1"] == pytest.approx(-flows["3-4-5 1 w2"])
