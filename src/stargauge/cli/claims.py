"""The command line of claims: one short function, no logic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from stargauge.cli.insight import DEFAULT_SCENARIO, Workers, progress
from stargauge.cli.options import AsJson
from stargauge.terminal import show


def claims(
    file: Path | None = None,
    *,
    lang: Annotated[str, Parameter(help="Language of the screen: en, or zh for Traditional Chinese.")] = "en",
    scenario: Annotated[
        str | None, Parameter(help="Built-in name or path; us-2026 by default, the run's with --run.")
    ] = None,
    futures: Annotated[int | None, Parameter(help="Futures; 2,048 by default.")] = None,
    run: Annotated[
        Path | None, Parameter(help="Folder of a finished run: used where its end values suffice.")
    ] = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """What was claimed of the plan: how likely each claim is, the evidence so far, and what moves it most.

    Reads a claims file, a scenario and the facts that ship with the program; writes nothing.

    Args:
        file: Claims file (YAML); by default the claims of public debate that ship with the program.
    """
    from stargauge.insight.claims.desk import claims_of

    with progress() as advance:
        answer = claims_of(
            file,
            scenario=scenario,
            default=DEFAULT_SCENARIO,
            run=run,
            futures=futures,
            language=lang,
            workers=workers,
            progress=advance,
        )
    show(answer, as_json)
