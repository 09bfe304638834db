"""The rows of the tables that hold records rather than single numbers: pledges, sites, events, vintages.

Each class is the schema of one CSV file: its fields are the columns, in order.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stargauge.facts.record import Confidence, CsvDate, FilledLine, Identifier, Line

Megawatts = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Field(ge=-180.0, le=180.0)]

Basis = Literal["facility", "it", "generation", "contract", "systems", "chips", "other"]
Precision = Literal["day", "month", "year"]
PositionBasis = Literal["town", "county", ""]


class TableRow(BaseModel):
    """A row that cannot be changed and has no columns beside its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class SourcedRow(TableRow):
    """Where a row comes from and since when it can be known."""

    source: FilledLine
    address: Line = ""
    licence: FilledLine
    confidence: Confidence
    known_from: CsvDate


class Pledge(SourcedRow):
    """What was promised, by when, and how it can be tested.

    `promised_mw` is the size as announced. `basis`, `due_mw` and `deadline` say what must be energised by
    when; `due_mw` is less than `promised_mw` where only a first step has a date. `counts_sites` are the sites
    whose power counts, `part_of` the pledge of which this one is a share (the two are never added up).
    `promised_jobs` is the first number stated; its note says what kind of jobs. `known_from` is the
    announcement, `mw_known_from` the day from which the MW terms are on record (`promised_mw`, `basis`,
    `due_mw`, `deadline`): never earlier. Status, notes and delivery are later and carry `status_at`.
    """

    id: Identifier
    programme: FilledLine
    announced: CsvDate
    announced_precision: Precision
    promised: FilledLine
    promised_mw: Megawatts | None = None
    promised_mw_note: Line = ""
    basis: Basis
    due_mw: Megawatts | None = None
    deadline: CsvDate | None = None
    deadline_note: Line = ""
    mw_known_from: CsvDate
    testable: bool
    untestable_because: Line = ""
    counts_sites: Line = ""
    geography: Line = ""
    part_of: Line = ""
    judged: Line = ""
    promised_capital_usd_b: Number | None = None
    promised_sites: Count | None = None
    promised_sites_note: Line = ""
    promised_jobs: Count | None = None
    promised_jobs_note: Line = ""
    partners: Line = ""
    city: Line = ""
    state_or_region: Line = ""
    country: Line = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    position_basis: PositionBasis = ""
    state: Literal[
        "announced", "contracted", "under_way", "partly_delivered", "delivered", "paused", "withdrawn"
    ]
    status: Line = ""
    status_at: CsvDate | None = None
    delivered_mw: Megawatts | None = None
    delivered_basis: Literal["facility", "it", "other", ""] = ""
    delivered_note: Line = ""
    note: Line = ""

    @model_validator(mode="after")
    def _a_test_needs_its_terms(self) -> Pledge:
        if self.testable:
            terms = {
                "due_mw": self.due_mw is not None,
                "deadline": self.deadline is not None,
                "geography": bool(self.geography),
                "counts_sites": bool(self.counts_sites),
                "a basis of facility or it": self.basis in ("facility", "it"),
            }
            missing = [name for name, present in terms.items() if not present]
            if missing:
                raise ValueError(f"a testable pledge needs {', '.join(missing)}")
        elif not self.untestable_because:
            raise ValueError("a pledge that is not testable must say so in untestable_because")
        return self

    @model_validator(mode="after")
    def _terms_come_with_the_pledge_or_later(self) -> Pledge:
        if self.mw_known_from < self.known_from:
            raise ValueError(f"mw_known_from ({self.mw_known_from}) is before known_from ({self.known_from})")
        return self


