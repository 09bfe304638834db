"""The Parquet files of a run folder, as bytes that depend on their content alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stargauge.ensemble.record import RunRecord
    from stargauge.ensemble.reduction import Reduction

QUANTILES = {"p05": 0.05, "p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90, "p95": 0.95}
# Fixed, because the default may follow the number of threads and the bytes would follow it too.
_ROW_GROUP = 1 << 17


def ends_frame(names: Sequence[str], first: int, ends: NDArray[np.float64]) -> pl.DataFrame:
    """Return one row a future: its number, then each end value; `ends` is (futures, end values)."""
    columns: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {
        "future": np.arange(first, first + len(ends), dtype=np.int64)
    }
    columns |= {name: np.ascontiguousarray(ends[:, i]) for i, name in enumerate(names)}
    return pl.DataFrame(columns)


def series_frame(record: RunRecord, reduction: Reduction) -> pl.DataFrame:
    """Return one row for each month of each series: moments, extremes, quantiles, what fell outside."""
    series, months = len(record.series), len(record.months)

    def flat(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.ascontiguousarray(values).reshape(series * months)

    columns: dict[str, NDArray[np.generic]] = {
        "mean": flat(reduction.mean),
        "sd": flat(reduction.deviation),
        "min": flat(reduction.lows),
    }
    columns |= {name: flat(reduction.quantiles(q)) for name, q in QUANTILES.items()}
    columns |= {
        "max": flat(reduction.highs),
        "quantile_error": flat(reduction.bin_width),
        "at_lower_end": flat(reduction.at_lower),
        "below_range": flat(reduction.below),
        "above_range": flat(reduction.above),
    }
    return pl.DataFrame(
        {
            "series": [s.name for s in record.series for _ in range(months)],
            "unit": [s.unit for s in record.series for _ in range(months)],
            "month": list(record.months) * series,
            **columns,
        },
        schema_overrides={"series": pl.String, "unit": pl.String, "month": pl.String},
    )


def paths_frame(record: RunRecord, sample: NDArray[np.float64]) -> pl.DataFrame:
    """Return one row a month, sampled future and series; `sample` is (futures, series, months)."""
    futures, series, months = sample.shape
    return pl.DataFrame(
        {
            "series": pl.Series([s.name for s in record.series], dtype=pl.String).gather(
                np.repeat(np.arange(series), futures * months)
            ),
            "unit": pl.Series([s.unit for s in record.series], dtype=pl.String).gather(
                np.repeat(np.arange(series), futures * months)
            ),
            "future": np.tile(np.repeat(np.arange(futures, dtype=np.int64), months), series),
            "month": pl.Series(record.months, dtype=pl.String).gather(
                np.tile(np.arange(months), series * futures)
            ),
            "value": np.ascontiguousarray(sample.transpose(1, 0, 2)).reshape(-1),
        }
    )


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as Parquet."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", row_group_size=_ROW_GROUP, statistics=True)
    return buffer.getvalue()
