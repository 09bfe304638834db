"""What the steps of a decision say in words."""

from __future__ import annotations

from stargauge.world.controls.classes import PERIODS, period
from stargauge.world.controls.codes import Decision, Question
from stargauge.world.controls.countries import places
from stargauge.world.controls.limits import load_limits
from stargauge.world.controls.rows import RuleRow

NOTICE = (
    "Not legal advice. Parties' lists, other reasons for control and sanctions are not checked; "
    "read the rules or ask counsel before exporting."
)

STEP_WORDS = {
    "foreign": "{chip} is not made by a US firm: its sale is no export from the US, and whether rules on "
    "foreign "
    "products reach it is not decided here",
    "general prohibition 10": "guidance names it under General Prohibition 10: its use anywhere is a risk",
    "inside the US": "the chip stays in the United States",
    "before the rules": "3A090 did not exist before 7 October 2022",
    "embargo": "{to} is under an embargo: any item needs a licence",
    "listed": "the user is a listed party: any item needs a licence",
    "affiliate": "the user is owned to 50 % or more by listed parties, and counts as listed on this day",
    "affiliate, unknown": "the rule that counts firms owned to 50 % or more as listed was suspended until "
    "9 November 2026; whether it came back is not known here",
    "supercomputer": "supercomputers in or of D:5 and Macau need a licence for any item",
    "chip-making": "advanced chip fabs in or of D:5 and Macau need a licence for any item",
    "military": "military end use in or of D:5 needs a licence for any item",
    "outside 3A090": "{numbers} is outside 3A090 as it stood on this day",
    "outside by Note 2": "{numbers} would be inside 3A090, but it is not marketed for data centres and its "
    "TPP is "
    "below 4,800 (Note 2)",
    "density unknown": "{numbers} is inside 3A090 or not by its die area, which is not known",
    "I/O unknown": "its performance reaches 4,800, and its I/O, which also counts, is not known",
    "memory, free": "3A090.c needs a licence only to D:5, Macau and their firms",
    "memory, licence": "memory above 2.0 GB/s/mm2 is 3A090.c, which needs a licence to D:5, Macau and their "
    "firms",
    "exception HBM": "memory below 3.3 GB/s/mm2 to a packaging site of a US firm fits exception HBM",
    "not China": "the text of 2022 asks a licence only to China, Hong Kong and Macau",
    "China, 2022": "{numbers} is 3A090 under the text of 2022: performance and I/O both reach their line",
    "letter": "it reaches the H20's memory or interconnect bandwidth: a letter of April 2025 asks "
    "a licence to China and D:5 for it though it is outside 3A090",
    "letter, class unknown": "it reaches the H20's memory or interconnect bandwidth: a letter of April 2025 "
    "asks a licence to China and D:5 for it in any case",
    "letter too": "it reaches the H20's bandwidth: the letter of April 2025 asks a licence, so "
    "that no exception fits",
    "countries unknown": "no source read here says which country groups {unknown} is in",
    "free destination": "{to} is in none of D:1, D:4 and D:5, or is in A:5 or A:6, and the buyer is "
    "headquartered neither in D:5 nor in Macau",
    "exempt user": "the user is exempt by 91 FR 43034",
    "licensed destination": "{to} is in {groups}: {class_} needs a licence",
    "not an exempt user": "{to} is in A:5, but advanced chips need a licence for all users that are not "
    "exempt",
    "headquarters": "the buyer is headquartered in {owner} (D:5 or Macau): {class_} needs a licence anywhere",
    "approval": "for D:1 and D:4 approval is presumed",
    "review not found": "how such an application is reviewed was not found in the sources",
    "denial": "for D:5 and Macau denial is presumed",
    "denial, outside China": "the line of January 2026 is for users in China and Macau alone; denial is "
    "presumed",
    "re-export": "the line of January 2026 is for exports from the US alone; for others denial is presumed",
    "line unknown": "TPP is below 21,000; the review turns on the DRAM bandwidth, which is not known",
    "under the line": "TPP is below 21,000 and DRAM below 6,500 GB/s: reviewed case by case since January "
    "2026",
    "over the line": "TPP of 21,000 or DRAM of 6,500 GB/s is reached: denial is presumed",
    "exception NAC": "exception NAC fits after notice to BIS: {marketed}",
    "exception NAC, before ACA": "exception NAC fits to D:1 and D:4: {marketed}",
    "exception ACA": "exception ACA fits without notice: {marketed}",
    "band 1": "entry into the US costs 25 % (first band of the tariff)",
    "band 2": "entry into the US costs 25 % (second band of the tariff)",
}  # fmt: skip


def number_words(question: Question) -> str:
    """Return a chip with the numbers that class it: `NVIDIA H20 (TPP 2,368, density 2.91)`."""
    chip = question.chip
    if chip.hbm_density is not None:
        return f"{chip.name} ({chip.hbm_density:.3g} GB/s/mm2)"
    parts = [f"TPP {chip.tpp:,.0f}"]
    if PERIODS[period(question.day)] == "2022":
        links = chip.interconnect_gb_s
        parts.append("I/O unknown" if links is None else f"I/O {links:,.0f} GB/s")
    else:
        parts.append("density unknown" if chip.density is None else f"density {chip.density:.2f}")
    return f"{chip.name} ({', '.join(parts)})"


def why(question: Question, decision: Decision, groups: str, unknown: str) -> tuple[str, ...]:
    """Return the steps of a decision as sentences.

    Args:
        question: What was asked.
        decision: What was found.
        groups: The country groups of the destination in words.
        unknown: The countries whose groups no source says.
    """
    marketed = question.chip.datacentre
    words = {
        "chip": question.chip.name,
        "numbers": number_words(question),
        "to": places()[question.to].name,
        "owner": places()[question.owner].name,
        "groups": groups or "no group",
        "class_": decision.chip_class,
        "unknown": unknown,
        "marketed": f"{decision.chip_class} {'' if marketed else 'not '}marketed for data centres",
    }
    return tuple(STEP_WORDS[step].format(**words) for step in dict.fromkeys(decision.steps))


def rule_days(rule: RuleRow) -> str:
    """Return the days of a rule in words: in force, suspended, not enforced, replaced."""
    parts = [str(rule.in_force) if rule.in_force is not None else "never in force"]
    if rule.last_day is not None:
        parts.append(f"to {rule.last_day}")
    if rule.suspended_from is not None:
        parts.append(f"suspended {rule.suspended_from} to {rule.suspended_until}")
    if rule.not_enforced_from is not None:
        parts.append(f"not enforced from {rule.not_enforced_from}")
    return ", ".join(parts)


def tariff_words(band: str) -> str:
    """Return a tariff band with its rate: `band 1 (25 %)`."""
    return "none" if band == "none" else f"{band} ({load_limits().tariff_rate:.0%})".replace("%", " %")
