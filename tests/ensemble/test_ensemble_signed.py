"""Series that can be below 0: their range has a lower end."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
import pytest
from ensemble_toy import INPUTS, Prepared, Series, simulate
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.ensemble import RunRecord, Store, verify
from stargauge.ensemble.blocks import BLOCK_SIZE, lower_end, span
from stargauge.ensemble.checkpoint import Progress
from stargauge.ensemble.ranges import lower_ends, upper_ends
from stargauge.ensemble.reduction import BINS, Reduction, summarise
from stargauge.errors import InputError, StoreError

MONTHS = 3
LOWERS = lower_ends([-40.0, -3e3])
UPPERS = upper_ends([10.0, (3.0, 300.0, 3e4)], MONTHS)
WIDTHS = UPPERS - LOWERS[:, None]


@dataclass(frozen=True)
class SignedSeries:
    name: str
    unit: str
    upper: float | tuple[float, ...]
    lower: float = 0.0


HEADROOM = SignedSeries("headroom_mw:TEX", "MW", 2000.0, -1000.0)


@dataclass(frozen=True)
class SignedPrepared(Prepared):
    lower: float = -1000.0

    @property
    def series(self):
        return (
            replace(HEADROOM, lower=self.lower),
            *(Series(s.name, s.unit, s.upper) for s in super().series[1:]),
        )


def below_zero(prepared, block, futures=256):
    result = simulate(prepared, block, futures)
    result.paths[:, 0] = 700.0 - 1.6 * result.paths[:, 0]
    return result


def reduce(paths: np.ndarray, uppers: np.ndarray = UPPERS, lowers: np.ndarray | None = LOWERS) -> Reduction:
    given_lowers = None if lowers is None else lowers.tolist()
    reduction = Reduction.empty(uppers.tolist(), paths.shape[2], given_lowers)
    for block in range(-(-len(paths) // BLOCK_SIZE)):
        part = span(block, len(paths))
        rows = paths[part.first : part.first + part.count]
        reduction.add(summarise(part, rows, np.zeros((part.count, 1)), uppers, 10, lowers))
    return reduction


@st.composite
def ensembles(draw, inside: bool = True):
    futures = draw(st.integers(1, 600))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shares = random.random((futures, 2, MONTHS))
    form = draw(st.sampled_from(["uniform", "at the ends", "at zero", "few values", "edges", "all negative"]))
    if form == "at the ends":
        shares[random.random(shares.shape) < 0.4] = 0
        shares[random.random(shares.shape) < 0.4] = 1
    elif form == "few values":
        shares = np.round(shares * 3) / 3
    elif form == "edges":
        shares = np.round(shares * BINS) / BINS
    elif form == "all negative":
        shares *= -LOWERS[:, None] / WIDTHS
    if not inside:
        shares = shares * 1.4 - 0.2
    paths = LOWERS[:, None] + shares * WIDTHS
    if form == "at zero":
        paths[random.random(shares.shape) < 0.5] = 0
    return paths


@settings(deadline=None)
@given(paths=ensembles(), q=st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.05, 0.5, 0.9, 1.0])))
def test_quantiles_below_zero_are_within_a_bin_of_numpy(paths, q):
    reduction = reduce(paths)
    assert (reduction.bin_width == WIDTHS / BINS).all()
    error = np.abs(reduction.quantiles(q) - np.quantile(paths, q, axis=0))
    assert (error <= reduction.bin_width * (1 + 1e-9)).all()


@settings(deadline=None)
@given(paths=ensembles(inside=False))
def test_only_what_is_below_the_lower_end_counts_as_below(paths):
    reduction = reduce(paths)
    assert (reduction.counts.sum(axis=2) == len(paths)).all()
    assert (reduction.below == (paths < LOWERS[:, None]).sum(axis=0)).all()
    assert (reduction.above == (paths > UPPERS).sum(axis=0)).all()
    quantiles = np.array([reduction.quantiles(q) for q in np.linspace(0, 1, 9)])
    assert (np.diff(quantiles, axis=0) >= 0).all()
    assert (quantiles >= paths.min(axis=0)).all()
    assert (quantiles <= paths.max(axis=0)).all()


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), futures=st.integers(1, 600))
def test_a_lower_end_of_zero_leaves_every_bit(seed, futures):
    random = np.random.default_rng(seed)
    paths = np.round(random.normal(size=(futures, 2, MONTHS)), 2) * UPPERS
    stated, unstated = reduce(paths, lowers=np.zeros(2)), reduce(paths, lowers=None)
    assert Progress(stated, [], [], {}, 0.0).to_bytes() == Progress(unstated, [], [], {}, 0.0).to_bytes()
    for q in (0.05, 0.5, 0.95):
        assert stated.quantiles(q).tobytes() == unstated.quantiles(q).tobytes()


@given(shift=st.integers(1, 1000))
def test_a_shifted_series_has_shifted_counts(shift):
    # Whole numbers and bins of one: the shift is exact, so a value lands in the same bin of both.
    paths = np.random.default_rng(shift).integers(0, BINS, (300, 1, MONTHS)).astype(np.float64)
    plain = reduce(paths, upper_ends([float(BINS)], MONTHS), None)
    shifted = reduce(paths - shift, upper_ends([float(BINS - shift)], MONTHS), np.array([-float(shift)]))
    assert (plain.counts == shifted.counts).all()
    np.testing.assert_allclose(shifted.quantiles(0.37), plain.quantiles(0.37) - shift, atol=1e-9)


def test_many_futures_at_the_lower_end_are_exactly_there():
    paths = np.full((1000, 2, MONTHS), 1.0)
    paths[:600] = LOWERS[:, None]
    assert (reduce(paths).quantiles(0.5) == LOWERS[:, None]).all()


def test_rounding_at_the_lower_end_is_not_outside():
    paths = np.full((200, 2, MONTHS), 1.0)
    paths[:100] = LOWERS[:, None] * (1 + 4e-16)
    assert reduce(paths).below.sum() == 0
    paths[:100] = LOWERS[:, None] * (1 + 1e-9)
    assert (reduce(paths).below == 100).all()


def test_moments_do_not_depend_on_the_range():
    paths = np.random.default_rng(2).normal(-5.0, 4.0, (700, 2, MONTHS))
    with_end, without = reduce(paths), reduce(paths, lowers=None)
    assert (with_end.mean == without.mean).all()
    assert (with_end.deviation == without.deviation).all()
    np.testing.assert_allclose(with_end.mean, paths.mean(axis=0), rtol=1e-12)


@pytest.mark.parametrize("lower", [1.0, 1e-9, float("-inf"), float("inf"), float("nan")])
def test_a_lower_end_must_be_finite_and_at_most_zero(lower):
    with pytest.raises(ValueError, match=f"^lower end {lower} is not a finite number of at most 0"):
        Reduction.empty([5.0], 2, [lower])


def test_a_lower_end_is_one_for_all_months():
    with pytest.raises(ValueError, match=r"^2 lower ends; expected one number for all months"):
        lower_ends([-1.0, (-1.0, -2.0)])


def test_a_series_without_a_lower_end_starts_at_zero():
    assert lower_end(Series("energised_facility_mw:Rayong", "MW", 5.0)) == 0
    assert lower_end(HEADROOM) == -1000


def test_a_checkpoint_keeps_the_lower_ends():
    content = Progress(reduce(np.full((300, 2, MONTHS), -2.0)), [], [], {}, 0.0).to_bytes()
    again = Progress.from_bytes(content)
    assert (again.reduction.lowers == LOWERS).all()
    assert again.to_bytes() == content


@pytest.mark.parametrize(
    ("lower", "message"),
    [
        (3.0, "lower end 3.0 is not a finite number of at most 0"),
        (float("nan"), "lower end nan is not a finite number of at most 0"),
        ((-1.0, -2.0), "2 lower ends; expected one number for all months"),
    ],
)
def test_a_wrong_lower_end_names_its_series(run, lower, message):
    with pytest.raises(ValueError, match=f"^headroom_mw:TEX: {message}"):
        run(prepared=SignedPrepared(lower=lower), simulate=below_zero)


def test_a_run_with_negative_values(run):
    store = run(prepared=SignedPrepared(), simulate=below_zero, futures=1000, sample=1000)
    table = store.series_quantiles(HEADROOM.name)
    exact = store.paths(HEADROOM.name).group_by("month", maintain_order=True).agg(value="value")
    values = np.array(exact["value"].to_list())
    assert values.min() < 0 < values.max()
    assert store.record.outside_range == ()
    width = 3000.0 / BINS
    assert (table["quantile_error"] == width).all()
    for column, q in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        error = np.abs(table[column].to_numpy() - np.quantile(values, q, axis=1))
        assert error.max() <= width * (1 + 1e-9)
    assert verify(store.folder, SignedPrepared(), INPUTS, simulate=below_zero).ok


def test_values_below_the_lower_end_are_reported(run):
    store = run(prepared=SignedPrepared(lower=-100.0), simulate=below_zero, futures=1000, sample=1000)
    (outside,) = store.record.outside_range
    values = store.paths(HEADROOM.name)["value"].to_numpy()
    assert (outside.series, outside.below, outside.above) == (HEADROOM.name, (values < -100.0).sum(), 0)
    assert store.series_quantiles(HEADROOM.name)["below_range"].sum() == outside.below > 0


def test_the_record_keeps_a_lower_end_and_leaves_out_zero(run):
    store = run(prepared=SignedPrepared(), simulate=below_zero, futures=300)
    again = Store.open(store.folder).record
    assert again == store.record
    assert [entry.lower for entry in again.series] == [-1000.0, 0.0, 0.0]
    written = json.loads((store.folder / "run.json").read_text())["series"]
    assert written[0] == {"name": HEADROOM.name, "unit": "MW", "upper": 2000.0, "lower": -1000.0}
    assert all("lower" not in entry for entry in written[1:])


def test_a_wrong_lower_end_in_a_record_is_refused(run):
    record = run(prepared=SignedPrepared(), simulate=below_zero, futures=300).record.to_dict()
    record["series"][0]["lower"] = 5.0
    with pytest.raises(
        StoreError, match=r"headroom_mw:TEX: lower end 5.0 is not a finite number of at most 0"
    ):
        RunRecord.parse(json.dumps(record).encode(), "run.json")


def test_another_lower_end_is_another_run(run):
    store = run(prepared=SignedPrepared(), simulate=below_zero, futures=300)
    with pytest.raises(InputError, match=r"TEX: lower end stored -1000.0 in all months, now -900.0 in all"):
        verify(store.folder, SignedPrepared(lower=-900.0), INPUTS, simulate=below_zero)


def test_a_run_with_negative_values_resumes_to_the_same_bytes(run, tmp_path):
    whole = run(prepared=SignedPrepared(), simulate=below_zero, futures=2000, out=tmp_path / "whole")

    def stop(done, total):
        if done >= 1024:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(prepared=SignedPrepared(), simulate=below_zero, futures=2000, out=tmp_path / "cut", progress=stop)
    assert (tmp_path / "cut" / "checkpoint.bin").exists()
    resumed = run(prepared=SignedPrepared(), simulate=below_zero, futures=2000, out=tmp_path / "cut")
    assert resumed.record.outputs == whole.record.outputs
