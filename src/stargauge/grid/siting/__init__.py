"""Siting: where a campus of a given size can connect, how, and when."""

from __future__ import annotations

from stargauge.grid.siting.search import find_sites
from stargauge.grid.siting.table import SiteTable

__all__ = ["SiteTable", "find_sites"]
