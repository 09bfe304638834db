"""What holds for all tests: nothing in them is timed, least of all beside compilation and other processes."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
