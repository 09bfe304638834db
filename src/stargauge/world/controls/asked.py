"""A question as the command line asks it: a chip by name or numbers, all that is wrong told at once."""

from __future__ import annotations

from collections.abc import Mapping

from stargauge.errors import InputError, Mistake
from stargauge.world.controls.answer import ControlsAnswer, controls_check
from stargauge.world.controls.chips import NOT_CHECKED, Chip, number_mistakes, own_chip


def check_asked(
    name: str | None,
    numbers: Mapping[str, float | None],
    datacentre: bool | None,
    to: str,
    owner: str | None,
    date: str | None,
    end_use: str,
    end_user: str,
    exported_from: str,
) -> ControlsAnswer:
    """Return the answer to a question with a chip by name, or by numbers where `name` is None.

    Args:
        name: Name of a chip of the table.
        numbers: Numbers of one's own chip, named as in `own_chip`.
        datacentre: Whether it is marketed for data centres; yes where None.
        to: See `controls_check` for this and what follows.
        owner: Headquarters.
        date: Day.
        end_use: End use.
        end_user: End user.
        exported_from: Country of export.

    Raises:
        InputError: Listing everything that is wrong, with the chip and with the rest.
    """
    given = {key: value for key, value in numbers.items() if value is not None}
    mistakes: list[Mistake] = []
    chip: str | Chip = name or ""
    if name is None and not given:
        mistakes.append(Mistake(0, "chip", "is missing; give a name, or numbers: --tpp"))
    elif name is None:
        mistakes.extend(number_mistakes(**{"tpp": None, **given}))
    elif given or datacentre is not None:
        options = [*given, *(["datacentre"] if datacentre is not None else [])]
        told = ", ".join("--" + key.replace("_", "-") for key in options)
        mistakes.append(Mistake(0, "chip", f"has a name and numbers ({told}); leave one out"))
    if name is None:
        # Where the numbers are wrong, any chip serves to find what else is.
        chip = Chip("?", 1.0) if mistakes else _own(given, datacentre is not False)
    try:
        answer = controls_check(
            chip, to, owner, date, end_use=end_use, end_user=end_user, exported_from=exported_from
        )
    except InputError as error:
        raise InputError(error.source, [*mistakes, *error.mistakes], NOT_CHECKED) from None
    if mistakes:
        raise InputError("the question", mistakes, NOT_CHECKED)
    return answer


def _own(given: Mapping[str, float], datacentre: bool) -> Chip:
    return own_chip(
        given.get("tpp"),
        given.get("density"),
        given.get("memory_bandwidth"),
        given.get("interconnect"),
        datacentre,
        given.get("hbm_density"),
    )
