from __future__ import annotations

import io
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from stargauge.errors import InputError
from stargauge.facts import load_registry
from stargauge.grid import Network, load
from stargauge.grid.flexibility import load_level
from stargauge.grid.hosting import hosting_capacity
from stargauge.grid.hosting.geography import distance_km
from stargauge.grid.network import SYNTHETIC
from stargauge.grid.siting import SiteTable, find_sites
from stargauge.grid.siting.command import site
from stargauge.grid.siting.level import region_of_states
from stargauge.grid.siting.table import COLUMNS, WAYS
from stargauge.grid.siting.waiting import Waits
from stargauge.grid.upgrades import upgrades_for
from stargauge.grid.upgrades.spread import Spread

ABILENE = (32.45, -99.73)


@pytest.fixture(scope="module")
def texas() -> Network:
    return load("case_ACTIVSg2000")


@pytest.fixture(scope="module")
def found(texas: Network) -> SiteTable:
    return find_sites(texas, 1200.0, near=ABILENE, radius_km=150.0, flex=0.01, plans=4)


def test_every_bus_in_the_circle_from_100_kv_is_listed_once(found: SiteTable, texas: Network) -> None:
    inside = distance_km(ABILENE, texas.bus_lat, texas.bus_lon) <= 150.0
    wanted = texas.bus_id[inside & (texas.bus_kv >= 100.0) & texas.is_site]
    assert sorted(found.frame["bus"]) == sorted(wanted)
    assert found.frame["rank"].to_list() == list(range(1, wanted.size + 1))


def test_firm_and_on_signal_are_the_hosting_capacities(found: SiteTable, texas: Network) -> None:
    table = hosting_capacity(texas).frame.select("bus", "n1_mw", "n0_mw", "element")
    both = found.frame.join(table, on="bus")
    assert (both["firm_mw"] == both["n1_mw"]).all()
    assert (both["on_signal_mw"] == both["n0_mw"]).all()
    assert both["element"].to_list() == both["element_right"].to_list()


def test_flexible_is_hosting_with_load_and_dispatch_lowered(found: SiteTable, texas: Network) -> None:
    level = load_level("TEX", 0.01)
    lower = replace(texas, bus_load_mw=texas.bus_load_mw * level, unit_p_mw=texas.unit_p_mw * level)
    again = hosting_capacity(lower).frame.select("bus", lower="n1_mw")
    both = found.frame.join(again, on="bus")
    assert np.allclose(both["flexible_mw"], both["lower"], rtol=1e-9)
    assert f"{level * 100:.1f} % of the case's load" in found.rule


def test_ways_follow_from_the_numbers(found: SiteTable) -> None:
    for row in found.frame.iter_rows(named=True):
        best = (
            "firm" if min(row["firm_mw"], row["flexible_mw"]) >= 1200 else
            "flexible" if row["flexible_mw"] >= 1200 else
            "on signal" if row["on_signal_mw"] >= 1200 else
            None
        )  # fmt: skip
        assert row["way"] == best if best else row["way"] in WAYS[3:]
    assert {"firm", "flexible", "after upgrades", "not worked out"} <= set(found.frame["way"])


def test_the_ranking_is_the_written_one(found: SiteTable) -> None:
    for first, second in pairwise(found.frame.iter_rows(named=True)):
        a, b = WAYS.index(first["way"]), WAYS.index(second["way"])
        assert a <= b
        if a == b and a <= 2:
            assert first["distance_km"] <= second["distance_km"]
        if a == b and first["way"] == "after upgrades":
            assert first["years_median"] <= second["years_median"]


def test_upgrades_are_worked_out_for_those_that_take_most(found: SiteTable, texas: Network) -> None:
    rest = found.frame.filter(pl.col("way").is_in(WAYS[3:])).sort("firm_mw", descending=True)
    assert rest["way"].head(4).is_in(["after upgrades", "not reached"]).all()
    assert (rest["way"].slice(4) == "not worked out").all()
    assert f"upgrades worked out for the 4 of {rest.height} that take most firm" in found.rule
    row = rest.row(0, named=True)
    plan = upgrades_for(texas, row["bus"], 1200.0)
    assert row["upgrades"] == plan.frame.height
    assert row["first_upgrade"] == plan.frame["element"][0]
    assert plan.firm_cost
    assert row["cost_median"] == pytest.approx(plan.firm_cost.median)
    assert plan.firm_months
    usual = Spread.of(load_registry()["M-power-grid"].to("year"))
    assert row["years_high"] == pytest.approx(max(usual.high, plan.firm_months.high / 12))


