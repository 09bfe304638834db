"""The record of a run: what it was computed from, on what, and the hash of every file it left.

The record answers "which run is this" and lets a later process decide whether it would compute the same bits.
It is written before the first block, without outputs, and again when the run is finished. All of it but the
three time fields follows from the inputs, so two runs of the same inputs differ in nothing else.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_serializer, model_validator

import stargauge
from stargauge.ensemble.blocks import BLOCK_SIZE, UpperEnd, block_count, lower_end
from stargauge.ensemble.counting import BINS
from stargauge.ensemble.fingerprint import Fingerprint, code_digest
from stargauge.ensemble.ranges import check_ranges
from stargauge.errors import Mistake, StoreError

if TYPE_CHECKING:
    from pydantic import SerializerFunctionWrapHandler

    from stargauge.ensemble.blocks import PreparedLike

FORMAT = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RunInputs(_Frozen):
    """What a prepared model was made from; the record of a run carries it.

    Attributes:
        scenario_name: Name of the scenario.
        scenario_yaml: The scenario in canonical YAML, from which it can be prepared again.
        facts_digest: SHA-256 (hex) of the registry of facts as the run saw it.
        facts_as_of: Date of the youngest fact the run may know, `2026-10-31`.
    """

    scenario_name: str
    scenario_yaml: str
    facts_digest: str
    facts_as_of: str

    @property
    def scenario_digest(self) -> str:
        """SHA-256 (hex) of the canonical YAML."""
        return sha256(self.scenario_yaml.encode()).hexdigest()


class SeriesEntry(_Frozen):
    """A monthly series and the range of its histograms.

    Attributes:
        name: Its name.
        unit: Unit of its values.
        upper: Upper end of the range, of all months or one a month.
        lower: Lower end; written only where it is not 0, which is what a record without it means.
    """

    name: str
    unit: str
    upper: UpperEnd
    lower: float = 0.0

    @model_serializer(mode="wrap")
    def _without_a_lower_end_of_0(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = fields(self)
        if not self.lower:
            del written["lower"]
        return written


class EndValueEntry(_Frozen):
    """An end value: name and unit."""

    name: str
    unit: str


class OutsideRange(_Frozen):
    """Values of a series outside its histogram, over all months and futures."""

    series: str
    below: int
    above: int


class RunRecord(_Frozen):
    """The record of one run.

    Attributes:
        format: Version of the layout of a run folder.
        version: Version of Stargauge.
        code_digest: SHA-256 of the code and tables that can change a future.
        scenario_name: Name of the scenario.
        scenario_digest: SHA-256 of `scenario_yaml`.
        scenario_yaml: The scenario in canonical YAML.
        facts_digest: SHA-256 of the registry of facts.
        facts_as_of: Date of the youngest fact the run may know.
        seed: Seed of every stream.
        futures: Number of futures.
        block_size: Futures in a block.
        bins: Bins of each histogram.
        sample: Number of futures whose full paths are kept: the first ones.
        months: Months of the paths.
        series: Monthly series.
        end_values: End values of each future.
        platform: On what it was computed.
        started: When the run first started, ISO 8601 in UTC.
        finished: When it ended; empty while it has not.
        wall_seconds: Seconds at work, over all sessions of a run that was resumed.
        outside_range: Series with values outside their histogram; empty if there are none.
        outputs: SHA-256 of every file by name; empty while the run is not finished.
    """

    format: int = FORMAT
    version: str
    code_digest: str
    scenario_name: str
    scenario_digest: str
    scenario_yaml: str
    facts_digest: str
    facts_as_of: str
    seed: int
    futures: int
    block_size: int
    bins: int
    sample: int
    months: tuple[str, ...]
    series: tuple[SeriesEntry, ...]
    end_values: tuple[EndValueEntry, ...]
    platform: Fingerprint
    started: str
    finished: str = ""
    wall_seconds: float = 0.0
    outside_range: tuple[OutsideRange, ...] = ()
    outputs: dict[str, str] = {}

    @model_validator(mode="after")
    def _ranges_fit_the_months(self) -> RunRecord:
        check_ranges(self.series, len(self.months))
        return self

    @classmethod
    def begin(
        cls, prepared: PreparedLike, inputs: RunInputs, *, futures: int, sample: int, started: str
    ) -> RunRecord:
        """Return the record of a run that starts in this process.

        Raises:
            ValueError: A name occurs twice, or ends are not as `upper_ends` and `lower_ends` ask.
        """
        for kind, names in (
            ("series", [series.name for series in prepared.series]),
            ("end value", ["future", *(value.name for value in prepared.end_values)]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{kind} named twice: {', '.join(twice)}")
        check_ranges(prepared.series, len(prepared.months))
        return cls(
            version=stargauge.__version__,
            code_digest=code_digest(),
            scenario_name=inputs.scenario_name,
            scenario_digest=inputs.scenario_digest,
            scenario_yaml=inputs.scenario_yaml,
            facts_digest=inputs.facts_digest,
            facts_as_of=inputs.facts_as_of,
            seed=prepared.seed,
            futures=futures,
            block_size=BLOCK_SIZE,
            bins=BINS,
            sample=min(sample, futures),
            months=tuple(prepared.months),
            series=tuple(
                SeriesEntry(name=s.name, unit=s.unit, upper=s.upper, lower=lower_end(s))
                for s in prepared.series
            ),
            end_values=tuple(EndValueEntry(name=v.name, unit=v.unit) for v in prepared.end_values),
            platform=Fingerprint.here(),
            started=started,
        )

    @classmethod
    def parse(cls, text: bytes, name: str) -> RunRecord:
        """Return the record in a JSON text.

        Args:
            text: Content of the file.
            name: The file, for the message.

        Raises:
            StoreError: It is no record, or of another layout.
        """
        try:
            record = cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the whole file"
            raise StoreError(f"{name} is not the record of a run: {place}: {first['msg']}") from error
        if record.format != FORMAT:
            raise StoreError(f"{name} has layout {record.format}; this version reads layout {FORMAT}")
        return record

    def to_json(self) -> bytes:
        """Return the record as JSON text."""
        return self.model_dump_json(indent=2).encode() + b"\n"

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain values."""
        return self.model_dump(mode="json")

    @property
    def blocks(self) -> int:
        """Number of blocks, the last one perhaps partial."""
        return block_count(self.futures)

    @property
    def inputs(self) -> RunInputs:
        """What the run was prepared from."""
        return RunInputs(
            scenario_name=self.scenario_name,
            scenario_yaml=self.scenario_yaml,
            facts_digest=self.facts_digest,
            facts_as_of=self.facts_as_of,
        )

    def mismatches(self, other: RunRecord) -> list[Mistake]:
        """Return what would keep `other` from having the bits of this run, in the words of a user."""
        fields = {
            "version": "version of Stargauge",
            "code_digest": "code and tables",
            "scenario_digest": "scenario",
            "facts_digest": "facts",
            "seed": "seed",
            "futures": "number of futures",
            "block_size": "futures in a block",
            "bins": "bins of a histogram",
            "sample": "futures with full paths",
            "months": "months",
            "series": "series",
            "end_values": "end values",
        }
        mistakes = []
        for field, words in fields.items():
            mine, theirs = getattr(self, field), getattr(other, field)
            if mine != theirs:
                mistakes.append(Mistake(0, field, f"{words}: {_contrast(mine, theirs, self.months)}"))
        for name, (mine, theirs) in self.platform.differences(other.platform).items():
            mistakes.append(Mistake(0, f"platform.{name}", f"stored {mine}, now {theirs}"))
        return mistakes