class Site(SourcedRow):
    """A place, as last described: plan, dates and what is energised.

    Positions are those of the town or the county, to two decimals. `energised_at` is the day for which the
    energised MW were last confirmed. `known_from` is the edition the row describes.
    """

    site_id: Identifier
    name: FilledLine
    programme: FilledLine
    operator: Line = ""
    developer: Line = ""
    tenant: Line = ""
    city: Line = ""
    state_or_region: Line = ""
    country: FilledLine
    lat: Latitude | None = None
    lon: Longitude | None = None
    position_basis: PositionBasis = ""
    power_supply: Line = ""
    power_kind: Line = ""
    planned_facility_mw: Megawatts | None = None
    planned_it_mw: Megawatts | None = None
    buildings_planned: Count | None = None
    announced: CsvDate | None = None
    announced_note: Line = ""
    land_or_permit: Line = ""
    construction_start: CsvDate | None = None
    construction_note: Line = ""
    first_power: CsvDate | None = None
    first_power_note: Line = ""
    energised_facility_mw: Megawatts | None = None
    energised_it_mw: Megawatts | None = None
    buildings_operational: Count | None = None
    energised_at: CsvDate | None = None
    energised_note: Line = ""
    latest_observation: Line = ""
    latest_observation_at: CsvDate | None = None
    promised: Line = ""
    projected_full: CsvDate | None = None
    projected_full_note: Line = ""
    projection_source: Line = ""
    operator_claim: Line = ""
    capital_delivered_usd_b: Number | None = None
    capital_planned_usd_b: Number | None = None
    note: Line = ""


class ProgrammeEvent(SourcedRow):
    """Something that happened or was said on a day: an observation, a claim, a denial, a permit.

    A quantity is never to be added up over events: `quantity_unit` and `quantity_note` say what it is.
    """

    event_id: Identifier
    date: CsvDate
    date_precision: Precision
    programme: FilledLine
    site: Line = ""
    site_id: Line = ""
    kind: FilledLine
    event: FilledLine
    quantity: Number | None = None
    quantity_unit: Line = ""
    quantity_note: Line = ""
    bearing: Line = ""


class VintageRow(SourcedRow):
    """One row of a dated edition of the tracker: the MW a site had, or was expected to have, from a date."""

    vintage: CsvDate
    site: FilledLine
    date: CsvDate
    kind: Literal["past", "forecast"]
    buildings_operational: Number | None = None
    it_mw: Megawatts | None = None
    facility_mw: Megawatts | None = None


class ComputeProgrammeRow(SourcedRow):
    """A promised or reported quantity of the Chinese or European compute programmes."""

    programme: FilledLine
    level: FilledLine
    hub: Line = ""
    cluster: Line = ""
    province_or_country: Line = ""
    start_zone: Line = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    metric: FilledLine
    value: Number | None = None
    value_text: Line = ""
    unit: Line = ""
    bound: Literal["", "floor", "ceiling", "over", "up to", "at least"] = ""
    as_of: CsvDate
    promised_or_delivered: FilledLine
    target: CsvDate | None = None
    target_note: Line = ""
    note: Line = ""


class HeadroomRow(SourcedRow):
    """Load that one balancing authority could take if it were curtailed for a share of its energy.

    Rows without a balancing authority are the published sum of all of them.
    """

    published_name: FilledLine
    balancing_authority: Line = ""
    region: Line = ""
    region_group: FilledLine
    curtailment_share: Share
    headroom_mw: Megawatts
    note: Line = ""


class BackgroundShareRow(SourcedRow):
    """The share of existing data-centre load in one region, and the average draw it was worked out from."""

    region: FilledLine
    share: Share
    load_mw: Megawatts
    note: Line = ""


class RegionRow(TableRow):
    """One of the 13 regions of EIA-930."""

    region: FilledLine
    name: FilledLine


class StateRegionRow(TableRow):
    """The EIA-930 region that most of a state's load lies in, by our judgement: states are split."""

    state: FilledLine
    postal: FilledLine
    region: FilledLine


class BalancingAuthorityRow(TableRow):
    """A balancing authority and the EIA-930 region that files it."""

    balancing_authority: FilledLine
    name: FilledLine
    region: FilledLine


class SiteAliasRow(TableRow):
    """The name a vintage gives to a site."""

    vintage_site: FilledLine
    site_id: Identifier


class SiteKeyRow(TableRow):
    """Static geography of a site: true on every date, so it may be used in a run as of any."""

    site_id: Identifier
    programme: FilledLine
    country: FilledLine
    authority: Line = ""
    region: FilledLine
    power_class: FilledLine
    chip_owner: FilledLine
    note: Line = ""
