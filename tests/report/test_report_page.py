"""The page: its numbers are those of the answers, it asks nothing of any host, and it is whole or absent."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from report_reading import SVG_SHAPES, Node, labels, line_through, number, parse, points, shapes

from stargauge.errors import StoreError
from stargauge.facts import Tables
from stargauge.insight import Answers
from stargauge.report import report_html, write_report
from stargauge.report.numbers import chance, day_short, decimal, month_short, significant

ANNOUNCED = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")


@pytest.fixture(scope="module")
def numbers(real: Answers) -> dict[str, Any]:
    return real.to_dict()


def table(page: Node, ident: str) -> Node:
    found = page.by_id(ident)
    return found if found.tag == "table" else found.all("table")[0]


# Numbers


def test_programmes_are_told_with_facility_and_it_apart(page: Node, numbers: dict[str, Any]) -> None:
    rows = {row[0].split(" (")[0]: row for row in table(page, "programmes-table").rows()}
    assert len(rows) == len(numbers["programmes"])
    end = numbers["months"].index("2030-12")
    for one in numbers["programmes"]:
        row = rows[one["name"].split(" (")[0]]
        assert row[1] == f"{one['sites_energised']} of {one['sites']}"
        told = [number(row[column]) for column in (2, 4, 5, 6, 7)]
        true = [one["energised_mw"], one["energised_it_mw"], one["announced_mw"]]
        true += [one["fan"]["quantiles"]["p50"][end], one["cancelled_mw"]]
        assert told == pytest.approx(true, abs=0.5)
        assert number(row[3]) <= number(row[2])


def test_every_testable_pledge_is_told_with_its_terms(page: Node, numbers: dict[str, Any]) -> None:
    rows = table(page, "pledges-table").rows()
    pledges = sorted(numbers["pledges"], key=lambda one: (one["deadline"], one["pledge_id"]))
    assert len(rows) == len(pledges)
    end = numbers["months"][-1]
    for one, row in zip(pledges, rows, strict=True):
        assert one["programme"] in row[0]
        assert one["promised"] in row[0]
        assert one["source"] in row[0]
        assert ("sites not announced yet" in row[0]) == one["unannounced"]
        assert row[1].startswith(
            f"{one['due_mw']:,.0f} MW {'IT' if one['basis'] == 'it' else 'facility'} power"
        )
        assert day_short(one["deadline"]) in row[1]
        standing, without = re.fullmatch(r"([\d,]+) without: ([\d,]+)", row[2]).groups()  # type: ignore[union-attr]
        assert number(standing) == pytest.approx(one["standing_mw"], abs=0.5)
        assert number(without) == pytest.approx(one["standing_mw"] - one["begun_before_mw"], abs=0.5)
        if one["deadline"][:7] >= numbers["as_of"][:7] and one["standing_mw"] < 0.98 * one["due_facility_mw"]:
            assert row[3].startswith(chance(one["chance_in_time"], numbers["futures"]))
        assert row[3].endswith(chance(one["chance_by_end"], numbers["futures"]))
        reached = [month_short(one[f"reached_{name}"], end) for name in ("p10", "p50", "p90")]
        assert row[4] == f"10 %{reached[0]}50 %{reached[1]}90 %{reached[2]}"
        assert row[5] == (
            f"bn USD{decimal(one['promised_capital_usd_b'], 1)}jobs{decimal(one['promised_jobs'])}"
            f"sites{decimal(one['promised_sites'])}"
        )


def test_pledges_that_cannot_be_tested_say_why(page: Node, real: Answers, tables: Tables) -> None:
    text = page.by_id("pledges").text
    known = tables.pledges.filter(tables.pledges["known_from"].cast(str) <= real.as_of)
    untested = known.filter(~known["testable"])
    assert untested.height > 20
    for row in untested.iter_rows(named=True):
        assert row["untestable_because"] in text
        assert re.sub(" +", " ", row["promised"]) in text


def test_months_late_always_have_an_unexplained_column(page: Node, numbers: dict[str, Any]) -> None:
    found = table(page, "lateness-table")
    assert found.head() == ["Programme", "Months late", *numbers["late_months"], "unexplained"]
    assert "open" in page.by_id("lateness-table").attributes
    rows = {row[0].split(" (")[0]: row[1:] for row in found.rows()}
    whole = {**numbers, "name": "All named programmes"}
    for one in (whole, *numbers["programmes"]):
        row = rows[one["name"].split(" (")[0]]
        if one["late_total_months"] is None:
            assert set(row) == {"–"}
            continue
        true = [one["late_total_months"], *one["late_months"].values(), one["unexplained_months"]]
        assert [number(cell) for cell in row] == pytest.approx(true, abs=0.0501)
        assert "-0.0" not in row


def test_years_are_told_for_the_nation_and_each_programme(page: Node, numbers: dict[str, Any]) -> None:
    factors = {
        "energised_facility_mw": 1e3,
        "energised_it_mw": 1e3,
        "compute_h100e": 1e6,
        "capital_usd_b": 1.0,
    }
    for quantity, factor in factors.items():
        rows = table(page, f"national-{quantity.replace('_', '-')}-table").rows()
        assert [row[0] for row in rows] == [str(row["year"]) for row in numbers["national_by_year"]]
        for row, year in zip(rows, numbers["national_by_year"], strict=True):
            true = [year[quantity][name] / factor for name in ANNOUNCED]
            assert [number(cell) for cell in row[1:]] == pytest.approx(
                true, abs=0.5 if factor == 1.0 else 0.0501
            )
    ends = [index for index, month in enumerate(numbers["months"]) if month.endswith("-12")]
    ordered = sorted(numbers["programmes"], key=lambda one: (-one["announced_mw"], one["name"]))
    for position, one in enumerate(ordered, start=1):
        rows = table(page, f"programme-{position}-table").rows()
        for row, index in zip(rows, ends, strict=True):
            true = [one["fan"]["quantiles"][name][index] for name in ANNOUNCED]
            assert [1000.0 * number(cell) for cell in row[1:]] == pytest.approx(true, abs=0.501)


def test_assumptions_are_told_with_fact_value_and_source(page: Node, numbers: dict[str, Any]) -> None:
    rows = page.by_id("assumptions").all("table")[0].rows() if numbers["drivers"] else []
    assert len(rows) == len(numbers["drivers"])
    for one, row in zip(numbers["drivers"], rows, strict=True):
        assert row[0] == f"{one['title']} {one['fact_id']}"
        assert number(row[1]) == pytest.approx(one["correlation"], abs=0.00501)
        assert row[2:6] == [
            significant(one["p10"]),
            significant(one["p50"]),
            significant(one["p90"]),
            one["unit"],
        ]
        assert row[6] == f"{one['source']} {one['confidence']}"


def test_the_score_is_told_where_it_wins_and_where_it_loses(page: Node, numbers: dict[str, Any]) -> None:
    summaries = numbers["backtest"]["summaries"]
    rows = table(page, "score-table").rows()
    assert len(rows) == len(summaries)
    for one, row in zip(summaries, rows, strict=True):
        assert [number(row[1]), number(row[2])] == [one["pairs"], one["sites"]]
        assert [number(cell) for cell in row[3:-1]] == pytest.approx(
            list(one["crps_mw"].values()), abs=0.0501
        )
        assert float(row[-1].rstrip("\u00a0%")) == pytest.approx(100 * one["coverage_80"], abs=0.51)
    text = page.by_id("score").text
    lost = [one for one in summaries if min(mean for mean, _, _ in one["gain"].values()) < 0]
    told = page.by_id("score").all("ul")[1].all("li")  # the first list is the key
    assert len(told) == max(1, len(lost))
    assert f"80\u00a0% ranges held {100 * summaries[0]['coverage_80']:.0f}\u00a0%" in text
    gains = [row for row in table(page, "score-gains").rows() if len(row) == 4]
    true = [gain for one in summaries[:2] for gain in one["gain"].values()]
    for row, (mean, low, high) in zip(gains, true, strict=True):
        assert number(row[1]) == pytest.approx(mean, abs=0.0501)
        assert row[3] == ("better" if low > 0 else "worse" if high < 0 else "not settled")


def test_a_report_without_a_back_test_says_how_to_make_one(unscored: Answers, tables: Tables) -> None:
    page = parse(report_html(unscored, tables))
    assert "No back-test was made with this run; stargauge backtest computes it." in page.by_id("score").text
    assert "How far to trust this" not in page.by_id("answer").text


def test_limits_sources_and_record(page: Node, numbers: dict[str, Any], tables: Tables) -> None:
    limits = [item.text for item in page.by_id("limits").all("li")]
    assert limits == numbers["not_modelled"]
    sources = page.by_id("sources").text
    for frame in (tables.pledges, tables.vintages):
        assert all(re.sub(" +", " ", source) in sources for source in frame["source"].unique())
    record = page.by_id("record").text
    for name in ("version", "facts_digest", "scenario_digest", "seed", "scenario"):
        assert str(numbers[name]) in record
    assert "stargauge run us-2026 --futures 256 --seed 1" in record


def test_nothing_known_after_the_as_of_date_is_told(real: Answers, tables: Tables) -> None:
    early = replace(real, as_of="2025-07-23", pledges=())
    page = parse(report_html(early, tables))
    text = page.by_id("sources").text + page.by_id("pledges").text
    later = tables.pledges.filter(tables.pledges["known_from"].cast(str) > "2025-07-23")
    assert later.height > 10
    assert not [row for row in later["promised"] if row in text]
    assert "vintage" not in text
    assert "No pledge known on 23\u00a0July\u00a02025 can be tested." in text


# Figures and their tables


def figures(page: Node) -> list[Node]:
    return [svg for svg in page.all("svg") if svg.attributes.get("role") == "img"]


def test_every_figure_has_a_caption_a_name_and_a_table(page: Node, real: Answers) -> None:
    found = figures(page)
    # Two widths of five charts, the map, the additions and the classes of world; three and three small fans
    # and twelve of shares by layer and bloc; one a programme.
    assert len(found) == 2 * 8 + 3 + 3 + 12 + len(real.programmes)
    for svg in found:
        base = re.sub("-(wide|narrow)$", "", svg.attributes["id"])
        assert len(table(page, f"{base}-table").rows()) >= 1
        assert page.by_id(svg.attributes["aria-labelledby"]).text
        assert page.by_id(svg.attributes["aria-describedby"]).text
    for frame in page.all("figure"):
        assert page.by_id(frame.attributes["aria-labelledby"]).tag == "h3"
    heats = [frame for frame in page.all("figure") if not figures(frame)]
    assert len(page.all("figure")) == 8 + 3 + 3 + 12 + 4 + len(real.programmes)
    assert len(heats) == 4
    for frame in heats:
        assert frame.all("table")[0].kinds() == {"heat"}
    for frame in page.all("figure"):
        captions = [node.text for node in frame.all("p") if node.kinds() == {"caption"}]
        notes = [node.text for node in frame.all("span") if node.kinds() == {"meta"}]
        assert (captions or notes)[0]


def test_fans_are_drawn_at_the_numbers_of_their_tables(page: Node) -> None:
    fans = [svg for svg in figures(page) if shapes(svg, "median")]
    assert len(fans) > 10
    for svg in fans:
        ticks = [tick for tick in labels(svg, "tick") if "year" not in tick.kinds()]
        axis = [(float(tick.attributes["y"]) - 4.0, number(tick.text)) for tick in ticks]
        slope, start = line_through(axis)
        base = re.sub("-(wide|narrow)$", "", svg.attributes["id"])
        told = [number(row[4]) for row in table(page, f"{base}-table").rows()]
        drawn = [start + slope * y for _, y in points(shapes(svg, "median")[0])][11::12]
        assert drawn == pytest.approx(told, abs=0.01 * axis[-1][1])


def test_years_have_no_thousands_separator(html: str, page: Node) -> None:
    written = {label.text for svg in figures(page) for label in labels(svg, "year")}
    assert written
    assert all(re.fullmatch(r"20\d\d", year) for year in written)
    assert not re.search(r"\b2,0[23]\d\b(?! MW| \(|</td>)", re.sub(r"<(td|title).*?</\1>", "", html))


# The file


def test_the_file_is_well_formed_and_every_id_is_its_own(page: Node) -> None:
    idents = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(idents) == len(set(idents))
    for node in page.all("a"):
        if node.attributes["href"].startswith("#"):
            page.by_id(node.attributes["href"][1:])
    assert [node.tag for node in page.children if isinstance(node, Node)] == ["html"]
    assert page.all("html")[0].attributes["lang"] == "en-GB"
    assert len(page.all("h1")) == 1
    assert len(page.all("title")[0].text) > 10


def test_nothing_is_asked_of_any_host(html: str, page: Node) -> None:
    for node in page.walk():
        for name in ("src", "srcset", "data", "action", "poster", "xlink:href", "background"):
            assert name not in node.attributes
        if node.tag != "a" and "href" in node.attributes:
            assert node.attributes["href"] == "data:,"
        assert not [name for name in node.attributes if name.startswith("on")]
        if node.tag == "a" and not node.attributes["href"].startswith("#"):
            assert re.match(r"https?://\w", node.attributes["href"])
            assert node.attributes["rel"] == "noopener noreferrer external"
    assert not page.all("script") + page.all("iframe") + page.all("object") + page.all("img")
    style = page.all("style")[0].text
    assert not re.search(r"@import|@font-face|https?:", style)
    assert set(re.findall(r"url\(([^)]*)\)", html)) == {"#hatch"}
    policy = next(node for node in page.all("meta") if "http-equiv" in node.attributes)
    assert policy.attributes["content"].startswith("default-src 'none';")


def test_what_is_hostile_is_only_text(real: Answers, tables: Tables) -> None:
    hostile = """<script>alert(1)</script>"'&<img src=x onerror=alert(2)>"""
    pledge = replace(
        real.pledges[0], programme=hostile, promised=hostile, source=hostile, address="javascript:alert(3)"
    )
    driver = (
        replace(real.drivers[0], title=hostile, address='https://example.org/"><script>')
        if real.drivers
        else None
    )
    programme = replace(real.programmes[0], name=hostile)
    page = parse(
        report_html(
            replace(
                real,
                title=hostile,
                scenario=hostile,
                pledges=(pledge,),
                drivers=(driver,) if driver else (),
                programmes=(programme, *real.programmes[1:]),
                not_modelled=(hostile,),
                tracked_levers=(hostile,),
            ),
            tables,
        )
    )
    assert not page.all("script") + page.all("img")
    assert page.all("title")[0].text.startswith(hostile)
    assert not [node for node in page.all("a") if node.attributes["href"].startswith("javascript")]
    assert page.by_id("record").text.count(hostile) == 1
    assert "stargauge run SCENARIO.yaml --futures 256 --seed 1" in page.by_id("record").text


