"""Measures: what each gives, costs and takes, from which facts, and what is said where nothing is known."""

from __future__ import annotations

import dataclasses
import math
from datetime import date

import numpy as np
import pytest

from stargauge.errors import InputError
from stargauge.facts import Constant, Registry, Triangular, load_registry
from stargauge.facts.record import CONFIDENCE_ORDER
from stargauge.grid.hosting.geography import distance_km
from stargauge.grid.network import Network
from stargauge.grid.upgrades.choice import choose, costs
from stargauge.grid.upgrades.length import line_length
from stargauge.grid.upgrades.measures import MEASURES, Job, Offer
from stargauge.grid.upgrades.prices import BAY_KV, LINE_KV, REACTANCE_KV, Prices, nearest_class
from stargauge.grid.upgrades.ratings import Raise
from stargauge.grid.upgrades.spread import Spread, slowest, total

PRICES = Prices.shipped()
LINES = [measure for measure in MEASURES if "line" in measure.kinds]
TRANSFORMERS = [measure for measure in MEASURES if "transformer" in measure.kinds]


def line(gain: float = 0.3, kv: float = 138.0, km: float | None = 20.0) -> Job:
    return Job("line", (kv, kv), 100.0, 100.0 * (1 + gain), gain, km, "given")


def transformer(gain: float = 0.3, low_kv: float = 138.0) -> Job:
    return Job("transformer", (345.0, low_kv), 300.0, 300.0 * (1 + gain), gain)


def offers(job: Job) -> dict[str, Offer]:
    return {m.name: m.offer(job, PRICES) for m in MEASURES if job.kind in m.kinds}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_every_measure_rests_on_facts_that_exist_and_shows_the_worst_grade(measure: object) -> None:
    job = line() if "line" in measure.kinds else transformer()
    offer = measure.offer(job, PRICES)
    registry = load_registry()
    assert len(offer.facts) >= 3
    grades = [registry[name].confidence for name in offer.facts]
    assert offer.confidence == max(grades, key=CONFIDENCE_ORDER.index)
    assert set(offer.unverified) == {n for n in offer.facts if registry[n].confidence == "unverified"}
    assert offer.cost is not None
    for spread in (offer.cost, offer.months):
        assert 0 < spread.low < spread.median < spread.high
    assert offer.basis


@pytest.mark.parametrize("kv", LINE_KV)
def test_every_class_of_voltage_has_its_facts(kv: int) -> None:
    for name, unit in (
        (PRICES.line_cost_id(kv), "mn_USD/mile"),
        (PRICES.bay_cost_id(kv), "mn_USD/count"),
        (PRICES.line_time_id(kv), "month"),
        (PRICES.reactance_id(kv), "ohm/km"),
    ):
        assert name is not None
        assert PRICES.spread(name, unit).median > 0


def test_cost_rises_with_voltage() -> None:
    for ids, unit in (
        ([PRICES.line_cost_id(kv) for kv in LINE_KV], "mn_USD/mile"),
        ([PRICES.bay_cost_id(kv) for kv in BAY_KV], "mn_USD/count"),
    ):
        medians = [PRICES.spread(name, unit).median for name in ids]
        assert medians == sorted(medians)


def test_the_grid_table_says_what_is_from_memory() -> None:
    ours = [fact for fact in load_registry() if fact.id.startswith("GRID-")]
    assert len(ours) > 25
    for fact in ours:
        assert fact.note, fact.id
        assert not fact.feeds, fact.id  # read by id: no model input of the ensemble
        assert ("memory" in fact.source) == (fact.confidence == "unverified"), fact.id
        assert fact.known_from <= date(2026, 10, 5)


def test_a_class_of_voltage_is_the_nearest_and_not_too_far() -> None:
    assert nearest_class(100.0, LINE_KV, 1.4) == 115
    assert nearest_class(34.5, LINE_KV, 1.4) is None
    assert nearest_class(math.nan, LINE_KV, 1.4) is None
    assert nearest_class(400.0, REACTANCE_KV, 2.6) == 345
    assert nearest_class(1200.0, LINE_KV, 1.4) is None


