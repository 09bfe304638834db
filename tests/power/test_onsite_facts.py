"""Facts of on-site plant and of levers: units, dates, bands; the pages say what the tables hold."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from stargauge.errors import InputError
from stargauge.facts import Fact, Triangular, load_registry
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.power.inputs import POWER_UNITS
from stargauge.power.onsite import ONSITE, lead_months, onsite_inputs, onsite_supply_mw
from stargauge.scenario.levers import LEVERS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "onsite.md").read_text(encoding="utf-8")
LEVER_PAGE = (DOCS / "levers.md").read_text(encoding="utf-8")

OLDEST, ACTION_PLAN, EDITION = date(2024, 12, 31), date(2025, 7, 23), date(2026, 10, 5)
DATES = (OLDEST, ACTION_PLAN, EDITION)
SHARES = tuple(
    name
    for name in ONSITE
    if name.rsplit(".", 1)[1] in {"curtailment", "accept", "turbine_share", "connects"}
)
LEVERS_HERE = (
    "transmission_capacity",
    "dispatchable_supply",
    "federal_land",
    "flexible_load",
    "construction_workforce",
)


def ids(table: str) -> set[str]:
    with (TABLES_FOLDER / table).open(encoding="utf-8", newline="") as stream:
        return {row["id"] for row in csv.DictReader(stream)}


HERE = sorted(ids("onsite.csv") | ids("levers.csv"))


@pytest.mark.parametrize("day", DATES)
def test_every_input_is_known_on(day: date) -> None:
    registry = load_registry().as_of(day)
    assert set(onsite_inputs(registry)) == set(ONSITE)
    for name in ONSITE:
        assert registry.input(name).known_from <= day
    for lever in (*LEVERS_HERE, "permitting_time", "interconnection_time", "retirement_deferral"):
        assert registry.input(f"lever.{lever}.effect").known_from <= day


def test_before_any_edition_the_input_is_named() -> None:
    with pytest.raises(InputError, match=r"power\.flexible\.curtailment"):
        onsite_inputs(load_registry().as_of(date(2024, 6, 30)))


def test_names_are_apart_from_those_of_power_supply() -> None:
    assert not set(ONSITE) & set(POWER_UNITS)


def test_values_are_in_the_units_declared() -> None:
    found = onsite_inputs(load_registry().as_of(EDITION))
    assert found["power.onsite.supply"].median == pytest.approx(3500.0)
    assert found["power.onsite.lead"].median == pytest.approx(20.0)
    assert found["power.onsite.cost_adder"].median == pytest.approx(2600.0)
    assert onsite_inputs(load_registry().as_of(OLDEST))["power.onsite.supply"].median == pytest.approx(1000.0)
    july = onsite_inputs(load_registry().as_of(ACTION_PLAN))
    assert july["power.onsite.supply"].median == pytest.approx(1800.0)


@pytest.mark.parametrize("name", ONSITE)
@pytest.mark.parametrize("day", DATES)
def test_draws_are_possible_values(name: str, day: date) -> None:
    found = onsite_inputs(load_registry().as_of(day))[name].quantile(np.array([1e-9, 0.5, 1.0 - 1e-9]))
    assert (found >= 0.0).all()
    assert (np.diff(found) > 0.0).all()
    if name in SHARES:
        assert found[-1] <= 1.0


@pytest.mark.parametrize("name", [*ONSITE, *(f"lever.{lever}.effect" for lever in LEVERS_HERE)])
def test_an_older_edition_is_never_surer(name: str) -> None:
    """Of shares and spreads the width counts, of the rest the ratio of its ends."""

    def width(fact: Fact) -> float:
        low, high = fact.distribution.quantile(np.array([0.1, 0.9]))
        share = fact.quantity in {"share", "ratio"}
        return float(high - low if share else high / low)

    registry = load_registry()
    widths = [width(registry.as_of(day).input(name)) for day in DATES]
    assert widths[0] >= widths[1] >= widths[2]


@pytest.mark.parametrize("name", HERE)
def test_nothing_is_worked_out_from_what_came_later(name: str) -> None:
    registry = load_registry()
    fact = registry[name]
    for origin in fact.derived_from:
        assert registry[origin].known_from <= fact.known_from, origin


@pytest.mark.parametrize("name", HERE)
def test_judgement_says_so_and_sources_have_addresses(name: str) -> None:
    fact = load_registry()[name]
    if fact.feeds:
        assert fact.source == "Stargauge estimate"
        assert fact.confidence in {"C", "D"}
        assert (DOCS.parent / fact.address).is_file()
    else:
        assert fact.address.startswith("http")
        assert fact.confidence in {"A", "B", "C"}


@pytest.mark.parametrize("lever", LEVERS_HERE)
@pytest.mark.parametrize("day", DATES)
def test_a_lever_may_do_nothing_and_never_all(lever: str, day: date) -> None:
    assert lever in LEVERS
    size = load_registry().as_of(day).input(f"lever.{lever}.effect").to("ratio")
    low, high = size.quantile(np.array([1e-12, 1.0 - 1e-12]))
    assert low == pytest.approx(0.0, abs=1e-5)
    assert high < 1.0


def test_bounds_of_the_transmission_effect() -> None:
    """The peak that the grid could carry, over a peak of 750 GW; a seventh of all miles, doubled."""
    registry = load_registry()
    low, high = registry["LEV-grid-peak"].to("GW").quantile(np.array([1e-9, 1.0 - 1e-9])) / 750.0
    miles = registry["LEV-miles-goal"].distribution.median / registry["LEV-miles"].distribution.median
    mode = registry["M-effect-transmission"].distribution.parameters["mode"]
    assert low < mode < high
    assert mode < miles * registry["T09"].distribution.median / 100.0 == pytest.approx(0.143, abs=1e-3)


def test_costs_are_what_they_were_divided_from() -> None:
    registry = load_registry()
    assert registry["ON-cost-ohio"].distribution.median == pytest.approx(1.6e9 / 400e3)
    assert registry["ON-cost-cell"].distribution.median == pytest.approx(2.65e9 / 900e3, abs=1.0)
    assert registry["ON-cost-ports"].distribution.median == pytest.approx(33.3e9 / 9.2e6, rel=1e-3)


def rows_of(page: str, head: str) -> list[list[str]]:
    """Return the cells of the table whose header line begins so."""
    lines = page.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(head)) + 2
    found = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_the_page_has_the_values() -> None:
    inputs = onsite_inputs(load_registry().as_of(EDITION))
    rows = rows_of(PAGE, "| input | unit |")
    assert [row[0].strip("`") for row in rows] == list(ONSITE)
    for row in rows:
        scale = 1000.0 if row[1] == "GW a year" else 1.0
        told = [float(cell.replace(",", "")) for cell in row[2:5]]
        found = inputs[row[0].strip("`")].quantile(np.array([0.1, 0.5, 0.9])) / scale
        assert told == pytest.approx(found, rel=0.04), row[0]


def test_the_mixture_of_the_page_is_that_of_the_lead() -> None:
    rows = rows_of(PAGE, "| equipment | weight |")
    weights = np.array([float(row[1]) for row in rows])
    assert weights.sum() == pytest.approx(1.0)
    u = (np.arange(4000) + 0.5) / 4000
    months = np.concatenate([Triangular(*(float(cell) for cell in row[2:5])).quantile(u) for row in rows])
    weight = np.repeat(weights / u.size, u.size)
    order = np.argsort(months)
    low, median, high = np.interp([0.1, 0.5, 0.9], np.cumsum(weight[order]), months[order])
    mean = (weight * np.log(months)).sum()
    spread = np.sqrt((weight * (np.log(months) - mean) ** 2).sum())
    found = onsite_inputs(load_registry().as_of(EDITION))
    assert found["power.onsite.lead"].median == pytest.approx(median, abs=0.5)
    assert found["power.onsite.lead_spread"].median == pytest.approx(spread, abs=0.01)
    assert (round(low), round(high)) == (10, 56)


def drawn(futures: int) -> dict[str, np.ndarray]:
    inputs = onsite_inputs(load_registry().as_of(EDITION))
    return {
        name: dist.quantile(np.random.default_rng(crc32(name.encode())).uniform(1e-9, 1.0, futures))
        for name, dist in inputs.items()
    }


def test_the_page_has_the_supply_path() -> None:
    now = (2026 - 2025) * 12 + 9 + 4 / 31
    found = onsite_supply_mw(drawn(40_000), now, 133) / 1000.0
    for row in rows_of(PAGE, "| year | named"):
        month = (int(row[0]) + 1 - 2025) * 12
        told = [float(cell) for cell in row[3:6]]
        assert np.quantile(found[:, month], [0.5, 0.1, 0.9]) == pytest.approx(told, rel=0.03, abs=0.06), row[
            0
        ]


def test_the_page_says_how_often_the_limit_binds() -> None:
    now = (2026 - 2025) * 12 + 9 + 4 / 31
    found = onsite_supply_mw(drawn(40_000), now, 61)
    text = re.sub(r"\s+", " ", PAGE)
    assert "below them in 42 % of futures (4 % a year before, 11 % a year after)" in text
    assert "in 91 % of futures at the end of 2028 and 63 % a year later" in text
    for month, named, share in (
        (48, 9140, 42),
        (36, 2318, 4),
        (60, 9140, 11),
        (48, 19_140, 91),
        (60, 19_140, 63),
    ):
        assert 100.0 * np.mean(found[:, month] < named) == pytest.approx(share, abs=1.0)


def test_the_page_looks_back() -> None:
    inputs = onsite_inputs(load_registry().as_of(OLDEST))
    random = np.random.default_rng(3)
    values = {name: dist.quantile(random.uniform(1e-9, 1.0, 40_000)) for name, dist in inputs.items()}
    found = onsite_supply_mw(values, 0.0, 19)[:, 18] / 1000.0
    assert "1.8 GW (0.5 to 6.4) in its first 18 months" in re.sub(r"\s+", " ", PAGE)
    assert np.quantile(found, [0.5, 0.1, 0.9]) == pytest.approx([1.8, 0.5, 6.4], rel=0.03, abs=0.06)


def test_the_page_has_the_joint_lead() -> None:
    random = np.random.default_rng(7)
    found = lead_months(drawn(40_000), random.random((40_000, 3)), random.random((40_000, 3)))
    told = re.search(r"median of (\d+) months \(10 to 90 %: (\d+) to (\d+)\)", re.sub(r"\s+", " ", PAGE))
    assert told
    assert np.quantile(found, [0.5, 0.1, 0.9]).round() == pytest.approx(
        [int(x) for x in told.groups()], abs=1
    )


def test_the_page_of_levers_has_the_values() -> None:
    registry = load_registry()
    rows = rows_of(LEVER_PAGE, "| lever | acts on | 10 %")
    rows += rows_of(LEVER_PAGE.split("## Levers of scenarios only")[1], "| lever | acts on | 10 %")
    told = {row[0].strip("`"): row[2:5] for row in rows}
    pillar = {lever.name for lever in LEVERS.values() if lever.pillar in {"II", ""}}
    assert set(told) == pillar
    for lever, cells in told.items():
        if f"lever.{lever}.effect" not in registry.inputs():
            assert cells == ["", "", ""], lever
            continue
        found = registry.input(f"lever.{lever}.effect").to("ratio").quantile(np.array([0.1, 0.5, 0.9]))
        assert [float(cell) for cell in cells] == pytest.approx(found, abs=0.0051), lever


def test_every_lever_is_on_the_page() -> None:
    for lever in LEVERS:
        assert f"`{lever}`" in LEVER_PAGE
