"""The page on StratML: its commands run as they stand, its numbers and names are those of the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from stratml_files import SMALL

from stargauge.cli.plan import plan_app
from stargauge.policy.plan.records import MAXIMUM_LETTERS
from stargauge.policy.stratml import limits
from stargauge.policy.stratml.document import ACTION_LABELS
from stargauge.policy.stratml.evidence import JUDGEMENT_LABELS, STAGE
from stargauge.policy.stratml.foreign import MOST_PILLARS
from stargauge.policy.stratml.labels import FORM, MARK

PAGE = Path(__file__).parents[2] / "docs" / "stratml.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(?: {4})?stargauge plan (.*)$", TEXT, re.MULTILINE)


def test_every_command_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("their-plan.xml").write_text(SMALL, encoding="utf-8")
    assert len(COMMANDS) == 7
    for command in COMMANDS:
        plan_app(shlex.split(command), exit_on_error=False, print_error=True, result_action="return_value")
        assert capsys.readouterr().out, command
    made = sorted(one.name for one in tmp_path.iterdir())
    assert made == [
        "plan.xml",
        "report.xml",
        "roads-for-all",
        "their-plan.xml",
        "us-in-march",
        "us-plan-alone",
    ]


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    assert f"larger than {limits.MAXIMUM_BYTES // 1_000_000} MB" in TEXT
    assert f"more than {limits.DEEPEST} levels" in TEXT
    assert f"more than {limits.MOST_ELEMENTS:,} elements" in TEXT
    assert f"at most {limits.MOST_MISTAKES} mistakes" in TEXT
    assert f"into {MAXIMUM_LETTERS} letters" in TEXT
    assert (limits.MOST_STYLESHEETS, MOST_PILLARS) == (10, 9)
    assert "up to ten `xml-stylesheet`" in TEXT
    assert "Up to nine goals" in TEXT


def test_the_names_of_the_page_are_those_of_the_code() -> None:
    assert f"`{MARK}{FORM}`" in TEXT
    assert f"*{STAGE}*" in TEXT
    for label in JUDGEMENT_LABELS:
        assert f"`{label.replace('_', ' ')}`" in TEXT
    assert len(ACTION_LABELS) == 7, "the page names six beside the section"
