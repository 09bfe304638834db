"""The data set as its authors publish it: one archive of CSV files, one for each authority or part of one.

Layout, read off the public repository that the archive is a copy of: the release of October 2020 holds every
authority from July 2015 to July 2020, the release of January 2025 the years 2020 to 2024, seven large
authorities by their sub-regions. Demand is that of the earlier release before 2020 and the sum of the later
one's files from then on; an hour in which a sub-region is absent is not known.
"""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path

import polars as pl

from stargauge.errors import InputError, Mistake

TIME, DEMAND = "date_time", "cleaned demand (MW)"
NOT_KNOWN = ["MISSING", "EMPTY", "NA"]
TURN = datetime(2020, 1, 1)
"""First hour taken from the later release."""

EARLIER = re.compile(r"(?:^|/)data/release_2020_Oct/balancing_authorities/(\w+)\.csv$")
LATER = re.compile(
    r"(?:^|/)data/release_2025_Jan_include_subregions/subregions_and_balancing_authorities/(\w+)(?:-\w+)?\.csv$"
)


def read_release(path: Path, authorities: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return hourly demand from the published archive.

    Args:
        path: The archive.
        authorities: Codes to read; all if empty.

    Returns:
        `hour_utc` and one column of MW for each authority; null where it is not known.

    Raises:
        InputError: The file is no archive, or holds none of the expected files or columns.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise _refusal(path, "is no archive, or only part of one; fetch it again") from None
    with archive:
        parts = {
            (code, pattern is LATER): [
                name
                for name in archive.namelist()
                if (match := pattern.search(name)) is not None and match[1] == code
            ]
            for pattern in (EARLIER, LATER)
            for code in _codes(archive, pattern, authorities)
        }
        if not parts:
            raise _refusal(path, "holds none of the files of release_2020_Oct or release_2025_Jan")
        columns: dict[str, list[pl.DataFrame]] = {}
        for (code, later), names in parts.items():
            columns.setdefault(code, []).append(_total(path, archive, code, names, later=later))
    frames = [pl.concat(pieces).sort("hour_utc") for _, pieces in sorted(columns.items())]
    hours = pl.concat([frame.select("hour_utc") for frame in frames]).unique().sort("hour_utc")
    for frame in frames:
        hours = hours.join(frame, on="hour_utc", how="left", maintain_order="left")
    return hours


def _codes(archive: zipfile.ZipFile, pattern: re.Pattern[str], authorities: tuple[str, ...]) -> list[str]:
    found = {match[1] for name in archive.namelist() if (match := pattern.search(name)) is not None}
    return sorted(found & set(authorities) if authorities else found)


def _total(path: Path, archive: zipfile.ZipFile, code: str, names: list[str], *, later: bool) -> pl.DataFrame:
    """Return the sum of the files of one authority in one release."""
    frames = []
    for name in names:
        try:
            frame = pl.read_csv(
                archive.read(name), columns=[TIME, DEMAND], null_values=NOT_KNOWN,
                schema_overrides={TIME: pl.String, DEMAND: pl.Float64},
            )  # fmt: skip
            when = frame[TIME].str.to_datetime("%Y-%m-%d %H:%M:%S")
        except (pl.exceptions.PolarsError, zipfile.BadZipFile) as error:
            raise _refusal(path, f"{name}: {str(error).splitlines()[0]}") from None
        frames.append(pl.DataFrame({"hour_utc": when, code: frame[DEMAND]}))
    whole = pl.concat(frames).group_by("hour_utc").agg(
        pl.when(pl.col(code).count() == len(names)).then(pl.col(code).sum()).alias(code)
    )  # fmt: skip
    return whole.filter((pl.col("hour_utc") >= TURN) == later)


def _refusal(path: Path, message: str) -> InputError:
    return InputError(path.name, [Mistake(0, "file", message)], "nothing was computed")
