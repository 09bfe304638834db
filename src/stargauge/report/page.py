"""The report: one self-contained HTML file that reads without a network, without scripts, and on paper."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from stargauge.errors import StoreError
from stargauge.facts import Tables, load_registry
from stargauge.insight import Answers
from stargauge.report import wording
from stargauge.report.figures.svg import Size, rectangle, tag
from stargauge.report.lateness import lateness_chart
from stargauge.report.numbers import day_long, decimal, month_long
from stargauge.report.pledges import pledge_entries, pledges_chart, untestable_entries
from stargauge.report.power import national_charts, programme_charts
from stargauge.report.programmes import money_table, programmes_chart
from stargauge.report.score import score
from stargauge.report.sentences import three_sentences, told_month
from stargauge.report.sources import all_sources, assumptions, command, outcome_words
from stargauge.track import Directory, track_all

TEMPLATES = Path(__file__).parent / "templates"


def write_report(answers: Answers, tables: Tables, path: Path) -> None:
    """Write the report so that a crash at any moment leaves the old file or the new one.

    Args:
        answers: What the run answers.
        tables: Record tables, for what was promised and where it is from.
        path: File to write.

    Raises:
        StoreError: The file cannot be written; an older report stands.
    """
    content = report_html(answers, tables).encode()
    aside = path.with_name(f".{path.name}.tmp")
    try:
        try:
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
        except OSError:
            with suppress(OSError):
                aside.unlink()
            raise
    except OSError as error:
        raise StoreError(wording.CANNOT_WRITE.format(path=path, reason=error.strerror or error)) from error


def report_html(answers: Answers, tables: Tables) -> str:
    """Return the report as HTML; the same answers and tables give the same text."""
    return _environment().get_template("report.html.j2").render(_context(answers, tables)).lstrip()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=day_long, month=month_long, decimal=decimal)
    return environment


def _context(answers: Answers, tables: Tables) -> dict[str, Any]:
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
        "language": wording.LANGUAGE,
        "style": Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
        "patterns": _patterns(),
        "sentences": three_sentences(answers),
        "told_when": told_month(answers)[1],
        "programmes": programmes_chart(answers, by_name),
        "money": money_table(answers, by_name),
        "pledges_chart": pledges_chart(answers),
        "pledges": pledge_entries(answers, site_names),
        "untestable": untestable_entries(answers, statuses),
        "lateness": lateness_chart(answers),
        "national": national_charts(answers),
        "fans": programme_charts(answers),
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
