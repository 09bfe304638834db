"""Broken inputs: each is refused with table, row, field and line, and nothing of it is loaded."""

from __future__ import annotations

import contextlib
import json
import struct
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st
from network_samples import CASE, RAW, TABLES, triangle, write_tables
from ruamel.yaml import YAML

from stargauge.errors import InputError
from stargauge.grid import load
from stargauge.grid.readers.files import LARGEST_FILE_BYTES


@dataclass(frozen=True)
class Broken:
    """One broken input of `broken_cases.yaml`, which says what the fields are."""

    name: str
    old: str
    new: str
    place: str
    says: str
    line: int = 0


CASES = YAML(typ="safe").load((Path(__file__).parent / "broken_cases.yaml").read_text(encoding="utf-8"))
MATPOWER, PSSE, CSV = ([Broken(**row) for row in CASES[kind]] for kind in ("matpower", "psse", "csv"))


def broken(text: str, case: Broken) -> str:
    if not case.old:
        return text + case.new
    assert case.old in text, "the sample no longer holds what is to be broken"
    return text.replace(case.old, case.new, 1)


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path} has ") or str(path) in str(caught.value)
    assert "no network was loaded" in str(caught.value)
    return caught.value


def check(error: InputError, case: Broken) -> None:
    found = [mistake for mistake in error.mistakes if mistake.field == case.place]
    assert found, f"{case.place} is not named in:\n{error}"
    assert any(case.says in mistake.message for mistake in found), str(error)
    if case.line:
        assert case.line in [mistake.line for mistake in found], str(error)


@pytest.mark.parametrize("case", MATPOWER, ids=lambda case: case.name)
def test_matpower(tmp_path: Path, case: Broken) -> None:
    path = tmp_path / "five.m"
    path.write_text(broken(CASE, case), encoding="utf-8")
    check(refused(path), case)


@pytest.mark.parametrize("case", PSSE, ids=lambda case: case.name)
def test_psse(tmp_path: Path, case: Broken) -> None:
    path = tmp_path / "five.raw"
    path.write_text(broken(RAW, case), encoding="utf-8")
    check(refused(path), case)


@pytest.mark.parametrize("case", CSV, ids=lambda case: case.name)
def test_csv(tmp_path: Path, case: Broken) -> None:
    holder = next(name for name, text in TABLES.items() if case.old in text)
    folder = write_tables(tmp_path / "case", {**TABLES, holder: broken(TABLES[holder], case)})
    check(refused(folder), case)


@pytest.mark.parametrize("name", ["five.m", "five.mat", "five.raw", "five.json", "five.nc"])
def test_a_gigabyte_of_zeros_is_not_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.truncate(1 << 30)
    if name == "five.nc":
        pytest.importorskip("pypsa", reason="a PyPSA file needs pypsa (extra grid-io)")
    assert "has 1,074 MB; files above 537 MB are not read" in str(refused(path))


@pytest.mark.parametrize("name", ["five.m", "five.raw", "five.json"])
def test_binary_data_are_no_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x7fELF\x02\x01\x01\0\0\0\0")
    assert "is binary, not text" in str(refused(path))
    path.write_bytes(b"% fine\n" * 20_000 + b"\0\0")
    error = refused(path)
    assert "holds binary data from here" in str(error)
    assert error.mistakes[0].line == 20_001


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_truncated_cases(tmp_path: Path, share: float) -> None:
    body = CASE[: CASE.index("mpc.bus_name")]
    path = tmp_path / "five.m"
    path.write_text(body[: int(len(body) * share)], encoding="utf-8")
    text = str(refused(path))
    assert "is never closed; is the file cut off?" in text or "is missing" in text


