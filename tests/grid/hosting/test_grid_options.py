from __future__ import annotations

import pytest

from stargauge.grid import options
from stargauge.grid.flows.ratings import Ratings


@pytest.mark.parametrize(
    ("text", "mw"), [("1200", 1200.0), ("1200MW", 1200.0), ("1.2 GW", 1200.0), (".5gw", 500.0)]
)
def test_powers(text: str, mw: float) -> None:
    assert options.power(text) == pytest.approx(mw)


@pytest.mark.parametrize("text", ["", "0", "-5", "1.2 TW", "many", "1e3", "nan", "inf"])
def test_no_powers(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no power above 0; write for example 1200MW or 1\.2GW"):
        options.power(text)


@pytest.mark.parametrize(
    ("text", "ratings"),
    [
        ("1", Ratings()),
        ("1.1", Ratings(1.1)),
        ("a", Ratings(use_rate_b=False)),
        ("a,1.2", Ratings(1.2, use_rate_b=False)),
        ("1.1, kv=100", Ratings(1.1, min_kv=100.0)),
    ],
)
def test_limits(text: str, ratings: Ratings) -> None:
    assert options.ratings(text) == ratings


@pytest.mark.parametrize("text", ["", "b", "0", "-1", "nan", "inf", "kv", "kv=", "kv=x", "1.1;a"])
def test_no_limits(text: str) -> None:
    with pytest.raises(ValueError, match="is no limit; known: FACTOR"):
        options.ratings(text)


@pytest.mark.parametrize(
    ("text", "km"), [("60km", 60.0), ("60", 60.0), ("40mi", 64.37376), (" 1.5 km ", 1.5)]
)
def test_distances(text: str, km: float) -> None:
    assert options.distance(text) == pytest.approx(km)


@pytest.mark.parametrize(("text", "share"), [("3%", 0.03), ("0.03", 0.03), ("3 %", 0.03), ("0", 0.0)])
def test_shares(text: str, share: float) -> None:
    assert options.share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["91,0", "0,181", "32.45", "Abilene", "32.45;-99.73", ""])
def test_no_places(text: str) -> None:
    with pytest.raises(ValueError, match="is no place; write latitude,longitude"):
        options.place(text)


def test_all_mistakes_are_kept_and_defaults_stand() -> None:
    asked = options.Options()
    assert asked.read("--mw", options.power, "x", 5.0) == 5.0
    assert asked.read("--near", options.place, None, None) is None
    asked.refuse("--rule", "is none")
    assert [mistake.field for mistake in asked.mistakes] == ["--mw", "--rule"]
