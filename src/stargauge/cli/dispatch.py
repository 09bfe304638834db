"""The command line of studies with generation dispatched anew and of full AC flows; no logic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from stargauge.cli.options import AsJson, Cap, Cutoff, Fixed, Limits, Over, Pmin, Source
from stargauge.terminal import show, working


def ac(
    case: str,
    bus: int,
    mw: Annotated[
        str | None, Parameter(help="Load to check; the first that fails is sought if none.")
    ] = None,
    *,
    power_factor: Annotated[str, Parameter(help="Power factor of the load, lagging.")] = "0.95",
    outages: Annotated[
        str, Parameter(help="binding, all, none, or names of branches with commas between.")
    ] = "binding",
    source: Source = "prorata",
    cutoff: Cutoff = "3%",
    pre_existing: Annotated[
        str, Parameter(help="What is beyond its limit before the load: worsened, exclude or block.")
    ] = "worsened",
    limits: Limits = "1",
    upper: Annotated[str | None, Parameter(help="Largest load to try.")] = None,
    tolerance: Annotated[
        str, Parameter(help="Width of the bracket around the first failing load.")
    ] = "0.5MW",
    ignore_reactive_limits: Annotated[
        bool, Parameter(help="Let units give any reactive power.", negative="")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What full AC power flows say of a load at a bus: loadings, voltages, and the MW that first fails.

    Reads a network; writes nothing. Needs lightsim2grid (extra: grid).

    Args:
        case: Name in the catalogue, "usa", or a path.
        bus: Bus number.
    """
    from stargauge.grid.ac.command import ac as answer

    with working() as tell:
        found = answer(
            case,
            bus,
            mw,
            power_factor=power_factor,
            source=source,
            outages=outages,
            cutoff=cutoff,
            pre_existing=pre_existing,
            limits=limits,
            upper=upper,
            tolerance=tolerance,
            ignore_reactive_limits=ignore_reactive_limits,
            progress=tell,
        )
    show(found, as_json)


def redispatch(
    case: str,
    bus: str,
    *,
    pmin: Pmin = "0",
    pre_existing: Over = "exclude",
    limits: Limits = "1",
    fixed: Fixed = None,
    cap: Cap = None,
    output: Annotated[Path | None, Parameter(help="Also write .parquet, .csv or .json.")] = None,
    as_json: AsJson = False,
) -> None:
    """The most load a bus can take N-1 secure with generation dispatched anew, and what each rating is worth.

    Reads a network; writes the file named by --output.

    Args:
        case: Name in the catalogue, "usa", or a path.
        bus: A bus number, several with commas between, or "all", each alone.
    """
    from stargauge.grid.redispatch.command import redispatch as answer

    with working() as tell:
        found = answer(
            case,
            bus,
            pmin=pmin,
            pre_existing=pre_existing,
            limits=limits,
            fixed=fixed,
            cap=cap,
            output=output,
            progress=tell,
        )
    show(found, as_json)


def allocate(
    case: str,
    requests_file: Path,
    *,
    rule: Annotated[str, Parameter(help="prorata, queue, value or total.")] = "prorata",
    pmin: Pmin = "0",
    pre_existing: Over = "exclude",
    limits: Limits = "1",
    fixed: Fixed = None,
    kept: Annotated[str, Parameter(help="Part of a curtailable request that stays after an outage.")] = "0%",
    conceded: Annotated[
        str, Parameter(help="With queue or prorata: share of its most that each leaves to others.")
    ] = "0.1%",
    output: Annotated[Path | None, Parameter(help="Also write .parquet, .csv or .json.")] = None,
    as_json: AsJson = False,
) -> None:
    """What many requests for load get at once: N-1 secure together, with generation dispatched anew.

    Reads a network and a CSV file of requests; writes the file named by --output.

    Args:
        case: Name in the catalogue, "usa", or a path.
        requests_file: CSV with the columns name, bus and mw, and as needed value, queue, kind.
    """
    from stargauge.grid.redispatch.command import allocate as answer

    with working() as tell:
        found = answer(
            case,
            requests_file,
            rule=rule,
            pmin=pmin,
            pre_existing=pre_existing,
            limits=limits,
            fixed=fixed,
            kept=kept,
            conceded=conceded,
            output=output,
            progress=tell,
        )
    show(found, as_json)


def flexible(
    case: str,
    bus: str,
    *,
    source: Annotated[
        str, Parameter(help="redispatch, or a fixed source: prorata, merit, area:NAME, unit:NAME.")
    ] = "redispatch",
    kept: Annotated[str, Parameter(help="Part of the load that stays on an outage signal.")] = "0%",
    curtail: Annotated[
        str | None, Parameter(help="Share of hours that may be curtailed; needs --profile.")
    ] = None,
    profile: Annotated[Path | None, Parameter(help="File of the system's hourly load factors.")] = None,
    cutoff: Cutoff = "3%",
    pmin: Pmin = "0",
    pre_existing: Over = "exclude",
    limits: Limits = "1",
    fixed: Fixed = None,
    cap: Cap = None,
    output: Annotated[Path | None, Parameter(help="Also write .parquet, .csv or .json.")] = None,
    as_json: AsJson = False,
) -> None:
    """What a bus can take firm, if it goes off on an outage signal, and if curtailed some hours a year.

    Reads a network, and a profile if one is given; writes the file named by --output.

    Args:
        case: Name in the catalogue, "usa", or a path.
        bus: A bus number.
    """
    from stargauge.grid.redispatch.command import flexible as answer

    with working() as tell:
        found = answer(
            case,
            bus,
            source=source,
            kept=kept,
            curtail=curtail,
            profile=profile,
            cutoff=cutoff,
            pmin=pmin,
            pre_existing=pre_existing,
            limits=limits,
            fixed=fixed,
            cap=cap,
            output=output,
            progress=tell,
        )
    show(found, as_json)
