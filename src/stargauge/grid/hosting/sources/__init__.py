"""Where the power for a new load comes from: one member a file."""

from __future__ import annotations

from stargauge.grid.hosting.sources.area import Area
from stargauge.grid.hosting.sources.base import Source, Supply
from stargauge.grid.hosting.sources.merit import MeritOrder
from stargauge.grid.hosting.sources.parsing import parse_source
from stargauge.grid.hosting.sources.prorata import ProRata
from stargauge.grid.hosting.sources.unit import SingleUnit

__all__ = ["Area", "MeritOrder", "ProRata", "SingleUnit", "Source", "Supply", "parse_source"]
