"""How much power by when: the national fans, and one small fan a programme, all on checked axis units."""

from __future__ import annotations

import numpy as np

from stargauge.insight import Answers, Fan, ProgrammeAnswer
from stargauge.report import wording
from stargauge.report.charts import NARROW, WIDE, Chart, Table, rows_table
from stargauge.report.figures import FanData, Label, Mark, Size, fan
from stargauge.report.numbers import day_long, decimal, end_of_month, month_long, significant, year_time
from stargauge.report.programmes import country_name
from stargauge.report.sentences import national
from stargauge.report.units import facility_gw, fan_on_axis

QUANTILES = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")
MAIN = "energised_facility_mw"
BESIDE = ("energised_it_mw", "compute_h100e", "capital_usd_b")
ENDS = {"p95": 95, "p75": 75, "p25": 25, "p05": 5}
LARGE = Size(WIDE, 400.0)
PHONE = Size(NARROW, 290.0)
SMALL = Size(360.0, 230.0)
MULTIPLE = Size(260.0, 180.0)

DECIMALS = {"GW": 1, "GW_it": 1, "mn_H100e": 1, "bn_USD": 0}
"""Decimals of the nation's yearly tables by axis unit."""

MEGAWATTS = 3
"""Decimals of GW in a programme's table: whole MW."""


def national_charts(answers: Answers) -> tuple[Chart, ...]:
    """Return the power of all data centres of the nation; IT power, compute and capital have own charts."""
    main = _national(answers, MAIN, LARGE, PHONE, tuple(ENDS), show_day=True)
    return (main, *(_national(answers, name, SMALL, None, ("p95", "p05"), show_day=False) for name in BESIDE))


def _national(
    answers: Answers, quantity: str, wide: Size, narrow: Size | None, ends: tuple[str, ...], *, show_day: bool
) -> Chart:
    source = national(answers, quantity)
    title = wording.NATIONAL[quantity]
    data = fan_data(source, answers, ends, show_day=show_day)
    ident = f"national-{quantity.replace('_', '-')}"
    description = describe(title, source)
    drawings = [
        fan(Label(f"{ident}-{suffix}", title, description), data, size)
        for suffix, size in (("wide", wide), ("narrow", narrow))
        if size is not None
    ]
    return Chart(
        ident,
        title,
        wording.NATIONAL_NOTES[quantity],
        drawings[0],
        drawings[1] if narrow else None,
        year_table(title, source, DECIMALS[fan_on_axis(source)[0]]),
    )


def programme_charts(answers: Answers) -> tuple[Chart, ...]:
    """Return a small fan of facility power for each watched programme, the largest first."""
    ordered = sorted(answers.programmes, key=lambda one: (-one.announced_mw, one.name))
    return tuple(_programme(answers, programme, number) for number, programme in enumerate(ordered, start=1))


def _programme(answers: Answers, programme: ProgrammeAnswer, number: int) -> Chart:
    title = country_name(programme)
    level = facility_gw(programme.announced_mw)
    data = fan_data(programme.fan, answers, (), level, show_day=False)
    ident = f"programme-{number}"
    drawing = fan(Label(ident, title, describe(title, programme.fan)), data, MULTIPLE)
    caption = wording.ANNOUNCED_LEVEL.format(gw=significant(level))
    return Chart(ident, title, caption, drawing, None, year_table(title, programme.fan, MEGAWATTS))


def fan_data(
    source: Fan, answers: Answers, ends: tuple[str, ...], level: float | None = None, *, show_day: bool
) -> FanData:
    """Return a fan in its axis unit, with the words beside it.

    Args:
        source: The fan.
        answers: For the as-of date.
        ends: Quantiles to write beside the last month, besides the median.
        level: A level to compare with.
        show_day: Whether the as-of line carries its date.
    """
    unit, quantiles = fan_on_axis(source)
    decimals = _decimals(float(quantiles["p95"][-1]))
    last = {name: decimal(float(values[-1]), decimals) for name, values in quantiles.items()}
    words = {name: wording.SHARE_END.format(value=last[name], share=ENDS[name]) for name in ends}
    words["p50"] = wording.MEDIAN_END.format(value=last["p50"]) if ends else last["p50"]
    return FanData(
        time=np.array([end_of_month(month) for month in source.months]),
        quantiles=quantiles,
        unit=wording.UNITS[unit],
        now=Mark(
            year_time(answers.as_of), wording.NOW.format(day=day_long(answers.as_of)) if show_day else ""
        ),
        level=level,
        ends=words,
    )


def _decimals(highest: float) -> int:
    """Return the decimals at which the labels of one chart are told, all alike."""
    return 0 if highest >= 100.0 else 1 if highest >= 10.0 else 2


def describe(title: str, source: Fan) -> str:
    """Return what a fan shows, in words, for those who cannot see it."""
    unit, quantiles = fan_on_axis(source)
    values = {name: significant(float(quantiles[name][-1])) for name in QUANTILES}
    return wording.FAN_DESCRIPTION.format(
        title=title,
        unit=wording.UNITS[unit],
        last=month_long(source.months[-1]),
        middle=values["p50"],
        **values,
    )


def year_table(title: str, source: Fan, decimals: int) -> Table:
    """Return the quantiles at the end of each year, and of the run where it ends within one."""
    unit, quantiles = fan_on_axis(source)
    ends = [index for index, month in enumerate(source.months) if month.endswith("-12")]
    if not ends or ends[-1] != len(source.months) - 1:
        ends.append(len(source.months) - 1)
    rows: list[tuple[str, ...]] = []
    for index in ends:
        month = source.months[index]
        when = month[:4] if month.endswith("-12") else month_long(month)
        rows.append((when, *(decimal(float(quantiles[name][index]), decimals) for name in QUANTILES)))
    columns = (wording.COLUMN["year"], *(wording.QUANTILE[name] for name in QUANTILES))
    return rows_table(wording.TABLE_OF.format(title=title, unit=wording.UNITS[unit]), columns, rows)
