"""What a text of each type may say, by the rules of XML Schema."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_START = (
    r"A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_IDENTIFIER = re.compile(rf"[{_START}][{_START}\-.0-9\u00B7\u0300-\u036F\u203F\u2040]*")
_PART = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*"
_PLAIN_ADDRESS = re.compile(rf"https?://[A-Za-z0-9.-]+(?::\d{{1,5}})?(?:[/?]{_PART})?(?:#{_PART})?")

ROLES = ("Performer", "Beneficiary")

BLANKS = " \t\r\n"
"""White space of XML, which a type other than text ignores around a value."""


def as_day(text: str) -> dt.date | None:
    """Return the day that a date says, None where it says none; a zone of time is left out."""
    match = _DAY.fullmatch(text.strip(BLANKS))
    if match is None:
        return None
    try:
        return dt.date.fromisoformat(match[1])
    except ValueError:
        return None


def is_plain_address(text: str) -> bool:
    """Whether every reader takes a text for a web address: nothing in it needs escaping."""
    return _PLAIN_ADDRESS.fullmatch(text) is not None


def _date(text: str) -> str | None:
    return None if as_day(text) else "is no day; write YYYY-MM-DD"


def _number(text: str) -> str | None:
    return None if _NUMBER.fullmatch(text.strip(BLANKS)) else "is no number; write 3 or 2.5"


def _identifier(text: str) -> str | None:
    said = "is no identifier; it begins with a letter or _ and holds letters, digits and . - _ only"
    return None if _IDENTIFIER.fullmatch(text.strip(BLANKS)) else said


def _role(text: str) -> str | None:
    return None if text in ROLES else f"is not one of {', '.join(ROLES)}"


def _address(text: str) -> str | None:
    """Say what is wrong with `xsd:anyURI`, to which nearly any text is an address, also one with gaps."""
    return "is no web address" if re.search(r"%(?![0-9A-Fa-f]{2})", text) else None


def _or_nothing(check: Callable[[str], str | None]) -> Callable[[str], str | None]:
    return lambda text: check(text) if text else None


CHECKS: dict[str, Callable[[str], str | None]] = {
    "text": lambda text: None,
    "id": _identifier,
    "uri": _address,
    "date": _date,
    "date or nothing": _or_nothing(_date),
    "number or nothing": _or_nothing(_number),
    "role": _role,
}
"""For each type of text: what is wrong with a text, None where nothing is."""
