"""Mistakes inside one field, gathered so that pydantic reports all of them, each at its own place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from stargauge.scenario.wording import FAULT, words


def fault(message: str, *related: str) -> PydanticCustomError:
    """Return the error to raise in a validator for one mistake.

    Args:
        message: What is wrong and what would be right.
        related: Fields whose line to show where the field itself is not written in the file.
    """
    return PydanticCustomError(FAULT, "{message}", {"message": message, "related": list(related)})


@dataclass
class Faults:
    """Mistakes found below one field; `raise_any` hands them to pydantic together."""

    details: list[InitErrorDetails] = field(default_factory=list)

    def add(self, path: tuple[str | int, ...], message: str) -> None:
        """Note one mistake at a path below the field."""
        self.details.append(InitErrorDetails(type=fault(message), loc=path, input=None))

    @contextmanager
    def gather(self, path: tuple[str | int, ...], model: type[BaseModel] | None = None) -> Iterator[None]:
        """Note what goes wrong inside at `path`, and carry on; `model` is what is being validated."""
        try:
            yield
        except PydanticCustomError as error:
            self.add(path, str((error.context or {}).get("message", error)))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.add((*path, *detail["loc"]), words(dict(detail), model))

    def raise_any(self, title: str) -> None:
        """Raise a `ValidationError` with everything noted, if anything was."""
        if self.details:
            raise ValidationError.from_exception_data(title, self.details)
