"""What a compute programme promised and delivered in racks, compute, shares and money, measure by measure.

China's hubs and the EU's factories are promised in units that are no MW. A promise is laid beside the newest
report of the same thing; units and precisions are those of the source, and nothing is added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stargauge.track.programmes import Programme

Row = dict[str, Any]

EAST_WEST = "East Data West Compute"
EU_AI = "EU AI Continent"

TABLE_PROGRAMMES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "CN-EDWC": (EAST_WEST, "", ()),
    "CN-QY": (EAST_WEST, "Gansu", ()),
    "EU-TRIPLE": (EU_AI, "", ()),
    "EU-GIGA": (
        EU_AI,
        "",
        ("gigafactor", "InvestAI", "tender", "bidders", "subsidy", "fundable", "legal base"),
    ),
}
"""Pledge to its programme in the table, its hub and words of its measures; all of them where blank."""

SAME: tuple[tuple[str, str, str], ...] = (
    (EAST_WEST, "rack occupancy floor", "rack occupancy in clusters"),
    (EAST_WEST, "hub share of new national compute", "hub share of new national compute"),
    (EAST_WEST, "PUE ceiling in start zone", "average PUE nationwide"),
    (EAST_WEST, "investment driven over 14th Five-Year Plan", "new investment since launch"),
    (EAST_WEST, "new racks by 2025", "racks built"),
    (EAST_WEST, "new racks by 2025", "racks"),
    (EAST_WEST, "racks over ten years (2.5 kW)", "racks built"),
    (EAST_WEST, "racks over ten years (2.5 kW)", "racks"),
    (EAST_WEST, "restated 2025 goal", "compute"),
    (EU_AI, "gigafactories", "gigafactories operating"),
    (EU_AI, "AI factories", "AI factories selected"),
)
"""A promise and the report it is measured by."""

EASTERN = ("Beijing-Tianjin-Hebei", "Yangtze River Delta", "Guangdong-HK-Macao Greater Bay")
"""Hubs of the east; the other five are those of the west, to which compute is to go."""


@dataclass(frozen=True)
class Measured:
    """One quantity as reported or promised on a day, with its source."""

    metric: str
    hub: str
    place: str
    value: float | None
    text: str
    unit: str
    bound: str
    on: date
    target: date | None
    kind: str
    note: str
    source: str
    address: str
    grade: str


@dataclass(frozen=True)
class Measure:
    """A promise with the newest report it can be measured by; either may be missing.

    `share` is what was delivered over what was promised, None where units differ or a number is missing.
    """

    promised: Measured | None
    delivered: Measured | None
    share: float | None


@dataclass(frozen=True)
class Hub:
    """One cluster of China's hubs: `side` is east or west; `built` the newest report of each thing there."""

    hub: str
    cluster: str
    side: str
    pue_ceiling: float | None
    occupancy_floor: float | None
    built: tuple[Measured, ...]


@dataclass(frozen=True)
class Measures:
    """What a programme promised and delivered, its hubs by side, and its classes of latency in ms."""

    lines: tuple[Measure, ...]
    hubs: tuple[Hub, ...]
    latency: Measured | None


def measures_of(programme: Programme, rows: Sequence[Row]) -> Measures | None:
    """Return the measures of a programme, None where it has none.

    Args:
        programme: The programme.
        rows: Rows of the table of compute programmes known on the day.
    """
    for pledge in programme.pledge_ids:
        if pledge in TABLE_PROGRAMMES:
            name, hub, words = TABLE_PROGRAMMES[pledge]
            mine = [row for row in rows if row["programme"] == name]
            if hub:
                mine = [row for row in mine if row["hub"] == hub]
            if words:
                mine = [row for row in mine if any(word in row["metric"] for word in words)]
            return _measures(name, mine) if mine else None
    return None


def _measures(name: str, rows: list[Row]) -> Measures:
    ceilings = [row for row in rows if row["level"] == "cluster" and row["metric"] in _RULES]
    told = [_measured(row) for row in rows if row not in ceilings]
    rule = {row["metric"]: _measured(row) for row in ceilings}
    latency = [one for one in told if one.metric.startswith("latency")]
    told = [one for one in told if one not in latency]
    promised = [one for one in told if one.kind.startswith("promised")]
    delivered = [one for one in told if not one.kind.startswith("promised")]
    # A rule that holds for every cluster alike is one promise of the programme, but for the power it may use.
    if len({row["hub"] for row in ceilings}) > 1 and "rack occupancy floor" in rule:
        promised.append(rule["rack occupancy floor"])
    lines: list[Measure] = []
    used: set[Measured] = set()
    for promise in sorted(promised, key=lambda one: (one.on, one.metric)):
        names = {report for owner, said, report in SAME if owner == name and said == promise.metric}
        meant = [
            one for one in delivered if one.metric in names and (not promise.place or one.hub == promise.hub)
        ]
        used.update(meant)
        report = max(meant, key=lambda one: one.on, default=None)
        lines.append(Measure(promise, report, _share(promise, report)))
    rest = [one for one in delivered if one not in used]
    newest = {(one.metric, one.place): one for one in sorted(rest, key=lambda one: one.on)}
    lines.extend(Measure(None, one, None) for one in sorted(newest.values(), key=lambda one: one.on))
    return Measures(tuple(lines), _hubs(ceilings, delivered), latency[-1] if latency else None)


_RULES = ("PUE ceiling in start zone", "rack occupancy floor")


def _share(promise: Measured, report: Measured | None) -> float | None:
    if report is None or not promise.value or report.value is None or promise.unit != report.unit:
        return None
    return report.value / promise.value


def _hubs(rows: list[Row], delivered: list[Measured]) -> tuple[Hub, ...]:
    clusters: dict[tuple[str, str], dict[str, float | None]] = {}
    for row in rows:
        clusters.setdefault((row["hub"], row["cluster"]), {})[row["metric"]] = row["value"]
    hubs = []
    for (hub, cluster), found in clusters.items():
        there = {one.metric: one for one in sorted(delivered, key=lambda one: one.on) if one.place == cluster}
        side = "east" if hub in EASTERN else "west"
        hubs.append(
            Hub(hub, cluster, side, found.get(_RULES[0]), found.get(_RULES[1]), tuple(there.values()))
        )
    return tuple(hubs)


def _measured(row: Row) -> Measured:
    place = row["cluster"] if row["level"] == "cluster" and row["metric"] not in _RULES else ""
    return Measured(
        metric=row["metric"],
        hub=row["hub"],
        place=f"{row['hub']} hub" if place == "(hub)" else place,
        value=row["value"],
        text=row["value_text"],
        unit=row["unit"],
        bound=row["bound"],
        on=row["as_of"],
        target=row["target"],
        kind=row["promised_or_delivered"],
        note=row["note"],
        source=row["source"],
        address=row["address"],
        grade=row["confidence"],
    )
