"""Flexible headroom: new load that a system can take if that load gives way at the peaks."""

from __future__ import annotations

from stargauge.grid.flexibility.batch import headrooms
from stargauge.grid.flexibility.duration import LoadDuration
from stargauge.grid.flexibility.headroom import flexible_headroom, headroom_by_year, seasonal_peaks
from stargauge.grid.flexibility.profile import CurtailmentProfile, SeasonProfile, curtailment_profile
from stargauge.grid.flexibility.seasons import APRIL_TO_OCTOBER, MAY_TO_OCTOBER, SeasonalPeaks, Seasons
from stargauge.grid.flexibility.shipped import load_duration, load_level, load_spells

__all__ = [
    "APRIL_TO_OCTOBER",
    "MAY_TO_OCTOBER",
    "CurtailmentProfile",
    "LoadDuration",
    "SeasonProfile",
    "SeasonalPeaks",
    "Seasons",
    "curtailment_profile",
    "flexible_headroom",
    "headroom_by_year",
    "headrooms",
    "load_duration",
    "load_level",
    "load_spells",
    "seasonal_peaks",
]
