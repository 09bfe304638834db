"""Checks a finished run by computing some of it again.

What a verification establishes: the files are those the record names (SHA-256); the blocks chosen, computed
again here from the scenario, the facts and the code of this process, give the end values that are stored for
them, and the stored full paths of the sample as far as they lie in those blocks. On the platform of the
record the comparison is of bits; on another it is to 1e-9 relative, because compiled mathematics may differ
in the last bits there, and the result says so.

What it does not establish: that blocks not chosen are right (choose more, or all); that the monthly
quantiles were reduced rightly from the blocks (only a full run shows that: run it again and compare hashes);
that the record itself was not rewritten together with the files; that the model or the facts are right. If
code or facts differ from the record's, the comparison still runs and the result names what differs. Where
only code differs, equal values show that it did not matter for these blocks. Where scenario, facts or seed
differ, the run is not verified whatever the values: it is not the run that this process would make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from stargauge.ensemble.blocks import PreparedLike, Simulate, Span, default_model, simulate_span, span
from stargauge.ensemble.files import file_digest
from stargauge.ensemble.record import RunInputs, RunRecord
from stargauge.ensemble.store import Store, finished_record
from stargauge.errors import InputError, Mistake, StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

RELATIVE_TOLERANCE = 1e-9

INPUT_FIELDS = frozenset({"scenario_digest", "scenario_yaml", "facts_digest", "facts_as_of", "seed"})
"""Fields of the record that say what was computed, not by which code or where."""


@dataclass(frozen=True)
class FileCheck:
    """One file against the hash in the record; `found` is its SHA-256, empty where it cannot be read."""

    name: str
    expected: str
    found: str

    @property
    def ok(self) -> bool:
        """Whether the file is the one recorded."""
        return self.expected == self.found


@dataclass(frozen=True)
class BlockCheck:
    """One block computed again.

    Attributes:
        block: Its number.
        first: Its first future.
        futures: How many futures were compared.
        values: How many numbers were compared: end values and sampled path points.
        equal: How many have the stored bits.
        worst: Largest relative difference; infinite where one is a number and the other is not.
        example: The first difference beyond the tolerance, in words; empty if there is none.
    """

    block: int
    first: int
    futures: int
    values: int
    equal: int
    worst: float
    example: str

    @property
    def ok(self) -> bool:
        """Whether nothing differs beyond the tolerance."""
        return not self.example


@dataclass(frozen=True)
class Verification:
    """What a verification found.

    Attributes:
        folder: The run folder.
        same_platform: Whether bits were compared; otherwise to `RELATIVE_TOLERANCE`.
        differences: What differs between the record and this process, in words.
        inputs_differ: Whether scenario, facts or seed do: then what was computed again is another run.
        uncovered: Files in the folder that the record does not name, so nothing is said of them.
        files: Every file of the record.
        blocks: The blocks computed again.
        total_blocks: Blocks of the run.
    """

    folder: str
    same_platform: bool
    differences: tuple[str, ...]
    inputs_differ: bool
    uncovered: tuple[str, ...]
    files: tuple[FileCheck, ...]
    blocks: tuple[BlockCheck, ...]
    total_blocks: int

    @property
    def ok(self) -> bool:
        """Whether every file and every block compared agrees, and the inputs are those of the record."""
        return (
            not self.inputs_differ
            and all(check.ok for check in self.files)
            and all(check.ok for check in self.blocks)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return all findings as plain values; an infinite `worst` is None."""
        fields = asdict(self)
        for kept, file in zip(fields["files"], self.files, strict=True):
            kept["ok"] = file.ok
        for kept, block in zip(fields["blocks"], self.blocks, strict=True):
            kept |= {"ok": block.ok, "worst": block.worst if np.isfinite(block.worst) else None}
        return {"ok": self.ok, **fields}

    def render(self) -> str:
        """Return the findings as text, one line each."""
        broken = [check for check in self.files if not check.ok]
        lines = [f"{self.folder}: {'verified' if self.ok else 'NOT verified'}"]
        lines.append(
            f"  files    {len(self.files) - len(broken)} of {len(self.files)} have the recorded hash"
        )
        lines += [f"           {check.name} {'differs' if check.found else 'is missing'}" for check in broken]
        manner = "bit by bit" if self.same_platform else f"to {RELATIVE_TOLERANCE:g} relative"
        lines.append(
            f"  blocks   {len(self.blocks)} of {self.total_blocks} computed again, compared {manner}"
        )
        for check in self.blocks:
            futures = f"futures {check.first} to {check.first + check.futures - 1}"
            found = check.example or f"{check.values:,} values agree"
            if check.ok and check.equal < check.values:
                found += f", {check.equal:,} of them in every bit, the others to {check.worst:.1e}"
            lines.append(f"           block {check.block} ({futures}): {found}")
        lines += [f"  differs  {difference}" for difference in self.differences]
        if self.uncovered:
            lines.append(f"  not read {', '.join(self.uncovered)}: written from the run, not in its record")
        return "\n".join(lines)


