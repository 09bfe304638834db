"""Hypothesis strategies for valid scenarios, as the fields of a file."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from scenario_names import SMALL

from stargauge.scenario import LEVERS

AS_OF_MONTH = 2026 * 12 + 9
FIRST, LAST = 2025 * 12, 2035 * 12 + 11


def month_text(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


words = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=60).filter(str.isprintable)
positive = st.floats(0.05, 20.0)
intensity = st.floats(0.0, 1.0)
scale = st.one_of(
    positive,
    st.integers(1, 20),
    st.fixed_dictionaries({"median": st.floats(0.5, 2.0), "log_sd": st.floats(0.05, 0.5)}),
    st.fixed_dictionaries({"distribution": st.just("constant"), "value": positive}),
    positive.map(lambda low: {"low": low, "mode": low * 1.5, "high": low * 3.0}),
)
duration = st.one_of(
    st.floats(0.1, 200.0),
    st.integers(0, 200),
    st.tuples(st.floats(0.1, 500.0), st.sampled_from(["month", "months", "weeks", "year"])).map(
        lambda pair: f"{pair[0]!r} {pair[1]}"
    ),
    st.tuples(st.floats(1.0, 30.0), st.sampled_from(["month", "week", "year"])).map(
        lambda pair: {
            "distribution": "lognormal",
            "p10": pair[0],
            "p50": pair[0] * 1.7,
            "p90": pair[0] * 4.0,
            "unit": pair[1],
        }
    ),
)
rate = st.floats(0.0, 100.0).map(lambda value: f"{value!r} GW/year")
share = st.one_of(st.floats(0.0, 1.0), st.integers(0, 100).map(lambda value: f"{value} %"))
facts = st.fixed_dictionaries({}, optional={"X03": duration, "X20": duration, "C10": rate, "S01": share})


@st.composite
def steps(draw: st.DrawFn) -> Any:
    if draw(st.booleans()):
        return draw(intensity)
    months = draw(st.lists(st.integers(AS_OF_MONTH, LAST), min_size=1, max_size=4, unique=True))
    return [{"from": month_text(index), "intensity": draw(intensity)} for index in sorted(months)]


def paths(units: list[str]) -> st.SearchStrategy[dict[str, str]]:
    point = st.one_of(st.integers(2025, 2035).map(str), st.integers(FIRST, LAST).map(month_text))
    amount = st.tuples(st.floats(0.0, 1e6), st.sampled_from(units)).map(lambda pair: f"{pair[0]!r} {pair[1]}")
    # A year and its January are the same point, which a file may not give twice.
    return st.dictionaries(point, amount, min_size=1, max_size=5).filter(
        lambda path: not any(f"{key}-01" in path for key in path)
    )


def switch(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    options = [st.fixed_dictionaries({"off": st.booleans()}), st.fixed_dictionaries({"scale": scale})]
    options += [st.fixed_dictionaries({name: values}) for name, values in more.items()]
    return st.one_of(*options)


headroom = st.one_of(
    switch(),
    st.dictionaries(st.sampled_from(SMALL.regions), switch(path=paths(["MW", "GW"])), min_size=1).map(
        lambda regions: [{"region": region, **statement} for region, statement in regions.items()]
    ),
)
limits = st.fixed_dictionaries(
    {},
    optional={
        "headroom": headroom,
        "chips": switch(path=paths(["GW_it/year", "MW_it/year"])),
        "capital": switch(path=paths(["USD/year", "bn_USD/year"])),
    },
)
fields = st.fixed_dictionaries(
    {"stargauge": st.just(1), "name": st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)},
    optional={
        "title": words,
        "description": words,
        "start": st.integers(FIRST, AS_OF_MONTH).map(month_text),
        "seed": st.integers(0, 2**63 - 1),
        "futures": st.integers(1, 10_000_000),
        "programmes": st.one_of(
            st.just("all"),
            st.lists(st.sampled_from([*SMALL.programmes, *SMALL.sites]), min_size=1, unique=True),
        ),
        "levers": st.dictionaries(st.sampled_from(sorted(LEVERS)), steps(), max_size=4),
        "facts": facts,
        "stages": st.dictionaries(
            st.sampled_from(["land", "power", "construction", "fitout"]),
            st.fixed_dictionaries({"scale": scale}),
        ),
        "cancellation": switch(),
        "opposition": switch(),
        "background": switch(),
        "remainder": st.fixed_dictionaries({"off": st.booleans()}),
        "world": st.fixed_dictionaries(
            {},
            optional={
                "off": st.booleans(),
                "network": switch(),
                "chip_sales_to_china": st.sampled_from(["rules", "open", "closed"]),
                "gulf": st.sampled_from(["own", "us"]),
                "ledger": st.sampled_from(["location", "owner"]),
            },
        ),
        "schedule": st.sampled_from(["model", "announced"]),
    },
).map(lambda made: {**made, "as_of": "2026-10-05"})
"""Fields of valid scenarios without limits, whose paths must lie within the horizon that `start` moves."""

fields_with_limits = st.tuples(fields, limits).map(
    lambda pair: {**{key: value for key, value in pair[0].items() if key != "start"}, "limits": pair[1]}
)
