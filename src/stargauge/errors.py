"""What goes wrong, said once and clearly.

Every mistake in an input is collected as a `Mistake` and all of them are raised together in one
`InputError`, so that a user mends a file in one go. The command line prints the error's text and leaves
with its `exit_code`; nothing else in the code prints errors.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing wrong in an input.

    Attributes:
        line: Line of the file, from 1; 0 where the input has no lines (a command-line value).
        field: Dotted path of the field, for example `limits.chips`.
        message: What is wrong and what would be right, without a full stop.
    """

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line:<4} " if self.line else ""
        return f"{place}{self.field:<28} {self.message}"


class StargaugeError(Exception):
    """Base of every error the program raises on purpose; `exit_code` is what the command line returns."""

    exit_code = 1


class InputError(StargaugeError):
    """An input the user can mend: a file, an option or a name; lists every mistake found."""

    exit_code = 2

    def __init__(self, source: str, mistakes: list[Mistake], consequence: str = "nothing was run") -> None:
        """Collect the mistakes of one input.

        Args:
            source: What was read, as the user named it: a file name, an option.
            mistakes: One or more mistakes, printed in order of line.
            consequence: What the program did not do because of them.
        """
        self.source = source
        self.mistakes = tuple(sorted(mistakes))
        self.consequence = consequence
        super().__init__(source, self.mistakes, consequence)

    def __str__(self) -> str:
        count = len(self.mistakes)
        head = f"{self.source} has {count} mistake{'s' if count != 1 else ''}; {self.consequence}."
        return "\n".join([head, *(f"  {mistake}" for mistake in self.mistakes)])


class StoreError(StargaugeError):
    """A result could not be written or read back: full disk, unwritable folder, damaged file."""


class MissingExtraError(StargaugeError):
    """An optional library is needed; the message says which command installs it."""

    exit_code = 2
