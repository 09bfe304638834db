"""Many requests at once: feasible by brute force, and shared by the rule that was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from flow_oracle import dense_flows, splits
from grid_strategies import networks, random_network
from hypothesis import given, settings
from hypothesis import strategies as st
from redispatch_oracle import dense_case, most, response

from stargauge.errors import InputError
from stargauge.grid.flows.dispatch import balance
from stargauge.grid.network import Network
from stargauge.grid.redispatch import Allocation, Request, allocate, redispatch_capacity
from stargauge.grid.redispatch.allocation import RULES

few = settings(max_examples=15, deadline=None)
SLACK_MW = 1e-3


@st.composite
def asked(draw: st.DrawFn, network: Network) -> list[Request]:
    """Draw a few requests, two of them perhaps at one bus or at one position."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(1, 4))
    return [
        Request(
            f"request {number}",
            int(rng.integers(1, network.buses + 1)),
            float(rng.uniform(5, 150)),
            value=float(rng.uniform(1, 5)),
            queue=float(rng.integers(1, 4)),
            kind="curtailable" if rng.random() < 0.3 else "firm",
        )
        for number in range(count)
    ]


def loads(answer: Allocation) -> np.ndarray:
    return answer.frame["mw"].to_numpy()


def places(requests: list[Request]) -> list[int]:
    return [request.bus - 1 for request in requests]


def stays(requests: list[Request]) -> list[float]:
    return [0.0 if request.kind == "curtailable" else 1.0 for request in requests]


@few
@given(networks(), st.data(), st.sampled_from(RULES))
def test_all_together_hold_when_every_outage_is_rebuilt(
    network: Network, data: st.DataObject, rule: str
) -> None:
    requests = data.draw(asked(network))
    answer = allocate(network, requests, rule=rule, threads=1)  # type: ignore[arg-type]
    assert (loads(answer) <= answer.frame["wanted_mw"].to_numpy() + 1e-9).all()
    now = balance(network)
    share = response(network)
    before = now.injection_mw + np.bincount(network.unit_bus, answer.unit_mw - now.unit_mw, network.buses)
    after = np.array(before)
    for request, mw, kept in zip(requests, loads(answer), stays(requests), strict=True):
        before[request.bus - 1] -= mw
        after[request.bus - 1] -= kept * mw
        after -= share * (1.0 - kept) * mw
    room = 1e-2
    for lost in range(-1, network.branches):
        if lost >= 0 and splits(network, lost):
            continue
        out, injection = ((), before) if lost < 0 else ((lost,), after)
        injection = injection - injection.sum() / network.buses
        was = np.abs(dense_flows(network, now.injection_mw, out)[:, 0])
        flow = np.abs(dense_flows(network, injection, out)[:, 0])
        held = was <= network.rate_a + 1e-7
        assert (flow[held] <= network.rate_a[held] + room).all()


@few
@given(networks(), st.data())
def test_the_most_mw_and_the_most_value_equal_a_dense_programme(
    network: Network, data: st.DataObject
) -> None:
    requests = data.draw(asked(network))
    dense = dense_case(network)
    wanted = [request.mw for request in requests]
    for rule, weight in (
        ("total", [1.0] * len(requests)),
        ("value", [request.value or 0.0 for request in requests]),
    ):
        answer = allocate(network, requests, rule=rule, threads=1)  # type: ignore[arg-type]
        best, _ = most(dense, places(requests), objective=weight, wanted=wanted, kept=stays(requests))
        assert float(np.dot(weight, loads(answer))) == pytest.approx(best, rel=1e-6, abs=SLACK_MW)
        assert answer.gap < 1e-2


@few
@given(networks(), st.data())
def test_the_total_is_no_less_than_the_best_single_one_or_any_other_rule(
    network: Network, data: st.DataObject
) -> None:
    requests = data.draw(asked(network))
    total = allocate(network, requests, rule="total", threads=1)
    firm = [request for request in requests if request.kind == "firm"]
    for request in firm:
        single = redispatch_capacity(network, request.bus, cap_mw=request.mw, threads=1)
        assert total.total_mw >= single.mw - SLACK_MW
    shares = {}
    for rule in RULES:
        answer = allocate(network, requests, rule=rule, conceded=0.0, threads=1)
        assert answer.total_mw <= total.total_mw + SLACK_MW
        shares[rule] = answer.frame["share"].min()
    assert all(shares["prorata"] >= share - 1e-5 for share in shares.values())


