"""What is on record of a claim so far: what stands, what was said and seen, and the past of the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from stargauge.errors import InputError
from stargauge.facts import Registry, Tables
from stargauge.insight.claims.amounts import amount, digits, month_words
from stargauge.insight.claims.answer import OnRecord
from stargauge.insight.claims.claim import Claim, Evidence
from stargauge.insight.claims.levels import Ready
from stargauge.insight.claims.metrics import METRICS, TRUTH
from stargauge.insight.claims.places import place_words
from stargauge.insight.claims.sentences import subject
from stargauge.insight.claims.words import Words, tidy
from stargauge.track import ProgrammeStatus, track_programme

LOW, HIGH = 0.1, 0.9
STANDING = "standing"
_KNOWN = ("share", "MW", "MW_it", "H100e", "bn_USD", "month")
_NAMES = {
    "person": Words("", " 人"),
    "count": Words("", " "),
    "ratio": Words("", " "),
    "chip": Words(" chips", " 顆"),
    "count/year": Words(" a year", " "),
}
_UNITS = {"billion USD": "bn_USD", "months": "month"}
"""Units of the series of the world, as amounts are told."""

FORECAST = "forecast"
WORLD = "World"


@dataclass(frozen=True)
class Record:
    """Everything on record, as known on a day."""

    as_of: date
    registry: Registry
    tables: Tables

    def of(self, claim: Claim) -> tuple[OnRecord, ...]:
        """Return what the claim's file names, as far as it was known on the day, in the file's order."""
        found = (self._one(item) for item in claim.evidence)
        return tuple(one for one in found if one is not None)

    def _one(self, item: Evidence) -> OnRecord | None:
        if item.programme is not None:
            return self._programme(item.programme)
        if item.event is not None:
            return self._event(item)
        return self._fact(item) if item.fact is not None else self._series(item)

    def _programme(self, name: str) -> OnRecord | None:
        try:
            status = track_programme(name, self.as_of, self.tables, self.registry)
        except InputError:
            return None  # nothing was known of it on the day
        words = _stands(status)
        source = f"stargauge track: {len(status.sources)} sources"
        return OnRecord("programme", name, str(self.as_of), words, source, "", "")

    def _event(self, item: Evidence) -> OnRecord | None:
        row = self.tables.events.row(by_predicate=pl.col("event_id") == item.event, named=True)
        if row["known_from"] > self.as_of:
            return None
        words = Words(item.en or row["event"], item.zh)
        on = _precisely(row["date"], row["date_precision"])
        return OnRecord("event", str(item.event), on, words, row["source"], row["address"], row["confidence"])

    def _fact(self, item: Evidence) -> OnRecord | None:
        known = self.registry.as_of(self.as_of).get(str(item.fact))
        if known is None:
            return None
        low, high = (float(one) for one in known.distribution.quantile(_ENDS))
        told = _spread(low, known.distribution.median, high, known.unit)
        zh = f"{item.zh}：{told.zh}" if item.zh else ""
        words = Words(f"{item.en or known.title}: {told.en}", zh)
        return OnRecord(
            "fact",
            known.id,
            _year_or_day(known.true_at),
            words,
            known.source,
            known.address,
            known.confidence,
        )

    def _series(self, item: Evidence) -> OnRecord | None:
        from stargauge.facts.world_tables import load_world_series

        rows = load_world_series().filter(
            (pl.col("series") == item.series)
            & (pl.col("kind") != FORECAST)
            & (pl.col("last_day") <= self.as_of)
            & (pl.col("known_from") <= self.as_of)
        )
        if item.place is not None:
            rows = rows.filter(pl.col("bloc") == item.place)
        # The bloc as a whole before a part of it; of several parts the first on record, never their sum.
        entities = rows["entity"].unique(maintain_order=True).to_list()
        entity = "" if "" in entities else entities[0] if entities else ""
        rows = rows.filter(pl.col("entity") == entity).sort("last_day", maintain_order=True)
        if rows.is_empty():
            return None
        first, last = rows.row(0, named=True), rows.row(-1, named=True)
        where = place_words(item.place) if item.place is not None else Words(last["entity"], last["entity"])
        return OnRecord(
            "series",
            f"{item.series}:{item.place or last['entity']}",
            str(last["last_day"]),
            _moved(item, where, first, last),
            last["source"],
            last["address"],
            last["confidence"],
        )


_ENDS = np.array([LOW, HIGH])


def standing(ready: Ready, level: float, months: tuple[str, ...]) -> OnRecord:
    """Return what a condition's metric is in the as-of month, as the run holds it.

    Args:
        ready: The condition.
        level: Mean over futures of the metric in the as-of month.
        months: Months of the run.
    """
    metric = METRICS[ready.condition.metric]
    about, now = subject(metric.name, ready.condition.place), month_words(months[ready.now])
    if metric.unit == TRUTH:
        share = amount(level, "share")
        zh = tidy(f"{now.zh}{about.zh}：占 {share.zh} 的情境")
        words = Words(f"{about.en} in {now.en}: in {share.en} of futures", zh)
    else:
        told = amount(level, metric.unit)
        words = Words(f"{about.en} in {now.en}: {told.en}", tidy(f"{now.zh}{about.zh}：{told.zh}"))
    return OnRecord(
        STANDING, " + ".join(ready.series), months[ready.now], words, "the run, in its as-of month", "", ""
    )


def _stands(status: ProgrammeStatus) -> Words:
    name = place_words(status.name)
    total, on = len(status.sites), status.sites_energised
    if status.energised_facility_mw is None or not total:
        return Words(f"{name.en}: no source says what is energised", f"{name.zh}：尚無資料來源說明已通電多少")
    facility = amount(status.energised_facility_mw, "MW")
    it = amount(status.energised_it_mw, "MW").en if status.energised_it_mw is not None else "–"
    en = f"{name.en}: {facility.en} facility / {it} IT energised, at {on} of {total} sites"
    zh = f"{name.zh}：{total} 個場址中 {on} 個已通電，設施電力 {facility.zh}（IT {it}）"
    main = status.headline
    if main is not None and main.share is not None and main.due_mw is not None:
        share, due = amount(main.share, "share"), amount(main.due_mw, "MW")
        en += f"; {share.en} of the {due.en} promised"
        zh += f"，為承諾 {due.zh} 的 {share.zh}"
    return Words(en, zh)


def _spread(low: float, middle: float, high: float, unit: str) -> Words:
    """Return a fact's value, with the range of 80 % where it is uncertain."""
    if unit in _KNOWN:
        ends = [amount(one, unit) for one in (middle, low, high)]
    else:
        name = _NAMES.get(unit, Words(f" {unit}"))
        ends = [
            Words(f"{digits(one)}{name.en}", f"{digits(one)}{name.of('zh')}") for one in (middle, low, high)
        ]
    if low == high:
        return ends[0]
    middle_words, least, most = ends
    zh = tidy(f"{middle_words.zh}（{least.zh} 至 {most.zh}）")
    return Words(f"{middle_words.en} ({least.en} to {most.en})", zh)


