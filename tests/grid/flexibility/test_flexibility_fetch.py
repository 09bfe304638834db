"""Fetching: from a server on this machine that can break off, go on, change, refuse and be away."""

from __future__ import annotations

import hashlib
import io
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from stargauge.errors import InputError, MissingExtraError, StoreError
from stargauge.grid.flexibility.command import fetch_data
from stargauge.grid.flexibility.downloading import FetchError
from stargauge.grid.flexibility.fetching import DataSet, cache_folder, data_sets, fetch, find_data_set
from stargauge.grid.flexibility.hourly import read_hourly
from stargauge.grid.flexibility.places import places

pytest.importorskip("pooch", reason="pooch is not installed")

HEADER = "date_time,raw demand (MW),category,cleaned demand (MW)\n"
OLD = "truggles-Data-5c959df/data/release_2020_Oct/balancing_authorities/"
NEW = "truggles-Data-5c959df/data/release_2025_Jan_include_subregions/subregions_and_balancing_authorities/"


def archive(extra: str = "") -> bytes:
    """A file laid out as the published one, with a few hours of two authorities."""
    texts = {
        OLD + "PJM.csv": "2019-12-31 23:00:00,1,OKAY,100\n2020-01-01 00:00:00,1,OKAY,999\n",
        OLD + "TVA.csv": "2019-12-31 23:00:00,MISSING,MISSING,30\n",
        NEW + "PJM-AE.csv": "2020-01-01 00:00:00,MISSING,MISSING,60\n2020-01-01 01:00:00,1,OKAY,61\n",
        NEW + "PJM-AEP.csv": "2020-01-01 00:00:00,7,OKAY,50\n2020-01-01 01:00:00,EMPTY,EMPTY,NA\n",
        NEW + "TVA.csv": "2020-01-01 00:00:00,31,OKAY,31.0\n2020-01-01 01:00:00,32,OKAY,32\n",
        "truggles-Data-5c959df/README.md": "# Read me" + extra,
    }
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in texts.items():
            file.writestr(name, (HEADER if name.endswith("csv") else "") + text)
        file.writestr("truggles-Data-5c959df/noise.bin", np.random.default_rng(1).bytes(300_000))
    return memory.getvalue()


class Server(ThreadingHTTPServer):
    content: bytes = b""
    tag = '"one"'
    stop_after: int | None = None
    ranges = True
    asked: list[str | None]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        if self.path != "/data.zip":
            self.send_error(404, "Not Found")
            return
        content, start = self.server.content, 0
        fits = self.headers.get("If-Range") == self.server.tag
        if asked and self.server.ranges and fits:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_error(416, "Range Not Satisfiable")
                return
            self.send_response(206)
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", self.server.tag)
        self.end_headers()
        end = len(content) if self.server.stop_after is None else start + self.server.stop_after
        self.wfile.write(content[start:end])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Server(("127.0.0.1", 0), Handler)
    running.content, running.asked = archive(), []
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def at(server: Server, path: str = "/data.zip") -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


@pytest.fixture
def data_set() -> DataSet:
    return find_data_set("eia930")


def test_the_row_says_what_it_is_and_how_sure(data_set: DataSet) -> None:
    assert list(data_sets()) == ["eia930"]
    assert data_set.doi == "10.5281/zenodo.3517196"
    assert data_set.address.startswith(data_set.record + "/files/")
    assert data_set.licence == "CC BY 4.0"
    assert data_set.confidence == "unverified"
    assert "Ruggles, Farnham and Wongel" in data_set.credit


def test_fetched_once_then_kept_and_compared(server: Server, tmp_path: Path, data_set: DataSet) -> None:
    told: list[str] = []
    answer = fetch_data("eia930", folder=tmp_path, address=at(server), tell=told.append)
    assert answer.fetched.downloaded
    assert answer.fetched.checked_against == "nothing"
    assert answer.fetched.sha256 == hashlib.sha256(server.content).hexdigest()
    assert answer.different == ("PJM", "TVA")
    assert told[0].startswith("fetching EIA Cleaned Hourly Electricity Demand Data v1.4")
    again = fetch_data("eia930", folder=tmp_path, address=at(server))
    assert not again.fetched.downloaded
    assert again.fetched.checked_against == "first copy"
    assert len(server.asked) == 1
    record = again.to_dict()
    assert record["different_from_shipped"] == ["PJM", "TVA"]
    assert record["address_confidence"] == "unverified"
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(answer.render())
    text = console.export_text()
    assert "v1.4 fetched: 0.3 MB" in text
    assert "has its checksum noted" in text
    assert "Not the same: PJM, TVA." in text
    assert "doi 10.5281/zenodo.3517196" in text


def test_an_interrupted_download_goes_on(server: Server, tmp_path: Path, data_set: DataSet) -> None:
    server.stop_after = 100_000
    with pytest.raises(FetchError) as caught:
        fetch(data_set, tmp_path, address=at(server))
    text = str(caught.value)
    assert "eia930 was not fetched: the connection broke off after 0.1 MB of 0.3 MB" in text
    assert "0.1 MB are kept, the same command goes on from there" in text
    assert not (tmp_path / data_set.file_name).exists()
    server.stop_after = None
    progress: list[tuple[int, int | None]] = []
    fetched = fetch(
        data_set, tmp_path, address=at(server), progress=lambda done, total: progress.append((done, total))
    )
    assert fetched.resumed_from == 100_000
    assert server.asked[-1] == "bytes=100000-"
    assert progress[-1] == (len(server.content), len(server.content))
    assert fetched.path.read_bytes() == server.content
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        data_set.file_name, data_set.file_name + ".sha256",
    ]  # fmt: skip


