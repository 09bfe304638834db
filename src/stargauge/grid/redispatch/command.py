"""Studies with redispatch by the words of a command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stargauge.errors import InputError
from stargauge.grid import options
from stargauge.grid.catalogue import load
from stargauge.grid.flows.ratings import Ratings
from stargauge.grid.hosting.command import announce
from stargauge.grid.hosting.writing import check_output
from stargauge.grid.redispatch import allocation
from stargauge.grid.redispatch.allocated import Allocation
from stargauge.grid.redispatch.answer import Redispatch, RedispatchTable
from stargauge.grid.redispatch.capacity import redispatch_capacity, redispatch_many
from stargauge.grid.redispatch.flexible import REDISPATCH, flexible_capacity
from stargauge.grid.redispatch.flexible_answer import Flexible
from stargauge.grid.redispatch.profile import read_profile
from stargauge.grid.redispatch.requests import read_requests
from stargauge.grid.redispatch.rules import PMIN, PRE_EXISTING, Pmin, PreExisting
from stargauge.grid.redispatch.writing import ANSWERS

Progress = Callable[[str], None]


class _Words(options.Options):
    """Reads what all commands here have in common."""

    def rules(self, pmin: str, pre_existing: str) -> tuple[Pmin, PreExisting]:
        """Return the rules that two words name."""
        for field, word, known in (("pmin", pmin, PMIN), ("pre-existing", pre_existing, PRE_EXISTING)):
            if word not in known:
                self.refuse(field, f'"{word}" is no rule; known: {", ".join(known)}')
        chosen = PMIN[PMIN.index(pmin)] if pmin in PMIN else PMIN[0]
        over = PRE_EXISTING[0]
        if pre_existing in PRE_EXISTING:
            over = PRE_EXISTING[PRE_EXISTING.index(pre_existing)]
        return chosen, over

    def fuels(self, text: str | None) -> tuple[str, ...]:
        """Return the fuels of `wind+solar`."""
        return tuple(fuel for fuel in (text or "").split("+") if fuel)

    def output(self, path: Path | None) -> None:
        """Refuse a file whose ending names no format, before anything is computed."""
        if path is not None:
            self.read("output", lambda text: check_output(Path(text), ANSWERS), str(path), None)

    def done(self, progress: Progress | None) -> None:
        """Raise what is wrong; then say what takes long the first time.

        Raises:
            InputError: Everything that could not be read.
        """
        if self.mistakes:
            raise InputError("options", self.mistakes, "nothing was computed")
        announce(progress)


def redispatch(
    case: str,
    bus: str,
    *,
    pmin: str = "0",
    pre_existing: str = "exclude",
    limits: str = "1.0",
    fixed: str | None = None,
    cap: str | None = None,
    output: Path | None = None,
    progress: Progress | None = None,
) -> Redispatch | RedispatchTable:
    """Return the most load at a bus with generation dispatched anew, or at several, one at a time.

    Args:
        case: Catalogue name or path.
        bus: A bus number, or several with commas between, or `all`.
        pmin: `0` or `case`.
        pre_existing: `exclude`, `do-no-harm` or `soft`.
        limits: See `options.LIMIT_WORDS`.
        fixed: Fuels whose units keep their output, `wind+solar`.
        cap: Largest load of interest, `2GW`.
        output: File ending in .parquet, .csv or .json.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all of it at once.
    """
    words = _Words()
    low, over = words.rules(pmin, pre_existing)
    no_buses: list[int] = []
    buses = None if bus.strip() == "all" else words.read("bus", _buses, bus, no_buses)
    ratings = words.read("limits", options.ratings, limits, Ratings())
    cap_mw = words.read("cap", options.power, cap, None)
    words.output(output)
    words.done(progress)
    network, fuels = load(case), words.fuels(fixed)
    answer: Redispatch | RedispatchTable
    if buses is not None and len(buses) == 1:
        answer = redispatch_capacity(
            network,
            buses[0],
            limits=ratings,
            pmin=low,
            pre_existing=over,
            fixed_fuels=fuels,
            cap_mw=cap_mw,
            progress=progress,
        )
    else:
        answer = redispatch_many(
            network,
            buses,
            limits=ratings,
            pmin=low,
            pre_existing=over,
            fixed_fuels=fuels,
            cap_mw=cap_mw,
            progress=progress,
        )
    if output is not None:
        answer.write(output)
    return answer


def allocate(
    case: str,
    requests_file: Path,
    *,
    rule: str = "prorata",
    pmin: str = "0",
    pre_existing: str = "exclude",
    limits: str = "1.0",
    fixed: str | None = None,
    kept: str = "0%",
    conceded: str = "0.1%",
    output: Path | None = None,
    progress: Progress | None = None,
) -> Allocation:
    """Return what each request of a file gets.

    Args:
        case: Catalogue name or path.
        requests_file: CSV file; see `requests.COLUMNS`.
        rule: `prorata`, `queue`, `value` or `total`.
        pmin: `0` or `case`.
        pre_existing: `exclude`, `do-no-harm` or `soft`.
        limits: See `options.LIMIT_WORDS`.
        fixed: Fuels whose units keep their output, `wind+solar`.
        kept: Part of a curtailable request that stays after an outage, `20%`.
        conceded: With `queue` and `prorata`: share of what it could have that each leaves to those who come
            after it, `1%`.
        output: File ending in .parquet, .csv or .json.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all options at once, and all of the file at once.
    """
    words = _Words()
    low, over = words.rules(pmin, pre_existing)
    ratings = words.read("limits", options.ratings, limits, Ratings())
    stays = words.read("kept", options.share, kept, 0.0)
    left = words.read("conceded", options.share, conceded, 0.0)
    if rule not in allocation.RULES:
        words.refuse("rule", f'"{rule}" is no rule; known: {", ".join(allocation.RULES)}')
    words.output(output)
    words.done(progress)
    network = load(case)
    chosen = allocation.RULES[allocation.RULES.index(rule)]
    answer = allocation.allocate(
        network,
        read_requests(requests_file, network, rule),
        rule=chosen,
        limits=ratings,
        pmin=low,
        pre_existing=over,
        fixed_fuels=words.fuels(fixed),
        kept=stays,
        conceded=left,
        progress=progress,
    )
    if output is not None:
        answer.write(output)
    return answer


def flexible(
    case: str,
    bus: str,
    *,
    source: str = REDISPATCH,
    kept: str = "0%",
    curtail: str | None = None,
    profile: Path | None = None,
    cutoff: str = "3%",
    pmin: str = "0",
    pre_existing: str = "exclude",
    limits: str = "1.0",
    fixed: str | None = None,
    cap: str | None = None,
    output: Path | None = None,
    progress: Progress | None = None,
) -> Flexible:
    """Return what a bus can take firm, on an outage signal, and with some hours curtailed.

    Args:
        case: Catalogue name or path.
        bus: A bus number.
        source: `redispatch`, or a fixed source: see `hosting.sources.parsing.WORDS`.
        kept: Part of the load that stays on an outage signal, `20%`.
        curtail: Share of hours that may be curtailed, `1%`; needs a profile.
        profile: File of hourly load factors; see `profile.read_profile`.
        cutoff: Cut-off of a fixed source, `3%`.
        pmin: `0` or `case`.
        pre_existing: `exclude`, `do-no-harm` or, with redispatch, `soft`.
        limits: See `options.LIMIT_WORDS`.
        fixed: Fuels whose units keep their output, `wind+solar`.
        cap: Largest load of interest, `2GW`.
        output: File ending in .parquet, .csv or .json.
        progress: Told in words what is being done.

    Raises:
        InputError: Anything that cannot be read; all options at once, and all of the file at once.
    """
    words = _Words()
    low, over = words.rules(pmin, pre_existing)
    no_buses: list[int] = []
    numbers = words.read("bus", _buses, bus, no_buses)
    if len(numbers) > 1:
        words.refuse("bus", f"{bus} are {len(numbers)} buses; flexible load is studied at one")
    ratings = words.read("limits", options.ratings, limits, Ratings())
    stays = words.read("kept", options.share, kept, 0.0)
    share = words.read("curtail", options.share, curtail, None)
    least = words.read("cutoff", options.share, cutoff, 0.03)
    cap_mw = words.read("cap", options.power, cap, None)
    if source == REDISPATCH:
        given = [("cutoff", cutoff != "3%")]
        why = "belongs to a fixed source; with redispatch every pair counts"
    else:
        given = [("pmin", pmin != "0"), ("fixed", fixed is not None), ("cap", cap is not None)]
        why = f"belongs to redispatch; with the source {source} no unit is moved"
    for field, is_given in given:
        if is_given:
            words.refuse(field, why)
    if curtail is not None and profile is None:
        words.refuse("curtail", "needs --profile with the hourly load of the system; none is assumed")
    words.output(output)
    words.done(progress)
    answer = flexible_capacity(
        load(case),
        numbers[0],
        source=source,
        kept=stays,
        curtail=share,
        profile=None if profile is None else read_profile(profile),
        cutoff=least,
        limits=ratings,
        pmin=low,
        pre_existing=over,
        fixed_fuels=words.fuels(fixed),
        cap_mw=cap_mw,
    )
    if output is not None:
        answer.write(output)
    return answer


def _buses(text: str) -> list[int]:
    """Return the bus numbers of `1001,1002`."""
    numbers = []
    for word in text.split(","):
        try:
            numbers.append(int(word))
        except ValueError:
            raise ValueError(
                f'"{word.strip()}" is no bus number; write for example 1001 or 1001,1002'
            ) from None
    return numbers
