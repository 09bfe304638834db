"""Flexible headroom: new load that a system can take if that load gives way at the peaks."""

from __future__ import annotations

from stargauge.grid.flexibility.headroom import flexible_headroom, seasonal_peaks
from stargauge.grid.flexibility.profile import CurtailmentProfile, SeasonProfile, curtailment_profile
from stargauge.grid.flexibility.seasons import APRIL_TO_OCTOBER, MAY_TO_OCTOBER, SeasonalPeaks, Seasons

__all__ = [
    "APRIL_TO_OCTOBER",
    "MAY_TO_OCTOBER",
    "CurtailmentProfile",
    "SeasonProfile",
    "SeasonalPeaks",
    "Seasons",
    "curtailment_profile",
    "flexible_headroom",
    "seasonal_peaks",
]
