"""The command line of the chip rules: one short function a command, no logic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from stargauge.cli.options import AsJson
from stargauge.terminal import show

controls_app = App(
    name="controls", help="US export controls on chips: classes, licences, exceptions; no advice."
)

Day = Annotated[
    str | None, Parameter(name="--date", help="Day YYYY-MM-DD; the last day of the sources by default.")
]


@controls_app.command
def check(
    chip: str | None = None,
    *,
    to: Annotated[str, Parameter(help="Country it goes to: CN or China.")],
    owner: Annotated[
        str | None, Parameter(help="Where the buyer's ultimate parent is headquartered; --to by default.")
    ] = None,
    date: Day = None,
    end_use: Annotated[str, Parameter(help="general, supercomputer, chip-making or military.")] = "general",
    end_user: Annotated[
        str, Parameter(help="ordinary, listed, affiliate, uae-exempt or us-packager (docs/controls.md).")
    ] = "ordinary",
    exported_from: Annotated[str, Parameter(name="--from", help="Country it is sent from.")] = "US",
    tpp: Annotated[float | None, Parameter(help="TPP of a chip by numbers, in place of a name.")] = None,
    density: Annotated[float | None, Parameter(help="Its TPP per mm2 of logic die.")] = None,
    memory_bandwidth: Annotated[float | None, Parameter(help="Its memory bandwidth, GB/s.")] = None,
    interconnect: Annotated[float | None, Parameter(help="Its bandwidth over all links, GB/s.")] = None,
    datacentre: Annotated[
        bool | None,
        Parameter(negative="--no-datacentre", help="Whether it is marketed for data centres; yes."),
    ] = None,
    hbm_density: Annotated[
        float | None, Parameter(help="GB/s per mm2 of a stand-alone memory stack, in place of all others.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What US rules ask of one chip to one country: no licence, a licence and its review, an exception.

    Reads the rules that ship with the program; writes nothing. Not legal advice.

    Args:
        chip: Name of a chip of the table: "NVIDIA H20" or H20.
    """
    from stargauge.world.controls.asked import check_asked

    numbers = {
        "tpp": tpp,
        "density": density,
        "memory_bandwidth": memory_bandwidth,
        "interconnect": interconnect,
        "hbm_density": hbm_density,
    }
    show(check_asked(chip, numbers, datacentre, to, owner, date, end_use, end_user, exported_from), as_json)


@controls_app.command
def table(*, date: Day = None, as_json: AsJson = False) -> None:
    """The rules on a day: in force, suspended, not enforced; every chip's class and way to China.

    Reads the rules that ship with the program; writes nothing. Not legal advice.
    """
    from stargauge.world.controls import controls_table

    show(controls_table(date), as_json)


@controls_app.command
def batch(
    file: Path,
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"), help="CSV file to write.")],
    as_json: AsJson = False,
) -> None:
    """Check every row of a CSV file, a million a second; columns are in docs/controls.md.

    Reads the file and the rules that ship with the program; writes the file that -o names, whole or not at
    all.

    Args:
        file: CSV file with a header: chip, to, owner, date and more.
    """
    from stargauge.world.controls import controls_batch

    show(controls_batch(file, output), as_json)
