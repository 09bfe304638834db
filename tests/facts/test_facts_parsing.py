"""What a distribution may be written as, and what is said of a mistake."""

from __future__ import annotations

from typing import Any

import pytest

from stargauge.facts import (
    DISTRIBUTION_KINDS,
    Beta,
    Constant,
    Discrete,
    Distribution,
    Empirical,
    Lognormal,
    Normal,
    Triangular,
    parse_distribution,
)


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("constant", "18", Constant(18.0)),
        ("constant", " value = 18 ", Constant(18.0)),
        ("constant", {"value": 18}, Constant(18.0)),
        ("normal", "mean=-1; sd=2", Normal(-1.0, 2.0)),
        ("lognormal", "median=18; log_sd=0.4", Lognormal(18.0, 0.4)),
        ("lognormal", {"median": 18, "log_sd": 0.4}, Lognormal(18.0, 0.4)),
        ("triangular", "low=1; mode=2; high=3", Triangular(1.0, 2.0, 3.0)),
        ("beta", "alpha=2; beta=5", Beta(2.0, 5.0)),
        ("beta", "alpha=2; beta=5; low=10; high=20", Beta(2.0, 5.0, 10.0, 20.0)),
        ("discrete", "values=1,2,5; weights=.2,.5,.3", Discrete((1.0, 2.0, 5.0), (0.2, 0.5, 0.3))),
        ("discrete", {"values": [1, 2], "weights": [0.5, 0.5]}, Discrete((1.0, 2.0), (0.5, 0.5))),
        ("empirical", "values=1, 2.5, 4", Empirical((1.0, 2.5, 4.0))),
    ],
)
def test_what_can_be_written(kind: str, parameters: Any, expected: Distribution) -> None:
    assert parse_distribution(kind, parameters) == expected


MISTAKES = [
    ("lognorm", "median=1; log_sd=1", 'unknown distribution "lognorm"; did you mean lognormal?'),
    (
        "weibull",
        "scale=1",
        'unknown distribution "weibull"; expected one of constant, normal, lognormal, triangular, beta, '
        "discrete, empirical",
    ),
    ("constant", "", 'expected name=value pairs separated by semicolons, found ""'),
    ("constant", "high", 'value must be a number, not "high"'),
    ("constant", "nan", "value must be a finite number, not nan"),
    ("constant", "inf", "value must be a finite number, not inf"),
    ("constant", {"value": True}, "value must be a number, not True"),
    ("constant", {"value": None}, "value must be a number, not None"),
    ("constant", {}, "a constant needs value"),
    ("normal", "mean=1; sd=0", "sd must be above 0, not 0; a number without spread is a constant"),
    ("normal", "mean=1", "a normal needs mean and sd, or p10, p50 and p90, got mean"),
    (
        "normal",
        "p10=1; p50=2; p90=9",
        "a normal is symmetric and these quantiles are not; use lognormal or triangular",
    ),
    ("normal", "p10=5; p90=1", "quantiles must increase, found 5, 3, 1"),
    ("lognormal", "medain=18; log_sd=0.4", 'a lognormal has no parameter "medain"; did you mean median?'),
    ("lognormal", "median=18", "a lognormal needs median and log_sd, or p10, p50 and p90, got median"),
    ("lognormal", "median=0; log_sd=1", "median must be above 0 for a lognormal, not 0"),
    (
        "lognormal",
        "median=1; log_sd=-1",
        "log_sd must be above 0, not -1; a number without spread is a constant",
    ),
    ("lognormal", "p10=20; p50=18; p90=30", "p10 (20) must be below p50 (18)"),
    ("lognormal", "p10=12; p50=18; p90=18", "p50 (18) must be below p90 (18)"),
    ("lognormal", "p10=0; p50=18; p90=30", "p10 must be above 0 for a lognormal, not 0"),
    ("lognormal", "p10=9; p90=nan", "p90 must be a finite number, not nan"),
    (
        "lognormal",
        "p10=12; p50=18; p75=30",
        "the quantiles of a lognormal come in pairs, p10 and p90 or p25 and p75, found p10, p75",
    ),
    (
        "lognormal",
        "p50=18",
        "the quantiles of a lognormal come in pairs, p10 and p90 or p25 and p75, found p50 alone",
    ),
    ("lognormal", "p10=1; p90=2; median=1", "a lognormal takes quantiles or median and log_sd, not both"),
    ("lognormal", "median=1; median=2; log_sd=1", 'parameter "median" is given twice'),
    ("lognormal", "median:1", 'expected name=value pairs separated by semicolons, found "median:1"'),
    ("triangular", "low=3; mode=2; high=4", "low (3) must not exceed mode (2)"),
    ("triangular", "low=1; mode=5; high=4", "mode (5) must not exceed high (4)"),
    ("triangular", "low=1; mode=1; high=1", "low and high are equal; a number without spread is a constant"),
    ("triangular", "low=1; high=4", "a triangular needs low, mode and high, got low, high"),
    ("beta", "alpha=0; beta=1", "alpha must be above 0, not 0"),
    ("beta", "alpha=1; beta=1; low=2; high=1", "low (2) must be below high (1)"),
    ("discrete", "values=1,2; weights=.5,.6", "weights must add up to 1, not 1.1"),
    ("discrete", "values=1,2; weights=1.5,-.5", "weights must not be negative, found -0.5"),
    ("discrete", "values=1,2; weights=1", "values and weights must be equally many, not 2 and 1"),
    ("discrete", "values=2,1; weights=.5,.5", "values must increase, each named once"),
    ("discrete", "values=1,x; weights=.5,.5", 'values must be a number, not "x"'),
    ("discrete", {"values": 3, "weights": [1]}, "values must be a list of numbers, not 3"),
    ("discrete", {"values": [], "weights": []}, "values must name at least one number"),
    ("empirical", "values=3", "values must hold at least two observations; one number is a constant"),
    ("empirical", "values=3,1", "values must be sorted from the smallest to the largest"),
    ("empirical", "values=1,inf", "values must be a finite number, not inf"),
]


@pytest.mark.parametrize(("kind", "parameters", "message"), MISTAKES, ids=[m[2][:60] for m in MISTAKES])
def test_what_is_said_of_a_mistake(kind: str, parameters: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole wording is compared below
        parse_distribution(kind, parameters)
    assert str(caught.value) == message


def test_every_kind_is_named() -> None:
    assert DISTRIBUTION_KINDS == (
        "constant",
        "normal",
        "lognormal",
        "triangular",
        "beta",
        "discrete",
        "empirical",
    )
