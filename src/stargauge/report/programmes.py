"""Promised against delivered by programme: power, money, sites and jobs."""

from __future__ import annotations

from collections.abc import Mapping

from stargauge.insight import Answers, ProgrammeAnswer
from stargauge.report import wording
from stargauge.report.charts import NARROW, WIDE, Chart, Table, drawn, rows_table
from stargauge.report.figures import BulletRow, RowLayout, bullets
from stargauge.report.numbers import decimal
from stargauge.report.sentences import told_month
from stargauge.report.units import facility_gw
from stargauge.track import ProgrammeStatus

HOME = "US"


def programmes_chart(answers: Answers, statuses: Mapping[str, ProgrammeStatus]) -> Chart:
    """Return what each programme announced, has and will have, with the table of what else was promised."""
    index, when = told_month(answers)
    ordered = sorted(answers.programmes, key=lambda one: (-one.announced_mw, one.name))
    rows = [_bullet(programme, index, when) for programme in ordered]
    title = wording.BULLET_TITLE.format(when=when)
    wide, narrow = drawn(
        "programmes",
        title,
        wording.BULLET_DESCRIPTION.format(count=len(rows), when=when),
        lambda label, layout: bullets(label, rows, wording.SHORT_UNITS["GW"], layout),
        RowLayout(WIDE, 220.0, 64.0, 34.0),
        RowLayout(NARROW, 0.0, 60.0, 48.0),
    )
    column = wording.COLUMN
    table = rows_table(
        title,
        (
            column["programme"],
            column["sites"],
            column["facility"],
            column["without"],
            column["it"],
            column["announced"],
            column["ahead"].format(when=when),
            column["cancelled"].format(year=answers.months[-1][:4]),
        ),
        [_power_row(programme, statuses.get(programme.name), index) for programme in ordered],
    )
    return Chart("programmes", title, "", wide, narrow, table)


def _bullet(programme: ProgrammeAnswer, index: int, when: str) -> BulletRow:
    low, middle, high = (programme.fan.quantiles[name][index] for name in ("p10", "p50", "p90"))
    return BulletRow(
        words=country_name(programme),
        detail=(wording.SITES_ENERGISED if programme.sites > 1 else wording.SITE_ENERGISED).format(
            energised=programme.sites_energised, sites=programme.sites
        ),
        value=wording.MW.format(mw=decimal(programme.energised_mw)),
        announced=facility_gw(programme.announced_mw),
        standing=facility_gw(programme.energised_mw),
        ahead=(facility_gw(low), facility_gw(middle), facility_gw(high)),
        hint=wording.BULLET_HINT.format(
            announced=decimal(programme.announced_mw),
            standing=decimal(programme.energised_mw),
            when=when,
            low=decimal(low),
            middle=decimal(middle),
            high=decimal(high),
        ),
    )


def country_name(programme: ProgrammeAnswer) -> str:
    """Return a programme's name, with its country where that is abroad and not in the name."""
    if programme.country == HOME or programme.name.endswith(programme.country):
        return programme.name
    return wording.COUNTRY.format(name=programme.name, country=programme.country)


def _power_row(programme: ProgrammeAnswer, status: ProgrammeStatus | None, index: int) -> tuple[str, ...]:
    begun = status.begun_before if status else None
    without = begun.without_facility_mw if begun else programme.energised_mw
    return (
        country_name(programme),
        wording.SITES_OF.format(energised=programme.sites_energised, sites=programme.sites),
        decimal(programme.energised_mw),
        decimal(without),
        decimal(programme.energised_it_mw),
        decimal(programme.announced_mw),
        decimal(programme.fan.quantiles["p50"][index]),
        decimal(programme.cancelled_mw),
    )


def money_table(answers: Answers, statuses: Mapping[str, ProgrammeStatus]) -> Table:
    """Return money, sites and jobs of each watched programme: promised by its main pledge, and what came."""
    column = wording.COLUMN
    ordered = sorted(answers.programmes, key=lambda one: (-one.announced_mw, one.name))
    return rows_table(
        wording.MONEY_TITLE,
        (
            column["programme"],
            column["promised_usd"],
            column["placed_usd"],
            column["planned_usd"],
            column["estimated"],
            column["promised_sites"],
            column["known_sites"],
            column["jobs"],
        ),
        [_money_row(programme, statuses.get(programme.name)) for programme in ordered],
    )


def _money_row(programme: ProgrammeAnswer, status: ProgrammeStatus | None) -> tuple[str, ...]:
    main = status.headline if status else None
    money = status.money if status else None
    return (
        country_name(programme),
        decimal(money.promised_usd_b if money else None, 1),
        decimal(money.in_place_usd_b if money else None, 1),
        decimal(money.planned_usd_b if money else None, 1),
        wording.SITES_OF.format(
            energised=len(money.sites) if money else 0, sites=len(status.sites) if status else programme.sites
        ),
        decimal(main.promised_sites if main else None),
        wording.SITES_OF.format(energised=programme.sites_energised, sites=programme.sites),
        decimal(main.promised_jobs if main else None),
    )