def _moved(item: Evidence, where: Words, first: dict[str, Any], last: dict[str, Any]) -> Words:
    name = str(item.series).replace("_", " ")
    en, zh = item.en or name, item.zh or item.en or name
    unit = _UNITS.get(last["unit"], last["unit"])
    end, until = amount(last["value"], unit), str(last["last_day"])
    if where.en == WORLD:
        en_place, zh_place = "", ""
    else:
        en_place, zh_place = f", {where.en}", f"（{where.zh}）"
    if first["last_day"] == last["last_day"]:
        return Words(f"{en}{en_place}: {end.en} ({until})", f"{zh}{zh_place}：{end.zh}（{until}）")
    began, since = amount(first["value"], unit), str(first["last_day"])
    return Words(
        f"{en}{en_place}: {began.en} ({since}) → {end.en} ({until})",
        f"{zh}{zh_place}：{began.zh}（{since}）→ {end.zh}（{until}）",
    )


def _year_or_day(on: date) -> str:
    """Return a day, or its year where it is the last: a fact that holds for a year stands on that day."""
    return f"{on:%Y}" if (on.month, on.day) == (12, 31) else str(on)


def _precisely(on: date, precision: str) -> str:
    return {"year": f"{on:%Y}", "month": f"{on:%Y-%m}"}.get(precision, str(on))
