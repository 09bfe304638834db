"""The answers in the terminal: the answer first, then why, then how far to trust it, within 100 columns."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.insight import ALL_PAIRS, COULD_CHANGE, Answers, Backtest, PledgeAnswer
from stargauge.insight.position.screen import position_lines
from stargauge.report.fates import Fate, fate
from stargauge.report.numbers import chance
from stargauge.report.region_screen import region_lines

BAR_WIDTH = 24
"""Columns of the longest bar."""

SHOWN_YEARS = (2026, 2028, 2030)

DECIDED = {
    Fate.KEPT: "kept",
    Fate.STOOD: "kept",
    Fate.KEPT_LATE: "kept late",
    Fate.MISSED: "missed",
    Fate.BEYOND: "beyond run",
}
"""What is said of a pledge that no chance is left to."""


UNSETTLED = f"\n{'':24}the lead over the dressed tracker is unsettled: its 90 % interval holds 0"


def run_screen(answers: Answers, seconds: float, written: Iterable[str], report: str) -> RenderableType:
    """Return the screen of a run.

    Args:
        answers: What the run answers.
        seconds: Wall time of the futures.
        written: What was written beside the report.
        report: Path of the report.
    """
    head = (
        f"Stargauge {answers.version} · scenario {answers.scenario} · as of {answers.as_of} · "
        f"seed {answers.seed} · {answers.futures:,} futures in {seconds:.1f} s"
    )
    parts: list[RenderableType] = [
        Text(head, style="bold"),
        Text(f"newest fact used: {answers.facts_as_of}"),
        Text(),
        _pledges(answers),
        Text(),
        _late(answers),
    ]
    parts += [Text(), _national(answers), Text(), region_lines(answers.regional)]
    if answers.position:
        parts += [Text(), position_lines(answers.position)]
    if answers.backtest:
        parts += [Text(), _trust(answers.backtest, answers.scenario)]
    if answers.plan_remark:
        parts.append(Text(f"Moves nothing   {answers.plan_remark}"))
    if answers.tracked_levers:
        parts.append(Text(f"Tracked, not modelled   {', '.join(answers.tracked_levers)}"))
    parts += [
        Text(),
        Text(f"Report     {report}        Data   {' '.join(written)}"),
        Text(f"Next       stargauge power --run {Path(report).parent} · stargauge track Stargate"),
        Text(f"           stargauge world --run {Path(report).parent} · stargauge backtest"),
    ]
    return Group(*parts)


def _pledges(answers: Answers) -> Table:
    table = _table(
        "Will it be built?", "promised", "by", "stands now", "half of futures by (80 %)", "in time"
    )
    table.columns[0].no_wrap = False
    for column in (1, 3, 5):
        table.columns[column].justify = "right"
    for pledge in sorted(answers.pledges, key=lambda one: (-one.due_facility_mw, one.deadline)):
        table.add_row(
            pledge.programme,
            f"{pledge.due_mw:,.0f} MW{' IT' if pledge.basis == 'it' else ''}",
            pledge.deadline[:7],
            _standing(pledge),
            _when(pledge, answers.months[-1]),
            _in_time(pledge, answers),
        )
    return table


def _standing(pledge: PledgeAnswer) -> str:
    """Return what stands in the pledge's own kind of MW."""
    if pledge.basis == "it":
        return f"{pledge.standing_it_mw:,.0f} MW IT"
    return f"{pledge.standing_mw:,.0f} MW"


def _when(pledge: PledgeAnswer, end: str) -> str:
    beyond = f"{end[:4]}+"
    low, middle, high = pledge.reached_p10, pledge.reached_p50, pledge.reached_p90
    if low is not None and low == high:
        return low
    return f"{middle or beyond} ({low or beyond} – {high or beyond})"


def _in_time(pledge: PledgeAnswer, answers: Answers) -> str:
    """Return the chance of a pledge, or what has become of it where that is decided."""
    state = fate(pledge, answers)
    if state is Fate.OPEN:
        return chance(pledge.chance_in_time, answers.futures)
    return DECIDED[state]


