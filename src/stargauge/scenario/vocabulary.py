"""The names a scenario may use: facts, programmes, sites and regions, as the shipped tables have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Protocol

from pydantic import ValidationInfo

from stargauge.facts import Distribution, Registry, load_registry, load_tables


class FactLike(Protocol):
    """What a scenario needs to know of a fact."""

    @property
    def id(self) -> str:
        """Its id in the registry."""

    @property
    def title(self) -> str:
        """What it measures."""

    @property
    def distribution(self) -> Distribution:
        """Its value in `unit`."""

    @property
    def unit(self) -> str:
        """The unit of the distribution."""

    @property
    def quantity(self) -> str:
        """The kind of quantity."""

    @property
    def known_from(self) -> date:
        """When it was published."""

    @property
    def feeds(self) -> str:
        """The model input it is the chosen value for, or ""."""


class PlanNames(Protocol):
    """What a scenario needs to know of plans; each returns what is wrong in words, "" where nothing is."""

    def strategy_fault(self, strategy: str) -> str:
        """Say why there is no such plan."""

    def name_fault(self, strategy: str, name: str) -> str:
        """Say why a name is no part of a plan that a scenario can switch."""


@dataclass(frozen=True)
class Vocabulary:
    """The known names; `facts` by id, and the registry they are from where there is one.

    `plans` knows the parts of plans; None leaves them to be checked when a run is made ready.
    """

    facts: dict[str, Any]
    programmes: tuple[str, ...]
    sites: tuple[str, ...]
    regions: tuple[str, ...]
    registry: Registry | None = None
    plans: PlanNames | None = None

    def fact(self, identity: str) -> FactLike | None:
        """Return the fact of that id, or None."""
        return self.facts.get(identity)

    def chosen(self, name: str, as_of: date) -> FactLike | None:
        """Return the fact that feeds a model input as of a date, None where no registry is at hand."""
        if self.registry is None:
            return None
        return self.registry.as_of(as_of).input(name)

    def heirs(self, identity: str) -> tuple[str, ...]:
        """Return the facts that feed the model and were worked out from a fact, by id."""
        users = self.registry.users(identity) if self.registry is not None else ()
        return tuple(fact.id for fact in users if fact.feeds)


@cache
def shipped_vocabulary() -> Vocabulary:
    """Return the names in the shipped fact tables."""
    registry, tables = load_registry(), load_tables()
    return Vocabulary(
        facts={fact.id: fact for fact in registry.facts},
        programmes=_distinct(tables.site_keys["programme"], tables.pledges["programme"]),
        sites=_distinct(tables.site_keys["site_id"]),
        regions=_distinct(tables.regions["region"]),
        registry=registry,
    )


def vocabulary_of(info: ValidationInfo) -> Vocabulary:
    """Return the vocabulary handed to the validation, or the shipped one."""
    context = info.context
    given = context.get("vocabulary") if isinstance(context, dict) else None
    return given if isinstance(given, Vocabulary) else shipped_vocabulary()


def _distinct(*columns: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted({str(value) for column in columns for value in column if value}))
