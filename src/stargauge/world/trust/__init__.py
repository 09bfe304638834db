"""Trust abroad: alignment of blocs, export packages, tools for making chips (`docs/trust.md`)."""

from stargauge.world.trust.arrays import (
    CHINESE,
    MIXED,
    US_PACKAGE,
    Opinion,
    PackagePaths,
    Packages,
    Trust,
    empty_packages,
)
from stargauge.world.trust.inputs import PARTNERS, TRUST_INPUTS, TRUST_UNITS
from stargauge.world.trust.opinion import alignment_step
from stargauge.world.trust.packages import packages_step
from stargauge.world.trust.preparation import TrustPlan, open_trust, prepare_trust, trust_block, trust_shocks

__all__ = [
    "CHINESE",
    "MIXED",
    "PARTNERS",
    "TRUST_INPUTS",
    "TRUST_UNITS",
    "US_PACKAGE",
    "Opinion",
    "PackagePaths",
    "Packages",
    "Trust",
    "TrustPlan",
    "alignment_step",
    "empty_packages",
    "open_trust",
    "packages_step",
    "prepare_trust",
    "trust_block",
    "trust_shocks",
]
