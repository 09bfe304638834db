"""What is on record of each site, cut to a date: levels by vintage, pledges, and static geography."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

PLEDGED_BASES = ("facility", "it")
"""Bases on which a pledge says how much power a site is to draw; the others count chips, money or plants."""


@dataclass(frozen=True)
class Level:
    """One row of a vintage: the MW a site had, or was expected to have, from a date on."""

    on: date
    facility_mw: float
    it_mw: float
    reported_it: bool


@dataclass(frozen=True)
class Promise:
    """A statement that a site reaches a level of facility MW by a date, and the day it was on record."""

    published: date
    facility_mw: float
    by: date


@dataclass(frozen=True)
class SitePledges:
    """Pledges for one site alone: the dated ones, the largest in facility MW, and the first announcement."""

    dated: tuple[Promise, ...]
    largest_mw: float
    announced: date | None


class SiteRecords:
    """Vintages and pledges by site, indexed once; every question names the date it is asked on."""

    def __init__(
        self, vintages: pl.DataFrame, pledges: pl.DataFrame, aliases: pl.DataFrame, keys: pl.DataFrame
    ) -> None:
        """Index the four tables (frames of `Tables`: vintages, pledges, site_aliases, site_keys)."""
        self.keys: Mapping[str, dict[str, Any]] = {
            row["site_id"]: row for row in keys.sort("site_id").iter_rows(named=True)
        }
        site_of = dict(zip(aliases["vintage_site"], aliases["site_id"], strict=True))
        self._rows: dict[str, dict[date, list[dict[str, Any]]]] = {site: {} for site in self.keys}
        for row in vintages.sort("vintage", "date").iter_rows(named=True):
            self._rows[site_of[row["site"]]].setdefault(row["vintage"], []).append(row)
        self._pledges: dict[str, list[dict[str, Any]]] = {site: [] for site in self.keys}
        for row in pledges.sort("known_from").iter_rows(named=True):
            if row["counts_sites"] in self._pledges and row["basis"] in PLEDGED_BASES:
                self._pledges[row["counts_sites"]].append(row)

    @property
    def site_ids(self) -> tuple[str, ...]:
        """All sites, in order of id."""
        return tuple(self.keys)

    def vintages(self, site_id: str) -> tuple[date, ...]:
        """Return the vintages that name a site, oldest first."""
        return tuple(self._rows[site_id])

    def levels(self, site_id: str, vintage: date, facility_per_it: float) -> tuple[list[Level], list[Level]]:
        """Return the past and the forecast levels of a site in one vintage, in order of date.

        Where a row gives only facility or only IT MW, the other follows from the ratio in the newest row, of
        this vintage or an older one, that gives both; else from `facility_per_it`. No IT MW beside facility
        MW counts as not given.
        """
        ratio = self._ratio(site_id, vintage) or facility_per_it
        past: list[Level] = []
        ahead: list[Level] = []
        for row in self._rows[site_id].get(vintage, ()):
            facility, it = row["facility_mw"], row["it_mw"]
            reported_it = it is not None and (it > 0.0 or not facility)
            level = Level(
                on=row["date"],
                facility_mw=facility if facility is not None else it * ratio,
                it_mw=it if reported_it else facility / ratio,
                reported_it=reported_it,
            )
            (past if row["kind"] == "past" else ahead).append(level)
        return past, ahead

    def standing_mw(self, site_id: str, vintage: date, on: date, facility_per_it: float) -> float:
        """Return the facility MW that a vintage says stood on a date; 0 before its first past row."""
        past, _ = self.levels(site_id, vintage, facility_per_it)
        return next((level.facility_mw for level in reversed(past) if level.on <= on), 0.0)

    def forecast_mw(self, site_id: str, vintage: date, on: date, facility_per_it: float) -> float:
        """Return the facility MW that a vintage expects on a date, past and forecast rows taken together."""
        past, ahead = self.levels(site_id, vintage, facility_per_it)
        return next((level.facility_mw for level in reversed([*past, *ahead]) if level.on <= on), 0.0)

    def pledges(self, site_id: str, as_of: date, facility_per_it: float) -> SitePledges:
        """Return the pledges for this site alone that were public on a date, in facility MW.

        A pledge is an announcement from `known_from` on, a promise of MW from `mw_known_from` on.
        """
        ratio = self._ratio(site_id, as_of) or facility_per_it
        dated: list[Promise] = []
        largest = 0.0
        announced: date | None = None
        for row in self._pledges[site_id]:
            if row["known_from"] > as_of:
                continue
            announced = announced or row["known_from"]
            if row["mw_known_from"] > as_of:
                continue
            to_facility = ratio if row["basis"] == "it" else 1.0
            largest = max(largest, (row["promised_mw"] or 0.0) * to_facility)
            if row["due_mw"] is not None and row["deadline"] is not None:
                dated.append(Promise(row["mw_known_from"], row["due_mw"] * to_facility, row["deadline"]))
        return SitePledges(tuple(dated), largest, announced)

    def _ratio(self, site_id: str, vintage: date) -> float | None:
        for known, rows in reversed(self._rows[site_id].items()):
            if known > vintage:
                continue
            for row in reversed(rows):
                if row["facility_mw"] and row["it_mw"]:
                    return float(row["facility_mw"] / row["it_mw"])
        return None
