"""Export packages, one future and one quarter: announced, taken or not, licensed, financed, delivered.

What is announced passes two stages of equal mean time; what leaves the second is delivered if the buyer
takes the US package, if licences cover what needs one and if public lenders carry what is asked of them.
What licences or finance hold back waits; what a buyer takes elsewhere is gone. Nothing is drawn here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.world.trust.arrays import CHINESE, MIXED, US_PACKAGE, PackagePaths, Packages


@step
def packages_step(
    f: int, q: int, packages: Packages, alignment: NDArray[np.float64], paths: PackagePaths
) -> None:
    """Write slot `q` of future `f` from slot q − 1.

    Args:
        f: Future.
        q: Slot, from 1.
        packages: What goes in.
        alignment: (futures, slots, blocs); slot q − 1 is read.
        paths: Written at slot q; its slot q − 1 and its stocks are read.
    """
    for b in range(paths.choice.shape[2]):
        taken = choose(
            packages.slope[f],
            packages.take_us[f],
            packages.take_chinese[f],
            packages.lean[f, b],
            alignment[f, q - 1, b],
        )
        paths.choice[f, q, b] = taken
        paths.announced_mw[f, q, b] = paths.announced_mw[f, q - 1, b] + packages.added_mw[f, b]
        paths.promised_mw[f, q, b] = packages.promised_mw[f, q, b]
        due = paths.due_mw[f, b] * packages.moved[f]
        begun = paths.started_mw[f, b] * packages.moved[f]
        paths.started_mw[f, b] += packages.final[f] * packages.added_mw[f, b] - begun
        paths.due_mw[f, b] += begun - due
        part = 1.0 if taken == US_PACKAGE else packages.mixed[f] if taken == MIXED else 0.0
        want = due * part
        licensed = paths.licensed_mw[f, q - 1, b] + packages.licence_mw[f, b]
        used = paths.under_licence_mw[f, q - 1, b]
        covered = 0.0
        if packages.need[b] > 0.0:
            covered = min(want * packages.need[b], licensed - used)
        ready = want * (1.0 - packages.need[b]) + covered
        paths.licensed_mw[f, q, b] = licensed
        paths.licensed_chips[f, q, b] = (
            paths.licensed_chips[f, q - 1, b] + packages.licence_mw[f, b] * packages.chips_per_mw
        )
        paths.want[f, b] = ready
        paths.covered[f, b] = covered / ready if ready > 0.0 else 0.0
        # What licences hold back waits in the last stage.
        paths.due_mw[f, b] += want - ready
    _finance(f, q, packages, paths)
    for b in range(paths.choice.shape[2]):
        delivered = paths.want[f, b]
        paths.delivered_mw[f, q, b] = paths.delivered_mw[f, q - 1, b] + delivered
        paths.under_licence_mw[f, q, b] = (
            paths.under_licence_mw[f, q - 1, b] + delivered * paths.covered[f, b]
        )


@step
def choose(slope: float, take_us: float, take_chinese: float, lean: float, alignment: float) -> float:
    """Return what a buyer takes: an ordered logit with a lasting leaning.

    The US package where slope (alignment − take_us) + lean > 0, the Chinese stack where
    slope (alignment − take_chinese) + lean < 0, both otherwise. Over a logistic `lean` the chances are those
    of an ordered logit (McCullagh 1980) with thresholds slope · take_us and slope · take_chinese.

    Args:
        slope: Logits for a change of alignment by 1.
        take_us: Alignment at which half take the US package.
        take_chinese: Alignment at which half take the Chinese stack; below the former.
        lean: Logistic leaning of the buyer.
        alignment: Its alignment.
    """
    if slope * (alignment - take_us) + lean > 0.0:
        return US_PACKAGE
    return CHINESE if slope * (alignment - take_chinese) + lean < 0.0 else MIXED


@step
def _finance(f: int, q: int, packages: Packages, paths: PackagePaths) -> None:
    """Cut `paths.want` to what public lenders carry and note what they lent.

    EXIM lends first, to all alike; DFC carries of the rest at most its part of a project, within its room
    and that for rich countries. Where less than what is asked can be had, the MW shrink with it.
    """
    blocs = paths.choice.shape[2]
    room = packages.exim[f] + packages.exim_rise[f] * packages.lever[f, q]
    room = max(0.0, room - paths.exim[f, q - 1])
    asked = 0.0
    for b in range(blocs):
        asked += paths.want[f, b] * packages.cost[f] * packages.asked[b]
    exim_part = min(1.0, room / asked) if asked > 0.0 else 0.0
    from_rich, from_all = 0.0, 0.0
    for b in range(blocs):
        cost = paths.want[f, b] * packages.cost[f]
        left = min(cost * packages.asked[b] * (1.0 - exim_part), packages.project * cost)
        from_rich += left * packages.rich[b]
        from_all += left
    rich_room = max(0.0, packages.dfc_rich[f] - paths.dfc_rich[f, q - 1])
    rich_part = min(1.0, rich_room / from_rich) if from_rich > 0.0 else 1.0
    from_all -= from_rich * (1.0 - rich_part)
    all_room = max(0.0, packages.dfc[f] - paths.dfc[f, q - 1])
    all_part = min(1.0, all_room / from_all) if from_all > 0.0 else 1.0
    lent_rich, lent = 0.0, 0.0
    for b in range(blocs):
        cost = paths.want[f, b] * packages.cost[f]
        money = cost * packages.asked[b]
        if money <= 0.0:
            continue
        loan = min(money * (1.0 - exim_part), packages.project * cost) * all_part
        if packages.rich[b] > 0.0:
            loan *= rich_part
            lent_rich += loan
        lent += loan
        carried = exim_part + loan / money
        if carried < 1.0:
            paths.due_mw[f, b] += paths.want[f, b] * (1.0 - carried)
            paths.want[f, b] *= carried
    paths.exim[f, q] = paths.exim[f, q - 1] + exim_part * asked
    paths.dfc[f, q] = paths.dfc[f, q - 1] + lent
    paths.dfc_rich[f, q] = paths.dfc_rich[f, q - 1] + lent_rich