@few
@given(networks(), st.data())
def test_nobody_in_the_queue_is_cut_for_one_behind(network: Network, data: st.DataObject) -> None:
    requests = data.draw(asked(network))
    whole = allocate(network, requests, rule="queue", conceded=0.0, threads=1).frame
    last = max(request.queue or 0.0 for request in requests)
    ahead = [request for request in requests if request.queue != last]
    if ahead:
        alone = allocate(network, ahead, rule="queue", conceded=0.0, threads=1).frame
        both = {row["name"]: row["mw"] for row in whole.iter_rows(named=True)}
        for row in alone.iter_rows(named=True):
            assert both[row["name"]] == pytest.approx(row["mw"], abs=SLACK_MW)
    first = [request for request in requests if request.queue == min(r.queue or 0.0 for r in requests)]
    if len(first) == 1 and first[0].kind == "firm":
        single = redispatch_capacity(network, first[0].bus, cap_mw=first[0].mw, threads=1)
        got = whole.filter(whole["name"] == first[0].name)["mw"].item()
        assert got == pytest.approx(single.mw, abs=SLACK_MW)


@few
@given(networks(), st.data())
def test_pro_rata_nobody_can_have_more_without_one_of_a_smaller_share_having_less(
    network: Network, data: st.DataObject
) -> None:
    """Max-min, checked by a dense programme in which everyone of no larger share keeps what it has."""
    requests = data.draw(asked(network))
    answer = allocate(network, requests, rule="prorata", conceded=0.0, threads=1)
    share, mw = answer.frame["share"].to_numpy(), loads(answer)
    dense = dense_case(network)
    for number, request in enumerate(requests):
        if share[number] >= 1 - 1e-6:
            continue
        # A heavy weight holds those of smaller or equal share where they are.
        low = [k for k in range(len(requests)) if k != number and share[k] <= share[number] + 1e-7]
        wanted = [mw[k] if k in low else requests[k].mw for k in range(len(requests))]
        weight = [0.0] * len(requests)
        weight[number] = 1.0
        for k in low:
            weight[k] = 1e4
        _, found = most(dense, places(requests), objective=weight, wanted=wanted, kept=stays(requests))
        kept_low = all(found[k] >= mw[k] - 1e-5 * max(mw[k], 1.0) for k in low)
        if kept_low:
            assert found[number] <= mw[number] + 1e-2 * max(request.mw, 1.0)


def roomy() -> Network:
    network = random_network(17, buses=12, extra=10)
    arrays = ["bus_load_mw", "branch_from", "branch_to", "branch_x", "unit_bus", "unit_p_mw", "unit_pmax_mw"]
    return Network.from_arrays(
        name="roomy",
        bus_id=network.bus_id,
        rate_a=np.full(network.branches, 1e4),
        **{name: getattr(network, name) for name in arrays},
    )


def test_where_only_generation_binds_shares_are_the_arithmetic_ones() -> None:
    """Worked by hand: with lines that never bind, what is shared is the headroom of the units."""
    network = roomy()
    room = float(balance(network).headroom_mw.sum())
    requests = [
        Request("a", 1, room, value=1, queue=2),
        Request("b", 2, room / 2, value=2, queue=1),
        Request("c", 3, room / 4, value=3, queue=2),
    ]
    expected = {
        "prorata": [room * 4 / 7, room * 2 / 7, room / 7],
        "queue": [room / 2 * 4 / 5, room / 2, room / 2 / 5],
        "value": [room / 4, room / 2, room / 4],
        "total": [room * 4 / 7, room * 2 / 7, room / 7],
    }
    for rule, shares in expected.items():
        answer = allocate(network, requests, rule=rule, conceded=0.0)  # type: ignore[arg-type]
        assert loads(answer) == pytest.approx(shares, rel=1e-6), rule
        assert answer.binding.is_empty()
        assert answer.total_mw == pytest.approx(room)
    in_turn = [Request(name, 1, 2 * room, queue=place) for place, name in enumerate("abc")]
    left = allocate(network, in_turn, rule="queue", conceded=0.1)
    assert loads(left) == pytest.approx([room * 0.9, room * 0.09, room * 0.01], rel=1e-5)


