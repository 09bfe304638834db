"""`stargauge levers` and `stargauge compare` as a user meets them; an exact study killed and gone on with."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cyclopts import App

from stargauge.cli.insight import compare, levers
from stargauge.errors import InputError

SCENARIO = "stargauge: 1\nname: two\nextends: plan-frozen\nlevers: {permitting_time: 1, flexible_load: 0.5}\n"

EXACT = """
import sys
from pathlib import Path
from stargauge.cli.insight import levers

if __name__ == "__main__":
    levers(
        sys.argv[1], outcome=("facility_mw:2030",), exact=True, futures=1500, workers=int(sys.argv[2]),
        checkpoint=Path(sys.argv[3]), as_json=True,
    )
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "two.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


@pytest.fixture
def app() -> App:
    app = App(name="stargauge")
    app.command(levers)
    app.command(compare)
    return app


def run(app: App, *tokens: str) -> None:
    app(list(tokens), exit_on_error=False, result_action="return_value")


def test_levers_answers_in_words_and_in_json(
    app: App, scenario: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("levers", scenario, "--outcome", "facility_mw:2030", "--outcome", "chance:STG-MI")
    run(app, *asked, "--futures", "64", "--workers", "1")
    text = capsys.readouterr().out
    assert "What the levers of two buy · as of 2026-10-05 · 64 futures · 2 orders of levers" in text
    assert "permitting_time" in text
    assert "flexible_load" in text
    run(app, *asked, "--futures", "64", "--workers", "1", "--json")
    plain = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in plain["outcomes"]] == ["facility_mw:2030", "chance:STG-MI"]
    assert [one["lever"] for one in plain["players"]] == ["permitting_time", "flexible_load"]


def test_compare_answers_in_words_and_in_json(
    app: App, scenario: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("compare", "us-2026", scenario, "--outcome", "facility_mw:2030", "--futures", "32")
    run(app, *asked, "--workers", "1")
    assert "Against us-2026 · 32 futures" in capsys.readouterr().out
    run(app, *asked, "--workers", "1", "--json")
    plain = json.loads(capsys.readouterr().out)
    assert plain["others"][0]["scenario"] == "two"


def test_mistakes_are_told_before_anything_is_simulated(app: App) -> None:
    with pytest.raises(InputError, match="no such outcome"):
        run(app, "levers", "--outcome", "bogus")
    with pytest.raises(InputError, match="no such built-in scenario"):
        run(app, "compare", "us-2026", "us-2027")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by SIGKILL")
def test_a_killed_study_goes_on_with_the_same_bits(scenario: str, tmp_path: Path) -> None:
    script = tmp_path / "exact.py"
    script.write_text(EXACT, encoding="utf-8")

    def command(workers: int, name: str) -> list[str]:
        return [sys.executable, str(script), scenario, str(workers), str(tmp_path / name)]

    kept = tmp_path / "killed"
    process = subprocess.Popen(command(1, "killed"), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120.0
    while not kept.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert kept.exists()
    resumed, straight = (
        subprocess.run(command(workers, name), capture_output=True, text=True, check=True).stdout
        for workers, name in ((2, "killed"), (1, "straight"))
    )
    assert resumed == straight
    assert not kept.exists()
