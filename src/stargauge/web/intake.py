"""From the JSON of a request to a checked scenario and the series that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Any

from stargauge.errors import InputError, Mistake
from stargauge.model import NATION
from stargauge.policy import check_names, plan_vocabulary
from stargauge.scenario import Scenario, build_scenario
from stargauge.web.frames import Frame
from stargauge.web.problems import input_problem

SOURCE = "The scenario"

DEFAULT_SERIES = (
    "energised_facility_mw:*",
    f"energised_it_mw:{NATION}",
    f"compute_h100e:{NATION}",
    f"capital_usd_b:{NATION}",
    f"grid_load_mw:{NATION}",
    f"onsite_mw:{NATION}",
    f"shortfall_mw:{NATION}",
)
"""What is shown where a request does not say."""

ALL = ":*"


def read_scenario(fields: dict[str, Any], source: str = SOURCE) -> Scenario:
    """Return the scenario of a request; `extends` finds built-in scenarios only.

    Raises:
        ProblemError: With every mistake.
    """
    try:
        scenario = build_scenario(fields, source, vocabulary=plan_vocabulary())
        check_names(scenario)
    except InputError as error:
        raise input_problem(error, "scenario") from error
    return scenario


def with_futures(scenario: Scenario, futures: int) -> Scenario:
    """Return a scenario with a number of futures, as `stargauge run --futures` runs it."""
    return scenario.model_copy(update={"futures": futures})


def asked_series(frame: Frame, asked: Sequence[str] | None, most: int) -> tuple[str, ...]:
    """Return the series that are asked for, in the order of the model; each once.

    Args:
        frame: Knows the series.
        asked: Names, or `QUANTITY:*`; the default ones where None.
        most: How many may be asked for.

    Raises:
        ProblemError: A name that the run has not, or too many.
    """
    known = tuple(frame.place)
    chosen: set[str] = set()
    mistakes = []
    for name in DEFAULT_SERIES if asked is None else asked:
        found = _matches(name, known)
        if not found and asked is not None:
            mistakes.append(Mistake(0, "series", f'the run has no series "{name}"{_near(name, known)}'))
        chosen |= set(found)
    if len(chosen) > most:
        mistakes.append(Mistake(0, "series", f"{len(chosen)} series; at most {most} at once"))
    if mistakes:
        raise input_problem(InputError("The request", mistakes))
    return tuple(name for name in known if name in chosen)


def _matches(name: str, known: Collection[str]) -> list[str]:
    if name.endswith(ALL):
        prefix = name.removesuffix("*")
        return [one for one in known if one.startswith(prefix)]
    return [name] if name in known else []


def _near(name: str, known: Collection[str]) -> str:
    options = [*known, *{f"{one.split(':')[0]}{ALL}" for one in known}]
    close = get_close_matches(name, options, n=1)
    return (
        f'; did you mean "{close[0]}"?' if close else f"; there are {len(known)}, see `series` of any answer"
    )
