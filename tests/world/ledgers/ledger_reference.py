"""The ledgers once more, one future in plain Python: cohorts with the quarter in which each is retired.

Written from the equations in `docs/ledgers.md`, not from the kernel.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from stargauge.world.blocs import BLOCS
from stargauge.world.ledgers import LedgerPlan

HOSTS = BLOCS[2:]
SHOCK_ORDER = ("build China", "domestic", "demand", "smuggled", *(f"build {bloc}" for bloc in HOSTS))


@dataclass
class Stock:
    """Cohorts of (quarter of retirement, amount)."""

    cohorts: list[tuple[int, float]] = field(default_factory=list)

    def add(self, amount: float, until: int) -> None:
        self.cohorts.append((until, amount))

    def due(self, slot: int) -> float:
        return math.fsum(amount for until, amount in self.cohorts if until == slot)

    def at(self, slot: int) -> float:
        return math.fsum(amount for until, amount in self.cohorts if until > slot)


@dataclass
class Future:
    """Inputs of one future: drawn values, the path of the US and of packages, shocks by slot and name."""

    plan: LedgerPlan
    value: Mapping[str, float]
    us: list[float]
    package_mw: list[list[float]]
    tools: list[float]
    enforcement: list[float]
    innovations: list[list[float]]


def faded(growth: float, since: float, fade: float) -> float:
    return float(growth ** (fade * (1.0 - math.exp(-since / fade))))


def run(one: Future) -> dict[str, list[dict[str, float]]]:
    plan, v, fixed = one.plan, one.value, one.plan.fixed
    slots = len(plan.quarters) + 1
    begin = plan.quarters[0].year + (plan.quarters[0].month - 3) / 12
    life = max(1, round(v["compute.life"] / 3))
    start = plan.observed
    past = v["world.compute.past_growth"] ** 0.25
    let = {
        "US": v["world.compute.let.US"],
        "allies": v["world.compute.let.allies"],
        "rest": v["world.compute.let.rest"],
    }
    per_it = fixed["delivery.facility_per_it"]
    us_owned_share = v["world.compute.us_owned"]
    us = [one.us[0] * min(1.0, one.us[0] / one.us[1]), *one.us]

    def since(name: str, slot: int) -> float:
        return begin + (slot - 0.5) / 4 - plan.years[name]

    def efficiency(slot: int) -> float:
        years = since("compute.efficiency", slot)
        return float(fixed["compute.efficiency"] * v["compute.efficiency_growth"] ** years)

    def observed(name: str) -> float:
        full = f"world.compute.stock.{name}"
        return float(v[full] * past ** (start - (plan.years[full] - begin) * 4))

    def cohorts(amount: float) -> Stock:
        weights = [past**-age for age in range(life)]
        stock = Stock()
        for age, weight in enumerate(weights):
            stock.add(amount * weight / math.fsum(weights), start - age + life)
        return stock

    own, licensed, smuggled = (observed(f"China.{part}") for part in ("domestic", "licensed", "smuggled"))
    vintage = efficiency(start) / v["compute.efficiency_growth"]
    stocks = {"domestic": cohorts(own), "licensed": cohorts(licensed), "smuggled": cohorts(smuggled)}
    mw = {"China": cohorts((own / v["world.compute.china.efficiency"] + licensed + smuggled) / vintage)}
    there, ours = {}, {}
    for bloc in HOSTS:
        amount = observed(bloc)
        there[bloc], ours[bloc] = cohorts(amount), cohorts(us_owned_share * amount)
        mw[bloc] = cohorts(amount / vintage)
    lettable = let["US"] * us[start] + sum(let.get(bloc, 0.0) * observed(bloc) for bloc in HOSTS)
    rented = cohorts(min(observed("China.rented"), lettable))
    state = dict.fromkeys(SHOCK_ORDER, 0.0)
    came = {bloc: observed(bloc) * max(0.0, 1 - 1 / past) for bloc in HOSTS}
    refused = 0.0
    answer: dict[str, list[dict[str, float]]] = {name: [] for name in ("location", "owner", "user", "parts")}

    def tell(slot: int, scale: float = 1.0, slot_of: int | None = None) -> None:
        at = slot if slot_of is None else slot_of
        location = {bloc: scale * there[bloc].at(at) for bloc in HOSTS}
        abroad = {bloc: min(location[bloc], scale * ours[bloc].at(at)) for bloc in HOSTS}
        china = scale * math.fsum(stocks[part].at(at) for part in stocks)
        standing = plan.rules.rentable[slot] * scale * rented.at(at)
        total = let["US"] * us[slot] + sum(let.get(bloc, 0.0) * location[bloc] for bloc in HOSTS)
        share = min(1.0, standing / total) if total > 0 else 0.0
        user = {"US": us[slot] * (1 - share * let["US"]), "China": china + share * total}
        owner = {"US": us[slot] + sum(abroad.values()), "China": china}
        for bloc in HOSTS:
            kept = 1 - share * let.get(bloc, 0.0)
            local = location[bloc] - abroad[bloc] + v["world.compute.local_use"] * abroad[bloc]
            owner[bloc], user[bloc] = location[bloc] - abroad[bloc], kept * local
            user["US"] += kept * (1 - v["world.compute.local_use"]) * abroad[bloc]
        answer["location"].append({"US": us[slot], "China": china, **location})
        answer["owner"].append(owner)
        answer["user"].append(user)
        parts = {part: scale * stock.at(at) for part, stock in stocks.items()}
        answer["parts"].append({**parts, "rented": share * total, "refused": refused})

    for slot in range(start + 1):
        tell(slot, past ** (slot - start), start)
    most = fixed["world.compute.shock.most"]
    fade = fixed["world.compute.fade"]
    for slot in range(start + 1, slots):
        for name, push in zip(SHOCK_ORDER, one.innovations[slot], strict=True):
            state[name] = fixed["world.compute.shock.memory"] * state[name] + push
        shock = {
            name: min(most, max(1 / most, math.exp(min(50.0, max(-50.0, x))))) for name, x in state.items()
        }
        now = efficiency(slot)
        years = since("compute.chip_supply", slot)
        supply = (
            v["compute.chip_supply"] * v["compute.it_per_chip"] * (1 - v["compute.us_share"])
            * v["compute.chip_growth"] ** years * now / 4
        )  # fmt: skip
        fresh = {
            bloc: max(
                0.0, one.package_mw[slot][BLOCS.index(bloc)] - one.package_mw[slot - 1][BLOCS.index(bloc)]
            )
            / per_it
            for bloc in HOSTS
        }
        supply = max(0.0, supply - sum(fresh.values()) * now)

        def build(bloc: str, slot: int = slot) -> float:
            name = f"world.compute.build.{bloc}"
            grown = faded(v["world.compute.build.growth"], since(name, slot), fade)
            return v[name] * v["world.compute.ai_share"] / per_it * grown / 4

        def china(name: str) -> float:
            return v[f"world.compute.china.{name}"]

        room = build("China") * shock["build China"] + mw["China"].due(slot)
        packages = min(
            china("memory") * faded(china("memory_growth"), since("world.compute.china.memory", slot), fade),
            china("wafers") * faded(china("wafer_growth"), since("world.compute.china.wafers", slot), fade)
            * china("wafer_share") * china("yield") * fixed["world.compute.china.packages_per_wafer"],
        )  # fmt: skip
        each = china("package") * china("package_growth") ** since("world.compute.china.package", slot)
        made = packages * each * (1 + china("others")) / 4 * one.tools[slot] * shock["domestic"]
        made = min(made, room * now * china("efficiency"))
        room_h100e = (room - made / (now * china("efficiency"))) * now
        spent = china("spending") * china("chip_share") * faded(
            china("spending_growth"), since("world.compute.china.spending", slot), fade
        )  # fmt: skip
        price = v["world.compute.price"] / v["world.compute.price.fall"] ** since("world.compute.price", slot)
        wanted = max(0.0, spent / price / 4 * shock["demand"] - made)
        rules = plan.rules
        through = (
            rules.free[slot]
            + rules.below[slot] / fixed["world.compute.price.below"]
            + rules.review[slot] * v["world.compute.licence.approval"] / fixed["world.compute.price.review"]
        )
        later, first = v["world.compute.refusal.later"], v["world.compute.refusal"]
        waited = max(0.0, since("world.compute.refusal", slot))
        refusal = later + (first - later) * math.exp(-v["world.compute.refusal.speed"] * waited)
        asked = max(0.0, min(wanted * through, rules.cap[slot] * supply, room_h100e))
        refused, bought = asked * refusal, asked * (1 - refusal)
        wanted -= bought
        could = let["US"] * max(0.0, us[slot - 1] - us[slot - 2]) if slot > 1 else 0.0
        could += sum(let.get(bloc, 0.0) * came[bloc] for bloc in HOSTS)
        rents = min(wanted, could)
        wanted -= rules.rentable[slot] * rents
        flow = v["world.compute.smuggled"] * v["world.compute.smuggled.chip"]
        flow *= v["world.compute.smuggled.chip_growth"] ** since("world.compute.smuggled", slot)
        flow *= max(0.0, 1 - v["world.compute.smuggled.enforcement"] * one.enforcement[slot]) / 4
        hidden = max(0.0, min(flow * shock["smuggled"], wanted, supply - bought, room_h100e - bought))
        until = slot + life
        fresh_halls = {bloc: build(bloc) * shock[f"build {bloc}"] for bloc in HOSTS}
        old_halls = {bloc: mw[bloc].due(slot) for bloc in HOSTS}
        halls = sum(fresh_halls.values()) + sum(old_halls.values())
        reach = min(1.0, (supply - bought - hidden) / (halls * now))
        for bloc in HOSTS:
            all_due, our_due = there[bloc].due(slot), ours[bloc].due(slot)
            kept_ours = old_halls[bloc] * our_due / all_due if all_due > 0 else 0.0
            filled = reach * (fresh_halls[bloc] + old_halls[bloc])
            for_us = reach * (us_owned_share * fresh_halls[bloc] + kept_ours)
            mw[bloc].add(filled + fresh[bloc], until)
            came[bloc] = (filled + fresh[bloc]) * now
            there[bloc].add(came[bloc], until)
            ours[bloc].add((for_us + fresh[bloc]) * now, until)
        mw["China"].add(made / (now * china("efficiency")) + (bought + hidden) / now, until)
        for part, amount in (("domestic", made), ("licensed", bought), ("smuggled", hidden)):
            stocks[part].add(amount, until)
        rented.add(rents, until)
        tell(slot)
    return answer
