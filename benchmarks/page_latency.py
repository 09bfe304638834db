"""How long from a move of a slider to the painted frame, with fresh futures, nothing cached, in Chromium.

    python benchmarks/page_latency.py [--moves 40] [--port 0] [--json]

Starts `stargauge serve`, opens the page without a window and moves one lever at a time to a value that was
not asked before. Measured inside the page: from the input event to the second animation frame after the
chart was given the new numbers, so that what is timed has been painted. Then the time from the last move
to the answer of refined futures, and the first useful paint of a page opened anew.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

LEVERS = ("permitting_time", "interconnection_time", "transmission_capacity", "construction_workforce")
START_SECONDS = 300.0
WARM_MOVES = 3

MOVE = """async ([id, value]) => {
  const slider = document.getElementById(id);
  const plot = document.querySelector('#figure-energised .uplot');
  const status = () => document.querySelector('.status').dataset;
  const before = plot.dataset.painted;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const start = performance.now();
  slider.step = 'any';
  slider.value = value;
  slider.dispatchEvent(new Event('input', {bubbles: true}));
  while (plot.dataset.painted === before || status().preview !== 'true') await frame();
  await frame();
  const first = performance.now() - start;
  const futures = Number(status().futures);
  while (status().preview !== 'false') await frame();
  await frame();
  return {first, futures, refined: performance.now() - start, refined_futures: Number(status().futures)};
}"""


@contextlib.contextmanager
def serving(port: int) -> Iterator[str]:
    """Run the server and give its address once its kernels are warm."""
    if port == 0:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "stargauge"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}/"
    try:
        began = time.monotonic()
        while time.monotonic() - began < START_SECONDS:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{base}api/about", timeout=5) as answer,
            ):
                if json.load(answer)["ready"]:
                    break
            time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(30)


def moves(page: Page, count: int) -> list[dict[str, Any]]:
    """Move levers to values that were never asked and return the times, warm-up left out."""
    draw = random.Random(0)
    told = []
    for turn in range(count + WARM_MOVES):
        lever = LEVERS[turn % len(LEVERS)]
        told.append(page.evaluate(MOVE, [f"lever-{lever}", round(draw.random(), 3)]))
    return told[WARM_MOVES:]


def quantile(values: list[float], share: float) -> float:
    """Return the value that a share of values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="From the move of a slider to the painted frame.")
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("needs Chromium (Debian: apt install chromium)")
    with serving(asked.port) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{base}#view=outlook&lang=en&theme=light")
        page.wait_for_selector("[data-preview=false]", timeout=60_000)
        told = moves(page, asked.moves)
        page.goto("about:blank")
        began = time.perf_counter()
        page.goto(
            f"{base}#view=outlook&lang=en&theme=light&levers=permitting_time~0.777.and.federal_land~0.333"
        )
        page.wait_for_selector("[data-headline] li")
        useful_ms = 1000 * (time.perf_counter() - began)
        browser.close()
    first = [one["first"] for one in told]
    refined = [one["refined"] for one in told]
    answer = {
        "moves": len(told),
        "preview_futures": told[0]["futures"],
        "refined_futures": told[0]["refined_futures"],
        "painted_ms": {"median": statistics.median(first), "p95": quantile(first, 0.95)},
        "refined_ms": {"median": statistics.median(refined), "p95": quantile(refined, 0.95)},
        "first_useful_paint_ms": useful_ms,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }
    if asked.json:
        print(json.dumps(answer, indent=2))
        return
    print(f"{answer['moves']} moves, nothing cached, {answer['preview_futures']} futures a preview")
    for key, words in (
        ("painted_ms", "move to painted frame"),
        ("refined_ms", "move to refined answer, painted"),
    ):
        print(f"{words}: median {answer[key]['median']:.0f} ms, 95 % within {answer[key]['p95']:.0f} ms")
    print(f"first useful paint: {useful_ms:.0f} ms")


if __name__ == "__main__":
    main()
