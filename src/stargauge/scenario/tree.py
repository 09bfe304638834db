"""From YAML 1.2 text to plain values and the line of each: the only place that knows YAML.

The event stream of ruamel.yaml is read without building objects, so that depth, number of values and aliases
are capped while reading, every duplicate key is reported, and scalars follow the YAML 1.2 core schema: `yes`,
`off` and `2026-10-05` are text. Mistakes that leave the rest readable are collected; one of syntax ends the
reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from stargauge.errors import InputError, Mistake
from stargauge.scenario.scalars import NULLS, is_plain, joined, plain_value
from stargauge.scenario.source import CONSEQUENCE

MAX_DEPTH = 24
MAX_VALUES = 20_000
MAX_ALIASES = 64
MAX_MESSAGE = 500

Path = tuple[str | int, ...]

_CORE_TAG = "tag:yaml.org,2002:"
_TAB = "a tab; YAML takes spaces only"


@dataclass(frozen=True)
class Form:
    """What kind of file is read, for what is said of it.

    `depth` is the depth it needs at most, `merge` what stands in for YAML 1.1's merge keys.
    """

    name: str = "scenario"
    depth: int = 6
    merge: str = "use extends, or write the fields out"


SCENARIO = Form()


@dataclass
class Tree:
    """What a file says: plain `value`s, the `lines` they stand on by path, and the `mistakes` met on the way.

    `unreadable` are the paths whose value was replaced by None because of a mistake already listed.
    """

    value: Any
    lines: dict[Path, int]
    mistakes: list[Mistake]
    unreadable: set[Path] = field(default_factory=set)

    def line(self, path: Path) -> int:
        """Return the line of the value at `path`, or of the nearest part above it; 0 in an empty file."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 0


@dataclass
class _Container:
    """A list or mapping being filled; `keys` is None for a list, `pending` the key without its value yet."""

    path: Path
    anchor: str | None
    items: Any
    keys: dict[str, int] | None
    pending: str | None = None
    skip: bool = False
    size: int = 1


