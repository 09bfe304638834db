"""Compute programmes told in racks, compute and money: promised beside delivered, each with its source."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from stargauge.track import Measures, track

EDITION = date(2026, 10, 5)


def measures(name: str, as_of: date = EDITION) -> Measures:
    found = track(name, as_of).statuses[0].measures
    assert found is not None
    return found


def promise(name: str, metric: str) -> tuple[Any, ...]:
    line = next(
        line for line in measures(name).lines if line.promised is not None and line.promised.metric == metric
    )
    assert line.promised is not None
    return line.promised.value, line.delivered.value if line.delivered else None, line.share


def test_racks_are_promised_and_filled() -> None:
    name = "East Data West Compute"
    assert promise(name, "rack occupancy floor") == (65.0, 62.72, pytest.approx(62.72 / 65))
    assert promise(name, "new racks by 2025") == (300_000, 31_000, pytest.approx(31 / 300))
    assert promise(name, "racks over ten years (2.5 kW)")[2] == pytest.approx(31 / 800)
    assert promise(name, "hub share of new national compute") == (60.0, 60.0, 1.0)


def test_a_promise_is_measured_by_reports_of_its_own_hub() -> None:
    assert promise("East Data West Compute", "restated 2025 goal") == (None, 66_000, None)


def test_hubs_are_east_and_west_with_what_is_on_record_there() -> None:
    hubs = measures("East Data West Compute").hubs
    assert [hub.side for hub in hubs].count("east") == 4
    assert [hub.side for hub in hubs].count("west") == 6
    built = {hub.cluster: {one.metric: one.value for one in hub.built} for hub in hubs}
    assert built["Zhongwei"] == {"compute": 130_000}
    assert built["Qingyang"] == {"racks built": 20_000, "compute": 66_000}
    assert not any(built[hub.cluster] for hub in hubs if hub.side == "east")
    assert {hub.pue_ceiling for hub in hubs if hub.side == "east"} == {1.25}


def test_latency_has_three_classes() -> None:
    latency = measures("East Data West Compute").latency
    assert latency is not None
    assert (latency.text, latency.unit) == ("1 / 5 / 20", "ms")


def test_no_gigafactory_operates() -> None:
    assert promise("EU AI gigafactories", "gigafactories") == (5.0, 0.0, 0.0)
    assert promise("EU AI Continent", "AI factories") == (13.0, 19.0, pytest.approx(19 / 13))


@pytest.mark.parametrize(
    "name", ["East Data West Compute", "EU AI Continent", "EU AI gigafactories", "Qingyang"]
)
def test_every_number_has_a_source_and_the_screen_fits(name: str) -> None:
    answer = track(name, EDITION)
    found = answer.statuses[0].measures
    assert found is not None
    for line in found.lines:
        for one in (line.promised, line.delivered):
            if one is not None:
                assert one.source
                assert one.on <= EDITION
                assert one.source in answer.statuses[0].sources or ", vintage" in one.source
    json.dumps(answer.to_dict())
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(answer.render())
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 100
    assert "Promised and delivered" in text


def test_nothing_reported_later_is_known() -> None:
    early = measures("East Data West Compute", date(2023, 1, 1))
    assert not any(line.delivered for line in early.lines)
    assert track("Stargate", EDITION).statuses[0].measures is None
