from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from ensemble_toy import INPUTS, Prepared, raises_in_block_2, simulate

from stargauge.ensemble import BlockError, Store, verify
from stargauge.ensemble.blocks import block_count
from stargauge.ensemble.fingerprint import Fingerprint, code_digest
from stargauge.ensemble.verification import default_blocks
from stargauge.errors import InputError, StoreError

ELSEWHERE = Fingerprint.here().model_copy(update={"numba": "0.1"})


@pytest.fixture
def folder(reference, tmp_path):
    """A copy of the reference run that a test may spoil."""
    shutil.copytree(reference.folder, tmp_path / "run")
    return tmp_path / "run"


def test_a_sound_run_is_verified(reference):
    found = verify(reference.folder, Prepared(), INPUTS, simulate=simulate)
    assert found.ok
    assert found.same_platform
    assert found.differences == ()
    assert [file.name for file in found.files] == [
        "ends-00000.parquet",
        "ends-00001.parquet",
        "ends-00002.parquet",
        "paths.parquet",
        "series.parquet",
    ]
    first = found.blocks[0]
    assert (first.block, first.futures) == (0, 256)
    assert first.values == first.equal == 256 * 2 + 200 * 3 * 24
    text = found.render()
    assert text.startswith(f"{reference.folder}: verified\n")
    assert "5 of 5 have the recorded hash" in text
    assert "2 of 40 computed again, compared bit by bit" in text
    assert "block 0 (futures 0 to 255): 14,912 values agree" in text
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["ok"] is True


def test_blocks_can_be_chosen_and_the_last_is_partial(reference):
    found = verify(reference.folder, Prepared(), INPUTS, blocks=[39, 5, 39], simulate=simulate)
    assert [(check.block, check.futures) for check in found.blocks] == [(5, 256), (39, 16)]
    assert found.ok


def test_a_block_that_is_not_there(reference):
    with pytest.raises(InputError, match="the run has blocks 0 to 39, not 40"):
        verify(reference.folder, Prepared(), INPUTS, blocks=[1, 40], simulate=simulate)


@pytest.mark.parametrize("futures", [1, 256, 257, 10_000, 10**6])
def test_the_blocks_chosen_by_default_follow_the_record(reference, futures):
    record = reference.record.model_copy(update={"futures": futures})
    chosen = default_blocks(record)
    assert chosen == default_blocks(record.model_copy(update={"started": "later"}))
    assert chosen[0] == 0
    assert all(0 <= block < block_count(futures) for block in chosen)
    others = {default_blocks(record.model_copy(update={"seed": seed}))[-1] for seed in range(40)}
    assert len(others) > (1 if futures > 256 else 0)


def test_a_value_that_was_changed_is_found(folder):
    part = folder / "ends-00000.parquet"
    frame = pl.read_parquet(part)
    changed = frame["energised_mw_at_end"].to_list()
    changed[17] = float(np.nextafter(changed[17], np.inf))
    frame.with_columns(pl.Series("energised_mw_at_end", changed)).write_parquet(part)
    found = verify(folder, Prepared(), INPUTS, blocks=[0, 1], simulate=simulate)
    assert not found.ok
    assert [file.name for file in found.files if not file.ok] == ["ends-00000.parquet"]
    assert [check.ok for check in found.blocks] == [False, True]
    assert found.blocks[0].example.startswith(
        "1 of 14,912 values differ, first energised_mw_at_end of future 17: stored "
    )
    text = found.render()
    assert "NOT verified" in text
    assert "ends-00000.parquet differs" in text


def test_a_sampled_path_that_was_changed_is_found(folder):
    frame = pl.read_parquet(folder / "paths.parquet")
    chosen = (pl.col("series") == "energised_facility_mw:Rayong") & (pl.col("future") == 3)
    moved = pl.when(chosen & (pl.col("month") == "2026-12")).then(-1.0).otherwise(pl.col("value"))
    frame.with_columns(moved.alias("value")).write_parquet(folder / "paths.parquet")
    check = verify(folder, Prepared(), INPUTS, blocks=[0], simulate=simulate).blocks[0]
    assert (
        "1 of 14,912 values differ, first energised_facility_mw:Rayong in 2026-12 of future 3"
        in check.example
    )


