"""What a person meets: names, errors in words, JSON, and screens of 100 columns."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from stargauge.cli import main
from stargauge.errors import InputError
from stargauge.world.controls import chips, controls_check, controls_table, own_chip
from stargauge.world.controls.decision import decide
from stargauge.world.controls.wording import NOTICE, STEP_WORDS

SOURCE = Path(__file__).parents[3] / "src" / "stargauge" / "world" / "controls" / "decision.py"


def call(*tokens: str) -> int:
    try:
        main(list(tokens))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_json_holds_what_is_promised(capsys: pytest.CaptureFixture[str]) -> None:
    tokens = (
        "controls",
        "check",
        "NVIDIA H20",
        "--to",
        "CN",
        "--owner",
        "CN",
        "--date",
        "2026-03-01",
        "--json",
    )
    assert call(*tokens) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["class"] == "none"
    assert found["answer"] == "licence (review policy not published)"
    assert found["licence_needed"] is True
    assert any("letter of April 2025" in one for one in found["why"])
    assert {one["citation"] for one in found["sources"]} >= {"8-K of NVIDIA, 15 April 2025"}
    assert all(one["grade"] and one["source"] for one in found["sources"])
    assert found["uncertain"]
    assert found["notice"].startswith("Not legal advice")
    assert found["numbers"]["tpp"] == 2368


@pytest.mark.parametrize(
    "tokens",
    [
        ("NVIDIA B200", "--to", "Thailand"),
        ("NVIDIA H200 SXM", "--to", "CN", "--from", "SG"),
        ("NVIDIA RTX 4090", "--to", "CN"),
        ("NVIDIA RTX 4090D", "--to", "CN"),
        ("AMD MI308X", "--to", "CN", "--date", "2024-06-01"),
        ("AMD MI308X", "--to", "CN"),
        ("Huawei Ascend 910C", "--to", "MY"),
        ("Google TPU v5p", "--to", "CN", "--date", "2023-01-01"),
        ("NVIDIA B200", "--to", "AE", "--end-user", "uae-exempt"),
        ("NVIDIA L2", "--to", "CN", "--end-use", "supercomputer"),
        ("NVIDIA L2", "--to", "MY", "--end-user", "affiliate", "--date", "2026-11-24"),
        ("NVIDIA L2", "--to", "Iran"),
        ("--tpp", "3000", "--to", "CN", "--no-datacentre"),
        ("--tpp", "5000", "--density", "4", "--to", "CN"),
        ("--hbm-density", "2.5", "--to", "CN"),
    ],
    ids=" ".join,
)
def test_screens_are_within_100_columns_and_say_that_they_are_no_advice(
    tokens: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("controls", "check", *tokens) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 100
    assert "Not legal advice" in shown
    assert "Why" in shown


def test_the_table_shows_62_chips_and_all_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("controls", "table", "--date", "2026-03-01") == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 100
    assert NOTICE.split(".", maxsplit=1)[0] in shown
    assert "suspended" in shown
    for name in ("NVIDIA H200 SXM", "Biren BR100", "Cerebras WSE-3"):
        assert name in shown


@pytest.mark.parametrize("name", ["H20", "nvidia h20", "NVIDIA-H20", " NVIDIA  H20 "])
def test_a_chip_answers_to_its_plain_names(name: str) -> None:
    assert controls_check(name, "CN").question.chip is chips()["NVIDIA H20"]


@pytest.mark.parametrize(
    ("name", "code"), [("prc", "CN"), ("U.A.E.", "AE"), ("uk", "GB"), ("south korea", "KR")]
)
def test_countries_answer_to_their_names(name: str, code: str) -> None:
    assert controls_check("H20", name).question.to == code


def test_all_mistakes_of_a_question_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    tokens = (
        "NVIDIA H100",
        "--to",
        "Chna",
        "--owner",
        "??",
        "--date",
        "yesterday",
        "--end-use",
        "x",
        "--tpp",
        "-1",
    )
    assert call("controls", "check", *tokens) == 2
    told = capsys.readouterr().err
    assert told.startswith("the question has 6 mistakes; nothing was checked.")
    assert (
        '"NVIDIA H100" is no chip of the table; nearest: NVIDIA H100 SXM, NVIDIA H100 PCIe, NVIDIA H100 NVL; '
        "or give numbers: --tpp" in told
    )
    assert "has a name and numbers (--tpp); leave one out" in told
    assert '"Chna" is no country; did you mean China?' in told
    assert '"??" is no country; write a code of two letters or a name, for example CN or China' in told
    assert '"yesterday" is no day; write YYYY-MM-DD, for example 2026-03-01' in told
    assert '"x" is not one of general, supercomputer, chip-making, military' in told


def test_a_question_without_a_chip(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("controls", "check", "--to", "CN") == 2
    assert "is missing; give a name, or numbers: --tpp" in capsys.readouterr().err
    assert call("controls", "check", "--density", "3", "--to", "Chna") == 2
    told = capsys.readouterr().err
    assert "a chip by numbers needs at least its TPP" in told
    assert "did you mean China?" in told


def test_a_name_that_nothing_is_near() -> None:
    with pytest.raises(InputError) as caught:
        controls_check("zzzzzz", "CN")
    assert "`stargauge controls table` lists them, or give numbers: --tpp" in str(caught.value)
    with pytest.raises(InputError, match="is no chip of the table"):
        controls_check("", "CN")


def test_what_an_error_repeats_is_printable_and_short() -> None:
    with pytest.raises(InputError) as caught:
        controls_check("\x1b[31m" + "x" * 500, "CN")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -1.0])
def test_numbers_that_are_no_sizes(value: float) -> None:
    with pytest.raises(InputError, match="is no size; it must be above 0 and finite"):
        own_chip(value)
    with pytest.raises(InputError, match="a stand-alone memory stack has no tpp; leave one out"):
        own_chip(1000, hbm_density=3)


def test_a_table_of_no_day() -> None:
    with pytest.raises(InputError, match="is no day"):
        controls_table("soon")


def test_batch_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("chip,to\nH20,CN\nNVIDIA B200,DE\n", encoding="utf-8")
    assert call("controls", "batch", str(source), "-o", str(output)) == 0
    assert "Not legal advice" in capsys.readouterr().out
    assert (
        output.read_text(encoding="utf-8").splitlines()[0] == "chip,to,class,answer,review,exception,tariff"
    )
    assert call("controls", "batch", str(source), "-o", str(output), "--json") == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 2
    assert call("controls", "batch", str(source), "-o", str(tmp_path / "no" / "out.csv")) == 1
    assert "cannot write" in capsys.readouterr().err


def test_every_step_of_a_decision_has_words() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    for step in STEP_WORDS:
        assert f'"{step}"' in text or step.startswith("band"), f"no decision takes the step {step}"


def test_the_day_may_be_a_date_and_the_last_day_of_sources_by_default() -> None:
    assert controls_check("H20", "CN", date=date(2024, 1, 1)).decision.text == "no licence"
    assert controls_check("H20", "CN").question.day == date(2026, 10, 5)
    assert decide(controls_check("H20", "CN").question).answer == "licence"
