"""The command line of the grid tools: one short function a command, no logic."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from stargauge.cli import dispatch
from stargauge.cli.options import AsJson, Bus, Cutoff, Limits, Near, PreExisting, Radius, Source, State
from stargauge.terminal import show, working

if TYPE_CHECKING:
    from stargauge.grid.hosting.table import HostingTable

grid_app = App(name="grid", help="Transmission networks: what each bus can carry, and what unlocks more.")

for command in (dispatch.redispatch, dispatch.allocate, dispatch.flexible, dispatch.ac):
    grid_app.command(command)


@grid_app.command(name="info")
def grid_info_command(case: str, *, as_json: AsJson = False) -> None:
    """What a transmission network holds, what was assumed in reading it, and what its base case overloads.

    Reads a case of the catalogue, the embedded synthetic US grid ("usa") or a file; writes nothing.

    Args:
        case: Name in the catalogue, for example case_ACTIVSg2000 (extra: grid), "usa", or a path.
    """
    from stargauge.grid import grid_info, load

    show(grid_info(load(case)), as_json)


@grid_app.command
def host(
    case: str,
    *,
    bus: Bus = None,
    near: Near = None,
    radius: Radius = None,
    state: State = None,
    source: Source = "prorata",
    cutoff: Cutoff = "3%",
    pre_existing: PreExisting = "exclude",
    limits: Limits = "1",
    output: Annotated[
        tuple[Path, ...],
        Parameter(help="Also write .parquet, .csv, .geojson, a map .png or .svg, a page .html.", negative=""),
    ] = (),
    as_json: AsJson = False,
) -> None:
    """How much new load each bus can take, N-0 and N-1 secure, and what binds it; all buses if none is named.

    Reads a network; writes the files named by --output.

    Args:
        case: Name in the catalogue, for example case_ACTIVSg2000 (extra: grid), "usa", or a path.
    """
    from stargauge.grid.hosting.command import host as answer
    from stargauge.grid.hosting.writing import TABLES
    from stargauge.grid.picture import PICTURES

    with working() as tell:
        table = answer(
            case,
            bus=bus,
            near=near,
            radius=radius,
            state=state,
            source=source,
            cutoff=cutoff,
            pre_existing=pre_existing,
            limits=limits,
            output=output,
            writers={**TABLES, **PICTURES, ".html": _write_page},
            progress=tell,
        )
    for path in output:
        print(f"wrote {path}", file=sys.stderr)
    show(table, as_json)


@grid_app.command
def second(
    case: str,
    bus: int,
    *,
    source: Source = "prorata",
    cutoff: Cutoff = "3%",
    limits: Limits = "1",
    as_json: AsJson = False,
) -> None:
    """What a bus can take when one branch is out already and any further one is lost (N-1-1).

    Reads a network; writes nothing.

    Args:
        case: Name in the catalogue, "usa", or a path.
        bus: Bus number.
    """
    from stargauge.grid.hosting.command import second as answer

    with working() as tell:
        found = answer(case, bus, source=source, cutoff=cutoff, limits=limits, progress=tell)
    show(found, as_json)


@grid_app.command
def screen(
    case: str,
    *,
    kind: Annotated[
        tuple[str, ...], Parameter(help="Outages: branch, unit, dc, bridge; all by default.", negative="")
    ] = (),
    limits: Limits = "1",
    as_json: AsJson = False,
) -> None:
    """What every single outage overloads, worst first: branches, units, DC lines, and branches that split it.

    Reads a network; writes nothing.

    Args:
        case: Name in the catalogue, "usa", or a path.
    """
    from stargauge.grid.hosting.command import screen as answer

    with working() as tell:
        found = answer(case, kind, limits=limits, progress=tell)
    show(found, as_json)


@grid_app.command
def site(
    case: str = "usa",
    *,
    mw: Annotated[str, Parameter(help="Size of the campus: 1200MW or 1.2GW.")],
    near: Near = None,
    radius: Radius = None,
    state: State = None,
    flex: Annotated[
        str | None, Parameter(help="Share of hours in which the campus may be curtailed: 1%.")
    ] = None,
    region: Annotated[
        str | None,
        Parameter(help="EIA-930 region or balancing authority whose hours count; by state if not given."),
    ] = None,
    min_kv: Annotated[float, Parameter(help="Lowest base voltage looked at.")] = 100.0,
    plans: Annotated[int, Parameter(help="For how many buses upgrades are worked out.")] = 10,
    source: Source = "prorata",
    cutoff: Cutoff = "3%",
    pre_existing: PreExisting = "exclude",
    limits: Limits = "1",
    output: Annotated[
        tuple[Path, ...], Parameter(help="Also write .parquet, .csv or .geojson.", negative="")
    ] = (),
    as_json: AsJson = False,
) -> None:
    """Where a campus of a given size can connect: firm, flexible or after upgrades, and years to power.

    Reads a network and the facts on waits, costs and lead times; writes the files named by --output.

    Args:
        case: Name in the catalogue, "usa", or a path.
    """
    from stargauge.grid.siting.command import site as answer

    with working() as tell:
        found = answer(
            case,
            mw=mw,
            near=near,
            radius=radius,
            state=state,
            flex=flex,
            region=region,
            min_kv=min_kv,
            plans=plans,
            source=source,
            cutoff=cutoff,
            pre_existing=pre_existing,
            limits=limits,
            output=output,
            progress=tell,
        )
    show(found, as_json)


@grid_app.command
def upgrades(
    case: str,
    *,
    bus: Bus = None,
    mw: Annotated[
        str | None,
        Parameter(
            help="Load wanted at the bus, or size of a site beyond which a region's bus does not count."
        ),
    ] = None,
    state: State = None,
    near: Near = None,
    radius: Radius = None,
    area: Annotated[str | None, Parameter(help="Number of an area, or name of a zone.")] = None,
    count: Annotated[int, Parameter(help="How many upgrades of a region.")] = 10,
    together: Annotated[str, Parameter(help="Raise one element at a time, or a whole corridor.")] = "element",
    source: Source = "prorata",
    cutoff: Cutoff = "3%",
    pre_existing: PreExisting = "exclude",
    limits: Limits = "1",
    as_json: AsJson = False,
) -> None:
    """What to raise so that a bus can take a load, or, without a bus, what unlocks most in a region.

    Reads a network and the facts on gains, costs and lead times; writes nothing.

    Args:
        case: Name in the catalogue, "usa", or a path.
    """
    from stargauge.grid.upgrades.command import upgrades as answer

    with working() as tell:
        found = answer(
            case,
            bus=bus,
            mw=mw,
            state=state,
            near=near,
            radius=radius,
            area=area,
            count=count,
            together=together,
            source=source,
            cutoff=cutoff,
            pre_existing=pre_existing,
            limits=limits,
            progress=tell,
        )
    show(found, as_json)


@grid_app.command
def warmup(*, as_json: AsJson = False) -> None:
    """Compile the kernels of flows and hosting ahead of the first study; about half a minute, once."""
    from stargauge.grid.hosting.warmup import warm_up

    with working() as tell:
        done = warm_up(tell)
    show(done, as_json)


def _write_page(table: HostingTable, path: Path) -> None:
    from stargauge.report.hosting_page import write_hosting_page

    write_hosting_page(table, path)
