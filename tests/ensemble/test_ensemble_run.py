from __future__ import annotations

import random
import re

import numpy as np
import polars as pl
import pytest
from ensemble_toy import (
    INPUTS,
    Prepared,
    Series,
    contents,
    dies_in_block_2,
    raises_in_block_2,
    reports_threads,
    simulate,
)

import stargauge.ensemble.run as run_module
from stargauge.ensemble import BlockError, Store
from stargauge.ensemble import cluster as cluster_module
from stargauge.ensemble.fingerprint import Fingerprint
from stargauge.ensemble.workers import InProcess
from stargauge.errors import InputError, MissingExtraError, StoreError


class Shuffled(InProcess):
    """Gives back what is under way in random order and in handfuls."""

    window = 11

    def collect(self, timeout):
        random.Random(len(self._next)).shuffle(self._next)
        handful = len(self._next) // 3 + 1
        return [self._work.block(self._next.pop()) for _ in range(handful)]


def test_two_workers_give_the_bits_of_one(run, reference):
    assert contents(run(workers=2).folder) == contents(reference.folder)


def test_order_of_arrival_leaves_the_bits(run, reference, monkeypatch):
    monkeypatch.setattr(run_module, "hire", lambda work, workers, cluster: Shuffled(work))
    assert contents(run().folder) == contents(reference.folder)


@pytest.mark.slow
def test_dask_gives_the_same_bits(run, reference):
    assert contents(run(cluster="local:2").folder) == contents(reference.folder)