def test_values_by_hand() -> None:
    registry = load_registry()
    per_mile = Spread.of(registry["GRID-line-cost-138"].distribution)
    share = Spread.of(registry["T10"].distribution)
    found = offers(line(0.3, 138.0, 16.09344))  # ten miles
    assert found["reconductoring"].cost.median == pytest.approx(10 * per_mile.median * share.median)
    assert found["reconductoring"].cost.high == pytest.approx(10 * per_mile.high * share.high)
    bay = Spread.of(registry["GRID-bay-cost-138"].distribution)
    assert found["new line"].cost.median == pytest.approx(10 * per_mile.median + 2 * bay.median)
    replaced = offers(transformer(0.5))["transformer replacement"]
    per_kw = Spread.of(registry["GRID-transformer-cost"].distribution)
    assert replaced.cost.median == pytest.approx(450 * per_kw.median / 1000)
    supply = Spread.of(registry["GRID-transformer-time"].to("month"))
    works = Spread.of(registry["GRID-transformer-works"].distribution)
    assert replaced.months.high == pytest.approx(supply.high + works.high)


def test_chances_follow_the_gain_that_is_needed() -> None:
    gain = load_registry()["T12"].to("share")
    assert offers(line(0.01))["dynamic line rating"].suffices == "yes"
    assert offers(line(float(gain.quantile([0.6])[0])))["dynamic line rating"].suffices == "possible"
    assert offers(line(0.5))["dynamic line rating"].suffices == "no"
    assert offers(line(0.7))["reconductoring"].suffices == "likely"
    assert offers(line(1.01))["reconductoring"].chance == 0.0
    both = offers(line(1.1))["reconductoring + dynamic line rating"]
    assert 0.5 < both.chance < 0.9
    chances = [offers(line(need))["reconductoring"].chance for need in np.linspace(0.1, 1.1, 11)]
    assert chances == sorted(chances, reverse=True)


def test_what_is_built_beside_is_counted_in_whole_circuits() -> None:
    one, three = (offers(line(gain))["new line"] for gain in (0.4, 2.4))
    assert three.cost.median == pytest.approx(3 * one.cost.median)
    assert "3 circuits of the present rating" in three.basis
    assert offers(line(1.0))["new line"].cost == one.cost
    assert "2 × 300 MVA" in offers(transformer(1.2))["parallel transformer"].basis


def test_only_dynamic_rating_is_not_firm_and_only_what_is_built_beside_needs_a_new_study() -> None:
    for job in (line(), transformer()):
        for name, offer in offers(job).items():
            assert offer.firm == ("dynamic" not in name)
            assert offer.restudy == (name in {"new line", "transformer replacement", "parallel transformer"})


def test_what_is_unknown_is_not_invented() -> None:
    for job in (line(km=None), line(kv=34.5), line(kv=math.nan)):
        for name, offer in offers(job).items():
            if name != "dynamic line rating":
                assert offer.cost is None
                assert offer.to_dict()["cost_median"] is None
    assert "no cost is known for lines at 34.5 kV" in offers(line(kv=34.5))["reconductoring"].basis
    unit = offers(transformer(low_kv=13.8))["parallel transformer"]
    assert unit.cost is None
    assert "no cost is known for a position at one of its voltages" in unit.basis
    assert offers(transformer(low_kv=13.8))["transformer replacement"].cost is not None


def two_buses(**arrays: object) -> Network:
    return Network.from_arrays(
        name="two",
        bus_id=[1, 2],
        branch_from=[0],
        branch_to=[1],
        rate_a=[100.0],
        unit_bus=[0],
        unit_p_mw=[0.0],
        unit_pmax_mw=[10.0],
        **{"branch_x": [0.1], "bus_kv": [138.0, 138.0], "branch_kind": ["line"], **arrays},
    )


