"""Makes elements of one form, in the order in which they are asked for."""

from __future__ import annotations

from typing import Any

from stargauge.policy.stratml.library import etree
from stargauge.policy.stratml.schema import Form


class Builder:
    """Adds elements in the namespace of a form."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._library = etree()

    def root(self, **attributes: str) -> Any:
        """Return a new root element."""
        tag, names = self.form.tag(self.form.root), {None: self.form.namespace}
        return self._library.Element(tag, attributes, nsmap=names)

    def add(self, parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
        """Return a new element at the end of another."""
        element = self._library.SubElement(parent, self.form.tag(name), attributes)
        element.text = text
        return element

    def add_filled(self, parent: Any, name: str, text: str) -> None:
        """Add an element that the schema can do without, unless there is nothing to say in it."""
        if text:
            self.add(parent, name, text)

    def bytes_of(self, root: Any) -> bytes:
        """Return a document as UTF-8, each element on a line of its own."""
        self._library.indent(root, "  ")
        text: bytes = self._library.tostring(root, encoding="UTF-8", xml_declaration=True)
        return text + b"\n"
