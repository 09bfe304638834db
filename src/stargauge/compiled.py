"""How the steps of kernels are compiled: small functions over arrays that allocate nothing.

The steps take dozens of arrays in tuples. Numba counts references to every array it takes out of one,
although nothing can be freed while a step runs; with its reference counting off (`_nrt`), the month loop
takes half the time. The option has no public name, so it stands here alone: without it everything gives the
same numbers. A step that makes an array does not compile.

Numba does not notice when a function that a cached one calls has changed: after a change of a step, remove
the `*.nbi` and `*.nbc` files of `__pycache__`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Step = TypeVar("Step", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def step(function: Step) -> Step:
    """Return a function compiled as a step; division by zero gives inf or nan, as in NumPy."""
    compiled: Step = njit(**OPTIONS)(function)
    return compiled
