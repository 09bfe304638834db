"""Small tables of vintages and pledges, written as one reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from stargauge.facts import SiteRecords

VINTAGES = {
    "vintage": pl.Date,
    "site": pl.String,
    "date": pl.Date,
    "kind": pl.String,
    "it_mw": pl.Float64,
    "facility_mw": pl.Float64,
}
PLEDGES = {
    "known_from": pl.Date,
    "mw_known_from": pl.Date,
    "counts_sites": pl.String,
    "basis": pl.String,
    "promised_mw": pl.Float64,
    "due_mw": pl.Float64,
    "deadline": pl.Date,
}
PLEDGE_CELLS = ("known_from", "mw_known_from", "basis", "promised_mw", "due_mw", "deadline", "counts_sites")
KEY = {"programme": "P", "country": "US", "region": "TEX", "power_class": "grid", "chip_owner": "other"}


def records(vintages: str = "", pledges: str = "", sites: tuple[str, ...] = ("here",)) -> SiteRecords:
    """Return records of some sites.

    Args:
        vintages: Lines of `vintage date past|forecast facility_mw it_mw [site]`; `-` for a number not given.
        pledges: Lines of `known_from[/mw_known_from] basis promised_mw due_mw deadline [site]`.
        sites: Their ids, which are also the trackers' names.
    """
    seen = [
        dict(
            zip(
                ("vintage", "date", "kind", "facility_mw", "it_mw", "site"),
                (_day(v), _day(on), kind, _number(mw), _number(it), *(more or ["here"])),
                strict=True,
            )
        )
        for v, on, kind, mw, it, *more in map(str.split, _lines(vintages))
    ]
    promised = [
        dict(
            zip(
                PLEDGE_CELLS,
                (
                    _day(k[:10]),
                    _day(k[-10:]),
                    basis,
                    _number(most),
                    _number(due),
                    _day(by),
                    *(more or ["here"]),
                ),
                strict=True,
            )
        )
        for k, basis, most, due, by, *more in map(str.split, _lines(pledges))
    ]
    return SiteRecords(
        pl.DataFrame(seen, schema=VINTAGES),
        pl.DataFrame(promised, schema=PLEDGES),
        pl.DataFrame({"vintage_site": sites, "site_id": sites}),
        pl.DataFrame([{"site_id": site, **KEY} for site in sites]),
    )


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.splitlines()) if line]


def _day(text: str) -> Any:
    return None if text == "-" else date.fromisoformat(text)


def _number(text: str) -> float | None:
    return None if text == "-" else float(text)