def test_interconnects_share_nothing() -> None:
    """Requests on two interconnects get what those on each get alone."""
    network = random_network(4, islands=2, buses=10, extra=8)
    requests = [Request(f"at {bus}", bus, 80.0, value=bus, queue=bus) for bus in (3, 7, 14, 18)]
    for rule in ("total", "queue", "value"):
        whole = allocate(network, requests, rule=rule)  # type: ignore[arg-type]
        parts = [allocate(network, half, rule=rule) for half in (requests[:2], requests[2:])]  # type: ignore[arg-type]
        assert whole.total_mw == pytest.approx(sum(part.total_mw for part in parts), abs=SLACK_MW)
        if rule == "queue":
            alone = np.concatenate([loads(part) for part in parts])
            assert loads(whole) == pytest.approx(alone, abs=SLACK_MW)


@few
@given(networks(), st.data())
def test_each_in_turn_keeps_all_but_what_it_concedes(network: Network, data: st.DataObject) -> None:
    requests = data.draw(asked(network))
    strict = allocate(network, requests, rule="queue", conceded=0.0, threads=1)
    first = min(request.queue or 0.0 for request in requests)
    front = np.array([request.queue == first for request in requests])
    for conceded in (1e-3, 0.05):
        answer = allocate(network, requests, rule="queue", conceded=conceded, threads=1)
        kept = (1 - conceded) * loads(strict)[front] - SLACK_MW
        assert (loads(answer)[front] >= kept).all() or front.sum() > 1
        assert answer.kept_within <= 1e-6
    assert "each gives up 5 % for those behind" in answer.rule


def test_every_stage_of_a_hundred_requests_is_proved() -> None:
    network = random_network(21, buses=40, extra=40)
    rng = np.random.default_rng(0)
    requests = [
        Request(f"r{k}", int(rng.integers(1, 41)), float(rng.uniform(1, 20)), value=1.0, queue=float(k // 3))
        for k in range(100)
    ]
    for rule in RULES:
        answer = allocate(network, requests, rule=rule)
        assert np.isfinite(answer.gap)
        assert answer.gap < 1e-2


def test_who_gets_all_it_asks_for_is_bound_by_nothing_and_the_rest_are_named() -> None:
    network = random_network(3, buses=12, extra=10)
    requests = [Request("small", 2, 0.5), Request("huge", 9, 5000.0)]
    answer = allocate(network, requests, rule="total")
    assert set(answer.binding["request"]) <= {"huge"}
    assert (answer.binding["factor"] > 0).all()
    assert answer.ratings["value_of"].unique().to_list() == ["total MW"]
    assert {row["notice"] for row in answer.to_dict()["rows"]} == {answer.notice}
    assert "synthetic" in answer.notice


def test_everything_wrong_with_requests_is_said_at_once() -> None:
    network = random_network(3)
    requests = [
        Request("a", 1, 10.0),
        Request("a", 99, -1.0),
        Request("", 2, float("nan"), value=-1.0, kind="both"),  # type: ignore[arg-type]
    ]
    with pytest.raises(InputError) as caught:
        allocate(network, requests, rule="value", kept=2.0, conceded=1.0)
    text = str(caught.value)
    for words in (
        'requests[1].name             "a" is the name of request 0 already',
        "requests[1].bus              99 is no bus of random 3",
        "requests[1].mw               is -1; it must be a number of MW above 0",
        "requests[2].mw               is nan; it must be a number of MW above 0",
        "requests[2].name             is empty",
        'requests[2].kind             "both" is no kind; known: firm, curtailable',
        "requests[2].value            is -1; it must be at least 0",
        "requests[0].value            is needed by the rule value",
        "kept                         is 2; it must be a share from 0 to 1",
        "conceded                     is 1; it must be a share from 0 to below 1",
        "nothing was computed",
    ):
        assert words in text, words
    with pytest.raises(InputError, match="there is no request"):
        allocate(network, [])
    with pytest.raises(InputError, match='"fair" is no rule; known: prorata, value, queue, total'):
        allocate(network, requests[:1], rule="fair")  # type: ignore[arg-type]
