"""How much a StratML file may hold; what is beyond is no strategy and is refused before it costs anything."""

from __future__ import annotations

MAXIMUM_BYTES = 10_000_000
"""The largest file that is read or written: twenty times the report on the US plan with all its evidence."""

DEEPEST = 9
"""Levels of elements below which neither schema has a place for another one: from the report down to the name
of a descriptor of an actual result."""

MOST_ELEMENTS = 200_000
"""Thirty times the elements of the report on the US plan; reading so many takes a second and about 50 MB."""

MOST_MISTAKES = 50
"""Mistakes that are told of one file; after so many it was not made from this schema."""

MOST_STYLESHEETS = 10
"""Stylesheets that are named before the root. Published plans name one or two; the time that the parser takes
for many grows with their square."""

CHUNK_BYTES = 65_536
"""Bytes handed to the parser at a time, so that depth and number are checked before the rest is read."""

MOST_LINES = 50_000
"""Lines of one text that are read as labelled; a lineage of 2,000 steps, the most of any, has 22,000."""
