"""The screen of an attribution says what the answer holds, in 100 columns, and what each column means."""

from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace

import pytest
from attribution_games import LEVERS, Toy
from rich.console import Console

from stargauge.insight.attribution.answer import ActionShare, Attribution, LeverTold, OutcomeShares
from stargauge.insight.attribution.tally import outcome_shares
from stargauge.insight.wording import decimals, difference_text, level_text, number, share_text, unit_words
from stargauge.scenario import LEVERS as ALL_LEVERS

KINDS = (
    ("facility_mw:2030", "MW"),
    ("chance:STG-2025-01", "share"),
    ("months_standing:STG-2025-01", "month"),
    ("shortfall_mw:2030", "MW"),
    ("supply_capital_usd_b:end", "bn_USD"),
    ("bill_percent:2030", "percent"),
)


def outcomes() -> tuple[OutcomeShares, ...]:
    toy = Toy()
    ledger = toy.ledger(1)
    named = [SimpleNamespace(name=name, title=f"what {name} is", unit=unit) for name, unit in KINDS[:2]]
    two = outcome_shares(toy.game, False, named, [ledger.done[block] for block in range(toy.blocks)])
    return (*two, *(replace(two[0], name=n, title=f"what {n} is", unit=u) for n, u in KINDS[2:]))


@pytest.fixture
def answer() -> Attribution:
    told = tuple(
        LeverTold(
            lever=name,
            pillar=ALL_LEVERS[name].pillar,
            meaning=ALL_LEVERS[name].meaning,
            steps=({"from": "2026-11", "intensity": 1.0},),
            actions=("P2.1.1", "P2.1.2") if ALL_LEVERS[name].pillar else (),
        )
        for name in LEVERS
    )
    return Attribution(
        scenario="us-2026",
        scenario_digest="0" * 64,
        as_of="2026-10-05",
        strategy="us-ai-action-plan",
        execution="fitted",
        remark="",
        full_force=True,
        seed=1,
        futures=768,
        method="sampled",
        orders=6,
        simulations=30,
        seconds=12.3,
        players=told,
        idle=("federal_land",),
        elsewhere=("open_models",),
        tracked=("research", "talent"),
        untold={"research": ("P1.7.1", "P1.7.2"), "talent": (), "": ("P1.1.4",)},
        outcomes=outcomes(),
    )


def screen(answer: Attribution) -> str:
    stream = io.StringIO()
    Console(width=100, file=stream).print(answer.render())
    return stream.getvalue()


def test_everything_is_said_and_nothing_is_cut(answer: Attribution) -> None:
    text = screen(answer)
    assert max(map(len, text.splitlines())) <= 100
    flat = " ".join(text.split())
    for words in (
        "What the levers of us-2026 buy · as of 2026-10-05 · 768 futures · 6 orders of levers",
        "30 simulations of a block in 12 s; a yardstick: all levers in full force from 2026-11",
        "What facility_mw:2030 is: ",
        "adds, MW",
        "set by scenarios only",
        "Off means frozen: the lever stays where it was on the as-of date",
        "No plan at all: from the month after the as-of date nothing behind the lever is in force",
        "against: futures in which the lever's effect has the other sign than its mean.",
        "turns: futures in which it adds in one company of levers and takes away in another.",
        "one month more is one month sooner",
        "Moved by neither plan nor scenario, so they add nothing: federal_land",
        "Tracked, not modelled (actions): research (2), talent (0), no lever (1)",
        "Act on position alone, not on these outcomes: open_models",
        "Next stargauge plan permitting_time",
    ):
        assert words in flat, words
    for name, _ in KINDS:
        for part in name.split(":"):
            assert part in flat


def test_levers_stand_by_size_with_their_actions(answer: Attribution) -> None:
    lines = screen(answer).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("lever "))
    shown = [line.split() for line in lines[start + 1 : start + 5]]
    first = answer.outcomes[0]
    ranked = sorted(first.levers, key=lambda share: -abs(share.value))
    assert [row[0] for row in shown] == [share.lever for share in ranked]
    for row in shown:
        assert row[-1] == ("2" if ALL_LEVERS[row[0]].pillar else "–")


