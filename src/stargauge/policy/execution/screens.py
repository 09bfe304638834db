"""The screens of the back-test and of the outlook."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stargauge.policy.execution.backtest import MODEL, BacktestAnswer, Comparison
from stargauge.policy.execution.chain import STAGES
from stargauge.policy.execution.fit import Fit
from stargauge.policy.execution.outlook import Band, OutlookAnswer
from stargauge.policy.execution.summary import input_lines
from stargauge.policy.plan.forms import STAGE_WORDS

SHOWN_YEARS = 6
"""Days that fit side by side; of more, the first and the last are shown and the others thinned."""


def backtest_screen(answer: BacktestAnswer) -> RenderableType:
    """Return scores beside the baselines, what each comparison says, counts, and the hazards."""
    moved = int((answer.before != answer.truth).sum())
    head = (
        f"Stages of {len(answer.actions)} actions on {answer.target}, predicted from events up to "
        f"{answer.origin}; {moved} moved."
    )
    return Group(
        Text(head, style="bold"),
        Text(""),
        _scores(answer),
        Text("lower is better; from: ranked score by the stage at the start (actions)", style="dim"),
        Text(""),
        *(Text(_said(one)) for one in answer.comparisons if one.score == "ranked"),
        Text(""),
        _counts(answer),
        Text(""),
        *_hazards(answer.fit),
        Text(""),
        Text("Next     stargauge plan outlook · stargauge plan status"),
    )


def outlook_screen(answer: OutlookAnswer) -> RenderableType:
    """Return how many actions are expected at each stage, and how far levers are in force, by year."""
    columns = _shown(len(answer.days))
    days = [answer.days[place] for place in columns]
    names = ["now", *(f"end {day.year}" for day in days[1:])]
    stages = _table("Actions at a stage", "on record", names)
    for line in answer.stages:
        cells = [_counted(line.bands[place]) for place in columns]
        stages.add_row(STAGE_WORDS[line.stage], str(line.recorded), *cells)
    levers = _table("Lever, % in force (actions)", "on record", names)
    for path in answer.levers:
        cells = [_shared(path.bands[place]) for place in columns]
        levers.add_row(f"{path.lever} ({path.actions})", f"{100 * path.recorded:.0f}", *cells)
    return Group(
        Text(
            f"Execution of {answer.strategy} from {answer.as_of}, if its pace stays what it was", style="bold"
        ),
        Text(f"Mean and 5 to 95 % of {answer.futures:,} futures", style="dim"),
        Text(""),
        stages,
        Text(""),
        levers,
        Text(""),
        *_hazards(answer.fit),
        Text(
            "now counts work that left no traces, so it may pass what is on record; none of this says that a "
            "lever has an effect.",
            style="dim",
        ),
        Text("Next     stargauge plan backtest · stargauge plan levers"),
    )


def _scores(answer: BacktestAnswer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("Brier", justify="right")
    table.add_column("ranked", justify="right")
    occurring = [stage for stage in range(STAGES) if (answer.before == stage).any()]
    for stage in occurring:
        table.add_column(f"from {stage} ({int((answer.before == stage).sum())})", justify="right")
    for name in answer.forecasts:
        style = "bold" if name == MODEL else ""
        cells = [answer.score(name, "brier"), answer.score(name, "ranked")]
        cells += [answer.score(name, "ranked", stage) for stage in occurring]
        table.add_row(Text(name, style=style), *(Text(f"{cell:.3f}", style=style) for cell in cells))
    return table


def _said(one: Comparison) -> str:
    if one.high < 0.0:
        verdict = "better than"
    elif one.low > 0.0:
        verdict = "WORSE than"
    else:
        verdict = "not told apart from"
    return (
        f"{verdict} {one.baseline:<15} {one.mean:+.3f} ({one.low:+.3f} to {one.high:+.3f}, 90 % over actions)"
    )


def _counts(answer: BacktestAnswer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("actions on record")
    for name in ("at the start", "forecast", "5 to 95 %", "came"):
        table.add_column(name, justify="right")
    for line in answer.counts:
        low, _, high = line.forecast
        outside = "" if low <= line.came <= high else " outside"
        table.add_row(
            STAGE_WORDS[line.stage],
            str(line.before),
            f"{line.mean:.1f}",
            f"{low:.0f} to {high:.0f}",
            f"{line.came}{outside}",
        )
    return table


def _hazards(fit: Fit) -> list[RenderableType]:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("hazards", overflow="fold")
    table.add_column("before the panel", justify="right", no_wrap=True)
    table.add_column("after it", justify="right", no_wrap=True)
    for line in input_lines(fit):
        table.add_row(line.meaning, _range(line.prior), _range(line.posterior))
    note = (
        f"50 % (5 to 95 %); {fit.draws:,} draws, chains agree to {fit.r_hat.max():.2f} (1 is best); "
        f"{fit.observations.unseen_group.size} of {len(fit.record.actions)} actions never seen"
    )
    return [table, Text(note, style="dim")]


def _range(values: tuple[float, ...]) -> str:
    low, middle, high = values
    return f"{middle:.2g} ({low:.2g} to {high:.2g})"


def _table(first: str, second: str, names: list[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column(first, overflow="fold", width=26)
    table.add_column(second, justify="right", width=6)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _counted(band: Band) -> str:
    low, _, high = band.quantiles
    return f"{band.mean:.0f} {low:.0f}-{high:.0f}"


def _shared(band: Band) -> str:
    low, _, high = band.quantiles
    return f"{100 * band.mean:.0f} {100 * low:.0f}-{100 * high:.0f}"


def _shown(count: int) -> list[int]:
    if count <= SHOWN_YEARS:
        return list(range(count))
    return sorted({round(place * (count - 1) / (SHOWN_YEARS - 1)) for place in range(SHOWN_YEARS)})
