"""Parses the data subset of MATLAB in which network cases are written; nothing is ever run.

A case file is one function that fills the fields of one struct with numbers, matrices and cell arrays of
strings. That much is parsed. Any other statement is returned with its line, for the caller to recognise or
refuse: there is no evaluation, so a file can do no harm beyond its size.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import Mistake

_FUNCTION = re.compile(r"function\s+\[?\s*(\w+)\s*\]?\s*=\s*(\w+)\s*(\(\s*\))?$")
_ASSIGNMENT = re.compile(r"(\w+)\.(\w+)\s*=(?!=)\s*")
_NUMBER = r"[+-]?(?:\d+\.?\d*(?:[eEdD][+-]?\d+)?|\.\d+(?:[eEdD][+-]?\d+)?|[Ii]nf|[Nn]a[Nn])"
_SCALAR = re.compile(rf"({_NUMBER})(?:\s*/\s*({_NUMBER}))?\s*(?:[;,]|$)")
_STRING = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"")
_TOKEN = re.compile(rf"({_NUMBER})(?:/(?:sqrt\(({_NUMBER})\)|({_NUMBER})))?$")


@dataclass(frozen=True)
class Matrix:
    """A matrix of numbers and where it stands.

    Attributes:
        values: (rows, columns) the numbers.
        line: Line at which it starts, from 1.
        lines: (rows,) line of each row.
    """

    values: NDArray[np.float64]
    line: int
    lines: NDArray[np.int64]


@dataclass(frozen=True)
class Statement:
    """A statement that is no plain assignment of data."""

    line: int
    text: str


@dataclass
class MatlabData:
    """What a case file assigns.

    Attributes:
        function: Name of the function, empty if there is no function line.
        numbers: Scalars by field, with their lines.
        texts: Strings by field, with their lines.
        matrices: Matrices by field.
        cells: Cell arrays of strings by field, with the line at which each starts.
        statements: Everything else, in order.
        mistakes: What could not be parsed.
    """

    function: str = ""
    numbers: dict[str, tuple[float, int]] = field(default_factory=dict)
    texts: dict[str, tuple[str, int]] = field(default_factory=dict)
    matrices: dict[str, Matrix] = field(default_factory=dict)
    cells: dict[str, tuple[list[str], int]] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def parse_matlab(text: str) -> MatlabData:
    """Return the data a case file assigns, its other statements, and what could not be parsed."""
    data = MatlabData()
    lines = enumerate(text.splitlines(), 1)
    struct = ""
    for number, line in lines:
        if line.strip() == "%{":
            _skip_block_comment(number, lines, data)
            continue
        rest = _without_comment(line).strip()
        while rest:
            start = _FUNCTION.match(rest)
            if start and not data.function:
                struct, data.function = start.group(1), start.group(2)
                break
            match = _ASSIGNMENT.match(rest)
            if not match or (struct and match.group(1) != struct):
                data.statements.append(Statement(number, _continued(rest, lines)))
                break
            struct = struct or match.group(1)
            rest = _assign(match.group(2), rest[match.end() :], number, lines, data)
    return data


def _assign(name: str, value: str, number: int, lines: Iterator[tuple[int, str]], data: MatlabData) -> str:
    """Store what is assigned to one field; return what follows on the line."""
    place = f"mpc.{name}"
    if any(name in group for group in (data.numbers, data.texts, data.matrices, data.cells)):
        data.mistakes.append(Mistake(number, place, "is assigned twice"))
    if value.startswith("["):
        body = _bracket(value[1:], "]", place, number, lines, data)
        if body is not None:
            matrix = _matrix(body[0], place, number, data)
            if matrix is not None:
                data.matrices[name] = matrix
            return body[1]
        return ""
    if value.startswith("{"):
        body = _bracket(value[1:], "}", place, number, lines, data)
        if body is not None:
            strings = _strings(body[0], place, data)
            if strings is not None:
                data.cells[name] = (strings, number)
            return body[1]
        return ""
    scalar = _SCALAR.match(value)
    if scalar:
        top, bottom = scalar.group(1), scalar.group(2)
        divisor = _float(bottom) if bottom else 1.0
        data.numbers[name] = (_float(top) / divisor if divisor else np.nan, number)
        return value[scalar.end() :].strip()
    string = _STRING.match(value)
    if string and re.match(r"\s*([;,]|$)", value[string.end() :]):
        data.texts[name] = (_unquoted(string), number)
        return value[string.end() :].strip(" \t;,")
    text = _continued(value, lines)
    data.mistakes.append(
        Mistake(number, place, f'"{_short(text)}" is neither a number, a string nor a table')
    )
    return ""


def _bracket(
    first: str, closing: str, place: str, number: int, lines: Iterator[tuple[int, str]], data: MatlabData
) -> tuple[list[tuple[int, str]], str] | None:
    """Return the numbered lines up to the closing bracket and what follows it; None if it never closes."""
    body: list[tuple[int, str]] = []
    line, text = number, first
    while True:
        text = _without_comment(text)
        end = _find(text, closing)
        if end >= 0:
            body.append((line, text[:end]))
            return body, text[end + 1 :].strip(" \t;,")
        body.append((line, text))
        following = next(lines, None)
        if following is None:
            what = "the table" if closing == "]" else "the list"
            data.mistakes.append(
                Mistake(number, place, f"{what} that starts here is never closed; is the file cut off?")
            )
            return None
        line, text = following


def _matrix(body: list[tuple[int, str]], place: str, number: int, data: MatlabData) -> Matrix | None:
    """Return the matrix written in the lines between brackets; None if there is any mistake."""
    rows: list[str] = []
    row_lines: list[int] = []
    joined = ""
    for line, text in body:
        written, dots, _ = text.strip().partition("...")
        if dots:
            joined += written + " "
            continue
        for part in (joined + written).split(";"):
            if part and not part.isspace():
                rows.append(part.replace(",", " "))
                row_lines.append(line)
        joined = ""
    if not rows:
        return Matrix(np.zeros((0, 0)), number, np.zeros(0, dtype=np.int64))
    widths = np.fromiter((len(row.split()) for row in rows), dtype=np.int64, count=len(rows))
    values = _fast_numbers(" ".join(rows))
    if values is None or values.size != widths.sum():
        values = _careful_numbers(rows, row_lines, place, data)
    if values is None:
        return None
    width = int(np.bincount(widths).argmax())
    odd = np.flatnonzero(widths != width)
    for row in odd[:10]:
        text = f"has {widths[row]} columns where the other rows have {width}"
        data.mistakes.append(Mistake(row_lines[row], f"{place}[{row + 1}]", text))
    if odd.size:
        return None
    return Matrix(values.reshape(-1, width), number, np.array(row_lines, dtype=np.int64))


def _fast_numbers(text: str) -> NDArray[np.float64] | None:
    """Return the numbers of a text separated by blanks; None if anything in it is no number."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return np.fromstring(text, dtype=np.float64, sep=" ")
        except (DeprecationWarning, ValueError):
            return None


