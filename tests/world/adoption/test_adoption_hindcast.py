"""As of the end of 2024: what came is inside the bands, and where in them the page says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from stargauge.facts import load_registry
from stargauge.streams import uniforms
from stargauge.world.adoption import (
    AdoptionPaths,
    Market,
    adoption_block,
    adoption_shocks,
    adoption_step,
    empty_adoption,
    open_adoption,
    prepare_adoption,
)
from stargauge.world.blocs import BLOCS, STACKS

AS_OF = date(2024, 12, 31)
QUARTERS = [
    date(year, month, day) for year in (2025, 2026) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
]
F = 256
WEEKS = 365.25 / 28.0
PAGE = (Path(__file__).parents[3] / "docs" / "adoption.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def run() -> tuple[Market, AdoptionPaths]:
    """Futures from the end of 2024, with lags, alignment and rules held."""
    plan = prepare_adoption(load_registry().as_of(AS_OF), QUARTERS, AS_OF)
    values = {
        name: spread.quantile(uniforms(7, name, "national", 0, F))
        for name, spread in plan.distributions.items()
    }
    shocks = {
        name: uniforms(7, name, "world", 0, (F, *shape))
        for name, shape in adoption_shocks(len(QUARTERS)).items()
    }
    market = adoption_block(plan, values, shocks)
    paths = empty_adoption(F, len(QUARTERS))
    open_adoption(plan, market, paths)
    lag = np.tile(np.array([0.0, 6.0, 5.0, 9.0]), (F, len(QUARTERS) + 1, 1))
    held = np.zeros((F, len(QUARTERS) + 1, len(BLOCS)))
    for f in range(F):
        for q in range(1, len(QUARTERS) + 1):
            adoption_step(f, q, market, lag, held, held, paths)
    return market, paths


def told(label: str) -> int:
    """Return the percentile that the page's table gives."""
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {label} |"))
    return int(line.rstrip("| ").split(" | ")[-1])


def median_of(fact: str) -> float:
    return load_registry()[fact].distribution.median


def test_what_came_lies_where_the_page_says(run: tuple[Market, AdoptionPaths]) -> None:
    _, paths = run
    stated = load_registry()["WA-users-US"].distribution.parameters["mode"]
    found = {
        "tokens a week, mid-2026": (
            paths.tokens[:, 6].sum((1, 2)) / WEEKS,
            median_of("WA-tokens-2026") / 1e12,
        ),
        "spending in 2025": (paths.spend[:, 1:5].sum((1, 2, 3)), median_of("WA-spending-2025")),
        "spending in 2026": (paths.spend[:, 5:9].sum((1, 2, 3)), median_of("WA-spending-2026")),
        "users in the US, early 2026": (paths.users[:, 5, BLOCS.index("US")], stated),
    }
    for label, (futures, came) in found.items():
        percentile = 100.0 * (futures < came).mean()
        assert percentile == pytest.approx(told(label), abs=4), label


def test_shares_judged_for_2026_are_within_the_bands_of_2024(run: tuple[Market, AdoptionPaths]) -> None:
    market, paths = run
    shares = np.einsum("g,fgbs->fbs", market.weight, paths.share[:, 7])
    chinese = shares[..., STACKS.index("china_open")]
    percentiles = []
    for b, bloc in enumerate(BLOCS):
        judged = load_registry().input(f"world.adoption.share.{bloc}.china_open").distribution.median
        percentiles.append((chinese[:, b] < judged).mean())
        assert 0.05 < percentiles[-1] < 0.975
    assert np.median(percentiles) > 0.8  # all of them in the upper tail: the rise was not foreseen
