"""Whether a tree is what its schema allows, said element by element with the line and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from stargauge.errors import Mistake
from stargauge.policy.stratml.limits import MOST_MISTAKES
from stargauge.policy.stratml.schema import XSI, Child, Form
from stargauge.policy.stratml.values import BLANKS, CHECKS

XINCLUDE = "http://www.w3.org/2001/XInclude"

SCHEMA_HINTS = {f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation"}

LETTERS_SHOWN = 60
"""Letters of a text that a mistake repeats."""


def validity_mistakes(root: Any, form: Form) -> list[Mistake]:
    """Return what a schema does not allow in a document: the first `MOST_MISTAKES`, and if there are more.

    Args:
        root: The root element, whose name and namespace are those of the form.
        form: The schema.
    """
    return shortened(chain(_element(root, form.root, "", form), _identifiers(root, form)))


def shortened(found: Iterable[Mistake]) -> list[Mistake]:
    """Return the first mistakes, each once, and one that says that there are more; the rest is not made."""
    kept: dict[Mistake, None] = {}
    for mistake in found:
        if len(kept) == MOST_MISTAKES and mistake not in kept:
            last = max(one.line for one in kept)
            return [*kept, Mistake(last, "file", f"has more mistakes; these are the first {MOST_MISTAKES}")]
        kept[mistake] = None
    return list(kept)


def local_name(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def shown(text: str) -> str:
    """Return a text of the file as a message may repeat it: short, on one line, nothing that steers."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return plain if len(plain) <= LETTERS_SHOWN else f"{plain[:LETTERS_SHOWN]}..."


def line_of(element: Any) -> int:
    """Return the line on which an element begins, 0 where it was not read from a file."""
    return int(element.sourceline or 0)


def _element(element: Any, name: str, path: str, form: Form) -> Iterator[Mistake]:
    place = path or name
    yield from _attributes(element, name, place, form)
    if name in form.texts:
        yield from _text(element, form.texts[name], place)
        return
    if any((text or "").strip(BLANKS) for text in (element.text, *(child.tail for child in element))):
        yield Mistake(line_of(element), place, "holds words of its own between its elements")
    yield from _children(element, name, path, form)


def _text(element: Any, kind: str, place: str) -> Iterator[Mistake]:
    line = line_of(element)
    for child in element:
        yield _foreign(child, place, f"{shown(local_name(child.tag))} has no place in a text")
        return
    text = element.text or ""
    wrong = CHECKS[kind](text)
    if wrong:
        yield Mistake(line, place, f'"{shown(text)}" {wrong}')
    if "\r" in text:
        yield Mistake(line, place, "holds a carriage return; end lines with a line feed")


def _attributes(element: Any, name: str, place: str, form: Form) -> Iterator[Mistake]:
    known, line = form.attributes.get(name, {}), line_of(element)
    for key, value in element.attrib.items():
        if key in SCHEMA_HINTS:
            continue
        if key not in known:
            yield Mistake(line, place, f"attribute {shown(local_name(key))} has no place here")
        elif value not in known[key].values:
            options = ", ".join(known[key].values)
            yield Mistake(line, place, f'{key} "{shown(value)}" is not one of {options}')
    for key, attribute in known.items():
        if attribute.required and key not in element.attrib:
            said = f"attribute {key} is missing; write one of {', '.join(attribute.values)}"
            yield Mistake(line, place, said)


def _children(element: Any, name: str, path: str, form: Form) -> Iterator[Mistake]:
    model = form.children[name]
    order = {child.name: position for position, child in enumerate(model)}
    counts = dict.fromkeys(order, 0)
    last = model[0]
    for child in element:
        inside = local_name(child.tag)
        if child.tag != form.tag(inside) or inside not in order:
            place = path or name
            yield _foreign(child, place, f"{shown(inside)} has no place here; expected {_names(model)}")
            continue
        counts[inside] += 1
        many = model[order[inside]].most != 1
        here = f"{path}/{inside}[{counts[inside]}]" if many else f"{path}/{inside}"
        here = here.lstrip("/")
        if order[inside] < order[last.name]:
            yield Mistake(line_of(child), here, f"stands after {last.name}, but belongs before it")
        else:
            last = model[order[inside]]
        yield from _element(child, inside, here, form)
    for one in model:
        yield from _count(element, path or name, one, counts[one.name])


def _count(element: Any, place: str, child: Child, count: int) -> Iterator[Mistake]:
    if count < child.least:
        yield Mistake(line_of(element), place, f"has no {child.name}")
    if child.most is not None and count > child.most:
        yield Mistake(line_of(element), place, f"has {count} {child.name}, at most {child.most} allowed")


def _foreign(child: Any, place: str, otherwise: str) -> Mistake:
    if child.tag.startswith(f"{{{XINCLUDE}}}"):
        return Mistake(line_of(child), place, "includes another file (XInclude), which is never read")
    return Mistake(line_of(child), place, otherwise)


def _names(model: tuple[Child, ...]) -> str:
    return ", ".join(child.name for child in model)


def _identifiers(root: Any, form: Form) -> Iterator[Mistake]:
    """Yield each identifier that was used before: the schemas say `xsd:ID`, which is unique in a document."""
    first: dict[str, int] = {}
    for element in root.iter(form.tag("Identifier")):
        text = (element.text or "").strip(BLANKS)
        if text in first:
            said = f'"{shown(text)}" is already used in line {first[text]}'
            yield Mistake(line_of(element), "Identifier", said)
        first.setdefault(text, line_of(element))
