"""Outcomes of the default scenario: MW are conserved, lateness adds up, and paths, dates and bounds agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from stargauge.delivery import energised_since_mw
from stargauge.facts import PLEDGE_ROUNDING
from stargauge.model import (
    ALL_NAMED,
    LATE_PARTS,
    LIMIT_NAMES,
    NATION,
    Block,
    BlockResult,
    Prepared,
    deliver,
    draw,
    prepare,
    simulate,
)
from stargauge.power import REGIONS
from stargauge.scenario import changed, load_scenario

Floats = NDArray[np.float64]
FUTURES = 256


@dataclass(frozen=True)
class Run:
    """A prepared scenario and one block of it, by the names of its outcomes."""

    prepared: Prepared
    result: BlockResult
    block: Block

    def end(self, name: str) -> Floats:
        return self.result.ends[:, [end.name for end in self.prepared.end_values].index(name)]

    def path(self, name: str) -> Floats:
        return self.result.paths[:, [series.name for series in self.prepared.series].index(name)]

    @property
    def programmes(self) -> tuple[str, ...]:
        return self.prepared.plan.programmes


SCENARIOS = {
    "us-2026": {},
    "levers": {"levers": {"permitting_time": 1.0, "interconnection_time": 0.5, "community_benefit": 1.0}},
    "calm": {"opposition": {"off": True}},
    "no limits": {"limits": {name: {"off": True} for name in ("headroom", "chips", "capital")}},
    "early": {"as_of": "2025-12-13", "end": "2028-06"},
    "started later": {"start": "2026-06"},
}


@pytest.fixture(scope="module", params=SCENARIOS)
def run(request: pytest.FixtureRequest) -> Run:
    prepared = prepare(changed(load_scenario("us-2026"), **SCENARIOS[request.param]))
    draws = draw(prepared, 0, FUTURES)
    return Run(prepared, simulate(prepared, draws), deliver(prepared, draws))


def test_every_programme_keeps_its_megawatts(run: Run) -> None:
    """Planned = energised + under way + cancelled (lapsed among them), for each future and programme."""
    delivery = run.prepared.delivery
    for name, groups, items in zip(
        run.programmes, run.prepared.plan.groups, run.prepared.plan.items, strict=True
    ):
        planned = (
            delivery.history_mw[groups].sum(axis=0).max(initial=0.0)
            + delivery.arrays.facility_mw[items].sum()
        )
        kept = run.path(f"energised_facility_mw:{name}")[:, -1]
        total = kept + run.end(f"under_way_mw:{name}") + run.end(f"cancelled_mw:{name}")
        np.testing.assert_allclose(total, planned, rtol=0.0, atol=1e-6, err_msg=name)


def test_months_late_add_up(run: Run) -> None:
    for name in (*run.programmes, ALL_NAMED):
        total = run.end(f"late_months:{name}:total")
        parts = sum(run.end(f"late_months:{name}:{part}") for part in LATE_PARTS)
        np.testing.assert_allclose(parts, total, rtol=0.0, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(np.nan_to_num(run.end(f"late_months:{name}:unexplained")), 0.0, atol=1e-9)
        assert np.all(np.nan_to_num(total) >= 0.0)
        assert np.all(np.nan_to_num(run.end(f"early_months:{name}")) >= 0.0)


def test_late_and_early_are_those_of_the_phases(run: Run) -> None:
    """MW-weighted means over dated phases energised within the run, summed phase by phase."""
    arrays = run.prepared.delivery.arrays
    for name, items in zip(run.programmes, run.prepared.plan.items, strict=True):
        late, early = run.end(f"late_months:{name}:total"), run.end(f"early_months:{name}")
        for future in (0, 7, 100):
            weight = late_sum = early_sum = 0.0
            for item in items:
                month, plan = run.block.out.energised_month[future, item], arrays.plan[item, 2]
                if np.isfinite(month) and not np.isnan(plan):
                    weight += arrays.facility_mw[item]
                    late_sum += arrays.facility_mw[item] * max(0.0, month - plan)
                    early_sum += arrays.facility_mw[item] * max(0.0, plan - month)
            if weight == 0.0:
                assert np.isnan(late[future])
            else:
                assert late[future] == pytest.approx(late_sum / weight, abs=1e-9)
                assert early[future] == pytest.approx(early_sum / weight, abs=1e-9)


RARE, RARE_LEVEL = 0.03, 0.05
"""Share of futures and months that may lie beyond the ends of a histogram: they are counted, not lost.

