"""Scalars of the YAML 1.2 core schema: which plain texts are null, true or a number, and which just text."""

from __future__ import annotations

import math
import re
from typing import Any

MAX_NUMBER_LENGTH = 40
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def is_plain(event: Any) -> bool:
    """Return whether a scalar event stands without quotes, so that it may be more than text."""
    return event.style is None or event.style == ""


def plain_value(text: str) -> str | int | float | bool | None:
    """Return the value of a scalar without quotes; raises `ValueError` for an infinite or endless number."""
    if text in NULLS:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    whole = _INTEGER.fullmatch(text)
    if not whole and not _REAL.fullmatch(text):
        if _NOT_FINITE.fullmatch(text):
            raise ValueError(f"{text} is not a finite number")
        return text
    if len(text) > MAX_NUMBER_LENGTH:
        raise ValueError(f"number of {len(text)} characters; write it in at most {MAX_NUMBER_LENGTH}")
    if whole:
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is not a finite number")
    return value


def joined(text: str) -> str:
    """Return text with the surrogate pairs of JSON's escapes joined; raises `ValueError` for half a pair."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise ValueError("half a surrogate pair in an escape; write the character itself") from None
