"""The regions that power is counted by."""

from __future__ import annotations

REGIONS = ("CAL", "CAR", "CENT", "FLA", "MIDA", "MIDW", "NE", "NW", "NY", "SE", "SW", "TEN", "TEX")
"""The 13 regions of EIA-930, in the order of every region axis; `regions.csv` says what each is."""
