"""From a name, a file or text to a `Scenario`: finds it, flattens `extends`, lists every mistake."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stargauge.errors import InputError, Mistake
from stargauge.scenario.fields import FORMAT
from stargauge.scenario.scenario import Scenario
from stargauge.scenario.source import CONSEQUENCE, decode, did_you_mean, read_bytes
from stargauge.scenario.tree import MAX_MESSAGE, Tree, dotted, read_tree, shorten
from stargauge.scenario.values import shown
from stargauge.scenario.vocabulary import Vocabulary
from stargauge.scenario.wording import words

BUILTIN_FOLDER = Path(__file__).parent / "builtin"
MAX_ANCESTORS = 16
_OWN = ("stargauge", "name", "title", "description", "extends")
# Fields whose entries a child overrides one by one; all others are replaced whole.
_BY_ENTRY = ("levers", "policy", "facts", "stages", "limits", "world")


@cache
def builtin_names() -> tuple[str, ...]:
    """Return the names of the built-in scenarios, sorted."""
    return tuple(sorted(path.stem for path in BUILTIN_FOLDER.glob("*.yaml")))


def is_path(name_or_path: str) -> bool:
    """Return whether a user's word means a file (.yaml, .yml or a separator in it), not a built-in name."""
    return name_or_path.lower().endswith((".yaml", ".yml")) or "/" in name_or_path or "\\" in name_or_path


def load_scenario(name_or_path: str | Path, *, vocabulary: Vocabulary | None = None) -> Scenario:
    """Return a built-in scenario or the one in a file.

    Args:
        name_or_path: A built-in name; or a path, known by its ending .yaml or .yml or a separator in it.
        vocabulary: Names to check against; the shipped tables' where None.

    Raises:
        InputError: With every mistake of the file, each with its line; or where there is no such scenario.
    """
    path, source = _locate(str(name_or_path), Path(), isinstance(name_or_path, Path))
    return _Reading(vocabulary).scenario(decode(read_bytes(path, source), source), source, path)


def parse_scenario(
    text: str | bytes,
    source: str = "scenario",
    *,
    folder: Path | None = None,
    vocabulary: Vocabulary | None = None,
) -> Scenario:
    """Return the scenario in YAML text.

    Args:
        text: YAML 1.2.
        source: What to call it in an error.
        folder: Where `extends` looks for files; None allows built-in names only, for text from elsewhere.
        vocabulary: Names to check against; the shipped tables' where None.

    Raises:
        InputError: With every mistake, each with its line.
    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    path = folder / "." if folder is not None else None
    return _Reading(vocabulary).scenario(decode(content, source), source, path)


def build_scenario(
    fields: Mapping[str, Any], source: str = "scenario", *, vocabulary: Vocabulary | None = None
) -> Scenario:
    """Return the scenario with these fields, as a file spells them; raises `InputError` without lines."""
    return _Reading(vocabulary).finish(Tree(dict(fields), {}, []), source, None, ())[0]


def changed(scenario: Scenario, *, vocabulary: Vocabulary | None = None, **fields: Any) -> Scenario:
    """Return a copy with some fields replaced, as a command's options do; raises `InputError`."""
    given = {name: value for name, value in fields.items() if value is not None}
    return build_scenario({**scenario.canonical(), **given}, scenario.name, vocabulary=vocabulary)


