"""What people meet: commands, words of errors, files, and a solver that is silent and may fail."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from grid_strategies import random_network
from rich.console import Console

from stargauge.errors import InputError, StoreError
from stargauge.grid.network import Network
from stargauge.grid.redispatch import (
    Request,
    SolverError,
    allocate,
    command,
    flexible_capacity,
    read_requests,
    redispatch_capacity,
    redispatch_many,
    solver,
)
from stargauge.grid.redispatch.program import Program
from stargauge.grid.redispatch.writing import ANSWERS

FILE = "name,bus,mw,value,queue,kind\n# a remark\na,3,20,1,1,firm\nb,9,40,2,2,curtailable\nc,9,10,1,2,\n"


@pytest.fixture
def network() -> Network:
    return random_network(8)


@pytest.fixture
def folder(network: Network, tmp_path: Path) -> Path:
    """A folder with the network as CSV files, which commands take as a case."""
    network.to_csv(tmp_path / "case")
    (tmp_path / "requests.csv").write_text(FILE, encoding="utf-8")
    return tmp_path


def shown(answer: Any) -> str:
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(answer.render())
    return console.export_text()


def test_a_bus_by_command(folder: Path) -> None:
    told: list[str] = []
    answer = command.redispatch(str(folder / "case"), "5", output=folder / "bus.json", progress=told.append)
    assert any(text.startswith("round 1: ") and text.endswith(" rows") for text in told)
    written = json.loads((folder / "bus.json").read_text(encoding="utf-8"))
    assert written["mw"] == answer.to_dict()["mw"] > 0
    assert "units move between 0 and Pmax" in written["rule"]
    assert "no cut-off" in written["rule"]
    assert "synthetic network, not a finding about this place" in written["notice"]
    for table in ("binding", "ratings", "units"):
        assert all(row["notice"] == written["notice"] for row in written[table])
    text = shown(answer)
    for words in (
        "N-1 secure",
        "rule: source = redispatch",
        "binds:",
        "proof: no dispatch passes",
        "synthetic",
    ):
        assert words in text, words


def test_several_buses_and_all_by_command(folder: Path) -> None:
    told: list[str] = []
    some = command.redispatch(str(folder / "case"), "5,3", progress=told.append, output=folder / "some.csv")
    lines = (folder / "some.csv").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("# rule: source = redispatch") for line in lines)
    assert some.frame["bus"].to_list() == [5, 3]
    assert "bus 2 of 2" in told
    everything = command.redispatch(str(folder / "case"), "all", output=folder / "all.parquet")
    assert pl.read_parquet(folder / "all.parquet").height == everything.frame.height == 12
    assert (
        pl.read_parquet_metadata(folder / "all.parquet")["notice"]
        == "synthetic network, not a finding about this place"
    )
    assert "one bus at a time" in shown(everything)


def test_requests_by_command(folder: Path) -> None:
    for rule in ("prorata", "queue", "value", "total"):
        answer = command.allocate(str(folder / "case"), folder / "requests.csv", rule=rule, kept="20%")
        assert f"shared by {rule}" in answer.rule
        assert "curtailable load falls to 20 %" in answer.rule
        assert json.dumps(answer.to_dict())
    assert "3 requests for 70.0 MW get" in shown(answer)
    answer.write(folder / "shares.csv")
    assert "# rule: shared by total" in (folder / "shares.csv").read_text(encoding="utf-8")


def test_flexible_load_by_command(folder: Path) -> None:
    (folder / "profile.csv").write_text("factor\n1.0\n0.8\n0.6\n", encoding="utf-8")
    answer = command.flexible(
        str(folder / "case"), "5", curtail="40%", profile=folder / "profile.csv", output=folder / "f.json"
    )
    assert {"hours curtailed", "energy curtailed"} <= set(answer.frame["kind"])
    assert "hours curtailed" in shown(answer)
    assert json.loads((folder / "f.json").read_text(encoding="utf-8"))["hours"] == 3


def test_everything_wrong_with_options_is_said_at_once(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        command.redispatch(
            "nowhere", "5,x", pmin="1", pre_existing="block", limits="q", cap="-3", output=Path("a.txt")
        )
    for words in (
        'bus                          "x" is no bus number; write for example 1001 or 1001,1002',
        'pmin                         "1" is no rule; known: 0, case',
        'pre-existing                 "block" is no rule; known: exclude, do-no-harm, soft',
        'limits                       "q" is no limit',
        'cap                          "-3" is no power above 0',
        'output                       "a.txt" ends in no known format; known: .parquet, .csv, .json',
    ):
        assert words in str(caught.value), words
    with pytest.raises(InputError) as caught:
        command.allocate("nowhere", folder / "requests.csv", rule="fair", kept="x", conceded="y")
    assert len(caught.value.mistakes) == 3
    with pytest.raises(InputError) as caught:
        command.flexible("nowhere", "1,2", curtail="1%")
    assert "1,2 are 2 buses; flexible load is studied at one" in str(caught.value)
    assert "needs --profile with the hourly load of the system; none is assumed" in str(caught.value)


def test_everything_wrong_in_python_is_said_at_once(network: Network) -> None:
    with pytest.raises(InputError) as caught:
        redispatch_many(network, [1, 77], pmin="low", pre_existing="no", cap_mw=float("nan"))  # type: ignore[arg-type]
    for words in ("77 is no bus of random 8", '"low" is no rule', '"no" is no rule', "is nan; it must be"):
        assert words in str(caught.value), words
    with pytest.raises(InputError, match="no bus was asked for"):
        redispatch_many(network, [])
    fuels = random_network(8, unit_fuel=["wind", "ng", "coal"])
    with pytest.raises(InputError, match='no unit burns "wnd"; did you mean wind'):
        redispatch_capacity(fuels, 5, fixed_fuels=["wnd"])


def test_pmin_above_the_load_is_refused() -> None:
    network = random_network(8)
    stuck = random_network(8, unit_pmin_mw=network.unit_pmax_mw)
    with pytest.raises(InputError, match=r"MW more at Pmin than they do now; use Pmin 0"):
        redispatch_capacity(stuck, 5, pmin="case")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no line with a heading"),
        ("# only a remark\n", "has no line with a heading"),
        ("name,bus,mw\n", "has a heading but no request"),
        ("name,bus\na,1\n", "line 1    mw                           is missing from the heading"),
        (
            "name,bus,mw,colour\na,1,2,red\n",
            "line 1    colour                       is no column; known: name",
        ),
        ("name,bus,mw,mw\na,1,2,2\n", "line 1    mw                           stands twice in the heading"),
        ("name,bus,mw\na,1\n", "line 2    row                          has 2 cells where the heading has 3"),
        ("name,bus,mw\na,1.5,2\n", 'line 2    bus                          "1.5" is no bus number'),
        ("name,bus,mw\na,1,\n", "line 2    mw                           is empty"),
        ("name,bus,mw\na,1,five\n", 'line 2    mw                           "five" is no number of MW'),
        ("name,bus,mw\na,99,five\n", "line 2    bus                          99 is no bus of random 8"),
        ("name,bus,mw\n,1,five\n", "line 2    name                         is empty"),
        ("name,bus,mw\na,1,inf\n", "line 2    mw                           is inf; it must be"),
        ("name,bus,mw\na,1,5\n\na,2,5\n", 'line 4    name                         "a" is the name of line 2'),
        ("name,bus,mw,kind\na,1,5,soft\n", 'line 2    kind                         "soft" is no kind'),
        ("name,bus,mw,queue\na,1,5,\n", "line 2    queue                        is needed by the rule queue"),
    ],
)
def test_files_of_requests_that_are_wrong(network: Network, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "requests.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_requests(path, network, "queue")
    assert words in str(caught.value)
    assert "nothing was allocated" in str(caught.value)


def test_a_file_of_requests_that_is_not_there_or_no_text(network: Network, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_requests(tmp_path / "none.csv", network, "total")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match="is no text in UTF-8"):
        read_requests(tmp_path / "bytes.csv", network, "total")


def test_a_file_of_requests_is_read(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_text("\ufeff" + FILE, encoding="utf-8")
    assert read_requests(path, network, "queue") == [
        Request("a", 3, 20.0, 1.0, 1.0, "firm"),
        Request("b", 9, 40.0, 2.0, 2.0, "curtailable"),
        Request("c", 9, 10.0, 1.0, 2.0, "firm"),
    ]


@pytest.mark.parametrize("ending", ANSWERS)
def test_an_interruption_leaves_the_old_file_whole(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    answer = redispatch_capacity(network, 5)
    path = tmp_path / f"answer{ending}"
    path.write_text("old", encoding="utf-8")

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            answer.write(path)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_text(encoding="utf-8") == "old"
    answer.write(path)
    assert path.read_bytes() != b"old"
    with pytest.raises(StoreError, match="could not be written"):
        answer.write(tmp_path / "no folder" / f"answer{ending}")
    with pytest.raises(InputError, match="ends in no known format"):
        answer.write(tmp_path / "answer.txt")


def test_the_solver_says_nothing(network: Network, capfd: pytest.CaptureFixture[str]) -> None:
    """Its banner would stand before the JSON of a command."""
    redispatch_capacity(network, 5)
    allocate(network, [Request("a", 2, 5.0)])
    flexible_capacity(network, 5)
    assert capfd.readouterr() == ("", "")


class Stubborn:
    """A solver that fails some times before it works."""

    def __init__(self, inner: Any, failures: list[int]) -> None:
        self._inner, self._failures = inner, failures
        self._status: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def run(self) -> Any:
        result = self._inner.run()
        self._status = self._inner.getModelStatus()
        if self._failures[0]:
            self._failures[0] -= 1
            import highspy

            self._status = highspy.HighsModelStatus.kSolveError
        return result

    def getModelStatus(self) -> Any:  # noqa: N802 - the name is HiGHS's
        return self._status


def test_a_failed_solve_is_repeated_afresh_and_counted(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = redispatch_many(network, [5, 3, 7]).frame["n1_mw"]
    made = solver.new_solver
    failures = [1]
    monkeypatch.setattr("stargauge.grid.redispatch.program.new_solver", lambda: Stubborn(made(), failures))
    again = redispatch_many(network, [5, 3, 7])
    assert again.effort.retries == 1
    np.testing.assert_allclose(again.frame["n1_mw"], expected, atol=1e-4)
    failures[0] = 2
    with pytest.raises(SolverError, match="random 8 was not solved: Solve error, also when started afresh"):
        redispatch_capacity(network, 5)


def test_rows_that_bind_nothing_for_a_while_are_forgotten(network: Network) -> None:
    from stargauge.grid.flows.model import prepare
    from stargauge.grid.flows.threads import Workers
    from stargauge.grid.redispatch.desk import Desk
    from stargauge.grid.redispatch.maximum import IDLE_BUSES, Maximum
    from stargauge.grid.redispatch.rules import Rules

    with Workers(1) as workers:
        maximum = Maximum(Desk.of(prepare(network), Rules(), list(range(12)), workers), None)
        first = maximum.at(4)
        for _ in range(IDLE_BUSES + 1):
            last = maximum.at(4)
        assert last.mw == pytest.approx(first.mw, abs=1e-6)
        assert last.rows == first.pairs.element.size <= first.rows
        program = maximum._program
        assert isinstance(program, Program)
        with pytest.raises(RuntimeError, match="side rows come before rows of pairs"):
            program.add_side_row(0.0, 1.0, np.ones(program.columns))
