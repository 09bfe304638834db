"""Lines of at most so many columns, for text that mixes Latin words and wide Chinese characters.

Chinese has no spaces: a line may break between any two characters, but not before a closing mark nor after an
opening one. A wide character takes two columns of a terminal.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

_RANGES = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
"""Ideographs, their marks and full-width forms."""

_CLOSING = "，。；：、？！）」』〉》％"
_OPENING = "（「『〈《"
_PIECE = re.compile(rf"\s+|[{_OPENING}]*(?:[{_RANGES}]|[^\s{_RANGES}]+)[{_CLOSING}]*")


def fold(text: str, columns: int) -> list[str]:
    """Return a text as lines of at most `columns` columns.

    Args:
        text: One paragraph.
        columns: Columns of a line, at least 2.
    """
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if piece.isspace():
            line = f"{line} " if line else line
            continue
        if cell_len(line + piece) > columns:
            if line.strip():
                lines.append(line.rstrip())
            line = ""
            # A word longer than a line, such as an address, is cut.
            while cell_len(piece) > columns:
                head = _head(piece, columns)
                lines.append(head)
                piece = piece[len(head) :]
        line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def padded(text: str, columns: int) -> str:
    """Return a text filled with spaces to so many columns."""
    return set_cell_size(text, columns) if cell_len(text) < columns else text


def _head(text: str, columns: int) -> str:
    end = 1
    while end < len(text) and cell_len(text[: end + 1]) <= columns:
        end += 1
    return text[:end]