@pytest.mark.parametrize("change", ["edition", "no ranges", "part too long"])
def test_two_editions_are_never_joined(
    change: str, server: Server, tmp_path: Path, data_set: DataSet
) -> None:
    server.stop_after = 100_000
    with pytest.raises(FetchError):
        fetch(data_set, tmp_path, address=at(server))
    server.stop_after = None
    if change == "edition":
        server.content, server.tag = archive("changed"), '"two"'
    elif change == "no ranges":
        server.ranges = False
    else:
        part = tmp_path / (data_set.file_name + ".part")
        part.write_bytes(b"x" * (len(server.content) + 1))
    fetched = fetch(data_set, tmp_path, address=at(server))
    assert fetched.resumed_from == 0
    assert fetched.path.read_bytes() == server.content


def test_another_checksum_is_refused_and_nothing_is_kept(
    server: Server, tmp_path: Path, data_set: DataSet
) -> None:
    known = replace(data_set, sha256="0" * 64)
    with pytest.raises(FetchError) as caught:
        fetch(known, tmp_path, address=at(server))
    assert "has not the expected checksum 0000000000000000…; the copy was thrown away" in str(caught.value)
    assert not list(tmp_path.iterdir())
    right = replace(data_set, sha256=hashlib.sha256(server.content).hexdigest())
    assert fetch(right, tmp_path, address=at(server)).checked_against == "known"


def test_a_copy_that_was_changed_is_fetched_again(server: Server, tmp_path: Path, data_set: DataSet) -> None:
    fetch(data_set, tmp_path, address=at(server))
    path = tmp_path / data_set.file_name
    path.write_bytes(path.read_bytes() + b"x")
    assert fetch(data_set, tmp_path, address=at(server)).downloaded
    assert path.read_bytes() == server.content


def test_without_a_connection_it_says_what_to_do(server: Server, tmp_path: Path, data_set: DataSet) -> None:
    address = at(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(FetchError) as caught:
        fetch(data_set, tmp_path, address=address)
    text = str(caught.value)
    assert text.startswith("eia930 was not fetched: no answer from 127.0.0.1 (")
    assert f"put a copy of the file of https://zenodo.org/records/14768167 at {tmp_path}" in text
    assert "or give an hourly file of your own" in text
    assert caught.value.exit_code == 1


def test_a_server_that_refuses_is_named(server: Server, tmp_path: Path, data_set: DataSet) -> None:
    with pytest.raises(FetchError, match=r"/gone answers 404 Not Found"):
        fetch(data_set, tmp_path, address=at(server, "/gone"))


def test_a_file_put_there_by_hand_is_taken(tmp_path: Path, data_set: DataSet) -> None:
    (tmp_path / data_set.file_name).write_bytes(archive())
    fetched = fetch(data_set, tmp_path, address="http://127.0.0.1:1/never")
    assert not fetched.downloaded
    assert fetched.size == len(archive())


def test_an_address_of_a_file_works(tmp_path: Path, data_set: DataSet) -> None:
    source = tmp_path / "mirror.zip"
    source.write_bytes(archive())
    fetched = fetch(data_set, tmp_path / "kept", address=source.as_uri())
    assert fetched.path.read_bytes() == archive()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, data_set: DataSet) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder")
    with pytest.raises(StoreError, match="cannot be written"):
        fetch(data_set, blocked, address="http://127.0.0.1:1/never")


def test_without_pooch_the_command_to_install_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data_set: DataSet
) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stargauge\[data\]'"):
        fetch(data_set, tmp_path)


def test_the_cache_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STARGAUGE_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("STARGAUGE_CACHE")
    assert cache_folder().name == "stargauge"


def test_an_unknown_data_set_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean eia930"):
        fetch_data("eia93")
    with pytest.raises(InputError, match="known: eia930"):
        fetch_data("weather")


def test_the_archive_is_read_as_it_is_published(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    path.write_bytes(archive())
    hourly = read_hourly(path)
    assert [str(hour) for hour in hourly.hour_utc] == ["2019-12-31T23", "2020-01-01T00", "2020-01-01T01"]
    # The earlier release ends with 2019; then sub-regions are added, and one that is absent makes a gap.
    np.testing.assert_array_equal(hourly.demand_mw["PJM"], [100.0, 110.0, np.nan])
    np.testing.assert_array_equal(hourly.demand_mw["TVA"], [30.0, 31.0, 32.0])
    only = read_hourly(path, ("TVA",))
    assert list(only.demand_mw) == ["TVA"]
    np.testing.assert_array_equal(only.of(places()["TEN"]), [30.0, 31.0, 32.0])


def test_other_archives_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    path.write_bytes(archive()[:1000])
    with pytest.raises(InputError, match="is no archive, or only part of one; fetch it again"):
        read_hourly(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("README.md", "nothing")
    with pytest.raises(InputError, match="holds none of the files of release_2020_Oct"):
        read_hourly(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(NEW + "TVA.csv", "date_time,demand\n2020-01-01 00:00:00,1\n")
    with pytest.raises(InputError, match=r"TVA\.csv"):
        read_hourly(path)
