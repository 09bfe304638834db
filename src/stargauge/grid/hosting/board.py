"""The tightest limits found so far, for sixteen buses at a time, and the written rule that breaks ties.

Rule: limits whose MW agree to one part in 10⁹ are equal; of equal limits the one of the lower branch number
comes first, then the one before any outage, then the lower number of the lost branch. Each element is listed
once, with its worst outage.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stargauge.grid.flows.compilation import apart, inner
from stargauge.grid.flows.lanes import WIDTH, load, lowest, rows, size, store
from stargauge.grid.hosting.margins import TOLERANCE_MW

SmallInts = NDArray[np.int32]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TIE = 1e-9
"""Limits that agree to this share are equal: parallel circuits give the same MW but for rounding."""

NONE = -1
"""Outage of a limit before any outage; element where there is no limit."""

EXCLUDE, BLOCK, NO_HARM = 0, 1, 2
"""What becomes of pairs over their limit before the transfer: left out; they admit nothing that worsens them;
they admit nothing beyond their present flow."""


class Board(NamedTuple):
    """Limits of sixteen buses: `kept` tightest ones, and the tightest one before any outage.

    Attributes:
        value: (kept, WIDTH) MW, ascending; inf where there is none.
        factor: (kept, WIDTH) share of the load that loads the element.
        element: (kept, WIDTH) branch number in the island, `NONE` if there is none.
        outage: (kept, WIDTH) branch number of the lost branch, `NONE` before any outage.
        bar: (1, WIDTH) MW at and above which a limit changes nothing; -1 in lanes without a bus.
        base_value: (1, WIDTH) tightest limit before any outage, MW.
        base_factor: (1, WIDTH) its factor.
        base_element: (1, WIDTH) its branch.
        over: (WIDTH,) pairs over their limit before the transfer that the load worsens.
        scratch: (2, WIDTH).
    """

    value: Floats
    factor: Floats
    element: SmallInts
    outage: SmallInts
    bar: Floats
    base_value: Floats
    base_factor: Floats
    base_element: SmallInts
    over: Ints
    scratch: Floats


def new_board(kept: int) -> Board:
    """Return room for the `kept` tightest limits of sixteen buses."""
    whole = (kept, WIDTH)
    return Board(
        rows(kept),
        rows(kept),
        np.empty(whole, dtype=np.int32),
        np.empty(whole, dtype=np.int32),
        rows(1),
        rows(1),
        rows(1),
        np.empty((1, WIDTH), dtype=np.int32),
        np.empty(WIDTH, dtype=np.int64),
        rows(2),
    )


@inner
def clear(board: Board, width: int) -> None:
    """Empty the board for `width` buses."""
    for lane in range(WIDTH):
        for rank in range(board.value.shape[0]):
            board.value[rank, lane] = np.inf
            board.factor[rank, lane] = 0.0
            board.element[rank, lane] = NONE
            board.outage[rank, lane] = NONE
        board.bar[0, lane] = np.inf if lane < width else -1.0
        board.base_value[0, lane] = np.inf
        board.base_factor[0, lane] = 0.0
        board.base_element[0, lane] = NONE
        board.over[lane] = 0


@inner
def precedes(
    value: float, element: int, outage: int, other_value: float, other_element: int, other_outage: int
) -> bool:
    """Return whether one limit comes before another by the rule of this module."""
    if value * (1.0 + TIE) < other_value:
        return True
    if other_value * (1.0 + TIE) < value:
        return False
    if element != other_element:
        return element < other_element
    return outage < other_outage


@apart
def place(board: Board, lane: int, value: float, factor: float, element: int, outage: int) -> None:
    """Enter one limit of one bus where the rule puts it, unless its element has a tighter one."""
    last = board.value.shape[0] - 1
    slot = last
    for rank in range(last + 1):
        if board.element[rank, lane] == element:
            slot = rank
            break
    worst = board.value[slot, lane]
    if worst < np.inf and not precedes(
        value, element, outage, worst, board.element[slot, lane], board.outage[slot, lane]
    ):
        return
    while slot > 0 and precedes(
        value,
        element,
        outage,
        board.value[slot - 1, lane],
        board.element[slot - 1, lane],
        board.outage[slot - 1, lane],
    ):
        board.value[slot, lane] = board.value[slot - 1, lane]
        board.factor[slot, lane] = board.factor[slot - 1, lane]
        board.element[slot, lane] = board.element[slot - 1, lane]
        board.outage[slot, lane] = board.outage[slot - 1, lane]
        slot -= 1
    board.value[slot, lane] = value
    board.factor[slot, lane] = factor
    board.element[slot, lane] = element
    board.outage[slot, lane] = outage
    board.bar[0, lane] = board.value[last, lane] * (1.0 + TIE)


@apart
def place_base(board: Board, lane: int, value: float, factor: float, element: int) -> None:
    """Enter one limit before any outage."""
    best = board.base_value[0, lane]
    if best < np.inf and not precedes(value, element, NONE, best, board.base_element[0, lane], NONE):
        return
    board.base_value[0, lane] = value
    board.base_factor[0, lane] = factor
    board.base_element[0, lane] = element


@inner
def room(limit: float, flow: float, rule: int) -> tuple[float, float, bool]:
    """Return the margins upwards and downwards, MW, not below 0, and whether the flow is over its limit."""
    over = abs(flow) > limit + TOLERANCE_MW
    if over and rule == NO_HARM:
        limit = abs(flow)
    return max(limit - flow, 0.0), max(limit + flow, 0.0), over


@inner
def judge(
    board: Board,
    mask: int,
    factor: Any,
    limit: float,
    flow: float,
    element: int,
    outage: int,
    rule: int,
    counted: bool,
) -> None:
    """Enter what one pair of element and outage allows the buses of a mask.

    Args:
        board: The limits so far.
        mask: Lanes whose |factor| reaches the cut-off.
        factor: Lanes: flow on the element per MW of load after the outage.
        limit: MW after the outage.
        flow: Flow after the outage and before the load, MW.
        element: Branch number.
        outage: Branch number of the lost branch, or `NONE`.
        rule: `EXCLUDE`, `BLOCK` or `NO_HARM`.
        counted: Whether the pair is one of those counted where it is over its limit.
    """
    up, down, over = room(limit, flow, rule)
    rising = (factor > 0.0) & mask
    falling = mask & ~rising
    if over:
        if counted:
            worse = rising if flow > 0.0 else falling
            while worse:
                board.over[lowest(worse)] += 1
                worse &= worse - 1
        if rule == EXCLUDE:
            return
    height = size(factor)
    allowed = load(board.bar, 0) * height
    rising &= allowed >= up
    falling &= allowed >= down
    if (rising | falling) == 0:
        return
    store(board.scratch, 0, height)
    while rising:
        lane = lowest(rising)
        rising &= rising - 1
        share = board.scratch[0, lane]
        place(board, lane, up / share, share, element, outage)
    while falling:
        lane = lowest(falling)
        falling &= falling - 1
        share = board.scratch[0, lane]
        place(board, lane, down / share, share, element, outage)


@inner
def judge_base(
    board: Board, mask: int, factor: Any, limit: float, flow: float, element: int, rule: int
) -> None:
    """Enter what an element allows the buses of a mask as long as nothing is out; see `judge`."""
    up, down, over = room(limit, flow, rule)
    if over and rule == EXCLUDE:
        return
    rising = (factor > 0.0) & mask
    height = size(factor)
    allowed = load(board.base_value, 0) * (height * (1.0 + TIE))
    rising_base = rising & (allowed >= up)
    falling_base = mask & ~rising & (allowed >= down)
    if (rising_base | falling_base) == 0:
        return
    store(board.scratch, 1, height)
    while rising_base:
        lane = lowest(rising_base)
        rising_base &= rising_base - 1
        share = board.scratch[1, lane]
        place_base(board, lane, up / share, share, element)
    while falling_base:
        lane = lowest(falling_base)
        falling_base &= falling_base - 1
        share = board.scratch[1, lane]
        place_base(board, lane, down / share, share, element)
