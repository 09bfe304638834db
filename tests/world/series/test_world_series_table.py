"""The series of the world: what loads, what is refused and how, and that nothing was lost on the way in."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

from stargauge.errors import InputError
from stargauge.facts.loading import TABLES_FOLDER
from stargauge.facts.world_tables import Bloc, load_world_series, read_world_series
from stargauge.world.blocs import BLOCS

SHARED = Path(__file__).parents[4] / "shared" / "facts" / "world" / "backtest.csv"
COMPUTE = "gpu_cluster_compute_share_16bit"
LEFT_OUT: dict[tuple[str, str, str], str] = {}
"""Rows of the gathered table that are not carried, with the reason; at present all are."""

BLOC_OF = {"US allies": "allies", "Other": "rest"}
ENTITY_OF = {
    "UK": "United Kingdom",
    "China (Alibaba)": "Alibaba",
    "China (DeepSeek only)": "DeepSeek",
    "China vs US": "China behind the US",
    "open vs closed": "open weights behind closed",
    "UAE": "United Arab Emirates",
    "Gulf (UAE)": "United Arab Emirates",
    "Asia-Pacific ex China": "Asia-Pacific without China",
    "Rest of world": "rest of the world, IEA regions",
    "Ethiopia/Zimbabwe/Uganda/Niger": "Ethiopia, Zimbabwe, Uganda, Niger",
}


def rows(series: str, bloc: str | None = None) -> pl.DataFrame:
    found = load_world_series().filter(pl.col("series") == series)
    return found if bloc is None else found.filter(pl.col("bloc") == bloc)


def test_blocs_are_those_of_the_world() -> None:
    assert set(get_args(Bloc)) == {"", *BLOCS}


def test_compute_shares_are_whole_at_every_half_year() -> None:
    shares = rows(COMPUTE)
    assert shares.height == 13 * len(BLOCS)
    for _, at in shares.group_by("last_day"):
        assert set(at["bloc"]) == set(BLOCS)
        assert at["value"].sum() == pytest.approx(1.0, abs=3e-4)  # seven shares rounded to four digits


def test_periods_of_all_styles() -> None:
    """One row a style, as its source defines it."""

    def period(series: str, bloc: str, entity: str = "", number: int = 0) -> tuple[str, str]:
        found = rows(series, bloc).filter(pl.col("entity") == entity).sort("first_day", "last_day")
        return str(found["first_day"][number]), str(found["last_day"][number])

    assert period(COMPUTE, "US") == ("2019-06-30", "2019-06-30")
    assert period("notable_models", "US") == ("2018-01-01", "2018-12-31")
    assert period("genai_user_share", "", "World") == ("2025-01-01", "2025-06-30")
    assert period("genai_user_share", "", "World", -1) == ("2026-01-01", "2026-03-31")
    assert period("hf_model_download_share", "US") == ("2026-01-01", "2026-06-30")
    assert period("openrouter_token_share", "US", "", -1) == ("2026-06-01", "2026-07-31")
    assert period("capability_lag", "China", "China behind the US") == ("2023-01-01", "2025-12-31")
    assert period("capability_lag", "", "open weights behind closed") == ("2023-01-01", "2025-10-31")
    assert period("nvidia_share_China_accelerators", "China", "", -1) == ("2025-10-01", "2025-10-31")
    assert period("openrouter_weekly_tokens", "US") == ("2026-02-09", "2026-02-15")


def test_fiscal_years_end_on_the_last_sunday_of_january() -> None:
    found = rows("nvidia_data_center_revenue").sort("last_day")
    ends = [str(day) for day in found["last_day"]]
    assert ends == ["2020-01-26", "2021-01-31", "2022-01-30", "2023-01-29", "2024-01-28", "2025-01-26"]
    assert all(day.weekday() == 6 for day in found["last_day"])
    days = found.select((pl.col("last_day") - pl.col("first_day")).dt.total_days() + 1).to_series()
    assert set(days) <= {52 * 7, 53 * 7}
    quarters = rows("nvidia_data_center_revenue_quarter").sort("last_day")
    assert [str(day) for day in quarters["last_day"]] == ["2025-01-26", "2025-04-27", "2025-07-27"]


def test_sources_do_not_agree_and_are_not_made_to() -> None:
    """Five firms spend less than four in every year from 2018: the definitions differ."""
    four = {row["last_day"]: row["value"] for row in rows("capex_big4").iter_rows(named=True)}
    five = rows("capex_big5_JPM")
    assert all(row["value"] < four[row["last_day"]] for row in five.iter_rows(named=True))
    assert five["note"].str.contains("narrower definition").all()


def test_what_was_said_ahead_is_marked() -> None:
    frame = load_world_series()
    ahead = frame.filter(pl.col("known_from") < pl.col("first_day"))
    assert set(ahead["kind"]) == {"forecast"}
    assert rows("capex_big4_guidance")["kind"].to_list() == ["forecast"]
    memory = frame.filter(pl.col("confidence") == "unverified")
    assert memory.height == 1
    assert memory["source"].str.starts_with("From memory").all()
    assert frame.filter((pl.col("address") == "") & (pl.col("confidence") != "unverified")).is_empty()


def test_every_gathered_row_is_carried() -> None:
    """Each row of the gathered table is here with its value, or is left out for a reason."""
    if not SHARED.exists():
        pytest.skip("the gathered table ../shared/facts/world/backtest.csv is not here")
    held: dict[tuple[str, str], list[float]] = {}
    for row in load_world_series().iter_rows(named=True):
        place = row["entity"] or row["bloc"]
        held.setdefault((row["series"], place), []).append(row["value"])
        held.setdefault((row["series"], row["bloc"]), []).append(row["value"])
    with SHARED.open(encoding="utf-8-sig", newline="") as file:
        gathered = list(csv.DictReader(file))
    for row in gathered:
        if (row["series"], row["bloc"], row["date"]) in LEFT_OUT:
            continue
        place = ENTITY_OF.get(row["bloc"], BLOC_OF.get(row["bloc"], row["bloc"]))
        values = held[row["series"], place]
        expected = float(row["value"])
        # The largest training runs carry digits that only part equals; they are rounded to four.
        assert any(value == pytest.approx(expected, rel=1e-3, abs=0.0) for value in values), row
    assert len(gathered) - len(LEFT_OUT) == load_world_series().height


def test_a_broken_table_is_told_all_at_once(tmp_path: Path) -> None:
    head, first, *others = (TABLES_FOLDER / "world_series.csv").read_text(encoding="utf-8").splitlines()
    lines = [head, first.replace(",US,,", ",Atlantis,,"), first.replace("0.5264", "1.5264"), others[0]]
    lines.append(first.replace(",US,,2019-06-30,2019-06-30", ",US,,2019-06-30,2019-05-30"))
    lines.append(first.replace(",US,,", ",,,"))
    lines.append(first.replace(",2026-08,", ",2019-01,"))
    (tmp_path / "world_series.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_world_series(tmp_path)
    text = str(told.value)
    assert "\"Atlantis\" is not one of '', 'US', 'China'" in text
    assert "a share is between 0 and 1, not 1.5264" in text
    assert "last_day (2019-05-30) is before first_day (2019-06-30)" in text
    assert "neither bloc nor entity says what the number is about" in text
    assert "known_from (2019-01-31) is before first_day (2019-06-30)" in text
    assert "what is said before its period is a forecast" in text


def test_a_number_told_twice_and_a_series_in_two_units(tmp_path: Path) -> None:
    head, first, second, *_ = (TABLES_FOLDER / "world_series.csv").read_text(encoding="utf-8").splitlines()
    lines = [head, first, first, second.replace(",share,", ",per cent,")]
    (tmp_path / "world_series.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_world_series(tmp_path)
    assert f'"{COMPUTE}" stands in line 2 for this place, period and source' in str(told.value)
    assert f'"{COMPUTE}" is in share above and in per cent here' in str(told.value)


def test_dates_are_dates() -> None:
    frame = load_world_series()
    assert frame["last_day"].dtype == pl.Date
    assert frame["known_from"].dtype == pl.Date
    assert frame.filter((pl.col("kind") != "forecast") & (pl.col("last_day") > date(2026, 7, 31))).is_empty()
