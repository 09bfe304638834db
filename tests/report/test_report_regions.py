"""Power by region as it is told: sentences, tables and screens say the numbers of the answers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from report_reading import Node, number, parse
from rich.console import Console, RenderableType

from stargauge.cli import main
from stargauge.errors import InputError
from stargauge.facts import Tables
from stargauge.facts.power_tables import load_power_tables
from stargauge.insight import Answers, Band, RegionalAnswers, RegionAnswer, RegionYear
from stargauge.report import region_wording as words
from stargauge.report import report_html
from stargauge.report.figures import Names
from stargauge.report.figures.axes import tick_text
from stargauge.report.region_screen import region_lines, run_power
from stargauge.report.region_section import region_section
from stargauge.report.region_sentences import gw, region_sentences, told_years
from stargauge.report.terminal import run_screen
from stargauge.runs import FinishedRun


@pytest.fixture(scope="module")
def regional(real: Answers) -> RegionalAnswers:
    return real.regional


def table(page: Node, ident: str) -> Node:
    found = page.by_id(ident)
    return found if found.tag == "table" else found.all("table")[0]


def numbers(cell: str) -> list[float]:
    return [number(part) for part in re.findall(r"[\u2212]?[\d,]+(?:\.\d+)?", cell)]


def bands(cell: str, band: Band | None, factor: float = 1e-3) -> None:
    """Check that a cell tells a band: median, then 5 and 95 % points; a dash, or one 0 for nothing at all."""
    if band is None:
        assert cell == "–"
        return
    true = [factor * value for value in (band.p50, band.p05, band.p95)]
    told = numbers(cell)
    assert told == pytest.approx(true if len(told) == 3 else [true[0]], abs=0.0501)
    if len(told) == 1:
        assert max(map(abs, true)) < 0.0501


# The page


def test_the_map_tells_headroom_and_what_binds_first(page: Node, regional: RegionalAnswers) -> None:
    rows = {row[0].rpartition("(")[2].rstrip(")"): row[1:] for row in table(page, "regions-map-table").rows()}
    assert len(rows) == 13
    tiles = page.by_id("regions-map-wide").all("g")
    for one in regional.regions:
        level = one.of(2030)
        row = rows[one.region]
        assert level.firm_headroom_mw is not None
        bands(f"{row[0]} ({row[1]})", level.firm_headroom_mw)
        bands(f"{row[2]} ({row[3]})", level.flexible_headroom_mw)
        first = (
            f"{words.LIMIT_SHORT[one.binds_first]} from {one.binds_first_year}"
            if one.binds_first
            else "nothing binds"
        )
        assert row[4:] == [first, str(one.power_binds_from or "–")]
        tile = next(node for node in tiles if node.text.startswith(f"{words.REGION[one.region]}: "))
        assert row[0] in tile.text
        assert first in tile.text
    assert "July 2030" in page.by_id("regions").all("figure")[0].text


def test_the_heat_table_tells_what_waits_and_for_what(page: Node, regional: RegionalAnswers) -> None:
    found = table(page, "regions-binds-table")
    assert found.head() == ["Region", *(str(year) for year in regional.years)]
    rows = found.rows()
    assert len(rows) == 14
    for row, one in zip(rows, (*regional.regions, regional.nation), strict=True):
        assert row[0].split()[0] == one.region
        for cell, year in zip(row[1:], one.years, strict=True):
            if year.binds is None:
                assert cell == "<0.1 nothing"
            else:
                amount, limit = cell.split(" ")
                assert limit == words.LIMIT_SHORT[year.binds]
                assert number(amount) == pytest.approx(1e-3 * year.waiting_mw[year.binds], abs=0.0501)


def test_levels_are_told_by_region_and_year(page: Node, regional: RegionalAnswers) -> None:
    rows = table(page, "regions-levels").rows()
    told = iter(rows)
    for year in (2026, 2030, 2035):
        assert next(told) == [f"July {year}"]
        for one in (*regional.regions, regional.nation):
            level, row = one.of(year), next(told)
            assert row[0].endswith(f"({one.region})")
            quantities = (
                level.firm_headroom_mw, level.flexible_headroom_mw, level.grid_load_mw, level.onsite_mw,
                level.shortfall_mw,
            )  # fmt: skip
            for cell, band in zip(row[1:6], quantities, strict=True):
                bands(cell, band)
            assert numbers(row[6])[0] == pytest.approx(100 * level.shortfall_chance, abs=0.501)
    assert next(told, None) is None


def test_additions_and_money_are_told_by_year(page: Node, regional: RegionalAnswers) -> None:
    rows = table(page, "regions-additions-table").rows()
    for row, one in zip(rows, regional.supply, strict=True):
        assert row[0] == str(one.year)
        amounts = [
            *one.added_mw.values(),
            one.added_total_mw.mean,
            one.added_total_mw.p10,
            one.added_total_mw.p90,
        ]
        assert [number(cell) for cell in row[1:]] == pytest.approx([1e-3 * mw for mw in amounts], abs=0.0501)
    money = table(page, "regions-money").rows()
    for row, one in zip(money[:-1], regional.supply, strict=True):
        for cell, amount, factor, room in (
            (row[1], one.added_total_mw, 1e-3, 0.0501),
            (row[2], one.retired_mw, 1e-3, 0.0501),
            (row[3], one.supply_capital_usd_b, 1.0, 0.501),
            (row[4], one.onsite_capital_usd_b, 1.0, 0.501),
        ):
            true = [factor * value for value in (amount.mean, amount.p10, amount.p90)]
            assert numbers(cell) == pytest.approx(true, abs=room)
    assert money[-1][0] == "2026 to 2035"
    assert number(money[-1][3]) == pytest.approx(
        sum(one.supply_capital_usd_b.mean for one in regional.supply), abs=0.501
    )
    caption = page.by_id("regions-money").text.replace("\u00a0", " ")
    assert f"cost {regional.wires_usd_b.mean:.1f} bn USD on average by December 2035" in caption


@pytest.mark.parametrize(
    ("ident", "name"), [("regions-opposition", "opposition_level"), ("regions-bill", "bill_effect_percent")]
)
def test_opposition_and_bills_are_told(page: Node, regional: RegionalAnswers, ident: str, name: str) -> None:
    found = table(page, f"{ident}-table")
    years = [int(year) for year in found.head()[1:]]
    assert years == [2026, 2027, 2028, 2030, 2032, 2035]
    for row, one in zip(found.rows(), regional.regions, strict=True):
        for cell, year in zip(row[1:], years, strict=True):
            band = getattr(one.of(year), name)
            told = numbers(cell)
            true = [band.p50, band.p05, band.p95]
            assert told == pytest.approx(true if len(told) == 3 else true[:1], abs=0.0501)


def test_what_supply_rests_on_is_listed(page: Node, real: Answers) -> None:
    sources = page.by_id("sources").text
    power = load_power_tables()
    used = {
        row for name in ("fleet", "peaks", "transfers") for row in getattr(power, name)["source_id"].unique()
    }
    for row in power.sources.iter_rows(named=True):
        if row["id"] in used and str(row["known_from"]) <= real.as_of:
            assert re.sub(" +", " ", row["source"]) in sources
    assert "EIA Cleaned Hourly Electricity Demand Data v1.4" in sources


def test_the_page_says_what_is_left_out_of_regions(page: Node) -> None:
    limits = page.by_id("limits").text
    assert "an answer of supply to shortage" in limits
    assert "hazards do not yet rise" not in limits
    assert "To be short is to miss the required reserve, not to go dark." in page.by_id("regions").text


def test_a_run_without_a_july_says_so(real: Answers, tables: Tables, regional: RegionalAnswers) -> None:
    bare = replace(regional, nation=replace(regional.nation, years=()), supply=())
    early = replace(real, regional=bare)
    assert region_section(early) is None
    page = parse(report_html(early, tables))
    assert "The run holds no July from 5 October 2026 on" in page.by_id("regions").text.replace("\u00a0", " ")


def without_limits(one: RegionAnswer) -> RegionAnswer:
    years = [replace(year, firm_headroom_mw=None, flexible_headroom_mw=None) for year in one.years]
    return replace(one, years=tuple(years))


def test_a_run_without_limits_has_no_headroom_to_show(real: Answers, tables: Tables) -> None:
    regional = real.regional
    free = replace(
        regional,
        regions=tuple(without_limits(one) for one in regional.regions),
        nation=without_limits(regional.nation),
    )
    page = parse(report_html(replace(real, regional=free), tables))
    text = page.by_id("regions").text
    assert "have room for" not in text
    assert "falls short of load" not in text
    assert "Room for load that never gives way" not in text
    assert all(row[1] == "–" for row in table(page, "regions-map-table").rows())


# Sentences


def told(answers: Answers, start: str) -> str:
    said = (one.replace("\u00a0", " ") for one in region_sentences(answers))
    return next(one for one in said if one.startswith(start))


def test_sentences_are_the_numbers(real: Answers, regional: RegionalAnswers) -> None:
    nation = regional.nation.of(2030)
    firm, flexible = nation.firm_headroom_mw, nation.flexible_headroom_mw
    assert firm is not None
    assert flexible is not None
    said = told(real, "In July 2030 the power grids of 13 regions")
    assert (
        f"room for {gw(firm.p50)} GW of new load that never gives way (90 % of futures: {gw(firm.p05)} to "
        in said
    )
    assert f"for {gw(flexible.p50)} GW of load that gives way in the tightest hours" in said
    assert "the most firm room is in Texas (" in said
    said = told(real, "With new load")
    worst = max(regional.regions, key=lambda one: one.of(2030).shortfall_chance)
    assert f"{100 * worst.of(2030).shortfall_chance:.0f} % of futures in {words.SPOKEN[worst.region]}" in said
    said = told(real, f"{gw(nation.onsite_mw.p50)} GW of new AI load run on plant of their own in July 2030")
    assert f"beside {gw(nation.grid_load_mw.p50)} GW on the grid." in said
    said = told(real, "From June 2026 to the end of 2030, ")
    first = [one for one in regional.supply if one.year <= 2030]
    assert (
        f"{gw(sum(one.added_total_mw.mean for one in first))} GW of power plants are added on average" in said
    )
    assert f"{gw(sum(one.added_mw['solar'] for one in first))} GW solar" in said
    levels = {one.region: one.of(2030).opposition_level for one in regional.regions}
    most = max(levels, key=lambda code: levels[code].p50)  # type: ignore[union-attr]
    said = told(real, "Local opposition")
    assert f"strongest in {words.SPOKEN[most]} in July 2030: {levels[most].p50:.1f} times" in said  # type: ignore[union-attr]
    said = told(real, "In the Mid-Atlantic data centres account for ")
    bill = regional.of("MIDA").of(2030).bill_effect_percent
    assert bill is not None
    assert f"for {bill.p50:.1f} % of the average power bill in July 2030" in said


def test_what_binds_is_told_from_first_to_last(real: Answers, regional: RegionalAnswers) -> None:
    said = told(real, "Data centres that are finished")
    last = regional.nation.of(2035)
    assert "wait mostly for chip supply from 2026, and from 20" in said
    assert "mostly for regional headroom: in 2035, " in said
    assert f"{gw(sum(last.waiting_mw.values()))} GW wait on average" in said
    assert f"{gw(last.waiting_mw['headroom'])} GW of it for regional headroom" in said
    assert (
        f"{gw(regional.of('MIDA').of(2035).waiting_mw['headroom'])} GW of that in the Mid-Atlantic." in said
    )


def changed(answers: Answers, **changes: object) -> Answers:
    """Return answers with each year of each region and of the nation changed."""

    def every(one: RegionAnswer) -> RegionAnswer:
        years: list[RegionYear] = [replace(year, **changes) for year in one.years]  # type: ignore[arg-type]
        return replace(one, years=tuple(years))

    regional = answers.regional
    return replace(
        answers,
        regional=replace(
            regional, regions=tuple(every(one) for one in regional.regions), nation=every(regional.nation)
        ),
    )


NONE = Band(0.0, 0.0, 0.0, 0.0)


def test_where_nothing_binds_falls_short_or_runs_on_its_own(real: Answers) -> None:
    quiet = changed(real, binds=None, shortfall_chance=0.0, onsite_mw=NONE)
    assert told(quiet, "In no year") == (
        "In no year do more than 0.1 GW of finished data centres wait for any one limit on average."
    )
    assert told(quiet, "In July 2030 firm") == (
        "In July 2030 firm supply falls short in no region in any future."
    )
    assert told(quiet, "No new") == "No new AI load runs on plant of its own in July 2030."


def test_one_limit_that_binds_throughout_is_told_once(real: Answers) -> None:
    waiting = {"headroom": 0.0, "chips": 2000.0, "capital": 0.0, "equipment": 0.0}
    said = told(changed(real, binds="chips", waiting_mw=waiting), "Data centres that")
    assert "wait mostly for chip supply from 2026: in 2035, 2 GW wait on average, 2 GW of it" in said


def test_a_run_that_ends_in_its_first_year_compares_nothing(real: Answers) -> None:
    def first(one: RegionAnswer) -> RegionAnswer:
        return replace(one, years=one.years[:1])

    regional = real.regional
    short = replace(
        real,
        regional=replace(
            regional,
            regions=tuple(first(one) for one in regional.regions),
            nation=first(regional.nation),
            supply=(),
        ),
    )
    assert told_years(short.regional) == (2026,)
    assert "against" not in told(short, "Local opposition") + told(short, "In the Mid-Atlantic data")
    assert not [one for one in region_sentences(short) if one.startswith("From ")]
    section = region_section(short)
    assert section is not None
    assert section.additions is None
    assert section.money is None


def test_a_small_amount_is_told_as_nothing() -> None:
    assert [gw(mw) for mw in (0.0, 2.0, 60.0, 1234.0, -2345.0)] == ["0", "0", "0.06", "1.2", "\u22122.3"]


# Screens


def shown(answer: RenderableType) -> list[str]:
    text = StringIO()
    Console(width=200, file=text, highlight=False).print(answer)
    return [line.rstrip() for line in text.getvalue().splitlines()]


def test_the_screens_fit_a_hundred_columns(finished: FinishedRun, real: Answers) -> None:
    folder = finished.store.folder
    screens = [run_power(folder).render(), *(run_power(folder, code).render() for code in words.REGION)]
    screens.append(region_lines(real.regional))
    for screen in screens:
        for line in shown(screen):
            assert len(line) <= 100, line


def test_the_lines_of_a_run_tell_the_nation(real: Answers, regional: RegionalAnswers) -> None:
    lines = shown(region_lines(regional))
    assert len(lines) <= 8
    assert lines[1].split() == ["July", "2026", "July", "2030", "July", "2035"]
    for start, name in (
        ("firm headroom", "firm_headroom_mw"),
        ("flexible headroom", "flexible_headroom_mw"),
        ("new AI load on plant", "onsite_mw"),
        ("firm supply short", "shortfall_mw"),
    ):
        line = next(one for one in lines if one.startswith(start))
        cells = re.findall(r"(\u2212?[\d,.]+) (\u2212?\d+)…(\u2212?\d+)", line)
        for year, cell in zip((2026, 2030, 2035), cells, strict=True):
            band = getattr(regional.nation.of(year), name)
            assert number(cell[0]) == pytest.approx(1e-3 * band.p50, abs=0.0501)
            assert [number(one) for one in cell[1:]] == pytest.approx(
                [1e-3 * band.p05, 1e-3 * band.p95], abs=0.501
            )
    assert any(line.startswith("Power is what binds from: Mid-Atlantic 20") for line in lines)
    assert any(line.startswith("Opposition is strongest in Mid") for line in lines)
    whole = "\n".join(shown(run_screen(real, 12.0, ["run/*.parquet"], "run/report.html")))
    assert lines[0] in whole
    assert "stargauge power --run run" in whole


def test_power_of_a_run_as_a_screen_and_as_json(
    finished: FinishedRun, regional: RegionalAnswers, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(finished.store.folder)
    main(["power", "--run", folder, "--json"])
    plain = json.loads(capsys.readouterr().out)
    assert (plain["scenario"], plain["futures"], plain["region"]) == ("us-2026", 256, None)
    expected = json.loads(json.dumps(regional.to_dict()))
    assert {name: plain[name] for name in expected} == expected
    main(["power", "MIDA", "--run", folder, "--json"])
    plain = json.loads(capsys.readouterr().out)
    assert [one["region"] for one in plain["regions"]] == ["MIDA"]
    assert plain["regions"][0] == json.loads(json.dumps(regional.to_dict()))["regions"][4]
    main(["power", "--run", folder])
    text = capsys.readouterr().out
    for start in ("Headroom in July", "New AI load", "What finished", "Opposition", "Power plants"):
        assert f"\n{start}" in text
    main(["power", "TEX", "--run", folder])
    text = capsys.readouterr().out
    assert text.startswith("Power of Texas in a run · scenario us-2026 · as of 2026-10-05 · 256 futures")
    assert len(re.findall(r"^20\d\d ", text, flags=re.MULTILINE)) == 10


def test_a_wrong_region_is_named_with_those_there_are(finished: FinishedRun) -> None:
    with pytest.raises(InputError) as caught:
        run_power(Path("nowhere"), "PJM")
    assert '"PJM" is no EIA-930 region; known: CAL, CAR, CENT' in str(caught.value)
    assert "nothing was read" in str(caught.value)


# The page of documentation


def test_the_documented_run_is_that_of_the_default_scenario(regional: RegionalAnswers) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "power.md"
    rows = [line.strip("| ").split(" | ") for line in page.read_text(encoding="utf-8").splitlines()]
    lines = {cells[0]: cells[1:] for cells in rows if len(cells) == 4}
    for start, name in (
        ("firm headroom", "firm_headroom_mw"),
        ("flexible headroom", "flexible_headroom_mw"),
        ("new load on the grid", "grid_load_mw"),
        ("on plant of its own", "onsite_mw"),
        ("short", "shortfall_mw"),
    ):
        for cell, year in zip(lines[start], (2026, 2030, 2035), strict=True):
            band = getattr(regional.nation.of(year), name)
            true = [1e-3 * value for value in (band.p50, band.p05, band.p95)]
            # 256 futures know a median to some per cent and a tail to some more.
            assert numbers(cell) == pytest.approx(true, rel=0.2, abs=8.0)
    for start, limit in (("mean that waits for power", "headroom"), ("mean that waits for chips", "chips")):
        waiting = [1e-3 * regional.nation.of(year).waiting_mw[limit] for year in (2026, 2030, 2035)]
        assert [number(cell) for cell in lines[start]] == pytest.approx(waiting, rel=0.25, abs=0.5)


# What figures gained


def test_an_axis_below_nothing_has_a_minus() -> None:
    assert tick_text(-1500.0, 500.0) == "\u22121,500"
    assert tick_text(-0.01, 0.5) == "0.0"


def test_the_band_of_a_fan_goes_below_nothing(page: Node, regional: RegionalAnswers) -> None:
    svg = page.by_id("regions-firm-headroom")
    ticks = [number(node.text) for node in svg.all("text") if node.kinds() == {"tick"}]
    band = regional.nation.of(2035).firm_headroom_mw
    assert band is not None
    assert min(ticks) <= 1e-3 * band.p05
    assert max(ticks) >= 1e-3 * band.p95
    assert np.all(np.diff(ticks) > 0)


def test_names_may_have_classes_of_their_own() -> None:
    shade = Names(("power", "nothing"), ("kind1", "kind8"))
    assert shade.entries() == (("kind1", "power"), ("kind8", "nothing"))
    assert shade.kind("nothing") == "kind8"
    with pytest.raises(ValueError, match="2 names; 1 can be told apart"):
        Names(("power", "nothing"), ("kind1",))


def test_every_region_has_both_names() -> None:
    assert words.REGION.keys() == words.SPOKEN.keys()
    assert words.LIMIT.keys() == words.LIMIT_SHORT.keys() == words.LIMIT_KEY.keys()
    for code, name in words.REGION.items():
        assert words.SPOKEN[code].endswith(name)
