"""The three sentences say what the numbers say, in every branch."""

# ruff: noqa: E501 - sentences are easier to judge in long lines

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stargauge.insight import Answers, PledgeAnswer
from stargauge.report.fates import Fate, fate, headline
from stargauge.report.sentences import (
    late_clause,
    listing,
    load_clause,
    pledge_sentence,
    tally_sentence,
    three_sentences,
)

TEMPLATE: dict[str, Any] = {
    "pledge_id": "P",
    "programme": "Atlas",
    "promised": "1 GW",
    "announced": "2025-03-01",
    "due_mw": 1000.0,
    "basis": "facility",
    "due_facility_mw": 1000.0,
    "deadline": "2028-06-30",
    "sites": ("a",),
    "unannounced": False,
    "standing_mw": 0.0,
    "standing_it_mw": 0.0,
    "begun_before_mw": 0.0,
    "chance_in_time": 0.25,
    "chance_error": 0.004,
    "chance_by_end": 0.97,
    "reached_p10": "2027-11",
    "reached_p50": "2029-04",
    "reached_p90": "2032-01",
    "promised_capital_usd_b": None,
    "promised_jobs": None,
    "promised_sites": None,
    "source": "someone",
    "address": "",
    "confidence": "B",
}


def pledge(**changes: Any) -> PledgeAnswer:
    return PledgeAnswer(**(TEMPLATE | changes))


@pytest.fixture
def base(real: Answers) -> Answers:
    """The real answers as of 5 October 2026 with 10,000 futures and no pledges."""
    assert (real.as_of, real.months[0], real.months[-1]) == ("2026-10-05", "2025-01", "2035-12")
    return replace(real, futures=10_000, pledges=())


HISTORY = {
    "reached_p10": "2026-04",
    "reached_p50": "2026-04",
    "reached_p90": "2026-04",
    "standing_mw": 1000.0,
}
NEVER = {"reached_p10": None, "reached_p50": None, "reached_p90": None, "chance_by_end": 0.0}

BRANCHES = [
    pytest.param(
        {},
        Fate.OPEN,
        "Atlas promised 1,000 MW by June 2028: the chance of that is 25 %; nothing drew power on 5 October 2026, and "
        "half of all futures get there by April 2029 (the middle 80 % between November 2027 and January 2032).",
        id="open",
    ),
    pytest.param(
        {"chance_in_time": 0.0004, "standing_mw": 590.4, "reached_p90": None},
        Fate.OPEN,
        "Atlas promised 1,000 MW by June 2028: the chance of that is under 0.1 %; 590 MW drew power on 5 October 2026, "
        "and half of all futures get there by April 2029 (the fastest tenth by November 2027, the slowest tenth after "
        "December 2035, where the run ends).",
        id="open, slowest tenth beyond the run",
    ),
    pytest.param(
        {"chance_in_time": 0.0, "reached_p50": None, "reached_p90": None, "chance_by_end": 0.12},
        Fate.OPEN,
        "Atlas promised 1,000 MW by June 2028: the chance of that is under 0.1 %; nothing drew power on 5 October 2026, "
        "and only 12 % of all futures get there by December 2035, where the run ends.",
        id="open, median beyond the run",
    ),
    pytest.param(
        {"chance_in_time": 0.0, **NEVER},
        Fate.OPEN,
        "Atlas promised 1,000 MW by June 2028: the chance of that is under 0.1 %; nothing drew power on 5 October 2026, "
        "and in no future is it reached by December 2035, where the run ends.",
        id="open, never",
    ),
    pytest.param(
        {"chance_in_time": 1.0, "reached_p10": "2027-02", "reached_p50": "2027-02", "reached_p90": "2027-02"},
        Fate.OPEN,
        "Atlas promised 1,000 MW by June 2028: the chance of that is over 99.9 %; nothing drew power on 5 October 2026, "
        "and at least four futures in five get there in February 2027.",
        id="open, all in one month",
    ),
    pytest.param(
        {"basis": "it", "due_mw": 700.0},
        Fate.OPEN,
        "Atlas promised 700 MW of IT power (1,000 MW with cooling and losses) by June 2028: the chance of that is 25 %; "
        "nothing drew power on 5 October 2026, and half of all futures get there by April 2029 (the middle 80 % between "
        "November 2027 and January 2032).",
        id="open, IT power",
    ),
    pytest.param(
        {"deadline": "2026-10-01", "chance_in_time": 0.02},
        Fate.OPEN,
        "Atlas promised 1,000 MW by October 2026: the chance of that is 2.0 %; nothing drew power on 5 October 2026, and "
        "half of all futures get there by April 2029 (the middle 80 % between November 2027 and January 2032).",
        id="open in the month of the as-of date",
    ),
    pytest.param(
        {"deadline": "2026-09-30", "chance_in_time": 0.0, "standing_mw": 400.0},
        Fate.MISSED,
        "Atlas promised 1,000 MW by September 2026 and missed it: 400 MW drew power on 5 October 2026, and half of all "
        "futures get there by April 2029 (the middle 80 % between November 2027 and January 2032).",
        id="missed",
    ),
    pytest.param(
        {"deadline": "2024-06-30", "chance_in_time": None},
        Fate.MISSED,
        "Atlas promised 1,000 MW by June 2024 and missed it: nothing drew power on 5 October 2026, and half of all "
        "futures get there by April 2029 (the middle 80 % between November 2027 and January 2032).",
        id="missed before the run begins",
    ),
    pytest.param(
        {**HISTORY, "deadline": "2026-04-30", "chance_in_time": 1.0},
        Fate.KEPT,
        "Atlas promised 1,000 MW by April 2026 and kept it: 1,000 MW drew power on 5 October 2026, and the pledged level "
        "stood by April 2026.",
        id="kept",
    ),
    pytest.param(
        {**HISTORY, "deadline": "2029-01-20", "chance_in_time": 1.0, "standing_mw": 985.0},
        Fate.KEPT,
        "Atlas promised 1,000 MW by January 2029 and kept it: 985 MW drew power on 5 October 2026, and the pledged level "
        "stood by April 2026.",
        id="kept within the rounding of trackers, before its deadline",
    ),
    pytest.param(
        {**HISTORY, "deadline": "2026-03-31", "chance_in_time": 0.0},
        Fate.KEPT_LATE,
        "Atlas promised 1,000 MW by March 2026 and kept it late, in April 2026: 1,000 MW drew power on 5 October 2026.",
        id="kept late",
    ),
    pytest.param(
        {**HISTORY, "deadline": "2040-12-31", "chance_in_time": None},
        Fate.KEPT,
        "Atlas promised 1,000 MW by December 2040 and kept it: 1,000 MW drew power on 5 October 2026, and the pledged "
        "level stood by April 2026.",
        id="kept, deadline beyond the run",
    ),
    pytest.param(
        {"standing_mw": 1000.0, "deadline": "2024-12-31", "chance_in_time": None},
        Fate.STOOD,
        "Atlas promised 1,000 MW by December 2024, before this run begins: 1,000 MW drew power on 5 October 2026, which "
        "is what was promised.",
        id="stands, deadline before the run",
    ),
    pytest.param(
        {"deadline": "2040-12-31", "chance_in_time": None},
        Fate.BEYOND,
        "Atlas promised 1,000 MW by December 2040, after this run ends: nothing drew power on 5 October 2026, and half of "
        "all futures get there by April 2029 (the middle 80 % between November 2027 and January 2032).",
        id="deadline beyond the run",
    ),
]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(("changes", "state", "written"), BRANCHES)
def test_sentence_of_a_pledge(base: Answers, changes: dict[str, Any], state: Fate, written: str) -> None:
    one = pledge(**changes)
    assert fate(one, base) == state
    assert plain(pledge_sentence(one, base)) == written


