"""Power by region read from a store: means and quantiles of all futures.

Where futures must be joined across paths (the range of a sum), those whose paths are stored speak.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from stargauge.ensemble import Store
from stargauge.errors import StoreError
from stargauge.insight.regional import Amount, Band, RegionalAnswers, RegionAnswer, RegionYear, SupplyYear
from stargauge.model.regional import LIMIT_NAMES, OTHER, TECHNOLOGY_GROUPS
from stargauge.model.series import NATION
from stargauge.scenario import Scenario
from stargauge.scenario.parts import RegionHeadroom

Floats = NDArray[np.float64]

MONTH_OF_YEAR = "07"
LAST_MONTH = "12"

LEAST_WAITING_MW = 100.0
"""Where less than this waits in a year's mean for every limit, nothing is said to bind: a small phase."""

TECHNOLOGIES = (*TECHNOLOGY_GROUPS, OTHER)

MODELLED, SUPPLIED, UNLIMITED = "modelled", "supplied by the scenario", "without limit"
"""Where a region's headroom is from."""

LEVELS = (
    "firm_headroom_mw", "flexible_headroom_mw", "grid_load_mw", "onsite_mw", "shortfall_mw",
    "shortfall_before_mw",
    "opposition_level", "bill_effect_percent",
)  # fmt: skip


def regional_answers(store: Store, scenario: Scenario) -> RegionalAnswers:
    """Return power by region of a finished run.

    Args:
        store: The finished run.
        scenario: The scenario it ran, for the as-of date and for regions whose headroom it supplies.

    Raises:
        StoreError: The run holds no regional power, or a file cannot be read.
    """
    return _Reading(store, scenario).answers()


