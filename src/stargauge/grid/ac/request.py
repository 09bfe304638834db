"""What is asked of a study: everything checked at once before anything is solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.grid.ac import outages as outage_choice
from stargauge.grid.ac.outages import NEXT_LIMITS, Outages
from stargauge.grid.ac.rules import AcRules, PreExisting
from stargauge.grid.ac.study import Study
from stargauge.grid.flows.model import DcModel, prepare
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.capacity import hosting_capacity
from stargauge.grid.hosting.sources import Source, parse_source
from stargauge.grid.network import Network

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Request:
    """A study with its outages and the DC answer it is set beside.

    Attributes:
        study: The study.
        outages: Branches to lose, by index.
        rule: The conventions in words.
        limits: The bus's row of the DC hosting table.
    """

    study: Study
    outages: Ints
    rule: str
    limits: dict[str, Any]


def ask(
    network: Network | DcModel,
    bus: int,
    amounts: dict[str, float],
    *,
    power_factor: float,
    source: Source | str,
    limits: Ratings | None,
    outages: Outages,
    cutoff: float,
    pre_existing: PreExisting,
    reactive_limits: bool,
) -> Request:
    """Return a study, ready to be solved.

    Args:
        network: The network.
        bus: Bus number.
        amounts: Numbers that must be finite and not negative, by name.
        power_factor: Of the load, lagging.
        source: A `Source`, or its words.
        limits: Ratings.
        outages: See `check.ac_check`.
        cutoff: See `check.ac_check`.
        pre_existing: See `check.ac_check`.
        reactive_limits: See `check.ac_check`.

    Raises:
        InputError: Everything that is wrong, at once; or a base case without a solution.
        MissingExtraError: The engine is not installed.
    """
    found: list[Mistake] = []
    chosen: Source | None = None
    if isinstance(source, str):
        try:
            chosen = parse_source(source)
        except InputError as error:
            found.extend(error.mistakes)
    else:
        chosen = source
    plain = AcRules(
        power_factor,
        chosen or parse_source("prorata"),
        limits or Ratings(),
        cutoff,
        pre_existing,
        reactive_limits,
    )
    found.extend(plain.mistakes)
    for name, value in amounts.items():
        if not (np.isfinite(value) and value >= 0):
            found.append(Mistake(0, name, f"is {value:g}; it must be at least 0 and finite"))
    model = prepare(network)
    index = None
    try:
        index = model.network.bus_index(bus)
    except InputError as error:
        found.extend(error.mistakes)
    if index is not None:
        found.extend(outage_choice.mistakes(model, index, outages))
    elif isinstance(outages, str) and outages not in outage_choice.WORDS:
        found.extend(outage_choice.mistakes(model, 0, outages))
    if found or index is None:
        raise InputError("AC check", found, "nothing was computed")
    study = Study.of(model, index, plain)
    table = hosting_capacity(
        model,
        source=plain.source,
        cutoff=cutoff,
        pre_existing="block" if pre_existing == "block" else "exclude",
        limits=plain.ratings,
        buses=[bus],
        next_limits=NEXT_LIMITS,
    )
    row = table.frame.row(0, named=True)
    lost, words = outage_choice.chosen(model, index, outages, row)
    return Request(study, lost, plain.text(model.network, words, study.base.spread_mw), row)
