"""Power supply made ready: one basis, today's load once, as-of dates, and what is refused."""

from __future__ import annotations

import pickle
from datetime import date

import numpy as np
import polars as pl
import pytest

from stargauge.errors import InputError
from stargauge.facts import load_registry, load_tables
from stargauge.facts.power_tables import load_power_tables
from stargauge.power import REGIONS, SEASONS, TECHNOLOGIES, PowerPrepared, prepare_power
from stargauge.power.calendar import earlier, month_index, parse_month
from stargauge.power.demand import base_peak
from stargauge.power.fleet import editions, fleet_by_place, seasonal_ratios
from stargauge.power.inputs import FIXED, POWER_UNITS, UNCERTAIN, power_inputs
from stargauge.power.margin import new_york_translation, pool_requirements, requirements
from stargauge.power.outlooks import outlook_table, yearly_growth
from stargauge.power.pipeline import pipeline
from stargauge.power.rating import common_ratings, installed_ratings, pjm_ratings
from stargauge.power.regions import GROUP_OF, GROUPS, THERMAL, region_index
from stargauge.power.setup import accredited_over_installed, checked_months, delivery_year

MONTHS = tuple(f"{year}-{month:02}" for year in range(2025, 2036) for month in range(1, 13))
NOW = date(2026, 10, 5)


def test_the_fleet_is_the_published_one(prepared: PowerPrepared) -> None:
    assert prepared.fleet_mw.sum() == pytest.approx(1_360_968, abs=1.0)
    assert prepared.fleet_month == month_index((2026, 5), (2025, 1))
    assert str(prepared.editions[-1].day) == "2026-05-31"


def test_older_gas_is_split_and_none_is_lost() -> None:
    power = load_power_tables()
    found = {edition.day: edition.nameplate_mw for edition in editions(power, NOW)}
    for day, mw in found.items():
        rows = power.fleet.filter(pl.col("date") == day)
        assert mw.sum() == pytest.approx(rows["nameplate_mw"].sum(), abs=1e-6)


def test_an_edition_is_known_two_months_later() -> None:
    power = load_power_tables()
    assert editions(power, date(2026, 7, 27))[-1].day == date(2025, 12, 31)
    assert editions(power, date(2026, 7, 28))[-1].day == date(2026, 5, 31)


def test_before_the_first_edition_it_says_so() -> None:
    with pytest.raises(InputError) as caught:
        editions(load_power_tables(), date(2022, 6, 1))
    assert "no edition of the fleet was known on 2022-06-01; the first is of 2022-12-31" in str(caught.value)


def test_thermal_is_rated_on_net_summer_and_the_rest_on_nameplate() -> None:
    power = load_power_tables()
    ratios = seasonal_ratios(power)
    for column, technology in enumerate(TECHNOLOGIES):
        if technology not in THERMAL:
            assert np.all(ratios[:, column] == 1.0), technology
    gas = TECHNOLOGIES.index("gas_cc")
    assert ratios[REGIONS.index("CAL"), gas, 0] == pytest.approx(0.8872)
    assert np.all((ratios > 0.5) & (ratios < 1.3))


def test_ratings_cover_every_cell_and_are_shares() -> None:
    common = common_ratings(load_power_tables())
    assert np.all((common > 0.0) & (common <= 1.0))
    assert common[REGIONS.index("MIDW"), TECHNOLOGIES.index("wind"), 0] == pytest.approx(0.10)
    assert common[REGIONS.index("MIDA"), TECHNOLOGIES.index("wind_offshore"), 0] == pytest.approx(0.67)
    full = installed_ratings(common)
    assert np.all(full >= common)


def test_accredited_california_by_hand() -> None:
    """Nameplate times net summer ratio times class rating, cell by cell from the tables."""
    power = load_power_tables()
    fleet = power.fleet.filter((pl.col("date") == date(2026, 5, 31)) & (pl.col("region") == "CAL"))
    ratings = power.accreditation.filter(
        (pl.col("market") == "default") & (pl.col("region") == "CAL") & (pl.col("season") == "summer")
    )
    share = {row["technology"]: (row["value"], row["base"]) for row in ratings.iter_rows(named=True)}
    total = 0.0
    for row in fleet.iter_rows(named=True):
        value, base = share[row["technology"]]
        total += row["nameplate_mw"] * value * (row["summer_ratio"] or 1.0 if base == "net_summer" else 1.0)
    prepared = prepare_power(load_registry(), power, ("2026-07",), NOW)
    ours = prepared.steady_mw[0, 0, 0] + prepared.fading_mw[:, 0, 0, 0].sum()
    assert ours == pytest.approx(total, rel=1e-3)  # a few cells state no ratio and take the nation's
    assert ours == pytest.approx(76_193, rel=1e-3)


