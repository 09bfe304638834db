"""Claims on the model itself: what the run says, from blocks, from a run folder, and on the screen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from claims_fakes import claim
from rich.cells import cell_len
from rich.console import Console

from stargauge.cli import main
from stargauge.errors import InputError
from stargauge.insight.claims import (
    LANGUAGES,
    METRICS,
    ClaimsAnswer,
    answer_claims,
    load_claims,
    parse_claims,
)
from stargauge.insight.claims.desk import claims_of
from stargauge.insight.claims.places import all_places
from stargauge.model import Prepared, deliver, draw, prepare, simulate, simulate_block
from stargauge.runs import run
from stargauge.scenario import build_scenario, changed, load_scenario

FUTURES = 100


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(load_scenario("us-2026"))


@pytest.fixture(scope="module")
def shipped() -> ClaimsAnswer:
    return answer_claims(load_claims(), load_scenario("us-2026"), FUTURES, workers=1)


def screen(answer: ClaimsAnswer, language: str) -> list[str]:
    from dataclasses import replace

    out = io.StringIO()
    Console(file=out, width=100, highlight=False).print(replace(answer, language=language).render())
    return out.getvalue().splitlines()


def test_every_metric_is_one_of_the_runs(prepared: Prepared) -> None:
    """The catalogue and the model agree: each metric has its series, each at all places but a few."""
    series = {one.name: one.unit for one in prepared.series}
    ends = {one.name for one in prepared.end_values}
    for metric in METRICS.values():
        if metric.unmodelled is not None or metric.name == "sites_energised":
            continue
        if metric.name == "reached":
            assert {f"reached_month:{place}" for place in all_places(metric)} & ends
            continue
        there = [place for place in all_places(metric) if f"{metric.name}:{place}" in series]
        assert there, metric.name
        unit = series[f"{metric.name}:{there[0]}"]
        assert unit == {"share": "ratio", "truth": "ratio"}.get(metric.unit, metric.unit), metric.name
        if metric.places[0][0] in ("bloc", "layer", "class"):
            assert len(there) >= len(all_places(metric)) - 2, metric.name


def test_all_claims_but_that_of_jobs_are_answered(shipped: ClaimsAnswer) -> None:
    assert {one.id for one in shipped.claims if not one.answered} == {"stargate-jobs"}
    jobs = next(one for one in shipped.claims if not one.answered)
    assert {"EV003", "D20", "D21"} <= {item.id for item in jobs.evidence}
    for one in shipped.claims:
        assert one.evidence, one.id
        assert all(item.words.en and item.words.zh for item in one.evidence), one.id
        if one.answered:
            assert one.chance is not None
            assert one.reading.en.startswith("true in a future in which")
            assert one.reading.zh.endswith("主張即為真")
            assert one.futures == FUTURES


def test_a_chance_is_the_share_of_the_models_own_futures(prepared: Prepared, shipped: ClaimsAnswer) -> None:
    found = {one.id: one for one in shipped.claims}
    draws = draw(prepared, 0)
    result, block = simulate(prepared, draws), deliver(prepared, draws)
    rows = {one.name: row for row, one in enumerate(prepared.series)}
    columns = {one.name: column for column, one in enumerate(prepared.end_values)}
    at = prepared.months.index("2030-12")

    def ahead(metric: str, bloc: str) -> np.ndarray:
        others = [
            row for name, row in rows.items() if name.startswith(f"{metric}:") and name != f"{metric}:{bloc}"
        ]
        own = result.paths[:FUTURES, rows[f"{metric}:{bloc}"], at]
        return own > result.paths[:FUTURES, others, at].max(axis=1)

    limited = ahead("compute_share_location", "US") & ahead("application_share", "China")
    limited &= ahead("rules_share", "EU")
    assert found["limited-multipolar"].chance == limited.mean()
    reached = result.ends[:FUTURES, columns["reached_month:STG-2025-01"]]
    assert found["stargate-first-promise"].chance == (reached <= prepared.months.index("2029-01")).mean()

    groups = prepared.plan.groups[prepared.plan.programmes.index("Stargate (US)")]
    until = prepared.months.index("2029-01") + 1
    sites = [
        max(sum(block.out.group_mw[f, g, m] > 0 for g in groups) for m in range(until))
        for f in range(FUTURES)
    ]
    (part,) = found["stargate-twenty-sites"].conditions
    assert part.most == max(sites)
    assert part.p50 == sorted(sites)[FUTURES // 2 - 1]
    assert found["stargate-twenty-sites"].chance == 0.0


def test_a_pair_is_two_runs_on_the_same_luck(shipped: ClaimsAnswer) -> None:
    one = next(one for one in shipped.claims if one.id == "chip-easing-china-share")
    base = load_scenario("us-2026")
    values = []
    for sales in ("open", "rules"):
        fields = base.canonical()
        fields["world"] = {**fields["world"], "chip_sales_to_china": sales}
        ready = prepare(build_scenario(fields))
        row = [series.name for series in ready.series].index("compute_share_location:China")
        paths = simulate_block(ready, 0).paths[:FUTURES, row]
        values.append(paths[:, ready.months.index("2030-12")])
    apart = values[0] - values[1]
    assert one.chance == np.mean(apart >= 0.05)
    assert one.conditions[0].mean == pytest.approx(apart.mean())


def test_two_processes_and_one_give_the_same_answers() -> None:
    text = claim("metric: model_share, place: US, at: 2030-12, comparison: above, threshold: 60 %")
    base = load_scenario("us-2026")
    alone = answer_claims(parse_claims(text), base, 600, workers=1)
    together = answer_claims(parse_claims(text), base, 600, workers=2)
    assert alone.to_dict() == together.to_dict()


@pytest.mark.parametrize("language", LANGUAGES)
def test_screens_fit_also_where_characters_are_wide(shipped: ClaimsAnswer, language: str) -> None:
    lines = screen(shipped, language)
    assert max(map(cell_len, lines)) <= 100
    text = "\n".join(lines)
    assert ("not modelled" if language == "en" else "未納入模型") in text
    assert ("claimed by" if language == "en" else "主張來源") in text
    assert "stargauge facts" in text
    for one in shipped.claims:
        assert one.id in text
    # Every chance stands in the list on top, before what is behind it.
    ids = [
        next(row for row, line in enumerate(lines) if line.rstrip().endswith(one.id))
        for one in shipped.claims
    ]
    assert ids == sorted(ids)
    assert ids[-1] < 3 + 3 * len(ids)


def test_answers_survive_json(shipped: ClaimsAnswer) -> None:
    plain = json.loads(json.dumps(shipped.to_dict(), allow_nan=False))
    assert plain["futures"] == FUTURES
    assert plain["claims"][0]["title"]["zh"].startswith("「星際之門」")
    assert plain["claims"][0]["said"][0]["address"].startswith("https://")


def test_a_run_folder_answers_what_it_suffices_for(tmp_path: Path) -> None:
    scenario = changed(load_scenario("us-2026"), futures=300)
    run(scenario, tmp_path / "run", workers=1)
    file = tmp_path / "claims.yaml"
    file.write_text(
        claim("metric: energised_facility_mw, place: US, at: 2030-12, comparison: above, threshold: 60 GW")
        + claim("metric: reached, place: STG-MI, by: 2030-12, comparison: holds")
        .split("claims:\n")[1]
        .replace("id: one", "id: two")
        + claim("metric: model_share, place: US, at: 2030-12, comparison: above, threshold: 60 %")
        .split("claims:\n")[1]
        .replace("id: one", "id: three"),
        encoding="utf-8",
    )
    stored = claims_of(file, run=tmp_path / "run", futures=100, workers=1)
    fresh = claims_of(file, futures=300, workers=1)
    # A folder keeps national power at the ends of years and the months of pledges; of shares only a sample.
    assert [one.futures for one in stored.claims] == [300, 300, 100]
    for kept, made in zip(stored.claims[:2], fresh.claims[:2], strict=True):
        assert kept.chance == made.chance
        assert kept.movers == made.movers
        assert kept.conditions == made.conditions
        assert kept.evidence == made.evidence
    with pytest.raises(InputError, match="exclude each other"):
        claims_of(file, run=tmp_path / "run", scenario="us-2026")


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (["--lang", "fr"], "write en or zh"),
        (["--futures", "1"], "from 2 to 1,000,000"),
        (["--workers", "0"], "too few"),
        (["missing.yaml"], "no such file"),
        (["--scenario", "us-2062"], "us-2026"),
        (["--run", "nowhere-at-all"], "nowhere-at-all"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistaken_options_are_told(tokens: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["claims", *tokens])
    assert stop.value.code in (1, 2)
    said = capsys.readouterr()
    assert words in said.err + said.out
