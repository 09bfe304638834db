"""Alignment of a bloc, one future and one quarter: pulled back to a target, moved by shocks, kept in [−1, 1].

Nothing is drawn here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stargauge.compiled import step
from stargauge.world.trust.arrays import Opinion, PackagePaths


@step
def alignment_step(
    f: int,
    q: int,
    opinion: Opinion,
    tightening: NDArray[np.float64],
    conditions: NDArray[np.float64],
    paths: PackagePaths,
    alignment: NDArray[np.float64],
) -> None:
    """Write slot `q` of `alignment` (futures, slots, blocs) from slot q − 1.

    target = base − exposed (tightening + conditions, each times its slope) + delivery times the change of the
    part of the promised that was delivered; the way to it is closed by `back` a quarter, then the shock is
    added. Poles do not move.

    Args:
        f: Future.
        q: Slot, from 1.
        opinion: What goes in.
        tightening: (futures, slots) intensity of tighter controls since the as-of date.
        conditions: (futures, slots) intensity of security conditions since the as-of date.
        paths: Packages; slots q and first − 1 are read.
        alignment: Read and written.
    """
    pressed = opinion.tightening[f] * tightening[f, q] + opinion.conditions[f] * conditions[f, q]
    for b in range(opinion.base.size):
        before = alignment[f, q - 1, b]
        if opinion.pole[b] > 0.0:
            alignment[f, q, b] = before
            continue
        gain = kept(paths.delivered_mw[f, q, b], paths.promised_mw[f, q, b]) - kept(
            paths.delivered_mw[f, opinion.first - 1, b], paths.promised_mw[f, opinion.first - 1, b]
        )
        target = opinion.base[b] - opinion.exposed[b] * pressed + opinion.delivery[f] * gain
        moved = before + opinion.back[f] * (target - before) + opinion.shock[f, q, b]
        alignment[f, q, b] = min(1.0, max(-1.0, moved))


@step
def kept(delivered: float, promised: float) -> float:
    """Return the part of what was promised by now that was delivered, at most 1; 0 where nothing was."""
    return min(1.0, delivered / promised) if promised > 0.0 else 0.0