@pytest.mark.parametrize("missing", ["ends-00000.parquet", "paths.parquet", "series.parquet"])
def test_a_file_that_is_missing_is_found(folder, missing):
    (folder / missing).unlink()
    found = verify(folder, Prepared(), INPUTS, blocks=[0], simulate=simulate)
    assert not found.ok
    assert f"{missing} is missing" in found.render()
    assert found.blocks[0].ok == (missing == "series.parquet")
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_part_with_rows_cut_off_is_found(folder):
    part = folder / "ends-00000.parquet"
    pl.read_parquet(part).head(100).write_parquet(part)
    check = verify(folder, Prepared(), INPUTS, blocks=[0], simulate=simulate).blocks[0]
    assert check.example == "cannot be read: 256 futures expected, 100 stored"


def test_another_platform_is_compared_to_a_tolerance_and_said(reference, monkeypatch):
    monkeypatch.setattr(Fingerprint, "here", lambda: ELSEWHERE)
    near = verify(reference.folder, Prepared(scale=1 + 1e-12), INPUTS, blocks=[0], simulate=simulate)
    assert near.ok
    assert not near.same_platform
    assert near.blocks[0].equal < near.blocks[0].values
    text = near.render()
    assert "compared to 1e-09 relative" in text
    assert "of them in every bit, the others to " in text
    assert f"platform.numba: stored {Fingerprint.here().numba}"[:20] in text
    far = verify(reference.folder, Prepared(scale=1 + 1e-8), INPUTS, blocks=[0], simulate=simulate)
    assert not far.ok


def test_on_the_same_platform_no_tolerance_is_granted(reference):
    found = verify(reference.folder, Prepared(scale=1 + 1e-12), INPUTS, blocks=[0], simulate=simulate)
    assert not found.ok


def test_a_never_against_a_number_differs(reference, monkeypatch):
    monkeypatch.setattr(Fingerprint, "here", lambda: ELSEWHERE)

    def always(prepared, block, futures=256):
        result = simulate(prepared, block, futures)
        return replace(result, ends=np.nan_to_num(result.ends, nan=99.0))

    check = verify(reference.folder, Prepared(), INPUTS, blocks=[0], simulate=always).blocks[0]
    assert not check.ok
    assert check.worst == np.inf
    assert "stored nan, computed 99.0" in check.example


def test_other_facts_or_code_are_named(reference, monkeypatch):
    monkeypatch.setattr("stargauge.ensemble.record.code_digest", lambda: "e" * 64)
    other = INPUTS.model_copy(update={"facts_digest": "2" * 64})
    found = verify(reference.folder, Prepared(), other, blocks=[0], simulate=simulate)
    assert found.inputs_differ
    assert all(check.ok for check in found.blocks)
    assert not found.ok
    assert [difference.split(":")[0] for difference in found.differences] == ["code_digest", "facts_digest"]
    assert "differs  facts_digest: facts: stored 000000000000..., now 222222222222..." in found.render()


def test_other_code_with_the_same_values_is_verified_and_said(reference, monkeypatch):
    monkeypatch.setattr("stargauge.ensemble.record.code_digest", lambda: "e" * 64)
    found = verify(reference.folder, Prepared(), INPUTS, blocks=[0], simulate=simulate)
    assert found.ok
    assert [difference.split(":")[0] for difference in found.differences] == ["code_digest"]


def test_what_the_record_does_not_cover_is_named(folder):
    (folder / "report.html").write_text("<p>1 GW</p>", encoding="utf-8")
    found = verify(folder, Prepared(), INPUTS, blocks=[0], simulate=simulate)
    assert found.uncovered == ("report.html",)
    assert "not read report.html: written from the run, not in its record" in found.render()
    (folder / "report.html").unlink()
    assert verify(folder, Prepared(), INPUTS, blocks=[0], simulate=simulate).uncovered == ()


