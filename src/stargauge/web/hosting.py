"""Hosting capacity of a transmission network for the map: computed once in a process of its own, then kept.

What was computed lies in the user's cache folder under a name made of the network, the data and the code
that it was computed from, so that nothing stale is ever read.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import polars as pl
from pydantic_core import to_json

from stargauge.ensemble.files import write_whole
from stargauge.errors import InputError, MissingExtraError, Mistake, StargaugeError, StoreError
from stargauge.grid.catalogue import US_GRID
from stargauge.grid.flexibility.fetching import cache_folder
from stargauge.grid.hosting.table import finite
from stargauge.web.assets import Content
from stargauge.web.helpers import Helper, Work

_log = logging.getLogger(__name__)

GRID_FOLDER = Path(__file__).parents[1] / "grid"
NICENESS = 10
PLACE_DECIMALS = 4
"""Ten metres; the places of the synthetic grid are no better."""

MW_DECIMALS = 1
NEXT_LIMITS = 3
_LABELS = ("network", "synthetic", "source", "licence")


@dataclass(frozen=True)
class HostingTable:
    """The buses of a network with what they can take, and what belongs with the numbers."""

    frame: pl.DataFrame
    labels: dict[str, Any]

    def columns(self) -> Content:
        """Return the map's columns: buses at which a load could connect and whose place is known."""
        own = finite(self.frame).filter(
            pl.col("site") & pl.col("lat").is_not_null() & pl.col("lon").is_not_null()
        )
        voltages = sorted(own["kv"].unique().drop_nulls().to_list())
        place = {kv: row for row, kv in enumerate(voltages)}
        told = {
            "state": "ready",
            **self.labels,
            "notice": own["notice"][0] if own.height else "",
            "rule": own["rule"][0] if own.height else "",
            "unit": "MW",
            "buses": own.height,
            "voltages_kv": voltages,
            "columns": {
                "bus": own["bus"].to_list(),
                "lat": own["lat"].round(PLACE_DECIMALS).to_list(),
                "lon": own["lon"].round(PLACE_DECIMALS).to_list(),
                "kv": [place.get(kv, 0) for kv in own["kv"].to_list()],
                "n1_mw": own["n1_mw"].round(MW_DECIMALS).to_list(),
            },
        }
        return Content.of(to_json(told), "application/json")

    def bus(self, number: int) -> dict[str, Any]:
        """Return everything of one bus.

        Raises:
            InputError: There is no such bus.
        """
        rows = finite(self.frame.filter(pl.col("bus") == number))
        if not rows.height:
            said = f"{number} is no bus of {self.labels['network']}; /api/hosting lists them"
            raise InputError("The request", [Mistake(0, "bus", said)], "nothing was found")
        row = rows.row(0, named=True)
        named = ("bus", "name", "kv", "area", "state", "lat", "lon", "load_mw", "n0_mw", "n1_mw")
        following = [
            {key: row[f"next_{rank}_{key}"] for key in ("mw", "element", "outage", "factor")}
            for rank in range(1, NEXT_LIMITS + 1)
            if row.get(f"next_{rank}_element") is not None
        ]
        binding = {key: row[key] for key in ("element", "outage", "factor", "limit_mw", "flow_mw")}
        return {
            **{name: row[name] for name in named},
            "area": str(row["area"]),
            "binds": binding if row["element"] is not None else None,
            "next": following,
            **{name: row[name] for name in ("n1_radial_mw", "radial_by", "rule", "notice")},
        }


