"""Every sourced number: value or distribution, unit, date, source, licence and grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stargauge.facts.dates import parse_date
from stargauge.facts.derived_phases import phases_csv
from stargauge.facts.digests import tables_digest
from stargauge.facts.distributions import (
    DISTRIBUTION_KINDS,
    Beta,
    Constant,
    Discrete,
    Distribution,
    Empirical,
    Lognormal,
    Normal,
    Triangular,
    parse_distribution,
)
from stargauge.facts.editions import edition_as_of
from stargauge.facts.frames import Tables, load_tables, read_tables
from stargauge.facts.loading import load_registry, read_registry
from stargauge.facts.phases import (
    DAYS_PER_MONTH,
    PLEDGE_ROUNDING,
    SAME_LEVEL,
    Phase,
    ReferenceMonths,
    derive_phases,
    phases_frame,
    planned_milestones,
    site_phases,
)
from stargauge.facts.record import Fact, fact_schema
from stargauge.facts.regions import REGIONS
from stargauge.facts.registry import Registry
from stargauge.facts.site_records import SiteRecords
from stargauge.facts.units import check_unit, conversion_factor, parse_quantity

if TYPE_CHECKING:
    import pint

    ureg: pint.UnitRegistry[Any]

__all__ = [
    "DAYS_PER_MONTH",
    "DISTRIBUTION_KINDS",
    "PLEDGE_ROUNDING",
    "REGIONS",
    "SAME_LEVEL",
    "Beta",
    "Constant",
    "Discrete",
    "Distribution",
    "Empirical",
    "Fact",
    "Lognormal",
    "Normal",
    "Phase",
    "ReferenceMonths",
    "Registry",
    "SiteRecords",
    "Tables",
    "Triangular",
    "check_unit",
    "conversion_factor",
    "derive_phases",
    "edition_as_of",
    "fact_schema",
    "load_registry",
    "load_tables",
    "parse_date",
    "parse_distribution",
    "parse_quantity",
    "phases_csv",
    "phases_frame",
    "planned_milestones",
    "read_registry",
    "read_tables",
    "site_phases",
    "tables_digest",
    "ureg",
]


def __getattr__(name: str) -> Any:
    """Build the pint registry when `ureg` is first asked for; it takes half a second."""
    if name == "ureg":
        from stargauge.facts.units import unit_registry

        return unit_registry()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
