"""Answers `stargauge plan export`: a strategy as a StratML document, checked before anybody sees it."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stargauge.errors import InputError, Mistake, StoreError
from stargauge.policy.plan.loading import DEFAULT_STRATEGY, load_strategy
from stargauge.policy.plan.strategy import Strategy
from stargauge.policy.stratml.builder import Builder
from stargauge.policy.stratml.document import document
from stargauge.policy.stratml.excerpt import NOTHING_EXPORTED, excerpt
from stargauge.policy.stratml.limits import MAXIMUM_BYTES, MOST_ELEMENTS
from stargauge.policy.stratml.schema import FORMS, Kind
from stargauge.policy.stratml.validity import shown, validity_mistakes

if TYPE_CHECKING:
    from rich.console import RenderableType

EVERYBODY_READS = 0o644
"""What a new file may be used for, where the system's mask does not say less."""


@dataclass(frozen=True)
class ExportAnswer:
    """A strategy as a document; `path` is where it was written, None where it was not."""

    strategy: Strategy
    kind: Kind
    content: bytes
    counts: dict[str, int]
    path: Path | None

    def to_dict(self) -> dict[str, Any]:
        """Return what was exported, with the document itself where it went into no file."""
        found = {
            "strategy": self.strategy.id,
            "kind": self.kind,
            "namespace": FORMS[self.kind].namespace,
            "edition": self.strategy.identity.edition.isoformat(),
            "bytes": len(self.content),
            "elements": self.counts,
            "file": None if self.path is None else str(self.path),
        }
        return found if self.path is not None else {**found, "document": self.content.decode()}

    def render(self) -> RenderableType:
        """Return what was written where."""
        from stargauge.policy.stratml.screens import export_screen

        return export_screen(self)


def export_plan(
    strategy: str | Path | Strategy = DEFAULT_STRATEGY,
    kind: Kind = "core",
    as_of: dt.date | None = None,
    path: Path | None = None,
) -> ExportAnswer:
    """Return a strategy as StratML, and write it where a path is given.

    Args:
        strategy: Id of a strategy that ships, the folder of another, or one that was loaded.
        kind: `core`, the plan alone, or `performance`, with stages and evidence.
        as_of: Nothing known later is in the document; all of it where None.
        path: File to write or replace.

    Raises:
        InputError: The strategy has mistakes, was not released by the day, or is too large for the form.
        StoreError: The file could not be written.
        MissingExtraError: lxml is not installed.
    """
    whole = strategy if isinstance(strategy, Strategy) else load_strategy(strategy)
    known = excerpt(whole, as_of)
    root = document(known, kind)
    form = FORMS[kind]
    names = [form.tag(name) for name in ("Goal", "Objective", "PerformanceIndicator", "ActualResult")]
    counts = {name.rpartition("}")[2]: sum(1 for _ in root.iter(name)) for name in names}
    content = Builder(form).bytes_of(root)
    mistakes = [*validity_mistakes(root, form), *_too_large(root, content)]
    if mistakes:
        raise InputError(f"{known.id} as StratML", mistakes, NOTHING_EXPORTED)
    if path is not None:
        _write(path, content)
    return ExportAnswer(known, kind, content, {name: count for name, count in counts.items() if count}, path)


def _too_large(root: Any, content: bytes) -> list[Mistake]:
    """Return why a document could not be read back; nothing is written that cannot be."""
    found = []
    if len(content) > MAXIMUM_BYTES:
        found.append(
            Mistake(0, "file", f"is larger than {MAXIMUM_BYTES // 1_000_000} MB, the most that is read")
        )
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        found.append(Mistake(0, "file", f"has more than {MOST_ELEMENTS:,} elements, the most that is read"))
    return found


def _write(path: Path, content: bytes) -> None:
    """Write beside the place and move there once complete, so that no half of a file is ever seen."""
    beside = ""
    try:
        handle, beside = tempfile.mkstemp(prefix=".stratml.", dir=path.absolute().parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, EVERYBODY_READS)
        os.replace(beside, path)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise StoreError(f"{shown(str(path))} could not be written: {reason}; nothing was changed") from None
    finally:
        with suppress(OSError):
            if beside:
                Path(beside).unlink(missing_ok=True)
