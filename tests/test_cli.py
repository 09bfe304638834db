"""The command line as a user meets it: answers, JSON, exit codes, and the words where something is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from stargauge.cli import main
from stargauge.ensemble import Store
from stargauge.facts import load_tables

COMMANDS = (
    ["facts"],
    ["facts", "M-slip"],
    ["track"],
    ["track", "Stargate"],
    ["scenario", "list"],
    ["scenario", "check", "us-2026"],
    ["scenario", "diff", "us-2026", "announced"],
    ["grid", "info", "case30"],
    ["grid", "host", "case30"],
    ["grid", "host", "case30", "--bus", "8"],
    ["grid", "screen", "case30"],
    ["grid", "second", "case30", "8"],
    ["grid", "upgrades", "case24_ieee_rts", "--bus", "7", "--mw", "400"],
    ["grid", "upgrades", "case24_ieee_rts", "--area", "1", "--count", "2"],
    ["grid", "site", "case24_ieee_rts", "--mw", "300", "--flex", "1%", "--region", "TEX"],
    ["grid", "redispatch", "case30", "8"],
    ["grid", "redispatch", "case30", "8,30"],
    ["grid", "flexible", "case30", "8"],
    ["grid", "ac", "case30", "8"],
    ["grid", "ac", "case30", "8", "5MW"],
    ["power", "flex", "--authority", "PJM"],
    ["power"],
    ["power", "MIDA"],
    ["power", "check"],
    ["power", "backtest"],
    ["power", "opposition"],
    ["plan"],
    ["plan", "P2.1"],
    ["plan", "permitting_time"],
    ["plan", "status"],
    ["plan", "timeline"],
    ["plan", "levers"],
    ["plan", "backtest"],
    ["plan", "outlook"],
    ["claims", "--futures", "64", "--workers", "1"],
    ["controls", "check", "NVIDIA H20", "--to", "CN", "--owner", "CN", "--date", "2026-03-01"],
    ["controls", "check", "--hbm-density", "3", "--to", "China", "--end-user", "us-packager"],
    ["controls", "table", "--date", "2026-03-01"],
    ["world", "--futures", "256", "--workers", "1"],
    ["world", "China", "--futures", "256", "--workers", "1"],
    ["world", "flips", "--futures", "64"],
    ["world", "backtest"],
)


def call(*tokens: str) -> int:
    try:
        main(list(tokens))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small finished run, made by the command itself."""
    out = tmp_path_factory.mktemp("cli") / "run"
    assert call("run", "--futures", "300", "--workers", "1", "--out", str(out)) == 0
    return out


@pytest.mark.parametrize("tokens", COMMANDS, ids=" ".join)
def test_screens_answer_within_100_columns(tokens: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*tokens) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("tokens", COMMANDS, ids=" ".join)
def test_every_command_answers_in_json(tokens: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*tokens, "--json") == 0
    assert json.loads(capsys.readouterr().out)


