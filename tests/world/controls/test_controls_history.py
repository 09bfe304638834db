"""What happened, as the rules give it: which chips stopped, appeared and stopped again, and on which day."""

from __future__ import annotations

import datetime as dt

import pytest

from stargauge.world.controls import ControlsAnswer, controls_check, controls_table
from stargauge.world.controls.rules import rules, status


def china(chip: str, day: str, **options: str) -> ControlsAnswer:
    return controls_check(chip, "CN", "CN", day, **options)


@pytest.mark.parametrize("chip", ["NVIDIA A100 SXM 80GB", "NVIDIA A100 SXM 40GB", "NVIDIA H100 SXM"])
def test_a100_and_h100_stop_in_october_2022(chip: str) -> None:
    assert china(chip, "2022-10-06").decision.text == "no licence"
    stopped = china(chip, "2022-10-07")
    assert stopped.decision.chip_class == "3A090"
    assert stopped.decision.text == "licence (presumption of denial)"
    assert china(chip, "2023-11-17").decision.chip_class == "3A090.a"


@pytest.mark.parametrize("chip", ["NVIDIA A800 SXM 80GB", "NVIDIA H800 SXM"])
def test_a800_and_h800_are_free_until_november_2023(chip: str) -> None:
    for day in ("2022-10-07", "2023-11-16"):
        free = china(chip, day)
        assert (free.decision.chip_class, free.decision.text) == ("none", "no licence")
    stopped = china(chip, "2023-11-17")
    assert stopped.decision.chip_class == "3A090.a"
    assert stopped.decision.text == "licence (presumption of denial)"


def test_h20_is_outside_3a090_and_needs_a_licence_by_letter_from_april_2025() -> None:
    for day in ("2023-11-17", "2024-06-01", "2025-04-08"):
        assert china("NVIDIA H20", day).decision.text == "no licence"
    letter = china("NVIDIA H20", "2025-04-09")
    assert letter.decision.chip_class == "none"
    assert letter.decision.answer == "licence"
    assert "letter-2025" in letter.decision.rules
    assert any("letter of April 2025" in reason for reason in letter.why)
    for chip in ("NVIDIA L20", "NVIDIA L2"):
        assert china(chip, "2025-04-09").decision.text == "no licence"


def test_h200_is_inside_the_line_of_january_2026_and_others_outside() -> None:
    assert china("NVIDIA H200 SXM", "2026-01-14").decision.text == "licence (presumption of denial)"
    inside = china("NVIDIA H200 SXM", "2026-01-15")
    assert inside.decision.text == "licence (case-by-case)"
    assert inside.decision.tariff == "band 1"
    assert len(inside.conditions) == 6
    assert any("50 %" in one for one in inside.conditions)
    for chip in ("NVIDIA B200", "AMD MI355X", "Intel Gaudi 3", "NVIDIA B300"):
        assert china(chip, "2026-01-15").decision.text == "licence (presumption of denial)"


def test_the_line_is_for_exports_from_the_us_alone() -> None:
    again = china("NVIDIA H200 SXM", "2026-03-01", exported_from="SG")
    assert again.decision.text == "licence (presumption of denial)"
    assert again.decision.tariff == "none"
    assert again.conditions == ()
    abroad = controls_check("NVIDIA H200 SXM", "MY", "CN", "2026-03-01")
    assert abroad.decision.text == "licence (presumption of denial)"
    assert (
        controls_check("NVIDIA H200 SXM", "RU", "RU", "2026-03-01").decision.review == "presumption of denial"
    )
    afghan = controls_check("NVIDIA H200 SXM", "AF", "AF", "2026-03-01")
    assert afghan.decision.review == "presumption of denial"


def test_the_rule_of_2022_reaches_china_hong_kong_and_macau_alone() -> None:
    for place in ("CN", "HK", "MO"):
        assert controls_check("NVIDIA H100 SXM", place, date="2023-06-01").decision.answer == "licence"
    for place in ("SA", "VN", "AE", "TH"):
        assert controls_check("NVIDIA H100 SXM", place, date="2023-06-01").decision.text == "no licence"
    for place in ("SA", "VN", "AE"):
        later = controls_check("NVIDIA H100 SXM", place, date="2023-11-17")
        assert later.decision.text == "licence (presumption of approval)"


@pytest.mark.parametrize("place", ["DE", "JP", "KR", "IN", "TW", "SG", "IL", "MY", "ID", "BR", "GB"])
def test_allies_and_others_need_none_unless_the_buyer_is_chinese(place: str) -> None:
    free = controls_check("NVIDIA B200", place, date="2026-03-01")
    assert free.decision.text == "no licence"
    assert any("90 FR 4544" in one and "not enforced" in one for one in free.uncertain)
    owned = controls_check("NVIDIA B200", place, "CN", "2026-03-01")
    assert owned.decision.text == "licence (presumption of denial)"