def _late(answers: Answers) -> RenderableType:
    table = _table("What makes it late", "months late (mean)", "")
    table.columns[1].justify = "right"
    rows = {**answers.late_months, "unexplained": answers.unexplained_months}
    longest = max(rows.values(), default=0.0)
    for cause, months in rows.items():
        bar = "▇" * round(BAR_WIDTH * months / longest) if longest > 0.0 else ""
        table.add_row(cause, f"{abs(months) if abs(months) < 0.05 else months:.1f}", bar)
    total = "nothing late" if answers.late_total_months is None else f"{answers.late_total_months:.1f}"
    table.add_row("phases still to come, by MW", total, "")
    scope = f"of all named programmes, phases that are on by the run's end, {answers.months[-1]}"
    return Group(table, Text(scope, style="dim"))


def _national(answers: Answers) -> Table:
    table = _table("US AI load, end of", "facility power (80 % of futures)", "IT power", "compute, H100e")
    for row in answers.national_by_year:
        if row["year"] not in SHOWN_YEARS:
            continue
        power, it, compute = row["energised_facility_mw"], row["energised_it_mw"], row["compute_h100e"]
        table.add_row(
            str(row["year"]),
            f"{power['p50'] / 1000:.0f} GW ({power['p10'] / 1000:.0f} – {power['p90'] / 1000:.0f})",
            f"{it['p50'] / 1000:.0f} GW",
            f"{compute['p50'] / 1e6:.0f} million",
        )
    return table


def backtest_screen(scored: Backtest) -> RenderableType:
    """Return the screen of a back-test: mean CRPS in MW a site by method, coverage, gain with interval."""
    table = _table(
        "CRPS, MW a site", "pairs", "model", "no change", "tracker", "no change", "tracker", "80 %"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("", "", "", "", "", "dressed", "dressed", "band", style="bold")
    for item in scored.summaries:
        scores = item.crps_mw
        table.add_row(
            item.label,
            str(item.pairs),
            f"{scores['model']:.0f}",
            f"{scores['persistence']:.0f}",
            f"{scores['announced']:.0f}",
            f"{scores['persistence, dressed']:.0f}",
            f"{scores['announced, dressed']:.0f}",
            f"{100 * item.coverage_80:.0f} %",
        )
    lines: list[RenderableType] = [
        Text("Back-test: what the model would have said as of each vintage", style="bold"),
        Text(),
        table,
        Text(),
    ]
    for label in (ALL_PAIRS, COULD_CHANGE):
        item = scored.summary(label)
        for name, words in (
            ("persistence", "no change"),
            ("announced, dressed", "the tracker's dates, dressed"),
        ):
            mean, low, high = item.gain[name]
            better = "better" if mean > 0 else "worse"
            sure = "" if low > 0 or high < 0 else "; the interval holds 0"
            lines.append(
                Text(
                    f"{label}: {abs(mean):.0f} MW a site {better} than {words} "
                    f"(90 % over sites {low:.0f} to {high:.0f}{sure})"
                )
            )
    lines += [Text(), Text("Every pair   stargauge backtest --json")]
    return Group(*lines)


def _trust(scored: Backtest, scenario: str) -> Text:
    """Return how well past forecasts did, those of the unmodified model whatever the scenario."""
    item, moving = scored.summary(ALL_PAIRS), scored.summary(COULD_CHANGE)
    scores = item.crps_mw
    whose = "" if scenario == scored.scenario else f" of {scored.scenario}, without this scenario's changes,"
    _, low, high = item.gain["announced, dressed"]
    text = Text("How far to trust this", style="bold")
    text.append(
        f"   on {item.pairs} past forecasts{whose}\n"
        f"{'':24}the error (CRPS) was {scores['model']:.0f} MW a site;\n"
        f"{'':24}no change {scores['persistence']:.0f}, the tracker's dates {scores['announced']:.0f}, "
        f"dressed {scores['announced, dressed']:.0f};\n"
        f"{'':24}80 % bands held {100 * item.coverage_80:.0f} %, "
        f"{100 * moving.coverage_80:.0f} % where something could change"
        f"{UNSETTLED if low <= 0.0 <= high else ''}",
        style="not bold",
    )
    return text


def _table(first: str, *columns: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=True, header_style="bold", width=None)
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table
