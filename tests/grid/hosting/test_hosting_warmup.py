"""Compiling ahead, and machines on which compiled code cannot be kept."""

from __future__ import annotations

import subprocess
import sys
import textwrap

from stargauge.grid.flows.injections import _lose_on_bridges, _lose_on_lines
from stargauge.grid.hosting.certificate import _evaluate, _potential_rows, _weak_outages
from stargauge.grid.hosting.small_factors import _go_down
from stargauge.grid.hosting.sweep import sweep
from stargauge.grid.hosting.warmup import is_ready, warm_up


def test_a_warm_up_leaves_nothing_to_compile_and_says_what_it_does() -> None:
    told: list[str] = []
    result = warm_up(told.append)
    assert is_ready()
    kernels = (sweep, _potential_rows, _weak_outages, _evaluate, _go_down, _lose_on_lines, _lose_on_bridges)
    for kernel in kernels:
        assert len(kernel.nopython_signatures) == 1, kernel.__name__
    assert [text.split(" ", 1)[1] for text in told] == [what for what, _ in result.stages]
    assert result.to_dict()["kept"] is True
    assert "hosting capacity" in str(result.render())


def test_where_nothing_can_be_kept_kernels_compile_in_every_process_and_the_warm_up_says_so() -> None:
    program = """
        from numba.core import caching
        def refuse(self):
            raise OSError("read-only")
        caching._CacheLocator.ensure_cache_path = refuse
        from stargauge.grid.flows import compilation
        from stargauge.grid.flows.bridges import incidence
        import numpy as np
        print(incidence(2, np.array([0]), np.array([1]))[0].tolist(), compilation.is_cached())
        from stargauge.grid.hosting.warmup import WarmUp
        print(WarmUp((("flows", 1.0),), compilation.is_cached(), False).render())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "[0, 1, 2] False" in done.stdout
    assert "every process compiles them again: set NUMBA_CACHE_DIR" in done.stdout
