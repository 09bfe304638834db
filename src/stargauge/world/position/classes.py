"""Classes of world, as they are written down: what each asks for, in the order in which they are asked."""

from __future__ import annotations

UNIPOLAR, BIPOLAR, PRIMACY, LIMITED, FRAGMENTED = range(5)
"""Numbers of the classes, as the kernel writes them."""

CLASSES = ("unipolar", "bipolar", "primacy", "limited_multipolar", "fragmented")
"""Names in the order of the numbers."""

TITLES = {
    "unipolar": "unipolar",
    "bipolar": "bipolar",
    "limited_multipolar": "limited multipolar",
    "primacy": "primacy",
    "fragmented": "fragmented",
}
"""Names as they are printed."""

MEANINGS = {
    "unipolar": "one bloc leads every layer and holds over half of all",
    "bipolar": "two blocs lead every layer between them, and each holds a quarter of all or more",
    "limited_multipolar": "different blocs lead different layers, none holds over half of all, and "
    "those that lead hold over half together",
    "primacy": "one bloc holds over half of all, but another leads at least one layer",
    "fragmented": "no bloc holds over half of all, and those that lead a layer hold half or less together",
}
"""What each class asks for where no earlier one holds, with the shipped thresholds."""
