"""What the server grants a client, in one place; `/api/about` tells all of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Limits of requests and of what the server keeps.

    Attributes:
        preview_futures: Futures of an answer while a slider moves.
        refined_futures: Futures of an answer at rest; fewer are a preview.
        least_futures: Fewest futures that can be asked for.
        most_futures: Most futures that can be asked for.
        body_bytes: Largest body of a request.
        body_seconds: Longest time in which a body must have come.
        depth: Deepest nesting of JSON.
        months: Longest run.
        series_per_request: Most series with bands in one answer.
        kept_values: Most values of paths, futures times series times months, that an answer holds at once.
        waiting_moves: Most moves that wait for an answer at once.
        open_requests: Most requests that are open at once.
        seconds_per_request: Longest time until an answer.
        waiting_scenarios: Most scenarios that wait to be made ready.
        waiting_studies: Most studies of levers that wait or run.
        study_futures: Most futures of such a study.
        study_seconds: Longest time of one.
        kept_scenarios: Scenarios kept ready, without their levers.
        kept_moves: Moves whose futures are kept so that a refined answer goes on from the preview.
        answer_bytes: Bytes of answers kept.
    """

    preview_futures: int = 128
    refined_futures: int = 1000
    least_futures: int = 2
    most_futures: int = 4000
    body_bytes: int = 131_072
    body_seconds: float = 10.0
    depth: int = 24
    months: int = 300
    series_per_request: int = 160
    kept_values: int = 40_000_000
    waiting_moves: int = 256
    open_requests: int = 512
    seconds_per_request: float = 60.0
    waiting_scenarios: int = 8
    waiting_studies: int = 4
    study_futures: int = 2048
    study_seconds: float = 600.0
    kept_scenarios: int = 4
    kept_moves: int = 6
    answer_bytes: int = 64_000_000