class HostingRoom:
    """Has the hosting capacity of one network computed when it is first asked for."""

    def __init__(self, network: str = US_GRID) -> None:
        """Compute nothing yet.

        Args:
            network: Catalogue name or path.
        """
        self.network = network
        self.table: HostingTable | None = None
        self._columns: Content | None = None
        self._task: asyncio.Task[None] | None = None
        self._error: StargaugeError | None = None
        self._what, self._began = "reading", 0.0
        self._helper: Helper | None = None

    def columns(self) -> Content | dict[str, Any]:
        """Return the map's columns, or how far they are.

        Raises:
            StargaugeError: They cannot be computed; asked again they are tried anew.
        """
        if self._columns is not None:
            return self._columns
        self._begin()
        seconds = monotonic() - self._began
        return {"state": "working", "what": self._what, "seconds": seconds}

    def bus(self, number: int) -> dict[str, Any] | None:
        """Return everything of one bus, None while it is computed.

        Raises:
            InputError: There is no such bus.
            StargaugeError: As `columns`.
        """
        if self.table is None:
            self._begin()
            return None
        return self.table.bus(number)

    def close(self) -> None:
        """End what computes."""
        if self._task is not None:
            self._task.cancel()
        if self._helper is not None:
            self._helper.end()

    def _begin(self) -> None:
        if self._error is not None:
            error, self._error, self._task = self._error, None, None
            raise error
        if self._task is None:
            self._began = monotonic()
            self._task = asyncio.create_task(self._make())

    async def _make(self) -> None:
        try:
            self.table, self._columns = await asyncio.to_thread(self._made)
        except StargaugeError as error:
            _log.warning("hosting capacity of %s: %s", self.network, error)
            self._error = error

    def _made(self) -> tuple[HostingTable, Content]:
        stored = stored_place(self.network)
        table = _read(stored) if stored is not None else None
        if table is None:
            self._helper = Helper("hosting", host, NICENESS)
            try:
                content = self._helper.ask(self.network, (), self._told)
            finally:
                self._helper.end()
                self._helper = None
            table = _parsed(content)
            if stored is not None:
                _store(stored, content)
        self._told("writing the map's columns")
        return table, table.columns()

    def _told(self, words: str) -> None:
        self._what = words


def host() -> Work:
    """Return the work of a process that computes hosting capacity: a network's name in, Parquet bytes out."""
    from stargauge.grid.catalogue import load
    from stargauge.grid.hosting.capacity import hosting_capacity

    def work(question: Any, tell: Callable[[Any], None]) -> Any:
        tell("reading the network")
        network = load(question)
        table = hosting_capacity(network, next_limits=NEXT_LIMITS, progress=tell)
        labels = {
            "network": network.name,
            "synthetic": network.synthetic,
            "source": network.source,
            "licence": network.licence,
        }
        buffer = io.BytesIO()
        table.frame.write_parquet(buffer, metadata={"labels": to_json(labels).decode()})
        return buffer.getvalue()

    return work


def stored_place(network: str) -> Path | None:
    """Return where the table of a network of the catalogue is kept, None for others: files change."""
    if network != US_GRID and not network.startswith("case"):
        return None
    name = f"hosting-{network}-{_code_digest()[:16]}.parquet"
    try:
        return cache_folder() / name
    except MissingExtraError:
        base = os.environ.get("XDG_CACHE_HOME")
        return (Path(base) if base else Path.home() / ".cache") / "stargauge" / name


@cache
def _code_digest() -> str:
    """Return the digest of the code and data that hosting capacity is computed from."""
    total = sha256()
    for path in sorted(GRID_FOLDER.rglob("*")):
        if path.suffix in (".py", ".parquet", ".json"):
            total.update(
                path.relative_to(GRID_FOLDER).as_posix().encode() + sha256(path.read_bytes()).digest()
            )
    return total.hexdigest()


def _parsed(content: bytes) -> HostingTable:
    import json

    labels = json.loads(pl.read_parquet_metadata(io.BytesIO(content))["labels"])
    return HostingTable(pl.read_parquet(io.BytesIO(content)), labels)


def _read(path: Path) -> HostingTable | None:
    """Return the table that is kept, None where there is none that can be read."""
    try:
        return _parsed(path.read_bytes())
    except (OSError, pl.exceptions.PolarsError, KeyError, ValueError):
        return None


def _store(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except (OSError, StoreError) as error:
        _log.warning("what was computed is not kept: %s", error)
