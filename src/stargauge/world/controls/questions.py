"""Questions as a frame of text, read into arrays: every different chip, country and day is parsed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, Mistake
from stargauge.world.controls.answer import code_mistakes, parse_day
from stargauge.world.controls.batch import ChipArrays, Questions, chip_arrays, country_codes
from stargauge.world.controls.chips import Chip, find_chip, number_mistakes
from stargauge.world.controls.codes import END_USERS, END_USES
from stargauge.world.controls.countries import find_place
from stargauge.world.controls.tables import SOURCES_UNTIL

if TYPE_CHECKING:
    import polars as pl

COLUMNS = {
    "chip": "name of a chip of the table; empty where numbers are given",
    "to": "country it goes to, by code or name; needed",
    "owner": "where the buyer or its ultimate parent is headquartered; the destination where empty",
    "date": "day YYYY-MM-DD; the last day of the sources where empty",
    "end_use": f"{', '.join(END_USES)}; general where empty",
    "end_user": f"{', '.join(END_USERS)}; ordinary where empty",
    "from": "country it is sent from; US where empty",
    "tpp": "TPP of a chip by numbers",
    "density": "TPP per mm2 of a chip by numbers",
    "memory_bandwidth": "GB/s over all memory of a chip by numbers",
    "interconnect": "GB/s over all links of a chip by numbers",
    "datacentre": "true or false for a chip by numbers; true where empty",
    "hbm_density": "GB/s per mm2 of a stand-alone memory stack",
}
"""Columns a file of questions may have; others are kept as they are."""

NUMBERS = ("tpp", "density", "memory_bandwidth", "interconnect", "hbm_density")
MOST_TOLD = 50
"""Mistakes that are listed one by one; the others are counted."""

NOT_WRITTEN = "nothing was written"

Parse = Callable[[str], "int | Mistake"]


def questions_of(frame: pl.DataFrame, name: str) -> tuple[ChipArrays, Questions]:
    """Return the chips and questions of a frame of text, line 2 its first row.

    Raises:
        InputError: Listing what is wrong, the first `MOST_TOLD` one by one.
    """
    mistakes: list[Mistake] = []
    codes = country_codes()

    def place(field: str) -> Parse:
        def parse(text: str) -> int | Mistake:
            found = find_place(field, text)
            return found if isinstance(found, Mistake) else codes[found]

        return parse

    def day(text: str) -> int | Mistake:
        found = parse_day(text)
        return found if isinstance(found, Mistake) else found.toordinal()

    def code(field: str, known: tuple[str, ...]) -> Parse:
        def parse(text: str) -> int | Mistake:
            if text in known:
                return known.index(text)
            wrong = code_mistakes(*(text if one == field else END_CODES[one][0] for one in END_CODES))
            return wrong[0]

        return parse

    height = frame.height
    to = _codes(frame, "to", None, place("to"), mistakes)
    owner = _codes(frame, "owner", -1, place("owner"), mistakes)
    chips, chip = _chips(frame, mistakes)
    questions = Questions(
        chip=chip,
        to=to,
        owner=np.where(owner < 0, to, owner),
        day=_codes(frame, "date", SOURCES_UNTIL.toordinal(), day, mistakes),
        end_use=_codes(frame, "end_use", 0, code("end_use", END_USES), mistakes).astype(np.int8),
        end_user=_codes(frame, "end_user", 0, code("end_user", END_USERS), mistakes).astype(np.int8),
        exported_from=_codes(frame, "from", codes["US"], place("from"), mistakes),
    )
    assert questions.to.size == height
    if mistakes:
        mistakes.sort()
        told = mistakes[:MOST_TOLD]
        if len(mistakes) > MOST_TOLD:
            told.append(Mistake(mistakes[MOST_TOLD].line, "file", f"and {len(mistakes) - MOST_TOLD:,} more"))
        raise InputError(name, told, NOT_WRITTEN)
    return chips, questions


END_CODES = {"end_use": END_USES, "end_user": END_USERS}


def _codes(
    frame: pl.DataFrame, name: str, empty: int | None, parse: Parse, mistakes: list[Mistake]
) -> NDArray[np.int64]:
    """Return a column of text as codes: every different text is parsed once."""
    import polars as pl

    if name not in frame.columns:
        return np.full(frame.height, 0 if empty is None else empty, dtype=np.int64)
    column = frame[name]
    texts = column.unique().to_list()
    found: dict[str, int] = {}
    wrong: dict[str, Mistake] = {}
    for text in texts:
        if not text.strip():
            result: int | Mistake = Mistake(0, name, "is empty") if empty is None else empty
        else:
            result = parse(text.strip())
        if isinstance(result, Mistake):
            wrong[text] = result
            result = 0
        found[text] = result
    if wrong:
        rows = column.is_in(list(wrong)).arg_true().to_list()
        mistakes.extend(Mistake(row + 2, name, wrong[column[row]].message) for row in rows)
    return column.replace_strict(found, return_dtype=pl.Int64).to_numpy()


def _chips(frame: pl.DataFrame, mistakes: list[Mistake]) -> tuple[ChipArrays, NDArray[np.int64]]:
    """Return the chips that a frame asks for, by name or by numbers, and which each row asks for."""
    import polars as pl

    keys = [name for name in ("chip", *NUMBERS, "datacentre") if name in frame.columns]
    asked = frame.select(keys).with_row_index("row")
    distinct = asked.group_by(keys, maintain_order=True).agg(pl.col("row").first())
    chips: list[Chip] = []
    wrong: dict[int, list[Mistake]] = {}
    for number, row in enumerate(distinct.iter_rows(named=True)):
        result = _chip({name: text.strip() for name, text in row.items() if name != "row"})
        if isinstance(result, list):
            wrong[number] = result
            result = Chip("?", 1.0)
        chips.append(result)
    distinct = distinct.with_columns(index=pl.Series(range(distinct.height), dtype=pl.Int64)).drop("row")
    index = asked.join(distinct, on=keys, how="left", maintain_order="left")["index"].to_numpy()
    for row_number in np.flatnonzero(np.isin(index, list(wrong))).tolist() if wrong else ():
        mistakes.extend(Mistake(row_number + 2, one.field, one.message) for one in wrong[index[row_number]])
    return chip_arrays(chips), index


def _chip(row: dict[str, Any]) -> Chip | list[Mistake]:
    name = row.get("chip", "")
    numbers: dict[str, float] = {}
    mistakes: list[Mistake] = []
    for field in NUMBERS:
        text = row.get(field, "")
        if not text:
            continue
        try:
            numbers[field] = float(text)
        except ValueError:
            mistakes.append(Mistake(0, field, f'"{text[:40]}" is not a number'))
    marketed = row.get("datacentre", "")
    if marketed.lower() not in ("", "true", "false"):
        mistakes.append(Mistake(0, "datacentre", f'"{marketed[:40]}" is neither true nor false'))
    if name:
        found = find_chip(name)
        if isinstance(found, Mistake):
            mistakes.append(found)
        if numbers or marketed:
            mistakes.append(Mistake(0, "chip", "has a name and numbers; leave one out"))
        return mistakes or found if isinstance(found, Chip) else mistakes
    if not mistakes:
        mistakes = number_mistakes(numbers.get("tpp"), *(numbers.get(field) for field in NUMBERS[1:]))
    if mistakes:
        return mistakes
    memory = numbers.get("memory_bandwidth")
    return Chip(
        name="own chip",
        tpp=numbers.get("tpp", 0.0),
        density=numbers.get("density"),
        memory_bandwidth_gb_s=memory,
        dram_bandwidth_gb_s=memory,
        interconnect_gb_s=numbers.get("interconnect"),
        datacentre=marketed.lower() != "false",
        hbm_density=numbers.get("hbm_density"),
    )
