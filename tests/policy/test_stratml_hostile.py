"""Hostile and broken files: each is one clear error, at once, and nothing is written, opened or expanded."""

from __future__ import annotations

import codecs
import os
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_files import CHINA
from stratml_files import GIVEN, SMALL

from stargauge.errors import InputError
from stargauge.policy.stratml import export_plan, import_plan
from stargauge.policy.stratml.limits import DEEPEST, MAXIMUM_BYTES, MOST_ELEMENTS
from stargauge.policy.stratml.schema import CORE, PERFORMANCE

SECONDS = 20.0
"""No file takes longer to refuse, on a machine that does other work too."""

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def before(text: str) -> str:
    """Put a text before the root."""
    return SMALL.replace("<StrategicPlan ", f"{text}<StrategicPlan ", 1)


def name(text: str) -> str:
    """Put a text where the name of the plan stands."""
    return SMALL.replace("Roads for all", text, 1)


def inside(text: str) -> str:
    """Put elements in front of the organization."""
    return SMALL.replace("<Organization>", f"{text}<Organization>", 1)


def root(attribute: str) -> str:
    return SMALL.replace("<StrategicPlan ", f"<StrategicPlan {attribute} ", 1)


TEXTS: dict[str, tuple[str, str]] = {
    "billion laughs": (
        before(f'<!DOCTYPE p [<!ENTITY l0 "ha">{LAUGHS}]>').replace("Roads for all", "&l9;"), "DOCTYPE"
    ),
    "quadratic blow-up": (
        before(f'<!DOCTYPE p [<!ENTITY a "{"a" * 50_000}">]>').replace("Roads for all", "&a;" * 50_000),
        "DOCTYPE",
    ),
    "an entity that is a file": (
        before('<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]>').replace("Roads for all", "&f;"),
        "DOCTYPE",
    ),
    "an entity from the net": (
        before('<!DOCTYPE p [<!ENTITY f SYSTEM "http://localhost:9/x">]>').replace("Roads for all", "&f;"),
        "DOCTYPE",
    ),
    "a parameter entity": (
        before('<!DOCTYPE p [<!ENTITY % f SYSTEM "file:///etc/passwd"> %f;]>'), "DOCTYPE"
    ),
    "an external document type": (before('<!DOCTYPE p SYSTEM "http://localhost:9/p.dtd">'), "DOCTYPE"),
    "a public document type": (before('<!DOCTYPE p PUBLIC "-//X" "p.dtd">'), "DOCTYPE"),
    "a harmless document type": (before("<!DOCTYPE StrategicPlan>"), "DOCTYPE"),
    "a document type behind comments": (before("<!-- a -->\n<!-- b --><!DOCTYPE p>"), "DOCTYPE"),
    "a document type behind a stylesheet": (before("<?xml-stylesheet href='x'?><!DOCTYPE p>"), "DOCTYPE"),
    "a document type in small letters": (before("<!doctype p>"), "DOCTYPE"),
    "a document type within": (inside("<!DOCTYPE p>"), "not well-formed XML"),
    "an entity nobody defined": (name("&secret;"), "entity 'secret' not defined"),
    "an entity in an attribute": (root('xml:lang="&secret;"'), "entity 'secret' not defined"),
    "inclusion of a file": (
        inside('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'),
        "XInclude",
    ),
    "inclusion within a text": (
        name('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'),
        "XInclude",
    ),
    "an instruction before": (before("<?php system('ls') ?>"), '"php" has no place here'),
    "an instruction within": (name("<?php system('ls') ?>"), '"php" has no place here'),
    "a stylesheet within": (name("<?xml-stylesheet href='x'?>"), '"xml-stylesheet" has no place here'),
    "an instruction behind": (SMALL + "<?php ?>", '"php" has no place here'),
    "another base": (root('xml:base="http://localhost:9/"'), "attribute base has no place here"),
    "another type": (
        root('xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x"'),
        "attribute type has no place here",
    ),
    "too deep": (name("<a>" * 200 + "</a>" * 200), f"more than {DEEPEST} levels"),
    "too deep for any parser": (name("<a>" * 100_000), f"more than {DEEPEST} levels"),
    "too many elements": (inside("<Value/>" * (MOST_ELEMENTS + 1)), f"more than {MOST_ELEMENTS:,} elements"),
    "too many stylesheets": (before("<?xml-stylesheet href='x'?>" * 300_000), "more than 10 stylesheets"),
    "too many instructions behind": (SMALL + "<?xml-stylesheet x?>" * 400_000, "has no place here"),
    "too large": (name("a" * MAXIMUM_BYTES), "larger than 10 MB"),
    "a plan in latin-1": (SMALL.replace('"UTF-8"', '"ISO-8859-1"'), 'declared as "ISO-8859-1"'),
    "a plan in UTF-7": (SMALL.replace('"UTF-8"', '"UTF-7"'), 'declared as "UTF-7"'),
    "a plan in no encoding": (SMALL.replace('"UTF-8"', '"x-nothing"'), 'declared as "x-nothing"'),
    "control characters": (name("\x1b[2J"), "not well-formed XML"),
    "control characters by number": (name("&#27;[2J"), "not well-formed XML"),
    "NUL by number": (name("&#0;"), "not well-formed XML"),
    "a carriage return by number": (name("a&#13;b"), "carriage return"),
    "half a plan": (SMALL[: len(SMALL) // 2], "not well-formed XML"),
    "two plans": (SMALL + SMALL.partition("?>")[2], "not well-formed XML"),
    "a prefix nobody declared": (name("<x:a/>"), "not well-formed XML"),
    "an attribute twice": (root('a="1" a="2"'), "not well-formed XML"),
    "an identifier twice": (SMALL.replace("_n<", "_g<"), '"_g" is already used in line 7'),
    "an identifier that is none": (SMALL.replace("_n<", "1 n<"), '"1 n" is no identifier'),
    "not XML": ('{"plan": []}', "not well-formed XML"),
    "words": ("Build roads.", "not well-formed XML"),
    "nothing": ("", "is empty"),
    "white space": (" \n\n", "is empty"),
    "a web page": ("<html><body/></html>", "begins with html, expected StrategicPlan or"),
    "a part of a plan": (f'<Goal xmlns="{CORE.namespace}"/>', "begins with Goal, expected"),
    "no namespace": (SMALL.replace(f' xmlns="{CORE.namespace}"', ""), 'namespace "", expected'),
    "an older namespace": (
        SMALL.replace(CORE.namespace, "http://www.stratml.net"), 'namespace "http://www.stratml.net"'
    ),
    "the namespace of the other": (
        SMALL.replace(CORE.namespace, PERFORMANCE.namespace), f"expected {CORE.namespace}"
    ),
    "an element of another namespace": (inside('<Value xmlns="urn:x"/>'), "Value has no place here"),
}  # fmt: skip
"""A text of a file, and words of its one mistake."""

BYTES: dict[str, tuple[bytes, str]] = {
    "NUL bytes": (name("a\0b").encode(), "NUL byte"),
    "a program": (b"\x7fELF\x02\x01\x01\x00\x00\x00", "NUL byte"),
    "an archive": (b"PK\x03\x04\x14\xff\xfe", "not UTF-8 text (byte 0xff)"),
    "UTF-16": (SMALL.encode("utf-16"), "UTF-16 or UTF-32"),
    "UTF-16 without a mark": (SMALL.encode("utf-16-le"), "NUL byte"),
    "UTF-32": (SMALL.encode("utf-32"), "UTF-16 or UTF-32"),
    "latin-1 that says UTF-8": (name("Straße").encode("latin-1"), "not UTF-8 text (byte 0xdf)"),
    "letters longer than they are": (name("X").encode().replace(b"X", b"\xc0\xaf"), "not UTF-8 text"),
    "half a pair": (name("X").encode().replace(b"X", b"\xed\xa0\x80"), "not UTF-8 text"),
}

REPORT = export_plan(CHINA, "performance").content.decode()
SCRAPS = (
    "", "\n", "\n\n", "\t", "  ", "x", ": ", "id: X\n", "verb: funding\n", "lineage: L9\n", "]]>", "<", "&",
    "&amp;", "<!--", "-->", "<Name>", "</Name>", "<Objective/>", "<Description/>", "</Goal>", "<Goal>",
    "9" * 30, "2024-01-01", "\u202e", "\u2028", "\u00a0", "&#13;", '"', "_", "a" * 401,
    "Stargauge strategy, form 1\n",
)  # fmt: skip

CASES: dict[str, tuple[bytes, str]] = {case: (text.encode(), said) for case, (text, said) in TEXTS.items()}
CASES |= BYTES


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_is_one_clear_error_and_nothing_else(
    tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def called(*args: object, **names: object) -> None:
        raise AssertionError("the net was asked")

    monkeypatch.setattr(socket.socket, "connect", called)
    data, said = CASES[case]
    path = tmp_path / "plan.xml"
    path.write_bytes(data)
    before = contents(tmp_path)
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        import_plan(path, tmp_path / "made", GIVEN)
    assert time.perf_counter() - start < SECONDS
    assert len(caught.value.mistakes) == 1, str(caught.value)
    assert said in caught.value.mistakes[0].message
    text = str(caught.value)
    assert text.startswith("plan.xml has 1 mistake; nothing was written.")
    assert text.replace("\n", "").isprintable()
    assert "root:" not in text
    assert contents(tmp_path) == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["plan.xml"]


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 55


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("a plain text", "Roads for all"),
        (before("<!-- a comment & <!DOCTYPE p> -->"), "a comment before"),
        (before("<?xml-stylesheet type='text/xsl' href='http://localhost:9/x.xsl'?>"), "a stylesheet"),
        (name("a<!-- unseen -->b"), "a comment within"),
        (name("<![CDATA[a < b & c <!DOCTYPE p> &lol;]]>"), "marked as text"),
        (name("&lt;!DOCTYPE p&gt; &amp;lol; &#228;"), "entities of XML itself"),
        (
            root(
                'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                f'xsi:schemaLocation="{CORE.namespace} http://localhost:9/x.xsd"'
            ),
            "a hint where the schema lies",
        ),
        (SMALL.replace('<?xml version="1.0" encoding="UTF-8"?>\n', ""), "no declaration"),
        (SMALL.replace('"UTF-8"', '"us-ascii"'), "plain letters"),
        (codecs.BOM_UTF8.decode() + SMALL, "a mark of UTF-8"),
        (SMALL.replace("\n", "\r\n"), "ends of lines of another system"),
        (SMALL + "<!-- behind -->\n", "a comment behind"),
    ],
)
def test_what_is_harmless_is_read(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "plan.xml"
    path.write_text(SMALL if text == "a plain text" else text, encoding="utf-8", newline="")
    strategy = import_plan(path, tmp_path / "made", GIVEN).strategy
    assert [one.text for one in strategy.actions] == ["North: Build the road to the north."], field


def test_a_text_of_marked_and_commented_parts_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "plan.xml"
    path.write_text(name("a<!-- b -->c<![CDATA[<d>]]> &lt;e&gt; &#228;"), encoding="utf-8")
    assert import_plan(path, tmp_path / "made", GIVEN).strategy.identity.title == "ac<d> <e> ä"


def pipe(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (pipe, "is not a regular file"),
        (folder, "is not a regular file"),
        (nothing, "cannot be read: no such file"),
    ],
)
def test_what_is_no_file(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    make(tmp_path / "plan.xml")
    with pytest.raises(InputError, match=said):
        import_plan(tmp_path / "plan.xml", tmp_path / "made", GIVEN)
    assert not (tmp_path / "made").exists()


def test_a_name_that_no_file_can_have() -> None:
    for path in ("a\0b", "x" * 5_000, "\x1b[2J"):
        with pytest.raises(InputError) as caught:
            import_plan(Path(path), Path("made"), GIVEN)
        assert str(caught.value).replace("\n", "").isprintable()


def test_the_limits_are_those_of_the_schemas() -> None:
    assert max(CORE.depth(), PERFORMANCE.depth()) == DEEPEST
    assert CORE.depth() == 6


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_report_with_any_change_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever is put where, drawn from what such files are made of: an answer or an error in words."""
    text = REPORT
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 7, 60, 800])))
        text = text[:start] + data.draw(st.sampled_from(SCRAPS)) + text[end:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xml"
        path.write_text(text, encoding="utf-8")
        try:
            import_plan(path, Path(folder) / "made")
        except InputError as error:
            told = str(error)
        else:
            assert len(list((Path(folder) / "made").iterdir())) == 8
            return
        assert told.replace("\n", "").isprintable()
        assert [one.name for one in Path(folder).iterdir()] == ["plan.xml"]


def test_of_many_mistakes_the_first_are_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.xml"
    path.write_text(inside("<Wrong/>\n" * 100_000), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        import_plan(path, tmp_path / "made", GIVEN)
    assert len(caught.value.mistakes) == 51
    assert "these are the first 50" in str(caught.value)
