"""What upgrades unlock as a labelled table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import polars as pl

from stargauge.grid.flows.model import DcModel
from stargauge.grid.hosting.frame import notice
from stargauge.grid.hosting.limits import BusLimits
from stargauge.grid.hosting.rules import Rules
from stargauge.grid.upgrades import choice
from stargauge.grid.upgrades.choice import choose, costs
from stargauge.grid.upgrades.measures.base import columns
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.ratings import Raise
from stargauge.grid.upgrades.relief import Sites
from stargauge.grid.upgrades.steps import rule_text

Together = Literal["element", "corridor"]
TOGETHER: tuple[Together, ...] = get_args(Together)

LEAST_GAIN_MW = 1e-6
"""A smaller gain over all sites is rounding."""

OVERLAP = (
    "MW unlocked is a sum over sites of what each could take more if it alone were loaded: capacities of "
    "different buses cannot be used at the same time, so it ranks upgrades and is no amount to connect"
)

COLUMNS: dict[str, str] = {
    "rank": "order: by MW unlocked alone, or the step of the sequence",
    "element": "element raised; several of a corridor joined by +",
    "kind": "line or transformer",
    "kv": "base voltage of its higher end, kV",
    "unlocked_mw": "sum over sites of the MW each could take more, one at a time",
    "cumulative_mw": "the same for this step and all before it",
    "sites_raised": "sites that could take more",
    "sites_reaching": "sites that reach the size asked for by it; empty where no size was given",
    "most_mw": "largest gain at one site, MW",
    "most_bus": "number of that bus",
    "before_mw": "limit before an outage until then, MW",
    "needed_before_mw": "limit before an outage that gives all of it, MW",
    "after_mw": "limit after an outage until then, MW",
    "needed_after_mw": "limit after an outage that gives all of it, MW",
    "raise_mw": "the larger of the two raises, MW; of a corridor the largest",
    "raise_share": "the larger raise as a share of the limit",
    **choice.COLUMNS,
    "overlap": "what the sum is",
    "rule": "the conventions of these numbers",
    "notice": "what the network is",
}
"""What each column holds."""

_KINDS: dict[str, pl.DataType] = {
    **{name: pl.Float64() for name in COLUMNS},
    **dict.fromkeys(("rank", "sites_raised", "sites_reaching", "most_bus"), pl.Int64()),
    **dict.fromkeys(("element", "kind", "overlap", "rule", "notice"), pl.String()),
    **choice.SCHEMA,
}
SCHEMA = {name: kind for name, kind in _KINDS.items() if name in COLUMNS or name in choice.SCHEMA}


def ranking_rule(model: DcModel, rules: Rules, size_mw: float | None, together: Together) -> str:
    """Return the conventions of a ranking in words."""
    ends = "" if size_mw is None else f" · capacity beyond {size_mw:g} MW at a site does not count"
    what = "one element at a time" if together == "element" else "all circuits of a corridor at a time"
    return f"{rule_text(model, rules)} · {what}, each raised as far as any site gains by it{ends}"


@dataclass(frozen=True)
class GainRows:
    """Makes the rows of both tables."""

    model: DcModel
    sites: Sites
    size_mw: float | None
    together: Together
    prices: Prices

    def row(
        self, rank: int, raises: list[Raise], earlier: BusLimits, now: BusLimits, start: BusLimits
    ) -> dict[str, Any]:
        """Return one row: what raising did to the sites, against just before and against the start."""
        network, sites = self.model.network, self.sites
        gain = sites.capacity(now) - sites.capacity(earlier)
        most = int(gain.argmax())
        chosen = [choose(network, change, self.prices) for change in raises]
        lead = int(np.argmax([change.raise_mw for change in raises]))
        change, first = raises[lead], chosen[lead]
        cost, months = costs([one.cheapest for one in chosen])
        firm_cost, firm_months = costs([one.firm for one in chosen])
        reaching = None
        if self.size_mw is not None:
            reached = sites.capacity(now) >= self.size_mw * (1 - 1e-9)
            reaching = int((reached & (sites.capacity(earlier) < self.size_mw * (1 - 1e-9))).sum())
        row = {
            "rank": rank,
            "element": " + ".join(network.branch_name[one.element] for one in raises),
            "kind": network.branch_kind[change.element],
            "kv": None if np.isnan(first.job.kv[0]) else first.job.kv[0],
            "unlocked_mw": float(gain.sum()),
            "cumulative_mw": float((sites.capacity(now) - sites.capacity(start)).sum()),
            "sites_raised": int((gain > LEAST_GAIN_MW).sum()),
            "sites_reaching": reaching,
            "most_mw": float(gain[most]),
            "most_bus": int(network.bus_id[sites.bus[most]]),
            "before_mw": change.before_mw,
            "needed_before_mw": change.needed_before_mw,
            "after_mw": change.after_mw,
            "needed_after_mw": change.needed_after_mw,
            "raise_mw": change.raise_mw,
            "raise_share": change.gain,
            **first.columns(),
            **columns("cost", cost),
            **columns("months", months),
            **columns("firm_cost", firm_cost),
            **columns("firm_months", firm_months),
            "overlap": OVERLAP,
            "rule": ranking_rule(self.model, sites.rules, self.size_mw, self.together),
            "notice": notice(self.model),
        }
        return {name: row[name] for name in SCHEMA}
