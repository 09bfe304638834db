"""From a scenario to YAML, and a commented file to start from; written whole or not at all."""

from __future__ import annotations

import io
import os
import re
import tempfile
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML

from stargauge.errors import InputError, Mistake, StoreError
from stargauge.scenario.amounts import example_of
from stargauge.scenario.reader import builtin_names, is_path, load_scenario
from stargauge.scenario.scenario import Scenario
from stargauge.scenario.schema import SCHEMA_NAME, schema_text
from stargauge.scenario.vocabulary import FactLike, Vocabulary, shipped_vocabulary

_NOTHING = "nothing was written"


def to_yaml(scenario: Scenario) -> str:
    """Return the scenario as YAML 1.2 that says everything; read back it has the same canonical form."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.allow_unicode = True
    yaml.width = 110
    stream = io.StringIO()
    yaml.dump(scenario.canonical(), stream)
    return stream.getvalue()


def write_starter(
    path: Path, base: str = "us-2026", *, vocabulary: Vocabulary | None = None
) -> tuple[Path, ...]:
    """Write a commented, valid scenario that extends `base`, and the JSON Schema beside it for editors.

    Args:
        path: File to make; ends in .yaml or .yml, and must not exist.
        base: Built-in name or path of the scenario to extend.
        vocabulary: Names to choose examples from; the shipped tables' where None.

    Returns:
        The files written: the scenario, and the schema where it was not there already.

    Raises:
        InputError: Where the file exists, the ending is another, or the base has mistakes.
        StoreError: Where the folder cannot be written; nothing is left behind.
    """
    if path.suffix.lower() not in {".yaml", ".yml"}:
        raise _refusal(path, f"a scenario file ends in .yaml; for example {path.name or 'mine'}.yaml")
    if path.exists() or path.is_symlink():
        raise _refusal(path, "exists already and is not overwritten; choose another name")
    parent = load_scenario(base, vocabulary=vocabulary)
    extends = base
    if is_path(base):
        extends = Path(os.path.relpath(Path(base).expanduser().resolve(), path.parent.resolve())).as_posix()
        extends = extends if is_path(extends) else f"./{extends}"
    text = starter_text(_name_for(path), extends, parent, vocabulary or shipped_vocabulary())
    schema = path.parent / SCHEMA_NAME
    written = [path]
    if _schema_is_needed(schema):
        _write(schema, schema_text(), replace=True)
        written.append(schema)
    _write(path, text, replace=False)
    return tuple(written)


def starter_text(name: str, extends: str, parent: Scenario, vocabulary: Vocabulary) -> str:
    """Return the starter file: prose after `##`, and after `#` lines that are valid once uncommented."""
    fact = _example_fact(parent.as_of, vocabulary)
    programme = next((item for item in vocabulary.programmes if "(US)" in item), vocabulary.programmes[0])
    soon = parent.as_of.year + 1
    region = "TEX" if "TEX" in vocabulary.regions else vocabulary.regions[0]
    return _STARTER.format(
        schema=SCHEMA_NAME,
        name=name,
        start=parent.start,
        end=parent.end,
        as_of=parent.as_of,
        seed=parent.seed,
        futures=parent.futures,
        soon=soon,
        later=soon + 1,
        far=soon + 3,
        extends=_quoted(extends),
        bases=", ".join(builtin_names()),
        programme=_quoted(programme),
        region=region,
        fact=fact.id,
        fact_title=fact.title,
        fact_unit=fact.unit,
        fact_value=example_of(fact),
        fact_median=f"{fact.distribution.median:.4g}",
    )


def _example_fact(as_of: date, vocabulary: Vocabulary) -> FactLike:
    """Return the override most users want: a duration that the model uses on that day, the first by id."""
    known: list[FactLike] = [fact for fact in vocabulary.facts.values() if fact.known_from <= as_of]
    used = [
        fact
        for fact in known
        if fact.quantity == "duration" and fact.feeds and vocabulary.chosen(fact.feeds, as_of) in (None, fact)
    ]
    return min(used or known, key=lambda fact: fact.id)


def _name_for(path: Path) -> str:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._")[:64]
    return name or "scenario"


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ()./_-]*", text) else "'" + text.replace("'", "''") + "'"


def _schema_is_needed(schema: Path) -> bool:
    try:
        present = schema.read_text(encoding="utf-8")
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        present = ""
    if present == schema_text():
        return False
    if f'"$id": "{SCHEMA_NAME}"' in present:
        return True
    raise _refusal(schema, "is not Stargauge's schema and is not overwritten; choose another folder")


def _write(path: Path, text: str, *, replace: bool) -> None:
    """Write through a temporary file in the same folder, so that a full disk leaves no half of a file."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        if not replace:
            # Claims the name first: what another program has put there meanwhile is not overwritten.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(temporary, path)
        temporary = ""
    except FileExistsError:
        raise _refusal(path, "exists already and is not overwritten; choose another name") from None
    except OSError as error:
        reason = (
            "no such folder"
            if isinstance(error, FileNotFoundError)
            else (error.strerror or str(error)).lower()
        )
        raise StoreError(f"{path} could not be written: {reason}; nothing was changed") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _refusal(path: Path, message: str) -> InputError:
    return InputError(str(path), [Mistake(0, "(file)", message)], _NOTHING)


