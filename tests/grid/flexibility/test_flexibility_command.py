"""The words of the command line, what is answered and what is printed; files of hours in every form."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from stargauge.errors import InputError
from stargauge.grid.flexibility import curtailment_profile, flexible_headroom, load_duration, load_spells
from stargauge.grid.flexibility.answer import FlexAnswer
from stargauge.grid.flexibility.command import flex
from stargauge.grid.flexibility.hourly import read_hourly
from stargauge.grid.flexibility.places import find_place, places


def printed(answer: FlexAnswer, width: int = 120) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(answer.render())
    return console.export_text()


def frame_of_hours() -> pl.DataFrame:
    generator = np.random.default_rng(3)
    hour = np.datetime64("2021-01-01T00", "us") + np.arange(8760) * np.timedelta64(1, "h")
    wave = 1000 + 200 * np.sin(np.arange(8760) * 2 * np.pi / 24) + 80 * generator.standard_normal(8760)
    return pl.DataFrame(
        {"hour_utc": hour, "ERCO": wave.round().astype(int), "TVA": (0.4 * wave).round().astype(int)}
    )


def test_a_tabulated_curtailment_is_answered_from_the_hours_behind_it() -> None:
    answer = flex("PJM", "0.5%")
    spells = next(level for level in load_spells("PJM") if level.curtailment == 0.005)
    row = answer.asked
    assert row.headroom_mw == spells.headroom_mw == pytest.approx(17_995, abs=1)
    assert row.longest_spell_hours == spells.year.longest_spell_hours
    assert not row.longest_is_bound
    assert row.mean_depth == pytest.approx(spells.year.mean_depth, abs=1e-3)
    assert [row.curtailment for row in answer.rows] == [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05]
    data = json.loads(json.dumps(answer.to_dict()))
    assert data["headroom_mw"] == row.headroom_mw
    assert data["code"] == "PJM"
    assert data["hours_not_known"] == 0
    assert "CC BY 4.0" in data["source"]
    assert "no more than 0.5 % of its energy" in data["rule"]
    assert "Not a connection study" in data["notice"]


def test_between_tabulated_curtailments_the_longest_spell_is_a_bound() -> None:
    answer = flex("ercot", "0.006")
    row = answer.asked
    assert row.headroom_mw == pytest.approx(load_duration("ERCO").headroom(0.006))
    assert row.longest_is_bound
    assert row.mean_spell_hours is None
    above = next(level for level in load_spells("ERCO") if level.curtailment == 0.0075)
    assert row.longest_spell_hours == above.year.longest_spell_hours
    assert row.hours_per_year * row.mean_depth == pytest.approx(0.006 * 8766)
    assert flex("ercot", "8%").asked.longest_spell_hours is None


def test_what_is_printed_names_the_rule_the_source_and_what_is_not_looked_at() -> None:
    text = printed(flex("ISO-NE", "0.6%"))
    assert "ISO New England (ISNE): flexible headroom" in text
    assert "gives up 0.6 % of its energy" in " ".join(text.split())
    for words in ("rule: largest constant new load", "summer May Jun Jul Aug Sep Oct (UTC)", "≤", "█"):
        assert words in text
    assert "doi 10.5281/zenodo.3517196" in " ".join(text.split())
    assert "Not a connection study" in " ".join(text.split())
    missing = printed(flex("NSB"))
    assert "43,848 of 78,912 hours are not known and were left out" in missing


def test_zero_curtailment_is_answered() -> None:
    answer = flex("TVA", "0%")
    assert answer.asked.headroom_mw == 0
    assert "flexible headroom 0 MW" in printed(answer)


@pytest.mark.parametrize(
    ("name", "code"),
    [("pjm", "PJM"), ("ERCOT", "ERCO"), (" caiso ", "CISO"), ("Tennessee Valley Authority", "TVA"),
     ("texas", "TEX"), ("NE", "NE"), ("DEP", "CPLE"), ("BPA", "BPAT"), ("iso-ne", "ISNE")],
)  # fmt: skip
def test_names_people_use_are_understood(name: str, code: str) -> None:
    assert find_place(name).code == code


def test_there_are_54_authorities_and_13_regions_and_each_belongs_to_one() -> None:
    kinds = [place.kind for place in places().values()]
    assert (kinds.count("authority"), kinds.count("region")) == (54, 13)
    members = [code for place in places().values() if place.kind == "region" for code in place.members]
    assert sorted(members) == sorted(code for code, place in places().items() if place.kind == "authority")


def test_all_that_cannot_be_read_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        flex("ERCOTT", "half", summer="4-13", years="2024-2016")
    assert caught.value.exit_code == 2
    text = str(caught.value)
    assert '"ERCOTT" is no balancing authority or region; did you mean ERCO' in text
    assert '"half" is no share; write for example' in text
    assert "is no first and last month from 1 to 12; write for example 4-10" in text
    assert "ends before it begins; write for example 2016-2024" in text
    assert "the shipped tables hold one rule; give --hourly FILE to choose" in text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"authority": "qqqq"}, "for example PJM, ERCOT or TEX"),
        ({"authority": "PJM", "curtail": "50"}, "did you mean 50%?"),
        ({"authority": "PJM", "curtail": "100%"}, "is all of the energy or more"),
        ({"authority": "PJM", "hourly": Path("hours.xlsx")}, "ends in none of .parquet, .csv, .zip"),
        ({"authority": "PJM", "hourly": Path("absent.csv")}, "there is no such file"),
        ({"authority": "PJM", "hourly": Path("absent.csv"), "summer": "may"}, "write for example 4-10"),
    ],
)
def test_what_is_wrong_is_said(asked: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        flex(**asked)  # type: ignore[arg-type]
    assert words in str(caught.value)


@pytest.mark.parametrize("form", ["wide.parquet", "long.parquet", "wide.csv", "long.csv", "zoned.parquet"])
def test_hours_of_a_file_answer_alike_in_every_form(form: str, tmp_path: Path) -> None:
    wide = frame_of_hours()
    path = tmp_path / form
    frame = wide
    if form.startswith("long"):
        frame = wide.unpivot(index="hour_utc", variable_name="authority", value_name="demand_mw").reverse()
    elif form.startswith("zoned"):
        zone = pl.col("hour_utc").dt.replace_time_zone("UTC").dt.convert_time_zone("America/Chicago")
        frame = wide.with_columns(zone)
    if form.endswith("csv"):
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    answer = flex("ERCOT", "0.5%", hourly=path)
    load = flexible_headroom(wide["hour_utc"], wide["ERCO"], 0.005)
    profile = curtailment_profile(wide["hour_utc"], wide["ERCO"], load)
    assert answer.asked.headroom_mw == load
    assert answer.asked.longest_spell_hours == profile.year.longest_spell_hours
    assert answer.source == f"hours of {form}"
    assert "2021 to 2021" in answer.rule
    assert flex("TEX", "0.5%", hourly=path).asked.headroom_mw == load
    assert "hours of" in printed(answer)


def test_seasons_and_years_are_options_with_a_file(tmp_path: Path) -> None:
    wide = frame_of_hours()
    later = wide.with_columns(pl.col("hour_utc") + pl.duration(days=365), pl.col("ERCO") * 2)
    path = tmp_path / "hours.parquet"
    pl.concat([wide, later]).write_parquet(path)
    answer = flex("ERCO", "1%", hourly=path, summer="4-10", years="2021")
    assert answer.hours == 8760
    assert "summer Apr" in answer.rule
    assert (
        answer.peaks_mw.summer == wide.filter(pl.col("hour_utc").dt.month().is_between(4, 10))["ERCO"].max()
    )


def test_hours_of_one_season_alone_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "summer.parquet"
    frame_of_hours().filter(pl.col("hour_utc").dt.month().is_between(6, 8)).write_parquet(path)
    answer = flex("ERCO", hourly=path)
    assert answer.to_dict()["winter_peak_mw"] is None
    assert answer.asked.headroom_mw > 0
    text = printed(answer)
    assert "peaks: summer" in text
    assert "nan" not in text


def test_files_that_are_no_hourly_demand_are_refused_in_words(tmp_path: Path) -> None:
    wide = frame_of_hours()
    cases: dict[str, tuple[pl.DataFrame, str]] = {
        "no time": (wide.drop("hour_utc"), "has no column hour_utc"),
        "no times": (
            wide.with_columns(hour_utc=pl.lit("now")),
            "is no column of dates and times (it is String)",
        ),
        "no such": (wide.drop("ERCO"), "holds no demand of ERCO"),
        "words": (wide.with_columns(ERCO=pl.lit("many")), "holds something that is no number (String)"),
        "twice": (pl.concat([wide.head(3), wide.head(1)]), "2021-01-01 00:00 comes twice"),
        "no demand": (wide.select("hour_utc", authority=pl.lit("ERCO")), "has no column demand_mw"),
        "two rows": (
            pl.concat([wide.head(2), wide.head(1)]).select(
                "hour_utc", authority=pl.lit("ERCO"), demand_mw="ERCO"
            ),
            "ERCO has two rows for 2021-01-01 00:00:00",
        ),
    }
    for name, (frame, words) in cases.items():
        path = tmp_path / f"{name}.parquet"
        frame.write_parquet(path)
        with pytest.raises(InputError) as caught:
            flex("ERCO", hourly=path)
        assert words in str(caught.value), name
    broken = tmp_path / "broken.parquet"
    broken.write_text("no parquet")
    with pytest.raises(InputError, match="cannot be read"):
        flex("ERCO", hourly=broken)
    region = tmp_path / "region.parquet"
    wide.write_parquet(region)
    with pytest.raises(InputError, match="the file has no demand of AZPS, EPE, PNM, SRP, TEPC, WALC"):
        read_hourly(region).of(places()["SW"])


def test_hours_that_are_not_known_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "hours.parquet"
    frame = frame_of_hours().with_columns(
        ERCO=pl.when(pl.int_range(pl.len()) == 40).then(None).otherwise(pl.col("ERCO"))
    )
    frame.write_parquet(path)
    answer = flex("ERCO", hourly=path)
    assert answer.missing == 1
    assert "1 of 8,760 hours are not known and were left out" in printed(answer)
