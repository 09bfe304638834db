"""What is built is of the source, light and asks nobody; catalogues hold every word and none too many."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "page"
ASSETS = ROOT / "src" / "stargauge" / "web" / "assets"
MOST_BYTES = 500_000

LANGUAGES = ("en", "zh-Hant")
# `t("key"`, `rich("key"`, `t(`family.${...}`)` and `word("family", ...)` are the only ways to a word.
CALL = re.compile(r"""\b(?:t|rich)\(\s*"([^"]+)"|\b(?:t|rich)\(\s*refining \? "([^"]+)" : "([^"]+)\"""")
FAMILY = re.compile(r"""\b(?:word|known)\(\s*"(\w+)"|\bt\(`([\w]+)[._]\$\{""")
PREFIX = re.compile(r"\bt\(`(\w+_)\$\{")
TEXT = re.compile(r"(?<!=)>\s*([A-Z][A-Za-z ,.']{3,})\s*<")
ALLOWED_TEXT = {"Stargauge"}


@pytest.fixture(scope="module")
def sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in sorted((PAGE / "src").rglob("*.ts*"))}


@pytest.fixture(scope="module")
def catalogues() -> dict[str, dict[str, str]]:
    return {
        name: json.loads((PAGE / "src" / "locales" / f"{name}.json").read_text(encoding="utf-8"))
        for name in LANGUAGES
    }


def test_the_built_page_is_of_its_source() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "build-page"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.returncode == 0


def test_the_page_is_light() -> None:
    packed = sum(len(gzip.compress(path.read_bytes())) for path in ASSETS.rglob("*") if path.is_file())
    assert packed <= MOST_BYTES


def test_the_page_holds_nothing_inline_and_names_no_other_host() -> None:
    index = (ASSETS / "index.html").read_text(encoding="utf-8")
    assert "<style" not in index
    assert "style=" not in index
    assert not re.search(r"<script(?![^>]*src=)", index)
    named = set()
    for path in ASSETS.rglob("*.js"):
        named |= set(re.findall(r"https?://([\w.]+)", path.read_text(encoding="utf-8")))
    # Namespaces of drawings and of mathematics are names, not addresses that are asked.
    assert named <= {"www.w3.org"}


def test_the_lock_file_names_no_host_that_packages_come_from() -> None:
    lock = json.loads((PAGE / "package-lock.json").read_text(encoding="utf-8"))
    assert not any("resolved" in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def used(sources: dict[Path, str]) -> tuple[set[str], set[str]]:
    """Return the keys and the families of keys that the source asks for."""
    whole = "\n".join(sources.values())
    keys = {key for found in CALL.findall(whole) for key in found if key}
    # Choices between keys inside a call, and keys handed on as values.
    keys |= set(re.findall(r"""[?:]\s*(?:t\()?"([a-z_]+(?:\.[\w]+)?)\"""", whole))
    families = {name for found in FAMILY.findall(whole) for name in found if name}
    return keys, families | set(PREFIX.findall(whole))


def test_no_word_is_missing(sources: dict[Path, str], catalogues: dict[str, dict[str, str]]) -> None:
    whole = "\n".join(sources.values())
    asked = {key for found in CALL.findall(whole) for key in found if key}
    for name, catalogue in catalogues.items():
        assert sorted(asked - set(catalogue)) == [], name
        assert [key for key, text in catalogue.items() if not text] == [], name


def test_no_word_is_left_over(sources: dict[Path, str], catalogues: dict[str, dict[str, str]]) -> None:
    keys, families = used(sources)
    left = [
        key
        for key in catalogues["en"]
        if key not in keys
        and key.split(".")[0] not in families
        and not any(family.endswith("_") and key.startswith(family) for family in families)
    ]
    assert left == []


def test_catalogues_hold_the_same_words_and_values(catalogues: dict[str, dict[str, str]]) -> None:
    english, chinese = catalogues["en"], catalogues["zh-Hant"]
    assert list(english) == list(chinese) == sorted(english)
    for key, text in english.items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", chinese[key])), key


def test_chinese_is_written_in_full_form(catalogues: dict[str, dict[str, str]]) -> None:
    # Characters that stand only where the script is simplified.
    simplified = set("国际电网数据线负载发应对实现进会时间区极类别与为们这规计设机动权资单产业务总结")
    for key, text in catalogues["zh-Hant"].items():
        assert not set(text) & simplified, (key, text)


def test_no_word_stands_in_the_source(sources: dict[Path, str]) -> None:
    found = [
        (path.name, text.strip())
        for path, source in sources.items()
        if path.suffix == ".tsx"
        for text in TEXT.findall(source)
        if text.strip() not in ALLOWED_TEXT and "=>" not in text
    ]
    assert found == []


def test_every_lever_region_and_limit_has_a_word(catalogues: dict[str, dict[str, str]]) -> None:
    from stargauge.facts import load_tables
    from stargauge.scenario import builtin_names
    from stargauge.scenario.levers import LEVERS

    levers = set(LEVERS)
    assert {f"lever.{name}" for name in levers} <= set(catalogues["en"])
    assert {f"meaning.{name}" for name in levers} <= set(catalogues["en"])
    regions = set(load_tables().regions["region"])
    assert {f"region.{name}" for name in regions} <= set(catalogues["en"])
    assert {f"scenario.{name}" for name in builtin_names()} <= set(catalogues["en"])
