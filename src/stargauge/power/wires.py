"""The prior for wires: whether a new large load needs a transmission upgrade, for how long and at what cost.

Where the connection of a site is not known, two synthetic networks stand for the grid in general: the share
of their buses that cannot take a load of its size securely is the chance that it needs an upgrade. What has
to be built follows from plans for such buses, and how long that takes from sourced lead times. It is a prior
and never a finding about a place. Rule, sources and weak spots: `docs/wires.md`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.facts import Distribution, Registry
from stargauge.facts.derived_wires import MEASURE_NAMES
from stargauge.power.onsite import STANDARD
from stargauge.power.supply import USD_PER_KW_TO_BN_PER_MW
from stargauge.power.wires_prior import CLASSES, WiresPrior, load_wires_prior, sizes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

__all__ = [
    "CLASSES",
    "WIRES",
    "WiresPrior",
    "class_of",
    "load_wires_prior",
    "upgrade_cost_bn",
    "upgrade_months",
    "wires_inputs",
]

MOST_MW = tuple(f"power.wires.most_mw.{name}" for name in CLASSES[:-1])
"""Largest site of every class but the highest, which takes all that are larger."""

MEDIANS = tuple(
    f"power.wires.months.{name}" for name in ("reconductoring", "transformer", "line", "high_line")
)
"""Median duration of each of `MEASURE_NAMES`, in their order."""

BREAKER = "power.wires.months.breaker"

WIRES: dict[str, str] = {
    **dict.fromkeys(MOST_MW, "MW"),
    "power.wires.network": "ratio",
    "power.wires.search": "ratio",
    "power.wires.emergency": "ratio",
    **dict.fromkeys(MEDIANS, "month"),
    BREAKER: "month",
    "power.wires.site_spread": "ratio",
    "power.wires.cost": "USD/kW",
}
"""Inputs drawn once a future, with the unit the model computes in."""

EDGE = 1e-9
"""Uniforms are kept this far from 0 and 1, where durations have no value."""


def wires_inputs(registry: Registry) -> dict[str, Distribution]:
    """Return the distribution of every input of `WIRES` as known to a registry, in the unit given there.

    Raises:
        InputError: an input has no fact known by the registry's as-of date.
    """
    return registry.distributions(WIRES)


def class_of(site_mw: Floats, values: dict[str, Floats]) -> Ints:
    """Return (futures, phases) the class of voltage that a site connects at, as a number of `CLASSES`.

    Args:
        site_mw: (phases) facility MW.
        values: (futures) values of the inputs `MOST_MW`; a class takes no less than the ones below it.
    """
    most = np.maximum.accumulate(np.stack([values[name] for name in MOST_MW], axis=-1), axis=-1)
    return np.asarray((sizes(site_mw)[None, :, None] > most[:, None, :]).sum(axis=-1), dtype=np.int64)


def upgrade_months(
    prior: WiresPrior,
    site_mw: Floats,
    uniform: Floats,
    values: dict[str, Floats],
    relief: Floats,
    class_mw: Floats | None = None,
) -> Floats:
    """Return (futures, phases) months that the transmission upgrade of a site takes; 0 where none is needed.

    The first uniform decides whether an upgrade is needed. The second picks the measure, quicker ones
    first, and what is left of it the site's place among durations: the median of the future times a
    lognormal factor. Transformers and new lines take no less than breakers.

    Args:
        prior: Chances and measures.
        site_mw: (phases) facility MW that the site draws with this phase.
        uniform: (futures, phases, 2) in (0, 1), the same for all phases of a site.
        values: (futures) values of the inputs `WIRES`.
        relief: (futures) share of upgrades avoided, at most 1; below 0 where more are needed than today.
        class_mw: (phases) MW that decide on the voltage, for example of the full site; `site_mw` if None.

    Raises:
        ValueError: shapes that do not fit, a negative size, relief outside -1 to 1.
    """
    futures = values["power.wires.network"].size
    size = sizes(site_mw)
    if uniform.shape != (futures, size.size, 2) or relief.shape != (futures,):
        raise ValueError(
            f"uniforms {uniform.shape} and relief {relief.shape} must be ({futures}, {size.size}, 2) and "
            f"({futures},) for {size.size} phases"
        )
    if not ((relief >= -1.0) & (relief <= 1.0)).all():
        raise ValueError("relief must be between -1 and 1")
    column = {name: values[name][:, None] for name in WIRES}
    voltage = class_of(size if class_mw is None else class_mw, values)
    chance = prior.chance(
        size[None, :],
        voltage,
        network=column["power.wires.network"],
        search=column["power.wires.search"],
        emergency=column["power.wires.emergency"],
    )
    needed = uniform[..., 0] < chance * (1.0 - relief[:, None])
    shares = prior.measure_shares(size[None, :], voltage, network=column["power.wires.network"])
    measure, place = _pick(shares, uniform[..., 1])
    medians = np.stack([values[name] for name in MEDIANS], axis=-1)
    medians[:, 1:] = np.maximum(medians[:, 1:], values[BREAKER][:, None])
    median = np.take_along_axis(medians, measure, axis=1)
    months = median * STANDARD.quantile(place) ** column["power.wires.site_spread"]
    return np.where(needed, months, 0.0)


def upgrade_cost_bn(
    prior: WiresPrior,
    site_mw: Floats,
    needed: Flags,
    values: dict[str, Floats],
    class_mw: Floats | None = None,
) -> Floats:
    """Return (futures, phases) bn USD of the transmission upgrade of a site; its band is that of the futures.

    Mean MW that the grid is short of at a site of this size, times the cost per kW short. Phases of one site
    overlap: take the largest, not the sum.

    Args:
        prior: Chances.
        site_mw: (phases) facility MW.
        needed: (futures, phases) whether an upgrade is needed.
        values: (futures) values of the inputs `WIRES`.
        class_mw: (phases) MW that decide on the voltage; `site_mw` if None.
    """
    size = sizes(site_mw)
    short = prior.shortfall_mw(
        size[None, :],
        class_of(size if class_mw is None else class_mw, values),
        network=values["power.wires.network"][:, None],
        search=values["power.wires.search"][:, None],
        emergency=values["power.wires.emergency"][:, None],
    )
    cost = values["power.wires.cost"][:, None] * USD_PER_KW_TO_BN_PER_MW
    return np.where(needed, short * cost, 0.0)


def _pick(shares: Floats, uniform: Floats) -> tuple[Ints, Floats]:
    """Return which share each uniform falls in, and how far along it, in (0, 1)."""
    ends = np.cumsum(shares, axis=-1)
    ends[..., -1] = 1.0  # the sum may end a rounding below
    chosen = np.asarray((uniform[..., None] >= ends).sum(axis=-1), dtype=np.int64)
    chosen = np.minimum(chosen, len(MEASURE_NAMES) - 1)
    high = np.take_along_axis(ends, chosen[..., None], axis=-1)[..., 0]
    width = np.take_along_axis(shares, chosen[..., None], axis=-1)[..., 0]
    along = np.divide(uniform - (high - width), width, out=np.full(width.shape, 0.5), where=width > 0.0)
    return chosen, np.clip(along, EDGE, 1.0 - EDGE)
