"""Answers `stargauge plan import`: a StratML file as a folder of the registry, or all that is in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stargauge.errors import InputError, Mistake
from stargauge.policy.plan.status import stages
from stargauge.policy.plan.strategy import Strategy
from stargauge.policy.stratml.folder import write_folder
from stargauge.policy.stratml.foreign import foreign_tables
from stargauge.policy.stratml.own import is_own, own_tables
from stargauge.policy.stratml.reader import Reader
from stargauge.policy.stratml.schema import Kind
from stargauge.policy.stratml.source import NOTHING_WRITTEN, read_document
from stargauge.policy.stratml.tables import Tables
from stargauge.policy.stratml.validity import shown

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class ImportAnswer:
    """A strategy that was read from StratML and stands in a folder now.

    `own` says whether the document had our labelled lines, `left_out` counts the elements that a registry has
    no place for, and `restated` holds for actions the stage that the file gives and the one that the rules
    give, where they differ.
    """

    strategy: Strategy
    folder: Path
    kind: Kind
    own: bool
    left_out: Mapping[str, int]
    restated: Mapping[str, tuple[str, int]]

    def to_dict(self) -> dict[str, Any]:
        """Return what was imported, and what was not."""
        strategy = self.strategy
        return {
            "strategy": strategy.id,
            "title": strategy.identity.title,
            "folder": str(self.folder),
            "kind": self.kind,
            "labelled": self.own,
            "pillars": len(strategy.pillars),
            "sections": len(strategy.sections),
            "actions": len(strategy.actions),
            "agencies": len(strategy.agencies),
            "events": len(strategy.events),
            "judgements": len(strategy.judgements),
            "lineage": len(strategy.lineage),
            "left_out": dict(self.left_out),
            "restated": [
                {"action": action, "file": stated, "rules": stage}
                for action, (stated, stage) in self.restated.items()
            ],
        }

    def render(self) -> RenderableType:
        """Return what was written, what was left out, and what comes next."""
        from stargauge.policy.stratml.screens import import_screen

        return import_screen(self)


def import_plan(
    path: Path, folder: Path | None = None, given: Mapping[str, str | None] | None = None
) -> ImportAnswer:
    """Write a StratML file as a folder of the registry.

    Args:
        path: A core strategic plan, or a performance plan or report.
        folder: Folder to make, which must not exist; the id of the strategy where None.
        given: What the file does not hold, or holds otherwise: id, issuer, place, released, licence.

    Raises:
        InputError: The file is not to be trusted, not valid, or lacks what a strategy needs; all that is in
            the way is listed by line, and nothing is written.
        StoreError: The folder could not be written.
        MissingExtraError: lxml is not installed.
    """
    document = read_document(path)
    reader = Reader(document.form)
    own = is_own(document.root, reader)
    tables = own_tables(document, reader) if own else foreign_tables(document, reader, path)
    cells = tables.rows["strategy.csv"][0].cells
    cells.update({name: value for name, value in (given or {}).items() if value})
    if given and given.get("released") and not own:
        cells["edition"] = cells["released"]
    name = shown(path.name)
    strategy = write_folder(
        tables, folder if folder is not None else _default(cells.get("id", ""), name), name
    )
    return ImportAnswer(
        strategy=strategy,
        folder=folder if folder is not None else Path(strategy.id),
        kind=document.form.kind,
        own=own,
        left_out=dict(sorted(tables.left_out.items())),
        restated=_restated(tables, strategy),
    )


def _default(identity: str, name: str) -> Path:
    """Return the folder that is named by the id of a strategy, where that names one in this folder."""
    if not identity or Path(identity).name != identity:
        said = f'"{shown(identity)}" names no folder; choose one with -o'
        raise InputError(name, [Mistake(0, "id", said)], NOTHING_WRITTEN)
    return Path(identity)


def _restated(tables: Tables, strategy: Strategy) -> dict[str, tuple[str, int]]:
    by_rules = stages(strategy)
    return {
        action: (stated, by_rules[action])
        for action, stated in tables.stated.items()
        if action in by_rules and stated != str(by_rules[action])
    }
