"""AC checks by the words of a command line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from stargauge.errors import InputError
from stargauge.grid import options
from stargauge.grid.ac.capacity import DEFAULT_TOLERANCE_MW, AcCapacity, ac_capacity
from stargauge.grid.ac.check import AcCheck, ac_check
from stargauge.grid.ac.outages import WORDS, Outages
from stargauge.grid.ac.rules import DEFAULT_POWER_FACTOR, PRE_EXISTING, PreExisting
from stargauge.grid.catalogue import load
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.command import announce, read_source

Tell = Callable[[str], None]


def ac(
    case: str,
    bus: int,
    mw: str | None = None,
    *,
    power_factor: str = f"{DEFAULT_POWER_FACTOR:g}",
    source: str = "prorata",
    outages: str = "binding",
    cutoff: str = "3%",
    pre_existing: str = "worsened",
    limits: str = "1",
    upper: str | None = None,
    tolerance: str = f"{DEFAULT_TOLERANCE_MW:g}",
    ignore_reactive_limits: bool = False,
    progress: Tell | None = None,
) -> AcCheck | AcCapacity:
    """Return what full power flows say about a load at a bus, or the load at which they first fail.

    Args:
        case: Catalogue name or path.
        bus: Bus number.
        mw: The load, `300`, `300MW` or `1.2GW`; the load that first fails is looked for if None.
        power_factor: Power factor of the load, lagging: above 0, at most 1.
        source: See `sources.parsing.WORDS`.
        outages: `binding`, `all`, `none`, or names of branches with commas between.
        cutoff: Smallest share of the load by which a branch's loading must rise to count, `3%` or `0.03`.
        pre_existing: `worsened`, `exclude` or `block`.
        limits: See `options.LIMIT_WORDS`.
        upper: Largest load to try, `2GW`; what the source can give if None.
        tolerance: Width of the bracket around the first failing load, MW.
        ignore_reactive_limits: Whether units give any reactive power.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
        MissingExtraError: The engine is not installed; the message says which command installs it.
    """
    asked = options.Options()
    load_mw = asked.read("--mw", power, mw, None)
    factor = asked.read("--power-factor", shown_power_factor, power_factor, DEFAULT_POWER_FACTOR)
    share = asked.read("--cutoff", options.share, cutoff, 0.0)
    ratings = asked.read("--limits", options.ratings, limits, Ratings())
    most = asked.read("--upper", options.power, upper, None)
    width = asked.read("--tolerance", options.power, tolerance, DEFAULT_TOLERANCE_MW)
    chosen = read_source(asked, source)
    if pre_existing not in PRE_EXISTING:
        asked.refuse("--pre-existing", f'"{pre_existing}" is no rule; known: {", ".join(PRE_EXISTING)}')
    if mw is not None and upper is not None:
        asked.refuse("--upper", "a largest load to try goes with a search; leave it out or leave --mw out")
    if asked.mistakes:
        raise InputError("the command line", asked.mistakes, "nothing was computed")
    announce(progress)
    kind: PreExisting = PRE_EXISTING[PRE_EXISTING.index(pre_existing)]
    lost: Outages = outages if outages in WORDS else _names(outages)
    network = load(case)
    if load_mw is not None:
        return ac_check(
            network, bus, load_mw, power_factor=factor, source=chosen, limits=ratings, outages=lost,
            cutoff=share, pre_existing=kind, reactive_limits=not ignore_reactive_limits, progress=progress,
        )  # fmt: skip
    return ac_capacity(
        network, bus, power_factor=factor, source=chosen, limits=ratings, outages=lost, cutoff=share,
        pre_existing=kind, reactive_limits=not ignore_reactive_limits, upper_mw=most, tolerance_mw=width,
        progress=progress,
    )  # fmt: skip


def power(text: str) -> float:
    """Return MW of a load, which may be 0.

    Raises:
        ValueError: In words for people.
    """
    if re.fullmatch(r"\s*0+(\.0*)?\s*(MW|GW)?\s*", text, flags=re.IGNORECASE):
        return 0.0
    return options.power(text)


def shown_power_factor(text: str) -> float:
    """Return the power factor that a text says.

    Raises:
        ValueError: In words for people.
    """
    try:
        factor = float(text)
    except ValueError:
        factor = math.nan
    if not 0.0 < factor <= 1.0:
        raise ValueError(f'"{text}" is no power factor; it must be above 0 and at most 1, for example 0.95')
    return factor


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