KEPT = {**HISTORY, "deadline": "2026-04-30", "chance_in_time": 1.0}
LATE = {**HISTORY, "deadline": "2026-03-31", "chance_in_time": 0.0}
MISSED = {"deadline": "2026-09-30", "chance_in_time": 0.0}
BEYOND = {"deadline": "2040-12-31", "chance_in_time": None}
STOOD = {"standing_mw": 1000.0, "deadline": "2024-12-31", "chance_in_time": None}
LIKELY = {"chance_in_time": 0.6}
EVEN = {"chance_in_time": 0.5}

TALLIES = [
    ([], "No pledge known on 5 October 2026 has both a size and a date that can be tested."),
    ([{}], "The one pledge with a size and a date that can be tested is still open; it is not more likely than not to "
           "be kept in time."),
    ([LIKELY], "The one pledge with a size and a date that can be tested is still open; it is more likely than not to "
               "be kept in time."),
    ([KEPT], "The one pledge with a size and a date that can be tested was kept in time."),
    ([LATE], "The one pledge with a size and a date that can be tested was kept late."),
    ([MISSED], "The one pledge with a size and a date that can be tested has been missed."),
    ([BEYOND], "The one pledge with a size and a date that can be tested falls due after this run ends."),
    ([STOOD], "The one pledge with a size and a date that can be tested was fulfilled before this run begins."),
    ([{}, EVEN], "Of 2 pledges with a size and a date that can be tested, none was kept in time and 2 are still open; "
                 "no open one is more likely than not to be kept in time."),
    ([{}, LIKELY, MISSED], "Of 3 pledges with a size and a date that can be tested, none was kept in time, 1 has been "
                           "missed and 2 are still open; 1 of the open ones is more likely than not to be kept in time."),
    ([LIKELY, LIKELY, KEPT, KEPT, LATE, LATE, MISSED, MISSED, BEYOND, BEYOND, STOOD, STOOD],
     "Of 12 pledges with a size and a date that can be tested, 2 were kept in time, 2 were fulfilled before this run "
     "begins, 2 were kept late, 2 have been missed, 2 are still open and 2 fall due after this run ends; 2 of the open "
     "ones are more likely than not to be kept in time."),
    ([KEPT, MISSED], "Of 2 pledges with a size and a date that can be tested, 1 was kept in time and 1 has been missed."),
    ([LIKELY, KEPT], "Of 2 pledges with a size and a date that can be tested, 1 was kept in time and 1 is still open; "
                     "the open one is more likely than not to be kept in time."),
    ([{}, KEPT], "Of 2 pledges with a size and a date that can be tested, 1 was kept in time and 1 is still open; "
                 "the open one is not more likely than not to be kept in time."),
]  # fmt: skip


