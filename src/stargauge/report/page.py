"""The report: one self-contained HTML file that reads without a network, without scripts, and on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup

from stargauge.facts import Tables, load_registry
from stargauge.insight import Answers
from stargauge.insight.position import WorldBeside
from stargauge.insight.strategy import StrategyAnswer
from stargauge.report.figures.svg import Size, rectangle, tag
from stargauge.report.files import filled, write_page
from stargauge.report.lateness import lateness_chart
from stargauge.report.plan_section import plan_section
from stargauge.report.pledges import pledge_entries, pledges_chart, untestable_entries
from stargauge.report.position_section import position_section
from stargauge.report.power import national_charts, programme_charts
from stargauge.report.programmes import money_table, programmes_chart
from stargauge.report.region_section import region_section
from stargauge.report.score import score
from stargauge.report.sentences import three_sentences, told_month
from stargauge.report.sources import all_sources, assumptions, command, outcome_words
from stargauge.track import Directory, track_all


def write_report(
    answers: Answers,
    tables: Tables,
    path: Path,
    strategy: StrategyAnswer | None = None,
    beside: WorldBeside | None = None,
) -> None:
    """Write the report so that a crash at any moment leaves the old file or the new one.

    Args:
        answers: What the run answers.
        tables: Record tables, for what was promised and where it is from.
        path: File to write.
        strategy: The plan beside the run; without it the report has no section on the plan.
        beside: Other readings of position and the score of the world; without it both are left out.

    Raises:
        StoreError: The file cannot be written; an older report stands.
    """
    write_page(report_html(answers, tables, strategy, beside), path)


def report_html(
    answers: Answers,
    tables: Tables,
    strategy: StrategyAnswer | None = None,
    beside: WorldBeside | None = None,
) -> str:
    """Return the report as HTML; the same answers and tables give the same text."""
    return filled("report.html.j2", _context(answers, tables, strategy, beside))


def _context(
    answers: Answers, tables: Tables, strategy: StrategyAnswer | None, beside: WorldBeside | None
) -> dict[str, Any]:
    registry = load_registry()
    statuses = track_all(date.fromisoformat(answers.as_of), tables, registry)
    by_name = {status.name: status for status in statuses}
    site_names = {
        site_id: name
        for programme in Directory(tables).programmes
        for site_id, name in programme.site_names.items()
    }
    return {
        "answers": answers,
        "patterns": _patterns(),
        "sentences": three_sentences(answers),
        "told_when": told_month(answers)[1],
        "programmes": programmes_chart(answers, by_name),
        "money": money_table(answers, by_name),
        "pledges_chart": pledges_chart(answers),
        "pledges": pledge_entries(answers, site_names),
        "untestable": untestable_entries(answers, statuses),
        "lateness": lateness_chart(answers),
        "plan": plan_section(strategy) if strategy else None,
        "national": national_charts(answers),
        "fans": programme_charts(answers),
        "regions": region_section(answers),
        "position": position_section(answers, beside),
        "assumptions": assumptions(answers),
        "outcome": outcome_words(answers),
        "score": score(answers.backtest) if answers.backtest else None,
        "sources": all_sources(answers, statuses, tables, registry),
        "command": command(answers),
    }


def _patterns() -> Markup:
    """Return the hatching of what is unexplained, defined once for all figures."""
    stripe = rectangle((0.0, 0.0), Size(2.0, 5.0), "hatch-stripe")
    hatch = tag(
        "pattern",
        stripe,
        id="hatch",
        width=5,
        height=5,
        patternunits="userSpaceOnUse",
        patterntransform="rotate(45)",
    )
    return tag("svg", tag("defs", hatch), width=0, height=0, aria_hidden="true", class_="patterns")