def test_pjm_is_rated_by_delivery_year() -> None:
    found = pjm_ratings(load_power_tables(), NOW)
    gas = TECHNOLOGIES.index("gas_cc")
    assert {year: values[gas] for year, values in found.items()} == {
        2025: 0.78,
        2026: 0.74,
        2027: 0.74,
        2028: 0.78,
    }
    assert pool_requirements(load_power_tables(), NOW) == {
        2025: 0.938,
        2026: 0.917,
        2027: 0.926,
        2028: 0.9401,
    }
    assert delivery_year(4, (2026, 1)) == 2025
    assert delivery_year(5, (2026, 1)) == 2026


def test_pjm_later_years_are_unknown_earlier() -> None:
    assert set(pool_requirements(load_power_tables(), date(2025, 8, 1))) == {2025, 2026}


def test_a_margin_is_carried_to_the_accredited_basis_by_hand() -> None:
    """Carolinas, summer: 1.15 on installed capacity times accredited over installed."""
    power = load_power_tables()
    fleet = editions(power, NOW)[-1].nameplate_mw
    ratio = accredited_over_installed(fleet, seasonal_ratios(power), common_ratings(power))
    found = {(one.region, one.season): one for one in requirements(power, NOW, ratio)}
    row = REGIONS.index("CAR")
    assert found["CAR", "summer"].accredited == pytest.approx(1.15 * ratio[row, 0])
    assert found["CAR", "summer"].installed_margin == 15.0
    assert found["MIDW", "summer"].accredited == pytest.approx(1.081)
    assert found["NY", "summer"].accredited == pytest.approx(1.244 * 0.8679)
    assert new_york_translation(power, NOW) == 0.8679
    assert len(found) == len(REGIONS) * len(SEASONS)


def test_the_two_bases_agree_on_who_is_short() -> None:
    """Carrying a margin over is the same as counting on the installed basis: the ratio drops out."""
    power = load_power_tables()
    ratios, common = seasonal_ratios(power), common_ratings(power)
    fleet = editions(power, NOW)[-1].nameplate_mw
    rated = fleet[:, :, None] * ratios
    accredited, installed = (rated * common).sum(axis=1), (rated * installed_ratings(common)).sum(axis=1)
    ratio = accredited_over_installed(fleet, ratios, common)
    for one in requirements(power, NOW, ratio):
        if one.installed_margin is None:
            continue
        row, column = REGIONS.index(one.region), SEASONS.index(one.season)
        peak = 40_000.0
        ours = accredited[row, column] - one.accredited * peak
        theirs = installed[row, column] - (1.0 + one.installed_margin / 100.0) * peak
        assert ours == pytest.approx(theirs * ratio[row, column], abs=1e-6)


def test_todays_load_is_counted_once() -> None:
    base = base_peak(load_power_tables(), NOW)
    assert (base.kind, base.year, base.new_from) == ("judged", 2026, (2026, 8))
    assert base.mw[REGIONS.index("MIDA")].tolist() == [155_800.0, 139_000.0]
    older = base_peak(load_power_tables(), date(2025, 1, 1))
    assert (older.kind, older.year) == ("observed mean", 2023)
    assert older.mw[REGIONS.index("MIDA"), 0] == pytest.approx((147_918 + 147_194 + 151_816) / 3)


def test_without_peaks_it_says_so() -> None:
    with pytest.raises(InputError, match="no peaks of the regions were known on 2024-06-01"):
        base_peak(load_power_tables(), date(2024, 6, 1))


def test_the_plan_is_one_edition_and_whole(prepared: PowerPrepared) -> None:
    listed = prepared.pipeline.near + prepared.pipeline.far
    assert listed.sum() == pytest.approx(290_507, abs=1.0)
    assert prepared.pipeline.edition == "plan_2026_07"
    assert listed[:, :, : month_index((2026, 8), (2025, 1))].sum() == 0.0


def test_retirements_leave_out_units_already_held(prepared: PowerPrepared) -> None:
    power = load_power_tables()
    listed = power.retirements.filter((pl.col("category") == "planned") & pl.col("region").is_in(REGIONS))
    held = power.retirements.filter(pl.col("category") == "held")["mw"].sum()
    assert prepared.pipeline.held.sum() == pytest.approx(held)
    assert held == pytest.approx(4851.7)
    total = listed.filter(pl.col("year") <= 2035)["mw"].sum()
    assert total - held <= prepared.pipeline.retiring.sum() <= total


