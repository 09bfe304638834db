"""Our margins of summer 2026 beside the published ones; and why a naive sum misleads."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from stargauge.facts import Registry, load_registry
from stargauge.facts.power_tables import PowerTables, load_power_tables
from stargauge.power.bridge import (
    PERCENT,
    SUMMER,
    YEAR,
    BridgeRow,
    CentralSummer,
    bridge_rows,
    central_summer,
)
from stargauge.power.desk import AS_OF
from stargauge.power.regions import REGIONS
from stargauge.power.setup import PowerPrepared, prepare_power

if TYPE_CHECKING:
    from rich.console import RenderableType

MONTH = "2026-07"


@dataclass(frozen=True)
class NaiveStep:
    """One way of counting summer 2026, the regions it leaves short, and the sum of their shortfalls."""

    counting: str
    short: tuple[str, ...]
    short_mw: float


@dataclass(frozen=True)
class AdequacyCheck:
    """The bridge of every region, and how many regions are short as the counting is mended step by step."""

    rows: tuple[BridgeRow, ...]
    steps: tuple[NaiveStep, ...]
    as_of: date

    def row(self, region: str) -> BridgeRow:
        """Return the bridge of one region."""
        return next(row for row in self.rows if row.region == region)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "as_of": self.as_of.isoformat(),
            "summer": YEAR,
            "bridge": [{**asdict(row), "ours_on_published_basis": row.on_their_basis} for row in self.rows],
            "naive": [
                {"counting": step.counting, "short": list(step.short), "short_mw": step.short_mw}
                for step in self.steps
            ],
        }

    def render(self) -> RenderableType:
        """Return the screen."""
        from stargauge.power.screen import render_check

        return render_check(self)


def adequacy_check(registry: Registry | None = None, tables: PowerTables | None = None) -> AdequacyCheck:
    """Return the bridge from our margins of summer 2026 to the published ones.

    Args:
        registry: Facts; the shipped ones by default.
        tables: Tables of power supply; the shipped ones by default.
    """
    power = tables or load_power_tables()
    prepared = prepare_power(registry or load_registry(), power, (MONTH,), AS_OF)
    central = central_summer(prepared, power)
    rows = bridge_rows(prepared, power)
    return AdequacyCheck(rows, naive_steps(prepared, central), prepared.as_of)


def naive_steps(prepared: PowerPrepared, central: CentralSummer) -> tuple[NaiveStep, ...]:
    """Return which regions are short in summer 2026 as the counting is mended one step at a time."""
    stated = {
        one.region: one.installed_margin
        for one in prepared.requirements
        if one.season == "summer" and one.installed_margin is not None
    }
    reference = np.array(
        [
            1.0 + stated[region] / PERCENT if region in stated else NAIVE_REFERENCE[region]
            for region in REGIONS
        ]
    )
    common = (prepared.fleet_mw * (prepared.ratios * prepared.common)[:, :, SUMMER]).sum(axis=1)
    carried = central.required_share.copy()
    pjm = REGIONS.index("MIDA")
    carried[pjm] = next(
        one.accredited for one in prepared.requirements if one.region == "MIDA" and one.season == "summer"
    )
    credit = central.response_credit + central.sales
    ways = (
        ("accredited capacity against reference margins stated on installed capacity", common, reference),
        ("the margin on the same basis as the capacity", common, carried),
        ("demand response and firm sales counted", common + credit, carried),
        (
            "PJM at its own ratings and requirement of the delivery year",
            central.rated + credit,
            central.required_share,
        ),
        ("what operators count of the rated fleet", central.counted + credit, central.required_share),
    )
    steps = []
    for words, supply, share in ways:
        room = supply - share * central.peak
        short = tuple(region for region, mw in zip(REGIONS, room, strict=True) if mw < 0.0)
        steps.append(NaiveStep(words, short, float(np.maximum(-room, 0.0).sum())))
    return tuple(steps)


NAIVE_REFERENCE = {"MIDW": 1.081, "NY": 1.15}
"""What a first sum would take for regions whose operator states its requirement on accredited capacity."""
