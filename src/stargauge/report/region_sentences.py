"""Power by region in sentences: room, what binds, what is missing, own plant, supply, opposition, bills."""

from __future__ import annotations

from stargauge.insight import Answers, Band, RegionalAnswers, RegionAnswer, RegionYear
from stargauge.report import region_wording as words
from stargauge.report.numbers import day_long, decimal, month_long, share, significant
from stargauge.report.sentences import listing
from stargauge.report.units import facility_gw

TOLD_YEAR = 2030
"""The year that is told, where the run reaches it."""

TOLD_REGIONS = 3
TOLD_TECHNOLOGIES = 3
DIGITS = 2
LEAST_GW = 0.05
"""Less is told as 0."""


def region_sentences(answers: Answers) -> tuple[str, ...]:
    """Return what is to be said of power by region; nothing where the run has no July to tell of."""
    regional = answers.regional
    if not regional.years:
        return ()
    year = told_year(regional)
    said = (
        headroom_sentence(regional, year),
        binds_sentence(regional),
        short_sentence(regional, year),
        onsite_sentence(regional, year),
        supply_sentence(regional, year),
        opposition_sentence(regional, year, answers.as_of),
        bill_sentence(regional, year),
    )
    return tuple(sentence for sentence in said if sentence)


def told_year(regional: RegionalAnswers) -> int:
    """Return the year that is told: 2030, or the last before it, or the first the run has."""
    return max((year for year in regional.years if year <= TOLD_YEAR), default=regional.years[0])


def told_years(regional: RegionalAnswers) -> tuple[int, ...]:
    """Return the first year, the told one and the last, each once."""
    return tuple(dict.fromkeys((regional.years[0], told_year(regional), regional.years[-1])))


def gw(megawatts: float, digits: int = DIGITS) -> str:
    """Return MW in GW to a number of significant digits."""
    value = facility_gw(megawatts)
    return decimal(0.0) if abs(value) < LEAST_GW else significant(value, digits)


def headroom_sentence(regional: RegionalAnswers, year: int) -> str:
    """Return how much room the grids have for new load, and where; empty where none is modelled."""
    nation = regional.nation.of(year)
    known = [(one, band) for one in regional.regions if (band := one.of(year).firm_headroom_mw) is not None]
    firm, flexible = nation.firm_headroom_mw, nation.flexible_headroom_mw
    # A region without limit or with a supplied path has no share in the nation's sums.
    if firm is None or flexible is None or len(known) < len(regional.regions):
        return ""
    most = sorted(known, key=lambda one: -one[1].p50)[:TOLD_REGIONS]
    short = sum(band.p50 < 0.0 for _, band in known)
    where = [
        words.WHERE_ROOM.format(
            regions=listing(
                [
                    words.REGION_GW.format(region=words.SPOKEN[one.region], gw=gw(band.p50))
                    for one, band in most
                ]
            )
        )
    ]
    if short:
        where.append(
            words.REGION_SHORT_ONE if short == 1 else words.REGIONS_SHORT.format(count=decimal(short))
        )
    return words.HEADROOM_SENTENCE.format(
        year=year,
        count=len(regional.regions),
        firm=gw(firm.p50),
        low=gw(firm.p05),
        high=gw(firm.p95),
        flexible=gw(flexible.p50),
        where=words.AND_THEN.join(where),
    )


def binds_sentence(regional: RegionalAnswers) -> str:
    """Return what finished data centres wait for, first and last, and where most of them wait."""
    nation = regional.nation
    binding = [one for one in nation.years if one.binds is not None]
    if not binding:
        return words.BINDS_NOWHERE.format(gw=gw(regional.least_waiting_mw))
    first, last = binding[0], binding[-1]
    limit, now = str(first.binds), str(last.binds)
    then = ""
    if now != limit:
        since = next(one.year for one in reversed(binding) if not _bound_by(nation, one.year - 1, now))
        then = words.BINDS_THEN.format(year=since, limit=words.LIMIT[now])
    where = max(regional.regions, key=lambda one: one.of(last.year).waiting_mw[now])
    return words.BINDS_SENTENCE.format(
        first=words.LIMIT[limit],
        first_year=first.year,
        then=then,
        end=words.BINDS_END.format(
            last=last.year,
            total=gw(sum(last.waiting_mw.values())),
            part=gw(last.waiting_mw[now]),
            limit=words.LIMIT[now],
            most=gw(where.of(last.year).waiting_mw[now]),
            where=words.SPOKEN[where.region],
        ),
    )


def _bound_by(answer: RegionAnswer, year: int, limit: str) -> bool:
    return any(one.year == year and one.binds == limit for one in answer.years)


