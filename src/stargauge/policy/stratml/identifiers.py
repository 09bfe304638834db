"""Names of elements, the same in every export of a strategy, on every day and in both forms."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

NAMESPACE = uuid5(NAMESPACE_OID, "1.0.17469")
"""The object identifier of ISO 17469 itself, under which the names are made."""


def identifier(strategy: str, kind: str, name: str = "") -> str:
    """Return the identifier of a part of a strategy: an underscore and a UUID of version 5.

    The underscore is needed because the schemas say `xsd:ID`, which cannot begin with a digit. The ids of a
    strategy hold no slash, so that no two parts share a name.

    Args:
        strategy: Id of the strategy.
        kind: What is named: plan, organization, pillar, action, stage or evidence.
        name: Id of the part within the strategy.
    """
    return f"_{uuid5(NAMESPACE, f'{strategy}/{kind}/{name}')}"
