"""What can be asked about one export and what can be answered: the words, and the two records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from stargauge.world.controls.chips import Chip

ANSWERS = ("no licence", "licence", "exception", "undetermined", "not a US export")
REVIEWS = (
    "", "presumption of denial", "presumption of approval", "case-by-case", "not published", "not known",
)  # fmt: skip
"""How an application is reviewed; not published: by a letter or rule that does not say; not known: a number
of the chip is missing."""

EXCEPTIONS = ("", "NAC", "ACA", "HBM")
END_USES = ("general", "supercomputer", "chip-making", "military")
END_USERS = ("ordinary", "listed", "affiliate", "uae-exempt", "us-packager")
"""Listed: on the Entity List or the like; affiliate: owned to 50 % or more by listed parties; uae-exempt:
the UAE's government or an entity that 91 FR 43034 lists; us-packager: a packaging site owned or controlled
by a US firm."""


@dataclass(frozen=True)
class Question:
    """One export: a chip to a country, for an owner headquartered somewhere, on a day.

    `to`, `owner` and `exported_from` are codes of two letters; `owner` is where the buyer or its ultimate
    parent is headquartered.
    """

    chip: Chip
    to: str
    owner: str
    day: dt.date
    end_use: str = "general"
    end_user: str = "ordinary"
    exported_from: str = "US"


@dataclass(frozen=True)
class Decision:
    """The answer as words of the code lists, with the steps that led to it and the rules they rest on."""

    chip_class: str
    answer: str
    review: str = ""
    exception: str = ""
    tariff: str = "none"
    steps: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The answer in one phrase: `licence (case-by-case)`, `exception NAC`."""
        if self.answer == "licence":
            review = {"not published": "review policy not published", "not known": "review policy not known"}
            return f"licence ({review.get(self.review, self.review)})"
        return f"exception {self.exception}" if self.answer == "exception" else self.answer
