"""Levers: the answer follows the finger, first as a preview, then whole; the latest move wins."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.request import Request, urlopen

LEVER = "#lever-interconnection_time"


def set_slider(page: Any, value: float, selector: str = LEVER) -> None:
    page.eval_on_selector(
        selector,
        """(slider, value) => {
            slider.value = value;
            slider.dispatchEvent(new Event('input', {bubbles: true}));
        }""",
        str(value),
    )


def test_a_move_changes_headline_and_bands_first_as_a_preview(visit: Any) -> None:
    page = visit.open("outlook")
    headline, bands = visit.headline(), visit.picture()
    set_slider(page, 0)
    page.wait_for_selector("[data-preview=true]", timeout=30_000)
    assert int(page.get_attribute(".status", "data-futures")) >= 100
    assert "Preview" in page.inner_text(".status")
    visit.refined()
    assert page.get_attribute(".status", "data-futures") == "1000"
    assert visit.headline() != headline
    assert visit.picture() != bands
    page.click("button:has-text('All back to the plan')")
    page.wait_for_timeout(400)
    visit.refined()
    assert visit.headline() == headline
    assert visit.picture() == bands


def test_of_many_moves_the_last_one_stands(visit: Any) -> None:
    page = visit.open("outlook")
    for step in range(12):
        set_slider(page, step / 20)
        page.wait_for_timeout(20)
    set_slider(page, 1)
    page.wait_for_timeout(400)
    visit.refined()
    moved = visit.headline()
    assert "levers=interconnection_time%7E1" in page.url or "levers=interconnection_time~1" in page.url
    visit.open("outlook", levers="interconnection_time~1")
    assert visit.headline() == moved


def test_the_headline_says_the_numbers_of_the_server(visit: Any) -> None:
    page = visit.open("outlook")
    body = {"scenario": {"stargauge": 1, "name": "mine", "extends": "us-2026"}, "futures": 1000}
    request = Request(
        f"{visit.base}api/outcomes", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urlopen(request, timeout=60) as answer:
        told = json.load(answer)["headline"][0]["values"]
    median, pledged = round(told["named_p50_gw"]), round(told["pledged_gw"])
    sentence = page.inner_text("[data-key=energised]").replace("\u00a0", " ")
    assert re.search(rf"draw {median} GW .* by then {pledged} GW was promised", sentence)


def test_behind_a_lever_are_its_actions_and_the_source_of_its_effect(visit: Any) -> None:
    page = visit.open("outlook")
    page.click("button[aria-label='What is behind it: Faster permits']")
    behind = page.inner_text(".lever:has(#lever-permitting_time) .behind")
    assert "P2.1.1" in behind
    assert "Source:" in behind


def test_years_are_written_without_a_comma(visit: Any) -> None:
    page = visit.open("outlook")
    page.click("button[aria-label^='View as table: All named']")
    assert "2030-12" in page.inner_text("#figure-energised table")
    assert not re.search(r"\b2,0[23]\d\b", page.inner_text("body"))
