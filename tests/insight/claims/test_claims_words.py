"""Words: both languages are whole, Chinese is traditional, lines keep to their columns, amounts read well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from stargauge.insight.claims import METRICS, Words, load_claims
from stargauge.insight.claims.amounts import amount, chance_words, change, difference, month_words
from stargauge.insight.claims.folding import fold
from stargauge.insight.claims.places import NAMES, all_places, place_words, places_words
from stargauge.insight.claims.screen import LABELS
from stargauge.insight.claims.words import joined, tidy

SIMPLIFIED = "国与对发这为电来个们时会学业东车门开关长张书经过还进远选设计认识说话请让谁语边达运过连双云亿万"
"""Characters that Taiwan and Hong Kong write otherwise."""


def words_in(value: Any, path: str = "") -> Iterator[tuple[str, Words]]:
    """Every pair of words in a claims file, with where it stands."""
    if isinstance(value, Words):
        yield path, value
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from words_in(item, f"{path}[{place}]")
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from words_in(getattr(value, name), f"{path}.{name}")
    elif hasattr(value, "fields") and hasattr(value, "title"):
        yield f"{path}.title", value.title


SHIPPED = list(words_in(load_claims()))
CODE = [
    *((f"metric {metric.name}", metric.words) for metric in METRICS.values()),
    *((f"place {name}", words) for name, words in NAMES.items()),
    *((f"label {name}", words) for name, words in LABELS.items()),
]


@pytest.mark.parametrize(("place", "words"), [*SHIPPED, *CODE], ids=lambda value: str(value)[:60])
def test_everything_is_said_in_both_languages(place: str, words: Words) -> None:
    assert words.en, place
    assert words.zh, place
    assert not re.search(r"[\u4e00-\u9fff]", words.en), place
    assert not set(words.zh) & set(SIMPLIFIED), f"{place}: {set(words.zh) & set(SIMPLIFIED)}"
    if not re.fullmatch(r"[A-Za-z0-9 ,.()／/&-]+", words.en) or len(words.en) > 20:
        assert re.search(r"[\u4e00-\u9fff]", words.zh), place


def test_the_shipped_claims_are_those_of_the_debate() -> None:
    file = load_claims()
    assert len(SHIPPED) > 40
    for claim in file.claims:
        assert claim.counts, claim.id
        assert claim.evidence, claim.id
        for said in claim.said:
            assert said.address.startswith("https://"), claim.id
        for item in claim.evidence:
            assert item.programme or item.zh, f"{claim.id}: evidence without Chinese words"
            assert item.programme or item.event or item.en, f"{claim.id}: evidence without English words"
    assert {"stargate-first-promise", "stargate-jobs", "one-pole"} <= {claim.id for claim in file.claims}
    assert sum(claim.paired is not None for claim in file.claims) >= 2


def test_braces_of_labels_are_the_same_in_both_languages() -> None:
    for name, words in LABELS.items():
        assert sorted(re.findall(r"{(\w+)", words.en)) == sorted(re.findall(r"{(\w+)", words.zh)), name


def test_every_metric_names_places_that_have_names() -> None:
    for metric in METRICS.values():
        places = all_places(metric)
        assert places
        assert len(set(places)) == len(places)
        for place in places:
            assert place_words(place).en


def test_places_that_are_added_up_say_once_what_they_lie_in() -> None:
    stacks = places_words(("EU:us_closed", "EU:us_open"))
    assert stacks == Words(
        "US closed models and US open models in the EU", "美國封閉模型與美國開放權重模型在歐盟合計"
    )
    assert places_words(("US", "EU")).en == "the US and the EU together"


@given(
    st.text(alphabet=st.sampled_from("ab 9%.，。「」（）—、中國算力占比的"), max_size=300), st.integers(2, 60)
)
def test_folded_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    lines = fold(text, columns)
    assert all(cell_len(line) <= columns for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_a_line_does_not_begin_with_a_closing_mark() -> None:
    for columns in range(8, 40):
        for line in fold("若美國領先，而中國落後；則「歐盟」（以及盟友）何去何從？" * 3, columns):
            assert line[0] not in "，；？」）"
            assert line[-1] not in "「（"


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (10_000.0, "MW", "10,000 MW", "10,000 MW"),
        (0.2534, "share", "25.3 %", "25.3%"),
        (4.2e6, "H100e", "4.20 million H100e", "420 萬顆 H100 當量"),
        (2.5e8, "H100e", "250 million H100e", "2.50 億顆 H100 當量"),
        (500.0, "bn_USD", "500 bn USD", "5,000 億美元"),
        (6.0, "month", "6.0 months", "6.0 個月"),
        (100_000.0, "person", "100,000 jobs", "100,000 人"),
        (float("nan"), "MW", "–", "–"),
    ],
)
def test_amounts_in_both_languages(value: float, unit: str, en: str, zh: str) -> None:
    assert amount(value, unit) == Words(en, zh)


def test_differences_and_changes() -> None:
    assert difference(0.0512, 0.0031, "share") == Words("+5.12 ± 0.31 points", "+5.12 ± 0.31 個百分點")
    assert difference(-72.1, 3.4, "bn_USD") == Words("−72.1 ± 3.4 bn USD", "−721 ± 34 億美元")
    assert difference(0.0, 0.0, "MW").en == "0 MW"
    assert change(-0.018, "share") == Words("−1.8 points", "−1.8 個百分點")
    assert change(0.0018, "share").en == "+0.18 points"
    assert change(0.0, "MW").en == "0 MW"


def test_chances_of_none_and_of_all_are_bounds() -> None:
    assert chance_words(0.0, 0.0, 2048) == Words("< 0.15 %", "<0.15%")
    assert chance_words(1.0, 0.0, 2048) == Words("> 99.85 %", ">99.85%")
    assert chance_words(0.908, 0.0128, 512) == Words("90.8 ± 1.3 %", "90.8 ± 1.3%")


def test_months_and_spaces_of_chinese() -> None:
    assert month_words("2029-01") == Words("2029-01", "2029 年 1 月")
    assert month_words("2025-01-21").zh == "2025 年 1 月 21 日"
    assert month_words("2025").zh == "2025 年"
    assert tidy("若2029 年 1 月 底前達10 GW，且中國 領先") == "若 2029 年 1 月底前達 10 GW，且中國領先"


def test_words_fall_back_to_the_other_language() -> None:
    assert Words("only").of("zh") == "only"
    assert Words("", "只有").of("en") == "只有"
    assert joined([Words("a", "甲"), Words("b", "乙")], " and ", "與") == Words("a and b", "甲與乙")