Before July 2026 the priors of opposition are so wide that its level leaves the histogram more often.
"""

RISING = (
    "energised_",
    "capital_",
    "supply_added_mw",
    "supply_retired_mw",
    "supply_capital",
    "onsite_capital",
)


SIGNED = ("firm_headroom", "bill_effect", "alignment")
"""Begins of the names of series that may be negative."""


def test_paths_lie_within_their_ends_and_what_stands_never_falls(run: Run) -> None:
    for row, series in enumerate(run.prepared.series):
        path = run.result.paths[:, row]
        assert np.isfinite(path).all(), series.name
        if not series.name.startswith(SIGNED):
            assert path.min() >= -1e-6, series.name
        beyond = (path > np.array(series.upper) * (1.0 + 1e-12) + 1e-6) | (path < series.lower - 1e-6)
        most = RARE_LEVEL if series.name.startswith("opposition_level") else RARE
        assert beyond.mean() <= most, f"{series.name}: {beyond.mean():.4f}"
        if series.name.startswith(RISING):
            assert np.diff(path, axis=1).min() >= -1e-6, series.name


def test_the_nation_is_the_sum_of_its_regions(run: Run) -> None:
    names = ("firm_headroom_mw", "flexible_headroom_mw", "grid_load_mw", "onsite_mw", "shortfall_mw")
    for name in (*names, *(f"waiting_{limit}_mw" for limit in LIMIT_NAMES)):
        summed = sum(run.path(f"{name}:{region}") for region in REGIONS)
        np.testing.assert_allclose(run.path(f"{name}:{NATION}"), summed, rtol=1e-9, atol=1e-6, err_msg=name)


def test_load_of_regions_is_what_is_energised_there(run: Run) -> None:
    """Grid and on-site MW of new load, less what stood, are what phases of the 13 regions took."""
    out, delivery, table = run.block.out, run.prepared.delivery, run.prepared.table
    counted_from = float(run.prepared.power.new_load_from)
    stood = energised_since_mw(delivery, counted_from)[:, -1].sum()
    load = out.firm_load_mw[:, :, -1] + out.flexible_load_mw[:, :, -1] + out.onsite_mw[:, :, -1]
    mw = (out.energised_share * out.size * table.facility_mw)[:, table.power > 0].sum(axis=1)
    found = load.sum(axis=1) - stood
    # Slots delivered before the published peak are in the peak; they are all that may be missing.
    assert np.all(found <= mw + 1e-6)
    early = (out.energised_month < counted_from) & (table.power > 0)
    missing = (out.energised_share * out.size * table.facility_mw * early).sum(axis=1)
    np.testing.assert_allclose(found + missing, mw, rtol=1e-9, atol=1e-6)


def test_imports_are_exports(run: Run) -> None:
    np.testing.assert_allclose(run.block.out.import_mw.sum(axis=1), 0.0, atol=1e-6)


def test_opposition_starts_at_its_level_and_moves_only_after_the_as_of_date(run: Run) -> None:
    out, prepared = run.block.out, run.prepared
    base = np.array([prepared.opposition.fixed[f"opposition.level.{region}"] for region in REGIONS])
    still = prepared.delivery.horizon if prepared.calm else int(prepared.delivery.now) + 1
    np.testing.assert_allclose(
        out.opposition[:, :, :still], np.broadcast_to(base[:, None], out.opposition[:, :, :still].shape)
    )
    if not prepared.calm:
        assert out.opposition[:, :, -1].std() > 0.0


def test_totals_are_the_sum_of_programmes(run: Run) -> None:
    summed = sum(run.path(f"energised_facility_mw:{name}") for name in run.programmes)
    np.testing.assert_allclose(run.path(f"energised_facility_mw:{ALL_NAMED}"), summed, rtol=1e-12)
    assert np.all(run.path(f"energised_facility_mw:{NATION}") > run.path(f"energised_it_mw:{NATION}"))


def test_history_is_the_same_in_every_future(run: Run) -> None:
    """Before the oldest status date nothing is drawn: named paths are what the trackers saw."""
    months = int(run.prepared.delivery.arrays.status_month.min(initial=0.0))
    named = [row for row, sort in enumerate(run.prepared.delivery.arrays.sort) if sort != "background"]
    months = max(0, int(run.prepared.delivery.arrays.status_month[named].min()))
    path = run.path(f"energised_facility_mw:{ALL_NAMED}")[:, :months]
    assert np.all(path == path[:1])


def test_a_pledge_is_reached_when_its_sites_stand_at_it(run: Run) -> None:
    for test in run.prepared.plan.pledges:
        reached = run.end(f"reached_month:{test.pledge_id}")
        stands = run.block.out.group_mw[:, test.groups].sum(axis=1)
        for future in (0, 50, 200):
            enough = np.flatnonzero(stands[future] >= test.due_mw * (1.0 - PLEDGE_ROUNDING))
            if enough.size:
                assert reached[future] == enough[0]
            else:
                assert np.isnan(reached[future])


def test_year_ends_are_read_off_the_paths(run: Run) -> None:
    for month, label in enumerate(run.prepared.months):
        if label.endswith("-12"):
            for name in ("energised_facility_mw", "energised_it_mw", "compute_h100e"):
                np.testing.assert_array_equal(
                    run.end(f"{name}:{NATION}:{label[:4]}"), run.path(f"{name}:{NATION}")[:, month]
                )


def test_nothing_is_shown_twice(run: Run) -> None:
    names = [item.name for item in (*run.prepared.series, *run.prepared.end_values)]
    assert len(set(names)) == len(names)


def test_announced_is_every_promise_kept_to_the_day_that_can_still_be() -> None:
    prepared = prepare(load_scenario("announced"))
    draws = draw(prepared, 0, 4)
    block = deliver(prepared, draws)
    planned = prepared.delivery.arrays.plan[:, 2]
    expected = np.maximum(prepared.delivery.now, planned)
    within = expected < prepared.delivery.horizon
    out = block.out
    np.testing.assert_allclose(out.energised_month[:, within], np.tile(expected[within], (4, 1)), atol=1e-9)
    np.testing.assert_allclose(out.charges[0].sum(axis=1)[within], (expected - planned)[within], atol=1e-9)
    assert np.isinf(out.cancelled_month).all()


def test_a_later_start_leaves_the_headroom_that_is_left() -> None:
    """What was energised since the peak was published has taken its part, before the run's start too."""
    given = {"as_of": "2025-12-13", "end": "2028-06"}
    runs = [prepare(changed(load_scenario("us-2026"), start=day, **given)) for day in ("2025-01", "2025-10")]
    usual, later = (energised_since_mw(one.delivery, float(one.power.new_load_from)) for one in runs)
    assert usual.sum() > 0.0
    np.testing.assert_allclose(usual[:, -later.shape[1] :], later)
    assert np.all(np.diff(usual, axis=1) >= 0.0)