@pytest.mark.parametrize("share", [0.01, 0.2, 0.4, 0.5])
def test_truncated_raw_files(tmp_path: Path, share: float) -> None:
    path = tmp_path / "five.raw"
    path.write_text(RAW[: int(len(RAW) * share)], encoding="utf-8")
    text = str(refused(path))
    assert "is it cut off?" in text or "no PSS/E RAW file" in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"MATLAB 7.3 MAT-file, made elsewhere" + b" " * 200, "is saved in version 7.3; save it again"),
        (b"PK\x03\x04" + b"x" * 200, "is no MATLAB file: it does not begin as one"),
    ],
)
def test_mat_files_that_are_none(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "five.mat"
    path.write_bytes(content)
    assert says in str(refused(path))


def test_mat_files_without_a_case(tmp_path: Path) -> None:
    path = tmp_path / "five.mat"
    scipy.io.savemat(path, {"a": np.eye(2), "b": np.eye(2)})
    assert "holds no struct mpc, but a, b" in str(refused(path))
    scipy.io.savemat(path, {"mpc": {"bus": "text", "baseMVA": 100.0}})
    error = refused(path)
    assert error.mistakes[0].field == "mpc.bus"
    assert "is no matrix of real numbers" in str(error)
    scipy.io.savemat(path, {"mpc": {"bus": np.zeros((2, 13)), "baseMVA": 100.0}})
    assert {mistake.field for mistake in refused(path).mistakes} == {"mpc.gen", "mpc.branch"}


def test_mat_files_cut_off_or_damaged(tmp_path: Path) -> None:
    path = tmp_path / "five.mat"
    scipy.io.savemat(path, {"mpc": {"bus": np.random.default_rng(1).random((50, 13))}}, do_compression=True)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "cannot be read as a MATLAB file; is it cut off?" in str(refused(path))
    path.write_bytes(whole[:140] + b"\xff" * 60 + whole[200:])
    assert "is damaged: its compressed data do not unpack" in str(refused(path))


def test_mat_files_that_unpack_without_end(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    zeros = bytes(1 << 20)
    packed = b"".join(packer.compress(zeros) for _ in range((LARGEST_FILE_BYTES >> 20) + 2)) + packer.flush()
    header = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    path = tmp_path / "five.mat"
    path.write_bytes(header + struct.pack("<II", 15, len(packed)) + packed)
    assert path.stat().st_size < 1e6
    assert "unpacks to more than 537 MB, which are not read" in str(refused(path))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is no JSON"),
        ("[1, 2]", "is no pandapower network: its _class is not pandapowerNet"),
        ('{"_class": "Thing"}', "is no pandapower network"),
        ("[" * 100_000, "is nested too deeply"),
        (
            json.dumps({"_class": "pandapowerNet", "_object": {"x": {"_module": "os", "_class": "system"}}}),
            'names the module "os", which is not let through',
        ),
        (
            json.dumps({"_class": "pandapowerNet", "_object": {"x": json.dumps({"_module": "subprocess"})}}),
            'names the module "subprocess", which is not let through',
        ),
        (
            json.dumps({"_class": "pandapowerNet", "_object": '"_module": os'}),
            'names the module "(a text with _module that is no JSON)"',
        ),
    ],
)
def test_pandapower_files_that_are_none_or_would_run_code(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "net.json"
    path.write_text(text, encoding="utf-8")
    assert says in str(refused(path))


@pytest.mark.parametrize(
    ("header", "place", "says"),
    [
        ("{", "network.json", "is no JSON"),
        ("[]", "network.json", "must be an object with name, base_mva and so on"),
        ('{"base": 100}', "network.json.base", "is no field of this file"),
        ('{"base_mva": "100"}', "network.json.base_mva", '"100" is of the wrong kind'),
        ('{"base_mva": 0}', "base_mva", "0 is no base power"),
        ('{"notes": "none"}', "network.json.notes", "is of the wrong kind"),
    ],
)
def test_headers_of_csv_folders(tmp_path: Path, header: str, place: str, says: str) -> None:
    folder = write_tables(tmp_path / "case", {**TABLES, "network.json": header})
    mistake = next(mistake for mistake in refused(folder).mistakes if mistake.field == place)
    assert says in mistake.message


def test_paths_that_are_no_network(tmp_path: Path) -> None:
    assert "does not exist" in str(refused(tmp_path / "nothing.m"))
    (tmp_path / "case.xlsx").write_bytes(b"PK")
    text = str(refused(tmp_path / "case.xlsx"))
    assert "is in no known format; known: MATPOWER text (.m), MATPOWER binary (.mat)" in text
    (tmp_path / "folder.m").mkdir()
    assert "is in no known format" in str(refused(tmp_path / "folder.m"))
    (tmp_path / "empty.m").touch()
    assert "is empty" in str(refused(tmp_path / "empty.m"))


@pytest.mark.parametrize(
    ("changes", "place", "says"),
    [
        ({"bus_load_mw": [1, 2]}, "buses.load_mw", "has 2 values for 3 buses"),
        ({"bus_load_mw": ["a", "b", "c"]}, "buses.load_mw", "is not made of numbers"),
        ({"branch_to": [1, 2, 5]}, "branches[3].to", "bus index 5 does not exist; there are 3 buses"),
        ({"branch_to": [1, 2, -1]}, "branches[3].to", "bus index -1 does not exist"),
        ({"branch_to": [1, 2, 1.5]}, "branches[3].to", "bus index 1.5 does not exist"),
        ({"bus_id": [1, 2, np.inf]}, "buses[3].bus", "inf is not a whole number"),
        ({"bus_id": [], "bus_load_mw": []}, "buses.bus", "the network has no bus"),
        ({"unit_pmax_mw": [np.inf]}, "units[1].pmax_mw", "is inf; a finite number is needed"),
        (
            {"unit_cost_per_mwh": [np.inf]},
            "units[1].cost_per_mwh",
            "a finite number is needed, or none where",
        ),
        ({"rate_a": [0, 1, 1]}, "branches[1].rate_a_mw", "is 0; it must be above 0"),
        (
            {"rate_a": [np.nan, 1, 1]},
            "branches[1].rate_a_mw",
            "is nan; a number is needed, or inf for no limit",
        ),
        ({"branch_name": ["a", "b", "a"]}, "branches[3].name", '"a" is already the name of another row'),
        ({"dc_from": [0], "dc_to": [0]}, "dclines[1].to", "the DC line joins bus 1 to itself"),
        ({"dc_from": [0], "dc_to": [7]}, "dclines[1].to", "bus index 7 does not exist"),
    ],
)
def test_arrays(changes: dict[str, object], place: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        triangle(**changes)
    found = [mistake.message for mistake in caught.value.mistakes if mistake.field == place]
    assert any(says in message for message in found), str(caught.value)


TOKENS = (
    "NaN", "Inf", "-1", "0", "'", '"', ";", "[", "]", "{", "}", "%", "...", ",", "\n", "1e999", "1e300", "-",
    "/", "abc", " ", "9" * 19, "0 /", "é", "mpc.bus", "''", "",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["five.m", "five.raw", *TABLES]),
    st.floats(0, 1),
    st.integers(0, 30),
    st.sampled_from(TOKENS),
)
def test_whatever_is_damaged_is_read_or_refused(name: str, where: float, lost: int, token: str) -> None:
    whole = {"five.m": CASE, "five.raw": RAW, **TABLES}
    start = int(where * len(whole[name]))
    damaged = whole[name][:start] + token + whole[name][start + lost :]
    with tempfile.TemporaryDirectory() as folder:
        path = write_tables(Path(folder) / "case", {**(TABLES if name in TABLES else {}), name: damaged})
        with contextlib.suppress(InputError):
            load(path if name in TABLES else path / name)


def test_there_are_enough_broken_cases() -> None:
    assert min(len(MATPOWER), len(PSSE) + len(CSV)) >= 30
