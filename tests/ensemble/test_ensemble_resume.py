from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ensemble_toy import INPUTS, Prepared, contents, raises_in_block_2

from stargauge.ensemble import BlockError, RunInputs, RunStopped, Store, files
from stargauge.ensemble.files import sole_use
from stargauge.ensemble.fingerprint import Fingerprint, code_digest
from stargauge.errors import InputError, StoreError

SCRIPT = """
import sys
from ensemble_toy import INPUTS, Prepared, simulate
from stargauge.ensemble import RunStopped, record, run_ensemble
# Whoever edits the code while the tests run would otherwise make two codes of one.
record.code_digest = lambda: sys.argv[3]
try:
    run_ensemble(Prepared(pause_seconds=0.1), sys.argv[1], inputs=INPUTS, futures=10_000,
                 simulate=simulate, **eval(sys.argv[2]))
except RunStopped as stop:
    print(stop)
    sys.exit(stop.exit_code)
"""


def begin(folder: Path, options: str) -> subprocess.Popen[str]:
    """Start a run in a process group of its own and return when it has stored a checkpoint."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(folder), options, code_digest()]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not (folder / "checkpoint.bin").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


@pytest.mark.slow
@pytest.mark.parametrize("options", ["{'workers': 1}", "{'workers': 2}"])
def test_a_killed_run_goes_on_to_the_same_bits(run, reference, tmp_path, options):
    process = begin(tmp_path / "run", options)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    with pytest.raises(StoreError, match="is not finished; give the command that began it once more"):
        Store.open(tmp_path / "run")
    seen: list[int] = []
    store = run(progress=lambda done, total: seen.append(done))
    assert 0 < seen[0] < 10_000
    assert contents(store.folder) == contents(reference.folder)


@pytest.mark.slow
@pytest.mark.parametrize("options", ["{'workers': 1}", "{'workers': 2}", "{'cluster': 'local:2'}"])
def test_ctrl_c_stores_says_how_to_go_on_and_does(run, reference, tmp_path, options):
    process = begin(tmp_path / "run", options)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == ""
    assert out.startswith("stopped; ")
    assert out.rstrip().endswith(
        f"of 10,000 futures are stored in {tmp_path / 'run'}; give the same command again to go on from there"
    )
    assert contents(run().folder) == contents(reference.folder)


def stop_at(futures: int):
    """Return a progress callback that presses Ctrl-C."""

    def progress(done: int, total: int) -> None:
        if done >= futures:
            signal.raise_signal(signal.SIGINT)

    return progress


def stopped(run, futures: int) -> None:
    with pytest.raises(RunStopped, match=f"stopped; {futures:,} of 10,000 futures are stored"):
        run(progress=stop_at(futures))


@pytest.mark.parametrize("futures", [256, 4096, 5120, 8192, 9984])
def test_a_run_stopped_anywhere_goes_on_to_the_same_bits(run, reference, futures):
    stopped(run, futures)
    assert contents(run(workers=1).folder) == contents(reference.folder)


def test_handlers_are_given_back(run):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    stopped(run, 512)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_callback_that_raises_loses_nothing(run, reference):
    def progress(done: int, total: int) -> None:
        if done == 2048:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(progress=progress)
    seen: list[int] = []
    store = run(progress=lambda done, total: seen.append(done))
    assert seen[0] == 2048
    assert contents(store.folder) == contents(reference.folder)


def test_a_failed_block_is_taken_up_again(run, reference):
    with pytest.raises(BlockError):
        run(simulate=raises_in_block_2)
    assert contents(run().folder) == contents(reference.folder)


@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_part_is_said_and_computed_again(run, reference, tmp_path, damage):
    stopped(run, 8192)
    part = tmp_path / "run" / "ends-00001.parquet"
    harm(part, damage)
    said: list[str] = []
    store = run(notify=said.append)
    assert said == [f"{part} is missing or damaged; its futures are computed again"]
    assert contents(store.folder) == contents(reference.folder)


@pytest.mark.parametrize("name", ["ends-00002.parquet", "series.parquet", "paths.parquet"])
def test_a_damaged_file_of_a_finished_run_is_computed_again(run, reference, tmp_path, name):
    shutil.copytree(reference.folder, tmp_path / "run")
    harm(tmp_path / "run" / name, "flip")
    said: list[str] = []
    store = run(notify=said.append)
    assert len(said) == 1
    assert name in said[0]
    assert contents(store.folder) == contents(reference.folder)


def test_a_finished_run_is_not_computed_again(run, reference, tmp_path):
    shutil.copytree(reference.folder, tmp_path / "run")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run").iterdir()}
    run(simulate=raises_in_block_2)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run").iterdir()} == before


def test_a_damaged_checkpoint_is_said_and_the_run_starts_again(run, reference, tmp_path):
    stopped(run, 5120)
    harm(tmp_path / "run" / "checkpoint.bin", "flip")
    said: list[str] = []
    store = run(notify=said.append)
    assert said == [
        f"{tmp_path / 'run' / 'checkpoint.bin'} is damaged (its checksum does not match); "
        "the run starts again from the first future"
    ]
    assert contents(store.folder) == contents(reference.folder)


def test_a_part_that_cannot_be_computed_to_its_checksum_stops_the_run(run, tmp_path):
    stopped(run, 5120)
    harm(tmp_path / "run" / "ends-00000.parquet", "flip")
    with pytest.raises(StoreError, match="computed again it differs from what was stored"):
        run(prepared=Prepared(scale=0.5), notify=lambda text: None)


def test_what_a_kill_left_aside_is_no_obstacle(run, reference, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".run.json.tmp").write_text("{")
    assert contents(run().folder) == contents(reference.folder)


def harm(path: Path, damage: str) -> None:
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.unlink()


ELSEWHERE = Fingerprint.here().model_copy(update={"numpy": "1.0.0", "cpu": "z80"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prepared": Prepared(seed=8)}, "seed: stored 7, now 8"),
        ({"futures": 9_000}, "number of futures: stored 10000, now 9000"),
        ({"sample": 10}, "futures with full paths: stored 200, now 10"),
        (
            {"inputs": INPUTS.model_copy(update={"scenario_yaml": "name: other\n"})},
            "scenario: stored 9ccb3f3df87c..., now 1e6ee518ccbf...",
        ),
        (
            {"inputs": INPUTS.model_copy(update={"facts_digest": "1" * 64})},
            "facts: stored 000000000000..., now 111111111111...",
        ),
        ({"prepared": Prepared(sites=("Abilene",))}, "series: stored 3 names, now 1 names"),
    ],
)
def test_another_run_is_not_gone_on_with(run, tmp_path, options, message):
    stopped(run, 512)
    before = contents(tmp_path / "run")
    with pytest.raises(InputError) as caught:
        run(**options)
    text = str(caught.value)
    assert message in text
    assert "nothing was overwritten" in text
    assert "choose another folder, or start over in this one (--fresh)" in text
    assert contents(tmp_path / "run") == before


def test_another_platform_version_or_code_is_not_gone_on_with(run, monkeypatch):
    stopped(run, 512)
    monkeypatch.setattr(Fingerprint, "here", lambda: ELSEWHERE)
    monkeypatch.setattr("stargauge.__version__", "9.9.9")
    monkeypatch.setattr("stargauge.ensemble.record.code_digest", lambda: "f" * 64)
    with pytest.raises(InputError) as caught:
        run()
    fields = {mistake.field for mistake in caught.value.mistakes}
    assert fields == {"version", "code_digest", "platform.numpy", "platform.cpu", "out"}


def test_starting_afresh_removes_the_other_run_and_nothing_else(run, tmp_path):
    stopped(run, 8192)
    (tmp_path / "run" / "report.html").write_text("mine")
    store = run(prepared=Prepared(seed=8), futures=300, resume=False)
    assert store.record.seed == 8
    assert sorted(path.name for path in store.folder.iterdir()) == [
        "ends-00000.parquet",
        "paths.parquet",
        "report.html",
        "run.json",
        "series.parquet",
    ]


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("name", ["thesis.docx", "ends-00000.parquet"])
def test_a_folder_with_other_things_is_refused(run, tmp_path, name, resume):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / name).write_text("years of work")
    with pytest.raises(InputError, match=f"the folder holds {name} and no run; choose a new or empty folder"):
        run(resume=resume)
    assert (tmp_path / "run" / name).read_text() == "years of work"


def test_a_record_that_is_none_is_refused(run, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text(json.dumps({"seed": 3}))
    with pytest.raises(StoreError, match=r"run\.json is not the record of a run: version: Field required"):
        run()


def test_a_folder_below_a_file_cannot_be_made(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=f"cannot make the folder {tmp_path}/file/run: Not a directory"):
        run(out=tmp_path / "file" / "run")


def test_a_folder_in_use_is_refused(run, tmp_path):
    (tmp_path / "run").mkdir()
    with sole_use(tmp_path / "run"), pytest.raises(StoreError, match="another process is running into"):
        run()


@pytest.mark.parametrize("writes", [0, 1, 2, 3, 4, 5])
def test_a_full_disk_loses_nothing_stored(run, reference, tmp_path, monkeypatch, writes):
    """The run that goes on makes five writes: the other two parts, the sample, the series, the record."""
    flush, done = os.fsync, []

    def full(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            return flush(handle)
        done.append(handle)
        if len(done) > writes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return flush(handle)

    stopped(run, 4096)
    monkeypatch.setattr(files.os, "fsync", full)
    monkeypatch.setattr("stargauge.ensemble.writer._CHECKPOINT_SECONDS", 1e9)
    before = contents(tmp_path / "run")
    if writes < 5:
        with pytest.raises(StoreError) as caught:
            run()
        text = str(caught.value)
        assert text.startswith("cannot write ")
        assert "No space left on device; 4,096 of 10,000 futures are stored in" in text
        assert text.endswith("make room or give access, then give the same command again to go on from there")
    after = contents(tmp_path / "run")
    assert before.items() <= after.items()
    assert not list((tmp_path / "run").glob(".*.tmp"))
    monkeypatch.undo()
    assert contents(run().folder) == contents(reference.folder)


def test_a_run_records_all_its_sessions(run):
    stopped(run, 512)
    record = run().record
    assert record.started <= record.finished
    assert record.wall_seconds > 0


def test_inputs_digest_follows_the_scenario():
    other = RunInputs(scenario_name="b", scenario_yaml="b", facts_digest="", facts_as_of="")
    assert other.scenario_digest != INPUTS.scenario_digest
