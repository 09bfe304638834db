"""The parts of a scenario: lever steps, stage changes, limits and their supplied paths, switches."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from stargauge.facts import Constant, Distribution
from stargauge.scenario import shapes
from stargauge.scenario.amounts import read_quantity, read_scale, spelled_scale
from stargauge.scenario.faults import Faults, fault
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.values import month, month_index, real_number, shown, truth
from stargauge.scenario.vocabulary import vocabulary_of

HEADROOM_UNIT = "MW"
CHIPS_UNIT = "GW_it/year"
CAPITAL_UNIT = "USD/year"

HORIZON: ContextVar[tuple[str, str] | None] = ContextVar("horizon", default=None)
"""First and last month of the scenario whose limits are being read; None where they are not known."""

Scale = Annotated[Distribution, PlainValidator(read_scale), WithJsonSchema(shapes.SCALE)]
Truth = Annotated[bool, BeforeValidator(truth)]
Month = Annotated[str, BeforeValidator(month), Field(pattern=shapes.MONTH_PATTERN)]


class Part(BaseModel):
    """Base of what a user writes as a mapping: frozen, and a field it does not know is a mistake."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True
    )

    example: ClassVar[str] = ""
    exclusive: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _mapping(cls, value: Any) -> Any:
        """Refuse anything but a mapping, and two statements of which one excludes the other."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            raise fault(f"{shown(value)} where a mapping belongs; for example {cls.example}")
        given = [
            name for name in cls.exclusive if name in value and not (name == "off" and value[name] is False)
        ]
        if len(given) > 1:
            raise fault(f"{' and '.join(given)} exclude each other; keep one of them")
        return value


class LeverStep(Part):
    """From this month on the lever is at this intensity, until the next step."""

    example = "{from: 2027-01, intensity: 0.5}"

    since: Annotated[Month, Field(alias="from", description="First month of the step.", examples=["2027-01"])]
    intensity: Annotated[
        float,
        BeforeValidator(lambda value: real_number(value, 0.0, 1.0, "0.5")),
        Field(ge=0, le=1, description="0 (nothing in force) to 1 (all in force).", examples=[0.5]),
    ]

    def canonical(self) -> dict[str, Any]:
        """Return the step as a file spells it out."""
        return {"from": self.since, "intensity": self.intensity}


class StageChange(Part):
    """How much longer or shorter a stage takes."""

    example = "scale: 1.25"

    scale: Annotated[
        Scale, Field(description="Multiplies the duration: above 1 takes longer.", examples=[1.25])
    ] = Constant(1.0)

    def canonical(self) -> dict[str, Any]:
        """Return the change as a file spells it out."""
        return {"scale": spelled_scale(self.scale)}


class Stages(Part):
    """Changes of the durations of the stages from pledge to power."""

    example = "power: {scale: 1.25}"

    land: Annotated[StageChange, Field(description="Land and permits.")] = StageChange()
    power: Annotated[StageChange, Field(description="Interconnection, or power made on site.")] = (
        StageChange()
    )
    construction: Annotated[StageChange, Field(description="The building.")] = StageChange()
    fitout: Annotated[StageChange, Field(description="Fit-out and chips.")] = StageChange()


class Switch(Part):
    """Something in the model that can be taken out, or made larger or smaller."""

    example = "scale: 1.25 or off: true"
    exclusive: ClassVar[tuple[str, ...]] = ("off", "scale")

    off: Annotated[Truth, Field(description="true takes it out of the model.", examples=[True])] = False
    scale: Annotated[Scale, Field(description="Multiplies it.", examples=[1.25])] = Constant(1.0)

    def canonical(self) -> Any:
        """Return the switch as a file spells it out."""
        return {"off": True} if self.off else {"scale": spelled_scale(self.scale)}


class Remainder(Part):
    """Whether the part of a pledge that has no announced site is modelled."""

    example = "off: true"

    off: Annotated[Truth, Field(description="true leaves the remainder out.", examples=[True])] = False

    def canonical(self) -> dict[str, Any]:
        """Return the switch as a file spells it out."""
        return {"off": self.off}


@dataclass(frozen=True)
class SuppliedPath:
    """An absolute path of a limit over time: `values` in `unit` at `months`, straight lines between them."""

    months: tuple[str, ...]
    values: tuple[float, ...]
    unit: str

    def monthly(self, months: Sequence[str]) -> NDArray[np.float64]:
        """Return the path at `months` in `unit`; flat before the first point and after the last."""
        points = [month_index(item) for item in self.months]
        return np.interp([month_index(item) for item in months], points, self.values)

    def canonical(self) -> dict[str, str]:
        """Return the path as a file spells it out."""
        return {when: f"{value!r} {self.unit}" for when, value in zip(self.months, self.values, strict=True)}


def read_path(value: Any, unit: str, example: str) -> SuppliedPath | None:
    """Return a supplied path in `unit` from a mapping of year or month to a quantity with its unit."""
    if value is None or isinstance(value, SuppliedPath):
        return value
    sample = f'for example {{"2027": {example}}}'
    if not isinstance(value, dict) or not value:
        raise fault(f"{shown(value or None)} where years with values belong; {sample}")
    horizon, found = HORIZON.get(), Faults()
    points: dict[str, float] = {}
    for key, item in value.items():
        with found.gather((str(key),)):
            when = month(f"{key}-01" if len(str(key)) == 4 else key)
            if horizon and not horizon[0] <= when <= horizon[1]:
                raise fault(f"{key} is out of range; expected {horizon[0]} to {horizon[1]}, start to end")
            amount = read_quantity(item, unit, f"for example {example}")
            if amount < 0.0:
                raise fault(f"{shown(item)} is negative; a limit is 0 or more, for example {example}")
            if when in points:
                raise fault(f"{when} is given twice; keep one")
            points[when] = amount
    found.raise_any("path")
    ordered = sorted(points)
    return SuppliedPath(tuple(ordered), tuple(points[when] for when in ordered), unit)


def _path_of(unit: str, example: str) -> Any:
    return Annotated[
        SuppliedPath | None,
        PlainValidator(lambda value: read_path(value, unit, example)),
        WithJsonSchema(shapes.path(example)),
        Field(description="Absolute path that replaces the model's own, by year or month."),
    ]


class PathLimit(Switch):
    """A shared limit that may also be given outright, as a path over time."""

    exclusive: ClassVar[tuple[str, ...]] = ("off", "scale", "path")

    path: SuppliedPath | None = None

    def canonical(self) -> Any:
        """Return the limit as a file spells it out."""
        return {"path": self.path.canonical()} if self.path else super().canonical()


class ChipsLimit(PathLimit):
    """Chips that can be delivered, as the IT power they draw, per year."""

    example = 'scale: 1.25, off: true or path: {"2027": 12 GW_it/year}'

    path: _path_of(CHIPS_UNIT, "12 GW_it/year") = None  # type: ignore[valid-type]


class CapitalLimit(PathLimit):
    """Money that can be spent, per year."""

    example = 'scale: 1.25, off: true or path: {"2027": 400 bn_USD/year}'

    path: _path_of(CAPITAL_UNIT, "400 bn_USD/year") = None  # type: ignore[valid-type]


def read_region(value: Any, info: ValidationInfo) -> str:
    """Return the name of a known region."""
    regions = vocabulary_of(info).regions
    if isinstance(value, str) and value in regions:
        return value
    hint = did_you_mean(value, regions, 0.5) if isinstance(value, str) else ""
    raise fault(f"no such region: {shown(value)}{hint}; known are {', '.join(regions)}")


class RegionHeadroom(PathLimit):
    """What one region can still supply to new load."""

    example = '{region: TEX, path: {"2027": 12 GW}}'

    region: Annotated[
        str,
        BeforeValidator(read_region),
        Field(description="Region, as the fact tables name it.", examples=["TEX"]),
    ]
    path: _path_of(HEADROOM_UNIT, "12 GW") = None  # type: ignore[valid-type]

    def canonical(self) -> dict[str, Any]:
        """Return the region's limit as a file spells it out."""
        return {"region": self.region, **super().canonical()}