def _careful_numbers(
    rows: list[str], row_lines: list[int], place: str, data: MatlabData
) -> NDArray[np.float64] | None:
    """Return the numbers one by one, or None with a mistake for each row in which something is no number."""
    values: list[float] = []
    wrong = False
    for index, row in enumerate(rows):
        for token in row.split():
            match = _TOKEN.match(token)
            if match:
                values.append(_quotient(match))
            else:
                data.mistakes.append(
                    Mistake(
                        row_lines[index],
                        f"{place}[{index + 1}]",
                        f'"{_short(row.strip())}": "{_short(token)}" is no number',
                    )
                )
                wrong = True
                break
        if len(data.mistakes) > 100:
            break
    return None if wrong else np.array(values)


def _strings(body: list[tuple[int, str]], place: str, data: MatlabData) -> list[str] | None:
    """Return the strings of a cell array; None if it holds anything else."""
    strings: list[str] = []
    for line, text in body:
        last = 0
        for match in _STRING.finditer(text):
            between = text[last : match.start()]
            if between.strip(" \t;,."):
                break
            strings.append(_unquoted(match))
            last = match.end()
        rest = text[last:].strip(" \t;,.")
        if rest:
            data.mistakes.append(Mistake(line, place, f'"{_short(rest)}" is no quoted text'))
            return None
    return strings


def _skip_block_comment(number: int, lines: Iterator[tuple[int, str]], data: MatlabData) -> None:
    """Skip a block comment, which may hold others."""
    depth = 1
    for _, line in lines:
        depth += {"%{": 1, "%}": -1}.get(line.strip(), 0)
        if not depth:
            return
    data.mistakes.append(
        Mistake(number, "%{", "the comment that starts here is never closed; is the file cut off?")
    )


def _without_comment(line: str) -> str:
    """Return a line without its comment; a per cent sign inside quotes starts none."""
    end = line.find("%")
    if end < 0:
        return line
    if "'" not in line[:end] and '"' not in line[:end]:
        return line[:end]
    return line[: _find(line, "%")] if _find(line, "%") >= 0 else line


def _find(text: str, wanted: str) -> int:
    """Return where a text stands outside quotes, -1 if nowhere."""
    if "'" not in text and '"' not in text:
        return text.find(wanted)
    start = 0
    for match in _STRING.finditer(text):
        position = text.find(wanted, start, match.start())
        if position >= 0:
            return position
        start = match.end()
    return text.find(wanted, start)


def _continued(text: str, lines: Iterator[tuple[int, str]]) -> str:
    """Return a statement with the lines that continue it."""
    while (dots := _find(text, "...")) >= 0:
        text = text[:dots].rstrip()
        following = next(lines, None)
        if following is None:
            break
        text += " " + _without_comment(following[1]).strip()
    return text


def _unquoted(match: re.Match[str]) -> str:
    """Return the text of a quoted string, doubled quotes made single."""
    if match.group(1) is not None:
        return match.group(1).replace("''", "'").strip()
    return match.group(2).replace('""', '"').strip()


def _float(token: str) -> float:
    """Return a number; MATLAB also writes exponents with d."""
    return float(token.lower().replace("d", "e"))


def _quotient(match: re.Match[str]) -> float:
    """Return a number, or one over another or over a square root, as phase voltages are written."""
    top, under_root, bottom = match.groups()
    divisor = math.sqrt(max(_float(under_root), 0.0)) if under_root else _float(bottom or "1")
    return _float(top) / divisor if divisor else math.nan


def _short(text: str, length: int = 60) -> str:
    """Return a text cut to what fits into a message."""
    return text if len(text) <= length else text[: length - 1] + "…"