def test_the_uae_moves_on_10_july_2026() -> None:
    assert controls_check("NVIDIA B200", "UAE", date="2026-07-09").decision.text == (
        "licence (presumption of approval)"
    )
    after = controls_check("NVIDIA B200", "UAE", date="2026-07-10")
    assert after.decision.text == "licence (review policy not published)"
    exempt = controls_check("NVIDIA B200", "UAE", date="2026-07-10", end_user="uae-exempt")
    assert exempt.decision.text == "no licence"
    assert "uae-2026" in exempt.decision.rules
    for owner in ("AE", "CN"):
        card = controls_check("NVIDIA RTX 4090", "UAE", owner, "2026-07-10")
        assert card.decision.answer == "licence", "no source says that an exception fits there"
    before = controls_check("NVIDIA B200", "UAE", date="2026-07-09", end_user="uae-exempt")
    assert before.decision.answer == "licence"


def test_the_affiliates_rule_holds_is_suspended_and_is_unknown() -> None:
    asked = {"chip": "NVIDIA L20", "to": "MY", "owner": "MY", "end_user": "affiliate"}

    def on(day: str) -> str:
        return controls_check(**asked, date=day).decision.text

    assert on("2025-09-28") == "no licence"
    assert on("2025-09-29") == on("2025-11-09") == "licence (presumption of denial)"
    assert on("2025-11-10") == on("2026-11-09") == "no licence"
    assert on("2026-11-10") == "undetermined"
    unknown = controls_check(**asked, date="2026-11-24")
    assert any("no source read says which happened" in one for one in unknown.uncertain)
    assert any("sources were read up to 2026-10-05" in one for one in unknown.uncertain)
    suspended = controls_check(**asked, date="2026-03-01")
    assert any("suspended on this day, to 2026-11-09" in one for one in suspended.uncertain)
    # What needs a licence with denial presumed needs it whichever way the rule went.
    strict = controls_check("NVIDIA B200", "CN", "CN", "2026-11-24", end_user="affiliate")
    assert strict.decision.text == "licence (presumption of denial)"


def test_the_diffusion_rule_stays_in_the_text_and_is_not_enforced() -> None:
    rule = rules()["diffusion-2025"]
    assert status(rule, dt.date(2025, 1, 14)) == "not yet"
    assert status(rule, dt.date(2025, 5, 12)) == "in force"
    assert status(rule, dt.date(2025, 5, 13)) == "not enforced"
    for day in ("2025-02-01", "2026-03-01"):
        answer = controls_check("NVIDIA B200", "DE", date=day)
        assert answer.decision.text == "no licence"
        assert any("90 FR 4544" in one for one in answer.uncertain)
    assert not any("90 FR 4544" in one for one in controls_check("NVIDIA L20", "DE").uncertain)


def test_a_letter_before_the_rules_is_told_and_not_applied() -> None:
    early = china("NVIDIA A100 SXM 80GB", "2022-09-01")
    assert (early.decision.chip_class, early.decision.text) == ("none", "no licence")
    assert any("8-K of NVIDIA, 31 August 2022" in one for one in early.uncertain)
    assert not any("8-K" in one for one in china("NVIDIA L40", "2022-09-01").uncertain)


def test_ascend_under_general_prohibition_10() -> None:
    before, after = china("Huawei Ascend 910C", "2025-05-12"), china("Huawei Ascend 910C", "2025-05-13")
    assert before.decision.text == after.decision.text == "not a US export"
    assert "gp10-2025" not in before.decision.rules
    assert "gp10-2025" in after.decision.rules
    assert "gp10-2025" not in china("Cambricon MLU590", "2026-01-01").decision.rules


def test_the_table_of_a_day_says_what_each_rule_is() -> None:
    table = controls_table("2026-03-01").to_dict()
    found = {one["rule"]: one["status"] for one in table["rules"]}
    assert found["chips-2022"] == "replaced"
    assert found["chips-2023"] == "in force"
    assert found["diffusion-2025"] == "not enforced"
    assert found["affiliates-2025"] == "suspended"
    assert found["uae-2026"] == "not yet"
    assert found["draft-2026"] == "not yet"
    later = {one["rule"]: one["status"] for one in controls_table("2026-11-24").to_dict()["rules"]}
    assert later["affiliates-2025"] == "unknown"
    assert later["draft-2026"] == "not in force"
    assert len(table["chips"]) == 62
