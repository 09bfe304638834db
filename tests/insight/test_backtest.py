"""The back-test: its pairs, what an origin may know, and that the model beats what it must beat."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stargauge.facts import SiteRecords, Tables, load_tables
from stargauge.insight import ALL_PAIRS, COULD_CHANGE, Backtest, backtest
from stargauge.insight.backtest import vintage_pairs

TABLES = Path(__file__).parents[2] / "src" / "stargauge" / "facts" / "tables"


@pytest.fixture(scope="module")
def scored() -> Backtest:
    return backtest(futures=512)


def records_of(tables: Tables) -> SiteRecords:
    return SiteRecords(tables.vintages, tables.pledges, tables.site_aliases, tables.site_keys)


def plain_pairs() -> dict[tuple[str, str, str], tuple[float, float, float]]:
    """Count pairs straight from the CSV file, without the program's own reading."""
    text = (TABLES / "forecast_vintages.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    by: dict[str, dict[str, list[tuple[str, str, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["facility_mw"]:
            by[row["vintage"]][row["site"]].append((row["date"], row["kind"], float(row["facility_mw"])))

    def level(rows: list[tuple[str, str, float]], day: str, past: bool) -> float:
        kept = [row for row in sorted(rows) if row[0] <= day and (row[1] == "past" or not past)]
        return kept[-1][2] if kept else 0.0

    pairs = {}
    for origin in sorted(by):
        for target in sorted(by):
            for site in by[origin]:
                if origin < target and site in by[target]:
                    pairs[origin, target, site] = (
                        level(by[target][site], target, past=True),
                        level(by[origin][site], origin, past=True),
                        level(by[origin][site], target, past=False),
                    )
    return pairs


def test_pairs_are_those_of_the_file() -> None:
    tables = load_tables()
    names = {site: name for name, site in tables.site_aliases.iter_rows()}
    ours = {
        (str(p.origin), str(p.target), names[p.site_id]): (p.truth_mw, p.persistence_mw, p.announced_mw)
        for p in vintage_pairs(records_of(tables), tables)
    }
    assert ours == plain_pairs()
    assert len(ours) == 175


def test_bare_baselines_score_their_known_errors(scored: Backtest) -> None:
    pairs = plain_pairs().values()
    item = scored.summary(ALL_PAIRS)
    assert item.crps_mw["persistence"] == pytest.approx(np.mean([abs(t - p) for t, p, _ in pairs]))
    assert item.crps_mw["announced"] == pytest.approx(np.mean([abs(t - a) for t, _, a in pairs]))
    assert round(item.crps_mw["persistence"]) == 135
    assert round(item.crps_mw["announced"]) == 96


@pytest.mark.parametrize("label", [ALL_PAIRS, COULD_CHANGE])
@pytest.mark.parametrize("rival", ["persistence", "announced", "persistence, dressed", "announced, dressed"])
def test_the_model_beats_every_baseline(scored: Backtest, label: str, rival: str) -> None:
    item = scored.summary(label)
    assert item.crps_mw["model"] < item.crps_mw[rival]


def test_bands_cover_where_something_could_change(scored: Backtest) -> None:
    assert 0.65 <= scored.summary(COULD_CHANGE).coverage_80 <= 0.95


def test_the_first_origin_has_priors_alone(scored: Backtest) -> None:
    first, second = scored.origins[0], scored.origins[1]
    assert first["origin"] == "2025-12-13"
    assert first["transitions"] == first["comparisons"] == 0
    assert first["slip_mean"] == 0.0
    assert second["transitions"] > 0


def test_gains_are_means_of_differences_with_their_interval(scored: Backtest) -> None:
    item = scored.summary(ALL_PAIRS)
    mean, low, high = item.gain["persistence"]
    assert mean == pytest.approx(item.crps_mw["persistence"] - item.crps_mw["model"])
    assert low < mean < high


def test_every_pair_is_in_the_plain_data(scored: Backtest) -> None:
    plain = scored.to_dict()
    assert len(plain["pairs"]) == 175
    pair = plain["pairs"][0]
    assert pair["model_p10_mw"] <= pair["model_p50_mw"] <= pair["model_p90_mw"]
    assert set(pair["crps_mw"]) >= {"model", "persistence", "announced", "announced, dressed"}


def test_a_later_vintage_changes_no_earlier_forecast(scored: Backtest) -> None:
    """As of December 2025, forecasts do not depend on what vintages after it say of the future."""
    tables = load_tables()
    origin = date(2025, 12, 13)
    later = (pl.col("vintage") > origin) & (pl.col("kind") == "forecast")
    garbled = tables.vintages.with_columns(
        pl.when(later)
        .then(pl.col("facility_mw") * 3 + 7)
        .otherwise(pl.col("facility_mw"))
        .alias("facility_mw")
    )
    fields = {name: getattr(tables, name) for name in tables.__dataclass_fields__}
    other = backtest(tables=Tables(**{**fields, "vintages": garbled}), futures=512)
    mine = [p for p in scored.pairs if p.pair.origin == origin]
    theirs = [p for p in other.pairs if p.pair.origin == origin]
    assert [p.mean_mw for p in mine] == [p.mean_mw for p in theirs]
