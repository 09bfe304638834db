"""The house as `docs/architecture.md` draws it: who may import whom, no cycles, sizes of modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "stargauge"

ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "streams": set(),
    "compiled": set(),
    "facts": {"errors"},
    "scenario": {"errors", "facts"},
    "track": {"errors", "facts"},
    "grid": {"errors", "facts"},
    "policy": {"errors", "compiled", "facts", "scenario"},
    "delivery": {"errors", "compiled", "facts", "scenario"},
    "compute": {"errors", "facts", "scenario"},
    "power": {"errors", "compiled", "facts", "scenario"},
    "opposition": {"errors", "compiled", "streams", "facts", "scenario"},
    "world": {"errors", "compiled", "facts", "scenario"},
    "model": {
        "errors", "compiled", "streams", "facts", "scenario", "policy", "grid", "delivery", "power",
        "opposition", "compute", "world",
    },
    "ensemble": {"errors", "streams", "model"},
    "insight": {
        "errors", "streams", "facts", "scenario", "policy", "delivery", "track", "world", "model",
        "ensemble",
    },
    "report": {"errors", "facts", "scenario", "policy", "track", "grid", "world", "ensemble", "insight"},
    "web": {
        "errors", "facts", "scenario", "policy", "track", "grid", "delivery", "model", "ensemble", "insight",
        "runs",
    },
    "runs": {"errors", "facts", "scenario", "model", "ensemble", "insight"},
    "terminal": {"errors"},
}  # fmt: skip
GRID: dict[str, set[str]] = {
    "readers": {"columns", "defaults", "network", "origin"},
    "flows": {"network"},
    "options": {"flows"},
    "flexibility": {"options"},
    "hosting": {"catalogue", "flows", "network", "options"},
    "picture": {"hosting", "network"},
    "redispatch": {"catalogue", "flows", "hosting", "network", "options"},
    "upgrades": {"catalogue", "flows", "hosting", "network", "options"},
    "ac": {"catalogue", "flows", "hosting", "network", "options", "readers"},
    "siting": {"catalogue", "flexibility", "flows", "hosting", "network", "options", "upgrades"},
}
WORLD: dict[str, set[str]] = {
    "blocs": set(),
    "poles": set(),
    "slots": set(),
    "tails": set(),
    "quarters": set(),
    "controls": {"blocs"},
    "series": {"blocs", "poles"},
    "trust": {"blocs", "slots", "tails"},
    "rules": {"blocs", "slots", "tails"},
    "adoption": {"blocs", "slots", "tails"},
    "ledgers": {"blocs", "controls", "quarters", "series", "slots", "tails"},
    "position": {"blocs", "poles"},
    "kernel": {"adoption", "ledgers", "quarters", "rules", "trust"},
    "setup": {"adoption", "ledgers", "position", "quarters", "rules", "trust"},
    "block": {"adoption", "blocs", "kernel", "ledgers", "rules", "setup", "trust"},
}
EVERYTHING = {"commands", "cli", "__init__"}
KERNELS = (
    "delivery/clocks.py",
    "delivery/phases.py",
    "delivery/queue.py",
    "delivery/durations.py",
    "delivery/factors.py",
    "power/sharing.py",
    "power/kernel.py",
    "opposition/index.py",
    "compute/stock.py",
    "world/kernel.py",
    "world/tails.py",
    "world/adoption/market.py",
    "world/ledgers/steps.py",
    "world/ledgers/capability.py",
    "world/position/kernel.py",
    "world/rules/laws.py",
    "world/trust/opinion.py",
    "world/trust/packages.py",
    "model/land.py",
    "model/territory.py",
    "model/serving.py",
    "model/months.py",
)


def room_of(path: Path) -> str:
    part = path.relative_to(SOURCE).parts[0]
    return part.removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Return the rooms a module imports, wherever the import stands."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "stargauge":
            parts = node.module.split(".")
            rooms |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                parts = alias.name.split(".")
                if parts[0] == "stargauge" and len(parts) > 1:
                    rooms.add(parts[1])
    return rooms - {room_of(path), "__version__"}


MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    room = room_of(path)
    if room in EVERYTHING:
        return
    assert imports(path) <= ALLOWED[room], f"{room} may import {sorted(ALLOWED[room])}"


@pytest.mark.parametrize("name", GRID)
def test_rooms_of_the_grid_stand_on_each_other_one_way(name: str) -> None:
    _one_way("grid", name, GRID)


@pytest.mark.parametrize("name", WORLD)
def test_rooms_of_the_world_stand_on_each_other_one_way(name: str) -> None:
    _one_way("world", name, WORLD)


def test_every_room_of_the_world_is_told() -> None:
    found = {path.relative_to(SOURCE / "world").parts[0] for path in (SOURCE / "world").rglob("*.py")}
    assert {name.removesuffix(".py") for name in found} - {"__init__"} == set(WORLD)


def _one_way(room: str, name: str, allowed: dict[str, set[str]]) -> None:
    folder = SOURCE / room / name
    for path in folder.rglob("*.py") if folder.is_dir() else [SOURCE / room / f"{name}.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"stargauge.{room}")):
                continue
            parts = (node.module or "").split(".")
            asked = {parts[2]} if len(parts) > 2 else {alias.name for alias in node.names}
            assert asked <= allowed[name] | {name}, f"{path.name} asks {asked}"


def test_every_room_is_in_the_picture() -> None:
    rooms = {room_of(path) for path in MODULES} - {"__init__"}
    text = (SOURCE.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert rooms - EVERYTHING <= set(ALLOWED)
    for room in rooms:
        assert f"`{room}/`" in text or f"`{room}.py`" in text, f"docs/architecture.md does not name {room}"


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_know_arrays_alone(name: str) -> None:
    text = (SOURCE / name).read_text(encoding="utf-8")
    tree = ast.parse(text)
    outside = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert outside <= {
        "__future__",
        "collections",
        "dataclasses",
        "math",
        "typing",
        "numpy",
        "numba",
        "scipy",
        "stargauge",
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_hold_one_idea(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 400, f"{lines} lines; split it by noun"
