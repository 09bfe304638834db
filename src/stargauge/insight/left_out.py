"""What the model leaves out, with the reason; every report and every answer says so."""

from __future__ import annotations

NOT_MODELLED = (
    "crews: no MW a year that the trades can build has a source",
    "chips in stock on the as-of date, beyond those of phases in fit-out: no count has a source",
    "capital of owners other than Amazon, Microsoft, Google and Meta: no path of it has a source",
    "power by region outside the United States: blocs have a rate at which they build, no path of what their "
    "regions can build has a source",
    "an answer of building in the United States to the world: chips and packages that go abroad are taken "
    "from what makers deliver outside it",
    "an answer of supply to shortage: plants come by plans and long-run rates, and a region that is short "
    "neither builds nor defers retirements more than a lever makes it",
    "wires at named sites: where no connection is on record, upgrades are drawn from a prior by size, and no "
    "load flow of the place is computed",
    "hours: regions are balanced at their summer and winter peaks, and only the room for flexible load comes "
    "from hourly demand",
    "fuel: no plant waits for a gas pipeline, on site or off",
    "market prices: the part of bills that is due to data centres is a published range that grows with "
    "building by an exponent of either sign",
    "opposition to power plants and lines: it acts on data centres alone, and is one level a region",
)
"""Limits and effects left out, with the reason: nothing without a sourced quantity is invented."""
