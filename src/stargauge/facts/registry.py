"""The registry: all facts by id, what was known on a date, and which fact feeds which input."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise

from stargauge.errors import InputError, Mistake
from stargauge.facts.distributions import Distribution
from stargauge.facts.record import CONFIDENCE_ORDER, Fact


class Registry:
    """An immutable set of facts, in order of id.

    A registry cut to a date (`as_of`) or with values replaced (`overridden`) is a new registry; nothing
    reaches back into the old one.
    """

    def __init__(self, facts: Iterable[Fact], known_to: date | None = None) -> None:
        """Index the facts.

        Args:
            facts: Facts with distinct ids.
            known_to: The as-of date the facts were cut to, for error messages.

        Raises:
            InputError: If two facts share an id.
        """
        ordered = sorted(facts, key=lambda fact: fact.id)
        self._by_id = {fact.id: fact for fact in ordered}
        self._known_to = known_to
        if len(self._by_id) != len(ordered):
            repeated = [a.id for a, b in pairwise(ordered) if a.id == b.id]
            raise InputError(
                "facts",
                [Mistake(0, name, "two facts have this id") for name in dict.fromkeys(repeated)],
                "no fact was loaded",
            )

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts in order of id."""
        return tuple(self._by_id.values())

    @property
    def known_to(self) -> date | None:
        """The as-of date of this registry, None where nothing was cut."""
        return self._known_to

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._by_id.values())

    def __contains__(self, fact_id: object) -> bool:
        return fact_id in self._by_id

    def __getitem__(self, fact_id: str) -> Fact:
        """Return the fact with an id.

        Raises:
            InputError: If there is none, with the closest id.
        """
        fact = self._by_id.get(fact_id)
        if fact is None:
            raise InputError("facts", [self._unknown(fact_id)])
        return fact

    def get(self, fact_id: str) -> Fact | None:
        """Return the fact with an id, or None."""
        return self._by_id.get(fact_id)

    def _unknown(self, fact_id: str) -> Mistake:
        close = get_close_matches(fact_id, self._by_id, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]}?" if close else ""
        known = f" known on {self._known_to}" if self._known_to else ""
        return Mistake(0, fact_id, f"no such fact{known}{hint}")

    def search(self, text: str) -> list[Fact]:
        """Return the facts that hold every word of a text, the best match first.

        A word counts most in the id and the title, less in topic, asset, stage, region and feeds, least in
        source and note; words match from their beginning.
        """
        words = text.lower().split()
        scored = [(self._score(fact, words), fact) for fact in self]
        found = [(score, fact) for score, fact in scored if score > 0]
        found.sort(key=lambda pair: (-pair[0], CONFIDENCE_ORDER.index(pair[1].confidence), pair[1].id))
        return [fact for _, fact in found]

    @staticmethod
    def _score(fact: Fact, words: list[str]) -> int:
        layers = (
            (8, f"{fact.id} {fact.title}"),
            (3, f"{fact.topic} {fact.asset} {fact.stage} {fact.region} {fact.feeds}"),
            (1, f"{fact.source} {fact.note}"),
        )
        total = 0
        for word in words:
            best = 0
            for weight, text in layers:
                if any(part.startswith(word) for part in _words(text)):
                    best = weight
                    break
            if best == 0:
                return 0
            total += best
        return total + (16 if words and fact.id.lower() == " ".join(words) else 0)

    def as_of(self, day: date) -> Registry:
        """Return the facts known on a day: those whose `known_from` is not later."""
        return Registry((fact for fact in self if fact.known_from <= day), known_to=day)

    def input(self, name: str) -> Fact:
        """Return the fact that feeds a model input.

        Of several, the newest known is used; of equally new ones the better graded, then the first by id.

        Raises:
            InputError: If none feeds it, naming the input and the as-of date.
        """
        candidates = self._feeding.get(name, ())
        if not candidates:
            known = f" known on {self._known_to}" if self._known_to else ""
            close = get_close_matches(name, self._feeding, n=1, cutoff=0.6)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise InputError("facts", [Mistake(0, name, f"no fact{known} feeds this input{hint}")])
        return candidates[0]

    def inputs(self) -> tuple[str, ...]:
        """Return the names of all model inputs that some fact feeds, sorted."""
        return tuple(sorted(self._feeding))

    def distributions(self, units: Mapping[str, str]) -> dict[str, Distribution]:
        """Return the distribution of each of several model inputs, in the unit asked for.

        Args:
            units: Unit by name of the input.

        Raises:
            InputError: As `input`.
            ValueError: A fact cannot be told in the unit.
        """
        return {name: self.input(name).to(unit) for name, unit in units.items()}

    def medians(self, units: Mapping[str, str]) -> dict[str, float]:
        """Return the median of each of several model inputs; arguments and errors as of `distributions`."""
        return {name: found.median for name, found in self.distributions(units).items()}

    @cached_property
    def _feeding(self) -> dict[str, tuple[Fact, ...]]:
        feeding: dict[str, list[Fact]] = {}
        for fact in self:
            if fact.feeds:
                feeding.setdefault(fact.feeds, []).append(fact)
        return {
            name: tuple(
                sorted(
                    facts,
                    key=lambda fact: (
                        -fact.known_from.toordinal(),
                        CONFIDENCE_ORDER.index(fact.confidence),
                        fact.id,
                    ),
                )
            )
            for name, facts in feeding.items()
        }

    def rivals(self, fact_id: str) -> tuple[Fact, ...]:
        """Return the other facts of the same topic, by id: who else states this quantity."""
        fact = self[fact_id]
        if not fact.topic:
            return ()
        return tuple(other for other in self._by_topic[fact.topic] if other.id != fact.id)

    @cached_property
    def _by_topic(self) -> dict[str, list[Fact]]:
        topics: dict[str, list[Fact]] = {}
        for fact in self:
            topics.setdefault(fact.topic, []).append(fact)
        return topics

    def users(self, fact_id: str) -> tuple[Fact, ...]:
        """Return the facts that were worked out from a fact, by id."""
        return tuple(self._derived.get(fact_id, ()))

    @cached_property
    def _derived(self) -> dict[str, list[Fact]]:
        derived: dict[str, list[Fact]] = {}
        for fact in self:
            for origin in dict.fromkeys(fact.derived_from):
                derived.setdefault(origin, []).append(fact)
        return derived

    def overridden(self, values: Mapping[str, Distribution]) -> Registry:
        """Return a registry in which some facts have another distribution, in the fact's own unit.

        Raises:
            InputError: Listing every id that is not in the registry.
        """
        mistakes = [self._unknown(fact_id) for fact_id in values if fact_id not in self._by_id]
        if mistakes:
            raise InputError("overrides", mistakes)
        return Registry(
            (
                fact.model_copy(update={"distribution": values[fact.id]}) if fact.id in values else fact
                for fact in self
            ),
            known_to=self._known_to,
        )

    def digest(self) -> str:
        """Return the SHA-256 of the content in hexadecimal; the order of table rows is no part of it."""
        content = [fact.model_dump(mode="json") for fact in self]
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _words(text: str) -> list[str]:
    return [part.strip(",.;:()\"'") for part in text.lower().replace("/", " ").replace("-", " ").split()] + (
        text.lower().split()
    )
