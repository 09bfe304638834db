"""Upgrades: what to raise, by how much and in which order, for one bus or for a region."""

from __future__ import annotations

from stargauge.grid.upgrades.plan import UpgradePlan, upgrades_for
from stargauge.grid.upgrades.prices import Prices
from stargauge.grid.upgrades.ranking import UpgradeRanking, best_upgrades

__all__ = ["Prices", "UpgradePlan", "UpgradeRanking", "best_upgrades", "upgrades_for"]
