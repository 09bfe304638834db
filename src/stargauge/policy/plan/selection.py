"""Finds the actions that somebody asks for: by id, section, pillar, agency, lever or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from stargauge.errors import InputError, Mistake
from stargauge.policy.plan.records import Action
from stargauge.policy.plan.strategy import NOTHING, Strategy
from stargauge.scenario.levers import LEVERS

PILLAR_NUMERALS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


@dataclass(frozen=True)
class Selection:
    """Actions that were asked for; `kind` is what the words were taken for, `because` says it in words."""

    kind: str
    because: str
    actions: tuple[Action, ...]


def select(strategy: Strategy, query: str | None) -> Selection:
    """Return the actions that some words ask for; all of them where there are none.

    Words are an action's id, a section's id, a pillar (`2`, `II`, `pillar 2`), an agency by letters or name,
    a lever, else words of a section's title, else words of an action. Case does not count, and ids may be
    written without their first letter.

    Raises:
        InputError: If nothing in the strategy fits.
    """
    if query is None or not query.strip():
        return Selection("all", "", strategy.actions)
    words = " ".join(query.casefold().split())
    for look in (_by_id, _by_section, _by_pillar, _by_agency, _by_lever, _by_title, _by_words):
        found = look(strategy, words)
        if found is not None:
            return found
    raise InputError("plan", [Mistake(0, "query", _nothing_fits(strategy, query))], NOTHING)


def named(strategy: Strategy, name: str) -> Selection | None:
    """Return the actions that a name stands for, as `select` takes it, None where it is no name.

    A name is an action, a section, a pillar (also `P2`), an agency or a lever; words of texts and titles are
    none.
    """
    words = " ".join(name.casefold().split())
    for look in (_by_id, _by_section, _by_pillar, _by_agency, _by_lever):
        found = look(strategy, words)
        if found is not None:
            return found
    return _by_pillar(strategy, words.removeprefix("p"))


def _same(identity: str, words: str) -> bool:
    return words in (identity.casefold(), identity.casefold().lstrip("abcdefghijklmnopqrstuvwxyz"))


def _says(text: str, words: str) -> bool:
    return set(words.split()) <= set(re.findall(r"[\w-]+", text.casefold()))


def _by_id(strategy: Strategy, words: str) -> Selection | None:
    found = tuple(action for action in strategy.actions if _same(action.id, words))
    return Selection("action", "", found[:1]) if found else None


def _by_section(strategy: Strategy, words: str) -> Selection | None:
    for section in strategy.sections:
        if _same(section.id, words) or section.title.casefold() == words:
            found = tuple(action for action in strategy.actions if action.section == section.id)
            return Selection("section", f"section {section.id}, {section.title}", found)
    return None


def _by_pillar(strategy: Strategy, words: str) -> Selection | None:
    bare = words.removeprefix("pillar ")
    for pillar in strategy.pillars:
        if bare in (str(pillar.id), PILLAR_NUMERALS[pillar.id], pillar.title.casefold()):
            found = tuple(one for one in strategy.actions if strategy.pillar_of(one.id) == pillar.id)
            return Selection("pillar", f"pillar {pillar.id}, {pillar.title}", found)
    return None


def _by_agency(strategy: Strategy, words: str) -> Selection | None:
    for agency in strategy.agencies:
        if words in (agency.id.casefold(), agency.name.casefold()):
            name = agency.id
            parts = [one.id for one in strategy.agencies if one.part_of == name]
            beside = f"; its parts are listed apart: {', '.join(parts)}" if parts else ""
            found = tuple(action for action in strategy.actions if name in action.agencies)
            return Selection("agency", f"{name}, {agency.name}{beside}", found)
    return None


def _by_lever(strategy: Strategy, words: str) -> Selection | None:
    name = words.replace(" ", "_").replace("-", "_")
    if name not in LEVERS:
        return None
    found = strategy.actions_of_lever(name)
    beside = "" if found else "; no action of the plan drives it"
    return Selection("lever", f"lever {name}: {LEVERS[name].meaning}{beside}", found)


def _by_title(strategy: Strategy, words: str) -> Selection | None:
    sections = [one for one in strategy.sections if _says(one.title, words)]
    if not sections:
        return None
    names = {one.id for one in sections}
    said = "; ".join(f"section {one.id}, {one.title}" for one in sections)
    return Selection("section", said, tuple(one for one in strategy.actions if one.section in names))


def _by_words(strategy: Strategy, words: str) -> Selection | None:
    found = tuple(one for one in strategy.actions if _says(one.text, words))
    return Selection("words", f'actions that say "{words}"', found) if found else None


def _nothing_fits(strategy: Strategy, query: str) -> str:
    known = [
        *(action.id for action in strategy.actions),
        *(section.id for section in strategy.sections),
        *(agency.id for agency in strategy.agencies),
        *LEVERS,
    ]
    shown = "".join(letter if letter.isprintable() else "?" for letter in query)[:60]
    close = get_close_matches(query, known, n=3) or get_close_matches(query.upper(), known, n=3)
    hint = f"did you mean {', '.join(close)}?" if close else "write P2.1.1, P2.1, DOE or permitting_time"
    return f'"{shown}" is no action, section, pillar, agency or lever of {strategy.identity.title}; {hint}'