class _Reading:
    """One reading of a scenario and its ancestors."""

    def __init__(self, vocabulary: Vocabulary | None) -> None:
        self.vocabulary = vocabulary

    def scenario(self, text: str, source: str, path: Path | None) -> Scenario:
        return self.finish(read_tree(text, source), source, path, ())[0]

    def finish(
        self, tree: Tree, source: str, path: Path | None, chain: tuple[str, ...]
    ) -> tuple[Scenario, dict[str, Any]]:
        """Return the scenario of a tree and its fields with those of its ancestors."""
        mistakes = list(tree.mistakes)
        if not isinstance(tree.value, dict) or not tree.value:
            raise InputError(source, mistakes or [_not_a_scenario(tree)], CONSEQUENCE)
        inherited: dict[str, Any] = {}
        broken_parent = "extends" in tree.value and not isinstance(tree.value["extends"], str)
        extends = tree.value.get("extends")
        if isinstance(extends, str):
            try:
                inherited = self.parent(extends, source, path, chain)
            except InputError as error:
                broken_parent = True
                mistakes += _inherited_mistakes(error, source, tree.line(("extends",)))
        merged = _merge(inherited, tree.value)
        context = {"vocabulary": self.vocabulary, "flattened": True}
        try:
            scenario = Scenario.model_validate(merged, context=context)
        except ValidationError as error:
            mistakes += _mistakes(error, tree, skip_missing=broken_parent)
        if mistakes:
            raise InputError(source, mistakes, CONSEQUENCE)
        return scenario, merged

    def parent(self, extends: str, source: str, path: Path | None, chain: tuple[str, ...]) -> dict[str, Any]:
        """Return all fields of the scenario that is extended, itself flattened."""
        if not extends:
            message = "names no scenario; for example extends: us-2026"
            raise InputError(source, [Mistake(0, "extends", message)], CONSEQUENCE)
        if is_path(extends) and path is None:
            message = "only built-in scenarios can be extended here, not files; for example extends: us-2026"
            raise InputError(source, [Mistake(0, "extends", message)], CONSEQUENCE)
        own = (_real(path), *chain) if path is not None and not chain else chain
        found, name = _locate(extends, path.parent if path is not None else Path(), False)
        here = _real(found)
        if here in own:
            message = f"{name} extends itself, through {' and '.join(Path(item).name for item in own)}"
            raise InputError(source, [Mistake(0, "extends", message)], CONSEQUENCE)
        if len(own) >= MAX_ANCESTORS:
            message = f"more than {MAX_ANCESTORS} scenarios extend one another"
            raise InputError(source, [Mistake(0, "extends", message)], CONSEQUENCE)
        tree = read_tree(decode(read_bytes(found, name), name), name)
        return self.finish(tree, name, found, (here, *own))[1]


def _locate(name: str, folder: Path, certain: bool) -> tuple[Path, str]:
    """Return the file a name or path means and what to call it."""
    if certain or is_path(name):
        return _at_home(folder, name), shorten(name, 200)
    if name not in builtin_names():
        known = ", ".join(builtin_names())
        hint = did_you_mean(name, builtin_names()) or f"; built in are {known}, a file ends in .yaml"
        raise InputError(
            shown(name), [Mistake(0, "scenario", f"no such built-in scenario{hint}")], CONSEQUENCE
        )
    return BUILTIN_FOLDER / f"{name}.yaml", name


def _at_home(folder: Path, name: str) -> Path:
    try:
        return folder / Path(name).expanduser()
    except RuntimeError:
        return folder / name


def _real(path: Path) -> str:
    """Return the path without links, by which a cycle is known; as written where it cannot be followed."""
    try:
        return str(path.resolve())
    except (OSError, RuntimeError, ValueError):
        return str(path)


def _merge(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    merged = {key: value for key, value in parent.items() if key not in _OWN}
    for key, value in child.items():
        old = merged.get(key)
        if key in _BY_ENTRY and isinstance(old, dict) and isinstance(value, dict):
            merged[key] = {**old, **value}
        else:
            merged[key] = value
    return merged


def _mistakes(error: ValidationError, tree: Tree, *, skip_missing: bool) -> list[Mistake]:
    found = []
    for detail in error.errors(include_url=False):
        location = detail["loc"]
        if (
            skip_missing
            and detail["type"] == "missing"
            and location != ("name",)
            and location != ("stargauge",)
        ):
            continue
        if any(path[: len(location)] == location for path in tree.unreadable):
            continue
        related = (detail.get("ctx") or {}).get("related", [])
        place = next(
            (path for path in (location, *((name,) for name in related)) if path in tree.lines), location
        )
        message = words(dict(detail), Scenario)
        if location == ("as_of",) and detail["type"] == "missing":
            message += ", or extends: us-2026"
        found.append(Mistake(tree.line(place), dotted(location), shorten(message, MAX_MESSAGE)))
    return found


def _inherited_mistakes(error: InputError, source: str, line: int) -> list[Mistake]:
    """Return an ancestor's mistakes as mistakes of the line that extends it."""
    if error.source == source:
        return [Mistake(line, "extends", mistake.message) for mistake in error.mistakes]
    return [
        Mistake(
            line,
            "extends",
            f"{error.source}{f' line {mistake.line}' if mistake.line else ''}"
            f"{'' if mistake.field in {'(file)', 'scenario'} else f' {mistake.field}'}: {mistake.message}",
        )
        for mistake in error.mistakes
    ]


def _not_a_scenario(tree: Tree) -> Mistake:
    line = max(1, tree.line(()))
    if tree.value is None or tree.value == {}:
        message = f"empty; a scenario starts with stargauge: {FORMAT}, stargauge scenario new writes one"
    else:
        message = f"{shown(tree.value)} at the top; expected fields, starting with stargauge: {FORMAT}"
    return Mistake(line, "(file)", message)