def test_the_same_answers_give_the_same_text(real: Answers, tables: Tables, html: str) -> None:
    assert report_html(real, tables) == html


def test_shapes_have_finite_places(page: Node) -> None:
    for svg in figures(page):
        for node in svg.walk():
            if node.tag in SVG_SHAPES:
                assert not re.search("nan|inf", " ".join(node.attributes.values()))


# Writing


def test_the_report_is_written_whole(real: Answers, tables: Tables, html: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("older")
    write_report(real, tables, path)
    assert path.read_text(encoding="utf-8") == html
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_folder_that_is_not_there(real: Answers, tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "report.html"
    with pytest.raises(StoreError) as caught:
        write_report(real, tables, path)
    assert str(caught.value) == (
        f"cannot write the report {path}: No such file or directory; "
        "the run itself is stored and nothing of it is lost"
    )


def test_a_folder_in_the_place_of_the_report(real: Answers, tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        write_report(real, tables, tmp_path / "report.html")
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_full_disk_leaves_the_older_report(
    real: Answers, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("older")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device; the run itself is stored"):
        write_report(real, tables, path)
    assert path.read_text() == "older"
    assert os.listdir(tmp_path) == ["report.html"]


# In a browser

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE = """<!doctype html><iframe src="report.html" style="border:0;width:390px;height:800px"></iframe>
<script>
onload = () => { const page = document.querySelector("iframe").contentDocument.documentElement;
document.title = "width " + page.scrollWidth + " of " + page.clientWidth + " height " + page.scrollHeight; };
</script>"""


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_a_phone_shows_the_page_without_scrolling_sideways(html: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    (tmp_path / "phone.html").write_text(PHONE, encoding="utf-8")
    arguments = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    )
    arguments += " --disable-component-update --disable-sync --hide-scrollbars --dump-dom"
    arguments += " --allow-file-access-from-files"
    done = subprocess.run(
        [
            str(BROWSER),
            *arguments.split(),
            f"--user-data-dir={tmp_path / 'profile'}",
            (tmp_path / "phone.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    width, room, height = re.search(r"<title>width (\d+) of (\d+) height (\d+)", done.stdout).groups()  # type: ignore[union-attr]
    assert int(height) > 5000
    assert int(width) <= int(room)
