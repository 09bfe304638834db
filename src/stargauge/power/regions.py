"""The axes of every array of this room: regions, seasons, technologies and groups of technologies."""

from __future__ import annotations

from stargauge.facts import REGIONS

__all__ = [
    "FADES",
    "FADING",
    "GROUPS",
    "GROUP_OF",
    "RATED_AS",
    "REGIONS",
    "SEASONS",
    "STORAGE",
    "TECHNOLOGIES",
    "THERMAL",
    "TURBINES",
    "region_index",
]

SEASONS = ("summer", "winter")
"""Summer is May to October, winter November to April, in the order of the season axis."""

TECHNOLOGIES = (
    "gas_cc",
    "gas_ct",
    "gas_ice",
    "gas_st",
    "coal",
    "nuclear",
    "hydro",
    "pumped_storage",
    "wind",
    "wind_offshore",
    "solar",
    "battery",
    "geothermal",
    "oil",
    "biomass",
    "other",
)
"""The technology axis. The fleet has no `gas_ice` and `wind_offshore` of its own: they are counted with
`gas_ct` and `wind` there, and apart among additions."""

THERMAL = frozenset(
    {"gas_cc", "gas_ct", "gas_ice", "gas_st", "coal", "nuclear", "geothermal", "oil", "biomass"}
)
"""Rated on net seasonal capability; the others on nameplate."""

STORAGE = frozenset({"pumped_storage", "battery"})

GROUPS = ("solar", "battery", "wind", "wind_offshore", "gas", "nuclear", "hydro", "other")
"""Technologies that share completion shares and delays."""

GROUP_OF = {
    "gas_cc": "gas",
    "gas_ct": "gas",
    "gas_ice": "gas",
    "gas_st": "gas",
    "coal": "other",
    "nuclear": "nuclear",
    "hydro": "hydro",
    "pumped_storage": "hydro",
    "wind": "wind",
    "wind_offshore": "wind_offshore",
    "solar": "solar",
    "battery": "battery",
    "geothermal": "other",
    "oil": "other",
    "biomass": "other",
    "other": "other",
}
"""Group of each technology."""

RATED_AS = {"gas_ice": "gas_ct", "wind_offshore": "wind"}
"""Technologies without a class rating of their own in the common basis."""

TURBINES = ("gas_cc", "gas_ct")
"""Technologies that need a gas turbine of the heavy or industrial kind; engines do not."""

FADING = {"wind": "wind", "wind_offshore": "wind", "solar": "solar", "battery": "battery"}
"""Technologies whose rating falls as more of them is built, and the input that says how far."""

FADES = ("wind", "solar", "battery")
"""The fading classes, in the order of their axis."""


def region_index(region: str) -> int:
    """Return the place of a region on the region axis.

    Raises:
        ValueError: The region is none of the 13; the message names them.
    """
    if region not in REGIONS:
        raise ValueError(f'"{region}" is no EIA-930 region; one of {", ".join(REGIONS)}')
    return REGIONS.index(region)
