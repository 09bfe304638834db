"""One future written a second time, event by event in SimPy, from the description alone.

Each phase is a process: in land it works at the pace that its region's opposition leaves it, races against
being dropped, never begun and halted, and afterwards builds as two processes side by side. A clock strikes at
month ends, lets neighbours lend, serves what is ready, connects plant, writes the books and moves opposition.
It shares no code with the month loop and takes the same arrays, so that the two can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray
from simpy_regions import Region, opposition_target, settle_shortfalls

Floats = NDArray[np.float64]
Work = Generator[simpy.Event, Any, None]

LAND, BUILD, FITOUT = 0, 1, 2
UNLIMITED, FROM_GRID, OWN_PLANT = 0, 1, 2
CRUMB = 1e-12
"""A phase is whole when less than this share of it is missing: what adding up shares leaves over."""

EVEN = 1e-9
"""Limits that leave room for the same share but for rounding are even, and the first of them binds."""

NO_ROOM, NO_CHIPS, NO_MONEY, NO_PLANT = 0, 1, 2, 3


@dataclass
class Project:
    """One phase of one future."""

    row: int
    region: int
    size: float
    facility_mw: float
    it_mw: float
    ready: float = math.inf
    energised: float = math.inf
    cancelled: float = math.inf
    share: float = 0.0
    plant_due: float = math.inf
    lateness: float = 0.0
    ledger: list[tuple[int, float]] = field(default_factory=list)
    planned: bool = False

    def milestone(self, lateness: float, cause: int) -> None:
        """Charge a rise of lateness above zero; time won back comes off what was charged last."""
        change = max(0.0, lateness) - max(0.0, self.lateness)
        self.lateness = lateness
        if not self.planned:
            return
        if change > 0.0:
            self.ledger.append((cause, change))
        while change < 0.0 and self.ledger:
            earlier, months = self.ledger.pop()
            if months > -change:
                self.ledger.append((earlier, months + change))
            change += months


@dataclass
class Books:
    """What became of one future, under the names of the loop's outputs.

    `waits` lists (phase, month, limit that left a part over); `seen` counts what else happened, by name.
    """

    energised_month: Floats
    cancelled_month: Floats
    energised_share: Floats
    ready_month: Floats
    size: Floats
    charges: Floats
    group_mw: Floats
    domestic_it_mw: Floats
    firm_headroom_mw: Floats
    flexible_headroom_mw: Floats
    firm_load_mw: Floats
    flexible_load_mw: Floats
    onsite_mw: Floats
    import_mw: Floats
    shortfall_mw: Floats
    shortfall_before_mw: Floats
    overcut_mw: Floats
    opposition: Floats
    bill_points: Floats
    waiting_mw: Floats
    plant_mw: Floats
    waits: list[tuple[int, int, int]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def note(self, event: str) -> None:
        """Count an event."""
        self.seen[event] = self.seen.get(event, 0) + 1


def simulate_future(world: Any, f: int) -> Books:
    """Return future `f` of a world (`worlds.World`), played out event by event."""
    return Future(world, f).play()


class Future:
    """One future on the way."""

    def __init__(self, world: Any, f: int) -> None:
        self.table, self.luck, self.pace = world.table, world.luck, world.pace
        self.supply, self.unrest, self.now = world.supply, world.unrest, world.now
        self.f, self.months = f, world.months
        table, luck, supply = self.table, self.luck, self.supply
        self.speed = None if self.pace.identity else np.diff(self.pace.integral[f], axis=1)
        self.projects = [
            Project(
                row=p,
                region=int(luck.region[f, p]),
                size=float(luck.size[f, p]),
                facility_mw=float(table.facility_mw[p]),
                it_mw=float(table.it_mw[p]),
                planned=not math.isnan(table.plan[p, 2]),
            )
            for p in range(table.status.size)
        ]
        self.regions = [Region(supply, self.unrest, f, r) for r in range(supply.mode.size)]
        self.chips_used = [0.0] * supply.chips_mw_it.shape[1]
        self.money_used = [0.0] * supply.capital_mw.shape[1]
        self.plant_used = 0.0
        self.month = -1
        start = float(table.status_month.min(initial=0.0))
        self.env = simpy.Environment(initial_time=min(0.0, start))
        self.opening = self.env.event()
        self.books = self._empty_books(world.groups)

    def _empty_books(self, groups: int) -> Books:
        phases, months, regions = len(self.projects), self.months, len(self.regions)
        by_region = {
            name: np.zeros((regions, months))
            for name in (
                *("firm_headroom_mw", "flexible_headroom_mw", "firm_load_mw", "flexible_load_mw"),
                *(
                    "onsite_mw",
                    "import_mw",
                    "shortfall_mw",
                    "shortfall_before_mw",
                    "overcut_mw",
                    "opposition",
                    "bill_points",
                ),
            )
        }
        return Books(
            energised_month=np.full(phases, math.inf),
            cancelled_month=np.full(phases, math.inf),
            energised_share=np.zeros(phases),
            ready_month=np.full(phases, math.inf),
            size=np.zeros(phases),
            charges=np.zeros((phases, 8)),
            group_mw=np.zeros((groups, months)),
            domestic_it_mw=np.zeros(months),
            waiting_mw=np.zeros((regions, 4, months)),
            plant_mw=np.zeros(months),
            **by_region,
        )

    def play(self) -> Books:
        """Return the books once the last month is closed."""
        for project in self.projects:
            if self.luck.absent[self.f, project.row]:
                project.cancelled = float(self.table.status_month[project.row])
            else:
                self.env.process(self._live(project))
        self.env.run(until=self.env.process(self._clock()))
        books = self.books
        for project in self.projects:
            p = project.row
            books.energised_month[p], books.cancelled_month[p] = project.energised, project.cancelled
            books.energised_share[p], books.size[p] = project.share, project.size
            books.ready_month[p] = project.ready
            if math.isfinite(project.energised):
                for cause, months in project.ledger:
                    books.charges[p, cause] += months
        return books

    # Phases.

    def _live(self, project: Project) -> Work:
        """Work through the stages of one phase, unless it is given up on the way."""
        table, luck, f, p = self.table, self.luck, self.f, project.row
        yield self.env.timeout(table.status_month[p] - self.env.now)
        status = int(table.status[p])
        spent = float(table.status_month[p] - table.since_month[p])
        patience = float(luck.cancel_work[f, p])
        land_end, build_end, cause = float(table.build_start[p]), float(table.since_month[p]), 2
        if status == LAND:
            patience = yield self.env.process(self._land(project, spent, patience))
            if math.isfinite(project.cancelled):
                return
            land_end, spent = self.env.now, 0.0
        if status <= BUILD:
            connection = max(luck.durations[f, p, 1], luck.upgrade[f, p]) - spent
            ends: dict[int, float] = {}
            crews = [
                self.env.process(self._work(stage, work, ends))
                for stage, work in ((1, connection), (2, luck.durations[f, p, 2] - spent))
            ]
            patience = yield self.env.process(self._race(project, crews, BUILD, patience))
            if math.isfinite(project.cancelled):
                return
            cause = 1 if ends[1] >= ends[2] else 2
            build_end, spent = self.env.now, 0.0
        crew = self.env.process(self._work(3, luck.durations[f, p, 3] - spent, {}))
        yield self.env.process(self._race(project, [crew], FITOUT, patience))
        if math.isfinite(project.cancelled):
            return
        project.ready = self.env.now
        for step, (reached, blame) in enumerate(((land_end, 0), (build_end, cause), (project.ready, 3))):
            project.milestone(reached - float(table.plan[p, step]), blame)

    def _land(self, project: Project, spent: float, patience: float) -> Generator[simpy.Event, Any, float]:
        """Work through land and permits; return what is left of the patience."""
        table, luck, unrest, f, p = self.table, self.luck, self.unrest, self.f, project.row
        whole = float(luck.durations[f, p, 0])
        todo = whole - spent
        unbegun, quiet = float(luck.begin_work[f, p]), float(luck.halt_work[f, p])
        halted_to, excess = -math.inf, 0.0
        monthly = float(luck.hazard[f, 0])
        while True:
            while self.env.now >= self.month + 1:
                yield self.opening
            worse, slower, pull = 1.0, 1.0, 0.0
            if project.region >= 0 and self.month + 1 > self.now:
                more = self.regions[project.region].rise()
                worse = 1.0 + unrest.hazard_share[f] * (more ** unrest.hazard_exponent[f] - 1.0)
                slower = more ** unrest.permit_exponent[f]
                pull = unrest.moratorium_rate[f] * max(0.0, more - 1.0)
            halted = self.env.now < halted_to
            pace = 0.0 if halted else self._speed(0) / slower
            dropping = monthly * float(table.exposed[p, LAND]) * worse
            doubting = float(luck.begin_hazard[f, p]) * worse * pace / whole if whole > 0.0 else 0.0
            pull = 0.0 if halted else pull
            times = {
                "done": todo / pace if pace > 0.0 else math.inf,
                "dropped": patience / dropping if dropping > 0.0 else math.inf,
                "never begun": unbegun / doubting if doubting > 0.0 else math.inf,
                "halted": quiet / pull if pull > 0.0 else math.inf,
                "free again": halted_to - self.env.now if halted else math.inf,
            }
            first = min(times, key=lambda name: times[name])
            closes = self.month + 1 - self.env.now
            passed = min(times[first], closes)
            before = self.env.now
            if times[first] < closes:
                yield self.env.timeout(times[first])
            else:
                first = "the month is over"
                yield self.opening
            passed = self.env.now - before
            patience -= dropping * passed
            unbegun -= doubting * passed
            quiet -= pull * passed
            todo -= pace * passed
            if table.thinned[p]:
                excess += monthly * (worse - 1.0) * passed
            if first == "done":
                project.size *= math.exp(-excess)
                if project.region >= 0 and self.env.now > self.now:
                    self.regions[project.region].begun += project.facility_mw * project.size
                return patience
            if first in ("dropped", "never begun"):
                self.books.note(first)
                project.cancelled = self.env.now
                return patience
            if first == "halted":
                self.books.note("halted")
                # A place passes one moratorium.
                quiet, halted_to = math.inf, self.env.now + float(unrest.moratorium_months[f])

    def _speed(self, stage: int) -> float:
        """Return the pace of a stage in the present month; 1 before and after the run."""
        month = math.floor(self.env.now)
        if self.speed is None or not 0 <= month < self.speed.shape[1]:
            return 1.0
        return float(self.speed[stage, month])

    def _work(self, stage: int, work: float, ends: dict[int, float]) -> Work:
        """Do `work` months of a stage at the speed of each calendar month."""
        if self.speed is None:
            yield self.env.timeout(max(0.0, work))
        else:
            while work > 0.0:
                speed, boundary = self._speed(stage), math.floor(self.env.now) + 1 - self.env.now
                if work <= speed * boundary:
                    yield self.env.timeout(work / speed)
                    break
                yield self.env.timeout(boundary)
                work -= speed * boundary
        ends[stage] = self.env.now

    def _race(
        self, project: Project, crews: list[simpy.Process], step: int, patience: float
    ) -> Generator[simpy.Event, Any, float]:
        """Wait for the crews unless the owner gives up first; return what is left of the patience."""
        hazard = float(self.luck.hazard[self.f, step] * self.table.exposed[project.row, step])
        begun, finished = self.env.now, self.env.all_of(crews)
        if hazard > 0.0 and math.isfinite(patience):
            given_up = self.env.timeout(patience / hazard)
            yield finished | given_up
            if given_up.processed and not finished.processed:
                project.cancelled = self.env.now
        else:
            yield finished
        return patience - hazard * (self.env.now - begun)

    # Months.

    def _clock(self) -> Work:
        """Open every month for the phases, and serve and write the books at its end."""
        for month in range(self.months):
            yield self.env.timeout(month - self.env.now)
            self.month = month
            opening, self.opening = self.opening, self.env.event()
            opening.succeed()
            yield self.env.timeout(month + 1 - self.env.now)
            self._lend(month)
            for project in self._queue(month):
                self._serve(project, month)
            for region in self.regions:
                region.connect(month)
            self._write(month)
            self._oppose(month)

    def _lend(self, month: int) -> None:
        """Settle what each region has, what it lacks, and what its neighbours lend it."""
        tie = float(self.pace.tie[self.f, month])
        for region in self.regions:
            region.open(month)
        rooms = [region.level - region.firm for region in self.regions]
        self.pair = tie * self.supply.pair_mw
        self.most = tie * self.supply.import_mw
        levels = [region.level for region in self.regions]
        alone = settle_shortfalls(levels, self.pair, self.most)
        for r, region in enumerate(self.regions):
            helped = region.level + float(alone[:, r].sum()) - float(alone[r].sum())
            self.books.shortfall_before_mw[r, month] = max(0.0, -helped)
        self.lent = settle_shortfalls(rooms, self.pair, self.most)
        for r, region in enumerate(self.regions):
            region.got, region.sent = float(self.lent[:, r].sum()), float(self.lent[r].sum())
        for region in self.regions:
            region.settle()

    def _queue(self, month: int) -> Iterator[Project]:
        """Yield phases ready before the month's end and not whole yet, oldest first, ties by number."""
        waiting = [one for one in self.projects if one.ready < month + 1 and math.isinf(one.energised)]
        yield from sorted(waiting, key=lambda one: (one.ready, one.row))

    def _borrow(self, r: int) -> list[float]:
        """Return what each neighbour can still send a region: its spare, within the limit of the pair."""
        return [
            max(0.0, min(other.spare, float(self.pair[o, r] - self.lent[o, r])))
            for o, other in enumerate(self.regions)
        ]

    def _serve(self, project: Project, month: int) -> None:
        """Energise as much of one phase as its tightest limit allows."""
        table, f, p = self.table, self.f, project.row
        mw, it_mw = project.facility_mw * project.size, project.it_mw * project.size
        missing = 1.0 - project.share
        region = self.regions[project.region] if project.region >= 0 else None
        kind = int(table.power[p]) if region is not None else UNLIMITED
        past = project.ready < self.now
        holds = bool(table.committed[p])
        chips, purse = int(table.chip_row[p]), int(table.capital_row[p])
        plant = float(self.supply.onsite_mw[f, month]) - self.plant_used
        own, offers, borrowed, bending = 0.0, [], 0.0, 0.0
        rooms: list[tuple[int, float, float]] = []
        if region is not None and kind == FROM_GRID and not past:
            own = max(0.0, region.spare)
            if own < missing * mw:
                offers = self._borrow(project.region)
                borrowed = max(0.0, min(sum(offers), float(self.most[project.region]) - region.got))
            if not holds:
                room = own + borrowed
                if room < missing * mw and self.luck.accepts[f, p] < self.pace.accept[f, month]:
                    bending = max(0.0, region.flexible_beside(region.net + own) - region.flexible)
                    room += bending
                if project.plant_due <= month:
                    room += max(0.0, plant)
                rooms.append((NO_ROOM, room, mw))
        if not past:
            if chips >= 0:
                left = float(self.supply.chips_mw_it[f, chips, month]) - self.chips_used[chips]
                rooms.append((NO_CHIPS, left, it_mw))
            if purse >= 0:
                left = float(self.supply.capital_mw[f, purse, month]) - self.money_used[purse]
                rooms.append((NO_MONEY, left, mw))
            if kind == OWN_PLANT and not holds:
                rooms.append((NO_PLANT, plant, mw))
        shares = [(max(0.0, left) / need, limit) for limit, left, need in rooms if need > 0.0 and mw > 0.0]
        take, _ = min([*shares, (missing, -1)])
        binding = next((limit for share, limit in shares if share < take + EVEN), -1)
        if region is not None and not past:
            self._power(project, region, kind, take * mw, own, offers, borrowed, bending, month)
        elif region is not None and kind == OWN_PLANT:
            region.onsite += take * mw
        elif region is not None and kind == FROM_GRID and project.ready >= self.supply.counted_from:
            region.take_firm(take * mw, 0.0)
        if not past:
            if chips >= 0:
                self.chips_used[chips] += take * it_mw
            if purse >= 0:
                self.money_used[purse] += take * mw
        project.share += take
        if project.share >= 1.0 - CRUMB:
            project.share = 1.0
            project.energised = project.ready if month == 0 else max(project.ready, float(month))
            return
        self.books.waits.append((p, month, binding))
        if take > 0.0:
            self.books.note("in parts")
        project.milestone(project.lateness + month + 1 - max(project.ready, float(month)), 4 + binding)
        if binding == NO_ROOM and self.luck.orders[f, p] and math.isinf(project.plant_due):
            project.plant_due = month + float(self.luck.onsite_lead[f, p])
            self.books.note("plant ordered")
        if region is not None:
            self.books.waiting_mw[project.region, binding, month] += (1.0 - project.share) * mw

    def _power(
        self,
        project: Project,
        region: Region,
        kind: int,
        mw: float,
        own: float,
        offers: list[float],
        borrowed: float,
        bending: float,
        month: int,
    ) -> None:
        """Take power where it comes from: the region's, the neighbours', what gives way, and plant."""
        holds = bool(self.table.committed[project.row])
        firm = flexible = plant = 0.0
        if kind == OWN_PLANT:
            plant = mw
        elif kind == FROM_GRID:
            firm = mw if holds else min(mw, own + borrowed)
            flexible = min(mw - firm, bending)
            plant = mw - firm - flexible
        arriving = min(max(0.0, firm - own), borrowed)
        if arriving > 0.0:
            self.books.note("sent on demand")
            whole = sum(offers)
            for o, offer in enumerate(offers):
                mw_sent = arriving * offer / whole
                self.lent[o, project.region] += mw_sent
                self.regions[o].sent += mw_sent
                self.regions[o].spare -= mw_sent
            region.got += arriving
        if firm > 0.0:
            region.take_firm(firm, arriving)
        if flexible > 0.0:
            self.books.note("flexible")
            region.flexible += flexible
            region.settle()
        if plant > 0.0:
            self.books.note("plant")
            self.plant_used += plant
            region.onsite += plant
            later = month + math.ceil(self.supply.connect_months[self.f])
            region.plans[later] = region.plans.get(later, 0.0) + plant * float(self.supply.connects[self.f])

    def _write(self, month: int) -> None:
        books = self.books
        for project in self.projects:
            mw = project.share * project.size
            books.group_mw[self.table.group[project.row], month] += mw * project.facility_mw
            if self.table.domestic[project.row] == 1:
                books.domestic_it_mw[month] += mw * project.it_mw
        books.plant_mw[month] = self.plant_used
        for r, region in enumerate(self.regions):
            books.firm_headroom_mw[r, month] = region.level if math.isfinite(region.level) else 0.0
            books.flexible_headroom_mw[r, month] = region.flexible_beside(0.0)
            books.firm_load_mw[r, month] = region.firm
            books.flexible_load_mw[r, month] = region.flexible
            books.onsite_mw[r, month] = region.onsite
            books.import_mw[r, month] = region.got - region.sent
            books.shortfall_mw[r, month] = max(0.0, region.net - region.level)
            if region.flexible > 0.0:
                beside = region.flexible_beside(region.net)
                books.overcut_mw[r, month] = max(0.0, region.flexible - beside)
            books.opposition[r, month] = region.unrest
            books.bill_points[r, month] = region.bill_points()
            for event, mw in (("lent", region.sent), ("connected", region.joined)):
                if mw > 0.0:
                    books.note(event)

    def _oppose(self, month: int) -> None:
        """Move opposition towards its target from the as-of date on; then demand grows."""
        since = month + 1 - self.now
        for region in self.regions:
            if since > 0.0:
                target = opposition_target(
                    region,
                    self.unrest,
                    self.f,
                    since,
                    float(self.pace.loosened[self.f, month]),
                    float(self.pace.benefit[self.f, month]),
                )
                region.unrest += float(self.unrest.closing[self.f]) * (target - region.unrest)
            region.grow()