class _Reading:
    """The regional series of a run, read once: quantiles by series and month, and the stored paths."""

    def __init__(self, store: Store, scenario: Scenario) -> None:
        names = [one.name for one in store.record.series]
        prefix = f"{LEVELS[0]}:"
        self.codes = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
        old = StoreError(
            f"the run in {store.folder} holds no power by region as it is told now: it is older than this "
            "version; run it again with --fresh"
        )
        if NATION not in self.codes:
            raise old
        self.codes.remove(NATION)
        self.store, self.scenario, self.months = store, scenario, list(store.record.months)
        self.as_of = str(scenario.as_of)[:7]
        self.frame: dict[str, dict[str, list[float]]] = {}
        wanted = [name for name in names if name.split(":")[0] in self._quantities()]
        levels = store.series_quantiles(wanted)
        if "at_lower_end" not in levels.columns or self._quantities() - {n.split(":")[0] for n in wanted}:
            raise old
        for (name,), rows in levels.group_by("series", maintain_order=True):
            self.frame[str(name)] = {
                key: rows[key].to_list() for key in ("mean", "p05", "p50", "p95", "at_lower_end")
            }
        kept = [name for name in wanted if name.startswith(("supply_", "onsite_capital"))]
        self.paths: dict[str, Floats] = {}
        for (name,), rows in store.paths(kept).group_by("series", maintain_order=True):
            self.paths[str(name)] = (
                rows.sort("future", "month")["value"].to_numpy().reshape(-1, len(self.months))
            )

    @staticmethod
    def _quantities() -> set[str]:
        waiting = (f"waiting_{limit}_mw" for limit in LIMIT_NAMES)
        rest = ("supply_added_mw", "supply_retired_mw", "supply_capital_usd_b", "onsite_capital_usd_b")
        return {*LEVELS, *waiting, *rest}

    def answers(self) -> RegionalAnswers:
        added = np.sum([self.frame[f"supply_added_mw:{name}"]["mean"] for name in TECHNOLOGIES], axis=0)
        first = np.flatnonzero(added > 0.0)
        wires = self.store.ends(f"wires_usd_b:{NATION}")[f"wires_usd_b:{NATION}"].to_numpy()
        return RegionalAnswers(
            month_of_year=int(MONTH_OF_YEAR),
            least_waiting_mw=LEAST_WAITING_MW,
            stored_futures=len(self.paths[f"supply_retired_mw:{NATION}"]),
            supply_from=self.months[int(first[0])] if first.size else None,
            regions=tuple(self._region(code) for code in self.codes),
            nation=self._region(NATION),
            supply=tuple(self._supply(year) for year in self._years(LAST_MONTH)),
            wires_usd_b=Band(float(wires.mean()), *(float(q) for q in np.quantile(wires, (0.05, 0.5, 0.95)))),
        )

    def _years(self, month: str) -> list[int]:
        """Return the years from that of the as-of date on in which the run has a month."""
        return [int(label[:4]) for label in self.months if label[5:] == month and label[:4] >= self.as_of[:4]]

    def _region(self, code: str) -> RegionAnswer:
        source = self._nation_source() if code == NATION else self._source(code)
        years = tuple(self._year(code, year, source) for year in self._years(MONTH_OF_YEAR))
        binding = [(one.binds, one.year) for one in years if one.binds is not None]
        first, when = binding[0] if binding else (None, None)
        power = (year for limit, year in binding if limit == "headroom")
        return RegionAnswer(code, source, years, first, when, next(power, None))

    def _nation_source(self) -> str:
        """Return where the nation's headroom is from: what is without limit somewhere has no sum."""
        sources = {self._source(code) for code in self.codes}
        return next((source for source in (UNLIMITED, SUPPLIED) if source in sources), MODELLED)

    def _source(self, code: str) -> str:
        switch = self.scenario.limits.headroom.of(code)
        if switch.off or self.scenario.schedule == "announced":
            return UNLIMITED
        supplied = isinstance(switch, RegionHeadroom) and switch.path is not None
        return SUPPLIED if supplied else MODELLED

    def _year(self, code: str, year: int, source: str) -> RegionYear:
        month = self.months.index(f"{year}-{MONTH_OF_YEAR}")
        bands = {name: self._band(f"{name}:{code}", month) for name in LEVELS}
        if source == UNLIMITED:
            bands["firm_headroom_mw"] = None
        if source != MODELLED:
            bands["flexible_headroom_mw"] = None
        rows = [
            row for row, label in enumerate(self.months) if label[:4] == str(year) and label >= self.as_of
        ]
        waiting = {
            limit: float(np.mean([self.frame[f"waiting_{limit}_mw:{code}"]["mean"][row] for row in rows]))
            for limit in LIMIT_NAMES
        }
        most = max(waiting, key=lambda limit: waiting[limit])
        whole = self.frame[f"shortfall_mw:{code}"]["at_lower_end"][month]
        return RegionYear(
            year=year,
            shortfall_chance=1.0 - whole / self.store.record.futures,
            waiting_mw=waiting,
            binds=most if waiting[most] >= LEAST_WAITING_MW else None,
            **bands,  # type: ignore[arg-type]
        )

    def _band(self, name: str, month: int) -> Band | None:
        found = self.frame.get(name)
        return None if found is None else Band(*(found[key][month] for key in ("mean", "p05", "p50", "p95")))

    def _supply(self, year: int) -> SupplyYear:
        added = [f"supply_added_mw:{name}" for name in TECHNOLOGIES]
        means = {name: self._gain(series, year) for name, series in zip(TECHNOLOGIES, added, strict=True)}
        return SupplyYear(
            year=year,
            added_mw=means,
            added_total_mw=self._amount(added, year),
            retired_mw=self._amount([f"supply_retired_mw:{NATION}"], year),
            supply_capital_usd_b=self._amount([f"supply_capital_usd_b:{NATION}"], year),
            onsite_capital_usd_b=self._amount([f"onsite_capital_usd_b:{NATION}"], year),
        )

    def _ends(self, year: int) -> tuple[int | None, int]:
        """Return the last month of the year before, None before the run, and that of the year."""
        before = f"{year - 1}-{LAST_MONTH}"
        start = self.months.index(before) if before in self.months else None
        return start, self.months.index(f"{year}-{LAST_MONTH}")

    def _gain(self, series: str, year: int) -> float:
        start, end = self._ends(year)
        means = self.frame[series]["mean"]
        return means[end] - (0.0 if start is None else means[start])

    def _amount(self, series: Iterable[str], year: int) -> Amount:
        start, end = self._ends(year)
        names = list(series)
        paths = np.sum([self.paths[name] for name in names], axis=0)
        gains = paths[:, end] - (0.0 if start is None else paths[:, start])
        low, high = (float(value) for value in np.quantile(gains, (0.1, 0.9)))
        return Amount(sum(self._gain(name, year) for name in names), low, high)
