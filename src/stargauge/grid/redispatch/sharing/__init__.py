"""Rules by which requests share what the grid can carry: one member a file."""

from __future__ import annotations

from stargauge.grid.redispatch.sharing.base import Shared, Sharing, Stage
from stargauge.grid.redispatch.sharing.prorata import ProRata
from stargauge.grid.redispatch.sharing.queue import Queue
from stargauge.grid.redispatch.sharing.total import Total
from stargauge.grid.redispatch.sharing.value import Value

SHARINGS: dict[str, type[Sharing]] = {
    "prorata": ProRata,
    "value": Value,
    "queue": Queue,
    "total": Total,
}
"""Rules by their word."""

__all__ = ["SHARINGS", "ProRata", "Queue", "Shared", "Sharing", "Stage", "Total", "Value"]
