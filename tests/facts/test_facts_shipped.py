"""What the shipped tables say: counts, sums and single values that people will quote."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from stargauge.facts import Constant, edition_as_of, load_registry, load_tables
from stargauge.facts.loading import TABLES_FOLDER

SHARED = Path(__file__).resolve().parents[3] / "shared" / "facts"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the collected tables are kept beside the repository and are not there"
)


def collected(name: str) -> list[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_fact_has_a_source_a_licence_and_a_median() -> None:
    registry = load_registry()
    assert len(registry) > 600
    for fact in registry:
        assert fact.source, fact.id
        assert fact.licence, fact.id
        assert fact.distribution.median == fact.distribution.median, fact.id


def test_nothing_is_known_from_later_than_the_edition() -> None:
    assert max(fact.known_from for fact in load_registry()) <= date(2026, 10, 5)


def test_the_tables_are_small_plain_text_with_unix_line_ends() -> None:
    total = 0
    for path in TABLES_FOLDER.iterdir():
        content = path.read_bytes()
        total += len(content)
        assert b"\r" not in content, path.name
        assert content.endswith(b"\n"), path.name
        content.decode("utf-8")
    assert total < 1_500_000


def test_sources_are_cited_and_not_those_who_copied_them() -> None:
    copies = re.compile(
        r"khs-watch|openobservatory|gods-eye|fractracker|gridtilt|money-radar|recozers|/raw/|mirror", re.I
    )
    for path in TABLES_FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                cited = f"{row.get('source', '')} {row.get('note', '')} {row.get('licence', '')}"
                assert not copies.search(cited), f"{path.name}: {cited}"


PLEDGES = [
    ("STG-2025-01", 10000, "facility", date(2029, 1, 20)),
    ("STG-ABI-1", 1200, "facility", date(2026, 7, 31)),
    ("STG-SHA", 140, "it", date(2026, 12, 31)),
    ("STG-MI", 1383, "facility", date(2027, 12, 31)),
    ("STG-WI", 1300, "facility", date(2028, 12, 31)),
    ("STG-UAE", 200, "it", date(2026, 12, 31)),
    ("STG-NO", 230, "facility", date(2026, 12, 31)),
    ("SB-PORTS", 800, "facility", date(2028, 3, 31)),
    ("META-HYP-2", 2000, "facility", date(2030, 12, 31)),
    ("META-PRO", 1000, "facility", date(2026, 12, 31)),
    ("XAI-C2", 1500, "facility", date(2026, 4, 30)),
    ("MS-FW-WI", 400, "facility", date(2026, 3, 31)),
    ("MS-ABI", 672, "it", date(2027, 7, 31)),
    ("GOO-GDN", 1030, "facility", date(2027, 12, 31)),
    ("HUMAIN-1", 1900, "facility", date(2030, 12, 31)),
]


def test_the_testable_pledges_and_their_terms() -> None:
    testable = load_tables().pledges.filter(pl.col("testable"))
    found = list(testable.select("id", "due_mw", "basis", "deadline").iter_rows())
    assert found == PLEDGES


def test_seven_sites_count_for_stargate() -> None:
    pledges = load_tables().pledges
    stargate = pledges.row(by_predicate=pl.col("id") == "STG-2025-01", named=True)
    assert stargate["counts_sites"].split() == [
        "abilene",
        "shackelford",
        "milam",
        "dona-ana",
        "lordstown",
        "saline",
        "port-washington",
    ]
    assert stargate["known_from"] == date(2025, 1, 21)


def test_a_pledge_is_due_no_more_than_was_promised() -> None:
    due = load_tables().pledges.filter(pl.col("due_mw") > pl.col("promised_mw"))
    assert due.height == 0


def test_layers_that_overlap_are_never_testable() -> None:
    layers = load_tables().pledges.filter(
        pl.col("basis").is_in(["systems", "contract", "chips", "generation", "other"])
    )
    assert not layers["testable"].any()


def test_delivery_names_its_ledger() -> None:
    pledges = load_tables().pledges
    ledger = dict(pledges.filter(pl.col("delivered_mw") > 0).select("id", "delivered_basis").iter_rows())
    assert ledger == {
        "STG-2025-01": "facility",
        "OAI-2025-11-1.4T": "other",
        "STG-ABI-1": "facility",
        "META-PRO": "it",
        "XAI-C2": "facility",
        "AMZ-RAI": "facility",
        "MS-FW-WI": "facility",
        "ANT-FLU": "facility",
    }


def test_what_stands_at_abilene() -> None:
    row = load_tables().sites.row(by_predicate=pl.col("site_id") == "abilene", named=True)
    assert (row["energised_facility_mw"], row["energised_it_mw"], row["buildings_operational"]) == (
        590,
        421,
        4,
    )
    assert row["energised_at"] == date(2026, 10, 5)
    assert row["construction_start"] == date(2024, 5, 31)
    assert row["confidence"] == "A"


def test_facility_power_that_is_no_observation_is_graded_down() -> None:
    row = load_tables().sites.row(by_predicate=pl.col("site_id") == "prometheus", named=True)
    assert row["confidence"] == "C"
    assert "times 1.3" in row["note"]
    assert row["energised_facility_mw"] == pytest.approx(row["energised_it_mw"] * 1.3, abs=0.5)
    assert row["planned_facility_mw"] == pytest.approx(row["planned_it_mw"] * 1.3, abs=0.5)


def test_blank_columns_of_vintages_are_those_of_the_source() -> None:
    vintages = load_tables().vintages
    assert vintages.height == 551
    october = vintages.filter(pl.col("vintage") == date(2026, 10, 5))
    assert october.height == 29
    assert october["facility_mw"].null_count() == 29
    early = vintages.filter(pl.col("vintage") <= date(2026, 4, 3))
    assert early["it_mw"].null_count() == early.height
    both = vintages.filter((pl.col("it_mw") > 0) & (pl.col("facility_mw") > 0))
    ratio = both["facility_mw"] / both["it_mw"]
    assert ratio.min() == pytest.approx(1.17, abs=0.01)
    assert ratio.max() == pytest.approx(1.45, abs=0.01)


def test_published_headroom_adds_up() -> None:
    headroom = load_tables().headroom
    single = headroom.filter(pl.col("balancing_authority") != "")
    assert single.height == 22
    assert single["headroom_mw"].sum() == pytest.approx(98_300)
    assert set(single["curtailment_share"]) == {0.005}
    totals = headroom.filter(pl.col("balancing_authority") == "").sort("curtailment_share")
    assert totals["headroom_mw"].to_list() == [76_000, 98_000, 126_000, 215_000]


def test_background_shares_add_up_to_one() -> None:
    table = load_tables().background_shares
    for day, load_mw in (date(2025, 7, 23), 17_352), (date(2026, 10, 5), 40_000):
        shares = edition_as_of(table, "region", day)
        assert shares["share"].sum() == pytest.approx(1.0, abs=1e-5)
        assert shares["load_mw"].sum() == pytest.approx(load_mw, abs=5)


def test_an_edition_replaces_the_one_before_it_place_by_place() -> None:
    table = pl.DataFrame(
        {
            "region": ["A", "A", "B", "A", ""],
            "value": [1, 2, 3, 4, 5],
            "known_from": [date(2025, 1, 1)] * 3 + [date(2026, 1, 1)] * 2,
        }
    )
    assert edition_as_of(table, "region", date(2025, 6, 1))["value"].to_list() == [1, 2, 3]
    assert edition_as_of(table, "region", date(2026, 6, 1))["value"].to_list() == [3, 4]
    assert edition_as_of(table, "region", date(2024, 6, 1)).is_empty()


def test_single_numbers_people_quote() -> None:
    registry = load_registry()
    assert registry["X01"].distribution == Constant(128.0)
    assert registry["X01"].unit == "week"
    assert registry["D15"].distribution.parameters == {"low": 18.0, "mode": 21.0, "high": 24.0}
    assert registry["Q-cod-2024"].distribution.quantile([0.25, 0.5, 0.75]) == pytest.approx(
        [42.9, 62.7, 80.3]
    )
    assert registry["K-power-2025"].distribution.quantile([0.05, 0.5, 0.95]) == pytest.approx(
        [10.61, 12.39, 14.34], rel=0.01
    )
    assert registry["N03"].distribution.quantile([0.25, 0.75]) == pytest.approx([2.2, 6.0])
    assert registry["F11m"].confidence == "unverified"
    assert registry["E-canc"].source.startswith("EIA")
    assert "X22" in {fact.id for fact in registry.rivals("X23")}
    assert {"X03", "X05", "X06"} == {fact.id for fact in registry.rivals("X01")}


def test_what_was_worked_out_adds_up() -> None:
    registry = load_registry()
    makers = ("nvidia", "tpu", "trainium", "amd")
    for word, total in (("power", "K-power-2025"), ("compute", "K-h100e-2025")):
        unit = registry[total].unit
        parts = sum(registry[f"CHIP-{maker}-2025-{word}"].to(unit).median for maker in makers)
        assert parts == pytest.approx(registry[total].distribution.median, rel=1e-3)
    added = registry["CHIP-all-2025-power-added"]
    assert added.distribution.median == pytest.approx(
        registry["K-addpower-2025"].distribution.median, rel=1e-3
    )
    for fact in registry:
        for origin in fact.derived_from:
            assert origin in registry, fact.id


@needs_shared
def test_every_collected_delivery_number_is_there_once() -> None:
    registry = load_registry()
    rows = collected("delivery/parameters.csv")
    assert len(rows) == 424
    left_out = {row["id"] for row in rows if row["id"] not in registry}
    assert left_out == {"N14", "LL24", "K11"}  # two dates and a word
    for row in rows:
        if row["id"] in left_out or not row["value"] or row["unit"] == "count/qtr":
            continue
        distribution = registry[row["id"]].distribution
        centre = distribution.parameters.get("mode", distribution.median)
        if distribution.kind != "discrete":
            assert centre == pytest.approx(float(row["value"]), rel=1e-9), row["id"]


@needs_shared
def test_every_collected_record_is_there() -> None:
    tables = load_tables()
    for frame, name, key in (
        (tables.pledges, "pledges", "id"),
        (tables.sites, "sites", "site_id"),
        (tables.events, "events", "event_id"),
    ):
        assert frame[key].to_list() == [row[key] for row in collected(f"pledges/{name}.csv")]
    promised = sum(float(row["promised_mw"] or 0) for row in collected("pledges/pledges.csv"))
    assert promised == pytest.approx(150_593)
    corrected = 900 - 672  # one row gave the MW of the power plant
    assert tables.pledges["promised_mw"].sum() == pytest.approx(promised - corrected)


@needs_shared
def test_vintages_are_those_collected_number_by_number() -> None:
    tables = load_tables()
    for ours, theirs in zip(
        tables.vintages.iter_rows(named=True), collected("pledges/forecast_vintages.csv"), strict=True
    ):
        assert ours["site"] == theirs["site"]
        assert ours["date"].isoformat() == theirs["date"]
        for name in ("it_mw", "facility_mw", "buildings_operational"):
            assert ours[name] == (float(theirs[name]) if theirs[name] else None)


@needs_shared
def test_world_electricity_is_the_sum_of_its_regions() -> None:
    registry = load_registry()
    for year in ("2024", "2030"):
        regions = [
            f"DEM-{name}-{year}-TWh-IEA-2025"
            for name in ("US", "China", "Europe", "Asia-Pacific-ex-China", "Rest-of-world")
        ]
        world = registry[f"DEM-World-{year}-TWh-IEA-2025"]
        mode = world.distribution.parameters.get("mode", world.distribution.median)
        assert sum(registry[name].distribution.median for name in regions) == pytest.approx(mode, abs=1.1)


def test_what_an_edition_tells_of_an_earlier_day_was_not_known_on_that_day() -> None:
    tables = load_tables()
    seen = tables.events.filter(pl.col("source").str.starts_with("Epoch AI, AI Data Centers"))
    assert seen.height > 15
    assert seen.filter(pl.col("known_from") < date(2026, 9, 15)).height == 0
    assert tables.events.filter(pl.col("known_from") < pl.col("date")).height == 0
    assert tables.vintages.filter(pl.col("known_from") != pl.col("vintage")).height == 0
    assert tables.pledges.filter(pl.col("known_from") != pl.col("announced")).height == 0