_STARTER = """\
# yaml-language-server: $schema={schema}
## A scenario of Stargauge. What is said here holds; for the rest, what it extends. Lines after a single # are
## examples: take the # away to use them. Check with: stargauge scenario check, run with: stargauge run.

stargauge: 1
name: {name}
# title: One line for headings
# description: What changes, and why

## A built-in scenario ({bases}) or the path of a file.
extends: {extends}

## Months of the run, and the day from which the future is drawn: only what was known then is used.
# start: {start}
# end: {end}
# as_of: {as_of}

## The same seed gives the same futures.
# seed: {seed}
# futures: {futures}

## Programmes or sites to show; all of them are simulated. Left out: all.
# programmes:
#   - {programme}

## Levers: how much of a policy is in force, from 0 to 1. A plain number holds from the as-of month on.
# levers:
#   permitting_time:
#     - {{from: {soon}-01, intensity: 0.5}}
#     - {{from: {later}-01, intensity: 0.8}}
#   flexible_load: 0.3

## The plan: fitted (goes on as its record lets expect), frozen or none; parts of it off, later or forced. A
## part is a pillar, section, agency, action or lever.
# policy:
#   execution: fitted
#   off: [P2.1.3, P3]
#   delay: {{DOE: 12 months}}
#   force:
#     P2.2: {{stage: in force, from: {soon}-07}}

## Any sourced number, by its id: a number, text with a unit, or a distribution.
## {fact}: {fact_title}, in {fact_unit}. The others: stargauge facts
# facts:
#   {fact}: {{distribution: lognormal, median: {fact_median}, log_sd: 0.4, unit: {fact_unit}}}

## Stages: land, power, construction, fitout. A scale above 1 takes longer.
# stages:
#   power: {{scale: 1.25}}

## Limits: off, a scale, or a path of your own with units.
# limits:
#   headroom:
#     - region: {region}
#       path: {{{soon}: 6 GW, {far}: 14 GW}}
#   chips: {{scale: 1.2}}
#   capital: {{off: true}}

## The rest: how often phases are cancelled, how far building raises opposition, phases nobody named, what
## pledges leave without a site; and whether durations are drawn (model) or everything comes on its announced
## date (announced).
# cancellation: {{scale: 1.5}}
# opposition: {{off: true}}
# background: {{off: true}}
# remainder: {{off: true}}
# schedule: model

## Position among blocs: compute by location or owner, the Gulf as its own bloc or counted with the US, chip
## sales to China by the rules, open or closed, and whether what others use draws buyers of models.
# world: {{ledger: owner, gulf: us, chip_sales_to_china: open, network: {{off: true}}}}
"""
