"""Broken and hostile files of a strategy: each is one clear error with file, line and field."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from plan_files import CHINA, US, copy_of, rewrite, rows

from stargauge.errors import InputError
from stargauge.policy.plan import load_strategy, plan, read_strategy


def cell(name: str, line: int, field: str, value: str) -> Callable[[Path], None]:
    """Return a change of one cell; `line` is that of the file, the header being 1."""

    def change(folder: Path) -> None:
        table = rows(folder / name)
        table[line - 2][field] = value
        rewrite(folder / name, table)

    return change


def raw(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


def renamed(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    return change


def pipe(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return change


def folder_named(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return change


def many(name: str) -> Callable[[Path], None]:
    return raw(name, b"id,title\n" + b"1,again\n" * 2_001)


def removed(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


Change = Callable[[Path], None]

CELLS: dict[str, tuple[str, int, str, str, str]] = {
    "id used twice": ("actions", 3, "id", "C1.1.1", "already used in line 2"),
    "unknown section": ("actions", 2, "section", "C1.9", "is no section; did you mean"),
    "unknown pillar": ("sections", 2, "pillar", "7", '"7" is no pillar'),
    "pillar is a word": ("sections", 2, "pillar", "one", "not a whole number"),
    "unknown agency": ("actions", 2, "agencies", "NRDC", "did you mean NDRC?"),
    "agency named twice": ("actions", 2, "agencies", "NDRC NDRC", "name one twice"),
    "agency of nobody": ("agencies", 3, "part_of", "XYZ", "is no agency"),
    "basis without agency": ("actions", 2, "agencies", "", "are missing"),
    "agency without basis": ("actions", 2, "agencies_basis", "none", "but agencies are named"),
    "unknown lever": ("actions", 2, "lever", "permiting_time", "did you mean permitting_time?"),
    "unknown verb": ("actions", 2, "verb", "hope", "is not one of"),
    "repeats itself": ("actions", 2, "repeats", "C1.1.1", "cannot repeat itself"),
    "repeats nothing": ("actions", 3, "repeats", "C9.9.9", "is no action"),
    "added too early": ("actions", 2, "added", "2020", "before the release"),
    "no text": ("actions", 2, "text", "", "is missing"),
    "text without end": ("actions", 2, "text", "a" * 401, "has 401 letters"),
    "terminal codes": ("actions", 2, "text", "\x1b[2Jgone", "control character"),
    "terminal codes in an id": ("actions", 2, "id", "C1\x1b[31m", "?[31m"),
    "event of no action": ("events", 2, "actions", "", "is missing"),
    "event of unknown action": ("events", 2, "actions", "C1.1.11", "is no action"),
    "unknown form": ("events", 2, "form", "rumour", "is not one of"),
    "direction against form": ("events", 2, "direction", "works_against", "cannot be works_against"),
    "unknown direction": ("events", 2, "direction", "+", "is not one of"),
    "undoes without withdrawal": ("events", 3, "undoes", "CN01", "undoes nothing"),
    "no day": ("events", 2, "date", "2022-02-30", "no such day"),
    "known before it happened": ("events", 2, "known_from", "2021-01-01", "before the date"),
    "later than the edition": ("events", 18, "known_from", "2027-01-01", "later than the edition"),
    "address of a program": ("events", 2, "address", "javascript:alert(1)", "not a web address"),
    "no source": ("events", 2, "source", "", "source"),
    "unknown grade": ("events", 2, "confidence", "A+", "is not one of"),
    "judged stage 4": ("judgements", 2, "stage", "4", "less than or equal to 3"),
    "judged without a reason": ("judgements", 2, "because", "", "is missing"),
    "judged the wrong action": ("judgements", 2, "action", "C1.1.2", "does not name C1.1.2"),
    "judged no event": ("judgements", 2, "event", "CN99", "is no event"),
    "edition before release": ("strategy", 2, "edition", "2020", "before the release"),
    "unknown kind of lineage": ("lineage", 2, "kind", "myth", "is not one of"),
}  # fmt: skip
"""One cell that is wrong: file, line, field, what stands there, words of the message."""

OTHERS: dict[str, tuple[Change, str, int, str, str]] = {
    "unknown column": (
        renamed("actions.csv", "verb", "verbs"), "actions.csv", 1, "verbs", "did you mean verb?"
    ),
    "column twice": (renamed("actions.csv", "section", "id"), "actions.csv", 1, "id", "used twice"),
    "empty file": (raw("events.csv", b""), "events.csv", 1, "file", "is empty"),
    "binary file": (raw("events.csv", b"id,date\n\xff\xfe\x00"), "events.csv", 2, "file", "not UTF-8"),
    "torn quotes": (raw("events.csv", b'id,date\n"CN01,2022'), "events.csv", 2, "row", "is not CSV"),
    "ragged row": (raw("pillars.csv", b"id,title\n1\n"), "pillars.csv", 2, "row", "has 1 cells, expected 2"),
    "no pillar": (raw("pillars.csv", b"id,title\n"), "pillars.csv", 0, "file", "has no row"),
    "file missing": (removed("actions.csv"), "actions.csv", 0, "file", "cannot be read"),
    "a pipe": (pipe("events.csv"), "events.csv", 0, "file", "is not a regular file"),
    "a folder": (folder_named("events.csv"), "events.csv", 0, "file", "is not a regular file"),
    "a huge file": (raw("events.csv", b"x" * 2_000_001), "events.csv", 0, "file", "is larger than 2 MB"),
    "no end of rows": (many("pillars.csv"), "pillars.csv", 0, "file", "has 2,001 rows"),
    "no strategy row": (
        raw("strategy.csv", b"id,title\n"), "strategy.csv", 0, "file", "has 0 rows, expected one"
    ),
}  # fmt: skip

BROKEN: dict[str, tuple[Change, str, int, str, str]] = OTHERS | {
    case: (cell(f"{name}.csv", line, field, value), f"{name}.csv", line, field, message)
    for case, (name, line, field, value, message) in CELLS.items()
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_a_clear_error_and_nothing_else(tmp_path: Path, case: str) -> None:
    change, name, line, field, message = BROKEN[case]
    folder = copy_of(CHINA, tmp_path)
    change(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(InputError) as caught:
        read_strategy(folder)
    text = str(caught.value)
    assert "no strategy was loaded" in text
    assert text.replace("\n", "").isprintable()
    found = [
        one
        for one in caught.value.mistakes
        if one.line == line and one.field.split(": ")[-1] == field and message in one.message
    ]
    assert found, text
    assert name in caught.value.source
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_all_mistakes_are_told_at_once_and_sorted_by_line(tmp_path: Path) -> None:
    folder = copy_of(US, tmp_path)
    for change in (
        cell("actions.csv", 9, "page", "0"),
        cell("actions.csv", 4, "lever", "magic"),
        cell("events.csv", 5, "form", "rumour"),
        cell("judgements.csv", 3, "stage", "9"),
    ):
        change(folder)
    with pytest.raises(InputError) as caught:
        read_strategy(folder)
    assert caught.value.source == "actions.csv, events.csv, judgements.csv"
    assert {(one.line, one.field) for one in caught.value.mistakes} == {
        (9, "actions.csv: page"),
        (4, "actions.csv: lever"),
        (5, "events.csv: form"),
        (3, "judgements.csv: stage"),
    }
    assert str(caught.value).startswith("actions.csv, events.csv, judgements.csv has 4 mistakes")


def test_a_withdrawal_must_come_after_what_it_undoes(tmp_path: Path) -> None:
    folder = copy_of(CHINA, tmp_path)
    table = rows(folder / "events.csv")
    table[0] |= {"form": "withdrawal", "direction": "works_against", "undoes": "CN05"}
    table[5] |= {"form": "withdrawal", "direction": "works_against", "undoes": "CN77"}
    rewrite(folder / "events.csv", table)
    with pytest.raises(InputError) as caught:
        read_strategy(folder)
    assert [(one.line, one.field) for one in caught.value.mistakes] == [(2, "undoes"), (7, "undoes")]
    assert "CN05 does not come before" in str(caught.value)


def test_an_event_names_the_action_that_is_repeated(tmp_path: Path) -> None:
    folder = copy_of(US, tmp_path)
    table = rows(folder / "events.csv")
    table[10]["actions"] = "P3.7.3"
    rewrite(folder / "events.csv", table)
    with pytest.raises(
        InputError, match=r"P3\.7\.3 repeats P3\.6\.4; name that one, and both have the event"
    ):
        read_strategy(folder)


def test_a_strategy_that_is_not_there() -> None:
    with pytest.raises(InputError, match="did you mean us-ai-action-plan"):
        load_strategy("us-ai-action-plans")
    with pytest.raises(InputError, match="neither a strategy that ships nor a folder"):
        load_strategy("/nowhere/at/all")
    for name in ("x" * 5_000, "\x1b[2J", "a\0b"):
        with pytest.raises(InputError, match="neither") as caught:
            load_strategy(name)
        assert str(caught.value).replace("\n", "").isprintable()


def test_many_mistakes_do_not_take_long(tmp_path: Path) -> None:
    folder = copy_of(CHINA, tmp_path)
    table = rows(folder / "events.csv")
    rewrite(folder / "events.csv", [table[0] | {"id": f"E{n}", "actions": "X1"} for n in range(2_000)])
    with pytest.raises(InputError) as caught:
        read_strategy(folder)
    assert len(caught.value.mistakes) == 2_003, "and three judgements of events that are gone"


def test_a_folder_of_ones_own_is_asked_like_a_shipped_one(tmp_path: Path) -> None:
    folder = copy_of(CHINA, tmp_path)
    own, shipped = plan(strategy=folder), plan(strategy=CHINA)
    assert own.to_dict() == shipped.to_dict()
    assert own.strategy.digest == shipped.strategy.digest
    cell("actions.csv", 2, "text", "Something else.")(folder)
    assert plan(strategy=folder).strategy.digest != shipped.strategy.digest