def test_the_power_of_a_run_is_told_by_region(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for tokens in ([], ["MIDA"]):
        assert call("power", *tokens, "--run", str(finished)) == 0
        assert max(map(len, capsys.readouterr().out.splitlines())) <= 100
        assert call("power", *tokens, "--run", str(finished), "--json") == 0
        assert json.loads(capsys.readouterr().out)
    assert call("power", "PJM", "--run", str(finished)) == 2
    assert "MIDA" in capsys.readouterr().err


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("scenario", "schema") == 0
    assert json.loads(capsys.readouterr().out)["$schema"]


def test_run_answers_first_and_says_where_things_are(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("run", "--futures", "300", "--workers", "1", "--out", str(finished)) == 0
    shown = capsys.readouterr()
    assert "Will it be built?" in shown.out
    assert "Stargate (US)" in shown.out
    assert "What makes it late" in shown.out
    assert "unexplained" in shown.out
    assert "How far to trust this" in shown.out
    assert str(finished / "report.html") in shown.out.replace("\n", "")
    assert f"writes {finished}" in shown.err.replace("\n", "")
    assert max(len(line) for line in shown.out.splitlines() if "report.html" not in line) <= 100


def test_run_in_json_holds_the_same_numbers_twice(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("run", "--futures", "300", "--workers", "1", "--out", str(finished), "--json")
    first = json.loads(capsys.readouterr().out)
    call("run", "--futures", "300", "--workers", "1", "--out", str(finished), "--json")
    assert json.loads(capsys.readouterr().out) == first
    assert first["futures"] == 300
    pledge = next(p for p in first["pledges"] if p["pledge_id"] == "STG-2025-01")
    assert pledge["due_facility_mw"] == 10_000
    assert pledge["standing_mw"] == pytest.approx(590, abs=1)
    late = first["late_months"]
    total = sum(late.values()) + first["unexplained_months"]
    assert total == pytest.approx(first["late_total_months"], abs=1e-9)
    ends = Store.open(finished).ends()
    apart = sum(
        ends[f"late_months:all named:{part}"].drop_nans().to_numpy().mean()
        for part in ("power", "construction")
    )
    assert late["power or construction"] == pytest.approx(apart, rel=1e-12)
    assert not {"power", "construction"} & set(late)
    abilene = next(p for p in first["pledges"] if p["sites"] == ["abilene"])
    seen = load_tables().vintages.filter(
        (pl.col("site") == "OpenAI Stargate Abilene") & (pl.col("kind") == "past")
    )
    newest = seen.sort("vintage", "date").tail(1)
    assert abilene["standing_it_mw"] == pytest.approx(newest["it_mw"].item(), rel=1e-6)


def test_a_changed_scenario_is_told_that_the_score_is_not_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--futures", "256", "--workers", "1", "--out", str(tmp_path / "run"))
    assert call("run", "announced", *arguments) == 0
    assert "past forecasts of us-2026, without this scenario's changes," in capsys.readouterr().out


def test_verify_agrees_with_an_untouched_run(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("verify", str(finished)) == 0
    assert "verified" in capsys.readouterr().out


def test_verify_finds_a_changed_file(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(finished, copy)
    part = next(copy.glob("ends-*.parquet"))
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(bytes(data))
    assert call("verify", str(copy)) != 0
    said = capsys.readouterr()
    assert part.name in said.out + said.err


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (["runn"], "run"),
        (["run", "us-2062"], "us-2026"),
        (["run", "--futures", "0"], "futures"),
        (["run", "--futures", "many"], "futures"),
        (["run", "missing.yaml"], "missing.yaml"),
        (["track", "Stargat"], "Stargate"),
        (["track", "--as-of", "yesterday"], "2026-10-05"),
        (["facts", "no such thing at all"], "no such thing at all"),
        (["scenario", "check", "nowhere/at-all.yaml"], "at-all.yaml"),
        (["scenario", "new"], "path"),
        (["grid", "host", "case_ACTIVSg20000"], "case_ACTIVSg2000"),
        (["grid", "host", "case30", "--bus", "31"], "31 is no bus of case30"),
        (["grid", "host", "case30", "--state", "Texas"], "no bus lies in"),
        (["grid", "host", "case30", "--near", "32,-99"], "no coordinates"),
        (["grid", "screen", "case30", "--kind", "line"], "branch, unit, dc, bridge"),
        (["power", "PJM"], "CAL, CAR, CENT"),
        (["serve", "us-2062"], "us-2026"),
        (["serve", "--port", "70000"], "8765"),
        (["world", "Chine"], "China"),
        (["world", "flips", "--futures", "0"], "expected at least 1"),
        (["power", "flex", "--authority", "PJN"], "PJM"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes_exit_with_2_and_name_what_is_meant(
    tokens: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert call(*tokens) == 2
    said = capsys.readouterr()
    assert words.lower() in (said.err + said.out).lower()


def test_several_mistakes_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "mine.yaml"
    scenario.write_text(
        "stargauge: 1\nname: mine\nas_of: 2026-10-05\nlevers:\n  permiting_time: 0.5\n"
        "limits:\n  chips:\n    path:\n      2027: 9 MW\n",
        encoding="utf-8",
    )
    assert call("run", str(scenario), "--out", str(tmp_path / "out")) == 2
    said = capsys.readouterr().err
    assert "mine.yaml has 2 mistakes; nothing was run." in said
    assert "line 5" in said
    assert "did you mean permitting_time?" in said
    assert "line 9" in said
    assert "expected" in said
    assert not (tmp_path / "out").exists()


def test_a_foreign_folder_is_not_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert call("run", "--futures", "10", "--workers", "1", "--out", str(tmp_path)) == 2
    assert "thesis.txt" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["thesis.txt"]


def test_an_unwritable_place_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert call("run", "--futures", "10", "--workers", "1", "--out", str(tmp_path / "file" / "out")) == 1
    assert "file" in capsys.readouterr().err


def test_help_does_not_load_what_is_heavy() -> None:
    code = (
        "import sys; from stargauge.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numba', 'numpy', 'polars', 'scipy', 'pint', 'pydantic', 'jinja2'} & set(sys.modules)\n"
        "print('heavy:', sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert "heavy: []" in done.stderr


def test_hosting_writes_every_format_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["a.parquet", "b.csv", "c.geojson", "d.svg", "e.png", "f.html"]
    files = [str(tmp_path / name) for name in names]
    options = [word for file in files for word in ("--output", file)]
    assert call("grid", "host", "case_ACTIVSg2000", "--bus", "1004", *options) == 0
    said = capsys.readouterr()
    for file in files:
        assert Path(file).stat().st_size > 500
        assert f"wrote {file}" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == names
