"""What was fetched, and whether it is the data that the shipped tables were made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from stargauge.grid.flexibility.building import YEARS
from stargauge.grid.flexibility.downloading import BYTES_PER_MB
from stargauge.grid.flexibility.fetching import Fetched
from stargauge.grid.flexibility.hourly import read_hourly
from stargauge.grid.flexibility.places import places
from stargauge.grid.flexibility.shipped import notes

AGAINST = {
    "known": "has the checksum of the data set",
    "first copy": "has the checksum of the copy fetched first",
    "nothing": "has its checksum noted: the data set's own is not known, later copies must match this one",
}


@dataclass(frozen=True)
class FetchAnswer:
    """A fetched data set and how it compares.

    Attributes:
        fetched: The file.
        same: Authorities whose hours are those the shipped tables were made from.
        different: Authorities whose hours are not.
    """

    fetched: Fetched
    same: tuple[str, ...]
    different: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        data_set = self.fetched.data_set
        return {
            "data_set": data_set.name,
            "title": f"{data_set.title} {data_set.version}",
            "credit": data_set.credit,
            "licence": data_set.licence,
            "doi": data_set.doi,
            "record": data_set.record,
            "address_confidence": data_set.confidence,
            "path": str(self.fetched.path),
            "sha256": self.fetched.sha256,
            "bytes": self.fetched.size,
            "downloaded": self.fetched.downloaded,
            "resumed_from": self.fetched.resumed_from,
            "checked_against": self.fetched.checked_against,
            "same_as_shipped": list(self.same),
            "different_from_shipped": list(self.different),
        }

    def render(self) -> RenderableType:
        """Return what to print."""
        fetched, data_set = self.fetched, self.fetched.data_set
        done = "fetched" if fetched.downloaded else "is there already"
        if fetched.resumed_from:
            done += f", going on from {fetched.resumed_from / BYTES_PER_MB:.1f} MB"
        total = len(self.same) + len(self.different)
        lines = [
            Text(f"{data_set.title} {data_set.version} {done}: {fetched.size / BYTES_PER_MB:.1f} MB"),
            Text(f"  {fetched.path}"),
            Text(f"It {AGAINST[fetched.checked_against]} (SHA-256 {fetched.sha256[:16]}…)."),
            Text(
                f"{len(self.same)} of {total} authorities are, hour by hour from {YEARS[0]} to {YEARS[1]}, "
                "what the shipped tables were made from."
            ),
        ]
        if self.different:
            lines.append(Text(f"Not the same: {', '.join(self.different)}.", style="bold"))
        lines.append(Text(f"credit: {data_set.credit}, {data_set.licence}, doi {data_set.doi}", style="dim"))
        return Group(*lines)


def checked(fetched: Fetched) -> FetchAnswer:
    """Return a fetched file compared with the digests of the shipped tables.

    Raises:
        InputError: The file is not laid out as expected.
    """
    hourly = read_hourly(fetched.path)
    digests = notes()["demand_sha256"]
    same: list[str] = []
    different: list[str] = []
    for code, place in places().items():
        if code in hourly.demand_mw:
            fits = hourly.digest(place, YEARS) == digests[code]
            (same if fits else different).append(code)
    return FetchAnswer(fetched, tuple(same), tuple(different))
