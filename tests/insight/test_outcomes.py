"""Outcomes by name: each is what paths and end values say, and a wrong name is told what is right."""

from __future__ import annotations

import numpy as np
import pytest

from stargauge.errors import InputError
from stargauge.insight.outcomes import QUANTITIES, default_names, find_outcomes
from stargauge.model import BlockResult, Prepared, prepare, simulate_block
from stargauge.scenario import changed, load_scenario


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(load_scenario("us-2026"))


@pytest.fixture(scope="module")
def result(prepared: Prepared) -> BlockResult:
    return simulate_block(prepared, 0, 64)


def path(prepared: Prepared, result: BlockResult, name: str) -> np.ndarray:
    return result.paths[:, [one.name for one in prepared.series].index(name)]


def of(prepared: Prepared, result: BlockResult, name: str) -> np.ndarray:
    (outcome,) = find_outcomes(prepared, [name])
    assert outcome.name == name
    return outcome.of(result)


def test_what_stands_is_read_at_the_end_of_a_year(prepared: Prepared, result: BlockResult) -> None:
    national = path(prepared, result, "energised_facility_mw:US")
    assert np.array_equal(of(prepared, result, "facility_mw:2030"), national[:, 71])
    assert np.array_equal(of(prepared, result, "facility_mw"), national[:, -1])
    assert np.array_equal(of(prepared, result, "facility_mw:end"), national[:, -1])
    own = path(prepared, result, "energised_facility_mw:Stargate (US)")
    assert np.array_equal(of(prepared, result, "facility_mw:Stargate (US):2028"), own[:, 47])
    yearly = [one.name for one in prepared.end_values].index("energised_facility_mw:US:2030")
    assert np.array_equal(of(prepared, result, "facility_mw:2030"), result.ends[:, yearly])


def test_what_flows_is_a_mean_over_a_year(prepared: Prepared, result: BlockResult) -> None:
    texas = path(prepared, result, "shortfall_mw:TEX")[:, 60:72].mean(axis=1)
    assert of(prepared, result, "shortfall_mw:TEX:2030") == pytest.approx(texas)


def test_a_national_mean_weighs_regions_by_their_summer_peaks(
    prepared: Prepared, result: BlockResult
) -> None:
    peak = prepared.power.base.mw[:, 0]
    bills = np.stack(
        [path(prepared, result, f"bill_effect_percent:{r}") for r in prepared.delivery.regions], axis=1
    )
    mean = (bills[:, :, 60:72].mean(axis=2) * peak).sum(axis=1) / peak.sum()
    assert of(prepared, result, "bill_percent:2030") == pytest.approx(mean)


def test_chances_and_dates_are_those_of_the_month_reached(prepared: Prepared, result: BlockResult) -> None:
    test = next(one for one in prepared.plan.pledges if one.pledge_id == "STG-MI")
    column = [one.name for one in prepared.end_values].index("reached_month:STG-MI")
    reached = result.ends[:, column]
    assert np.isnan(reached).any()
    assert np.isfinite(reached).any()
    in_time = of(prepared, result, "chance:STG-MI")
    ever = of(prepared, result, "chance_by_end:STG-MI")
    standing = of(prepared, result, "months_standing:STG-MI")
    for future, month in enumerate(reached):
        assert ever[future] == float(np.isfinite(month))
        assert in_time[future] == float(np.isfinite(month) and month <= test.due_month)
        assert standing[future] == (0.0 if np.isnan(month) else len(prepared.months) - month)
    # A month sooner is a month more, and the last month still counts as one.
    assert standing[np.isfinite(reached)].min() >= 1.0


def test_every_quantity_has_a_national_outcome(prepared: Prepared, result: BlockResult) -> None:
    for kind in QUANTITIES:
        for when in ("2030", "end"):
            assert np.isfinite(of(prepared, result, f"{kind}:{when}")).all()


def test_the_headlines_are_there(prepared: Prepared) -> None:
    names = default_names(prepared)
    assert names[:2] == ("facility_mw:2030", "facility_mw:end")
    assert "chance:STG-2025-01" in names
    assert len(find_outcomes(prepared, names)) == len(names) == 8


def test_the_headline_pledge_is_one_that_is_watched() -> None:
    scenario = changed(load_scenario("us-2026"), programmes=["Meta Hyperion"], end="2029-06")
    names = default_names(prepare(scenario))
    assert not any("STG-2025-01" in name for name in names)
    assert names[0] == "facility_mw:end"


def test_every_wrong_name_is_told_at_once(prepared: Prepared) -> None:
    wrong = ["bogus", "chance:NONE", "facility_mw:2050", "shortfall_mw:TEXAS", "facility_mw:2030"]
    with pytest.raises(InputError) as caught:
        find_outcomes(prepared, wrong)
    words = str(caught.value)
    assert "--outcome has 4 mistakes; nothing was run" in words
    assert '"bogus": no such outcome; known are facility_mw, it_mw' in words
    assert '"chance:NONE": no such pledge as "NONE"; tested are GOO-GDN' in words
    assert '"facility_mw:2050": the run has the years 2025 to 2035, and end' in words
    assert '"shortfall_mw:TEXAS": no such place as "TEXAS"; there are CAL, CAR' in words


def test_a_deadline_beyond_the_run_has_no_chance() -> None:
    short = prepare(changed(load_scenario("us-2026"), end="2028-12"))
    with pytest.raises(InputError, match="its deadline lies outside the run; ask for chance_by_end:STG-2025"):
        find_outcomes(short, ["chance:STG-2025-01"])
