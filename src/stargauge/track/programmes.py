"""Programmes: what belongs to which, and finding one by whatever a user calls it.

A programme is one of `site_keys`, or of a pledge that has no tracked site. A pledge belongs to the programme
of the pledge it is part of, else of the first of its sites, else of its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from stargauge.errors import InputError, Mistake
from stargauge.facts import Tables
from stargauge.track.records import Row

LISTED = 6
"""Names that an error message lists."""

CLOSE = 0.7
"""Likeness from which a name is offered as what may have been meant."""


@dataclass(frozen=True)
class Programme:
    """A programme with the ids of its sites and pledges; `site_names` is by site id."""

    name: str
    site_ids: tuple[str, ...]
    pledge_ids: tuple[str, ...]
    site_names: dict[str, str] = field(hash=False)
    labels: tuple[str, ...]


Names = list[tuple[str, Programme]]
"""Names, each with the programme it leads to."""


@dataclass(frozen=True)
class Found:
    """A programme and how the user's words led to it: empty where they are its name."""

    programme: Programme
    because: str


class Directory:
    """All programmes by name, with every other name that leads to them."""

    def __init__(self, tables: Tables) -> None:
        """Index the programmes of the tables."""
        self._site_names = _site_names(tables)
        self._site_programme = dict(
            zip(tables.site_keys["site_id"], tables.site_keys["programme"], strict=True)
        )
        self._pledges = {row["id"]: row for row in tables.pledges.iter_rows(named=True)}
        self.programme_of_pledge = {key: self._home(row) for key, row in self._pledges.items()}
        names = dict.fromkeys([*self._site_programme.values(), *self.programme_of_pledge.values()])
        self.programmes = tuple(self._build(name) for name in names)
        self._by_name = {programme.name: programme for programme in self.programmes}

    def __getitem__(self, name: str) -> Programme:
        """Return a programme by its exact name."""
        return self._by_name[name]

    def find(self, text: str) -> Found:
        """Return the programme a user means: its name, a site, a pledge, or words of one of these.

        Case and punctuation do not count, nor does what stands in brackets in a programme's name. Where
        several programmes share a name but for the brackets, the one with tracked sites is meant.

        Raises:
            InputError: If nothing or more than one programme matches, with the names that come near.
        """
        asked = plain_words(text)
        for because, names in (*self._names(), *self._places()):
            chosen = _called(asked, names)
            if chosen is not None:
                return Found(chosen, because.format(text=text, name=chosen.name))
        return self._by_words(text, asked)

    def of_event(self, event: Row) -> tuple[str, ...]:
        """Return the names of the programmes an event belongs to.

        By its site; else by its programme, where that is a name, with or without brackets, or where all its
        words stand in the name of one programme alone. The programme whose name is made of the event's
        programme and place has it as well, and so has that of a place which the `bearing` says is affected.
        """
        names = dict.fromkeys(self._affected(event))
        if event["site_id"] in self._site_programme:
            names[self._site_programme[event["site_id"]]] = None
            placed = plain_words(f"{event['programme']} {event['site']}")
            names.update((one.name, None) for one in self.programmes if plain_words(one.name) == placed)
        else:
            label = self._labelled(event["programme"])
            if label is not None:
                names[label] = None
        return tuple(names)

    def _home(self, pledge: Row) -> str:
        if pledge["part_of"]:
            return self._home(self._pledges[pledge["part_of"]])
        for site in pledge["counts_sites"].split():
            if site in self._site_programme:
                return str(self._site_programme[site])
        return str(pledge["programme"])

    def _build(self, name: str) -> Programme:
        sites = tuple(site for site, owner in self._site_programme.items() if owner == name)
        pledges = tuple(key for key, owner in self.programme_of_pledge.items() if owner == name)
        labels = dict.fromkeys(self._pledges[key]["programme"] for key in pledges)
        labels.pop(name, None)
        return Programme(
            name, sites, pledges, {site: self._site_names[site] for site in sites}, tuple(labels)
        )

    def _names(self) -> Iterator[tuple[str, Names]]:
        """Yield why the name of a programme or a pledge leads to it, with all such names; surest first."""
        everyone = self.programmes
        yield "", [(one.name, one) for one in everyone]
        yield "", [(without_brackets(one.name), one) for one in everyone]
        because = "{text} is a pledge of {name}"
        yield because, [(key, one) for one in everyone for key in one.pledge_ids]
        yield because, [(label, one) for one in everyone for whole in one.labels for label in _both(whole)]

    def _places(self) -> Iterator[tuple[str, Names]]:
        """Yield why a site leads to its programme, with all such ids or names."""
        because = "{text} is a site of {name}"
        yield because, [(key, one) for one in self.programmes for key in one.site_ids]
        yield because, [(label, one) for one in self.programmes for label in one.site_names.values()]

    def _by_words(self, text: str, asked: str) -> Found:
        """Find the programme that has a name of which some words begin with the words asked for."""
        hits: list[Programme] = []
        for programme in self.programmes:
            names = (programme.name, *programme.labels, *programme.site_names.values())
            if asked and any(_begins(asked.split(), plain_words(name).split()) for name in names):
                hits.append(programme)
        named = [hit for hit in hits if _begins(asked.split(), plain_words(hit.name).split())]
        plainly = [
            hit for hit in named if _begins(asked.split(), plain_words(without_brackets(hit.name)).split())
        ]
        chosen = _only(hits) or _only(named) or _only(plainly)
        if chosen is not None:
            because = "" if chosen in named else f"{text} is part of {chosen.name}"
            return Found(chosen, because)
        raise self._mistaken(text, asked, named or hits)

    def _mistaken(self, text: str, asked: str, hits: list[Programme]) -> InputError:
        if hits:
            names = [hit.name for hit in hits]
            more = f" or {len(names) - LISTED} more" if len(names) > LISTED else ""
            said = f'"{text}" may be {_either(names[:LISTED])}{more}; name one'
        else:
            lookup = {
                plain_words(name): without_brackets(programme.name)
                for programme in self.programmes
                for name in (*programme.labels, programme.name, *_both(programme.name), *programme.site_ids)
            }
            close = [lookup[key] for key in get_close_matches(asked, lookup, n=2, cutoff=CLOSE)]
            hint = f"; did you mean {_either(list(dict.fromkeys(close)))}?" if close else ""
            said = f'no programme, site or pledge is called "{text}"{hint}'
            said += "" if close else "; stargauge track lists them all"
        return InputError("track", [Mistake(0, "programme", said)], "nothing was looked up")

    def _labelled(self, label: str) -> str | None:
        asked = plain_words(label)
        for _, names in self._names():
            chosen = _called(asked, names)
            if chosen is not None:
                return chosen.name
        words = set(asked.split())
        hits = [one for one in self.programmes if words <= set(plain_words(one.name).split())]
        chosen = _only(hits)
        return chosen.name if chosen is not None else None

    def _affected(self, event: Row) -> Iterator[str]:
        affects = re.search(r"\baffects (.+)", event["bearing"])
        if affects is None:
            return
        text = f" {plain_words(affects[1])} "
        for site, programme in self._site_programme.items():
            if f" {plain_words(self._site_names[site])} " in text:
                yield str(programme)


