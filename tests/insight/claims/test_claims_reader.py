"""Claims files: what is wrong is told with its line, its field and what would be right, all at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from stargauge.errors import InputError
from stargauge.insight.claims import METRICS, SHIPPED, load_claims, parse_claims
from stargauge.insight.claims.condition import COMPARISONS

SAID = "{who: {en: A}, on: 2025-01-21, grade: B}"
WHEN = "metric: reached, place: STG-2025-01, by: 2029-01, comparison: holds"
GOOD = f"  - id: good\n    title: {{en: T}}\n    said: {SAID}\n    true_when: {{{WHEN}}}\n"
HEAD = "stargauge_claims: 1\ntitle: {en: T}\nclaims:\n"


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).parent / "malformed_claims.yaml")
    return found


def written(case: dict[str, Any]) -> str:
    if "when" in case:
        text = HEAD + GOOD.replace(WHEN, case["when"])
    elif "rest" in case:
        when = "metric: model_share, place: US, at: 2030-12, comparison: above, threshold: 1 %"
        text = HEAD + GOOD.replace(WHEN, when) + "    " + case["rest"].replace("\n", "\n    ") + "\n"
    elif "claim" in case:
        text = HEAD + "  - " + case["claim"].replace("\n", "\n    ") + "\n"
    else:
        text = case["text"]
    rest = f"    title: {{en: T}}\n    said: {SAID}\n    true_when: {{{WHEN}}}"
    for name, value in {"{GOOD}": GOOD, "{SAID}": SAID, "{LONG}": "x" * 200, "    {REST}": rest}.items():
        text = text.replace(name, value)
    return text


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_every_mistake_is_told_with_its_line(case: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        parse_claims(written(case), "mine.yaml")
    told = [(mistake.line, mistake.field) for mistake in caught.value.mistakes]
    assert told == [(line, field) for line, field, _ in case["mistakes"]], str(caught.value)
    for mistake, (_, _, words) in zip(caught.value.mistakes, case["mistakes"], strict=True):
        assert words in mistake.message
        assert not mistake.message.endswith(".")
    count = len(told)
    assert str(caught.value).startswith(
        f"mine.yaml has {count} mistake{'s' if count != 1 else ''}; nothing was run."
    )


def test_there_are_enough_cases() -> None:
    assert len(cases()) >= 40


def test_too_deep_too_many_and_too_large_are_refused_while_reading(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nested more than 24 levels deep; a claims file needs 9 at most"):
        parse_claims(HEAD + "  - " + "[" * 40 + "]" * 40 + "\n")
    with pytest.raises(InputError, match=r"more than 20,000 values, .*; a claims file is far smaller"):
        parse_claims(HEAD + "  - [" + "1, " * 21_000 + "]\n")
    with pytest.raises(InputError, match="101 entries, at most 100"):
        parse_claims(HEAD + "".join(GOOD.replace("good", f"good-{n}") for n in range(101)))
    listed = "\n".join([f"      - {{{WHEN}}}"] * 17)
    with pytest.raises(InputError, match="17 entries, at most 16"):
        parse_claims(HEAD + GOOD.replace(f"{{{WHEN}}}", f"\n{listed}"))
    large = tmp_path / "large.yaml"
    large.write_text("#" * 1_000_001, encoding="utf-8")
    with pytest.raises(InputError, match=r"1\.0 MB, a claims file is at most 1 MB; it was not read"):
        load_claims(large)


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD + GOOD, encoding="utf-8")
    with pytest.raises(InputError, match=r"no such file; did you mean claims\.yaml"):
        load_claims(tmp_path / "claim.yaml")
    assert load_claims(tmp_path / "claims.yaml").claims[0].id == "good"


def test_thresholds_are_read_into_the_unit_of_the_metric() -> None:
    def threshold(text: str) -> tuple[float, ...]:
        return parse_claims(HEAD + GOOD.replace(WHEN, text)).claims[0].true_when[0].threshold

    at = "at: 2030-12, comparison: at_least"
    assert threshold(f"metric: energised_facility_mw, place: US, {at}, threshold: 10 GW") == (10_000.0,)
    assert threshold(f"metric: model_share, place: US, {at}, threshold: 25 %") == (0.25,)
    assert threshold(f"metric: model_share, place: US, {at}, threshold: 0.25") == (0.25,)
    assert threshold(f"metric: capital_usd_b, place: US, {at}, threshold: 500 bn USD") == (500.0,)
    assert threshold(f"metric: compute_h100e, place: US, {at}, threshold: 5 mn_H100e") == (5e6,)
    assert threshold(f"metric: sites_energised, place: Stargate (US), {at}, threshold: 20 sites") == (20.0,)
    assert threshold(f"metric: jobs, place: US, {at}, threshold: 100000 jobs") == (100_000.0,)
    assert threshold(
        f"metric: capability_lag_months, place: china_open, {at}, threshold: 1 year"
    ) == pytest.approx((12.0,))


def test_the_shipped_file_is_read_from_bytes_as_from_its_path() -> None:
    assert parse_claims(SHIPPED.read_bytes()) == load_claims() == load_claims(SHIPPED)


DOCUMENT = Path(__file__).parents[3] / "docs" / "claims.md"


def test_the_page_of_claims_is_true() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    whole, paired = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert parse_claims(whole).claims[0].id == "fifty-gigawatts"
    said = f"  - id: pair\n    title: {{en: T}}\n    said: {SAID}\n"
    assert parse_claims(HEAD + said + paired).claims[0].paired is not None
    for name in (*METRICS, *COMPARISONS):
        assert f"`{name}`" in text or METRICS.get(name, METRICS["jobs"]).unmodelled, name
    assert len(load_claims().claims) == 10
    assert "Ten claims" in text