@pytest.mark.parametrize(("pledges", "written"), TALLIES)
def test_tally(base: Answers, pledges: list[dict[str, Any]], written: str) -> None:
    many = tuple(pledge(pledge_id=f"P{number}", **changes) for number, changes in enumerate(pledges))
    assert plain(tally_sentence(replace(base, pledges=many))) == written


CAUSES = {"power": 6.04, "construction": 5.0, "chip supply": 2.7, "capital": 0.0}

LATENESS = [
    (None, CAUSES, 0.0, "None of what is still to come and has a date comes on before the run ends"),
    (0.0, {"power": 0.0}, 0.0, "What is still to come comes on time"),
    (0.04, {"power": 0.04}, 0.0, "What is still to come comes on time"),
    (13.74, CAUSES, 0.0, "What is still to come is 14 months late on average, mostly because of power (6.0 months) and "
                         "construction (5.0)"),
    (6.1, {"power": 6.04, "capital": 0.06}, 0.0, "What is still to come is 6.1 months late on average, mostly because "
                                                 "of power (6.0 months)"),
    (9.0, {"power": 3.0, "chips": 2.0, "land": 1.5, "fit-out": 1.5}, 1.0,
     "What is still to come is 9.0 months late on average, mostly because of power (3.0 months), chips (2.0) and land "
     "(1.5)"),
    (4.0, {"power": 0.5}, 3.5, "What is still to come is 4.0 months late on average, mostly because of unexplained "
                               "delay (3.5 months)"),
]  # fmt: skip


@pytest.mark.parametrize(("total", "causes", "unexplained", "written"), LATENESS)
def test_late_clause(
    base: Answers, total: float | None, causes: dict[str, float], unexplained: float, written: str
) -> None:
    told = replace(base, late_total_months=total, late_months=causes, unexplained_months=unexplained)
    assert plain(late_clause(told)) == written


def with_load(base: Answers, months: tuple[str, ...], low: float, middle: float, high: float) -> Answers:
    fan = next(fan for fan in base.national if fan.name == "energised_facility_mw:US")
    quantiles = {name: (middle,) * len(months) for name in fan.quantiles}
    quantiles |= {"p05": (low,) * len(months), "p95": (high,) * len(months)}
    return replace(base, months=months, national=(replace(fan, months=months, quantiles=quantiles),))


def test_load_of_the_told_year(base: Answers) -> None:
    months = ("2026-10", "2027-12", "2030-12", "2031-12")
    written = plain(load_clause(with_load(base, months, 39_160.0, 67_476.0, 106_258.0)))
    assert written == (
        "all AI data centres of the United States together draw 67 GW at the end of 2030 (90 % of futures: 39 to 106 GW), "
        "against 67 GW in October 2026"
    )


@pytest.mark.parametrize(
    ("months", "when"),
    [
        (("2026-10", "2027-12", "2028-06"), "at the end of 2027"),
        (("2026-10", "2027-06"), "at the end of June 2027"),
        (("2026-10",), "at the end of October 2026"),
    ],
)
def test_load_of_a_run_that_ends_before_the_told_year(
    base: Answers, months: tuple[str, ...], when: str
) -> None:
    assert f" {when} " in plain(load_clause(with_load(base, months, 1.0, 2.0, 3.0)))


def test_load_without_spread_is_not_given_a_range(base: Answers) -> None:
    written = plain(load_clause(with_load(base, ("2026-10", "2030-12"), 30_000.0, 30_000.0, 30_000.0)))
    assert "30 GW at the end of 2030 in nearly every future, against 30 GW" in written


def test_three_sentences_of_a_real_run(real: Answers) -> None:
    sentences = three_sentences(real)
    assert len(sentences) == 3
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
    assert sentences[0].startswith("Stargate (US) promised 10,000")


def test_two_sentences_without_pledges(base: Answers) -> None:
    assert len(three_sentences(base)) == 2


def test_headline_is_the_largest_then_the_earliest(base: Answers) -> None:
    several = (
        pledge(pledge_id="small", due_facility_mw=5.0),
        pledge(pledge_id="later", announced="2026-01-01"),
        pledge(pledge_id="first"),
    )
    found = headline(replace(base, pledges=several))
    assert found is not None
    assert found.pledge_id == "first"
    assert headline(base) is None


def test_listing() -> None:
    assert [listing(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "none",
        "a",
        "a and b",
        "a, b and c",
    ]