def test_length_is_the_great_circle_times_a_factor_or_reactance_over_that_of_usual_lines() -> None:
    network = two_buses(bus_lat=[32.0, 32.5], bus_lon=[-99.0, -99.0])
    straight = float(distance_km((32.0, -99.0), np.array([32.5]), np.array([-99.0]))[0])
    length, basis, facts = line_length(network, 0, PRICES)
    assert length == pytest.approx(1.3 * straight)
    assert basis == "estimate: 55.6 km straight × 1.3 for the route"
    assert facts == ("GRID-line-route",)
    length, basis, facts = line_length(two_buses(), 0, PRICES)
    assert length == pytest.approx(0.1 * 138**2 / 100 / (0.3861 * 1.2), rel=1e-3)
    assert basis == "estimate: 19.0 ohm over 0.46 ohm/km"
    assert facts == ("GRID-line-reactance-138",)
    together = two_buses(bus_lat=[32.0, 32.0], bus_lon=[-99.0, -99.0])
    assert line_length(together, 0, PRICES)[0] == length
    for unknown in (
        two_buses(bus_kv=[math.nan, 138.0]),
        two_buses(branch_x=[-0.1]),
        two_buses(bus_kv=[12.0, 12.0]),
    ):
        assert line_length(unknown, 0, PRICES)[0] is None
        assert "unknown" in line_length(unknown, 0, PRICES)[1]


def test_the_cheapest_that_is_likely_enough_is_chosen() -> None:
    network = two_buses(bus_lat=[32.0, 32.2], bus_lon=[-99.0, -99.0])

    def chosen(needed: float) -> tuple[str | None, str | None]:
        choice = choose(network, Raise(0, 100.0, 100.0, needed, needed, -1), PRICES)
        names = [offer.measure for offer in choice.offers]
        assert set(names) == {measure.name for measure in LINES}
        enough = [offer.cost.median for offer in choice.offers if offer.chance >= 0.5]
        assert enough == sorted(enough)
        return choice.cheapest and choice.cheapest.measure, choice.firm and choice.firm.measure

    assert chosen(105.0) == ("dynamic line rating", "reconductoring")
    assert chosen(150.0) == ("reconductoring", "reconductoring")
    assert chosen(205.0) == ("reconductoring + dynamic line rating", "new line")
    assert chosen(700.0) == ("new line", "new line")


def test_the_limit_that_must_rise_most_sets_the_job() -> None:
    network = two_buses(rate_b=[120.0])
    choice = choose(network, Raise(0, 100.0, 120.0, 110.0, 180.0, -1), PRICES)
    assert (choice.job.rating_mw, choice.job.gain) == (120.0, pytest.approx(0.5))
    assert choice.job.needed_mw == pytest.approx(180.0)


def test_sums_and_slowest_take_ends_with_ends_and_unknown_stays_unknown() -> None:
    a, b = Spread(1.0, 2.0, 4.0), Spread(2.0, 2.5, 3.0)
    assert total([a, b]) == Spread(3.0, 4.5, 7.0)
    assert slowest([a, b]) == Spread(2.0, 2.5, 4.0)
    assert total([a, None]) is None
    assert slowest([None]) is None
    assert total([]) == Spread(0.0, 0.0, 0.0)
    assert a * 2.0 == Spread(2.0, 4.0, 8.0)
    assert Spread(0.25, 1.5, 12345.6).text("mn USD") == "0.2–1.5–12,346 mn USD"
    one = offers(line())["reconductoring"]
    assert costs([one, None]) == (None, None)
    assert costs([one, one])[0].median == pytest.approx(2 * one.cost.median)
    assert costs([one, one])[1] == one.months


def test_a_spread_is_the_tenth_the_median_and_the_ninetieth() -> None:
    distribution = Triangular(0.0, 1.0, 3.0)
    spread = Spread.of(distribution)
    assert (spread.low, spread.high) == pytest.approx(tuple(distribution.quantile([0.1, 0.9])))
    assert spread.median == distribution.median


def test_other_facts_give_other_costs_and_missing_ones_are_named() -> None:
    registry = load_registry()
    dearer = Prices(registry.overridden({"GRID-dlr-cost": Constant(7.0)}))
    measure = next(m for m in MEASURES if m.name == "dynamic line rating")
    assert measure.offer(line(), dearer).cost == Spread(7.0, 7.0, 7.0)
    without = Prices(Registry(fact for fact in registry if fact.id != "GRID-dlr-cost"))
    with pytest.raises(InputError, match="GRID-dlr-cost"):
        measure.offer(line(), without)


def test_offers_are_frozen_and_plain() -> None:
    offer = offers(line())["new line"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        offer.chance = 0.0
    row = offer.to_dict()
    assert row["suffices"] == "yes"
    assert row["facts"].split() == list(offer.facts)
    assert TRANSFORMERS
