"""What the rules ask of one export: the class, whether a licence is needed, how it is reviewed, what exempts.

`decide` is the plain reading, one question at a time, and keeps the steps it took; `batch.decide_many` gives
the same codes for whole arrays, and the tests hold the two to each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stargauge.world.controls.classes import (
    PERIODS,
    chip_class,
    freed_by_note_2,
    period,
    reaches_h20,
    tariff_band,
    under_china_line,
)
from stargauge.world.controls.codes import Decision, Question
from stargauge.world.controls.countries import Standing, standing
from stargauge.world.controls.limits import load_limits
from stargauge.world.controls.rules import holds, rules, status


@dataclass
class _Reading:
    """A question being read: what was found so far."""

    question: Question
    to: Standing
    owner: Standing
    chip_class: str
    steps: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    def step(self, name: str, *rests_on: str) -> None:
        self.steps.append(name)
        self.rules.extend(rule for rule in rests_on if rule not in self.rules)

    @property
    def zone(self) -> bool:
        """Whether the chip goes to D:5 or Macau, or to a firm headquartered there."""
        return self.to.denied or self.owner.denied

    @property
    def unknown(self) -> bool:
        """Whether the groups of either country are not known."""
        return not (self.to.known and self.owner.known)


Verdict = tuple[str, str, str]
"""Answer, review, exception."""

FREE: Verdict = ("no licence", "", "")
UNDETERMINED: Verdict = ("undetermined", "", "")
DENIED: Verdict = ("licence", "presumption of denial", "")
UNPUBLISHED: Verdict = ("licence", "not published", "")


def decide(question: Question) -> Decision:
    """Return what the rules ask of one export.

    Raises:
        KeyError: If a country or a code is none of those known; `answer.controls_check` says so in words.
    """
    day = question.day
    reading = _Reading(
        question,
        standing(question.to, day),
        standing(question.owner, day),
        chip_class(question.chip, day),
    )
    answer, review, exception = _verdict(reading)
    tariff = _tariff(reading)
    return Decision(
        reading.chip_class, answer, review, exception, tariff, tuple(reading.steps), tuple(reading.rules)
    )


def _tariff(reading: _Reading) -> str:
    question = reading.question
    chip = question.chip
    enters = "US" in (question.to, question.exported_from)
    if chip.hbm_density is not None or not enters or not holds("tariff-2026", question.day):
        return "none"
    band = tariff_band(chip.tpp, chip.dram_bandwidth_gb_s)
    if band != "none":
        reading.step(band, "tariff-2026")
    return band


def _verdict(reading: _Reading) -> Verdict:
    question = reading.question
    chip, day = question.chip, question.day
    if not chip.from_us:
        named = chip.general_prohibition_10 and holds("gp10-2025", day)
        reading.step("foreign")
        if named:
            reading.step("general prohibition 10", "gp10-2025")
        return "not a US export", "", ""
    if question.to == "US":
        reading.step("inside the US")
        return FREE
    if PERIODS[period(day)] == "before":
        reading.step("before the rules")
        return FREE
    barred = _barred(reading)
    if barred:
        reading.step(barred, *(["affiliates-2025"] if barred == "affiliate" else ["end-use"]))
        return DENIED
    if chip.hbm_density is not None:
        verdict = _memory(reading)
    elif PERIODS[period(day)] == "2022":
        verdict = _text_of_2022(reading)
    else:
        verdict = _text_of_2023(reading)
    back = question.end_user == "affiliate" and status(rules()["affiliates-2025"], day) == "unknown"
    if back and verdict != DENIED:
        reading.step("affiliate, unknown", "affiliates-2025")
        return UNDETERMINED
    return verdict


def _barred(reading: _Reading) -> str:
    """Return the step by which end use, end user or embargo ask a licence for any item, or nothing."""
    question, to, owner = reading.question, reading.to, reading.owner
    if to.embargoed:
        return "embargo"
    if question.end_user == "listed":
        return "listed"
    if question.end_user == "affiliate" and holds("affiliates-2025", question.day):
        return "affiliate"
    first_text = PERIODS[period(question.day)] == "2022"
    if question.end_use in ("supercomputer", "chip-making"):
        return question.end_use if to.china or (not first_text and reading.zone) else ""
    if question.end_use == "military":
        return "military" if to.denied or owner.denied else ""
    return ""


def _memory(reading: _Reading) -> Verdict:
    density = reading.question.chip.hbm_density
    assert density is not None
    if reading.chip_class == "none":
        reading.step("outside 3A090")
        return FREE
    if not reading.zone:
        reading.step("countries unknown" if reading.unknown else "memory, free", "hbm-2024")
        return UNDETERMINED if reading.unknown else FREE
    if reading.question.end_user == "us-packager" and density < load_limits().hbm_exception:
        reading.step("exception HBM", "hbm-2024")
        return "exception", "presumption of denial", "HBM"
    reading.step("memory, licence", "hbm-2024")
    return DENIED


def _text_of_2022(reading: _Reading) -> Verdict:
    if reading.chip_class == "none":
        reading.step("outside 3A090", "chips-2022")
        return FREE
    if not reading.to.china:
        reading.step("not China", "chips-2022")
        return FREE
    if reading.chip_class == "undetermined":
        reading.step("I/O unknown", "chips-2022")
        return UNDETERMINED
    reading.step("China, 2022", "chips-2022")
    return DENIED


def _text_of_2023(reading: _Reading) -> Verdict:
    question, to, owner = reading.question, reading.to, reading.owner
    chip = question.chip
    gated = to.exempt_users_only and question.end_user != "uae-exempt"
    needs = to.licensed or owner.denied or gated
    bandwidth = holds("letter-2025", question.day) and reaches_h20(chip)
    lettered = bandwidth and reading.zone
    if reading.chip_class in ("none", "undetermined"):
        known = reading.chip_class == "none"
        if known:
            reading.step("outside by Note 2" if freed_by_note_2(chip) else "outside 3A090", "chips-2023")
        else:
            reading.step("density unknown", "chips-2023")
        if lettered:
            reading.step("letter" if known else "letter, class unknown", "letter-2025")
            return UNPUBLISHED
        if needs and not known:
            return UNDETERMINED
        if reading.unknown and (bandwidth or not known):
            reading.step("countries unknown")
            return UNDETERMINED
        if not known:
            reading.step("free destination")
        return FREE
    if not needs:
        if reading.unknown:
            reading.step("countries unknown", "chips-2023")
            return UNDETERMINED
        if to.exempt_users_only:
            reading.step("exempt user", "uae-2026")
        else:
            reading.step("free destination", "chips-2023")
        return FREE
    _say_who(reading, gated)
    review = _review(reading)
    # Whether an exception frees users who are not exempt was not found, so none is claimed for them.
    exception = "" if gated else _exception(reading, lettered)
    return ("exception" if exception else "licence"), review, exception


def _say_who(reading: _Reading, gated: bool) -> None:
    if reading.to.licensed:
        reading.step("licensed destination", "chips-2023")
    if gated:
        reading.step("not an exempt user", "uae-2026")
    if reading.owner.denied:
        told = ["headquarters-2026"] if holds("headquarters-2026", reading.question.day) else []
        reading.step("headquarters", "chips-2023", *told)


def _review(reading: _Reading) -> str:
    """Return how an application for a 3A090.a or .b part is reviewed."""
    question, to, owner = reading.question, reading.to, reading.owner
    chip = question.chip
    if not reading.zone:
        if to.licensed:
            reading.step("approval")
            return "presumption of approval"
        reading.step("review not found")
        return "not published"
    if not holds("china-2026", question.day):
        reading.step("denial")
        return "presumption of denial"
    if not to.china or (owner.denied and not owner.china):
        reading.step("denial, outside China", "china-2026")
        return "presumption of denial"
    if question.exported_from != "US":
        reading.step("re-export", "china-2026")
        return "presumption of denial"
    under = under_china_line(chip.tpp, chip.dram_bandwidth_gb_s)
    if under is None:
        reading.step("line unknown", "china-2026")
        return "not known"
    reading.step("under the line" if under else "over the line", "china-2026")
    return "case-by-case" if under else "presumption of denial"


def _exception(reading: _Reading, lettered: bool) -> str:
    """Return the exception that fits a 3A090.a or .b part, or nothing; a letter rules them out."""
    marketed = reading.question.chip.datacentre
    eligible = not marketed if reading.chip_class == "3A090.a" else marketed
    if not eligible:
        return ""
    if lettered:
        reading.step("letter too", "letter-2025")
        return ""
    if reading.zone:
        reading.step("exception NAC", "nac-2023")
        return "NAC"
    if not reading.to.licensed:
        return ""
    if holds("aca-2024", reading.question.day):
        reading.step("exception ACA", "aca-2024")
        return "ACA"
    reading.step("exception NAC, before ACA", "nac-2023")
    return "NAC"
