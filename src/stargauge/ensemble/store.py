"""A finished run, read back by columns."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from stargauge.ensemble.record import RunRecord
from stargauge.ensemble.writer import PATHS, SERIES, part_count, part_name, read_record
from stargauge.errors import InputError, Mistake, StoreError


class Store:
    """The results of one run; reads nothing but the record until asked.

    Attributes:
        folder: The run folder.
        record: Its record.
    """

    def __init__(self, folder: Path, record: RunRecord) -> None:
        """Use `Store.open`."""
        self.folder = folder
        self.record = record

    @classmethod
    def open(cls, folder: Path | str) -> Store:
        """Return the run in a folder.

        The files are not hashed here; `verify` does that.

        Raises:
            StoreError: There is no run, it is not finished, or a file of it is missing.
        """
        folder = Path(folder)
        record = finished_record(folder)
        missing = [name for name in record.outputs if not (folder / name).is_file()]
        if missing:
            raise StoreError(
                f"{folder} lacks {', '.join(missing)}; run it again into this folder to compute them again"
            )
        return cls(folder, record)

    def series_quantiles(self, series: str | Iterable[str] | None = None) -> pl.DataFrame:
        """Return one row for each month of each series (or of those named).

        Columns: series, unit, month, mean, sd, min, p05, p10, p25, p50, p75, p90, p95, max, quantile_error,
        at_lower_end, below_range, above_range. Values are in `unit`; the last three are numbers of futures:
        exactly at the lower end of the series' range, which is 0 for most, and outside the range, which the
        series' entry in the record names.

        Raises:
            InputError: There is no such series.
            StoreError: The file cannot be read.
        """
        return self._labelled(SERIES, series)

    def paths(self, series: str | Iterable[str] | None = None) -> pl.DataFrame:
        """Return the full paths of the sample: columns series, unit, future, month, value in `unit`.

        Raises:
            InputError: There is no such series.
            StoreError: The file cannot be read.
        """
        return self._labelled(PATHS, series)

    def ends(self, columns: str | Iterable[str] | None = None) -> pl.DataFrame:
        """Return one row a future in order: `future`, then the end values named (all by default).

        Units are in `record.end_values`. Not a number means never. Only the columns asked for are read.

        Raises:
            InputError: There is no such end value.
            StoreError: A file cannot be read.
        """
        known = [value.name for value in self.record.end_values]
        wanted = known if columns is None else self._known(columns, known, "end value")
        return _collect(self.scan_ends().select("future", *map(pl.col, wanted)), self.folder)

    def scan_ends(self) -> pl.LazyFrame:
        """Return all end values as a lazy frame, for queries that must not hold every future in memory."""
        parts = [self.folder / part_name(part) for part in range(part_count(self.record.futures))]
        return pl.scan_parquet(parts, glob=False)

    def _labelled(self, name: str, series: str | Iterable[str] | None) -> pl.DataFrame:
        frame = pl.scan_parquet(self.folder / name, glob=False)
        if series is not None:
            known = [entry.name for entry in self.record.series]
            frame = frame.filter(pl.col("series").is_in(self._known(series, known, "series")))
        return _collect(frame, self.folder)

    def _known(self, wanted: str | Iterable[str], known: list[str], kind: str) -> list[str]:
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        mistakes = []
        for name in names:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f'; did you mean "{near[0]}"' if near else f"; there are {len(known)}"
                mistakes.append(Mistake(0, kind, f'the run has no {kind} "{name}"{hint}'))
        if mistakes:
            raise InputError(str(self.folder), mistakes, "nothing was read")
        return names


def finished_record(folder: Path) -> RunRecord:
    """Return the record of the finished run in a folder.

    Raises:
        StoreError: There is no run, its record is damaged or it is not finished.
    """
    record = read_record(folder)
    if not record.finished:
        raise StoreError(
            f"the run in {folder} is not finished; give the command that began it once more and it goes on"
        )
    return record


def _collect(frame: pl.LazyFrame, folder: Path) -> pl.DataFrame:
    try:
        return frame.collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StoreError(f"cannot read the run in {folder}: {error}") from error
