"""Headlines: which sentence is said first, and the values that fill it; the words are the page's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from stargauge.model import ALL_NAMED, NATION
from stargauge.model.outcomes import MW_PER_GW
from stargauge.web.pledged import pledged_mw
from stargauge.web.reading import CLASS_PREFIX, Reading, class_names

HEADLINE_YEAR = "2030"
"""The year told first, or the last of the run where it ends before."""

NAMED, NATIONAL = f"energised_facility_mw:{ALL_NAMED}", f"energised_facility_mw:{NATION}"
HEADLINE_SERIES = (NAMED, NATIONAL)
"""Series that headlines read."""


def headlines(
    reading: Reading,
    paths: dict[str, dict[str, Any]],
    pledges: list[dict[str, Any]],
    limits: dict[str, Any] | None,
) -> list[dict[str, Any]]:
    """Return the headlines of an answer, first things first.

    Args:
        reading: The sample.
        paths: Bands by series, at least `HEADLINE_SERIES`.
        pledges: What becomes of each pledge.
        limits: What binds, where it was asked for.
    """
    found = [_energised(reading, paths), *_pledges(reading, pledges)]
    if limits is not None:
        found += _binds(reading, limits)
    return found + _class(reading)


def _month(reading: Reading) -> int:
    label = f"{HEADLINE_YEAR}-12"
    return reading.months.index(label) if label in reading.months else len(reading.months) - 1


def _energised(reading: Reading, paths: dict[str, dict[str, Any]]) -> dict[str, Any]:
    month = _month(reading)
    values: dict[str, Any] = {"month": reading.months[month]}
    for prefix, name in (("named", NAMED), ("nation", NATIONAL)):
        for level in ("p05", "p50", "p95"):
            values[f"{prefix}_{level}_gw"] = paths[name][level][month] / MW_PER_GW
    values["pledged_gw"] = float(pledged_mw(reading.frame)[month]) / MW_PER_GW
    return {"id": f"energised:{reading.months[month][:4]}", "key": "energised", "values": values}


def _pledges(reading: Reading, pledges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pledges that are still open, the largest first."""
    now = math.floor(reading.frame.prepared.delivery.now)
    told = zip(reading.promises, pledges, strict=True)
    ahead = [(promise, pledge) for promise, pledge in told if promise.due_month >= now]
    ahead.sort(key=lambda one: -one[1]["due_facility_mw"])
    found = []
    for promise, pledge in ahead:
        late = reading.lateness(promise.counts)
        causes = sorted(late["by_cause_months"].items(), key=lambda one: -one[1])
        found.append(
            {
                "id": f"pledge:{pledge['pledge_id']}",
                "key": "pledge",
                "values": {
                    "pledge": pledge["pledge_id"],
                    "programme": pledge["programme"],
                    "due_gw": pledge["due_mw"] / MW_PER_GW,
                    "basis": pledge["basis"],
                    "due_facility_gw": pledge["due_facility_mw"] / MW_PER_GW,
                    "deadline": pledge["deadline"][:7],
                    "chance": pledge["chance_in_time"],
                    "chance_error": pledge["chance_error"],
                    "chance_by_end": pledge["chance_by_end"],
                    "median_month": pledge["reached_p50"],
                    "end": reading.months[-1],
                    "late_total_months": late["total_months"],
                    "causes": [{"cause": cause, "months": months} for cause, months in causes],
                },
            }
        )
    return found


def _binds(reading: Reading, limits: dict[str, Any]) -> list[dict[str, Any]]:
    year = int(reading.months[_month(reading)][:4])
    regions = [
        (one["region"], told) for one in limits["regions"] for told in one["years"] if told["year"] == year
    ]
    nation = next((told for region, told in regions if region == NATION), None)
    if nation is None:
        return []
    limit = nation["binds"]
    worst = max(
        ((region, told) for region, told in regions if region != NATION),
        key=lambda one: one[1]["waiting_mw"][limit] if limit else sum(one[1]["waiting_mw"].values()),
    )
    values = {
        "year": year,
        "limit": limit,
        "waiting_mw": nation["waiting_mw"][limit] if limit else 0.0,
        "region": worst[0] if limit else None,
        "region_waiting_mw": worst[1]["waiting_mw"][limit] if limit else 0.0,
    }
    return [{"id": f"binds:{year}", "key": "binds", "values": values}]


def _class(reading: Reading) -> list[dict[str, Any]]:
    names = class_names(reading.frame)
    if not names:
        return []
    shares = np.array([reading.mean(name)[-1] for name in names])
    first, second = np.argsort(-shares, kind="stable")[:2]
    values = {
        "month": reading.months[-1],
        "class": names[first].removeprefix(CLASS_PREFIX),
        "chance": float(shares[first]),
        "next": names[second].removeprefix(CLASS_PREFIX),
        "next_chance": float(shares[second]),
    }
    return [{"id": f"class:{reading.months[-1][:4]}", "key": "class", "values": values}]
