"""The same answers as `decision.decide` for whole arrays, at millions a second.

Chips are classed once for each period, countries once for each period between changes of their groups; a
million questions then only look up and combine codes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.world.controls.chips import Chip
from stargauge.world.controls.classes import CLASSES, PERIODS, TARIFFS
from stargauge.world.controls.codes import ANSWERS, END_USERS, END_USES, EXCEPTIONS, REVIEWS
from stargauge.world.controls.countries import change_days, places, standing
from stargauge.world.controls.limits import load_limits
from stargauge.world.controls.rules import first_day, rules

Codes = NDArray[np.int8]
Indices = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

LICENSED, DENIED, CHINA, EMBARGO, GATED, KNOWN, HOME = (1 << bit for bit in range(7))


@dataclass(frozen=True)
class ChipArrays:
    """Chips as columns (chips,), NaN where a number is unknown; fields are those of `Chip`."""

    tpp: Floats
    density: Floats
    memory: Floats
    dram: Floats
    interconnect: Floats
    hbm_density: Floats
    datacentre: Bools
    from_us: Bools


@dataclass(frozen=True)
class Questions:
    """Questions as columns (questions,): indices of chips and countries, days, and codes.

    `to`, `owner` and `exported_from` count in `country_codes()`; `day` is the ordinal of the day; `end_use`
    and `end_user` count in `END_USES` and `END_USERS`.
    """

    chip: Indices
    to: Indices
    owner: Indices
    day: Indices
    end_use: Codes
    end_user: Codes
    exported_from: Indices


@dataclass(frozen=True)
class Answers:
    """Answers as columns (questions,) of codes into the lists of classes, answers, reviews and so on."""

    chip_class: Codes
    answer: Codes
    review: Codes
    exception: Codes
    tariff: Codes


@cache
def country_codes() -> dict[str, int]:
    """Return the place of every country on the axis of countries."""
    return {code: index for index, code in enumerate(places())}


def chip_arrays(chips: Sequence[Chip]) -> ChipArrays:
    """Return chips as columns."""

    def column(values: Sequence[float | None]) -> Floats:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    return ChipArrays(
        tpp=column([chip.tpp for chip in chips]),
        density=column([chip.density for chip in chips]),
        memory=column([chip.memory_bandwidth_gb_s for chip in chips]),
        dram=column([chip.dram_bandwidth_gb_s for chip in chips]),
        interconnect=column([chip.interconnect_gb_s for chip in chips]),
        hbm_density=column([chip.hbm_density for chip in chips]),
        datacentre=np.array([chip.datacentre for chip in chips], dtype=np.bool_),
        from_us=np.array([chip.from_us for chip in chips], dtype=np.bool_),
    )


def classify(chips: ChipArrays) -> Codes:
    """Return the class of every chip in every period, as codes (periods, chips) into `CLASSES`."""
    limits = load_limits()
    none, first, a, b, c, undetermined = range(len(CLASSES))
    found = np.zeros((len(PERIODS), chips.tpp.size), dtype=np.int8)
    # A comparison with NaN is false, so an unknown number reaches no line; what it leaves open is set after.
    reaches = chips.tpp >= limits.tpp_2022
    found[1] = np.where(reaches & (chips.interconnect >= limits.io_2022), first, none)
    found[1][reaches & np.isnan(chips.interconnect)] = undetermined
    judged = chips.datacentre & (chips.tpp >= limits.tpp_floor)
    dense = judged & (chips.density >= limits.density_a)
    lesser = (chips.density >= limits.density_b2) | (
        (chips.tpp >= limits.tpp_b) & (chips.density >= limits.density_b1)
    )
    second = np.where(judged & lesser, b, none)
    second[judged & np.isnan(chips.density)] = undetermined
    second[dense | (chips.tpp >= limits.tpp_a)] = a
    memory = ~np.isnan(chips.hbm_density)
    found[2:] = second
    found[:, memory] = none
    found[3][memory & (chips.hbm_density > limits.hbm_density)] = c
    return found


def _tariffs(chips: ChipArrays) -> Codes:
    limits = load_limits()
    bands = (
        (limits.band1_tpp_low, limits.band1_tpp_high, limits.band1_dram_low, limits.band1_dram_high),
        (limits.band2_tpp_low, limits.band2_tpp_high, limits.band2_dram_low, limits.band2_dram_high),
    )
    found = np.zeros(chips.tpp.size, dtype=np.int8)
    for code, (low, high, dram_low, dram_high) in enumerate(bands, start=TARIFFS.index("band 1")):
        inside = (chips.tpp > low) & (chips.tpp < high) & (chips.dram > dram_low) & (chips.dram < dram_high)
        found[inside & np.isnan(chips.hbm_density)] = code
    return found


@cache
def _countries() -> NDArray[np.uint8]:
    """Return what every country is to the rules, as bits (periods between changes, countries)."""
    days = (dt.date.min, *change_days())
    found = np.zeros((len(days), len(places())), dtype=np.uint8)
    for period, day in enumerate(days):
        for index, code in enumerate(places()):
            one = standing(code, day)
            for bit, holds in (
                (LICENSED, one.licensed), (DENIED, one.denied), (CHINA, one.china), (EMBARGO, one.embargoed),
                (GATED, one.exempt_users_only), (KNOWN, one.known), (HOME, code == "US"),
            ):  # fmt: skip
                found[period, index] |= bit if holds else 0
    return found


def _since(name: str) -> int:
    return first_day(name).toordinal()


def decide_many(chips: ChipArrays, questions: Questions) -> Answers:
    """Return the answers to many questions; arguments are columns, indices within their axes.

    Raises:
        IndexError: If an index leads nowhere.
    """
    day = questions.day
    starts = np.array([_since(name) for name in ("chips-2022", "chips-2023", "hbm-2024")])
    period = np.searchsorted(starts, day, side="right")
    changes = np.array([change.toordinal() for change in change_days()], dtype=np.int64)
    epoch = np.searchsorted(changes, day, side="right")
    countries = _countries()
    to = countries[epoch, questions.to]
    owner = countries[epoch, questions.owner]
    chip_class = classify(chips)[period, questions.chip]
    tariff = _tariffs(chips)[questions.chip]
    home = country_codes()["US"]
    enters = (questions.to == home) | (questions.exported_from == home)
    tariff = np.where(enters & (day >= _since("tariff-2026")), tariff, np.int8(0))
    answer, review, exception = _combine(chips, questions, period, to, owner, chip_class)
    return Answers(chip_class, answer, review, exception, tariff)


def _combine(
    chips: ChipArrays,
    questions: Questions,
    period: Indices,
    to: NDArray[np.uint8],
    owner: NDArray[np.uint8],
    chip_class: Codes,
) -> tuple[Codes, Codes, Codes]:
    """Return answer, review and exception; what `decide` asks first is put last, over all else."""
    day, chip, use, user = questions.day, questions.chip, questions.end_use, questions.end_user
    free, licence, excepted, open_, abroad = (np.int8(code) for code in range(len(ANSWERS)))
    denial, approval, by_case, unpublished, unknown_review = (
        np.int8(code) for code in range(1, len(REVIEWS))
    )
    denied_to, denied_owner = _has(to, DENIED), _has(owner, DENIED)
    zone = denied_to | denied_owner
    unknown = ~(_has(to, KNOWN) & _has(owner, KNOWN))
    china = _has(to, CHINA)
    licensed = _has(to, LICENSED)
    gated = _has(to, GATED) & (user != END_USERS.index("uae-exempt"))
    needs = licensed | denied_owner | gated
    is_none = chip_class == CLASSES.index("none")
    no_class = chip_class == CLASSES.index("undetermined")

    # The text of 2023: the review of an application for 3A090.a or .b, then the exceptions.
    limits = load_limits()
    over = chips.tpp >= limits.china_tpp
    line = np.where(over | (chips.dram >= limits.china_dram), denial, by_case)
    line[~over & np.isnan(chips.dram)] = unknown_review
    lane = zone & china & (day >= _since("china-2026")) & (questions.exported_from == country_codes()["US"])
    lane &= ~(denied_owner & ~_has(owner, CHINA))
    review = np.where(lane, line[chip], np.where(zone, denial, np.where(licensed, approval, unpublished)))
    reaches = ((chips.memory >= limits.letter_memory) | (chips.interconnect >= limits.letter_io))[chip]
    bandwidth = reaches & (day >= _since("letter-2025"))
    lettered = bandwidth & zone
    marketed = chips.datacentre[chip]
    eligible = np.where(chip_class == CLASSES.index("3A090.a"), ~marketed, marketed) & ~lettered & ~gated
    nac, aca, hbm = (np.int8(EXCEPTIONS.index(name)) for name in ("NAC", "ACA", "HBM"))
    split = np.where(day >= _since("aca-2024"), aca, nac)
    exception = np.where(eligible & zone, nac, np.where(eligible & licensed, split, np.int8(0)))
    answer = np.where(exception > 0, excepted, licence)

    def put(where: Bools, code: np.int8, reviewed: int = 0, by: int = 0) -> None:
        answer[where], review[where], exception[where] = code, reviewed, by

    outside = is_none | no_class
    put(~outside & ~needs, free)
    put(~outside & ~needs & unknown, open_)
    put(outside, free)
    put(outside & unknown & (bandwidth | no_class), open_)
    put(no_class & needs, open_)
    put(outside & lettered, licence, int(unpublished))

    # The text of 2022.
    early = period == 1
    put(early, free)
    put(early & china & no_class, open_)
    put(early & china & ~outside, licence, int(denial))

    # Memory stacks.
    memory = ~np.isnan(chips.hbm_density)[chip]
    put(memory, free)
    caught = memory & ~is_none
    put(caught & unknown, open_)
    put(caught & zone, licence, int(denial))
    packed = (user == END_USERS.index("us-packager")) & (chips.hbm_density < limits.hbm_exception)[chip]
    put(caught & zone & packed, excepted, int(denial), int(hbm))

    affiliate = rules()["affiliates-2025"]
    held = user == END_USERS.index("affiliate")
    back, suspended = _back(affiliate), affiliate.suspended_from
    strict = (answer == licence) & (review == denial)
    put(held & (day >= back) & ~strict, open_)
    in_force = (day >= _since("affiliates-2025")) & (suspended is None or day < suspended.toordinal())

    # What asks a licence for any item.
    tools = (use == END_USES.index("supercomputer")) | (use == END_USES.index("chip-making"))
    barred = _has(to, EMBARGO) | (user == END_USERS.index("listed")) | (held & in_force)
    barred |= tools & (china | (zone & ~early))
    barred |= (use == END_USES.index("military")) & zone
    put(barred, licence, int(denial))
    put(period == 0, free)
    put(_has(to, HOME), free)
    put(~chips.from_us[chip], abroad)
    return answer, review, exception


def _back(affiliate: Any) -> int:
    """Return the ordinal of the first day on which nobody knows whether the affiliates rule is back."""
    end = affiliate.suspended_until
    return dt.date.max.toordinal() + 1 if end is None else int(end.toordinal()) + 1


def _has(bits: NDArray[np.uint8], bit: int) -> Bools:
    has: Bools = (bits & np.uint8(bit)) != 0
    return has