def test_projects_not_listed_go_where_agreements_are_signed(prepared: PowerPrepared) -> None:
    shares = prepared.pipeline.shares
    assert shares.sum(axis=1)[[GROUPS.index(name) for name in ("solar", "battery", "wind", "gas")]] == (
        pytest.approx([1.0] * 4)
    )
    assert 0.005 < shares[GROUPS.index("solar"), REGIONS.index("NY")] < 0.03
    assert set(GROUP_OF) == set(TECHNOLOGIES)


def test_an_older_run_takes_the_older_plan() -> None:
    power = load_power_tables()
    fleet = editions(power, date(2025, 12, 10))[-1].nameplate_mw
    plan = pipeline(power, date(2025, 12, 10), (2025, 1), 132, 4, fleet)
    assert plan.edition == "plan_2025_03"
    assert plan.held.sum() == 0.0
    none = pipeline(power, date(2025, 1, 1), (2025, 1), 132, -1, fleet)
    assert (none.edition, none.listed_from) == ("none", None)
    assert none.shares[GROUPS.index("solar")].sum() == pytest.approx(1.0)


def test_every_input_is_fed_and_has_its_unit() -> None:
    registry = load_registry()
    inputs = power_inputs(registry)
    assert set(inputs.fixed) == set(FIXED)
    assert set(inputs.uncertain) == set(UNCERTAIN)
    assert {project.name for project in inputs.projects} <= set(POWER_UNITS)
    assert sum(project.mw for project in inputs.projects) == 800 + 835 + 615 + 500


def test_an_input_without_a_fact_is_named() -> None:
    with pytest.raises(InputError, match=r"power\.\S+ +no fact known on 2020-01-01 feeds this input"):
        power_inputs(load_registry().as_of(date(2020, 1, 1)))


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2025, 7, 1), date(2025, 12, 10), date(2026, 6, 1)])
def test_runs_as_of_earlier_dates(day: date) -> None:
    found = prepare_power(load_registry(), None, MONTHS, day)
    assert found.as_of == day
    assert found.editions[-1].day < day
    assert len(found.months) == 132
    assert found.horizon == 132 + found.lead


def test_prepared_survives_a_pickle(prepared: PowerPrepared) -> None:
    again = pickle.loads(pickle.dumps(prepared))
    np.testing.assert_array_equal(again.rating, prepared.rating)
    assert again.uncertain == prepared.uncertain


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ((), "at least one month"),
        (("2026-7-1",), '"2026-7-1" is no month; write it like 2026-07'),
        (("2026-13",), '"2026-13" is no month'),
        (("2026-01", "2026-03"), '"2026-03" does not follow the month before it'),
    ],
)
def test_months_that_do_not_follow_are_refused(months: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked_months(months)


def test_months_count() -> None:
    assert parse_month("2026-07") == (2026, 7)
    assert month_index((2027, 1), (2026, 7)) == 6
    assert earlier((2026, 1), 13) == (2024, 12)


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match='"PJM" is no EIA-930 region; one of CAL, CAR'):
        region_index("PJM")


def test_both_outlooks_are_shown_and_the_facts_hold_both() -> None:
    registry = load_registry()
    found = {one.region: one for one in outlook_table(load_power_tables(), load_tables(), registry)}
    assert found["MIDA"].operator == pytest.approx(yearly_growth(149_358, 154_730, 8), abs=1e-9)
    assert found["MIDA"].operator == pytest.approx(0.44, abs=0.01)
    assert found["MIDA"].operator_gross == 4.08
    assert found["TEX"].operator == pytest.approx(3.2, abs=0.01)
    for region, outlook in found.items():
        growth = registry.input(f"power.demand.growth.{region}").distribution.parameters
        low, high = outlook.ends
        assert growth["low"] == pytest.approx(low - 0.2, abs=0.006), region
        assert growth["high"] == pytest.approx(high + 0.2, abs=0.006), region
        middle = outlook.eia[1] if outlook.operator is None else (outlook.eia[1] + outlook.operator) / 2.0
        assert growth["mode"] == pytest.approx(middle, abs=0.006), region
        assert outlook.eia[1] < outlook.eia_gross


def test_some_plants_stand_in_another_region_than_their_authority() -> None:
    """Oklahoma wind dispatched from afar: the central region has ten more gigawatts on the map."""
    place = fleet_by_place(load_power_tables())
    wind = place[REGIONS.index("CENT"), TECHNOLOGIES.index("wind")]
    assert wind == pytest.approx(46_730, abs=1.0)
