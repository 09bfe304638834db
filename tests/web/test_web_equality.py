"""The numbers of the page are those of a run, of its answers and of a comparison, to the last bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from web_server import Server, scenario

from stargauge.insight.comparison import comparison
from stargauge.policy import plan_vocabulary
from stargauge.runs import FinishedRun, run
from stargauge.scenario import build_scenario, changed, to_yaml

FUTURES = 300
LEVERS = {"permitting_time": 0.8, "flexible_load": [{"from": "2028-01", "intensity": 0.5}]}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    asked = changed(build_scenario(scenario(LEVERS), vocabulary=plan_vocabulary()), futures=FUTURES)
    return run(asked, tmp_path_factory.mktemp("web") / "run", workers=1)


@pytest.fixture(scope="module")
def answer(server: Server) -> dict[str, Any]:
    told = server.move(scenario=scenario(LEVERS), futures=FUTURES, limits=True).json()
    assert told["futures"] == FUTURES
    return told


def test_every_series_has_the_bands_of_the_run(server: Server, finished: FinishedRun) -> None:
    frame = finished.store.series_quantiles()
    names = [series.name for series in finished.prepared.series]
    for at in range(0, len(names), 160):
        told = server.move(scenario=scenario(LEVERS), futures=FUTURES, series=names[at : at + 160]).json()
        assert told["series"] == names
        assert set(told["paths"]) == set(names[at : at + 160])
        for (name,), rows in frame.group_by("series"):
            if name in told["paths"]:
                for level in ("p05", "p25", "p50", "p75", "p95", "mean"):
                    assert told["paths"][name][level] == rows[level].to_list(), (name, level)
                assert told["paths"][name]["unit"] == rows["unit"][0]


def test_a_prefix_of_the_futures_is_a_shorter_run(
    server: Server, finished: FinishedRun, tmp_path: Path
) -> None:
    short = run(changed(finished.prepared.scenario, futures=100), tmp_path / "run", workers=1)
    told = server.move(scenario=scenario(LEVERS), futures=100, series=["class:*"]).json()
    assert told["preview"]
    rows = short.store.series_quantiles("class:bipolar")
    assert told["paths"]["class:bipolar"]["mean"] == rows["mean"].to_list()
    assert told["digest"] == short.prepared.scenario.digest()


def test_the_record_says_the_same(finished: FinishedRun, answer: dict[str, Any]) -> None:
    record = finished.store.record
    assert answer["digest"] == finished.prepared.scenario.digest()
    assert answer["facts_digest"] == record.inputs.facts_digest
    assert answer["facts_as_of"] == record.inputs.facts_as_of
    assert answer["seed"] == record.seed
    assert answer["months"] == list(record.months)
    assert answer["version"] == record.version


def test_pledges_and_programmes_are_those_of_the_answers(
    finished: FinishedRun, answer: dict[str, Any]
) -> None:
    own = finished.answers
    assert [one["pledge_id"] for one in answer["pledges"]] == [one.pledge_id for one in own.pledges]
    for told, pledge in zip(answer["pledges"], own.pledges, strict=True):
        renamed = {"grade": "confidence"}
        for name, value in told.items():
            expected = getattr(pledge, renamed.get(name, name))
            assert value == (list(expected) if isinstance(expected, tuple) else expected), name
    assert [one["name"] for one in answer["programmes"]] == [one.name for one in own.programmes]
    for told, programme in zip(answer["programmes"], own.programmes, strict=True):
        for name in ("country", "energised_mw", "announced_mw", "cancelled_mw", "under_way_mw"):
            assert told[name] == getattr(programme, name)
        assert told["lateness"] == {
            "total_months": programme.late_total_months,
            "by_cause_months": programme.late_months,
            "unexplained_months": programme.unexplained_months,
            "early_months": programme.early_months,
        }
    assert answer["lateness"]["total_months"] == own.late_total_months
    assert answer["lateness"]["by_cause_months"] == own.late_months


def test_what_binds_is_that_of_the_answers(finished: FinishedRun, answer: dict[str, Any]) -> None:
    regional = finished.answers.regional
    assert answer["limits"]["least_waiting_mw"] == regional.least_waiting_mw
    for told in answer["limits"]["regions"]:
        region = regional.of(told["region"])
        assert (told["binds_first"], told["binds_first_year"]) == (
            region.binds_first,
            region.binds_first_year,
        )
        assert [one["year"] for one in told["years"]] == [one.year for one in region.years]
        for year, own in zip(told["years"], region.years, strict=True):
            assert year["waiting_mw"] == own.waiting_mw
            assert year["binds"] == own.binds
    assert len(answer["limits"]["regions"]) == len(regional.regions) + 1


def test_classes_and_headlines_are_read_from_the_same_futures(
    server: Server, finished: FinishedRun, answer: dict[str, Any]
) -> None:
    frame = finished.store.series_quantiles("class:bipolar")
    by_month = dict(zip(frame["month"], frame["mean"], strict=True))
    classes = answer["classes"]
    assert classes["shares"]["bipolar"] == [by_month[month] for month in classes["months"]]
    sentences = {one["id"]: one["values"] for one in answer["headline"]}
    energised = sentences["energised:2030"]
    fans = finished.store.series_quantiles("energised_facility_mw:US")
    at = fans["month"].to_list().index(energised["month"])
    assert energised["nation_p50_gw"] == fans["p50"][at] / 1000.0
    pledge = next(one for one in answer["pledges"] if f"pledge:{one['pledge_id']}" in sentences)
    assert sentences[f"pledge:{pledge['pledge_id']}"]["chance"] == pledge["chance_in_time"]
    assert sentences["class:2035"]["chance"] == max(shares[-1] for shares in classes["shares"].values())


def test_a_comparison_is_that_of_the_command(server: Server, tmp_path: Path) -> None:
    asked = {"first": scenario(name="first", seed=7), "second": scenario(LEVERS, name="second", seed=9)}
    files = []
    for side, fields in asked.items():
        files.append(tmp_path / f"{side}.yaml")
        built = build_scenario(fields, vocabulary=plan_vocabulary())
        files[-1].write_text(to_yaml(built), encoding="utf-8")
    own = comparison([str(path) for path in files], futures=FUTURES, workers=1)
    told = server.client.post("/api/compare", json={**asked, "futures": FUTURES}).json()
    assert (told["seed"], told["futures"]) == (own.seed, own.futures)
    other = own.others[0]
    assert told["same"] == list(other.same)
    assert told["missing"] == list(other.missing)
    assert [(one["field"], one["first"], one["second"]) for one in told["changes"]] == [
        (one.field, one.first, one.own) for one in other.changes
    ]
    assert len(told["differences"]) == len(other.differences) > 0
    for mine, theirs in zip(told["differences"], other.differences, strict=True):
        renamed = {"second": "own"}
        assert mine == {name: getattr(theirs, renamed.get(name, name)) for name in mine}
