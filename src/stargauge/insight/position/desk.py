"""The answer of `stargauge world`: a run in a folder, or a small one made for the question."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stargauge.ensemble import RunInputs, Store, run_ensemble
from stargauge.errors import InputError, Mistake
from stargauge.insight.position.answer import PositionAnswers
from stargauge.insight.position.flips import Flips, flips
from stargauge.insight.position.reading import position_answers
from stargauge.model import BLOCK_FUTURES, Prepared, prepare
from stargauge.policy import plan_vocabulary
from stargauge.scenario import Scenario, load_scenario, parse_scenario, to_yaml
from stargauge.world.blocs import BLOCS

if TYPE_CHECKING:
    from rich.console import RenderableType

FUTURES = 1024
"""Futures of a small run; the standard error of a chance is then at most 1.6 points."""


@dataclass(frozen=True)
class WorldAnswer:
    """Position among blocs of a scenario, of one bloc or of all."""

    scenario: str
    as_of: str
    bloc: str | None
    position: PositionAnswers

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; of one bloc, its own standings and not the others'."""
        plain = self.position.to_dict()
        if self.bloc is not None:
            plain["blocs"] = [asdict(self.position.bloc(self.bloc))]
        return {"scenario": self.scenario, "as_of": self.as_of, "bloc": self.bloc, **plain}

    def render(self) -> RenderableType:
        """Return the screen, within 100 columns."""
        from stargauge.insight.position.screen import world_screen

        return world_screen(self)


def find_bloc(name: str | None) -> str | None:
    """Return a bloc by its name in any case; None for none.

    Raises:
        InputError: There is no such bloc.
    """
    if name is None:
        return None
    known = {bloc.lower(): bloc for bloc in BLOCS}
    if name.lower() in known:
        return known[name.lower()]
    near = get_close_matches(name.lower(), known, n=1)
    hint = f'; did you mean "{known[near[0]]}"' if near else ""
    told = f'"{name}" is no bloc{hint}; known: {", ".join(BLOCS)}'
    raise InputError("the world", [Mistake(0, "bloc", told)], "nothing was computed")


def world_of_run(folder: Path, bloc: str | None = None) -> WorldAnswer:
    """Return position of the finished run in a folder.

    Args:
        folder: Run folder.
        bloc: A bloc; all of them by default.

    Raises:
        InputError: The bloc is unknown, or the run's scenario leaves the world out.
        StoreError: There is no finished run, or it is older than position.
    """
    bloc = find_bloc(bloc)
    store = Store.open(folder)
    scenario = parse_scenario(store.record.inputs.scenario_yaml, str(folder))
    return _answer(store, scenario, bloc)


def world_of_scenario(
    name: str,
    bloc: str | None = None,
    futures: int = FUTURES,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> WorldAnswer:
    """Return position in a small run of a scenario, which is not kept.

    Args:
        name: Built-in name or path of a scenario.
        bloc: A bloc; all of them by default.
        futures: Number of futures.
        workers: Worker processes; as many as the machine grants by default.
        progress: Called with (blocks done, blocks).

    Raises:
        InputError: The bloc is unknown, or the scenario leaves the world out or has mistakes.
    """
    bloc = find_bloc(bloc)
    scenario = load_scenario(name, vocabulary=plan_vocabulary())
    prepared: Prepared = prepare(scenario)
    if prepared.world is None:
        raise _without(scenario)
    with tempfile.TemporaryDirectory(prefix="stargauge-world-") as folder:
        store = run_ensemble(
            prepared,
            Path(folder),
            inputs=RunInputs(
                scenario_name=scenario.name,
                scenario_yaml=to_yaml(scenario),
                facts_digest="",
                facts_as_of=str(scenario.as_of),
            ),
            futures=futures,
            workers=workers,
            progress=_blocks(progress) if progress is not None else None,
        )
        return _answer(store, scenario, bloc)


def _answer(store: Store, scenario: Scenario, bloc: str | None) -> WorldAnswer:
    position = position_answers(store, scenario)
    if position is None:
        raise _without(scenario)
    return WorldAnswer(scenario.name, str(scenario.as_of), bloc, position)


def _without(scenario: Scenario) -> InputError:
    told = "leaves the world out, or no quarter of it ends after its as-of date"
    return InputError(
        "the world", [Mistake(0, "scenario", f"{scenario.name} {told}")], "nothing was computed"
    )


def flips_of_scenario(name: str, futures: int, progress: Callable[[int, int], None] | None = None) -> Flips:
    """Return which conclusions of a scenario, by name or path, flip under other readings; see `flips`."""
    return flips(prepare(load_scenario(name, vocabulary=plan_vocabulary())), futures, progress=progress)


def _blocks(progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Return what tells progress in blocks to whom it is told in futures."""
    return lambda done, total: progress(-(-done // BLOCK_FUTURES), -(-total // BLOCK_FUTURES))
