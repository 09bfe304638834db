"""Arrays of trust: what goes into the steps and what comes out.

Slot 0 of a path is the end of the quarter before the run begins, slot q the end of quarter q. Blocs are in
the order of `BLOCS`. Power is facility MW, money bn USD.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.world.blocs import BLOCS

Floats = NDArray[np.float64]

US_PACKAGE, MIXED, CHINESE = 0.0, 1.0, 2.0
"""What a buyer of a package takes."""


class Packages(NamedTuple):
    """What goes into `packages_step`.

    (futures, blocs): `lean` what else than alignment draws a buyer to the US package, in logits, `added_mw`
    newly announced a quarter, `licence_mw` licensed a quarter, `started_mw` and `due_mw` of what was
    announced and will be built, by stage, at the start. (futures): `slope` of alignment in logits, `take_us`
    and `take_chinese` the alignments below which half no longer take the US package and half take the Chinese
    one, `mixed` the part a mixed buyer takes, `final` the part of new packages built in the end, `moved` the
    part of a stage that moves on a quarter, `cost` bn USD a MW, `exim` and `exim_rise` room at no and full
    intensity of the lever, `dfc` and `dfc_rich` room. (futures, slots): `lever` its intensity; (futures,
    slots, blocs): `promised_mw` cumulative. (blocs): `asked` part of cost asked of public lenders, `rich` 1
    for high-income blocs, `need` part of MW that needs licences, `licensed_mw` and `delivered_mw` at the
    start, `announced_mw` at the start. `project` the part of a cost that DFC may carry, `chips_per_mw`.
    """

    lean: Floats
    added_mw: Floats
    licence_mw: Floats
    started_mw: Floats
    due_mw: Floats
    slope: Floats
    take_us: Floats
    take_chinese: Floats
    mixed: Floats
    final: Floats
    moved: Floats
    cost: Floats
    exim: Floats
    exim_rise: Floats
    dfc: Floats
    dfc_rich: Floats
    lever: Floats
    promised_mw: Floats
    asked: Floats
    rich: Floats
    need: Floats
    licensed_mw: Floats
    delivered_mw: Floats
    announced_mw: Floats
    project: float
    chips_per_mw: float


class PackagePaths(NamedTuple):
    """Written by `packages_step`, (futures, slots, blocs) unless said otherwise.

    `choice` 0 the US package, 1 mixed, 2 the Chinese stack. Cumulative MW: `announced_mw`, `promised_mw` by
    the dates given, `delivered_mw` energised and owned from the US, `licensed_mw` that licences allow (inf
    where none is needed) and `under_licence_mw` of it used; `licensed_chips`. (futures, slots) cumulative bn
    USD lent: `exim`, `dfc`, `dfc_rich`. (futures, blocs) stocks that wait: `started_mw`, `due_mw`; `want`
    and `covered` are scratch.
    """

    choice: Floats
    announced_mw: Floats
    promised_mw: Floats
    delivered_mw: Floats
    licensed_mw: Floats
    under_licence_mw: Floats
    licensed_chips: Floats
    exim: Floats
    dfc: Floats
    dfc_rich: Floats
    started_mw: Floats
    due_mw: Floats
    want: Floats
    covered: Floats


class Opinion(NamedTuple):
    """What goes into `alignment_step`.

    (blocs): `base` alignment on the as-of date, `exposed` how much controls and conditions touch it, `pole`
    1 where it never moves. (futures): `tightening`, `conditions` the fall at full intensity, `delivery` the
    rise if all that was promised is delivered, `back` the part of the way to its target gone in a quarter.
    `shock` (futures, slots, blocs). `first` the first slot simulated.
    """

    base: Floats
    exposed: Floats
    pole: Floats
    tightening: Floats
    conditions: Floats
    delivery: Floats
    back: Floats
    shock: Floats
    first: int


class Trust(NamedTuple):
    """What trust draws for a block; `tools` (futures, slots) multiplies China's own chip supply."""

    packages: Packages
    opinion: Opinion
    tools: Floats


def empty_packages(futures: int, quarters: int) -> PackagePaths:
    """Return output arrays of packages for a block, uninitialised."""
    blocs = len(BLOCS)
    path, total = (futures, quarters + 1, blocs), (futures, quarters + 1)
    return PackagePaths(
        *(np.empty(path) for _ in range(7)),
        *(np.empty(total) for _ in range(3)),
        *(np.empty((futures, blocs)) for _ in range(4)),
    )
