"""Chip-control checks a second: in batch, from a file, and one by one, in one run on the same questions.

    python benchmarks/controls_batch.py [--questions N] [--single N] [--runs N]

Questions are drawn at random over all chips, countries and uses, and days from 2022 to 2028. One by one
answers the first of them, and both must give the same codes. The file is read, answered and written whole.
One core: nothing here uses threads, but reading and writing CSV, which polars does.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl

from stargauge.world.controls import (
    Question,
    Questions,
    chip_arrays,
    chips,
    controls_batch,
    decide,
    decide_many,
)
from stargauge.world.controls.batch import country_codes
from stargauge.world.controls.classes import CLASSES, TARIFFS
from stargauge.world.controls.codes import ANSWERS, END_USERS, END_USES, EXCEPTIONS, REVIEWS

FIRST, LAST = dt.date(2022, 1, 1).toordinal(), dt.date(2028, 1, 1).toordinal()
TARGET = 1_000_000
CODES = (CLASSES, ANSWERS, REVIEWS, EXCEPTIONS, TARIFFS)


def drawn(count: int) -> Questions:
    random = np.random.default_rng(1)
    countries = len(country_codes())
    return Questions(
        chip=random.integers(len(chips()), size=count),
        to=random.integers(countries, size=count),
        owner=random.integers(countries, size=count),
        day=random.integers(FIRST, LAST, size=count),
        end_use=random.integers(len(END_USES), size=count, dtype=np.int8),
        end_user=random.integers(len(END_USERS), size=count, dtype=np.int8),
        exported_from=np.where(random.random(count) < 0.8, country_codes()["US"], country_codes()["SG"]),
    )


def singly(asked: Questions, count: int) -> list[Question]:
    names, codes = list(chips().values()), list(country_codes())
    return [
        Question(
            names[asked.chip[row]],
            codes[asked.to[row]],
            codes[asked.owner[row]],
            dt.date.fromordinal(int(asked.day[row])),
            END_USES[asked.end_use[row]],
            END_USERS[asked.end_user[row]],
            codes[asked.exported_from[row]],
        )
        for row in range(count)
    ]


def frame_of(asked: Questions) -> pl.DataFrame:
    names, codes = pl.Series(list(chips())), pl.Series(list(country_codes()))
    return pl.DataFrame(
        {
            "chip": names.gather(asked.chip),
            "to": codes.gather(asked.to),
            "owner": codes.gather(asked.owner),
            "date": pl.Series(asked.day - dt.date(1970, 1, 1).toordinal()).cast(pl.Int32).cast(pl.Date),
            "end_use": pl.Series(END_USES).gather(asked.end_use.astype(np.int64)),
            "end_user": pl.Series(END_USERS).gather(asked.end_user.astype(np.int64)),
            "from": codes.gather(asked.exported_from),
        }
    )


def best(run: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        began = perf_counter()
        run()
        times.append(perf_counter() - began)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description="chip-control checks a second")
    parser.add_argument("--questions", type=int, default=1_000_000)
    parser.add_argument("--single", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    asked = drawn(given.questions)
    columns = chip_arrays(list(chips().values()))
    found = decide_many(columns, asked)
    few = singly(asked, min(given.single, given.questions))
    alone = [decide(question) for question in few]
    words = zip(
        *(getattr(found, name)[: len(few)].tolist() for name in found.__dataclass_fields__), strict=True
    )
    for row, (codes, one) in enumerate(zip(words, alone, strict=True)):
        told = tuple(names[code] for names, code in zip(CODES, codes, strict=True))
        if told != (one.chip_class, one.answer, one.review, one.exception, one.tariff):
            raise SystemExit(f"question {row} is answered {told} in batch and {one} alone: {few[row]}")
    batch = given.questions / best(lambda: decide_many(columns, asked), given.runs)
    single = len(few) / best(lambda: [decide(question) for question in few], 1)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "questions.csv"
        frame_of(asked).write_csv(source)
        file = given.questions / best(lambda: controls_batch(source, Path(folder) / "out.csv"), given.runs)
    print(f"{given.questions:,} questions; {len(few):,} of them also one by one, with the same answers")
    print(f"one by one        {single:14,.0f} checks/s")
    print(f"batch, arrays     {batch:14,.0f} checks/s   {batch / single:6,.0f} x one by one")
    print(f"batch, CSV to CSV {file:14,.0f} checks/s   {file / single:6,.0f} x one by one")
    print(f"target of {TARGET:,} checks/s in arrays: {'met' if batch >= TARGET else 'missed'}")


if __name__ == "__main__":
    main()
