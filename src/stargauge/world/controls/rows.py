"""The tables of the chip rules: one row class for each file in `data/`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stargauge.facts.record import CsvDate, FilledLine, Identifier, Line
from stargauge.facts.rows import SourcedRow, TableRow

Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]

GROUPS = ("A:1", "A:5", "A:6", "D:1", "D:4", "D:5")
"""The country groups of 15 CFR part 740, Supplement No. 1, that the chip rules use."""


class ChipRow(SourcedRow):
    """An accelerator: dense performance by format, applicable die area, bandwidths, and how it is marketed.

    `memory_kind` is sram where all memory is on the chip: then no DRAM bandwidth counts. `doubt` is what a
    reader of an answer must know about the numbers.
    """

    chip: FilledLine
    vendor: FilledLine
    origin: Literal["US", "China"]
    release_year: Annotated[int, Field(ge=2010, le=2040)]
    market: Literal["sold", "announced", "rumoured"]
    fp16_tflops: Positive | None = None
    fp8_tflops: Positive | None = None
    fp4_tflops: Positive | None = None
    int8_tops: Positive | None = None
    int4_tops: Positive | None = None
    die_area_mm2: Positive | None = None
    memory_bandwidth_gb_s: Positive
    memory_gb: Positive
    memory_kind: Literal["dram", "sram"]
    interconnect_gb_s: Positive | None = None
    datacentre: bool
    general_prohibition_10: bool
    note: Line = ""
    doubt: Line = ""

    @model_validator(mode="after")
    def _has_a_performance(self) -> ChipRow:
        if not any((self.fp16_tflops, self.fp8_tflops, self.fp4_tflops, self.int8_tops, self.int4_tops)):
            raise ValueError("no performance in any format")
        return self


class RuleRow(SourcedRow):
    """A rule, letter or draft: when it is in force, suspended or not enforced, and what is unsure.

    `effect` is applied where answers follow from it, told where it is only shown, news where it is no rule.
    `last_day` is the last day before another rule replaced it.
    """

    rule: Identifier
    title: FilledLine
    effect: Literal["applied", "told", "news"]
    in_force: CsvDate | None = None
    suspended_from: CsvDate | None = None
    suspended_until: CsvDate | None = None
    not_enforced_from: CsvDate | None = None
    last_day: CsvDate | None = None
    citation: FilledLine
    what: FilledLine
    uncertain: Line = ""

    @model_validator(mode="after")
    def _days_have_an_order(self) -> RuleRow:
        if self.effect == "applied" and self.in_force is None:
            raise ValueError("a rule that is applied needs the day it came into force")
        if (self.suspended_from is None) != (self.suspended_until is None):
            raise ValueError("a suspension needs its first and its last day")
        days = [self.in_force, self.suspended_from, self.suspended_until]
        given = [day for day in days if day is not None]
        if given != sorted(given):
            raise ValueError("a rule is in force before it is suspended, and suspended before that ends")
        for name in ("not_enforced_from", "last_day"):
            day = getattr(self, name)
            if day is not None and (self.in_force is None or day < self.in_force):
                raise ValueError(f"{name} is before the rule was in force")
        return self


class LimitRow(TableRow):
    """A threshold, with its unit and the rule it is from."""

    limit: Identifier
    value: Positive
    unit: FilledLine
    rule: Identifier
    note: Line = ""


class ConditionRow(TableRow):
    """A condition of a rule that no number of a chip decides."""

    rule: Identifier
    condition: FilledLine


class PlaceRow(TableRow):
    """A country or territory of ISO 3166, with other names people write, parted by semicolons."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: FilledLine
    also: Line = ""


class CountryRow(SourcedRow):
    """The groups a country is in over a period; empty where it is known to be in none of D:1, D:4 and D:5.

    `special` is embargo where any item needs a licence, exempt users where only some users need none.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    groups: Line = ""
    special: Literal["", "embargo", "exempt users"] = ""
    first_day: CsvDate | None = None
    last_day: CsvDate | None = None
    note: Line = ""

    @model_validator(mode="after")
    def _groups_are_known(self) -> CountryRow:
        unknown = [group for group in self.groups.split() if group not in GROUPS]
        if unknown:
            raise ValueError(f"no such country group: {', '.join(unknown)}")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self
