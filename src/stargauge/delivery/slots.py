"""Background phases: AI capacity that nobody named, in fixed slots of half a year and region.

A slot is a phase whose work is anchored so that at scale 1 its median energisation falls in the middle of its
half-year. Whether it is there is drawn; its size follows the future's own rate and growth, shared out by
region, so that the expected additions of the slot are theirs. Slots before the as-of date stand for what was
delivered unseen, so that simulated totals match delivered ones (`docs/model.md`, section 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stargauge.delivery.calendar import month_number

Floats = NDArray[np.float64]

FIRST_YEAR = 2024
"""Slots begin after the year whose stock is the base of the national path."""

HALVES = (0.25, 0.75)
"""Middles of the two slots of a year, in years."""

PRESENCE = 0.5
"""Chance that a slot is there; what is there is larger by as much, so that expected additions stay."""


@dataclass(frozen=True)
class Slots:
    """Background phases; one entry a slot.

    `years` is the middle of the slot in calendar years, `month` in months from the start of the run;
    `size_mw` the facility MW of a slot that is there, at the nominal `rate_mw` a year in `base_year` and
    `growth`.
    """

    names: tuple[str, ...]
    region: tuple[str, ...]
    owner: tuple[str, ...]
    years: Floats
    month: Floats
    size_mw: Floats
    rate_mw: float
    growth: float
    base_year: float


def background_slots(
    shares: dict[str, float],
    owners: dict[str, float],
    start: date,
    end_year: int,
    rate_mw: float,
    base_year: float,
    growth: float,
) -> Slots:
    """Return the slots of all regions and half-years up to the end of the run.

    Args:
        shares: Share of background additions by region; normalised here.
        owners: Share of new accelerators by owner; slots are dealt to owners in this proportion, in order.
        start: First day of the run.
        end_year: Last year that has slots.
        rate_mw: Nominal additions in the base year, MW a year.
        base_year: Year the rate holds for.
        growth: Nominal yearly growth.

    Returns:
        Slots ordered by region, then time; none depends on how many others there are.
    """
    total = sum(shares.values())
    names: list[str] = []
    regions: list[str] = []
    dealt: list[str] = []
    years: list[float] = []
    for region in sorted(shares):
        for number, year in enumerate(y + half for y in range(FIRST_YEAR, end_year + 1) for half in HALVES):
            names.append(f"background {region} {int(year)}H{1 + number % 2}")
            regions.append(region)
            dealt.append(_deal(owners, number))
            years.append(year)
    middle = np.array(years)
    share = np.array([shares[region] / total for region in regions])
    expected = share * rate_mw * growth ** (middle - base_year) / len(HALVES)
    first = month_number(date(FIRST_YEAR, 1, 1), start)
    return Slots(
        names=tuple(names),
        region=tuple(regions),
        owner=tuple(dealt),
        years=middle,
        month=first + 12.0 * (middle - FIRST_YEAR),
        size_mw=expected / PRESENCE,
        rate_mw=rate_mw,
        growth=growth,
        base_year=base_year,
    )


def slot_factor(slots: Slots, rate_mw: Floats, growth: Floats) -> Floats:
    """Return how much larger each slot is than its nominal size, (futures, slots).

    Args:
        slots: The slots.
        rate_mw: (futures) additions in the base year, MW a year.
        growth: (futures) yearly growth.
    """
    years = slots.years - slots.base_year
    factor: Floats = (rate_mw / slots.rate_mw)[:, None] * (growth / slots.growth)[:, None] ** years
    return factor


def _deal(owners: dict[str, float], number: int) -> str:
    """Return the owner of the n-th slot of a region: low-discrepancy dealing in proportion to the shares."""
    golden = (5.0**0.5 - 1.0) / 2.0
    position = ((number + 0.5) * golden) % 1.0 * sum(owners.values())
    for name, share in owners.items():
        position -= share
        if position <= 0.0:
            return name
    return next(reversed(owners))