def _contrast(mine: object, theirs: object, months: tuple[str, ...]) -> str:
    """Return how two values differ; of as many series, the first that does, and in what."""
    if isinstance(mine, tuple) and isinstance(theirs, tuple) and len(mine) == len(theirs):
        one, other = next((a, b) for a, b in zip(mine, theirs, strict=True) if a != b)
        if isinstance(one, SeriesEntry) and (one.name, one.unit) == (other.name, other.unit):
            if one.upper != other.upper:
                return f"{one.name}: upper end {_range_contrast(one.upper, other.upper, months)}"
            return f"{one.name}: lower end {_range_contrast(one.lower, other.lower, months)}"
        return f"stored {_name(one)}, now {_name(other)}"
    return f"stored {_short(mine)}, now {_short(theirs)}"


def _range_contrast(mine: UpperEnd, theirs: UpperEnd, months: tuple[str, ...]) -> str:
    if isinstance(mine, tuple) and isinstance(theirs, tuple) and len(mine) == len(theirs):
        month, one, other = next((m, a, b) for m, a, b in zip(months, mine, theirs, strict=True) if a != b)
        return f"in {month}: stored {one}, now {other}"
    return f"stored {_ends(mine)}, now {_ends(theirs)}"


def _ends(upper: UpperEnd) -> str:
    if isinstance(upper, tuple):
        return f"{upper[0]} to {upper[-1]} by month"
    return f"{upper} in all months"


def _name(entry: object) -> str:
    return f"{entry.name} ({entry.unit})" if isinstance(entry, SeriesEntry | EndValueEntry) else str(entry)


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} names" if value else "none"
    text = str(value)
    return f"{text[:12]}..." if len(text) > 40 else text
