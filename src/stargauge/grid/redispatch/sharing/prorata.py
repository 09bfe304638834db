"""Everyone the same share of what it asked for, as far as that goes."""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.grid.redispatch.sharing.base import Sharing, Table


@dataclass(frozen=True)
class ProRata(Sharing):
    """The largest common share; then the next for those whom nothing holds back, and so on (max-min).

    Attributes:
        conceded: Share of what it has that each gives up once it is held back; see `Queue`.
    """

    conceded: float = 0.0

    @property
    def rule(self) -> str:
        """The rule in words."""
        left = f", those held back give up {self.conceded * 100:g} % for them" if self.conceded else ""
        return f"largest common share of what is asked for, then more for whom nothing holds back{left}"

    def stages(self, table: Table) -> None:
        """Fill all requests together."""
        table.fill(range(len(table.requests)), "common share", self.conceded)
