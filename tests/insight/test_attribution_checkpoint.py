"""A ledger that was cut off goes on with the same bits; nothing foreign or damaged is taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attribution_games import Toy

from stargauge.errors import InputError, StoreError
from stargauge.insight.attribution.checkpoint import Checkpoint
from stargauge.insight.attribution.ledger import Ledger

TOY = Toy()
IDENTITY = {"scenario": "a" * 64, "futures": "768"}


def parts(ledger: Ledger) -> dict[tuple[int, str], bytes]:
    return {
        (block, name): getattr(shares, name).tobytes()
        for block, shares in ledger.done.items()
        for name in ("value", "turns", "pillars", "off", "full")
    }


@pytest.mark.parametrize("stop", [0, 1, 5, 16, 17, 40, 47])
@pytest.mark.parametrize("pairs", [0, 2])
def test_a_study_cut_off_anywhere_ends_with_the_same_bits(tmp_path: Path, stop: int, pairs: int) -> None:
    kept = Checkpoint(tmp_path / "study.checkpoint", IDENTITY)
    ledger = Ledger(TOY.design(pairs))
    work = [(block, key) for block in range(TOY.blocks) for key in ledger.missing(block)]
    # As processes finish: out of order.
    np.random.default_rng(stop).shuffle(work)
    for block, key in work[:stop]:
        TOY.fill(ledger, block, (key,))
    kept.save(ledger)
    again = Checkpoint(tmp_path / "study.checkpoint", IDENTITY).load(TOY.design(pairs))
    assert sum(len(again.missing(block)) for block in range(TOY.blocks)) == max(0, len(work) - stop)
    for block in range(TOY.blocks):
        if keys := again.missing(block):
            TOY.fill(again, block, keys)
    assert parts(again) == parts(TOY.ledger(pairs))


def test_nothing_there_is_a_beginning(tmp_path: Path) -> None:
    ledger = Checkpoint(tmp_path / "none", IDENTITY).load(TOY.design(0))
    assert ledger.done == {}
    assert len(ledger.missing(0)) == 16


def test_what_belongs_to_another_study_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "study.checkpoint"
    Checkpoint(path, IDENTITY).save(TOY.ledger(0))
    before = path.read_bytes()
    with pytest.raises(InputError) as caught:
        Checkpoint(path, {"scenario": "b" * 64, "futures": "512"}).load(TOY.design(0))
    words = str(caught.value)
    assert "has 3 mistakes; nothing was overwritten" in words
    assert "futures                      768 there, 512 here" in words
    assert "aaaaaaaaaaaaaaaaaaaaaaaa… there, bbbb" in words
    assert "choose another file, or remove this one to start over" in words
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\0" * 4096])
def test_a_damaged_file_is_recognised(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "study.checkpoint"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged or no checkpoint; remove it to start over"):
        Checkpoint(path, IDENTITY).load(TOY.design(0))
    assert path.read_bytes() == content


def test_one_flipped_bit_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "study.checkpoint"
    Checkpoint(path, IDENTITY).save(TOY.ledger(1))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match="damaged"):
        Checkpoint(path, IDENTITY).load(TOY.design(1))


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot read"):
        Checkpoint(tmp_path, IDENTITY).load(TOY.design(0))
    with pytest.raises(StoreError, match="cannot write"):
        Checkpoint(tmp_path / "no" / "such", IDENTITY).save(TOY.ledger(1))


def test_it_is_removed_when_all_is_done(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path / "study.checkpoint", IDENTITY)
    kept.save(TOY.ledger(1))
    kept.save_if_due(TOY.ledger(1))
    kept.remove()
    kept.remove()
    assert list(tmp_path.iterdir()) == []
