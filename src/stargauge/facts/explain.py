"""Explains any number: what it is, where it is from, what uses it, and who disagrees.

`explain` answers with plain data; `to_dict` is what `--json` prints and `render` what a terminal shows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from stargauge.errors import InputError, Mistake
from stargauge.facts.record import CONFIDENCE_ORDER, Fact
from stargauge.facts.registry import Registry
from stargauge.facts.units import conversion_factor
from stargauge.facts.wording import number_text, unit_text

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_IN_FULL = 3
"""Facts of a search that are explained; the others are listed by one line each."""

GRADES = {
    "A": "primary or official",
    "B": "press",
    "C": "secondary",
    "D": "judgement",
    "unverified": "from memory",
}


@dataclass(frozen=True)
class Value:
    """A number as shown: the middle and the band in which four of five draws fall."""

    p10: float
    p50: float
    p90: float
    unit: str
    distribution: str
    text: str


@dataclass(frozen=True)
class Rival:
    """Another statement of the same quantity; `times` is its median over that of the fact explained."""

    id: str
    title: str
    value: Value
    true_at: str
    confidence: str
    source: str
    times: float | None


@dataclass(frozen=True)
class Use:
    """A model input that a fact reaches; `through` feeds it: the fact, or one worked out from it."""

    input: str
    through: str
    because: str
    in_force: bool


@dataclass(frozen=True)
class FactView:
    """Everything there is to say of one fact."""

    id: str
    title: str
    value: Value
    quantity: str
    region: str
    asset: str
    stage: str
    topic: str
    true_at: str
    known_from: str
    confidence: str
    grade: str
    source: str
    address: str
    licence: str
    note: str
    derived_from: tuple[str, ...]
    uses: tuple[Use, ...]
    rivals: tuple[Rival, ...]


@dataclass(frozen=True)
class Explanation:
    """The answer to a query: facts explained in full, and the others that match."""

    query: str
    facts: tuple[FactView, ...]
    others: tuple[FactView, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return asdict(self)

    def render(self) -> RenderableType:
        """Return what a terminal shows."""
        from rich.console import Group
        from rich.text import Text

        parts: list[RenderableType] = [_render_view(view) for view in self.facts]
        if self.others:
            parts.append(Text(f"{len(self.others)} more match:", style="dim"))
            parts.extend(_render_line(view) for view in self.others)
        return Group(*parts)


@dataclass(frozen=True)
class Overview:
    """What the registry holds: how many facts of which grade, and which fact feeds each model input."""

    known_to: str | None
    digest: str
    grades: dict[str, int]
    inputs: tuple[FactView, ...]
    facts: tuple[FactView, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, every fact included."""
        return asdict(self)

    def render(self) -> RenderableType:
        """Return what a terminal shows: the inputs of the model with the facts that feed them."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        counts = ", ".join(f"{count} {GRADES[grade]} [{grade}]" for grade, count in self.grades.items())
        table = Table(box=None, pad_edge=False, header_style="dim")
        for column in ("model input", "value", "grade", "fact"):
            table.add_column(column, overflow="fold")
        for view in self.inputs:
            table.add_row(_input_name(view), view.value.text, view.confidence, view.id)
        head = f"{len(self.facts)} facts: {counts}"
        return Group(Text(head), Text(""), table)


def explain(query: str, registry: Registry) -> Explanation:
    """Explain the facts that a query names: an id, the name of a model input, or words.

    Args:
        query: For example `X01`, `delivery.duration.fitout` or `transformer lead time`.
        registry: The facts, cut to a date where one is meant.

    Raises:
        InputError: If nothing matches.
    """
    text = query.strip()
    if text in registry:
        found = [registry[text]]
    elif text in registry.inputs():
        found = [registry.input(text)]
    else:
        found = registry.search(text)
    if not found:
        raise InputError("facts", [Mistake(0, "query", f'no fact matches "{query}"')], "nothing was found")
    views = [view_fact(fact, registry) for fact in found]
    return Explanation(query, tuple(views[:SHOWN_IN_FULL]), tuple(views[SHOWN_IN_FULL:]))


def overview(registry: Registry) -> Overview:
    """Return what a registry holds."""
    counts: Counter[str] = Counter(fact.confidence for fact in registry)
    return Overview(
        known_to=registry.known_to.isoformat() if registry.known_to else None,
        digest=registry.digest(),
        grades={grade: counts[grade] for grade in CONFIDENCE_ORDER if counts[grade]},
        inputs=tuple(view_fact(registry.input(name), registry) for name in registry.inputs()),
        facts=tuple(view_fact(fact, registry) for fact in registry),
    )


def view_fact(fact: Fact, registry: Registry) -> FactView:
    """Return everything a registry says of one of its facts."""
    return FactView(
        id=fact.id,
        title=fact.title,
        value=value_of(fact),
        quantity=fact.quantity,
        region=fact.region,
        asset=fact.asset,
        stage=fact.stage,
        topic=fact.topic,
        true_at=fact.true_at.isoformat(),
        known_from=fact.known_from.isoformat(),
        confidence=fact.confidence,
        grade=GRADES[fact.confidence],
        source=fact.source,
        address=fact.address,
        licence=fact.licence,
        note=fact.note,
        derived_from=fact.derived_from,
        uses=tuple(_uses(fact, registry)),
        rivals=tuple(_rival(other, fact) for other in registry.rivals(fact.id)),
    )


def _uses(fact: Fact, registry: Registry) -> list[Use]:
    """Return the inputs a fact reaches, following facts worked out from it as far as they go."""
    uses: list[Use] = []
    seen: set[str] = set()
    waiting = [fact]
    while waiting:
        step = waiting.pop(0)
        if step.id in seen:
            continue
        seen.add(step.id)
        if step.feeds:
            in_force = registry.input(step.feeds).id == step.id
            uses.append(Use(step.feeds, step.id, step.chosen_because, in_force))
        waiting.extend(registry.users(step.id))
    return uses


def _rival(other: Fact, fact: Fact) -> Rival:
    try:
        factor = conversion_factor(other.unit, fact.unit)
    except ValueError:
        factor = None
    median = fact.distribution.median
    times = other.distribution.median * factor / median if factor is not None and median > 0 else None
    return Rival(
        id=other.id,
        title=other.title,
        value=value_of(other),
        true_at=other.true_at.isoformat(),
        confidence=other.confidence,
        source=other.source,
        times=times,
    )


def value_of(fact: Fact) -> Value:
    """Return a fact's number as shown."""
    p10, p50, p90 = (float(value) for value in fact.distribution.quantile([0.1, 0.5, 0.9]))
    text = f"{number_text(p50)} {unit_text(fact.unit, p50)}".strip()
    if not fact.distribution.is_constant:
        text += f" ({number_text(p10)} to {number_text(p90)})"
    return Value(p10, p50, p90, fact.unit, f"{fact.distribution.kind}: {fact.distribution.describe()}", text)


