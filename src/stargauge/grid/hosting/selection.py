"""Rows of buses narrowed to some buses, a state or the surroundings of a place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from stargauge.errors import InputError, Mistake
from stargauge.grid.hosting.geography import distance_km, state_name


def narrowed(
    frame: pl.DataFrame,
    *,
    bus: int | Sequence[int] | None = None,
    near: tuple[float, float] | None = None,
    radius_km: float | None = None,
    state: str | None = None,
) -> tuple[pl.DataFrame, str]:
    """Return the rows that meet every condition, and the conditions in words.

    With `near` the rows come nearest first, with `distance_km`.

    Args:
        frame: One row a bus, with `bus`, `state`, `lat` and `lon`.
        bus: Bus number or numbers.
        near: Latitude and longitude, degrees.
        radius_km: Largest distance from `near`, km.
        state: State or province, in any case, or as a US postal code.

    Raises:
        InputError: A bus or state that is not there, no coordinates to compare a place with, or no row left.
    """
    words: list[str] = []
    if bus is not None:
        numbers = [bus] if isinstance(bus, int) else list(bus)
        known = set(frame["bus"].to_list())
        wrong = [number for number in numbers if number not in known]
        if wrong:
            mistakes = [Mistake(0, "bus", f"{number} is not in the table") for number in wrong[:10]]
            raise InputError("selection", mistakes, "nothing was selected")
        frame = frame.filter(pl.col("bus").is_in(numbers))
        words.append(f"bus {', '.join(map(str, numbers))}" if len(numbers) < 6 else f"{len(numbers)} buses")
    if state is not None:
        states = sorted(set(frame["state"].to_list()) - {""})
        state = state_name(state, states)
        if state not in states:
            text = f'no bus lies in "{state}"; known: {", ".join(states) or "none"}'
            raise InputError("selection", [Mistake(0, "state", text)], "nothing was selected")
        frame = frame.filter(pl.col("state") == state)
        words.append(f"in {state}")
    if near is not None:
        frame = _nearest(frame, near, radius_km)
        place = f"{near[0]:g},{near[1]:g}"
        words.append(f"within {radius_km:g} km of {place}" if radius_km else f"by distance from {place}")
    elif radius_km is not None:
        text = "a radius needs a place: give `near` as latitude and longitude"
        raise InputError("selection", [Mistake(0, "radius_km", text)], "nothing was selected")
    if not frame.height:
        text = f"no bus is {' '.join(words)}; widen the selection"
        raise InputError("selection", [Mistake(0, "radius_km", text)], "nothing was selected")
    return frame, " ".join(words)


def _nearest(frame: pl.DataFrame, near: tuple[float, float], radius_km: float | None) -> pl.DataFrame:
    """Return the rows with coordinates, nearest first, with their distance."""
    if frame["lat"].null_count() == frame.height:
        text = "the network states no coordinates of buses"
        raise InputError("selection", [Mistake(0, "near", text)], "nothing was selected")
    placed = frame.filter(pl.col("lat").is_not_null() & pl.col("lon").is_not_null())
    distance = distance_km(near, placed["lat"].to_numpy(), placed["lon"].to_numpy())
    placed = placed.with_columns(pl.Series("distance_km", np.round(distance, 3))).sort("distance_km", "bus")
    return placed.filter(pl.col("distance_km") <= radius_km) if radius_km is not None else placed