def verify(
    folder: Path | str,
    prepared: PreparedLike,
    inputs: RunInputs,
    *,
    blocks: Sequence[int] | None = None,
    simulate: Simulate | None = None,
) -> Verification:
    """Check a finished run against its record and against blocks computed again in this process.

    Args:
        folder: The run folder.
        prepared: The model made ready again from `record.scenario_yaml`.
        inputs: What it was made from here.
        blocks: Which blocks; by default the first and one chosen by a hash of the record.
        simulate: The model; by default `stargauge.model.simulate_block`.

    Raises:
        InputError: The run has no such block, or its names of series or end values are not those of
        `prepared`. StoreError: There is no finished run, or its record is damaged. BlockError: The model
        fails on a block.
    """
    folder = Path(folder)
    record = finished_record(folder)
    here = RunRecord.begin(
        prepared, inputs, futures=record.futures, sample=record.sample, started=record.started
    )
    mistakes = record.mismatches(here)
    shape = [m for m in mistakes if m.field in {"series", "end_values", "months", "block_size"}]
    if shape:
        raise InputError(str(folder), shape, "nothing could be compared")
    chosen = default_blocks(record) if blocks is None else sorted(set(blocks))
    unknown = [block for block in chosen if not 0 <= block < record.blocks]
    if unknown:
        last = record.blocks - 1
        message = f"the run has blocks 0 to {last}, not {', '.join(map(str, unknown))}"
        raise InputError(str(folder), [Mistake(0, "block", message)], "nothing was compared")
    files = tuple(
        FileCheck(name, expected, file_digest(folder / name) or "")
        for name, expected in record.outputs.items()
    )
    same_platform = record.platform == here.platform
    model = simulate or default_model()
    checks = tuple(
        _check_block(Store(folder, record), model, prepared, span(block, record.futures), same_platform)
        for block in chosen
    )
    return Verification(
        folder=str(folder),
        same_platform=same_platform,
        differences=tuple(f"{mistake.field}: {mistake.message}" for mistake in mistakes),
        inputs_differ=any(mistake.field in INPUT_FIELDS for mistake in mistakes),
        uncovered=tuple(sorted({path.name for path in folder.iterdir()} - {*record.outputs, "run.json"})),
        files=files,
        blocks=checks,
        total_blocks=record.blocks,
    )


def default_blocks(record: RunRecord) -> list[int]:
    """Return the first block and one chosen by a hash of the inputs, the same for everyone."""
    name = f"{record.scenario_digest}|{record.facts_digest}|{record.seed}|{record.futures}"
    chosen = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") % record.blocks
    return sorted({0, chosen})


def _check_block(
    store: Store, simulate: Simulate, prepared: PreparedLike, wanted: Span, same_platform: bool
) -> BlockCheck:
    record = store.record
    paths, ends = simulate_span(simulate, prepared, wanted)
    kept = min(max(record.sample - wanted.first, 0), wanted.count)
    series, months = [entry.name for entry in record.series], record.months
    try:
        stored_ends = _stored_ends(store, wanted)
        stored_paths = _stored_paths(store, wanted, kept)
    except (StoreError, pl.exceptions.PolarsError, OSError, ValueError) as error:
        return BlockCheck(wanted.block, wanted.first, wanted.count, 0, 0, np.inf, f"cannot be read: {error}")
    stored = np.concatenate([stored_ends.ravel(), stored_paths.ravel()])
    again = np.concatenate([ends.ravel(), paths[:kept].ravel()])
    equal = stored.view(np.int64) == again.view(np.int64)
    gaps = _relative(stored, again)
    wrong = ~equal if same_platform else gaps > RELATIVE_TOLERANCE
    example = ""
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        if at < ends.size:
            row, column = divmod(at, ends.shape[1])
            name = record.end_values[column].name
        else:
            row, rest = divmod(at - ends.size, len(series) * len(months))
            name = f"{series[rest // len(months)]} in {months[rest % len(months)]}"
        example = (
            f"{int(wrong.sum()):,} of {wrong.size:,} values differ, first {name} "
            f"of future {wanted.first + row}: stored {float(stored[at])!r}, computed {float(again[at])!r}"
        )
    worst = float(gaps.max(initial=0.0))
    return BlockCheck(wanted.block, wanted.first, wanted.count, stored.size, int(equal.sum()), worst, example)


def _stored_ends(store: Store, wanted: Span) -> NDArray[np.float64]:
    names = [value.name for value in store.record.end_values]
    rows = store.scan_ends().filter(
        pl.col("future").is_between(wanted.first, wanted.first + wanted.count - 1)
    )
    frame = rows.select("future", *map(pl.col, names)).collect()
    if frame.height != wanted.count:
        raise StoreError(f"{wanted.count} futures expected, {frame.height} stored")
    if not names:
        return np.empty((wanted.count, 0))
    return np.column_stack([frame[name].to_numpy() for name in names])


def _stored_paths(store: Store, wanted: Span, kept: int) -> NDArray[np.float64]:
    record = store.record
    shape = (len(record.series), kept, len(record.months))
    if not kept:
        return np.empty((0, shape[0], shape[2]))
    frame = store.paths().filter(pl.col("future").is_between(wanted.first, wanted.first + kept - 1))
    if frame.height != shape[0] * shape[1] * shape[2]:
        raise StoreError(f"{kept} full paths expected, {frame.height} rows stored")
    return np.ascontiguousarray(frame["value"].to_numpy().reshape(shape).transpose(1, 0, 2))


def _relative(stored: NDArray[np.float64], again: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return |difference| over the larger magnitude; 0 where both are not a number, infinite where one is."""
    with np.errstate(invalid="ignore"):
        gap = np.abs(stored - again)
        scale = np.maximum(np.abs(stored), np.abs(again))
        relative = np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0)
    both, either = np.isnan(stored) & np.isnan(again), np.isnan(stored) | np.isnan(again)
    return np.where(both | (stored == again), 0.0, np.where(either, np.inf, relative))
