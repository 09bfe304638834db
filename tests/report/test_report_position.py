"""The report's section on position: its numbers are those of the run, and it is not there without a world."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_reading import Node, labels, number, parse, shapes

from stargauge.facts import Tables
from stargauge.insight import Answers
from stargauge.insight.position import ASKED, PositionAnswers, WorldBeside, world_beside
from stargauge.report import report_html
from stargauge.report.position_section import position_section, told_months
from stargauge.runs import FinishedRun
from stargauge.world.blocs import BLOCS, LAYERS
from stargauge.world.position import CLASSES


@pytest.fixture(scope="module")
def beside(finished: FinishedRun) -> WorldBeside:
    found = world_beside(finished.prepared)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def position(real: Answers) -> PositionAnswers:
    assert real.position is not None
    return real.position


def test_the_sentences_say_what_is_likeliest_and_who_leads(real: Answers, position: PositionAnswers) -> None:
    section = position_section(real)
    assert section is not None
    found = position.classes_in("2030-12")
    first, *rest = section.sentences
    assert first.startswith("At the end of 2030 the world is")
    assert f"{100 * found.chances[found.likeliest]:.0f}\u00a0%" in first
    assert "the US in core compute with" in " ".join(rest)
    assert section.reading == "Compute counts where it stands."


def test_areas_make_up_all_futures_and_end_where_the_run_ends(
    real: Answers, position: PositionAnswers
) -> None:
    section = position_section(real)
    assert section is not None
    svg = parse(section.classes.wide)
    shown = [name for name in CLASSES if max(position.class_paths[name]) > 0.0]
    assert len(shapes(svg, "area")) == len(shown)
    assert all(sum(at) == pytest.approx(1.0) for at in zip(*position.class_paths.values(), strict=True))
    assert len(labels(svg, "end")) <= len(shown)
    table = section.classes.table
    assert table is not None
    ((_, rows),) = table.groups
    assert [row[0] for row in rows] == [str(year) for year in range(2025, 2036)]


def test_tables_hold_the_medians_of_the_run(real: Answers, position: PositionAnswers) -> None:
    section = position_section(real)
    assert section is not None
    ((_, rows),) = section.blocs.groups
    assert len(rows) == len(BLOCS)
    china = rows[BLOCS.index("China")]
    located = position.bloc("China").of("2030-12").compute_h100e_location.p50 / 1e6
    assert number(str(china[1]).split("\u00a0(")[0]) == pytest.approx(located, rel=0.05)
    ((_, poles),) = section.poles.groups
    assert len(poles) == len(LAYERS)
    told = position.layer("rules").of("2035-12")
    assert poles[-1][-1] == f"{told.poles.p50:.2f} · {told.concentration.p50:.2f}"
    assert told_months(position)[0] == "2026-10"


def test_each_layer_has_a_fan_for_each_main_bloc(real: Answers) -> None:
    section = position_section(real)
    assert section is not None
    assert len(section.fans) == len(LAYERS) * 3
    assert len({chart.ident for chart in section.fans}) == len(section.fans)


def test_a_reading_that_flips_a_conclusion_is_bold(real: Answers, beside: WorldBeside) -> None:
    assert beside.flips is not None
    section = position_section(real, beside)
    assert section is not None
    for month, table in zip(beside.flips.months, section.flips, strict=True):
        ((_, rows),) = table.groups
        for one, row in zip(beside.flips.in_month(month), rows, strict=True):
            assert row[0] == one.conclusion.words
            for name, cell in zip(beside.flips.readings, row[1:], strict=True):
                assert ("<b>" in cell) == (name != ASKED and one.flips(name))


def test_the_score_of_the_world_is_told_also_where_it_loses(real: Answers, beside: WorldBeside) -> None:
    assert beside.backtest is not None
    section = position_section(real, beside)
    assert section is not None
    assert section.score is not None
    for one, verdict in zip(beside.backtest.summaries, section.score.verdicts, strict=True):
        assert ("loses to" in verdict) == bool(one.loses_to())
    ((_, singles),) = section.score.singles.groups
    assert len(singles) == len(beside.backtest.singles)


def test_the_page_has_the_section_with_unique_names(
    real: Answers, tables: Tables, beside: WorldBeside
) -> None:
    html = report_html(real, tables, None, beside)
    assert '<section id="position">' in html
    assert '<a href="#position">' in html
    assert "What hangs on the reading, end of 2030" in html
    assert "How the world has scored" in html
    page: Node = parse(html)
    idents = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(idents) == len(set(idents))


def test_a_run_without_a_world_has_no_section(real: Answers, tables: Tables) -> None:
    bare = replace(real, position=None)
    assert position_section(bare) is None
    assert 'id="position"' not in report_html(bare, tables)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ledger": "owner"}, "whose firms own it"),
        ({"gulf": "us"}, "The Gulf is counted in with the US."),
        ({"network": False}, "draws no buyer of models"),
        ({"chip_sales": "open"}, "no licence is needed"),
    ],
)
def test_another_reading_is_said(
    real: Answers, position: PositionAnswers, changes: dict[str, object], words: str
) -> None:
    told = replace(position, **changes)  # type: ignore[arg-type]
    section = position_section(replace(real, position=told))
    assert section is not None
    assert words in section.reading