@pytest.fixture
def scheduler():
    """Return the address of a cluster whose workers are threads of this process."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp://"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.slow
def test_a_cluster_at_an_address_gives_the_same_bits_and_names_the_block(run, reference, scheduler, tmp_path):
    assert contents(run(cluster=scheduler).folder) == contents(reference.folder)
    with pytest.raises(BlockError, match=r"block 2 \(futures 512 to 767\) failed: ZeroDivisionError"):
        run(cluster=scheduler, simulate=raises_in_block_2, out=tmp_path / "other")


@pytest.mark.slow
def test_a_cluster_of_other_versions_is_refused(run, scheduler, monkeypatch):
    here = Fingerprint.here().to_dict()
    told = iter([(here | {"scipy": "1.2.3"}, "a"), (here, "b"), (here, "a")])
    monkeypatch.setattr(cluster_module, "_identity", lambda: next(told))
    with pytest.raises(InputError) as caught:
        run(cluster=scheduler)
    assert "would not give the same bits: " in str(caught.value)
    assert "scipy" in str(caught.value)


@pytest.mark.slow
def test_a_cluster_that_does_not_answer(run, monkeypatch):
    monkeypatch.setattr(cluster_module, "_START_SECONDS", 1)
    with pytest.raises(InputError, match="no Dask scheduler answers there"):
        run(cluster="tcp://127.0.0.1:1")


def test_records_differ_in_their_times_alone(run, reference):
    times = {"started", "finished", "wall_seconds"}
    assert run(workers=2).record.model_dump(exclude=times) == reference.record.model_dump(exclude=times)


def test_a_smaller_run_is_a_prefix(run, reference):
    store = run(futures=1_000)
    assert store.ends().to_numpy().tobytes() == reference.ends().head(1_000).to_numpy().tobytes()
    assert store.paths().equals(reference.paths())


def test_another_entity_moves_no_draw(run, reference):
    more = run(prepared=Prepared(sites=("Xinzhu", "Abilene", "Holly Ridge", "Rayong")), futures=1_000)
    for site in Prepared().sites:
        name = f"energised_facility_mw:{site}"
        assert more.paths(name).equals(reference.paths(name))


def test_ends_and_series_are_those_of_the_model(reference):
    results = [simulate(Prepared(), block) for block in range(40)]
    ends = np.concatenate([result.ends for result in results])[:10_000]
    paths = np.concatenate([result.paths for result in results])[:10_000]
    stored = reference.ends()
    assert stored["future"].to_list() == list(range(10_000))
    assert np.isnan(ends[:, 1]).any()
    for column, name in enumerate(stored.columns[1:]):
        assert stored[name].to_numpy().tobytes() == ends[:, column].tobytes()
    table = reference.series_quantiles()
    assert table.columns[:3] == ["series", "unit", "month"]
    assert table["series"].unique(maintain_order=True).to_list() == [s.name for s in Prepared().series]
    assert table["month"].head(24).to_list() == list(Prepared().months)
    np.testing.assert_allclose(table["mean"], paths.mean(axis=0).ravel(), rtol=1e-12)
    np.testing.assert_allclose(table["sd"], paths.std(axis=0).ravel(), rtol=1e-9)
    for level in (5, 10, 25, 50, 75, 90, 95):
        error = table[f"p{level:02d}"] - np.quantile(paths, level / 100, axis=0).ravel()
        assert (error.abs() <= table["quantile_error"] * (1 + 1e-9)).all()
    kept = reference.paths().filter(pl.col("future") == 137)["value"].to_numpy()
    assert kept.tobytes() == paths[137].tobytes()


def test_workers_have_one_thread(run):
    ends = run(workers=2, futures=600, simulate=reports_threads).ends().drop("future").to_numpy()
    assert (ends == 1).all()


def test_progress_counts_futures(run):
    seen: list[tuple[int, int]] = []
    run(futures=600, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 600), (256, 600), (512, 600), (600, 600)]
    run(futures=600, progress=lambda done, total: seen.append((done, total)))
    assert seen[4:] == [(600, 600)]


def test_values_outside_the_range_are_reported(run):
    store = run(futures=600, prepared=Prepared(scale=2.0))
    table = store.series_quantiles()
    for entry in store.record.outside_range:
        assert entry.below == 0
        assert entry.above == table.filter(pl.col("series") == entry.series)["above_range"].sum() > 0
    assert len(store.record.outside_range) == 3


@pytest.mark.parametrize("workers", [1, 2])
def test_a_block_that_fails_is_named_and_the_others_are_kept(run, workers):
    with pytest.raises(BlockError) as caught:
        run(futures=3000, workers=workers, simulate=raises_in_block_2)
    message = str(caught.value)
    assert message.startswith(
        "block 2 (futures 512 to 767) failed: ZeroDivisionError: a phase of no length; "
    )
    assert message.endswith("give the same command again to go on from there")
    assert "raises_in_block_2" in caught.value.detail
    if workers == 1:
        assert "512 of 3,000 futures are stored" in message


def test_a_worker_that_dies_is_reported_with_its_blocks(run):
    with pytest.raises(BlockError) as caught:
        run(futures=3000, workers=2, simulate=dies_in_block_2)
    found = re.match(
        r"a worker process died while blocks (\d+) to (\d+) were under way \(futures", str(caught.value)
    )
    assert found
    assert int(found[1]) <= 2 <= int(found[2])


def test_a_name_given_twice_is_refused(run):
    with pytest.raises(ValueError, match="series named twice: energised_facility_mw:Abilene"):
        run(prepared=Prepared(sites=("Abilene", "Abilene")))


@pytest.mark.parametrize(
    ("upper", "message"),
    [
        ((1.0, 2.0), "a tuple of 2 upper ends; expected one for each of 24 months"),
        (0.0, "upper end 0.0 is not a finite number above 0"),
    ],
)
def test_a_range_that_is_none_names_its_series(run, monkeypatch, upper, message):
    monkeypatch.setattr(Prepared, "series", (Series("energised_facility_mw:Rayong", "MW", upper),))
    with pytest.raises(ValueError, match=f"^energised_facility_mw:Rayong: {message}"):
        run()


def test_the_error_of_a_quantile_follows_the_range_of_its_month(reference):
    ramp = reference.record.series[-1]
    assert isinstance(ramp.upper, tuple)
    table = reference.series_quantiles(ramp.name)
    assert table["quantile_error"].to_list() == [upper / reference.record.bins for upper in ramp.upper]
    assert table["above_range"].sum() == 0


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"futures": 0}, "futures                      0 is too few; expected a whole number from 1"),
        ({"workers": 0}, "workers                      0 is too few; expected a whole number from 1"),
        ({"sample": -1}, "sample                       -1 is too few; expected a whole number from 0"),
        ({"cluster": "local:two"}, "expected local:N with a number of workers"),
        ({"cluster": "local:0"}, "expected local:N with a number of workers"),
        ({"cluster": "here"}, 'expected "local:N" or the address of a scheduler'),
    ],
)
def test_options_out_of_range(run, tmp_path, option, message):
    with pytest.raises(InputError) as caught:
        run(**option)
    assert message in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_without_dask_the_extra_is_named(run, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'stargauge[cluster]'")):
        run(cluster="local:2")


def test_names_that_are_not_there(reference):
    with pytest.raises(
        InputError, match='no end value "energised_mw_at_ende"; did you mean "energised_mw_at_end"'
    ):
        reference.ends(["energised_mw_at_ende"])
    with pytest.raises(InputError, match='the run has no series "zzz"; there are 3'):
        reference.paths("zzz")


def test_columns_are_chosen(reference):
    assert reference.ends("months_until_first_mw").columns == ["future", "months_until_first_mw"]
    assert reference.series_quantiles("energised_facility_mw:Rayong").height == 24


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(StoreError, match=r"holds no run: there is no run\.json"):
        Store.open(tmp_path)


def test_a_run_without_a_sample_or_end_values(run):
    store = run(futures=300, sample=0)
    assert store.paths().height == 0
    assert store.record.inputs == INPUTS
