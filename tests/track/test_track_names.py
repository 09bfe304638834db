"""Finding a programme by whatever it is called, and the words of the error where that fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stargauge.errors import InputError
from stargauge.facts import load_tables
from stargauge.track import Directory, track

DIRECTORY = Directory(load_tables())


@pytest.mark.parametrize(
    ("text", "name", "because"),
    [
        ("Stargate (US)", "Stargate (US)", ""),
        ("stargate", "Stargate (US)", ""),
        ("  STARGATE us ", "Stargate (US)", ""),
        ("abilene", "Stargate (US)", "abilene is a site of Stargate (US)"),
        ("Dona Ana", "Stargate (US)", "Dona Ana is a site of Stargate (US)"),
        ("STG-UAE", "Stargate UAE", "STG-UAE is a pledge of Stargate UAE"),
        ("stg-abi-2", "Stargate (US)", "stg-abi-2 is a pledge of Stargate (US)"),
        ("Stargate Norway", "Microsoft Narvik", "Stargate Norway is a pledge of Microsoft Narvik"),
        ("colossus2", "xAI Colossus", "colossus2 is a site of xAI Colossus"),
        ("france", "SoftBank France", ""),
        ("hyper", "Meta Hyperion", ""),
        ("openai", "OpenAI (all compute)", ""),
        ("qingyang", "China EDWC Qingyang cluster", ""),
    ],
)
def test_forgiving_names(text: str, name: str, because: str) -> None:
    found = DIRECTORY.find(text)
    assert (found.programme.name, found.because) == (name, because)


@pytest.mark.parametrize("programme", DIRECTORY.programmes, ids=lambda one: one.name)
def test_every_name_and_id_leads_home(programme) -> None:
    for text in (programme.name, *programme.site_ids, *programme.pledge_ids):
        assert DIRECTORY.find(text).programme.name == programme.name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Starrgate", 'no programme, site or pledge is called "Starrgate"; did you mean Stargate?'),
        ("zzz", 'no programme, site or pledge is called "zzz"; stargauge track lists them all'),
        ("", 'no programme, site or pledge is called ""; stargauge track lists them all'),
        ("meta", '"meta" may be Meta Hyperion or Meta Prometheus; name one'),
        (
            "microsoft",
            '"microsoft" may be Microsoft Narvik, Microsoft Abilene or Microsoft Fairwater; name one',
        ),
    ],
)
def test_wording_for_a_name_that_leads_nowhere_or_everywhere(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        track(text)
    assert str(caught.value) == (
        f"track has 1 mistake; nothing was looked up.\n  {'programme':<28} {message}"
    )
    assert caught.value.exit_code == 2


@given(st.text(max_size=40))
def test_any_text_finds_a_programme_or_says_why_not(text: str) -> None:
    try:
        found = DIRECTORY.find(text)
    except InputError as error:
        mistakes = error.mistakes
    else:
        assert found.programme in DIRECTORY.programmes
        return
    assert [mistake.field for mistake in mistakes] == ["programme"]


@pytest.mark.parametrize(
    ("event", "programmes"),
    [
        ({"programme": "Stargate", "site": "", "site_id": "", "bearing": ""}, ("Stargate (US)",)),
        ({"programme": "not Stargate", "site": "Lordstown", "site_id": "", "bearing": ""}, ()),
        ({"programme": "EU gigafactories", "site": "", "site_id": "", "bearing": ""},
         ("EU AI gigafactories (InvestAI)",)),
        ({"programme": "Texas", "site": "", "site_id": "", "bearing": "affects Abilene, Milam"},
         ("Stargate (US)",)),
        ({"programme": "Microsoft", "site": "Abilene", "site_id": "abilene", "bearing": ""},
         ("Stargate (US)", "Microsoft Abilene")),
        ({"programme": "Stargate Norway", "site": "Narvik", "site_id": "narvik", "bearing": ""},
         ("Microsoft Narvik",)),
    ],
)  # fmt: skip
def test_where_an_event_belongs(event: dict[str, str], programmes: tuple[str, ...]) -> None:
    assert DIRECTORY.of_event(event) == programmes