def short_sentence(regional: RegionalAnswers, year: int) -> str:
    """Return where firm supply falls short most often, and by how much in all; empty without limits."""
    if all(one.of(year).firm_headroom_mw is None for one in regional.regions):
        return ""
    worst = max(regional.regions, key=lambda one: one.of(year).shortfall_chance)
    chance = worst.of(year).shortfall_chance
    if chance == 0.0:
        return words.SHORT_NOWHERE.format(year=year)
    missing = regional.nation.of(year).shortfall_mw
    before = regional.nation.of(year).shortfall_before_mw
    return words.SHORT_SENTENCE.format(
        year=year,
        chance=share(chance),
        region=words.SPOKEN[worst.region],
        median=gw(missing.p50),
        low=gw(missing.p05),
        high=gw(missing.p95),
        before=gw(before.p50),
        before_low=gw(before.p05),
        before_high=gw(before.p95),
    )


def onsite_sentence(regional: RegionalAnswers, year: int) -> str:
    """Return how much new load runs on plant of its own."""
    nation = regional.nation.of(year)
    onsite = nation.onsite_mw
    if facility_gw(onsite.p95) < LEAST_GW:
        return words.ONSITE_NONE.format(year=year)
    return words.ONSITE_SENTENCE.format(
        year=year,
        onsite=gw(onsite.p50),
        low=gw(onsite.p05),
        high=gw(onsite.p95),
        grid=gw(nation.grid_load_mw.p50),
    )


def supply_sentence(regional: RegionalAnswers, year: int) -> str:
    """Return what is added and retired to the end of a year, and its cost; empty without a whole year."""
    told = [one for one in regional.supply if one.year <= year]
    if not told or regional.supply_from is None:
        return ""
    added = {name: sum(one.added_mw[name] for one in told) for name in told[0].added_mw}
    most = sorted(added, key=lambda name: -added[name])[:TOLD_TECHNOLOGIES]
    since = max(regional.supply_from, f"{told[0].year}-01")
    return words.SUPPLY_SENTENCE.format(
        since=month_long(since),
        year=told[-1].year,
        total=gw(sum(one.added_total_mw.mean for one in told)),
        parts=listing([words.PART.format(gw=gw(added[name]), name=words.TECHNOLOGY[name]) for name in most]),
        retired=gw(sum(one.retired_mw.mean for one in told)),
        capital=significant(sum(one.supply_capital_usd_b.mean for one in told), DIGITS),
        onsite=significant(sum(one.onsite_capital_usd_b.mean for one in told), DIGITS),
    )


def opposition_sentence(regional: RegionalAnswers, year: int, as_of: str) -> str:
    """Return where opposition is strongest, and in how many regions it has risen."""
    first = regional.years[0]
    levels = {one.region: _level(one.of(year)) for one in regional.regions}
    region = max(levels, key=lambda code: levels[code].p50)
    level = levels[region]
    risen = sum(levels[one.region].p50 > _level(one.of(first)).p50 for one in regional.regions)
    form = words.OPPOSITION_NOW if year == first else words.OPPOSITION_SENTENCE
    return form.format(
        region=words.SPOKEN[region],
        year=year,
        level=decimal(level.p50, 1),
        day=day_long(as_of),
        low=decimal(level.p05, 1),
        high=decimal(level.p95, 1),
        now=decimal(_level(regional.of(region).of(first)).p50, 1),
        first=first,
        count=risen,
        all=len(levels),
    )


def _level(one: RegionYear) -> Band:
    if one.opposition_level is None:
        raise ValueError(f"{one.year} has no level of opposition: it is the nation's")
    return one.opposition_level


def _bill(one: RegionYear) -> Band:
    if one.bill_effect_percent is None:
        raise ValueError(f"{one.year} has no bill effect: it is the nation's")
    return one.bill_effect_percent


def bill_sentence(regional: RegionalAnswers, year: int) -> str:
    """Return where data centres add most to bills, and in how many regions they may add nothing."""
    first = regional.years[0]
    bills = {one.region: _bill(one.of(year)) for one in regional.regions}
    region = max(bills, key=lambda code: bills[code].p50)
    bill = bills[region]
    form = words.BILL_NOW if year == first else words.BILL_SENTENCE
    return form.format(
        region=words.SPOKEN[region],
        later=decimal(bill.p50, 1),
        year=year,
        low=decimal(bill.p05, 1),
        high=decimal(bill.p95, 1),
        now=decimal(_bill(regional.of(region).of(first)).p50, 1),
        first=first,
        count=sum(one.p05 <= 0.0 <= one.p95 for one in bills.values()),
        all=len(bills),
    )
