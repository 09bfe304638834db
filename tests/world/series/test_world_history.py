"""History of shares and other series: what is read, what lies between points, and what is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stargauge.errors import InputError
from stargauge.facts.world_tables import load_world_series
from stargauge.world.blocs import BLOCS
from stargauge.world.series import (
    COMPUTE,
    ShareHistory,
    compute_history,
    month_ends,
    quarter_ends,
    world_series,
)

DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))


def test_half_years_from_mid_2019_to_mid_2025() -> None:
    history = compute_history()
    assert history.days[0] == date(2019, 6, 30)
    assert history.days[-1] == date(2025, 6, 30)
    assert len(history.days) == 13
    assert history.shares.shape == (13, len(BLOCS))
    assert history.shares.sum(axis=1) == pytest.approx(np.ones(13), abs=1e-15)
    assert history.shares[-1, BLOCS.index("US")] == pytest.approx(0.7153, abs=2e-4)


def test_poles_and_concentration_of_the_history() -> None:
    history = compute_history()
    poles = dict(zip(history.days, history.poles(), strict=True))
    con = dict(zip(history.days, history.concentration(), strict=True))
    for day, many, dense in (
        ("2021-12-31", 3.15, 0.45),
        ("2023-12-31", 2.18, 0.61),
        ("2025-06-30", 1.85, 0.68),
    ):
        assert poles[date.fromisoformat(day)] == pytest.approx(many, abs=0.005)
        assert con[date.fromisoformat(day)] == pytest.approx(dense, abs=0.005)


def test_between_points_and_beyond() -> None:
    history = ShareHistory((date(2020, 1, 1), date(2020, 1, 11)), np.array([[0.2, 0.8], [0.4, 0.6]]))
    asked = [date(2019, 5, 5), date(2020, 1, 1), date(2020, 1, 6), date(2020, 1, 9), date(2024, 1, 1)]
    assert history.at(asked) == pytest.approx(
        np.array([[0.2, 0.8], [0.2, 0.8], [0.3, 0.7], [0.36, 0.64], [0.4, 0.6]])
    )


@given(st.lists(DAYS, min_size=1, max_size=20))
def test_shares_of_any_days_are_a_whole(days: list[date]) -> None:
    shares = compute_history().at(days)
    assert shares.shape == (len(days), len(BLOCS))
    assert np.all(shares >= 0.0)
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(days)), abs=1e-12)


@given(DAYS)
def test_no_day_after_the_cut_is_left(day: date) -> None:
    cut = compute_history().upto(day)
    assert all(known <= day for known in cut.days)
    assert len(cut.days) == len(cut.shares) == sum(known <= day for known in compute_history().days)


def test_a_day_without_all_blocs_is_told() -> None:
    frame = load_world_series().filter(
        ~(
            (pl.col("series") == COMPUTE)
            & (pl.col("last_day") == date(2020, 6, 30))
            & pl.col("bloc").is_in(["EU", "India"])
        )
    )
    with pytest.raises(InputError) as told:
        compute_history(frame)
    assert "2020-06-30" in str(told.value)
    assert "no share of EU" in str(told.value)
    assert "no share of India" in str(told.value)
    with pytest.raises(InputError, match="is not in the table"):
        compute_history(frame.clear())


def test_a_series_of_one_place() -> None:
    capex = world_series("capex_big4", "Amazon, Microsoft, Google, Meta")
    assert capex.unit == "billion USD"
    assert len(capex.days) == 10
    assert capex.values[-1] == 224.4
    cut = capex.upto(date(2022, 6, 30))
    assert cut.days[-1] == date(2021, 12, 31)
    assert len(cut.values) == len(cut.kinds) == 7


def test_what_was_foretold_is_no_history() -> None:
    servers = world_series("ai_optimised_servers", "World")
    assert servers.kinds == ("observed", "forecast", "forecast")
    assert servers.upto(date(2030, 1, 1)).days == (date(2024, 12, 31),)


def test_a_series_that_is_not_there_and_one_told_twice() -> None:
    with pytest.raises(InputError, match='"openrouter_token_share" of Mars is not in the table'):
        world_series("openrouter_token_share", "Mars")
    frame = load_world_series().filter(pl.col("series") == "openrouter_token_share")
    other = frame.with_columns(pl.lit("Another").alias("source"))
    both = pl.concat([frame, other])
    with pytest.raises(InputError, match='"openrouter_token_share" of US has several rows; name the source'):
        world_series("openrouter_token_share", "US", frame=both)
    assert len(world_series("openrouter_token_share", "US", "Another", both).days) == 2


def test_ends_of_months_and_quarters() -> None:
    months = month_ends(date(2023, 12, 15), date(2024, 3, 30))
    assert months == (date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29))
    assert quarter_ends(date(2024, 1, 1), date(2024, 12, 31)) == (
        date(2024, 3, 31),
        date(2024, 6, 30),
        date(2024, 9, 30),
        date(2024, 12, 31),
    )
    assert quarter_ends(date(2024, 1, 1), date(2024, 3, 30)) == ()
