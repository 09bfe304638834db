"""Charts of position: areas of the classes of world, and small fans of shares by layer and bloc."""

from __future__ import annotations

import numpy as np

from stargauge.insight import Answers, Fan
from stargauge.insight.position import PositionAnswers
from stargauge.report import position_wording as words
from stargauge.report import wording
from stargauge.report.charts import NARROW, WIDE, Cell, Chart, Table, rows_table
from stargauge.report.figures import AreaData, FanData, Label, Mark, Size, area_chart, fan
from stargauge.report.figures.shades import swatch
from stargauge.report.numbers import chance, day_long, decimal, end_of_month, month_long, year_time
from stargauge.report.power import QUANTILES
from stargauge.world.position import CLASSES, MEANINGS

LARGE, PHONE, MULTIPLE = Size(WIDE, 340.0), Size(NARROW, 290.0), Size(260.0, 170.0)

KINDS = dict(zip(CLASSES, ("cause2", "cause3", "cause4", "cause5", "cause1"), strict=True))
"""Class of each area: neighbours differ in lightness as well as in hue."""

PERCENT = 100.0
DECIMALS = 2
"""Of shares in tables, per cent: small blocs hold less than one."""


def classes_chart(answers: Answers, position: PositionAnswers) -> Chart:
    """Return the areas of the classes of world over time; classes that no future is in are left out."""
    shown = [name for name in CLASSES if max(position.class_paths[name]) > 0.0]
    last = {name: position.class_paths[name][-1] for name in shown}
    told = {name: chance(value, answers.futures) for name, value in last.items()}
    ends = {
        words.CLASS[name]: words.CLASSES_END.format(name=words.CLASS[name], chance=told[name])
        for name in shown
    }
    data = AreaData(
        time=np.array([end_of_month(month) for month in position.months]),
        parts={words.CLASS[name]: PERCENT * np.asarray(position.class_paths[name]) for name in shown},
        kinds={words.CLASS[name]: KINDS[name] for name in shown},
        unit=f"{words.SHARE_UNIT} of futures",
        now=Mark(year_time(answers.as_of), wording.NOW.format(day=day_long(answers.as_of))),
        ends=ends,
    )
    said = words.CLASSES_SAID.format(
        first=month_long(position.months[0]),
        last=month_long(position.months[-1]),
        ends=wording.COMMA.join(ends.values()),
    )
    wide, narrow = (
        area_chart(Label(f"position-classes-{suffix}", words.CLASSES_TITLE, said), data_of, size)
        for suffix, data_of, size in (("wide", data, LARGE), ("narrow", _short(data, told), PHONE))
    )
    meanings = " ".join(
        words.MEANING.format(
            name=words.CLASS[name][:1].upper() + words.CLASS[name][1:], meaning=MEANINGS[name]
        )
        for name in shown
    )
    return Chart(
        "position-classes",
        words.CLASSES_TITLE,
        words.CLASSES_CAPTION.format(meanings=meanings),
        wide,
        narrow,
        _classes_table(answers, position),
        tuple((swatch(KINDS[name]), words.CLASS[name]) for name in reversed(shown)),
    )


def _short(data: AreaData, told: dict[str, str]) -> AreaData:
    """Return the same data with the chances alone beside it, for a narrow page; the key has the names."""
    ends = {words.CLASS[name]: share for name, share in told.items()}
    return AreaData(data.time, data.parts, data.kinds, data.unit, None, ends)


def _classes_table(answers: Answers, position: PositionAnswers) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in year_rows(position.months):
        cells = (chance(position.class_paths[name][row], answers.futures) for name in CLASSES)
        rows.append((_when(position.months[row]), *cells))
    columns = (wording.COLUMN["year"], *(words.CLASS[name] for name in CLASSES))
    title = wording.TABLE_OF.format(title=words.CLASSES_TITLE, unit=words.CHANCE_UNIT)
    return rows_table(title, columns, rows)


def fan_charts(answers: Answers, position: PositionAnswers) -> tuple[Chart, ...]:
    """Return a small fan of each main bloc's share of each layer."""
    charts = []
    for layer in position.layers:
        for bloc, source in layer.fans.items():
            title = words.FAN_TITLE.format(layer=words.LAYER[layer.layer], bloc=words.SHORT[bloc])
            ident = f"position-{layer.layer}-{bloc.lower()}"
            caption = words.FAN_CAPTION.format(of=words.SHARE_OF[layer.layer])
            drawing = fan(
                Label(ident, title, _described(title, source)), _fan_data(answers, source), MULTIPLE
            )
            charts.append(Chart(ident, title, caption, drawing, None, _fan_table(title, source)))
    return tuple(charts)


def _fan_data(answers: Answers, source: Fan) -> FanData:
    quantiles = {name: PERCENT * np.asarray(source.quantiles[name]) for name in QUANTILES}
    return FanData(
        time=np.array([end_of_month(month) for month in source.months]),
        quantiles=quantiles,
        unit=words.SHARE_UNIT,
        now=Mark(year_time(answers.as_of), ""),
        ends={"p50": decimal(float(quantiles["p50"][-1]))},
    )


def _described(title: str, source: Fan) -> str:
    values = {name: decimal(PERCENT * source.quantiles[name][-1], 1) for name in source.quantiles}
    return wording.FAN_DESCRIPTION.format(
        title=title,
        unit=words.SHARE_UNIT,
        last=month_long(source.months[-1]),
        middle=values["p50"],
        **values,
    )


def _fan_table(title: str, source: Fan) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in year_rows(source.months):
        cells = (decimal(PERCENT * source.quantiles[name][row], DECIMALS) for name in QUANTILES)
        rows.append((_when(source.months[row]), *cells))
    columns = (wording.COLUMN["year"], *(wording.QUANTILE[name] for name in QUANTILES))
    return rows_table(wording.TABLE_OF.format(title=title, unit=words.SHARE_UNIT), columns, rows)


def year_rows(months: tuple[str, ...]) -> list[int]:
    """Return the rows of Decembers, and of the last month where the run ends within a year."""
    rows = [row for row, month in enumerate(months) if month.endswith("-12")]
    return [*rows, *([len(months) - 1] if not rows or rows[-1] != len(months) - 1 else [])]


def _when(month: str) -> str:
    return month[:4] if month.endswith("-12") else month_long(month)
