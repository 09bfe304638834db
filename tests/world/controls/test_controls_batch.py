"""Answers in batch are those given one by one, over chips, countries, uses and every day a rule changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stargauge.errors import InputError
from stargauge.world.controls import (
    Chip,
    Question,
    Questions,
    chip_arrays,
    chips,
    controls_batch,
    controls_check,
    decide,
    decide_many,
)
from stargauge.world.controls.batch import country_codes
from stargauge.world.controls.classes import CLASSES, TARIFFS
from stargauge.world.controls.codes import ANSWERS, END_USERS, END_USES, EXCEPTIONS, REVIEWS
from stargauge.world.controls.countries import change_days
from stargauge.world.controls.rules import rules

TURNS = sorted(
    {
        day + dt.timedelta(days=shift)
        for rule in rules().values()
        for day in (rule.in_force, rule.last_day, rule.suspended_from, rule.suspended_until)
        if day
        for shift in (-1, 0, 1)
    }
    | set(change_days())
)
COUNTRIES = (
    "CN",
    "HK",
    "MO",
    "US",
    "AE",
    "SA",
    "RU",
    "AF",
    "VN",
    "DE",
    "IL",
    "CY",
    "SG",
    "MY",
    "TH",
    "KH",
    "IR",
)
EDGES = (1599.0, 1600.0, 2399.0, 2400.0, 4799.0, 4800.0, 14000.0, 15832.0, 20919.0, 20999.0, 21000.0, 56000.0)

maybe = st.none() | st.floats(min_value=0.1, max_value=30_000)
own = st.builds(
    Chip,
    name=st.just("own"),
    tpp=st.sampled_from(EDGES) | st.floats(min_value=1, max_value=60_000),
    density=st.none() | st.sampled_from((1.5, 1.6, 3.1, 3.2, 5.9, 5.92, 20.0)),
    memory_bandwidth_gb_s=maybe | st.sampled_from((3999.0, 4000.0)),
    dram_bandwidth_gb_s=maybe | st.sampled_from((4600.0, 6000.0, 6499.0, 6500.0)),
    interconnect_gb_s=maybe | st.sampled_from((599.0, 600.0, 899.0, 900.0)),
    datacentre=st.booleans(),
    from_us=st.sampled_from((True, True, True, False)),
)
stack = st.builds(
    Chip, name=st.just("stack"), tpp=st.just(0.0), hbm_density=st.sampled_from((1.9, 2.0, 2.1, 3.2, 3.3, 9.0))
)
questions = st.builds(
    Question,
    chip=st.sampled_from(list(chips().values())) | own | stack,
    to=st.sampled_from(COUNTRIES),
    owner=st.sampled_from(COUNTRIES),
    day=st.sampled_from(TURNS) | st.dates(dt.date(2022, 1, 1), dt.date(2028, 1, 1)),
    end_use=st.sampled_from(END_USES),
    end_user=st.sampled_from(END_USERS),
    exported_from=st.sampled_from(("US", "SG")),
)


def columns(asked: list[Question]) -> Questions:
    codes = country_codes()
    return Questions(
        chip=np.arange(len(asked)),
        to=np.array([codes[one.to] for one in asked]),
        owner=np.array([codes[one.owner] for one in asked]),
        day=np.array([one.day.toordinal() for one in asked]),
        end_use=np.array([END_USES.index(one.end_use) for one in asked], dtype=np.int8),
        end_user=np.array([END_USERS.index(one.end_user) for one in asked], dtype=np.int8),
        exported_from=np.array([codes[one.exported_from] for one in asked]),
    )


def in_batch(asked: list[Question]) -> list[tuple[str, str, str, str, str]]:
    found = decide_many(chip_arrays([one.chip for one in asked]), columns(asked))
    return [
        (CLASSES[c], ANSWERS[a], REVIEWS[r], EXCEPTIONS[e], TARIFFS[t])
        for c, a, r, e, t in zip(
            found.chip_class, found.answer, found.review, found.exception, found.tariff, strict=True
        )
    ]


def one_by_one(asked: list[Question]) -> list[tuple[str, str, str, str, str]]:
    found = [decide(one) for one in asked]
    return [(one.chip_class, one.answer, one.review, one.exception, one.tariff) for one in found]


@settings(max_examples=60, deadline=None)
@given(st.lists(questions, min_size=20, max_size=80))
def test_batch_gives_what_one_by_one_gives(asked: list[Question]) -> None:
    assert in_batch(asked) == one_by_one(asked)


def test_every_chip_to_every_kind_of_country_on_every_turn() -> None:
    asked = [
        Question(chip, to, owner, day)
        for chip in chips().values()
        for day in TURNS
        for to, owner in (("CN", "CN"), ("SA", "SA"), ("AE", "AE"), ("MY", "CN"), ("TH", "TH"), ("DE", "DE"))
    ]
    assert in_batch(asked) == one_by_one(asked)


@settings(max_examples=200, deadline=None)
@given(questions)
def test_an_answer_is_whole(question: Question) -> None:
    found = decide(question)
    assert found.chip_class in CLASSES
    assert (found.answer == "exception") == bool(found.exception)
    assert (found.answer in ("licence", "exception")) == bool(found.review)
    assert found.steps
    assert found.text


@settings(max_examples=200, deadline=None)
@given(questions)
def test_a_chinese_owner_never_frees_a_chip(question: Question) -> None:
    order = {"not a US export": 0, "no licence": 0, "undetermined": 1, "exception": 1, "licence": 2}
    plain = decide(Question(question.chip, question.to, "DE", question.day))
    owned = decide(Question(question.chip, question.to, "CN", question.day))
    assert order[owned.answer] >= order[plain.answer]


FILE = """note,chip,to,owner,date,end_use,tpp,density,memory_bandwidth
first,NVIDIA H20,CN,CN,2026-03-01,,,,
second,h200 sxm,China,,2026-03-01,,,,
third,,VN,,2026-03-01,general,3000,4,2000
"fourth, quoted",NVIDIA B200,Malaysia,CN,,,,,
"""


def test_a_file_comes_back_with_answers(tmp_path: Path) -> None:
    source, output = tmp_path / "questions.csv", tmp_path / "answers.csv"
    source.write_text(FILE, encoding="utf-8")
    answer = controls_batch(source, output)
    assert answer.rows == 4
    assert answer.counts == {"licence": 3, "exception": 1}
    found = pl.read_csv(output, infer_schema=False)
    assert found.columns == [
        *FILE.splitlines()[0].split(","),
        "class",
        "answer",
        "review",
        "exception",
        "tariff",
    ]
    assert found["class"].to_list() == ["none", "3A090.a", "3A090.b", "3A090.a"]
    assert found["answer"].to_list() == ["licence", "licence", "exception", "licence"]
    assert found["exception"].to_list()[2] == "ACA"
    assert found["note"].to_list() == ["first", "second", "third", "fourth, quoted"]
    for row in found.iter_rows(named=True):
        if row["chip"]:
            alone = controls_check(row["chip"], row["to"], row["owner"] or None, row["date"] or None)
            assert (alone.decision.chip_class, alone.decision.answer) == (row["class"], row["answer"])
            assert alone.decision.tariff == row["tariff"]
    assert [path.name for path in tmp_path.iterdir()].count("answers.csv") == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_every_mistake_of_a_file_is_told_with_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    source, output = tmp_path / "questions.csv", tmp_path / "answers.csv"
    source.write_text(
        "chip,to,date,end_use,tpp\n"
        "NVIDIA H20,CN,2026-03-01,,\n"
        "NVIDIA H99,Chna,2026-02-30,mining,\n"
        ",CN,,,-5\n"
        "NVIDIA H20,,,,100\n"
        ",CN,,,\n"
        ",CN,,,many\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        controls_batch(source, output)
    told = [(one.line, one.field, one.message) for one in caught.value.mistakes]
    assert [one[:2] for one in told] == [
        (3, "chip"), (3, "date"), (3, "end_use"), (3, "to"), (4, "tpp"), (5, "chip"), (5, "to"), (6, "tpp"),
        (7, "tpp"),
    ]  # fmt: skip
    words = dict((one[:2], one[2]) for one in told)  # noqa: C402 - pairs of the first two cells
    assert words[3, "chip"].startswith('"NVIDIA H99" is no chip of the table; nearest: ')
    assert words[3, "to"] == '"Chna" is no country; did you mean China?'
    assert words[3, "date"] == '"2026-02-30" is no day; write YYYY-MM-DD, for example 2026-03-01'
    assert words[3, "end_use"] == '"mining" is not one of general, supercomputer, chip-making, military'
    assert words[4, "tpp"] == "-5 is no size; it must be above 0 and finite"
    assert words[5, "chip"] == "has a name and numbers; leave one out"
    assert words[5, "to"] == "is empty"
    assert words[6, "tpp"] == "is missing; a chip by numbers needs at least its TPP"
    assert words[7, "tpp"] == '"many" is not a number'
    assert str(caught.value).startswith("questions.csv has 9 mistakes; nothing was written.")
    assert list(tmp_path.iterdir()) == [source]


def test_a_long_list_of_mistakes_is_cut_and_counted(tmp_path: Path) -> None:
    source = tmp_path / "questions.csv"
    source.write_text("chip,to\n" + "NVIDIA H20,Nowhereland\n" * 90, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        controls_batch(source, tmp_path / "answers.csv")
    assert len(caught.value.mistakes) == 51
    assert caught.value.mistakes[-1].message == "and 40 more"


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("", "file", "is no CSV table"),
        ("chip,to\n", "file", "has no rows"),
        ("chip,date\nNVIDIA H20,2026-01-01\n", "to", "no such column; every question needs its destination"),
        ("to\nCN\n", "chip", "no such column, and no tpp or hbm_density either"),
        ("chip,to,answer\nNVIDIA H20,CN,x\n", "answer", "is a column of the answers; rename it"),
    ],
)
def test_what_is_no_file_of_questions(tmp_path: Path, text: str, field: str, message: str) -> None:
    source = tmp_path / "questions.csv"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        controls_batch(source, tmp_path / "answers.csv")
    (mistake,) = caught.value.mistakes
    assert mistake.field == field
    assert mistake.message.startswith(message)
    assert not (tmp_path / "answers.csv").exists()


def test_a_missing_file_and_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no file that can be read"):
        controls_batch(tmp_path / "none.csv", tmp_path / "answers.csv")
