"""The answer of `stargauge track`: what the command prints, and what `--json` writes."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from stargauge.facts import Registry, Tables, load_registry, load_tables
from stargauge.track.programmes import Directory
from stargauge.track.records import newest_day
from stargauge.track.status import ProgrammeStatus, track_all, track_programme

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class TrackAnswer:
    """All programmes (`programme` is empty), or one; `because` says how the user's words led to it."""

    as_of: date
    programme: str
    because: str
    show_events: bool
    statuses: tuple[ProgrammeStatus, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole answer as plain data that survives JSON: dates in ISO form, lists, numbers."""
        return {
            "as_of": self.as_of.isoformat(),
            "programme": self.programme,
            "because": self.because,
            "statuses": [plain(status) for status in self.statuses],
        }

    def render(self) -> RenderableType:
        """Return what a terminal of at least 100 columns shows."""
        from stargauge.track.screens import event_screen, overview_screen, programme_screen

        if not self.programme:
            return overview_screen(self.statuses, self.as_of, self.show_events)
        screen = event_screen if self.show_events else programme_screen
        return screen(self.statuses[0], self.because)


def track(
    programme: str | None = None,
    as_of: date | None = None,
    events: bool = False,
    tables: Tables | None = None,
    registry: Registry | None = None,
) -> TrackAnswer:
    """Answer `stargauge track [PROGRAMME] [--as-of DAY] [--events]`.

    Args:
        programme: A programme, site or pledge in any spelling; all programmes where None.
        as_of: Nothing known later is in the answer; the newest day on record where None.
        events: Whether the screen lists every event with its source.
        tables: The record tables; those shipped where None.
        registry: All facts; those shipped where None.

    Raises:
        InputError: If the name leads to no programme or to several, or nothing was known of it on the day.
    """
    tables = tables if tables is not None else load_tables()
    registry = registry if registry is not None else load_registry()
    day = as_of if as_of is not None else newest_day(tables)
    if programme is None:
        return TrackAnswer(day, "", "", events, track_all(day, tables, registry))
    found = Directory(tables).find(programme)
    status = track_programme(found.programme.name, day, tables, registry)
    return TrackAnswer(day, status.name, found.because, events, (status,))


def plain(value: Any) -> Any:
    """Return a record as plain data: dataclasses as dicts, tuples as lists, dates in ISO form."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value
