"""HiGHS without its banner, and its failures as errors of ours."""

from __future__ import annotations

from typing import Any

import highspy

from stargauge.errors import StargaugeError

OPTIONS: dict[str, Any] = {
    "threads": 1,  # one order of steps, so that ties fall the same way every time
    "presolve": "off",  # it would throw the basis away
    "small_matrix_value": 1e-12,  # small factors of many units add up
}


class SolverError(StargaugeError):
    """The solver could not solve a linear programme, neither from its last basis nor afresh."""


class InfeasibleError(SolverError):
    """The solver says that a linear programme has no solution."""


class _Quiet(highspy.Highs):
    """HiGHS that says nothing: its banner is printed on construction, before any option can be set."""

    def enableCallbacks(self) -> Any:  # noqa: N802 - the name is HiGHS's
        """Silence it; called by the constructor."""
        self.setOptionValue("output_flag", False)
        return super().enableCallbacks()  # type: ignore[no-untyped-call]


def new_solver() -> Any:
    """Return an empty programme that maximises."""
    solver = _Quiet()  # type: ignore[no-untyped-call]
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return solver


def solve(solver: Any, name: str) -> bool:
    """Solve from the last basis, and afresh if that fails; return whether it was solved at once.

    Raises:
        SolverError: It is solved neither way.
    """
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        return True
    solver.clearSolver()
    solver.setOptionValue("presolve", "choose")
    solver.run()
    solver.setOptionValue("presolve", OPTIONS["presolve"])
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        kind = InfeasibleError if status == highspy.HighsModelStatus.kInfeasible else SolverError
        raise kind(
            f"the linear programme of {name} was not solved: {solver.modelStatusToString(status)}, "
            "also when started afresh"
        )
    return False