def _input_name(view: FactView) -> str:
    return next((use.input for use in view.uses if use.through == view.id), view.title)


def _render_view(view: FactView) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(view.id, style="bold not dim"), Text(view.title, style="bold"))
    grid.add_row("value", view.value.text)
    grid.add_row("spread", view.value.distribution)
    place = ", ".join(part for part in (view.region, view.asset, view.stage) if part)
    grid.add_row("about", place or "-")
    grid.add_row("true at", f"{view.true_at}, known from {view.known_from}")
    grid.add_row("source", Text(f"[{view.confidence}] {view.source} ({view.grade})"))
    if view.address:
        grid.add_row("address", Text(view.address))
    grid.add_row("licence", Text(view.licence))
    if view.note:
        grid.add_row("note", Text(view.note))
    if view.derived_from:
        grid.add_row("worked out from", ", ".join(view.derived_from))
    for label, lines in (("used by", _use_lines(view)), ("others say", _rival_lines(view))):
        for number, line in enumerate(lines):
            grid.add_row("" if number else label, Text(line))
    grid.add_row("", "")
    return grid


def _use_lines(view: FactView) -> list[str]:
    if not view.uses:
        return ["no input of the model"]
    lines = []
    for use in view.uses:
        by = "" if use.through == view.id else f" through {use.through}"
        state = "" if use.in_force else " (a newer or better graded fact feeds it now)"
        lines.append(f"{use.input}{by}{state}: {use.because}")
    return lines


def _rival_lines(view: FactView) -> list[str]:
    lines = []
    for rival in view.rivals:
        times = f", {rival.times:.2g} times this" if rival.times is not None else ""
        said = f"{rival.value.text}{times}, {rival.true_at[:4]}"
        lines.append(f"{rival.id} {rival.title}: {said} [{rival.confidence}] {rival.source}")
    return lines


def _render_line(view: FactView) -> RenderableType:
    from rich.text import Text

    return Text(f"  {view.id}  {view.title}  {view.value.text}  {view.true_at[:4]}  [{view.confidence}]")
