from __future__ import annotations

import os
import subprocess
import sys
from hashlib import blake2b
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Philox
from scipy.stats import kstest, norm

from stargauge import streams

NAME = (20250723, "delivery.construction", "abilene", 3)


def test_values_are_pinned():
    assert streams.key(*NAME).hex() == "900977a53fe5526924718270dcab8fb9"
    assert streams.uniforms(*NAME, 3).tolist() == [0.6354339621914861, 0.7958330903290468, 0.5834941439721285]
    assert streams.normals(*NAME, 3).tolist() == pytest.approx(
        [0.34628029544177946, 0.8268293018400051, 0.2108405286415837], rel=1e-15
    )


def test_words_are_those_of_philox_keyed_by_the_hash():
    hashed = blake2b(b"20250723|3|21|delivery.constructionabilene", digest_size=16).digest()
    words = Philox(key=int.from_bytes(hashed, "little")).random_raw(64)
    expected = [((int(word) >> 12) + 0.5) / 2**52 for word in words]
    assert streams.uniforms(*NAME, 64).tolist() == expected


def test_generator_starts_at_the_same_words():
    words = streams.generator(*NAME).bit_generator.random_raw(8)
    assert ((words >> np.uint64(12)) == np.floor(streams.uniforms(*NAME, 8) * 2**52)).all()


def test_another_process_draws_the_same_bits():
    code = f"from stargauge import streams; print(streams.uniforms{(*NAME, 100)}.tobytes().hex())"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "12"}
    command = [sys.executable, "-c", code]
    there = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert there.stdout.strip() == streams.uniforms(*NAME, 100).tobytes().hex()


def test_no_two_of_a_hundred_thousand_names_share_a_key():
    names = product(range(5), ("land", "power", "build", "fit-out"), map(str, range(500)), range(10))
    keys = {streams.key(*name) for name in names}
    assert len(keys) == 100_000


def test_a_name_cannot_be_split_in_two_ways():
    assert streams.key(1, "ab", "c", 0) != streams.key(1, "a", "bc", 0)
    assert streams.key(1, "a", "b", 23) != streams.key(12, "a", "b", 3)
    assert streams.key(1, "", "ab", 0) != streams.key(1, "ab", "", 0)


@given(rows=st.integers(1, 40), columns=st.integers(1, 5), block=st.integers(0, 10**6))
def test_fewer_futures_are_a_prefix(rows, columns, block):
    whole = streams.normals(1, "u", "e", block, (40, columns))
    assert (streams.normals(1, "u", "e", block, (rows, columns)) == whole[:rows]).all()


def test_order_and_neighbours_move_no_draw():
    alone = streams.uniforms(5, "u", "b", 1, 10)
    names = [(5, "u", "a", 1), (5, "u", "b", 1), (5, "v", "b", 1)]
    forwards = {name: streams.uniforms(*name, 10) for name in names}
    backwards = {name: streams.uniforms(*name, 10) for name in reversed(names)}
    assert all((forwards[name] == backwards[name]).all() for name in names)
    assert (forwards[5, "u", "b", 1] == alone).all()


@pytest.mark.parametrize("axis", ["seed", "uncertainty", "entity", "block"])
def test_streams_that_differ_in_one_part_are_independent(axis):
    def name(i: int) -> tuple[int, str, str, int]:
        parts = {"seed": 1, "uncertainty": "u", "entity": "e", "block": 0}
        parts[axis] = i if axis in ("seed", "block") else f"{i}"
        return tuple(parts.values())

    draws = np.array([streams.uniforms(*name(i), 4000) for i in range(40)])
    correlations = np.corrcoef(draws)[np.triu_indices(40, 1)]
    # 780 pairs with standard deviation 1 / sqrt(4000): five of them is beyond chance.
    assert np.abs(correlations).max() < 5 / np.sqrt(4000)
    first = np.array([streams.uniforms(*name(i), 1)[0] for i in range(4000)])
    assert kstest(first, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 5 / np.sqrt(4000)


def test_distributions():
    uniform = streams.uniforms(1, "u", "e", 0, 100_000)
    normal = streams.normals(1, "u", "e", 0, 100_000)
    assert kstest(uniform, "uniform").pvalue > 1e-4
    assert kstest(normal, "norm").pvalue > 1e-4
    np.testing.assert_allclose(norm.cdf(normal), uniform, rtol=1e-9)


def test_uniforms_never_reach_the_ends(monkeypatch):
    class Extreme:
        def random_raw(self, size: int) -> np.ndarray:
            return np.array([0, 2**64 - 1], dtype=np.uint64)

    monkeypatch.setattr(streams, "_bits", lambda *name: Extreme())
    assert streams.uniforms(*NAME, 2).tolist() == [2.0**-53, 1 - 2.0**-53]
    assert np.isfinite(streams.normals(*NAME, 2)).all()


def test_shapes():
    assert streams.uniforms(*NAME, 4).shape == (4,)
    assert streams.uniforms(*NAME, np.int64(4)).shape == (4,)
    assert streams.normals(*NAME, (4, 0)).shape == (4, 0)
    assert streams.normals(*NAME, ()).shape == ()
