"""For everyone: no violation that axe knows, the keyboard alone, and a narrow screen."""

from __future__ import annotations

from typing import Any

import pytest
from page_server import ROOT, VIEWS, visiting

AXE = ROOT / "page" / "node_modules" / "axe-core" / "axe.min.js"
NARROW = 390


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_either_language_and_shade(visit: Any, view: str) -> None:
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in page/")
    found = []
    for language in ("en", "zh-Hant"):
        for theme in ("light", "dark"):
            page = visit.open(view, lang=language, theme=theme)
            for button in reversed(page.locator("main button[aria-expanded=false]").all()[:2]):
                button.click()
            page.evaluate(AXE.read_text(encoding="utf-8"))
            told = page.evaluate(
                "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
            )
            found += [
                (language, theme, one["id"], node["html"][:200], node["failureSummary"][:300])
                for one in told
                for node in one["nodes"]
            ]
    assert found == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_a_narrow_screen_scrolls_one_way(browser: Any, base: str, view: str, language: str) -> None:
    with visiting(browser, base, NARROW, 800) as visit:
        page = visit.open(view, lang=language)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def focus_by_tab(page: Any, selector: str, most: int = 250) -> None:
    """Press Tab until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never came to {selector}")


def test_the_keyboard_alone_moves_a_lever_and_changes_the_view(visit: Any) -> None:
    page = visit.open("outlook")
    headline = visit.headline()
    focus_by_tab(page, "nav a[href*='view=compare']")
    focus_by_tab(page, "#lever-interconnection_time")
    page.keyboard.press("Home")
    page.wait_for_timeout(400)
    visit.refined()
    assert visit.headline() != headline
    assert page.get_attribute("#lever-interconnection_time", "aria-valuetext") == "0\u00a0%"
    focus_by_tab(page, "button[aria-label^='View as table']")
    page.keyboard.press("Enter")
    assert page.locator("#figure-energised table").is_visible()


def test_the_keyboard_alone_chooses_on_the_map(visit: Any) -> None:
    page = visit.open("map")
    focus_by_tab(page, "canvas.map")
    before = page.eval_on_selector("canvas.map", "canvas => canvas.toDataURL()")
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(200)
    assert page.eval_on_selector("canvas.map", "canvas => canvas.toDataURL()") != before
    focus_by_tab(page, ".pick-list button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".detail h3")
    assert page.get_attribute(".pick-list button:focus", "aria-pressed") == "true"


def test_a_click_on_the_map_tells_what_binds(visit: Any) -> None:
    page = visit.open("map")
    place = page.evaluate(
        """async () => {
            const told = await (await fetch("api/hosting")).json();
            return {count: told.columns.bus.length};
        }"""
    )
    assert place["count"] >= 1000
    box = page.locator("canvas.map").bounding_box()
    # The middle of Texas, where the network of the test has its buses.
    page.mouse.click(box["x"] + 0.475 * box["width"], box["y"] + 0.78 * box["height"])
    page.wait_for_selector(".detail h3", timeout=30_000)
    page.wait_for_selector(".detail dl")
    assert "subject=" in page.url


def test_buses_are_found_by_number(visit: Any) -> None:
    page = visit.open("map")
    first = page.inner_text("section:has(#bus-list) .pick-list button >> nth=0").split()[1]
    page.fill("section:has(#bus-list) input >> nth=0", first)
    page.click(f"section:has(#bus-list) .pick-list button:has-text('{first}') >> nth=0")
    page.wait_for_selector(".detail dl", timeout=30_000)
    assert first in page.inner_text(".detail h3")


def test_the_tracker_sets_contradictions_side_by_side(visit: Any) -> None:
    page = visit.open("tracker", subject="Stargate (US)")
    assert page.locator(".sides").count() >= 3
    assert page.locator(".status-detail a[href^=https]").count() > 20
    page.click(".subjects button >> nth=0")
    page.click("button:has-text('P2.1.1')")
    page.wait_for_selector(".plan-actions .behind a[href^=https]")