def test_large_errors_are_named(answer: Attribution) -> None:
    first = answer.outcomes[0]
    wide = replace(first.levers[0], standard_error=abs(first.total))
    told = replace(answer, outcomes=(replace(first, levers=(wide, *first.levers[1:])),))
    words = " ".join(screen(told).split())
    assert "Above 5 % of the total effect is the largest standard error of facility_mw:2030 100 %" in words
    calm = tuple(replace(share, standard_error=0.0) for share in first.levers)
    assert "Above 5 %" not in screen(replace(told, outcomes=(replace(first, levers=calm),)))


def test_other_ways_of_asking_are_told(answer: Attribution) -> None:
    told = replace(answer, full_force=False, method="exact", idle=(), outcomes=answer.outcomes[:1])
    text = screen(told)
    assert "all 16 coalitions" in text
    assert "the plan as it is expected to go on, and levers as the scenario sets them" in " ".join(
        text.split()
    )
    assert "Moved by neither" not in text
    assert "against no plan at all" not in text
    nobody = replace(answer, full_force=False, players=(), outcomes=(), remark="no plan on that day")
    assert "No lever with a modelled effect moves" in screen(nobody)
    assert "Moves nothing: no plan on that day" in screen(nobody)


def test_the_second_reading_and_the_actions_are_told(answer: Attribution) -> None:
    first = answer.outcomes[0]
    parts = tuple(
        ActionShare(name, 0.15, 0.6, part, part * first.levers[0].value)
        for name, part in (("P2.1.1", 0.75), ("P2.1.2", 0.25), ("P2.1.3", 0.0))
    )
    told = replace(
        first,
        levers=(replace(first.levers[0], actions=parts), *first.levers[1:]),
        pillars=tuple(replace(one, never=3.0 * one.value, never_error=1.0) for one in first.pillars),
        never=first.off - 100.0,
        never_total=first.total + 100.0,
        never_error=2.0,
        month="2030-12",
    )
    text = screen(replace(answer, outcomes=(told, *answer.outcomes[1:])))
    assert max(map(len, text.splitlines())) <= 100
    assert "against no plan at all" in text
    assert "With no plan at all: " in text
    rows = [line.split() for line in text.splitlines() if line.startswith("P2.1.")]
    assert [row[0] for row in rows] == ["P2.1.1", "P2.1.2", "P2.1.3"]
    assert rows[2][-1] == "0"
    assert "hangs on, by 2030-12" in text
    assert "split among its actions by what each is expected to gain" in " ".join(text.split())


@pytest.mark.parametrize(
    ("value", "error", "unit", "words"),
    [
        (7074.4, 78.2, "MW", "+7,074 ± 78"),
        (-326.3, 8.02, "MW", "-326.3 ± 8.0"),
        (0.0439, 0.0039, "share", "+4.39 ± 0.39"),
        (0.0001, 0.0002, "share", "+0.010 ± 0.020"),
        (0.0, 0.0, "MW", "0"),
        (0.0, float("nan"), "MW", "0"),
        (1.0, 0.0, "share", "+100"),
        (12.5, float("nan"), "month", "+12"),
    ],
)
def test_differences_show_two_digits_of_their_error(
    value: float, error: float, unit: str, words: str
) -> None:
    assert difference_text(value, error, unit) == words


def test_levels_and_shares_are_told_in_their_units() -> None:
    assert level_text(0.5232, "share") == "52.3 %"
    assert level_text(0.0002, "share") == "0.02 %"
    assert level_text(0.0, "share") == "0.0 %"
    assert level_text(67400.2, "MW") == "67,400 MW"
    assert level_text(2.9014, "percent") == "2.901 %"
    assert number(0.0) == "0"
    assert unit_words("share", difference=True) == unit_words("percent", difference=True) == "points"
    assert [share_text(value) for value in (0.0, 0.004, 0.126, 1.0)] == ["0", "<1", "13", "100"]
    assert [decimals(value) for value in (0.0, 12.0, 1.2, 0.012, float("inf"))] == [0, 0, 1, 3, 0]
