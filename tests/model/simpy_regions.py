"""What the SimPy reference keeps of a region: headroom, loads, room beside them, and opposition."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SUPPLIED = 1
CHORDS = 3


class Region:
    """One region of one future; MW, months from the start of the run."""

    def __init__(self, supply: Any, unrest: Any, f: int, r: int) -> None:
        self.supply, self.f, self.r = supply, f, r
        self.given = bool(supply.mode[r] == SUPPLIED)
        self.peak = [float(mw) for mw in supply.peak_mw[f, r]]
        self.firm = self.flexible = self.onsite = 0.0
        self.got = self.sent = 0.0
        self.plans: dict[int, float] = {}
        self.may_connect = self.joined = 0.0
        lower, weight = int(supply.table[f]), float(supply.weight[f])
        self.room = (1.0 - weight) * supply.room[lower, r] + weight * supply.room[lower + 1, r]
        self.base = self.unrest = float(unrest.base[r])
        self.begun = 0.0
        self.stood = float(unrest.begun_mw[r])
        self.bill, self.bill_exponent = float(unrest.bill[f, r]), float(unrest.bill_exponent[f])

    @property
    def net(self) -> float:
        """Firm load, less imports, plus exports."""
        return self.firm - self.got + self.sent

    def open(self, month: int) -> None:
        """Write the headroom of both seasons: accredited supply less the peak with its margin.

        A factor on headroom makes what is spare larger or smaller, never what is missing.
        """
        s, f, r = self.supply, self.f, self.r
        stood = [0.0, *(float(mw) for mw in s.used_mw[r])]
        self.firm += stood[month + 1] - stood[month]
        self.head = []
        for season in (0, 1):
            spare = float(s.firm_mw[f, r, season, month]) - self.peak[season] * float(
                s.required[r, season, month]
            )
            if self.given:
                spare = float(s.supplied_mw[r, month])
            self.head.append(spare * float(s.scale[f, r]) if spare > 0.0 else spare)
        self.level = min(self.head)

    def flexible_beside(self, net: float) -> float:
        """Return the flexible load that can stand beside a net firm load: a weighted mean of four points."""
        if self.given:
            return 0.0
        at = []
        last = self.room.shape[0] - 1
        for head, peak in zip(self.head, self.peak, strict=True):
            place = ((head - net) / peak - self.supply.low) / self.supply.step
            place = min(max(place, 0.0), float(last))
            low = min(math.floor(place), last - 1)
            at.append((low, place - low))
        (i, x), (j, y) = at
        corners = (
            (1.0 - x) * (1.0 - y) * self.room[i, j]
            + (1.0 - x) * y * self.room[i, j + 1]
            + x * (1.0 - y) * self.room[i + 1, j]
            + x * y * self.room[i + 1, j + 1]
        )
        return float(corners) * self.peak[0]

    def settle(self) -> None:
        """Write the firm room: all that is spare, or what chords say still leaves the flexible load whole."""
        end = max(0.0, self.level - self.net)
        self.spare = end
        if self.given or self.flexible <= 0.0 or end == 0.0:
            return
        low = self.flexible_beside(self.net + end)
        if low >= self.flexible:
            return
        begin = 0.0
        for _ in range(CHORDS):
            high = self.flexible_beside(self.net + begin)
            if high <= self.flexible:
                break
            begin = begin + (end - begin) * (high - self.flexible) / (high - low)
        self.spare = begin

    def take_firm(self, mw: float, arriving: float) -> None:
        """Add firm load, of which `arriving` comes from neighbours."""
        self.firm += mw
        self.spare -= mw - arriving

    def connect(self, month: int) -> None:
        """Let plant that wanted the grid by now have what firm room is left."""
        self.may_connect += self.plans.pop(month, 0.0)
        self.joined = max(0.0, min(self.may_connect, self.spare))
        self.may_connect -= self.joined
        self.onsite -= self.joined
        self.firm += self.joined
        self.spare -= self.joined

    def rise(self) -> float:
        """Return the level of opposition over that of the as-of date."""
        return self.unrest / self.base

    def bill_points(self) -> float:
        """Return the percentage points by which the data centres' part of the bill rose since then."""
        if self.stood <= 0.0 or self.begun <= 0.0:
            return 0.0
        return self.bill * (((self.stood + self.begun) / self.stood) ** self.bill_exponent - 1.0)

    def grow(self) -> None:
        """Let the peaks grow by a month."""
        for season in (0, 1):
            self.peak[season] *= float(self.supply.peak_growth[self.f, self.r, season])


def settle_shortfalls(rooms: list[float], pair: Floats, most: Floats) -> Floats:
    """Return what neighbours lend, (from, to) MW: the short are served in turn, all who can lend alike."""
    lent = np.zeros(pair.shape)
    left = [max(0.0, room) for room in rooms]
    for to, room in enumerate(rooms):
        lacks = min(-room, float(most[to]))
        if lacks <= 0.0:
            continue
        offers = np.array([min(have, float(pair[o, to])) for o, have in enumerate(left)])
        if offers.sum() > 0.0:
            lent[:, to] = offers * min(1.0, lacks / offers.sum())
            left = [have - float(mw) for have, mw in zip(left, lent[:, to], strict=True)]
    return lent


def opposition_target(
    region: Region, unrest: Any, f: int, since: float, loosened: float, benefit: float
) -> float:
    """Return the level that opposition moves to: base · (1 − benefit) · g(what drives it)."""
    x = unrest.drift[f] * unrest.fade[f] / 12.0 * (1.0 - math.exp(-since / unrest.fade[f]))
    mood = math.exp(x) - 1.0 if x >= 0.0 else 1.0 - math.exp(-x)
    driven = (
        unrest.density_slope[f] * 100.0 * region.begun / region.peak[0]
        + unrest.bill_slope[f] * region.bill_points()
        + unrest.loosening_slope[f] * loosened
        + mood
    )
    room = unrest.ceiling[f] - 1.0
    if driven <= 0.0:
        multiple = 1.0 / (1.0 - driven)
    elif room <= 0.0:
        multiple = 1.0
    else:
        multiple = 1.0 + room * (1.0 - math.exp(-driven / room))
    return float(region.base * max(0.0, 1.0 - benefit) * multiple)