def plain_words(text: str) -> str:
    """Return a text in lower case with single spaces for whatever is no letter or digit."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def without_brackets(name: str) -> str:
    """Return a name without what stands in brackets: `Stargate (US)` is `Stargate`."""
    return re.sub(r"\s*\([^)]*\)", "", name).strip()


def _both(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((name, without_brackets(name))))


def _called(asked: str, names: Names) -> Programme | None:
    """Return the one programme with a name; of several, the one with tracked sites."""
    hits = [programme for key, programme in names if plain_words(key) == asked]
    return _only(hits) or _only([hit for hit in hits if hit.site_ids])


def _only(programmes: list[Programme]) -> Programme | None:
    distinct = {programme.name: programme for programme in programmes}
    return next(iter(distinct.values())) if len(distinct) == 1 else None


def _begins(asked: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in asked)


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _site_names(tables: Tables) -> dict[str, str]:
    """Return a short name for every site: the place its first event names, else its name in an edition."""
    names: dict[str, str] = {}
    for row in tables.events.sort("date", "event_id").iter_rows(named=True):
        if row["site_id"] and row["site"]:
            names.setdefault(row["site_id"], row["site"])
    for row in tables.site_aliases.iter_rows(named=True):
        names.setdefault(row["site_id"], row["vintage_site"])
    for row in tables.sites.iter_rows(named=True):
        names.setdefault(row["site_id"], without_brackets(row["name"]))
    for site in tables.site_keys["site_id"]:
        names.setdefault(site, site)
    return names