def test_waits_are_those_of_the_facts() -> None:
    waits = Waits.of(load_registry())
    assert (waits.usual.low, waits.usual.median, waits.usual.high) == pytest.approx((3.0, 4.0, 7.0), rel=1e-6)
    # 90 days of study, 128 weeks for the transformer and about half a year of works
    assert 90 / 365.25 + 128 * 7 / 365.25 + 0.25 < waits.flexible.median < 4.0
    assert waits.after(Spread(12.0, 60.0, 240.0)) == Spread(waits.usual.low, 5.0, 20.0)


def test_more_hours_curtailed_never_lower_what_is_flexible(texas: Network) -> None:
    little, much = (
        find_sites(texas, 400.0, near=ABILENE, radius_km=60.0, flex=flex, plans=0).frame.sort("bus")
        for flex in (0.0025, 0.05)
    )
    assert (much["flexible_mw"] >= little["flexible_mw"] - 1e-6).mean() > 0.9
    assert much["flexible_mw"].sum() > little["flexible_mw"].sum()


def test_firm_holds_outside_the_busiest_hours_too(texas: Network) -> None:
    """At bus 1038 a pair left out at the peak counts again at a lower load: 221 MW, then 89."""
    table = find_sites(texas, 200.0, near=(31.3, -103.0), radius_km=300.0, flex=0.01, plans=0)
    row = table.frame.filter(pl.col("bus") == 1038).row(0, named=True)
    assert row["firm_mw"] > 200 > row["flexible_mw"]
    assert row["over_pairs"] > 0
    assert row["way"] not in ("firm", "flexible")
    console = Console(file=io.StringIO(), width=100)
    console.print(table.render())
    said = console.file.getvalue()  # type: ignore[attr-defined]
    worsening = (table.frame["over_pairs"] > 0).sum()
    assert f"* {worsening} of these buses would worsen pairs over their limit before the load" in said
    assert "with a fast lane for loads that can be curtailed 2.9–3.5–4.5 years" in said


def test_without_flex_there_is_no_flexible_way(texas: Network) -> None:
    table = find_sites(texas, 1200.0, near=ABILENE, radius_km=60.0, plans=0)
    assert table.frame["flexible_mw"].null_count() == table.frame.height
    assert "flexible" not in set(table.frame["way"])
    assert "busiest" not in table.rule


def test_every_row_says_the_network_is_invented_and_by_which_rule(found: SiteTable) -> None:
    assert set(found.frame["notice"]) == {SYNTHETIC}
    assert set(found.frame["rule"]) == {found.rule}
    assert list(found.frame.columns) == list(COLUMNS)


def test_it_is_written_with_its_rule(found: SiteTable, tmp_path: Path) -> None:
    found.write(tmp_path / "sites.geojson")
    shown = json.loads((tmp_path / "sites.geojson").read_text(encoding="utf-8"))
    assert shown["rule"] == found.rule
    assert len(shown["features"]) == found.frame.height
    assert shown["features"][0]["properties"]["way"] == "firm"
    with pytest.raises(InputError, match=r"known: \.parquet, \.csv, \.geojson"):
        found.write(tmp_path / "sites.png")


def test_plain_data_is_json(found: SiteTable) -> None:
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["notice"] == SYNTHETIC
    assert sum(entry["count"] for entry in plain["ways"]) == found.frame.height


def test_the_region_is_that_of_most_buses() -> None:
    assert region_of_states(pl.Series(["Texas", "Texas", "Oklahoma"])) == "TEX"
    assert region_of_states(pl.Series(["Ohio", "Indiana"])) == "MIDA"
    assert region_of_states(pl.Series(["", "Bavaria"])) is None


def test_a_network_without_states_needs_a_region() -> None:
    case = load("case_ACTIVSg200")
    with pytest.raises(InputError, match="name a region or balancing authority, for example TEX or PJM"):
        find_sites(case, 50.0, flex=0.01)
    assert find_sites(case, 50.0, flex=0.01, region="PJM", plans=0).frame["flexible_mw"].null_count() == 0


def test_numbers_that_are_not_legal_are_refused_together(texas: Network) -> None:
    with pytest.raises(InputError) as caught:
        find_sites(texas, -5.0, flex=1.5, min_kv=-1.0, plans=-1)
    said = str(caught.value)
    assert "siting has 4 mistakes; nothing was computed" in said
    assert "is 1.5; it must be above 0 and below 1, for example 0.01 or 1%" in said
    with pytest.raises(InputError, match="there is no bus from 900 kV"):
        find_sites(texas, 5.0, min_kv=900.0)


def test_words_that_cannot_be_read_are_refused_together() -> None:
    with pytest.raises(InputError) as caught:
        site(
            "case_ACTIVSg2000",
            mw="big",
            near="Abilene",
            radius="far",
            flex="some",
            source="x",
            pre_existing="y",
            output=(Path("a.png"),),
        )
    said = str(caught.value)
    assert "the command line has 7 mistakes; nothing was computed" in said
    for word in ("--mw", "--near", "--radius", "--flex", "source", "--pre-existing", "--output"):
        assert word in said
