"""Futures are numbered from 0 and simulated in blocks of 256; what a model must offer to be run so.

A run of 1,000 futures is a prefix of a run of 10,000. To make this hold whatever a model does inside, the
last, partial block is simulated whole and its first rows are kept: the draws are those of the full block and
no vectorised loop meets another length.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

import numpy as np

from stargauge.errors import StargaugeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_SIZE = 256

UpperEnd: TypeAlias = float | tuple[float, ...]
"""Upper end of a series' histograms: one for all months, or one a month."""


class SeriesLike(Protocol):
    """A monthly path: its name, unit and the upper end of its expected range, of each month.

    The range starts at 0 unless the series says otherwise: see `SignedSeriesLike`.
    """

    @property
    def name(self) -> str:
        """Name with the unit as suffix, for example `energised_facility_mw:Stargate`."""

    @property
    def unit(self) -> str:
        """Unit of the values."""

    @property
    def upper(self) -> UpperEnd:
        """Largest value the histograms resolve, in `unit`: of all months, or one a month."""


@runtime_checkable
class SignedSeriesLike(SeriesLike, Protocol):
    """A monthly path that may be below 0: it has a lower end too."""

    @property
    def lower(self) -> float:
        """Least value the histograms resolve, in `unit`: at most 0, one for all months."""


def lower_end(series: SeriesLike) -> float:
    """Return the lower end of a series' range: 0 where it does not name one."""
    return series.lower if isinstance(series, SignedSeriesLike) else 0.0


class EndValueLike(Protocol):
    """One number a future: its name and unit."""

    @property
    def name(self) -> str:
        """Name of the value."""

    @property
    def unit(self) -> str:
        """Unit of the value."""


class PreparedLike(Protocol):
    """What a model has made ready to simulate; must be picklable and fixed by scenario, facts and code."""

    @property
    def seed(self) -> int:
        """Seed of every stream."""

    @property
    def months(self) -> Sequence[str]:
        """Months of the paths, for example `2025-01`."""

    @property
    def series(self) -> Sequence[SeriesLike]:
        """Monthly series, in the order of the second axis of `paths`."""

    @property
    def end_values(self) -> Sequence[EndValueLike]:
        """End values, in the order of the second axis of `ends`."""


class BlockResultLike(Protocol):
    """Outcomes of one block of futures."""

    @property
    def paths(self) -> NDArray[np.float64]:
        """Array (futures, series, months)."""

    @property
    def ends(self) -> NDArray[np.float64]:
        """Array (futures, end values); not a number means never."""


# (prepared, block, futures) -> outcomes: a pure, module-level function, so that it can be sent to a worker.
# `Any` because each model takes its own kind of prepared.
Simulate: TypeAlias = Callable[[Any, int, int], BlockResultLike]


class BlockError(StargaugeError):
    """A block could not be computed; the message names it and its futures."""

    def __init__(self, message: str, detail: str = "") -> None:
        """Keep the message and the traceback text of the process in which it happened."""
        self.detail = detail
        super().__init__(message, detail)

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Span:
    """The futures of one block that a run keeps: numbers `first` to `first + count - 1`."""

    block: int
    first: int
    count: int

    def __str__(self) -> str:
        return f"block {self.block} (futures {self.first} to {self.first + self.count - 1})"


def block_count(futures: int) -> int:
    """Return how many blocks hold `futures` futures; the last one may be partial."""
    return -(-futures // BLOCK_SIZE)


def span(block: int, futures: int) -> Span:
    """Return which futures a block adds to a run of `futures`.

    Raises:
        IndexError: The run has no such block.
    """
    if not 0 <= block < block_count(futures):
        raise IndexError(
            f"a run of {futures} futures has blocks 0 to {block_count(futures) - 1}, not {block}"
        )
    first = block * BLOCK_SIZE
    return Span(block, first, min(BLOCK_SIZE, futures - first))


def simulate_span(
    simulate: Simulate, prepared: PreparedLike, wanted: Span
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return paths (count, series, months) and ends (count, end values) of a span, checked.

    As `simulated_span`, and every path is finite.

    Raises:
        BlockError: As `simulated_span` and `check_finite`.
    """
    paths, ends = simulated_span(simulate, prepared, wanted)
    check_finite(prepared, wanted, paths)
    return paths, ends


def simulated_span(
    simulate: Simulate, prepared: PreparedLike, wanted: Span
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return paths (count, series, months) and ends (count, end values) of a span, of the shapes announced.

    The whole block is simulated and cut. Every "not a number" of the ends is given the same bits, so that
    equal results are equal bytes.

    Raises:
        BlockError: The model raised or gave another shape than it announced.
    """
    try:
        result = simulate(prepared, wanted.block, BLOCK_SIZE)
    except Exception as error:
        raise BlockError(
            f"{wanted} failed: {type(error).__name__}: {error}", traceback.format_exc()
        ) from error
    paths = np.ascontiguousarray(result.paths, dtype=np.float64)
    ends = np.ascontiguousarray(result.ends, dtype=np.float64)
    expected_paths = (BLOCK_SIZE, len(prepared.series), len(prepared.months))
    expected_ends = (BLOCK_SIZE, len(prepared.end_values))
    if paths.shape != expected_paths or ends.shape != expected_ends:
        raise BlockError(
            f"{wanted}: the model gave paths {paths.shape} and ends {ends.shape}, "
            f"announced were {expected_paths} and {expected_ends}"
        )
    paths, ends = paths[: wanted.count], ends[: wanted.count].copy()
    ends[np.isnan(ends)] = np.nan
    return paths, ends


def check_finite(prepared: PreparedLike, wanted: Span, paths: NDArray[np.float64]) -> None:
    """Check the paths (count, series, months) of a span.

    Raises:
        BlockError: One is not finite; says which.
    """
    finite = np.isfinite(paths)
    if not finite.all():
        row, series, month = (int(i[0]) for i in np.nonzero(~finite))
        raise BlockError(
            f"{wanted}: {prepared.series[series].name} is {paths[row, series, month]} "
            f"in {prepared.months[month]} of future {wanted.first + row}; paths must be finite"
        )


def default_model() -> Simulate:
    """Return `stargauge.model.simulate_block`.

    Imported on demand: it brings in every domain room, and a caller with a model of its own needs none of
    them.
    """
    from stargauge.model import simulate_block

    return simulate_block
