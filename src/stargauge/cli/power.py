"""The command line of power and of data sets: one short function a command, no logic."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from stargauge.cli.options import AsJson
from stargauge.terminal import show

power_app = App(
    name="power", help="What regions can supply, and how much load fits if it gives way at the peaks."
)
data_app = App(name="data", help="Data sets that are fetched rather than shipped.")


@power_app.default
def power(
    region: str | None = None,
    *,
    run: Annotated[Path | None, Parameter(help="Folder of a finished run whose power is shown.")] = None,
    as_json: AsJson = False,
) -> None:
    """What each region can supply beyond today's load, by year: headroom, additions, capital, bills.

    Without a run it shows supply before new AI load. With --run it shows what a finished run made of it: the
    load that took it, on-site power, shortage, what binds where and when, opposition and bills.
    Reads the facts that ship with the program, or the run folder; writes nothing.

    Args:
        region: One of the 13 regions of EIA-930, for example TEX or MIDA; all by default.
    """
    if run is not None:
        from stargauge.report.region_screen import run_power

        show(run_power(run, region), as_json)
        return
    from stargauge.power import power_table

    show(power_table(region), as_json)


@power_app.command
def check(*, as_json: AsJson = False) -> None:
    """From our reserve margins of summer 2026 to the published ones, and what a naive sum gets wrong.

    Reads the facts that ship with the program; writes nothing.
    """
    from stargauge.power import adequacy_check

    show(adequacy_check(), as_json)


@power_app.command(name="backtest")
def power_backtest_command(*, as_json: AsJson = False) -> None:
    """Completions and tightness as of earlier dates, against what came and against a naive rule.

    Reads the facts that ship with the program; writes nothing.
    """
    from stargauge.power import power_backtest

    show(power_backtest(), as_json)


@power_app.command
def opposition(*, as_json: AsJson = False) -> None:
    """Local opposition to data centres: what was counted, how it is modelled, how far the model holds.

    Reads the facts that ship with the program; writes nothing.
    """
    from stargauge.opposition import opposition_check

    show(opposition_check(), as_json)


@power_app.command
def flex(
    *,
    authority: Annotated[str, Parameter(help="Balancing authority or EIA-930 region: PJM, ERCOT, TEX.")],
    curtail: Annotated[str, Parameter(help="Share of the new load's energy that may be cut.")] = "0.5%",
    hourly: Annotated[
        Path | None, Parameter(help="File of hourly demand; the shipped tables by default.")
    ] = None,
    summer: Annotated[
        str | None, Parameter(help="First and last month of summer: 4-10; with --hourly.")
    ] = None,
    years: Annotated[str | None, Parameter(help="First and last year: 2016-2024; with --hourly.")] = None,
    as_json: AsJson = False,
) -> None:
    """How much constant new load fits under past seasonal peaks if it may be curtailed a share of the time.

    Reads the load-duration tables that ship with the program, or a file of hourly demand; writes nothing.
    """
    from stargauge.grid.flexibility.command import flex as answer

    show(answer(authority, curtail, hourly=hourly, summer=summer, years=years), as_json)


@data_app.command
def fetch(
    name: str = "eia930",
    *,
    folder: Annotated[
        Path | None, Parameter(help="Where to keep it; the user's cache folder by default.")
    ] = None,
    address: Annotated[str | None, Parameter(help="Where to fetch it from instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a data set, check it, and compare it with the tables worked out from it.

    Writes to the folder; a fetch that was cut off goes on where it was. Needs pooch (extra: data).

    Args:
        name: eia930, hourly demand of US balancing authorities since July 2015.
    """
    from stargauge.grid.flexibility.command import fetch_data

    show(fetch_data(name, folder=folder, address=address, tell=_say), as_json)


def _say(words: str) -> None:
    print(words, file=sys.stderr)
