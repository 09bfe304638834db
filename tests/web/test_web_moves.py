"""Moves: the newest wins, previews go first, nothing is simulated that nobody waits for."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import Server, scenario

from stargauge.ensemble import BLOCK_SIZE
from stargauge.model import draw, prepare, simulate
from stargauge.policy import plan_vocabulary
from stargauge.scenario import build_scenario
from stargauge.web.answering import Kept
from stargauge.web.bounds import Bounds
from stargauge.web.engine import Engine
from stargauge.web.frames import Frame, frame_key
from stargauge.web.moves import Move
from stargauge.web.problems import ProblemError
from stargauge.web.slices import Bench, Slice

NOTHING: list[str] = []


class _Stub:
    """What a move asks of a frame."""

    def __init__(self) -> None:
        self.prepared = type("Ready", (), {"months": ("2025-01", "2025-02"), "end_values": (1, 2, 3)})()
        self.lowers, self.uppers = np.zeros(2), np.full((2, 2), 1e6)


def made_move(keep: bool = False) -> Move:
    return Move(_Stub(), {}, np.array([0, 1]), keep)  # type: ignore[arg-type]


def fill(move: Move, first: int, count: int) -> None:
    """Fill futures with their own numbers."""
    paths, ends = move.into(first, count)
    numbers = np.arange(first, first + count, dtype=float)
    paths[:] = numbers[:, None, None]
    ends[:] = numbers[:, None]
    move.fill(first, count)
    move.finish(first)


@given(
    wanted=st.lists(st.integers(1, 900), min_size=1, max_size=4),
    sharers=st.integers(1, 5),
    keep=st.booleans(),
    seed=st.integers(0, 99),
)
def test_slices_cover_each_future_once(wanted: list[int], sharers: int, keep: bool, seed: int) -> None:
    move, luck = made_move(keep), np.random.default_rng(seed)
    seen: list[int] = []
    for count in wanted:
        ordered = list(move.order(count, sharers))
        for first, size in luck.permutation(ordered).tolist() if ordered else ():
            assert first // BLOCK_SIZE == (first + size - 1) // BLOCK_SIZE
            seen += range(first, first + size)
            fill(move, first, size)
        assert move.ready >= count
        if move.can_give(count):
            sample = move.hold(count).sample()
            np.testing.assert_array_equal(sample.ends[:, 0], np.arange(count))
            assert sum(one.futures for one in sample.tallies) == count
            assert sum(one.totals[0, 0] for one in sample.tallies) == count * (count - 1) / 2
            assert (sample.paths is not None) == keep
            if sample.paths is not None:
                np.testing.assert_array_equal(sample.paths[:, 1, 1], np.arange(count))
        move.let_go()
    assert sorted(seen) == list(range(max(wanted)))


def test_paths_of_counted_blocks_are_let_go_and_what_is_held_stays() -> None:
    move = made_move()
    for first, count in move.order(300, 2):
        fill(move, first, count)
    held = move.hold(100)
    move.let_go()
    assert not move.can_give(100)
    assert move.can_give(256)
    assert move.can_give(300)
    assert held.sample().futures == 100


def test_a_slice_nobody_waits_for_is_ordered_anew_when_somebody_does() -> None:
    move = made_move()
    first = list(move.order(128, 2))
    assert first == [(0, 64), (64, 64)]
    move.drop(64)
    assert list(move.order(128, 2)) == [(64, 64)]


def test_answers_are_kept_up_to_some_bytes() -> None:
    kept = Kept(250)
    for number in range(4):
        kept.put(number, b"x" * 100)
        kept.get(0)
    assert len(kept) == 2
    assert kept.get(0) is not None
    assert kept.get(1) is None
    kept.put("large", b"x" * 300)
    assert len(kept) == 0


def test_a_slice_has_the_bits_of_its_block_under_levers_it_was_not_prepared_with() -> None:
    plain = build_scenario(scenario(), vocabulary=plan_vocabulary())
    moved = build_scenario(
        scenario({"permitting_time": 0.7, "dispatchable_supply": 1}), vocabulary=plan_vocabulary()
    )
    assert frame_key(plain) == frame_key(moved)
    assert frame_key(plain) != frame_key(build_scenario(scenario(seed=2), vocabulary=plan_vocabulary()))
    bench = Bench()
    bench.keep("key", prepare(plain))
    whole = simulate(ready := prepare(moved), draw(ready, 1, BLOCK_SIZE))
    rows = np.arange(len(ready.series))
    for first, count in ((256, 1), (256, 3), (300, 64), (411, 17), (506, 2), (511, 1)):
        paths, ends = bench.carry_out(Slice("key", moved.levers, first, count, rows))
        own = slice(first - BLOCK_SIZE, first - BLOCK_SIZE + count)
        np.testing.assert_array_equal(paths, whole.paths[own])
        np.testing.assert_array_equal(ends, whole.ends[own])


def test_the_newest_move_of_a_token_wins(server: Server) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = []
        for number in range(8):
            body = {
                "scenario": scenario({"permitting_time": 0.101 + number / 1000}),
                "futures": 512 if number < 7 else 64,
                "token": "hand",
                "series": NOTHING,
            }
            asked.append(pool.submit(server.move, **body))
            time.sleep(0.02)
        answers = [one.result() for one in asked]
    assert answers[-1].status_code == 200
    assert answers[-1].json()["futures"] == 64
    refused = [one for one in answers[:-1] if one.status_code == 409]
    assert len(refused) >= 5
    assert all(one.json()["code"] == "superseded" for one in refused)
    assert server.app.state.engine.waiting == 0


def test_a_move_of_another_token_is_left_alone(server: Server) -> None:
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(
            server.move,
            scenario=scenario({"permitting_time": 0.21}),
            futures=400,
            token="one",
            series=NOTHING,
        )
        time.sleep(0.05)
        fast = server.move(
            scenario=scenario({"permitting_time": 0.22}), futures=32, token="two", series=NOTHING
        )
        assert fast.status_code == 200
        assert slow.result().status_code == 200


def test_a_preview_does_not_wait_for_what_is_refined(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        refined = pool.submit(
            server.move, scenario=scenario({"permitting_time": 0.31}), futures=4000, series=NOTHING
        )
        time.sleep(0.2)
        preview = server.move(scenario=scenario({"permitting_time": 0.32}), futures=32, series=NOTHING)
        assert preview.status_code == 200
        assert not refined.done()
        assert refined.result().json()["futures"] == 4000


def test_what_was_answered_is_kept(server: Server) -> None:
    body = {"scenario": scenario({"permitting_time": 0.41}), "futures": 64, "limits": True}
    first, again = server.move(**body).json(), server.move(**body).json()
    assert (first["cached"], again["cached"]) == (False, True)
    for name in ("milliseconds", "cached"):
        del first[name], again[name]
    assert first == again
    renamed = server.move(**{**body, "scenario": {**body["scenario"], "name": "other"}}).json()
    assert renamed["cached"]
    assert renamed["scenario"]["name"] == "other"
    assert not server.move(**{**body, "limits": False}).json()["cached"]


def test_a_client_that_goes_away_is_not_waited_for(server: Server) -> None:
    import httpx

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{server.base}/api/outcomes",
            json={"scenario": scenario({"permitting_time": 0.51}), "futures": 4000, "series": NOTHING},
            timeout=0.3,
        )
    engine = server.app.state.engine
    until = time.monotonic() + 30
    while (engine.waiting or engine.crew.waiting) and time.monotonic() < until:
        time.sleep(0.05)
    assert (engine.waiting, engine.crew.waiting) == (0, 0)


def test_many_clients_at_once_are_all_answered_in_bounded_memory(server: Server) -> None:
    engine = server.app.state.engine
    most_kept: list[int] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            most_kept.append(len(engine._moves))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(200) as pool:
        answers = list(
            pool.map(
                lambda number: (
                    server.move(
                        scenario=scenario({"flexible_load": 0.001 * number}),
                        futures=4,
                        token=f"client-{number}",
                        series=NOTHING,
                    ).status_code
                ),
                range(200),
            )
        )
    stop.set()
    watcher.join()
    assert answers == [200] * 200
    assert max(most_kept) <= engine.bounds.kept_moves
    assert engine.waiting == 0
    assert not engine._waiters
    assert not engine._turns


def in_turn(bounds: Bounds, *tokens: str) -> list[Any]:
    """Return how requests that never end are answered."""

    async def requests() -> list[Any]:
        engine = Engine(bounds, 1)
        loop = asyncio.get_running_loop()
        works = [
            asyncio.create_task(engine.in_turn(token, asyncio.Event().wait(), loop.create_future()))
            for token in tokens
        ]
        return await asyncio.gather(*works, return_exceptions=True)

    return [error.code for error in asyncio.run(requests()) if isinstance(error, ProblemError)]


def test_what_takes_too_long_and_what_is_too_much_is_said() -> None:
    assert in_turn(Bounds(seconds_per_request=0.05), "a") == ["too_slow"]
    few = Bounds(seconds_per_request=0.05, waiting_moves=2)
    assert sorted(in_turn(few, "a", "b", "c")) == ["busy", "too_slow", "too_slow"]
    assert sorted(in_turn(few, "a", "a")) == ["superseded", "too_slow"]
    assert sorted(in_turn(few, "", "")) == ["too_slow", "too_slow"]


def test_a_process_that_dies_is_replaced(server: Server) -> None:
    engine = server.app.state.engine
    engine.crew._helpers[0]._process.kill()
    codes = [
        server.move(
            scenario=scenario({"retirement_deferral": 0.01 * number}), futures=128, series=NOTHING
        ).status_code
        for number in range(1, 5)
    ]
    # Who asked of the process that died is told; the new one may have to compile.
    assert set(codes) <= {200, 503, 504}
    assert codes[-1] == 200
    assert engine.crew._helpers[0].alive


def test_frames_hold_what_a_run_counts_in(server: Server) -> None:
    frames = list(server.app.state.engine.frames._kept.values())
    assert frames
    for frame in frames:
        assert isinstance(frame, Frame)
        assert frame.uppers.shape == (len(frame.place), len(frame.prepared.months))
        assert (frame.lowers[:, None] < frame.uppers).all()
