"""Reads a file into a tree, or refuses it: nothing outside the file is ever opened, nothing is expanded.

The checks come in the order of their cost: kind and size of the file, its encoding, what stands before the
root, then the elements one by one as they are parsed, so that a hostile file is refused before it is built.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from stargauge.errors import InputError, Mistake
from stargauge.policy.stratml.library import etree
from stargauge.policy.stratml.limits import (
    CHUNK_BYTES,
    DEEPEST,
    MAXIMUM_BYTES,
    MOST_ELEMENTS,
    MOST_STYLESHEETS,
)
from stargauge.policy.stratml.schema import FORMS, Form
from stargauge.policy.stratml.validity import local_name, shown, validity_mistakes

NOTHING_WRITTEN = "nothing was written"

ENCODINGS = ("utf-8", "us-ascii", "ascii")

STYLESHEET = "xml-stylesheet"
"""The one processing instruction that is let stand before the root, as published plans have it; it is never
followed."""

_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(r"encoding\s*=\s*[\"']([^\"'>]*)[\"']")
_BEFORE_ROOT = re.compile(r"\s+|<!--.*?-->|<\?(?P<target>[^\s?>]+).*?\?>", re.DOTALL)


class Document(NamedTuple):
    """A document that its schema allows: the root element and the schema."""

    root: Any
    form: Form


class _RefusedError(Exception):
    def __init__(self, line: int, field: str, message: str) -> None:
        self.mistake = Mistake(line, field, message)


def read_document(path: Path) -> Document:
    """Return the tree of a StratML file.

    Raises:
        InputError: It is not one of the two schemas, or not to be trusted; all that its schema does not allow
            is listed, but of what is hostile only the first.
        MissingExtraError: lxml is not installed.
    """
    library = etree()
    name = shown(path.name or str(path))
    try:
        root = _tree(library, _bytes(path))
        form = _form(root)
    except _RefusedError as refused:
        raise InputError(name, [refused.mistake], NOTHING_WRITTEN) from None
    mistakes = validity_mistakes(root, form)
    if mistakes:
        raise InputError(name, mistakes, NOTHING_WRITTEN)
    return Document(root, form)


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise _RefusedError(0, "file", "is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAXIMUM_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such file"
        raise _RefusedError(0, "file", f"cannot be read: {reason.lower()}") from None
    if len(data) > MAXIMUM_BYTES:
        raise _RefusedError(0, "file", f"is larger than {MAXIMUM_BYTES // 1_000_000} MB; not a strategy")
    if not data.strip():
        raise _RefusedError(0, "file", "is empty; expected a StratML document")
    return data


def _checked_text(data: bytes) -> str:
    """Return the text of a file that is UTF-8 through and through, and says so where it says anything."""
    if data.startswith(_WIDE_MARKS):
        raise _RefusedError(1, "encoding", "is UTF-16 or UTF-32; save it as UTF-8")
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        raise _RefusedError(line, "encoding", "holds a NUL byte; it is not text, or not UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
        raise _RefusedError(
            line, "encoding", f"is not UTF-8 text (byte 0x{byte:02x}); save it as UTF-8"
        ) from None
    declared = _DECLARATION.match(text)
    named = _ENCODING.search(declared[0]) if declared else None
    if named and named[1].lower() not in ENCODINGS:
        raise _RefusedError(1, "encoding", f'is declared as "{shown(named[1])}"; save it as UTF-8')
    return text


def _check_before_root(text: str) -> None:
    """Refuse a document type, which can define entities and name files, before any parser sees it."""
    declared = _DECLARATION.match(text)
    position, stylesheets = declared.end() if declared else 0, 0
    while match := _BEFORE_ROOT.match(text, position):
        target = match["target"]
        if target not in (None, STYLESHEET):
            raise _RefusedError(_line(text, position), "processing instruction", _instruction(target))
        stylesheets += target is not None
        if stylesheets > MOST_STYLESHEETS:
            said = f"is one of more than {MOST_STYLESHEETS} stylesheets; not a strategy"
            raise _RefusedError(_line(text, position), "processing instruction", said)
        position = match.end()
    if text[position : position + 9].upper() == "<!DOCTYPE":
        said = "has a document type (DOCTYPE), which could define entities or name other files; remove it"
        raise _RefusedError(_line(text, position), "file", said)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _instruction(target: str) -> str:
    return f'"{shown(target)}" has no place here; {STYLESHEET} before the plan is the only one allowed'


def _tree(library: Any, data: bytes) -> Any:
    _check_before_root(_checked_text(data))
    parser = library.XMLPullParser(
        events=("start", "end", "pi"),
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
    )
    watch = _Watch()
    try:
        for start in range(0, len(data), CHUNK_BYTES):
            try:
                parser.feed(data[start : start + CHUNK_BYTES])
            finally:
                # What is refused is refused in our words, also where the parser gives up first.
                watch.see(parser)
        root = parser.close()
    except library.XMLSyntaxError as error:
        raise _RefusedError(*_syntax(parser, error)) from None
    watch.see(parser)
    for beside in root.itersiblings():
        raise _RefusedError(beside.sourceline or 0, "processing instruction", _instruction(beside.target))
    return root


class _Watch:
    """Counts elements and levels as they are parsed."""

    def __init__(self) -> None:
        self.depth = 0
        self.count = 0

    def see(self, parser: Any) -> None:
        for event, element in parser.read_events():
            if event == "start":
                self.depth += 1
                self.count += 1
                self._check(element)
            elif event == "end":
                self.depth -= 1
            elif self.count:
                line = element.sourceline or 0
                raise _RefusedError(line, "processing instruction", _instruction(element.target))

    def _check(self, element: Any) -> None:
        if self.depth > DEEPEST:
            said = f"has more than {DEEPEST} levels of elements, the most that a schema has"
            raise _RefusedError(element.sourceline or 0, "file", said)
        if self.count > MOST_ELEMENTS:
            said = f"has more than {MOST_ELEMENTS:,} elements; not a strategy"
            raise _RefusedError(element.sourceline or 0, "file", said)


def _syntax(parser: Any, error: Any) -> tuple[int, str, str]:
    entry = next(iter(parser.feed_error_log), None)
    line = entry.line if entry is not None else (error.position or (0, 0))[0]
    message = entry.message if entry is not None else (error.msg or "no element")
    words = re.sub(r",? \(?(?:<string>, )?line \d+(?:, column \d+)?\)?", "", message)
    return line, "file", f"is not well-formed XML: {shown(words[:1].lower() + words[1:])}"


def _form(root: Any) -> Form:
    name = local_name(root.tag)
    namespace = root.tag[1:].rpartition("}")[0] if root.tag.startswith("{") else ""
    for form in FORMS.values():
        if root.tag == form.tag(form.root):
            return form
        if name == form.root:
            said = f'is in namespace "{shown(namespace)}", expected {form.namespace}'
            raise _RefusedError(root.sourceline or 0, name, said)
    expected = " or ".join(form.root for form in FORMS.values())
    raise _RefusedError(root.sourceline or 0, "file", f"begins with {shown(name)}, expected {expected}")
