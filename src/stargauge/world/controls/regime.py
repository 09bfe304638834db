"""What the rules let into China quarter by quarter, as arrays for a simulation.

History is read from the rules of each day; from the as-of date on, the rules of that date go on: what comes
next is a matter for the scenario, not for this table. The chips of the table stand for what makers had on
sale.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stargauge.world.controls.chips import Chip, chips
from stargauge.world.controls.codes import Decision, Question
from stargauge.world.controls.decision import decide
from stargauge.world.controls.limits import load_limits
from stargauge.world.controls.rules import holds

TIERS = {"H20": "NVIDIA H20", "H800": "NVIDIA H800 SXM", "H200": "NVIDIA H200 SXM", "B200": "NVIDIA B200"}
"""Tiers of data-centre chips to the chip that stands for each: bandwidth without performance, performance
with narrow links, both, and the frontier since 2024."""

MAYBE = ("case-by-case", "presumption of approval", "not known")
"""Reviews by which a licence may be given."""

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Regime:
    """The way to China of US data-centre chips by quarter, owner and user in China, sent from the US.

    Attributes:
        quarter_ends: The days, (quarters,).
        open_tpp: Highest TPP on sale that needs no licence, or fits an exception; 0 if none, (quarters,).
        licensable_tpp: Highest TPP on sale that is open or that a licence may be given for, (quarters,).
        best_tpp: Highest TPP of any US data-centre chip on sale, controlled or not, (quarters,).
        licence_needed: Whether that best chip needs a licence, (quarters,).
        review: How closed the door is for each tier, (quarters, tiers): 0 open, 1 a licence may be given, 2
            presumed denied.
        sold: Whether the chip that stands for a tier was on sale by the year's end, (quarters, tiers).
        tariff: Share of value due on entry into the US for chips in the bands, 0 before, (quarters,).
        volume_cap: Highest sales to China as a share of sales to US users under case-by-case review, 1 where
        no cap holds, (quarters,).
        tiers: Names of the tiers, in the order of their axis.
    """

    quarter_ends: tuple[dt.date, ...]
    open_tpp: Floats
    licensable_tpp: Floats
    best_tpp: Floats
    licence_needed: NDArray[np.bool_]
    review: Codes
    sold: NDArray[np.bool_]
    tariff: Floats
    volume_cap: Floats
    tiers: tuple[str, ...] = tuple(TIERS)


def regime(quarter_ends: Sequence[dt.date], as_of: dt.date) -> Regime:
    """Return what the rules let into China at the end of each quarter, held from `as_of` on.

    The rules and the market of `as_of` stand for all later quarters: which chips come later is for the
    ledgers. Only the year in which a chip came out is known, so it is on sale from the first quarter of that
    year; rumoured and announced ones never are.

    Raises:
        ValueError: If the quarters are not in order.
    """
    if list(quarter_ends) != sorted(quarter_ends):
        raise ValueError("quarters are in order of time")
    days = [min(day, as_of) for day in quarter_ends]
    by_day = {day: _of_day(day) for day in dict.fromkeys(days)}
    limits = load_limits()
    lanes = [holds("china-2026", day) for day in days]
    return Regime(
        quarter_ends=tuple(quarter_ends),
        open_tpp=np.array([by_day[day].open_tpp for day in days]),
        licensable_tpp=np.array([by_day[day].licensable_tpp for day in days]),
        best_tpp=np.array([by_day[day].best_tpp for day in days]),
        licence_needed=np.array([by_day[day].licence_needed for day in days], dtype=np.bool_),
        review=np.array([_tiers(day) for day in days], dtype=np.int8).reshape(len(days), len(TIERS)),
        sold=np.array([_sold(day) for day in days], dtype=np.bool_).reshape(len(days), len(TIERS)),
        tariff=np.array([limits.tariff_rate if holds("tariff-2026", day) else 0.0 for day in days]),
        volume_cap=np.array([limits.china_volume if lane else 1.0 for lane in lanes]),
    )


@dataclass(frozen=True)
class _Day:
    open_tpp: float
    licensable_tpp: float
    best_tpp: float
    licence_needed: bool


def _of_day(day: dt.date) -> _Day:
    market = [chip for chip in chips().values() if chip.datacentre and chip.from_us and _on_sale(chip, day)]
    answers = [(chip.tpp, _to_china(chip, day)) for chip in market]
    codes = [(tpp, review_code(decision, day)) for tpp, decision in answers]
    best = max(answers, key=lambda one: one[0], default=(0.0, None))
    return _Day(
        open_tpp=max((tpp for tpp, code in codes if code == 0), default=0.0),
        licensable_tpp=max((tpp for tpp, code in codes if code <= 1), default=0.0),
        best_tpp=best[0],
        licence_needed=best[1] is not None and best[1].answer == "licence",
    )


def review_code(decision: Decision, day: dt.date) -> int:
    """Return how closed the door is: 0 open or by exception, 1 a licence may be given, 2 presumed denied.

    Under the letter of April 2025, whose review is not published, none was known to be given before licences
    were promised. What is undetermined for want of a number counts as 2: it sets no best chip.
    """
    if decision.answer in ("no licence", "exception"):
        return 0
    if decision.answer != "licence":
        return 2
    promised = decision.review == "not published" and holds("promise-2025", day)
    return 1 if promised or decision.review in MAYBE else 2


def _to_china(chip: Chip, day: dt.date) -> Decision:
    return decide(Question(chip, "CN", "CN", day))


def _on_sale(chip: Chip, day: dt.date) -> bool:
    row = chip.row
    # Parts with all memory on them, a wafer among them, compare with no other by TPP.
    apart = chip.dram_bandwidth_gb_s == 0.0
    return row is not None and row.market == "sold" and row.release_year <= day.year and not apart


def _tiers(day: dt.date) -> list[int]:
    return [review_code(_to_china(chips()[name], day), day) for name in TIERS.values()]


def _sold(day: dt.date) -> list[bool]:
    return [_on_sale(chips()[name], day) for name in TIERS.values()]