@dataclass
class _Reader:
    """Builds the tree from events with an explicit stack: no recursion, so no depth can exhaust Python's."""

    source: str
    form: Form
    lines: dict[Path, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    unreadable: set[Path] = field(default_factory=set)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    stack: list[_Container] = field(default_factory=list)
    root: Any = None
    documents: int = 0
    values: int = 0
    aliases: int = 0

    def fault(self, line: int, path: Path, message: str) -> None:
        self.mistakes.append(Mistake(line, dotted(path), shorten(message, MAX_MESSAGE)))

    def stop(self, line: int, path: Path, message: str) -> InputError:
        self.fault(line, path, message)
        return InputError(self.source, self.mistakes, CONSEQUENCE)

    def too_many(self) -> str:
        return f"more than {MAX_VALUES:,} values, aliases counted in full; a {self.form.name} is far smaller"

    def read(self, events: Iterator[Any]) -> None:
        for event in events:
            line = event.start_mark.line + 1
            match event:
                case DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        raise self.stop(
                            line, (), f"second document (---) in the file; a {self.form.name} is one document"
                        )
                    if event.version not in (None, (1, 2)):
                        self.fault(
                            line,
                            (),
                            f"%YAML directive; {self.form.name}s are YAML 1.2, leave the directive out",
                        )
                case MappingStartEvent() | SequenceStartEvent():
                    self.open(event, line)
                case MappingEndEvent() | SequenceEndEvent():
                    self.close()
                case ScalarEvent():
                    self.scalar(event, line)
                case AliasEvent():
                    self.alias(event, line)

    def open(self, event: Any, line: int) -> None:
        path = self.place(event, line)
        if len(self.stack) >= MAX_DEPTH:
            raise self.stop(
                line,
                (),
                f"nested more than {MAX_DEPTH} levels deep; "
                f"a {self.form.name} needs {self.form.depth} at most",
            )
        mapping = isinstance(event, MappingStartEvent)
        self.tag(event, line, path)
        self.stack.append(_Container(path, event.anchor, {} if mapping else [], {} if mapping else None))

    def close(self) -> None:
        done = self.stack.pop()
        if done.anchor is not None:
            self.anchors[done.anchor] = (done.items, done.size)
        self.add(done.items, done.size)

    def scalar(self, event: Any, line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and top.keys is not None and top.pending is None:
            self.key(top, event, line)
            return
        path = self.place(event, line)
        self.tag(event, line, path)
        value = self.value(event, line, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        self.add(value, 1)

    def key(self, top: _Container, event: Any, line: int) -> None:
        try:
            name = joined(event.value)
        except ValueError as error:
            raise self.stop(line, top.path, str(error)) from None
        if event.anchor is not None:
            self.anchors[event.anchor] = (name, 1)
        path = (*top.path, name)
        plain = is_plain(event)
        top.pending, top.skip = name, False
        assert top.keys is not None
        if plain and name == "<<":
            self.fault(line, path, f"merge key << is not part of YAML 1.2; {self.form.merge}")
            top.skip = True
        elif plain and name in NULLS:
            self.fault(line, path, "key without a name")
            top.skip = True
        elif name in top.keys:
            self.fault(line, path, f"given twice; the first is on line {top.keys[name]}, keep one")
            top.skip = True
        else:
            top.keys[name] = line
            self.lines[path] = line

    def alias(self, event: Any, line: int) -> None:
        self.aliases += 1
        path = self.place(event, line)
        if self.aliases > MAX_ALIASES:
            raise self.stop(line, path, f"more than {MAX_ALIASES} aliases (*name); write the values out")
        if event.anchor not in self.anchors:
            raise self.stop(line, path, f"alias *{event.anchor} has no anchor &{event.anchor} before it")
        value, size = self.anchors[event.anchor]
        top = self.stack[-1] if self.stack else None
        if top is not None and top.keys is not None and top.pending is None:
            raise self.stop(line, path, f"alias *{event.anchor} used as a key; write the key out")
        self.values += size
        if self.values > MAX_VALUES:
            raise self.stop(line, path, self.too_many())
        self.add(value, size)

    def place(self, event: Any, line: int) -> Path:
        """Return the path of the value that starts here, note its line, and count it."""
        self.values += 1
        if not self.stack:
            self.lines.setdefault((), line)
            return ()
        top = self.stack[-1]
        if self.values > MAX_VALUES:
            raise self.stop(line, top.path, self.too_many())
        if top.keys is None:
            path: Path = (*top.path, len(top.items))
            self.lines.setdefault(path, line)
            return path
        if top.pending is None and not isinstance(event, AliasEvent):
            raise self.stop(line, top.path, "a list or mapping used as a key; a key is a plain name")
        return (*top.path, top.pending or "")

    def add(self, value: Any, size: int) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        top.size += size
        if top.keys is None:
            top.items.append(value)
            return
        if not top.skip:
            top.items[top.pending] = value
        top.pending, top.skip = None, False

    def tag(self, event: Any, line: int, path: Path) -> None:
        if event.ctag is not None and str(event.ctag):
            self.fault(
                line,
                path,
                f"tag {str(event.ctag).replace(_CORE_TAG, '!!')}; "
                f"a {self.form.name} has none, write the plain value",
            )

    def value(self, event: Any, line: int, path: Path) -> Any:
        """Return the value of a scalar; one that cannot be read is a mistake and None."""
        try:
            return plain_value(event.value) if is_plain(event) else joined(event.value)
        except ValueError as error:
            self.unreadable.add(path)
            self.fault(line, path, str(error))
            return None


def read_tree(text: str, source: str, form: Form = SCENARIO) -> Tree:
    """Return the values and lines of YAML 1.2 `text`; raises `InputError` where it is unreadable."""
    reader = _Reader(source, form)
    reader.read(_events(text, reader))
    return Tree(reader.root, reader.lines, reader.mistakes, reader.unreadable)


def _events(text: str, reader: _Reader) -> Iterator[Any]:
    """Yield the events of a text; what the parser raises becomes a mistake of the file."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        tabs = _tab_lines(text) if "\\t" in str(error.problem) else []
        for number in tabs[:-1]:
            reader.fault(number, (), _TAB)
        if tabs:
            raise reader.stop(tabs[-1], (), _TAB) from None
        raise reader.stop(mark.line + 1 if mark else 0, (), _plain_words(error)) from None
    except Exception as error:
        # ruamel.yaml lets some of Python's own errors escape on broken directives and escapes.
        lines = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("%")]
        reason = str(error).split("\n", 1)[0] or repr(error)
        raise reader.stop(lines[0] if lines else 0, (), f"not readable as YAML: {reason}") from None


def dotted(path: Path) -> str:
    """Return the path as the user would write it: `levers.adoption[0].intensity`; "(file)" for the whole."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{shorten(part)}" if text else shorten(part)
    return text or "(file)"


def shorten(text: str, limit: int = 60) -> str:
    """Return `text` printable, on one line and cut to `limit` characters, for an error message."""
    flat = " ".join(text.split()) if text.strip() else text.replace("\n", " ")
    # An escape sequence in a file must not reach the terminal through a message.
    flat = "".join(sign if sign.isprintable() else "\ufffd" for sign in flat[: limit + 1])
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _tab_lines(text: str) -> list[int]:
    tabbed = [number for number, line in enumerate(text.split("\n"), 1) if re.match(r"\s*\t", line)]
    return tabbed or [number for number, line in enumerate(text.split("\n"), 1) if "\t" in line]


def _plain_words(error: MarkedYAMLError) -> str:
    problem = shorten(str(error.problem or error.context or "not readable as YAML"), 100)
    hint = ""
    if "mapping values are not allowed" in problem:
        hint = '; a colon inside text needs quotes, for example title: "Power: late"'
    elif "block end" in problem or "could not find expected ':'" in problem:
        hint = "; check the indentation, and that each line is key: value"
    elif "end of stream" in problem or "quoted scalar" in str(error.context):
        hint = "; a quote or bracket is not closed"
    return f"not readable as YAML: {problem}{hint}"
