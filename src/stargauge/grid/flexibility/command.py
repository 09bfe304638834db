"""Flexible headroom and the hourly data by the words of a command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from stargauge.errors import InputError, Mistake
from stargauge.grid import options
from stargauge.grid.flexibility.answer import FlexAnswer, from_hours, from_tables
from stargauge.grid.flexibility.arrival import FetchAnswer, checked
from stargauge.grid.flexibility.downloading import Progress
from stargauge.grid.flexibility.fetching import fetch, find_data_set
from stargauge.grid.flexibility.hourly import READERS, read_hourly
from stargauge.grid.flexibility.places import Place, find_place
from stargauge.grid.flexibility.seasons import MAY_TO_OCTOBER, MONTHS, Seasons

Tell = Callable[[str], None]


def flex(
    authority: str,
    curtail: str = "0.5%",
    *,
    hourly: Path | None = None,
    summer: str | None = None,
    years: str | None = None,
) -> FlexAnswer:
    """Return how much new load an authority or region can take if that load gives way at the peaks.

    Args:
        authority: Code, name, or name in the published study: `PJM`, `ERCOT`, `TEX`.
        curtail: Share of the new load's energy that may be cut, `0.5%` or `0.005`.
        hourly: File of hourly demand to work from; the shipped tables if None.
        summer: First and last month of summer, `4-10`; only with an hourly file.
        years: First and last year, `2016-2024`; only with an hourly file.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
    """
    asked = options.Options()
    share = asked.read("--curtail", _curtailment, curtail, 0.0)
    seasons = asked.read("--summer", _summer, summer, MAY_TO_OCTOBER)
    span = asked.read("--years", _years, years, None)
    place: Place | None = None
    try:
        place = find_place(authority)
    except InputError as error:
        asked.mistakes += [Mistake(0, f"--{mistake.field}", mistake.message) for mistake in error.mistakes]
    if hourly is None:
        for field, text in (("--summer", summer), ("--years", years)):
            if text is not None:
                asked.refuse(field, "the shipped tables hold one rule; give --hourly FILE to choose")
    elif hourly.suffix.lower() not in READERS:
        asked.refuse("--hourly", f'"{hourly}" ends in none of {", ".join(READERS)}')
    if asked.mistakes or place is None:
        raise InputError("the command line", asked.mistakes, "nothing was computed")
    if hourly is None:
        return from_tables(place, share)
    return from_hours(place, share, read_hourly(hourly, (place.code, *place.members)), seasons, span)


def fetch_data(
    name: str = "eia930",
    *,
    folder: Path | None = None,
    address: str | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> FetchAnswer:
    """Return a fetched data set, compared with the shipped tables.

    Args:
        name: Data set; `eia930` is the only one.
        folder: Where to keep it; the cache folder of the user if None.
        address: Where to fetch it from instead.
        progress: Told bytes so far and in all.
        tell: Told in words what is being done.

    Raises:
        InputError: There is no such data set, or what was fetched is not laid out as expected.
        MissingExtraError: pooch is not installed.
        FetchError: It could not be fetched; the message says what to do.
        StoreError: The folder cannot be written.
    """
    data_set = find_data_set(name)
    if tell:
        tell(f"fetching {data_set.title} {data_set.version} ({data_set.record})")
    fetched = fetch(data_set, folder, address=address, progress=progress)
    if tell:
        tell("comparing it with the shipped tables, hour by hour")
    return checked(fetched)


def _curtailment(text: str) -> float:
    share = options.share(text)
    if share >= 1:
        hint = f"; did you mean {share:g}%?" if "%" not in text else ""
        raise ValueError(f'"{text}" is all of the energy or more; write for example 0.5%{hint}')
    return share


def _summer(text: str) -> Seasons:
    first, last = _pair(text, "4-10")
    if not 1 <= first <= last <= MONTHS:
        raise ValueError(f'"{text}" is no first and last month from 1 to 12; write for example 4-10')
    return Seasons(tuple(range(first, last + 1)))


def _years(text: str) -> tuple[int, int]:
    first, last = _pair(text, "2016-2024")
    if first > last:
        raise ValueError(f'"{text}" ends before it begins; write for example 2016-2024')
    return first, last


def _pair(text: str, example: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*", text)
    if not match:
        raise ValueError(f'"{text}" cannot be read; write for example {example}')
    return int(match[1]), int(match[2] or match[1])
