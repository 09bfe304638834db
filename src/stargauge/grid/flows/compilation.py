"""How the numerical kernels of the grid are compiled: once a machine, kept on disk where that is possible.

Two decorators, one for code that allocates and one for the innermost loops. The innermost loops allocate
nothing, so reference counting is switched off for them (`_nrt=False`): counting inside a loop keeps vector
registers from staying registers and doubles the time of the largest sweeps.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

# NumPy's division rules (no exception to test for), no index checks, and the interpreter free for other
# threads. Fast-math stays off: infinities are used as "no limit" and must be respected.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": False}

_uncached: list[str] = []


def _compiled(function: Function, **options: Any) -> Function:
    try:
        return njit(cache=True, **_OPTIONS, **options)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # no folder for compiled code can be written: compile in every process instead
        _uncached.append(function.__name__)
        return njit(**_OPTIONS, **options)(function)  # type: ignore[no-any-return]


def kernel(function: Function) -> Function:
    """Compile a function that may allocate."""
    return _compiled(function)


def inner(function: Function) -> Function:
    """Compile a function of a hot loop; it must allocate no array and return none."""
    return _compiled(function, _nrt=False, forceinline=True)


def apart(function: Function) -> Function:
    """Compile a function that hot loops call now and then, kept out of them; it must allocate nothing."""
    return _compiled(function, _nrt=False)


def is_kept(function: Any) -> bool:
    """Return whether a compiled kernel is at hand: in this process, or on disk from an earlier one."""
    if function.nopython_signatures:
        return True
    folder = function.stats.cache_path
    pattern = f"{function.py_func.__module__.rsplit('.', 1)[-1]}.{function.py_func.__qualname__}-*.nbi"
    return folder is not None and any(Path(folder).glob(pattern))


def is_cached() -> bool:
    """Return whether compiled kernels are kept on disk; where not, every process compiles them again."""
    return not _uncached
