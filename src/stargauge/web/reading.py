"""From a sample of futures to an answer: the same numbers as a run's, computed for what is shown alone."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.delivery import CAUSE_NAMES, Cause
from stargauge.facts import Tables
from stargauge.insight.answers import POWER_OR_CONSTRUCTION
from stargauge.insight.regions import LEAST_WAITING_MW, MONTH_OF_YEAR
from stargauge.model import ALL_NAMED, LIMIT_NAMES, NATION
from stargauge.scenario import Scenario
from stargauge.web.bands import LEVELS, bands, means
from stargauge.web.frames import Frame
from stargauge.web.moves import Sample
from stargauge.web.pledged import Promise, pledged_mw, programmes, promises

Floats = NDArray[np.float64]

CLASS_PREFIX = "class:"
QUARTER_ENDS = ("-03", "-06", "-09", "-12")
LIMIT_SERIES = tuple(f"waiting_{limit}_mw:" for limit in LIMIT_NAMES)


def class_names(frame: Frame) -> tuple[str, ...]:
    """Return the series of the classes of world; none where the run leaves the world out."""
    return tuple(name for name in frame.place if name.startswith(CLASS_PREFIX))


def limit_names(frame: Frame) -> tuple[str, ...]:
    """Return the series of what waits for a limit."""
    return tuple(name for name in frame.place if name.startswith(LIMIT_SERIES))


class Reading:
    """One sample read for one scenario."""

    def __init__(self, sample: Sample, scenario: Scenario, tables: Tables) -> None:
        """Keep what is read.

        Args:
            sample: The futures.
            scenario: What was asked; its programmes are told.
            tables: Record tables, for what was promised.
        """
        self.sample, self.scenario, self.tables = sample, scenario, tables
        self.frame = sample.frame
        self.months = self.frame.prepared.months
        self._row = {int(place): row for row, place in enumerate(sample.rows)}
        self._means = means(sample.tallies)
        self.promises = promises(self.frame, tables, scenario)

    def mean(self, name: str) -> Floats:
        """Return (months) the mean of a series that the sample holds."""
        found: Floats = self._means[self._row[self.frame.place[name]]]
        return found

    def ends(self, name: str) -> Floats:
        """Return (futures) an end value."""
        found: Floats = np.ascontiguousarray(self.sample.ends[:, self.frame.column[name]])
        return found

    def end_mean(self, name: str) -> float | None:
        """Return the mean of an end value over the futures in which it happens, None where in none."""
        values = self.ends(name)
        values = values[~np.isnan(values)]
        return float(values.mean()) if values.size else None

    def paths(self, names: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return the bands of series by name."""
        if not names:
            return {}
        places = [self.frame.place[name] for name in names]
        rows = np.array([self._row[place] for place in places])
        tallies = self.sample.tallies
        # Bands need all series of a tally, as its words follow each other; what is not shown is passed over.
        found = bands(tallies, self.frame.lowers[self.sample.rows], self.frame.uppers[self.sample.rows], rows)
        series = self.frame.prepared.series
        return {
            name: {
                "unit": series[place].unit,
                **{level: found.quantiles[level][at].tolist() for level in LEVELS},
                "mean": found.mean[row].tolist(),
            }
            for at, (name, place, row) in enumerate(zip(names, places, rows, strict=True))
        }

    def lateness(self, name: str) -> dict[str, Any]:
        """Return mean months late by cause; power and construction are one, as in a run's answers."""
        causes: dict[str, float] = {}
        for cause in Cause:
            one = cause in (Cause.POWER, Cause.CONSTRUCTION)
            told = POWER_OR_CONSTRUCTION if one else CAUSE_NAMES[cause]
            mean = self.end_mean(f"late_months:{name}:{cause.name.lower()}") or 0.0
            causes[told] = causes.get(told, 0.0) + mean
        return {
            "total_months": self.end_mean(f"late_months:{name}:total"),
            "by_cause_months": causes,
            "unexplained_months": self.end_mean(f"late_months:{name}:unexplained") or 0.0,
            "early_months": self.end_mean(f"early_months:{name}") or 0.0,
        }

    def programmes(self) -> list[dict[str, Any]]:
        """Return every programme that the scenario watches."""
        return [
            {
                **told,
                "cancelled_mw": self.end_mean(f"cancelled_mw:{told['name']}") or 0.0,
                "under_way_mw": self.end_mean(f"under_way_mw:{told['name']}") or 0.0,
                "lateness": self.lateness(told["name"]),
            }
            for told in programmes(self.frame, self.tables, self.scenario)
        ]

    def pledges(self) -> list[dict[str, Any]]:
        """Return what becomes of each pledge of a programme that the scenario watches."""
        return [self._pledge(one) for one in self.promises]

    def _pledge(self, promise: Promise) -> dict[str, Any]:
        reached = self.ends(f"reached_month:{promise.told['pledge_id']}")
        futures = reached.size
        chance = None
        if not math.isnan(promise.due_month):
            chance = float(np.count_nonzero(reached <= promise.due_month)) / futures
        ordered = np.sort(np.where(np.isnan(reached), np.inf, reached))
        dates = {}
        for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
            value = ordered[max(0, math.ceil(share * futures) - 1)]
            dates[f"reached_{name}"] = self.months[int(value)] if np.isfinite(value) else None
        return {
            **promise.told,
            "chance_in_time": chance,
            "chance_error": 0.0 if chance is None else math.sqrt(chance * (1.0 - chance) / futures),
            "chance_by_end": float(np.count_nonzero(np.isfinite(reached))) / futures,
            **dates,
        }

    def pledged(self) -> dict[str, Any]:
        """Return what would be energised by the dates announced."""
        return {"months": list(self.months), "mw": pledged_mw(self.frame).tolist()}

    def classes(self) -> dict[str, Any] | None:
        """Return the share of futures in each class of world at the ends of quarters."""
        names = class_names(self.frame)
        if not names:
            return None
        at = [row for row, label in enumerate(self.months) if label.endswith(QUARTER_ENDS)]
        return {
            "months": [self.months[row] for row in at],
            "shares": {name.removeprefix(CLASS_PREFIX): self.mean(name)[at].tolist() for name in names},
        }

    def limits(self) -> dict[str, Any]:
        """Return what binds, by region and year."""
        codes = [name.split(":")[1] for name in limit_names(self.frame) if name.startswith(LIMIT_SERIES[0])]
        return {
            "least_waiting_mw": LEAST_WAITING_MW,
            "limits": list(LIMIT_NAMES),
            "regions": [self._region(code) for code in [*(c for c in codes if c != NATION), NATION]],
        }

    def _region(self, code: str) -> dict[str, Any]:
        as_of = f"{self.scenario.as_of:%Y-%m}"
        waits = {limit: self.mean(f"waiting_{limit}_mw:{code}") for limit in LIMIT_NAMES}
        years = []
        for label in self.months:
            year = label[:4]
            if label[5:] != MONTH_OF_YEAR or year < as_of[:4]:
                continue
            rows = [row for row, own in enumerate(self.months) if own[:4] == year and own >= as_of]
            waiting = {limit: float(np.mean(waits[limit][rows])) for limit in LIMIT_NAMES}
            most = max(waiting, key=lambda limit: waiting[limit])
            binds = most if waiting[most] >= LEAST_WAITING_MW else None
            years.append({"year": int(year), "waiting_mw": waiting, "binds": binds})
        first = next((one for one in years if one["binds"] is not None), None)
        return {
            "region": code,
            "years": years,
            "binds_first": first["binds"] if first else None,
            "binds_first_year": first["year"] if first else None,
        }

    def whole_lateness(self) -> dict[str, Any]:
        """Return mean months late over every named programme."""
        return self.lateness(ALL_NAMED)
