"""The answer to how much flexible load fits: rows by curtailment, the rule, the source of the numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import RenderableType

from stargauge.grid.flexibility.building import SPELL_LEVELS, YEARS
from stargauge.grid.flexibility.headroom import largest_loads
from stargauge.grid.flexibility.hourly import HourlyDemand
from stargauge.grid.flexibility.places import Place
from stargauge.grid.flexibility.profile import profile_series
from stargauge.grid.flexibility.seasons import MAY_TO_OCTOBER, SeasonalPeaks, Seasons
from stargauge.grid.flexibility.series import HOURS_PER_YEAR, read_series
from stargauge.grid.flexibility.shipped import load_duration, load_spells, notes

SHOWN_LEVELS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05)
"""Curtailments shown beside the one asked for."""

HOURS_PER_DAY = 24
SAME = 1e-9
"""Two curtailments nearer than this are one."""

NOTICE = (
    "Supply and network are not looked at: peaks served in the past are taken as what can be served, without "
    "a reserve margin and without lines. Not a connection study."
)


@dataclass(frozen=True)
class FlexRow:
    """Headroom at one curtailment.

    Attributes:
        curtailment: Share of the new load's energy that is cut.
        headroom_mw: New load, MW.
        share_of_peak: New load over the larger seasonal peak.
        hours_per_year: Hours in which any of it is cut, of an average year.
        mean_depth: Mean share of it that is cut in those hours.
        longest_spell_hours: Longest run of hours in which it is cut; an upper bound where `longest_is_bound`,
            None where nothing is known.
        longest_is_bound: Whether the longest run is only known to be no longer.
        mean_spell_hours: Mean run, hours; None where it is not tabulated.
        summer_share: Share of the energy cut that falls in summer; None where it is not tabulated.
        kept_half_share: Share of the hours that keep at least half of it; None where it is not tabulated.
    """

    curtailment: float
    headroom_mw: float
    share_of_peak: float
    hours_per_year: float
    mean_depth: float
    longest_spell_hours: int | None
    longest_is_bound: bool
    mean_spell_hours: float | None
    summer_share: float | None
    kept_half_share: float | None


@dataclass(frozen=True)
class FlexAnswer:
    """How much flexible load an authority or region takes.

    Attributes:
        place: Authority or region.
        curtailment: Share asked for.
        rows: Headroom at several curtailments, in increasing order, the one asked for among them.
        curve: Curtailments and headroom, MW, for a chart.
        peaks_mw: Peaks by season, MW.
        rule: What the number is.
        source: Where the demand comes from.
        hours: Hours judged.
        missing: Hours that are not known.
    """

    place: Place
    curtailment: float
    rows: tuple[FlexRow, ...]
    curve: tuple[tuple[float, float], ...]
    peaks_mw: SeasonalPeaks
    rule: str
    source: str
    hours: int
    missing: int

    @property
    def asked(self) -> FlexRow:
        """The row asked for."""
        return next(row for row in self.rows if abs(row.curtailment - self.curtailment) < SAME)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "code": self.place.code,
            "name": self.place.title,
            "kind": self.place.kind,
            "curtailment": self.curtailment,
            "headroom_mw": self.asked.headroom_mw,
            "rule": self.rule,
            "notice": NOTICE,
            "source": self.source,
            "summer_peak_mw": _known(self.peaks_mw.summer),
            "winter_peak_mw": _known(self.peaks_mw.winter),
            "hours": self.hours,
            "hours_not_known": self.missing,
            "rows": [asdict(row) for row in self.rows],
        }

    def render(self) -> RenderableType:
        """Return the table and the chart to print."""
        from stargauge.grid.flexibility.screen import render

        return render(self)


def from_tables(place: Place, curtailment: float) -> FlexAnswer:
    """Return the answer from the shipped tables."""
    curves, spells = load_duration(place.code), load_spells(place.code)
    rows = []
    for share in _levels(curtailment):
        exact = next((level for level in spells if abs(level.curtailment - share) < SAME), None)
        load = exact.headroom_mw if exact else curves.headroom(share)
        cut = exact.year.hours_per_year if exact else curves.hours_curtailed(load) * HOURS_PER_YEAR
        # The hours cut at a load are among those cut at a larger one, so a run cannot be longer than there.
        above = exact or next((level for level in spells if level.curtailment > share), None)
        rows.append(
            FlexRow(
                curtailment=share,
                headroom_mw=load,
                share_of_peak=load / curves.peak_mw,
                hours_per_year=cut,
                mean_depth=share * HOURS_PER_YEAR / cut if cut else 0.0,
                longest_spell_hours=above.year.longest_spell_hours if above else None,
                longest_is_bound=exact is None,
                mean_spell_hours=exact.year.mean_spell_hours if exact else None,
                summer_share=exact.summer.energy_share if exact else None,
                kept_half_share=exact.year.kept_shares[0] if exact else None,
            )
        )
    told = notes()
    expected = (date(YEARS[1] + 1, 1, 1) - date(YEARS[0], 1, 1)).days * HOURS_PER_DAY
    tabulated = {level.curtailment: level.headroom_mw for level in spells}
    return FlexAnswer(
        place,
        curtailment,
        tuple(rows),
        tuple((share, tabulated.get(share, curves.headroom(share))) for share in _chart_levels(curtailment)),
        curves.peaks_mw,
        _rule(curtailment, MAY_TO_OCTOBER, YEARS),
        f"shipped tables, from {told['authors']}, {told['data_set']}, {told['licence']}, doi {told['doi']}",
        curves.hours,
        expected - curves.hours,
    )


def from_hours(
    place: Place,
    curtailment: float,
    hourly: HourlyDemand,
    seasons: Seasons = MAY_TO_OCTOBER,
    years: tuple[int, int] | None = None,
) -> FlexAnswer:
    """Return the answer from hourly demand; hours that are not known are left out and counted.

    Raises:
        InputError: The file has no demand of the place, or it is no series of hours.
    """
    series = read_series(hourly.hour_utc, hourly.of(place), seasons=seasons, years=years, missing="omit")
    gaps, peaks = series.gaps(None), series.peaks()
    rows = []
    for share in _levels(curtailment):
        load = _headroom(gaps, share)
        profile = profile_series(series, load)
        rows.append(
            FlexRow(
                curtailment=share,
                headroom_mw=load,
                share_of_peak=load / _larger(peaks),
                hours_per_year=profile.year.hours_per_year,
                mean_depth=profile.year.mean_depth,
                longest_spell_hours=profile.year.longest_spell_hours,
                longest_is_bound=False,
                mean_spell_hours=profile.year.mean_spell_hours,
                summer_share=profile.summer.energy_share,
                kept_half_share=profile.year.kept_shares[0],
            )
        )
    first, last = (int(str(hour)[:4]) for hour in (series.hour_utc[0], series.hour_utc[-1]))
    return FlexAnswer(
        place,
        curtailment,
        tuple(rows),
        tuple((share, _headroom(gaps, share)) for share in _chart_levels(curtailment)),
        peaks,
        _rule(curtailment, seasons, (first, last)),
        f"hours of {hourly.source}",
        series.hour_utc.size,
        series.missing,
    )


def _headroom(gaps: NDArray[np.float64], share: float) -> float:
    return float(largest_loads(gaps, np.array([share]))[0])


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number


def _larger(peaks: SeasonalPeaks) -> float:
    return float(np.nanmax(peaks))


def _levels(curtailment: float) -> list[float]:
    """Return the curtailments to show, the one asked for among them, in increasing order."""
    others = [level for level in SHOWN_LEVELS if abs(level - curtailment) >= SAME]
    tabulated = [level for level in SPELL_LEVELS if abs(level - curtailment) < SAME]
    return sorted([*others, *(tabulated or [curtailment])])


def _chart_levels(curtailment: float) -> list[float]:
    return sorted({*SPELL_LEVELS, *_levels(curtailment)})


def _rule(curtailment: float, seasons: Seasons, years: tuple[int, int]) -> str:
    return (
        f"largest constant new load that loses no more than {100 * curtailment:.4g} % of its energy, over "
        f"all hours, when demand and new load together may not pass the season's highest demand "
        f"of {years[0]} to {years[1]}; {seasons}, the other months winter"
    )
