"""Takes texts out of a tree and remembers which, so that what is left over can be told."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from stargauge.policy.stratml.schema import Form
from stargauge.policy.stratml.validity import local_name
from stargauge.policy.stratml.values import BLANKS

IDENTIFIER = "Identifier"
"""Counted together wherever they stand: a registry names its rows itself."""

_LINE_BREAK = re.compile(r"[ \t]*[\n\t][ \t\n]*")


class Reader:
    """Reads a document of a form that its schema allows."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._used: set[Any] = set()

    def child(self, element: Any, name: str) -> Any:
        """Return the first child of a name, None where there is none."""
        return None if element is None else element.find(self.form.tag(name))

    def children(self, element: Any, name: str) -> list[Any]:
        """Return the children of a name."""
        return [] if element is None else list(element.findall(self.form.tag(name)))

    def text(self, element: Any, name: str) -> str:
        """Return the text of the first child of a name as it stands, "" where there is none."""
        found = self.child(element, name)
        if found is None:
            return ""
        self._used.add(found)
        return found.text or ""

    def line(self, element: Any, name: str) -> str:
        """Return a text as one line: a line break with the blanks around it is one blank."""
        return _LINE_BREAK.sub(" ", self.text(element, name).strip(BLANKS))

    def words(self, element: Any, name: str) -> str:
        """Return a text as one line with single blanks, whatever blanks it was laid out with."""
        return " ".join(self.text(element, name).split())

    def take(self, element: Any, *names: str) -> None:
        """Mark elements as dealt with, with all inside them: the children of these names."""
        for name in names:
            for child in self.children(element, name):
                self._used.update(child.iter())

    def leave(self, element: Any, name: str) -> None:
        """Unmark the first child of a name, which was looked at and could not be used."""
        self._used.discard(self.child(element, name))

    def left_out(self, root: Any) -> Counter[str]:
        """Return how many elements of each name were not taken, counting an element without its insides."""
        counted: Counter[str] = Counter()
        self._count(root, counted)
        return counted

    def _count(self, element: Any, counted: Counter[str]) -> None:
        for child in element:
            inside = list(child.iter())
            if not any(one in self._used for one in inside):
                if any((one.text or "").strip(BLANKS) or one.attrib for one in inside):
                    name, parent = local_name(child.tag), local_name(element.tag)
                    counted[name if name == IDENTIFIER else f"{name} of {parent}"] += 1
            elif child not in self._used:
                self._count(child, counted)
