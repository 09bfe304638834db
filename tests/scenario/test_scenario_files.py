"""Files that are too large, binary, missing or built to exhaust the reader are refused at once."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest
from scenario_names import MINIMAL, SMALL

from stargauge.errors import InputError
from stargauge.scenario import load_scenario, parse_scenario
from stargauge.scenario.source import MAX_BYTES
from stargauge.scenario.tree import MAX_ALIASES, MAX_VALUES


def _refusal(path: str | Path) -> str:
    started = time.perf_counter()
    with pytest.raises(InputError) as caught:
        load_scenario(path, vocabulary=SMALL)
    assert time.perf_counter() - started < 30.0
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_fifty_megabytes_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr(Path, "open", opened)
    assert "50.0 MB, a scenario is at most 1 MB; it was not read" in _refusal(path)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no endless device on this system")
def test_endless_device_is_refused() -> None:
    assert "larger than 1 MB, a scenario is at most 1 MB" in _refusal("/dev/zero")


def test_text_over_the_limit_is_refused() -> None:
    with pytest.raises(InputError, match=r"1\.0 MB, a scenario is at most 1 MB"):
        parse_scenario("#" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8 text (byte 0x89)"),
        (b"name: x\nPK\x03\x04\x14\x00", "control character U+0003; expected a YAML text file"),
        (
            "name: Zürich\n".encode("latin-1"),
            "not UTF-8 text (byte 0xfc); expected a YAML file saved as UTF-8",
        ),
        (MINIMAL.encode("utf-16"), "not UTF-8 text (byte 0xff)"),
        (bytes(range(256)) * 100, "not UTF-8 text"),
    ],
)
def test_binary_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    assert message in _refusal(path)


def test_binary_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"stargauge: 1\nname: x\ntitle: \xff\n")
    assert "line 3 " in _refusal(path)


def test_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert load_scenario(path, vocabulary=SMALL).name == "case"


def test_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "permits.yaml").write_text(MINIMAL)
    assert "no such file; did you mean permits.yaml?" in _refusal(tmp_path / "permit.yaml")


def test_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder, expected a YAML file" in _refusal(tmp_path)


def test_path_with_a_zero_byte_is_refused() -> None:
    assert "cannot be read" in _refusal("mine\0.yaml")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read files without permission"
)
def test_unreadable_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINIMAL)
    path.chmod(0)
    assert "cannot be read: permission denied" in _refusal(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in the file system")
def test_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text(MINIMAL))
    writer.start()
    assert load_scenario(path, vocabulary=SMALL).name == "case"
    writer.join()


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, f"more than {MAX_VALUES:,} values, aliases counted in full"),
        ("x: &a [1]\ny: [" + "*a, " * (MAX_ALIASES + 1) + "1]\n", f"more than {MAX_ALIASES} aliases"),
        ("x: " + "[" * 200_000, "nested more than 24 levels deep"),
        ("- " * 300_000, "nested more than 24 levels deep"),
        ("{a: " * 200_000, "nested more than 24 levels deep"),
        ("facts: {" + "".join(f"k{i}: 1, " for i in range(60_000)) + "}", f"more than {MAX_VALUES:,} values"),
        ("? " * 300_000, "a list or mapping used as a key"),
        ("x: " + "9" * 900_000, "number of 900000 characters; write it in at most 40"),
        ("#" * 900_000, "empty; a scenario starts with"),
        ("\n" * 900_000, "empty; a scenario starts with"),
        ("x: '" + "''" * 400_000, "a quote or bracket is not closed"),
        ("k" * 900_000 + ": 1", "not readable as YAML"),
        ("x: |\n" + " y\n" * 250_000, "no such field"),
    ],
    ids=[
        "billion laughs",
        "many aliases",
        "deep list",
        "deep block list",
        "deep mapping",
        "wide",
        "deep keys",
        "long number",
        "long comment",
        "empty lines",
        "open quote",
        "long key",
        "long text",
    ],
)
def test_text_built_to_exhaust_is_refused_in_time(text: str, message: str) -> None:
    started = time.perf_counter()
    with pytest.raises(InputError) as caught:
        parse_scenario(text, vocabulary=SMALL)
    assert time.perf_counter() - started < 30.0
    assert message in str(caught.value)


def test_aliases_in_measure_are_read() -> None:
    text = MINIMAL + "stages: {power: &slow {scale: 1.5}, land: *slow}\n"
    scenario = parse_scenario(text, vocabulary=SMALL)
    assert scenario.stage_scale("land").median == 1.5
