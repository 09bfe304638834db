"""Charts of one row a thing: where its label, plot and number stand, on a wide page and a narrow one."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from stargauge.report.figures.axes import Frame, Margins
from stargauge.report.figures.svg import Size, line, text

BELOW = 8.0


@dataclass(frozen=True)
class RowLayout:
    """How rows are laid out.

    Attributes:
        width: Width of the figure.
        label_width: Room for labels at the left; 0 puts each label above its row.
        value_width: Room for a number at the right of each row.
        row: Height of a row.
        top: Room above the rows, for the axis.
        bottom: Room below the rows.
    """

    width: float
    label_width: float
    value_width: float
    row: float
    top: float = 26.0
    bottom: float = BELOW

    @property
    def stacked(self) -> bool:
        """Whether labels stand above their rows."""
        return self.label_width == 0.0

    def frame(self, rows: int) -> Frame:
        """Return the plot for a number of rows."""
        size = Size(self.width, self.top + rows * self.row + self.bottom)
        left = self.label_width or 1.0
        right = 14.0 if self.stacked else self.value_width
        return Frame(size, Margins(left, right, self.top, self.bottom))

    def middle(self, index: int) -> float:
        """Return the height at which a row's marks are centred."""
        return self.top + index * self.row + self.row * (0.7 if self.stacked else 0.5)

    def label(self, index: int, words: str, detail: str, value: str, kind: str = "row") -> list[Markup]:
        """Return a row's label, the smaller detail under or beside it, and its number at the right edge."""
        top, middle = self.top + index * self.row, self.middle(index)
        if self.stacked:
            base = top + self.row * 0.36
            head = f"{words} · {detail}" if detail else words
            return [
                text((0.0, base), _cut(head, self.width - 8.0 * len(value)), kind),
                text((self.width, base), value, "value", "end"),
            ]
        parts = [text((0.0, middle + (-2.0 if detail else 4.0)), _cut(words, self.label_width), kind)]
        if detail:
            parts.append(text((0.0, middle + 12.0), detail, "detail"))
        parts.append(text((self.width, middle + 4.0), value, "value", "end"))
        return parts

    def rules(self, rows: int) -> list[Markup]:
        """Return the thin lines between rows."""
        return [
            line((0.0, self.top + index * self.row), (self.width, self.top + index * self.row), "rule")
            for index in range(rows + 1)
        ]


def _cut(words: str, width: float) -> str:
    """Return words short enough for a width at the size of row labels; the table has them whole."""
    room = int(width / 6.4)
    return words if len(words) <= room else f"{words[: max(1, room - 1)].rstrip()}…"
