"""The queue of one future in one month: ready phases take power, chips and money, oldest first."""

from __future__ import annotations

import numpy as np

from stargauge.compiled import step
from stargauge.delivery.phases import DONE, GRID, NO_LIMIT, ON_SITE, PhaseLuck, PhaseTable, charge
from stargauge.model.arrays import (
    CAPITAL,
    CHIPS,
    EQUIPMENT,
    FIRST_LIMIT_CAUSE,
    HEADROOM,
    WAITING,
    Outputs,
    Pace,
    State,
    Supply,
)
from stargauge.model.territory import flexible_beside, spare_beside
from stargauge.power.sharing import neighbours_room

TIE = 1e-9
"""Limits whose shares of a phase differ by less are even: rounding must not say which of two binds."""


@step
def serve_queue(
    table: PhaseTable,
    luck: PhaseLuck,
    pace: Pace,
    supply: Supply,
    state: State,
    out: Outputs,
    f: int,
    month: int,
    now: float,
) -> None:
    """Energise what the limits allow, and leave the rest waiting.

    Power is firm room of the region, then what neighbours can still send, then flexible room where the owner
    accepts curtailment, then on-site plant ordered while waiting. What holds a connection is served even
    where the region is short, with what neighbours can send; what brings plant of its own and is being built
    has it. What was ready before the as-of date meets no limit.

    Args:
        table: The phases.
        luck: What differs from future to future.
        pace: What policy does.
        supply: What can be had.
        state: The future; changed.
        out: Changed: `group_mw`, `domestic_it_mw` (of this month alone), `energised_month`, `charges`,
            `waiting_mw`.
        f: The future.
        month: The month.
        now: The as-of date.
    """
    queue, ready, left, late, plant_due = state.queue, state.ready, state.left, state.late, state.plant_due
    regions, sizes, facility_mw, it_mw = luck.region, out.size, table.facility_mw, table.it_mw
    powers, committed, chip_rows, money_rows = (
        table.power,
        table.committed,
        table.chip_row,
        table.capital_row,
    )
    accepts, orders, onsite_lead, plan = luck.accepts, luck.orders, luck.onsite_lead, table.plan
    firm, flexible, onsite, spare = state.firm, state.flexible, state.onsite, state.spare
    got, sent, lent, can, used = state.got, state.sent, state.lent, state.can, state.used
    head, peak, tables, connecting = state.head, state.peak, state.tables, state.connecting
    chips_used, money_used, chips_mw, money_mw = (
        state.chips_used,
        state.money_used,
        supply.chips_mw_it,
        supply.capital_mw,
    )
    mode, pair_mw, import_mw, low, step = (
        supply.mode,
        supply.pair_mw,
        supply.import_mw,
        supply.low,
        supply.step,
    )
    group_mw, domestic_mw, energised, charges, waiting = (
        out.group_mw,
        out.domestic_it_mw,
        out.energised_month,
        out.charges,
        out.waiting_mw,
    )
    groups, domestic = table.group, table.domestic
    tie, accepting, made = pace.tie[f, month], pace.accept[f, month], supply.onsite_mw[f, month]
    connects = supply.connects[f]
    connecting_in = month + int(np.ceil(supply.connect_months[f]))
    kept = 0
    for slot in range(state.counts[WAITING]):
        p = queue[slot]
        r = regions[f, p]
        factor = sizes[f, p]
        need, chips_need = facility_mw[p] * factor, it_mw[p] * factor
        power = powers[p] if r >= 0 else NO_LIMIT
        chip_row, money_row = chip_rows[p], money_rows[p]
        share, binding = left[p], -1
        past = ready[p] < now
        ours, theirs, bending = 0.0, 0.0, 0.0
        plant = made - used[0]
        if power == GRID and not past:
            ours = max(0.0, spare[r])
            if ours < share * need:
                theirs = neighbours_room(r, spare, pair_mw, import_mw, tie, lent, got, can)
        if not past and need > 0.0:
            # What each limit leaves room for, in the order that takes a tie.
            if power == GRID and not committed[p]:
                if ours + theirs < share * need and accepts[f, p] < accepting:
                    net = firm[r] - got[r] + sent[r] + ours
                    beside = flexible_beside(mode, tables, low, step, head, peak, r, net)
                    bending = max(0.0, beside - flexible[r])
                power_room = ours + theirs + bending
                if plant_due[p] <= month:
                    power_room += max(0.0, plant)
                if power_room < share * need:
                    share, binding = max(0.0, power_room / need), HEADROOM
            if chip_row >= 0 and chips_need > 0.0:
                chips = chips_mw[f, chip_row, month] - chips_used[chip_row]
                if chips < share * chips_need:
                    part = max(0.0, chips / chips_need)
                    binding = CHIPS if binding < 0 or part < share - TIE else binding
                    share = part
            if money_row >= 0:
                money = money_mw[f, money_row, month] - money_used[money_row]
                if money < share * need:
                    part = max(0.0, money / need)
                    binding = CAPITAL if binding < 0 or part < share - TIE else binding
                    share = part
            if power == ON_SITE and not committed[p] and plant < share * need:
                part = max(0.0, plant / need)
                binding = EQUIPMENT if binding < 0 or part < share - TIE else binding
                share = part
        served = share * need
        from_firm, from_flexible, from_plant = 0.0, 0.0, 0.0
        if power == ON_SITE:
            from_plant = served
        elif power == GRID and past:
            from_firm = served if ready[p] >= supply.counted_from else 0.0
        elif power == GRID and committed[p]:
            from_firm = served
        elif power == GRID:
            from_firm = min(served, ours + theirs)
            from_flexible = min(served - from_firm, bending)
            from_plant = served - from_firm - from_flexible
        arriving = 0.0 if past else min(max(0.0, from_firm - ours), theirs)
        if arriving > 0.0:
            total = 0.0
            for other in range(can.shape[0]):
                total += can[other]
            for other in range(can.shape[0]):
                mw = arriving * can[other] / total
                lent[other, r] += mw
                sent[other] += mw
                spare[other] -= mw
            got[r] += arriving
        if from_firm > 0.0:
            firm[r] += from_firm
            spare[r] -= from_firm - arriving
        if from_flexible > 0.0:
            flexible[r] += from_flexible
            net = firm[r] - got[r] + sent[r]
            spare[r] = spare_beside(mode, tables, low, step, head, peak, r, net, flexible[r])
        if from_plant > 0.0:
            onsite[r] += from_plant
            if not past:
                used[0] += from_plant
                if connecting_in < connecting.shape[1]:
                    connecting[r, connecting_in] += from_plant * connects
        if not past:
            if chip_row >= 0:
                chips_used[chip_row] += share * chips_need
            if money_row >= 0:
                money_used[money_row] += served
        left[p] -= share
        group_mw[f, groups[p], month] += served
        if domestic[p] == 1:
            domestic_mw[f, month] += share * chips_need
        if left[p] <= DONE:
            # What was ready before the run keeps its own date.
            energised[f, p] = ready[p] if month == 0 else max(ready[p], float(month))
            continue
        wait = month + 1 - max(ready[p], float(month))
        if not np.isnan(plan[p, 2]):
            charge(charges, f, p, late[p], late[p] + wait, FIRST_LIMIT_CAUSE + binding)
        late[p] += wait
        if binding == HEADROOM and orders[f, p] and plant_due[p] == np.inf:
            plant_due[p] = month + onsite_lead[f, p]
        if r >= 0:
            waiting[f, r, binding, month] += left[p] * need
        queue[kept] = p
        kept += 1
    state.counts[WAITING] = kept
