"""Addresses, comparison, languages, files to take away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from page_server import visiting
from test_page_levers import set_slider


def test_an_address_shows_another_reader_the_same_picture(visit: Any, browser: Any, base: str) -> None:
    page = visit.open("outlook", programme="Stargate (US)", theme="dark")
    set_slider(page, 0.4, "#lever-permitting_time")
    page.wait_for_timeout(400)
    visit.refined()
    address, headline, picture = page.url, visit.headline(), visit.picture()
    assert "permitting_time" in address
    with visiting(browser, base) as other:
        other.page.goto(address)
        other.refined()
        assert other.headline() == headline
        assert other.picture() == picture


def test_a_link_made_with_other_facts_says_so(visit: Any) -> None:
    page = visit.open("outlook", facts="00000000")
    assert "other facts (00000000" in page.inner_text(".notice")


def test_going_back_goes_back(visit: Any) -> None:
    page = visit.open("outlook")
    page.click("nav >> text=Tracker")
    visit.whole("tracker")
    page.go_back()
    visit.whole("outlook")
    assert page.get_attribute("nav a[aria-current]", "href").startswith("#view=outlook")


def test_two_scenarios_side_by_side_show_only_what_differs(visit: Any) -> None:
    page = visit.open("compare")
    assert "No outcome differs" in page.inner_text("#figure-differences")
    page.select_option("main select >> nth=1", "no-plan")
    page.wait_for_selector("#figure-difference-path", timeout=90_000)
    rows = page.locator("#figure-differences tbody tr")
    assert rows.count() >= 3
    assert "The plan is undone" in page.inner_text("#figure-differences thead")
    assert "−" in rows.first.inner_text()


def test_the_language_switches_words_dates_and_percentages(visit: Any) -> None:
    page = visit.open("outlook")
    page.click("[data-language]")
    assert page.get_attribute("html", "lang") == "zh-Hant"
    headline = visit.headline()
    assert "2030年12月" in headline
    assert "90% 的模擬" in headline
    assert "政策槓桿" in page.inner_text("aside h2")
    assert "總覽" in page.title()
    page.click("[data-language]")
    assert "90\u00a0% of futures" in visit.headline().replace("90 %", "90\u00a0%")


def test_tables_and_pictures_can_be_taken_away(visit: Any, tmp_path: Path) -> None:
    page = visit.open("outlook")
    with page.expect_download() as waited:
        page.click("#figure-energised [data-download=csv]")
    target = tmp_path / waited.value.suggested_filename
    waited.value.save_as(target)
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("# Stargauge, scenario us-2026")
    header = next(line for line in lines if not line.startswith("#"))
    assert header.startswith('Month,"5 %, GW"')
    assert lines[-1].startswith("2035-12,")
    with page.expect_download() as waited:
        page.click("#figure-energised [data-download=picture]")
    waited.value.save_as(tmp_path / "fan.png")
    assert (tmp_path / "fan.png").read_bytes().startswith(b"\x89PNG")
    visit.open("limits")
    with page.expect_download() as waited:
        page.click("#figure-late [data-download=picture]")
    waited.value.save_as(tmp_path / "late.svg")
    drawing = (tmp_path / "late.svg").read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "Stargate" in drawing
    assert "var(--" not in drawing.split("<rect")[1]


def test_every_figure_offers_its_numbers(visit: Any) -> None:
    for view in ("outlook", "limits", "world", "drivers", "map", "compare"):
        page = visit.open(view)
        figures = page.locator("figure.figure")
        assert figures.count() > 0, view
        assert page.locator("figure.figure button[aria-expanded]").count() >= figures.count(), view
        assert page.locator("figure.figure [data-download=csv]").count() == figures.count(), view


def test_a_scenario_can_be_taken_away_as_a_file(visit: Any, tmp_path: Path) -> None:
    page = visit.open("outlook", levers="permitting_time~0.5")
    with page.expect_download() as waited:
        page.click("button:has-text('Save scenario')")
    waited.value.save_as(tmp_path / "scenario.yaml")
    assert "permitting_time" in (tmp_path / "scenario.yaml").read_text(encoding="utf-8")
