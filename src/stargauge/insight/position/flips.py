"""Which conclusions hang on how position is read: the same futures under other ledgers, blocs and switches.

Every reading meets the same luck and the same compute in the US, so that what differs is the reading. A
conclusion flips where its chance lies on the other side of one half.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.facts import Registry, load_registry
from stargauge.model import BLOCK_FUTURES, Prepared, draw, world_inputs
from stargauge.model.world import WorldInputs, fill_world
from stargauge.scenario.parts import Switch
from stargauge.scenario.world import World
from stargauge.world.block import WorldBlock, simulate_world
from stargauge.world.blocs import BLOCS
from stargauge.world.quarters import quarter_ends
from stargauge.world.setup import WorldPlan, plan_world

if TYPE_CHECKING:
    from rich.console import RenderableType

Floats = NDArray[np.float64]

FUTURES = 1024
"""Futures of a table of flips; the standard error of a chance is then at most 1.6 points."""

ASKED = "as asked"
NO_ROBOTS = "applications without robots"
ROBOT_WEIGHT = "world.adoption.robot_weight"
HALF = 0.5
TENTH = 0.1
LAST_MONTH = "12"
YEARS = ("2030",)
"""Years whose end is told beside that of the run."""


@dataclass(frozen=True)
class Conclusion:
    """Something to be said of the world: its name and the words, true of a future or not."""

    name: str
    words: str


@dataclass(frozen=True)
class Flip:
    """A conclusion in a month: its chance as asked and in each other reading."""

    conclusion: Conclusion
    month: str
    chances: dict[str, float]

    def flips(self, reading: str) -> bool:
        """Return whether a reading puts the chance on the other side of one half."""
        return (self.chances[reading] > HALF) != (self.chances[ASKED] > HALF)

    @property
    def flipped_by(self) -> tuple[str, ...]:
        """The readings that flip it."""
        return tuple(name for name in self.chances if name != ASKED and self.flips(name))


@dataclass(frozen=True)
class Flips:
    """The table of flips: readings, and the conclusions of each month told."""

    scenario: str
    as_of: str
    futures: int
    readings: dict[str, str]
    months: tuple[str, ...]
    flips: tuple[Flip, ...]

    def in_month(self, month: str) -> tuple[Flip, ...]:
        """Return the conclusions of a month."""
        return tuple(one for one in self.flips if one.month == month)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "scenario": self.scenario,
            "as_of": self.as_of,
            "futures": self.futures,
            "readings": self.readings,
            "months": list(self.months),
            "flips": [
                {**asdict(one.conclusion), "month": one.month, "chances": one.chances}
                | {"flipped_by": list(one.flipped_by)}
                for one in self.flips
            ],
        }

    def render(self) -> RenderableType:
        """Return the screen, within 100 columns."""
        from stargauge.insight.position.screen import flips_screen

        return flips_screen(self)


def readings_of(asked: World) -> dict[str, World]:
    """Return the other readings of a world, by name: each differs from what is asked in one thing."""
    other = {
        f"compute by {ledger}": {"ledger": ledger}
        for ledger in ("location", "owner")
        if ledger != asked.ledger
    }
    changes: dict[str, dict[str, Any]] = {
        **other,
        **({"Gulf with the US": {"gulf": "us"}} if asked.gulf == "own" else {"Gulf a bloc": {"gulf": "own"}}),
        **({} if asked.network.off else {"no network effect": {"network": Switch(off=True)}}),
        **{
            f"chip sales {sales}": {"chip_sales_to_china": sales}
            for sales in ("open", "closed", "rules")
            if sales != asked.chip_sales_to_china
        },
    }
    return {name: asked.model_copy(update=change) for name, change in changes.items()}


def without_robots(plan: WorldPlan) -> WorldPlan:
    """Return a world whose layer of applications counts firms that use AI and no robots.

    How much robots count is a definition that no fact settles, and it decides who leads the layer.
    """
    fixed = {**plan.adoption.fixed, ROBOT_WEIGHT: 0.0}
    return replace(plan, adoption=replace(plan.adoption, fixed=fixed))


def flips(
    prepared: Prepared,
    futures: int = FUTURES,
    registry: Registry | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Flips:
    """Return which conclusions flip under other readings.

    Args:
        prepared: The scenario made ready.
        futures: Futures of each reading, whole blocks.
        registry: Facts; the shipped ones by default.
        progress: Called with (blocks done, blocks).

    Raises:
        InputError: The run holds no world, or there are no futures.
    """
    if prepared.world is None:
        told = "the scenario leaves the world out, or no quarter of the run ends after its as-of date"
        raise InputError("world flips", [Mistake(0, "scenario", told)])
    if futures < 1:
        raise InputError("world flips", [Mistake(0, "--futures", f"{futures} futures; expected at least 1")])
    scenario, months = prepared.scenario, prepared.months
    known = scenario.apply(registry or load_registry())
    plans = {ASKED: prepared.world}
    for name, world in readings_of(scenario.world).items():
        plans[name] = plan_world(world, known, months, quarter_ends(months), scenario.as_of)
    if prepared.world.adoption.fixed[ROBOT_WEIGHT] > 0.0:
        plans[NO_ROBOTS] = without_robots(prepared.world)
    told_months = tuple(
        dict.fromkeys(
            [*(f"{year}-{LAST_MONTH}" for year in YEARS if f"{year}-{LAST_MONTH}" in months), months[-1]]
        )
    )
    rows = [months.index(month) for month in told_months]
    held: dict[str, list[dict[str, Floats]]] = {name: [] for name in plans}
    blocks = -(-futures // BLOCK_FUTURES)
    for block in range(blocks):
        size = min(BLOCK_FUTURES, futures - block * BLOCK_FUTURES)
        inputs = world_inputs(prepared, draw(prepared, block, size))
        for name, paths in _paths(prepared, plans, inputs).items():
            held[name].append(_judged(prepared, plans[name].asked.ledger, paths, rows))
        if progress is not None:
            progress(block + 1, blocks)
    chances = {
        name: {key: np.concatenate([one[key] for one in parts]).mean(axis=0) for key in parts[0]}
        for name, parts in held.items()
    }
    return Flips(
        scenario=scenario.name,
        as_of=str(scenario.as_of),
        futures=futures,
        readings={name: _words(name) for name in plans},
        months=told_months,
        flips=tuple(
            Flip(one, month, {name: float(chances[name][one.name][column]) for name in plans})
            for column, month in enumerate(told_months)
            for one in CONCLUSIONS
        ),
    )


def _paths(prepared: Prepared, plans: Mapping[str, WorldPlan], inputs: WorldInputs) -> dict[str, Floats]:
    """Return (futures, series, months) of each reading; one that only counts otherwise is not run anew."""
    assert prepared.told is not None
    run: dict[tuple[bool, str, float], WorldBlock] = {}
    found = {}
    for name, plan in plans.items():
        asked, robots = plan.asked, plan.adoption.fixed[ROBOT_WEIGHT]
        key = (asked.network.off, asked.chip_sales_to_china, robots)
        if key not in run:
            run[key] = simulate_world(plan, *inputs)
        paths = np.empty((inputs.us_h100e.shape[0], len(prepared.told.series), len(prepared.months)))
        fill_world(plan, prepared.told, run[key], inputs.us_h100e, paths, 0)
        found[name] = paths
    return found


CONCLUSIONS = (
    Conclusion("one_pole", "the world is unipolar"),
    Conclusion("majority", "one bloc holds over half of all, with no second pole"),
    Conclusion("two_poles", "the world is bipolar"),
    Conclusion("limited_multipolar", "the world is limited multipolar"),
    Conclusion("us_compute", "the US holds over half of compute"),
    Conclusion("china_compute", "China holds a tenth of compute or more"),
    Conclusion("us_models", "US stacks hold over half of tokens in the world"),
    Conclusion("us_models_allies", "US stacks hold over half of tokens among US allies"),
    Conclusion("china_models_rest", "the rest of the world uses the Chinese open stack more than US ones"),
    Conclusion("china_applications", "China leads applications and robots"),
    Conclusion("eu_rules", "rules of the EU reach more of the market than any other's"),
)
"""What is asked of every reading."""


def _judged(prepared: Prepared, ledger: str, paths: Floats, rows: list[int]) -> dict[str, Floats]:
    """Return (futures, months told) of each conclusion, 1 where it holds in a future."""
    assert prepared.told is not None
    row_of = {one.name: row for row, one in enumerate(prepared.told.series)}

    def of(name: str) -> Floats:
        return paths[:, row_of[name]][:, rows]

    def leads(series: str, bloc: str) -> Floats:
        shares = np.stack([of(f"{series}:{one}") for one in BLOCS])
        return np.asarray(shares.argmax(axis=0) == BLOCS.index(bloc), dtype=np.float64)

    def us_models(place: str) -> Floats:
        return of(f"token_share:{place}us_closed") + of(f"token_share:{place}us_open")

    compute = f"compute_share_{ledger}"
    found = {
        "one_pole": of("class:unipolar"),
        "majority": of("class:unipolar") + of("class:primacy"),
        "two_poles": of("class:bipolar"),
        "limited_multipolar": of("class:limited_multipolar"),
        "us_compute": of(f"{compute}:US") > HALF,
        "china_compute": of(f"{compute}:China") >= TENTH,
        "us_models": us_models("") > HALF,
        "us_models_allies": us_models("allies:") > HALF,
        "china_models_rest": of("token_share:rest:china_open") > us_models("rest:"),
        "china_applications": leads("application_share", "China"),
        "eu_rules": leads("rules_share", "EU"),
    }
    return {name: np.asarray(values, dtype=np.float64) for name, values in found.items()}


def _words(reading: str) -> str:
    return READINGS.get(reading, reading)


READINGS = {
    ASKED: "as the scenario asks",
    "compute by owner": "compute counts for the bloc whose firms own it, not where it stands",
    "compute by location": "compute counts where it stands, not for the bloc whose firms own it",
    "Gulf with the US": "the Gulf is counted in with the US",
    "Gulf a bloc": "the Gulf is a bloc of its own",
    "no network effect": "what others use draws no buyer of models (n = 0)",
    "chip sales open": "from the as-of date no licence is needed for chips to China",
    "chip sales closed": "from the as-of date no advanced chip is sold to China",
    "chip sales rules": "the rules in force on the as-of date stay",
    NO_ROBOTS: "applications are firms that use AI alone, no robots",
}
"""Readings in words."""