def test_other_names_cannot_be_compared(reference):
    with pytest.raises(InputError, match="series: stored 3 names, now 1 names"):
        verify(reference.folder, Prepared(sites=("Abilene",)), INPUTS, simulate=simulate)


@pytest.mark.parametrize(
    ("place", "upper", "message"),
    [
        (0, 900.0, "energised_facility_mw:Abilene: upper end stored 1000.0 in all months, now 900.0 in all"),
        (0, (10.0,) * 23 + (2e6,), "upper end stored 1000.0 in all months, now 10.0 to 2000000.0 by month"),
        (
            2,
            900.0,
            "energised_facility_mw:Rayong: upper end stored 83.33333333333333 to 1000.0 by month, now",
        ),
        (2, (1000.0 / 12,) * 24, "Rayong: upper end in 2025-02: stored 166.66666666666666, now 83.333333333"),
    ],
)
def test_another_range_names_its_series_and_both_ranges(reference, monkeypatch, place, upper, message):
    series = list(Prepared().series)
    series[place] = replace(series[place], upper=upper)
    monkeypatch.setattr(Prepared, "series", tuple(series))
    with pytest.raises(InputError) as caught:
        verify(reference.folder, Prepared(), INPUTS, simulate=simulate)
    assert message in str(caught.value)


def test_another_name_or_month_is_said(reference):
    months = ("2024-12", *Prepared().months[1:])
    other = Prepared(sites=("Abilene", "Lordstown", "Rayong"), months=months)
    with pytest.raises(InputError) as caught:
        verify(reference.folder, other, INPUTS, simulate=simulate)
    text = str(caught.value)
    assert "months: stored 2025-01, now 2024-12" in text
    assert (
        "series: stored energised_facility_mw:Holly Ridge (MW), now energised_facility_mw:Lordstown (MW)"
        in text
    )


def test_a_model_that_fails_is_named(reference):
    with pytest.raises(BlockError, match="block 2"):
        verify(reference.folder, Prepared(), INPUTS, blocks=[2], simulate=raises_in_block_2)


def test_a_folder_without_a_finished_run(tmp_path, reference):
    with pytest.raises(StoreError, match="holds no run"):
        verify(tmp_path, Prepared(), INPUTS, simulate=simulate)
    unfinished = reference.record.model_copy(update={"finished": "", "outputs": {}})
    (tmp_path / "run.json").write_bytes(unfinished.to_json())
    with pytest.raises(StoreError, match="is not finished"):
        verify(tmp_path, Prepared(), INPUTS, simulate=simulate)


def test_the_record_reads_back(reference):
    record = Store.open(reference.folder).record
    assert record == reference.record
    assert record.mismatches(record) == []
    assert record.inputs == INPUTS
    assert record.platform == Fingerprint.here()
    assert record.code_digest == code_digest()
    assert record.to_dict()["series"][0] == {
        "name": "energised_facility_mw:Abilene",
        "unit": "MW",
        "upper": 1000.0,
    }
    assert record.series[-1].upper == Prepared().series[-1].upper


def test_a_record_of_another_layout_is_refused(folder):
    fields = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(fields | {"format": 99}))
    with pytest.raises(StoreError, match="has layout 99; this version reads layout 1"):
        Store.open(folder)


def test_a_record_whose_ranges_do_not_fit_its_months_is_refused(folder):
    fields = json.loads((folder / "run.json").read_text())
    fields["series"][2]["upper"].pop()
    (folder / "run.json").write_text(json.dumps(fields))
    message = "energised_facility_mw:Rayong: a tuple of 23 upper ends; expected one for each of 24 months"
    with pytest.raises(StoreError, match=message):
        Store.open(folder)


def test_a_damaged_file_is_an_error_of_the_store(folder):
    (folder / "series.parquet").write_bytes(b"no parquet")
    with pytest.raises(StoreError, match="cannot read the run in"):
        Store.open(folder).series_quantiles()


def test_a_missing_file_is_named_at_once(folder):
    (folder / "ends-00001.parquet").unlink()
    with pytest.raises(StoreError, match=r"lacks ends-00001\.parquet; run it again into this folder"):
        Store.open(folder)
