"""Places of a claim: which there are of each kind, and what they are called in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from stargauge.facts import load_tables
from stargauge.insight.claims import metrics as kinds
from stargauge.insight.claims.metrics import Metric
from stargauge.insight.claims.words import Words, joined
from stargauge.model import ALL_NAMED, NATION
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.values import shown
from stargauge.scenario.vocabulary import shipped_vocabulary
from stargauge.world.blocs import BLOCS, LAYERS, STACKS
from stargauge.world.position.classes import CLASSES

LISTED = 8
"""Names that a message lists."""

NAMES = {
    ALL_NAMED: Words("all named programmes", "所有具名計畫"),
    "Stargate (US)": Words("Stargate (US)", "星際之門（美國）"),
    "Stargate UAE": Words("Stargate UAE", "星際之門（阿聯）"),
    "US": Words("the US", "美國"),
    "China": Words("China", "中國"),
    "EU": Words("the EU", "歐盟"),
    "allies": Words("US allies outside the EU", "歐盟以外的美國盟友"),
    "Gulf": Words("the Gulf", "海灣國家"),
    "India": Words("India", "印度"),
    "rest": Words("the rest of the world", "其他國家"),
    "us_closed": Words("US closed models", "美國封閉模型"),
    "us_open": Words("US open models", "美國開放權重模型"),
    "china_open": Words("Chinese open models", "中國開放權重模型"),
    "sovereign": Words("sovereign models", "各國自主模型"),
    "compute": Words("core compute", "核心算力"),
    "models": Words("models in use", "模型使用"),
    "applications": Words("applications", "應用"),
    "rules": Words("rules", "規則"),
    "unipolar": Words("unipolar", "單極"),
    "bipolar": Words("bipolar", "兩極"),
    "primacy": Words("one of primacy", "一超多強"),
    "limited_multipolar": Words("limited multipolar", "有限多極"),
    "fragmented": Words("fragmented", "碎片化"),
}
"""Places whose name in words differs from the one in a file, or in Chinese."""


@cache
def places_of(kind: str) -> tuple[str, ...]:
    """Return the names of all places of a kind, as series and claims files write them."""
    vocabulary = shipped_vocabulary()
    if kind == kinds.PROGRAMME:
        return (*dict.fromkeys(load_tables().site_keys["programme"]), ALL_NAMED)
    if kind == kinds.PLEDGE:
        pledges = load_tables().pledges
        return tuple(pledges.filter(pledges["testable"])["id"].sort())
    return {
        kinds.NATION: (NATION,),
        kinds.REGION: vocabulary.regions,
        kinds.BLOC: BLOCS,
        kinds.STACK: STACKS,
        kinds.LAYER: LAYERS,
        kinds.CLASS: CLASSES,
    }[kind]


def check_place(metric: Metric, place: str) -> str:
    """Return "" where the metric has the place, else what is wrong and what would be right."""
    parts = place.split(":")
    for chain in metric.places:
        if len(parts) == len(chain) and all(
            part in places_of(kind) for part, kind in zip(parts, chain, strict=True)
        ):
            return ""
    known = all_places(metric)
    bare = [name for name in known if name.split(" (")[0].lower() == place.lower()]
    hint = f"; did you mean {bare[0]}?" if bare else did_you_mean(place, known, 0.5)
    listed = ", ".join(known[:LISTED]) + (f" and {len(known) - LISTED} more" if len(known) > LISTED else "")
    asked = " or ".join(":".join(chain) for chain in metric.places)
    return f"no {asked} is called {shown(place)}{hint or f'; known are {listed}'}"


def all_places(metric: Metric) -> tuple[str, ...]:
    """Return every place of a metric, parts joined by a colon."""
    found: list[str] = []
    for chain in metric.places:
        names = [""]
        for kind in chain:
            names = [f"{name}:{part}" if name else part for name in names for part in places_of(kind)]
        found += names
    return tuple(found)


def rivals(metric: Metric, place: str) -> tuple[str, ...]:
    """Return the other places of the same kind, among which a place may lead."""
    *front, last = place.split(":")
    chain = next(chain for chain in metric.places if len(chain) == len(front) + 1)
    return tuple(":".join([*front, other]) for other in places_of(chain[-1]) if other != last)


def places_words(places: Sequence[str]) -> Words:
    """Return what places that are added up are called; what they lie in is said once."""
    if len(places) == 1:
        return place_words(places[0])
    fronts = {place.rpartition(":")[0] for place in places}
    if len(fronts) == 1 and "" not in fronts:
        last = joined([_named(place.rpartition(":")[2]) for place in places], " and ", "與")
        where = place_words(fronts.pop())
        return Words(f"{last.en} in {where.en}", f"{last.zh}在{where.zh}合計")
    together = joined([place_words(place) for place in places], " and ", "、")
    return Words(f"{together.en} together", f"{together.zh}合計")


def place_words(place: str) -> Words:
    """Return what a place is called: that of `India:china_open` is of a stack in a bloc."""
    parts = [_named(part) for part in place.split(":")]
    if len(parts) == 1:
        return parts[0]
    outer = joined(parts[:-1], ", ", "、")
    return Words(f"{parts[-1].en} in {outer.en}", f"{parts[-1].zh}在{outer.zh}")


def _named(part: str) -> Words:
    return NAMES.get(part, Words(part, part))
