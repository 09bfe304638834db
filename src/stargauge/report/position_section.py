"""The report's section on position among blocs: class of world, who leads, shares, flips, its score."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from stargauge.insight import Answers, Band
from stargauge.insight.position import Flips, LayerMonth, PositionAnswers, WorldBeside
from stargauge.insight.position.flips import ASKED
from stargauge.report import position_wording as words
from stargauge.report import wording
from stargauge.report.charts import Cell, Chart, Table, rows_table
from stargauge.report.figures import HeatCell, HeatRow, Names, heat_table
from stargauge.report.figures.shades import KINDS
from stargauge.report.numbers import NO_BREAK, chance, decimal, month_long, share, significant
from stargauge.report.position_charts import classes_chart, fan_charts
from stargauge.report.position_score import WorldScore, world_score
from stargauge.report.region_heat import Heat
from stargauge.report.sentences import listing
from stargauge.report.units import facility_gw
from stargauge.world.blocs import BLOCS
from stargauge.world.position import MEANINGS

MAIN_YEAR = "2030"
TOLD_YEARS = (2027, 2028, 2030, 2032)
"""Years of the tables besides the as-of month and the last."""

MILLION = 1e6
PERCENT = 100.0


@dataclass(frozen=True)
class PositionSection:
    """What the section shows; flips and score are None where they were not computed with the run."""

    sentences: tuple[str, ...]
    reading: str
    classes: Chart
    leads: Heat
    fans: tuple[Chart, ...]
    blocs: Table
    blocs_caption: str
    poles: Table
    poles_caption: str
    flips: tuple[Table, ...]
    flips_caption: str
    score: WorldScore | None
    score_caption: str
    singles_caption: str


def position_section(answers: Answers, beside: WorldBeside | None = None) -> PositionSection | None:
    """Return the section; None where the run leaves the world out.

    Args:
        answers: What the run answers.
        beside: Which conclusions flip under other readings, and how the world has scored.
    """
    position = answers.position
    if position is None:
        return None
    flips = beside.flips if beside else None
    return PositionSection(
        sentences=_sentences(position, answers.futures),
        reading=reading_words(position),
        classes=classes_chart(answers, position),
        leads=_leads(position),
        fans=fan_charts(answers, position),
        blocs=_blocs(position),
        blocs_caption=words.BLOCS_CAPTION,
        poles=_poles(position),
        poles_caption=words.POLES_CAPTION,
        flips=tuple(_flips(flips, month) for month in flips.months) if flips else (),
        flips_caption=_flips_caption(flips) if flips else "",
        score=world_score(beside.backtest) if beside and beside.backtest else None,
        score_caption=words.SCORE_CAPTION,
        singles_caption=words.SINGLES_CAPTION,
    )


def main_month(position: PositionAnswers) -> str:
    """Return the month of the answer: the end of 2030 where the run has it, else its last."""
    return next((month for month in position.told if month[:4] == MAIN_YEAR), position.told[-1])


def told_months(position: PositionAnswers) -> tuple[str, ...]:
    """Return the months of the tables."""
    between = [one for one in position.told[1:-1] if int(one[:4]) in TOLD_YEARS]
    return tuple(dict.fromkeys([position.told[0], *between, position.told[-1]]))


def reading_words(position: PositionAnswers) -> str:
    """Return how position is read."""
    told = [words.READ_OWNER if position.ledger == "owner" else words.READ_LOCATION]
    if position.gulf == "us":
        told.append(words.READ_GULF)
    if not position.network:
        told.append(words.READ_NETWORK)
    if position.chip_sales in words.READ_SALES:
        told.append(words.READ_SALES[position.chip_sales])
    return " ".join(told)


def position_sentence(position: PositionAnswers, futures: int) -> str:
    """Return the answer in a sentence: the likeliest class of world, and what it means."""
    month = main_month(position)
    found = position.classes_in(month)
    return words.MAIN.format(
        year=month[:4],
        kind=words.SAID[found.likeliest],
        chance=chance(found.chances[found.likeliest], futures),
        meaning=MEANINGS[found.likeliest],
    )


def _sentences(position: PositionAnswers, futures: int) -> tuple[str, ...]:
    month, end = main_month(position), position.told[-1]
    found, last = position.classes_in(month), position.classes_in(end)
    second = sorted(found.chances, key=lambda name: -found.chances[name])[1]
    leaders = []
    for layer in position.layers:
        level = layer.of(month)
        leaders.append(
            words.LEADER.format(
                bloc=words.THE.get(level.leader, words.SHORT[level.leader]),
                layer=words.SPOKEN[layer.layer],
                share=share(level.shares[level.leader].p50),
                chance=chance(level.leads[level.leader], futures) if level.leads else wording.NOTHING,
            )
        )
    told = [position_sentence(position, futures)]
    if found.chances[second] > 0.0:
        told.append(
            words.NEXT.format(
                chance=chance(found.chances[second], futures),
                kind=words.SAID[second],
                meaning=MEANINGS[second],
            )
        )
    told.append(words.LEADS.format(leaders=listing(leaders)))
    if end != month:
        form = words.STAYS if last.likeliest == found.likeliest else words.CHANGES
        told.append(
            form.format(
                end=month_long(end),
                kind=words.SAID[last.likeliest],
                chance=chance(last.chances[last.likeliest], futures),
            )
        )
    return tuple(told)


def _heading(position: PositionAnswers, month: str) -> str:
    return month_long(month) if month[5:] != "12" or month == position.now else month[:4]


def _leads(position: PositionAnswers) -> Heat:
    months = told_months(position)
    shade = Names(tuple(words.SHORT[bloc] for bloc in BLOCS), KINDS[: len(BLOCS)])

    def cell(level: LayerMonth) -> HeatCell:
        bloc = level.leader
        ahead = level.leads.get(bloc)
        label = "" if ahead is None else words.LEADS_CHANCE.format(chance=chance(ahead, position.futures))
        number = f"{words.SHORT[bloc]}{NO_BREAK}{share(level.shares[bloc].p50)}"
        return HeatCell(number, label, words.SHORT[bloc])

    rows = [
        HeatRow(
            words.LAYER[layer.layer],
            words.LAYER_DETAIL[layer.layer],
            tuple(cell(layer.of(month)) for month in months),
        )
        for layer in position.layers
    ]
    seen = {cell.fill for row in rows for cell in row.cells}
    used = [(name, kind) for name, kind in zip(shade.names, shade.kinds, strict=True) if name in seen]
    shown = Names(tuple(name for name, _ in used), tuple(kind for _, kind in used))
    drawing = heat_table(
        "position-leads",
        words.LEADS_TITLE,
        words.COLUMN_LAYER,
        [_heading(position, month) for month in months],
        rows,
        shown,
    )
    caption = words.LEADS_CAPTION.format(now=words.LEADS_NOW.format(month=month_long(position.now)))
    return Heat("position-leads", words.LEADS_TITLE, caption, drawing)


def _blocs(position: PositionAnswers) -> Table:
    month = main_month(position)
    rows: list[tuple[Cell, ...]] = []
    for one in position.blocs:
        found = one.of(month)
        ledgers = (found.compute_h100e_location, found.compute_h100e_owner, found.compute_h100e_user)
        shares = (found.model_share, found.application_share, found.rules_share)
        rows.append(
            (
                words.BLOC[one.bloc],
                *(_banded(band, MILLION) for band in ledgers),
                *(_shared(band) for band in shares),
                wording.NOTHING
                if found.package_mw is None
                else decimal(facility_gw(found.package_mw.p50), 1),
            )
        )
    return rows_table(words.BLOCS_TITLE.format(year=month[:4]), words.BLOCS_COLUMNS, rows)


def _banded(band: Band, unit: float) -> str:
    low, middle, high = (significant(value / unit, 2) for value in (band.p05, band.p50, band.p95))
    return f"{middle} ({low}–{high})".replace(" ", NO_BREAK)


def _shared(band: Band) -> str:
    low, middle, high = (decimal(PERCENT * value) for value in (band.p05, band.p50, band.p95))
    return f"{middle} % ({low}–{high})".replace(" ", NO_BREAK)


def _poles(position: PositionAnswers) -> Table:
    months = told_months(position)
    rows: list[tuple[Cell, ...]] = []
    for layer in position.layers:
        cells = [
            words.POLES_CELL.format(
                poles=decimal(layer.of(month).poles.p50, 2), con=decimal(layer.of(month).concentration.p50, 2)
            )
            for month in months
        ]
        rows.append((words.LAYER[layer.layer], *cells))
    columns = (words.COLUMN_LAYER, *(_heading(position, month) for month in months))
    return rows_table(words.POLES_TITLE, columns, rows)


def _flips(flips: Flips, month: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in flips.in_month(month):
        cells: list[Cell] = []
        for name in flips.readings:
            told = decimal(PERCENT * one.chances[name])
            crosses = name != ASKED and one.flips(name)
            cells.append(Markup("<b>{}</b>").format(told) if crosses else told)
        rows.append((one.conclusion.words, *cells))
    when = words.YEAR_END.format(year=month[:4]) if month.endswith("-12") else month_long(month)
    title = words.FLIPS_TITLE.format(month=when)
    return rows_table(title, (words.FLIPS_COLUMN, *flips.readings), rows)


def _flips_caption(flips: Flips) -> str:
    told = (words.READING.format(name=name, words=said) for name, said in flips.readings.items())
    return words.FLIPS_CAPTION.format(futures=decimal(flips.futures), readings=" ".join(told))