class HeadroomLimit(Switch):
    """Power that regions can still supply: one statement for all of them, or a list where they differ."""

    example = 'scale: 1.25, off: true or a list of {region: TEX, path: {"2027": 12 GW}}'

    regions: tuple[RegionHeadroom, ...] = ()

    def canonical(self) -> Any:
        """Return the limit as a file spells it out: a mapping, or a list where regions differ."""
        if self.regions:
            return [item.canonical() for item in sorted(self.regions, key=lambda item: item.region)]
        return super().canonical()

    def of(self, region: str) -> Switch:
        """Return the statement that holds for a region: its own (a `RegionHeadroom`), or the one for all."""
        for item in self.regions:
            if item.region == region:
                return item
        return self


def read_headroom(value: Any, info: ValidationInfo) -> HeadroomLimit:
    """Return the headroom limit from a mapping for all regions or a list of regions."""
    if isinstance(value, HeadroomLimit):
        return value
    found = Faults()
    if isinstance(value, dict):
        if "path" in value or "region" in value:
            raise fault(f"headroom differs by region: write a list, for example - {RegionHeadroom.example}")
        with found.gather((), Switch):
            switch = Switch.model_validate(value)
            return HeadroomLimit(off=True) if switch.off else HeadroomLimit(scale=switch.scale)
    if not isinstance(value, list | tuple) or not value:
        found.raise_any("headroom")
        raise fault(
            f"{shown(value or None)} where a mapping or list belongs; for example {HeadroomLimit.example}"
        )
    items: list[RegionHeadroom] = []
    for index, item in enumerate(value):
        with found.gather((index,), RegionHeadroom):
            region = RegionHeadroom.model_validate(item, context=info.context)
            if region.region in {known.region for known in items}:
                found.add((index, "region"), f"{region.region} is given twice; keep one")
            items.append(region)
    found.raise_any("headroom")
    return HeadroomLimit(regions=tuple(items))


class Limits(Part):
    """The shared limits on how much of what is ready can be energised."""

    example = "chips: {off: true}"

    headroom: Annotated[
        HeadroomLimit,
        PlainValidator(read_headroom),
        WithJsonSchema(shapes.headroom()),
        Field(description="Power that regions can still supply."),
    ] = HeadroomLimit()
    chips: Annotated[ChipsLimit, Field(description="Chips that can be delivered.")] = ChipsLimit()
    capital: Annotated[CapitalLimit, Field(description="Money that can be spent.")] = CapitalLimit()
