"""What is uncertain about an answer: rules suspended or not enforced, numbers and groups not verified."""

from __future__ import annotations

from stargauge.world.controls.classes import PERIODS, class_2022, period
from stargauge.world.controls.codes import Decision, Question
from stargauge.world.controls.countries import Standing, standing
from stargauge.world.controls.rules import holds, rules, status
from stargauge.world.controls.tables import SOURCES_UNTIL

COMPLIANCE = "its text asked compliance from 15 May 2025 [unverified], two days after enforcement was dropped"


def doubts(question: Question, decision: Decision) -> tuple[str, ...]:
    """Return what is uncertain about an answer, each with the rule, chip or country it is about."""
    found = [
        *_of_the_day(question),
        *_of_rules(question, decision),
        *_of_the_chip(question),
        *_of_countries(question, decision),
    ]
    return tuple(dict.fromkeys(found))


def _of_the_day(question: Question) -> list[str]:
    day, chip = question.day, question.chip
    if day > SOURCES_UNTIL:
        return [f"the sources were read up to {SOURCES_UNTIL}: what changed later is not known here"]
    if PERIODS[period(day)] != "before":
        return []
    found = ["rules before 7 October 2022 are not held here"]
    letters = rules()["letters-2022"]
    reached = class_2022(chip.tpp, chip.interconnect_gb_s) == "3A090"
    if reached and question.to in ("CN", "HK", "RU") and status(letters, day) == "in force":
        found.append(f"{letters.citation}: {letters.what}; {letters.uncertain}")
    return found


def _bears(name: str, question: Question, decision: Decision) -> bool:
    """Return whether what is unsure about a rule bears on this answer."""
    if name == "chips-2023":
        # The review of firms headquartered among allies is asked only of what goes to D:5.
        return decision.review != "" and standing(question.to, question.day).denied
    if name == "china-2026":
        return decision.review == "case-by-case"
    return name != "affiliates-2025"


def _of_rules(question: Question, decision: Decision) -> list[str]:
    day = question.day
    found = [
        f"{rules()[name].citation}: {rules()[name].uncertain}"
        for name in decision.rules
        if rules()[name].uncertain and _bears(name, question, decision)
    ]
    if decision.answer == "not a US export" or question.to == "US":
        return found
    diffusion = rules()["diffusion-2025"]
    reached = decision.chip_class in ("3A090.a", "undetermined") and decision.answer == "no licence"
    if reached and status(diffusion, day) in ("in force", "not enforced"):
        enforced = status(diffusion, day) == "in force"
        told = f"published and not applied here: {COMPLIANCE}" if enforced else diffusion.uncertain
        found.append(f"{diffusion.citation}: {told}")
    found.extend(_of_affiliates(question))
    if "letter-2025" in decision.rules and holds("promise-2025", day):
        promise = rules()["promise-2025"]
        found.append(f"{promise.title}: {promise.uncertain}")
    if decision.answer in ("licence", "exception") and question.to in ("CN", "HK"):
        own = rules()["china-own-2025"]
        if holds("china-own-2025", day):
            found.append(f"China, 5 November 2025 (press): {own.what}")
    return found


def _of_affiliates(question: Question) -> list[str]:
    rule = rules()["affiliates-2025"]
    now = status(rule, question.day)
    # Nobody is asked who owns the buyer; listed parties own those headquartered in D:5 most often.
    concerned = question.end_user == "affiliate" or standing(question.owner, question.day).denied
    if not concerned or now not in ("in force", "suspended", "unknown"):
        return []
    told = {
        "in force": "in force on this day: ask whether listed parties own the buyer to 50 % or more",
        "suspended": f"suspended on this day, to {rule.suspended_until}",
        "unknown": rule.uncertain,
    }
    return [f"{rule.title} ({rule.citation}): {told[now]}"]


def _of_the_chip(question: Question) -> list[str]:
    row = question.chip.row
    if row is None:
        return []
    found = [f"{row.chip}: {row.doubt}"] if row.doubt else []
    if row.confidence == "unverified":
        found.append(f"{row.chip}: its numbers are unverified")
    if row.release_year > question.day.year:
        found.append(f"{row.chip}: released in {row.release_year}, after this day")
    if row.market != "sold":
        found.append(f"{row.chip}: {row.market}, not sold when the table was made")
    return found


def _of_countries(question: Question, decision: Decision) -> list[str]:
    if decision.answer == "not a US export" or question.to == "US":
        return []
    found = []
    for code in dict.fromkeys((question.to, question.owner)):
        one = standing(code, question.day)
        if one.row is None:
            found.append(f"{one.place.name}: no source read here says its country groups")
        elif one.row.confidence == "unverified":
            found.append(f"{one.place.name}: country groups not verified ({one.row.note or one.row.source})")
        elif one.row.note and ("memory" in one.row.note or "not verified" in one.row.note):
            found.append(f"{one.place.name}: {one.row.note}")
    return found


def group_words(one: Standing) -> str:
    """Return the country groups of a country that the licence rule looks at, in words."""
    groups = sorted(one.groups)
    if one.place.code == "MO":
        groups.append("named beside D:5")
    return ", ".join(groups)
