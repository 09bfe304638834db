"""What a bus needs to take a wanted load: the elements to raise, in the order in which they bind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from stargauge.errors import InputError, Mistake
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.board import TIE
from stargauge.grid.hosting.capacity import bus_limits
from stargauge.grid.hosting.frame import notice
from stargauge.grid.hosting.rules import PreExisting, Rules
from stargauge.grid.hosting.sources import Source, parse_source
from stargauge.grid.network import Network
from stargauge.grid.upgrades.choice import Choice, choose, costs
from stargauge.grid.upgrades.limits import element_limits, load_at
from stargauge.grid.upgrades.measures.base import columns
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.radial import only_feed
from stargauge.grid.upgrades.ratings import Raise, needed, with_ratings
from stargauge.grid.upgrades.spread import Spread
from stargauge.grid.upgrades.steps import COLUMNS, in_order, named, rule_text, steps_frame

if TYPE_CHECKING:
    from rich.console import RenderableType

Progress = Callable[[str], None]


@dataclass(frozen=True)
class UpgradePlan:
    """The elements to raise for a wanted load at one bus.

    Attributes:
        frame: One row an element, in the order in which they bind; see `steps.COLUMNS`.
        bus: Bus number.
        wanted_mw: The load wanted, MW.
        reached_mw: What the bus can take once all is done, MW: the wanted load, or what the source can give.
        today_mw: What it can take now, MW.
        source_mw: The most that the source can give, MW.
        only_feed: Name of the branch whose loss alone cuts the bus off; None if none does.
        raises: The same rows as numbers.
        choices: The measures for each row.
        rules: The conventions.
        model: The network with its matrices.
        seconds: How long it took, s.
    """

    frame: pl.DataFrame
    bus: int
    wanted_mw: float
    reached_mw: float
    today_mw: float
    source_mw: float
    only_feed: str | None
    raises: tuple[Raise, ...]
    choices: tuple[Choice, ...]
    rules: Rules
    model: DcModel
    seconds: float

    @property
    def rule(self) -> str:
        """The conventions in words: the same text as in every row."""
        return rule_text(self.model, self.rules)

    @property
    def notice(self) -> str:
        """What the network is: the same text as in every row."""
        return notice(self.model)

    @property
    def source_limits(self) -> bool:
        """Whether the source gives less than is wanted."""
        return self.source_mw < self.wanted_mw * (1.0 - TIE)

    @property
    def cost(self) -> Spread | None:
        """Cost of the cheapest measures together, million USD; None where one is unknown."""
        return costs([chosen.cheapest for chosen in self.choices])[0]

    @property
    def months(self) -> Spread | None:
        """Months to the last of them, all begun at once; None where an element has no sufficient measure."""
        return costs([chosen.cheapest for chosen in self.choices])[1]

    @property
    def firm_cost(self) -> Spread | None:
        """Cost of the cheapest measures that hold in every hour, million USD; None where one is unknown."""
        return costs([chosen.firm for chosen in self.choices])[0]

    @property
    def firm_months(self) -> Spread | None:
        """Months to the last of those."""
        return costs([chosen.firm for chosen in self.choices])[1]

    def remarks(self) -> tuple[str, ...]:
        """Return what must be known beside the table."""
        texts = []
        if self.source_limits:
            texts.append(
                f"the source gives no more than {self.source_mw:,.1f} MW: no upgrade reaches "
                f"{self.wanted_mw:,.1f} MW; the plan goes up to what the source gives"
            )
        if self.only_feed is not None:
            texts.append(
                f"fed by {self.only_feed} alone: with radial outages counted the bus can take nothing until "
                "it has a second feed, whatever is raised"
            )
        if any(chosen.cheapest is not None and chosen.cheapest.restudy for chosen in self.choices):
            texts.append(
                "new lines and transformers change flows: study the network again with them before relying "
                "on it"
            )
        if any(chosen.cheapest is not None and not chosen.cheapest.firm for chosen in self.choices):
            texts.append(
                "dynamic ratings hold on average, not in every hour: hot days without wind give little"
            )
        offers = [offer for chosen in self.choices for offer in (chosen.cheapest, chosen.firm) if offer]
        memory = sorted({name for offer in offers for name in offer.unverified})
        if memory:
            texts.append(f"from memory and unverified: {', '.join(memory)}")
        return tuple(texts)

    def options(self) -> pl.DataFrame:
        """Return every measure for every element: those that suffice first, cheapest first."""
        rows = [
            {
                "step": step + 1,
                "element": self.frame["element"][step],
                **offer.to_dict(),
                "notice": self.notice,
            }
            for step, chosen in enumerate(self.choices)
            for offer in chosen.offers
        ]
        return pl.DataFrame(rows, infer_schema_length=None)

    def upgraded(self) -> DcModel:
        """Return the network with the needed ratings; hosting studies take it as they take a network."""
        return with_ratings(self.model, self.rules.ratings, list(self.raises))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        network = self.model.network
        return {
            "title": f"Upgrades for {self.wanted_mw:g} MW at bus {self.bus} of {network.name}",
            "rule": self.rule,
            "notice": self.notice,
            "source": network.source,
            "licence": network.licence,
            "notes": " | ".join((*network.notes, *self.model.notes)),
            "bus": self.bus,
            "wanted_mw": self.wanted_mw,
            "today_mw": self.today_mw,
            "reached_mw": self.reached_mw,
            "source_mw": self.source_mw,
            "only_feed": self.only_feed,
            "remarks": list(self.remarks()),
            **columns("cost", self.cost),
            **columns("months", self.months),
            **columns("firm_cost", self.firm_cost),
            **columns("firm_months", self.firm_months),
            "columns": COLUMNS,
            "rows": self.frame.to_dicts(),
            "options": self.options().to_dicts(),
        }

    def render(self, rows: int = 20) -> RenderableType:
        """Return the plan for a terminal, its first `rows` steps."""
        from stargauge.grid.upgrades.screen import render_plan

        return render_plan(self, rows)


def upgrades_for(
    network: Network | DcModel,
    bus: int,
    wanted_mw: float,
    *,
    source: Source | str = "prorata",
    cutoff: float = 0.03,
    pre_existing: PreExisting = "exclude",
    limits: Ratings | None = None,
    prices: Prices | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> UpgradePlan:
    """Return the elements to raise so that a bus can take a wanted load, with measures, cost and time.

    Every pair of element and outage is taken; none is skipped. Conventions are those of `hosting_capacity`.

    Args:
        network: The network.
        bus: Bus number.
        wanted_mw: The load wanted, MW.
        source: Where the power comes from; a `Source`, or its words.
        cutoff: Smallest share of the load on an element that counts.
        pre_existing: What becomes of pairs over their limit before the load.
        limits: Which ratings hold; rate A before and rate B after an outage if None.
        prices: Facts of gains, costs and times; the shipped ones if None.
        threads: Threads; all processors if None. Results do not depend on it.
        progress: Told in words what is being done.

    Raises:
        InputError: A source, bus or number that is not legal, or a network that cannot be balanced.
    """
    started = perf_counter()
    rules = legal_rules(source, cutoff, pre_existing, limits, _wanted_mistakes(wanted_mw))
    tell = progress or (lambda text: None)
    tell("network")
    model = prepare(network)
    index = model.network.bus_index(bus)
    island = model.islands[model.network.interconnect[index]]
    source_mw = float(rules.source.supply(model).capacity_mw[island.number])
    reached = min(wanted_mw, source_mw)
    tell("every outage with the load")
    found = element_limits(model, island, load_at(model, rules, index, reached), threads)
    order = in_order(found)
    raises = tuple(needed(model.network, rules.ratings, found, int(e), reached) for e in order)
    shipped = prices or Prices.shipped()
    choices = tuple(choose(model.network, change, shipped) for change in raises)
    if order.size:
        today = float(found.binds_mw[order[0]])
    else:
        tell("present capacity")
        today = float(bus_limits(model, rules, np.array([index]), 1, threads, lambda text: None).value[0, 0])
    return UpgradePlan(
        steps_frame(model, rules, found, order, raises, choices, reached),
        bus,
        wanted_mw,
        reached if order.size else today,
        today,
        source_mw,
        named(model, only_feed(model, index)),
        raises,
        choices,
        rules,
        model,
        perf_counter() - started,
    )


def legal_rules(
    source: Source | str,
    cutoff: float,
    pre_existing: PreExisting,
    limits: Ratings | None,
    mistakes: list[Mistake],
) -> Rules:
    """Return the rules of a study once they and what else was given are legal.

    Raises:
        InputError: Listing all mistakes.
    """
    chosen = parse_source(source) if isinstance(source, str) else source
    rules = Rules(chosen, cutoff, pre_existing, limits or Ratings())
    found = [*rules.mistakes, *mistakes]
    if found:
        raise InputError("upgrades", found, "nothing was computed")
    return rules


def _wanted_mistakes(wanted_mw: float) -> list[Mistake]:
    if np.isfinite(wanted_mw) and wanted_mw > 0:
        return []
    return [Mistake(0, "wanted_mw", f"is {wanted_mw:g}; it must be above 0, for example 300")]
