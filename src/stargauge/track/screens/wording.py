"""Numbers, dates and names as the screens write them."""

from __future__ import annotations

from collections.abc import Iterable

from stargauge.track.pledges import PledgeStatus
from stargauge.track.programmes import without_brackets
from stargauge.track.status import ProgrammeStatus

BASIS_WORDS = {
    "facility": "MW facility",
    "it": "MW IT",
    "generation": "MW of generation",
    "contract": "MW under contract",
    "systems": "MW of chip systems",
    "chips": "MW of chips",
    "other": "MW",
}
"""Kinds of MW, in words that keep them apart."""


def mw_text(mw: float | None) -> str:
    """Return MW in whole numbers with thousands parted; a dash where nothing is on record."""
    return "-" if mw is None else f"{mw:,.0f}"


def both_mw(facility_mw: float | None, it_mw: float | None) -> str:
    """Return facility and IT MW side by side."""
    if facility_mw is None and it_mw is None:
        return "not on record"
    return f"{mw_text(facility_mw)} MW facility / {mw_text(it_mw)} MW IT"


def share_text(share: float | None) -> str:
    """Return a share in per cent, one decimal below ten; a dash where there is none."""
    if share is None:
        return "-"
    percent = 100 * share
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"


def money_text(usd_b: float) -> str:
    """Return an amount in bn USD, whole from a hundred up, else to two decimals where it has them."""
    if usd_b >= 100:
        return f"{usd_b:,.0f} bn USD"
    return f"{usd_b:.2f}".rstrip("0").rstrip(".") + " bn USD"


def count_text(count: int, noun: str) -> str:
    """Return a count with its noun: 1 event, 2 events."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def clipped(text: str, length: int) -> str:
    """Return a text cut at a word so that it is no longer than a length, with an ellipsis."""
    if len(text) <= length:
        return text
    head, space, _ = text[: length - 1].rpartition(" ")
    return f"{head.rstrip(' ,;:')} …" if space else f"{text[: length - 1]}…"


def joined(parts: Iterable[str]) -> str:
    """Return the parts that are not empty, with dots between."""
    return " · ".join(part for part in parts if part)


def short_name(status: ProgrammeStatus) -> str:
    """Return what to type for a programme: its name without brackets, quoted where it has spaces."""
    name = without_brackets(status.name)
    return f'"{name}"' if " " in name else name


def verdict_text(pledge: PledgeStatus) -> str:
    """Return a pledge's verdict with its days."""
    if pledge.verdict == "kept late":
        return f"kept {count_text(pledge.days_late or 0, 'day')} late, on {pledge.reached_on}"
    if pledge.verdict == "kept":
        return f"kept, on {pledge.reached_on}"
    if pledge.verdict == "missed so far":
        return f"missed so far, by {count_text(pledge.days_late or 0, 'day')}"
    if pledge.verdict == "not testable":
        reason = pledge.untestable_because
        return f"not testable: {reason}" if reason else "not testable"
    return pledge.verdict


def terms_text(pledge: PledgeStatus) -> str:
    """Return what a pledge promises in numbers: MW with their kind, date, money, sites, jobs."""
    unit = BASIS_WORDS[pledge.basis]
    size = f"{mw_text(pledge.promised_mw)} {unit}" if pledge.promised_mw is not None else ""
    if pledge.due_mw is not None and pledge.due_mw != pledge.promised_mw:
        size = joined((size, f"{mw_text(pledge.due_mw)} {unit} by {pledge.deadline}"))
    elif pledge.deadline is not None:
        size = f"{size} by {pledge.deadline}" if size else f"by {pledge.deadline}"
    return joined(
        (
            size,
            money_text(pledge.capital_usd_b) if pledge.capital_usd_b is not None else "",
            count_text(pledge.promised_sites, "site") if pledge.promised_sites else "",
            f"{pledge.promised_jobs:,} jobs" if pledge.promised_jobs else "",
        )
    )
