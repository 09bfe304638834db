"""A small vocabulary, so that what a message says does not move with the shipped tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stargauge.facts import Beta, Constant, Distribution, Lognormal, Normal
from stargauge.scenario import Vocabulary


@dataclass(frozen=True)
class SmallFact:
    id: str
    title: str
    distribution: Distribution
    unit: str
    quantity: str
    known_from: date = date(2025, 1, 1)
    feeds: str = ""


FACTS = (
    SmallFact("X03", "power transformer lead time", Lognormal(24.0, 0.4), "month", "duration", feeds="lead"),
    SmallFact("X20", "medium-voltage transformer lead time", Constant(16.0), "month", "duration"),
    SmallFact("C10", "chips delivered", Constant(9.0), "GW/year", "power_rate", feeds="chips"),
    SmallFact("S01", "share of load that is AI", Beta(2.0, 6.0), "share", "share", feeds="share"),
    SmallFact("S02", "share that is flexible", Constant(12.0), "percent", "share"),
    SmallFact("G01", "change of demand", Normal(1.0, 2.0), "percent", "change"),
    SmallFact("P01", "Abilene energised", Constant(590.0), "MW", "facility_power"),
    SmallFact("L01", "published late", Constant(700.0), "MW", "facility_power", date(2026, 12, 1)),
)

SMALL = Vocabulary(
    facts={fact.id: fact for fact in FACTS},
    programmes=("Meta Hyperion", "Project Rainier", "Stargate (US)"),
    sites=("abilene", "hyperion"),
    regions=("MIDA", "SE", "TEX"),
)

MINIMAL = "stargauge: 1\nname: case\nas_of: 2026-10-05\n"
