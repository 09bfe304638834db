"""Words in the two languages in which claims are told: English and Traditional Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from stargauge.scenario.faults import Faults, fault
from stargauge.scenario.source import did_you_mean
from stargauge.scenario.values import shown, text

LANGUAGES = ("en", "zh")
"""English, and Traditional Chinese as policy readers in Taiwan and Hong Kong write it."""


_IDEOGRAPHS = "\u4e00-\u9fff"


@dataclass(frozen=True)
class Words:
    """The same said in English (`en`) and in Traditional Chinese (`zh`); one may be empty, not both."""

    en: str = ""
    zh: str = ""

    def of(self, language: str) -> str:
        """Return the words in a language; in the other one where they are not given in it."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


def tidy(text: str) -> str:
    """Return Chinese text with a space between ideographs and Latin letters or digits, and no other."""
    packed = re.sub(rf"(?<=[{_IDEOGRAPHS}]) +(?=[{_IDEOGRAPHS}])", "", text)
    return re.sub(rf"(?<=[{_IDEOGRAPHS}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[{_IDEOGRAPHS}])", " ", packed)


def joined(parts: list[Words], en: str, zh: str) -> Words:
    """Return words strung together, with what stands between them in each language."""
    return Words(en.join(part.of("en") for part in parts), zh.join(part.of("zh") for part in parts))


def wording(limit: int, example: str) -> Callable[[Any], Words]:
    """Return a reader of `{en: ..., zh: ...}`, each one line of 1 to `limit` characters."""

    def read(value: Any) -> Words:
        if isinstance(value, Words):
            return value
        expected = f'for example {{en: "{example}", zh: "…"}}'
        if not isinstance(value, dict):
            raise fault(f"{shown(value)} where words in en and zh belong; {expected}")
        found = Faults()
        said: dict[str, str] = {}
        line = text(limit, example)
        for language, words in value.items():
            if language not in LANGUAGES:
                hint = did_you_mean(str(language), LANGUAGES, 0.5)
                found.add((str(language),), f"no such language{hint or '; known are en, zh'}")
                continue
            try:
                said[language] = line(words).strip()
            except PydanticCustomError as error:
                found.add((language,), str((error.context or {})["message"]))
                continue
            if not said[language]:
                found.add((language,), f"empty; {expected}")
        if not value:
            raise fault(f"no words; {expected}")
        found.raise_any("words")
        return Words(**said)

    return read
