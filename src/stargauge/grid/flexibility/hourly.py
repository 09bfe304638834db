"""Hourly demand read from a file: Parquet or CSV, wide or long, or the archive as it is published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.flexibility.places import Place
from stargauge.grid.flexibility.release import read_release
from stargauge.grid.flexibility.series import EPOCH_YEAR

TIME = "hour_utc"
FORMS = "hour_utc, authority and demand_mw, or hour_utc and one column of MW for each authority"
MISSING = -1.0


@dataclass(frozen=True)
class HourlyDemand:
    """Hourly demand of some authorities.

    Attributes:
        source: File it was read from.
        hour_utc: Hours, `datetime64[h]`, increasing, shape (hours,).
        demand_mw: Demand by code of the authority, MW, NaN where not known, each of shape (hours,).
    """

    source: str
    hour_utc: NDArray[np.datetime64]
    demand_mw: Mapping[str, NDArray[np.float64]]

    def of(self, place: Place) -> NDArray[np.float64]:
        """Return the demand of an authority, or of all members of a region, MW, shape (hours,).

        A member that is not known in an hour counts as nothing in its region; where no member is, it is NaN.

        Raises:
            InputError: The file has none of it, or not all members.
        """
        if place.code in self.demand_mw:
            return self.demand_mw[place.code]
        absent = [code for code in place.members if code not in self.demand_mw]
        if absent:
            raise InputError(
                self.source,
                [Mistake(0, "authority", f"the file has no demand of {', '.join(absent)}")],
                "nothing was computed",
            )
        stack = np.stack([self.demand_mw[code] for code in place.members])
        total: NDArray[np.float64] = np.where(np.isnan(stack).all(axis=0), np.nan, np.nansum(stack, axis=0))
        return total

    def digest(self, place: Place, years: tuple[int, int]) -> str:
        """Return the SHA-256 of the hours and demand of a place, whole MW, in some years."""
        year = self.hour_utc.astype("datetime64[Y]").astype(np.int64) + EPOCH_YEAR
        kept = (year >= years[0]) & (year <= years[1])
        demand = np.nan_to_num(self.of(place)[kept], nan=MISSING).round().astype("<i4")
        hours = self.hour_utc[kept].astype("datetime64[h]").astype("<i8")
        return hashlib.sha256(hours.tobytes() + demand.tobytes()).hexdigest()


def read_hourly(path: Path, authorities: tuple[str, ...] = ()) -> HourlyDemand:
    """Return the hourly demand in a file.

    Args:
        path: `.parquet` or `.csv`, wide or long, or the `.zip` of the published data set.
        authorities: Codes to read; all if empty. Codes that the file lacks are left out.

    Raises:
        InputError: The file cannot be read, or is no table of hourly demand; everything at once.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        _refuse(path, f'"{path.suffix}" is none of {", ".join(READERS)}')
    if not path.is_file():
        _refuse(path, "there is no such file")
    try:
        frame = reader(path, tuple(dict.fromkeys(authorities)))
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).strip().splitlines()
        _refuse(path, f"cannot be read: {reason[0] if reason else type(error).__name__}")
    return _demand(path, _wide(path, frame), authorities)


def _refuse(path: Path, message: str, field: str = "file") -> NoReturn:
    raise InputError(path.name, [Mistake(0, field, message)], "nothing was computed")


def _parquet(path: Path, authorities: tuple[str, ...]) -> pl.DataFrame:
    columns = pl.read_parquet_schema(path)
    if authorities and "authority" not in columns:
        return pl.read_parquet(path, columns=[name for name in (TIME, *authorities) if name in columns])
    return pl.read_parquet(path)


def _csv(path: Path, authorities: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.read_csv(path, try_parse_dates=True, infer_schema_length=None)
    if authorities and "authority" not in frame.columns:
        return frame.select([name for name in (TIME, *authorities) if name in frame.columns])
    return frame


READERS: Mapping[str, Callable[[Path, tuple[str, ...]], pl.DataFrame]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".zip": read_release,
}
"""Ending of a file name to what reads it."""


def _wide(path: Path, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table of one column an authority, in order of hours."""
    if TIME not in frame.columns:
        _refuse(path, f"has no column {TIME}; expected the columns {FORMS}", TIME)
    kind = frame.schema[TIME]
    if not isinstance(kind, pl.Datetime):
        _refuse(path, f"is no column of dates and times (it is {kind})", TIME)
    if kind.time_zone is not None:
        zoned = pl.col(TIME).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        frame = frame.with_columns(zoned)
    if "authority" in frame.columns:
        if "demand_mw" not in frame.columns:
            _refuse(path, f"has no column demand_mw; expected the columns {FORMS}", "demand_mw")
        twice = frame.select(TIME, "authority").is_duplicated()
        if twice.any():
            row = frame.filter(twice).row(0, named=True)
            _refuse(path, f"{row['authority']} has two rows for {row[TIME]}", TIME)
        frame = frame.pivot("authority", index=TIME, values="demand_mw")
    return frame.sort(TIME)


def _demand(path: Path, frame: pl.DataFrame, authorities: tuple[str, ...]) -> HourlyDemand:
    codes = [name for name in frame.columns if name != TIME and (not authorities or name in authorities)]
    mistakes = [
        Mistake(0, name, f"holds something that is no number ({frame.schema[name]})")
        for name in codes
        if not frame.schema[name].is_numeric()
    ]
    if not codes:
        asked = f" of {', '.join(authorities)}" if authorities else ""
        mistakes.append(Mistake(0, "authority", f"holds no demand{asked}; expected the columns {FORMS}"))
    if mistakes:
        raise InputError(path.name, mistakes, "nothing was computed")
    return HourlyDemand(
        path.name,
        frame[TIME].to_numpy().astype("datetime64[h]"),
        {name: frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in codes},
    )
