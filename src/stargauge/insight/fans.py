"""Fans: monthly paths over futures as quantiles, read from a store."""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.ensemble import Store

QUANTILES = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")


@dataclass(frozen=True)
class Fan:
    """A monthly path over futures: months and the quantiles in `unit`."""

    name: str
    unit: str
    months: tuple[str, ...]
    quantiles: dict[str, tuple[float, ...]]


def read_fans(store: Store) -> dict[str, Fan]:
    """Return the fan of every series of a run, by name."""
    frame = store.series_quantiles()
    fans: dict[str, Fan] = {}
    for (name,), rows in frame.group_by("series", maintain_order=True):
        fans[str(name)] = Fan(
            name=str(name),
            unit=rows["unit"][0],
            months=tuple(rows["month"]),
            quantiles={quantile: tuple(rows[quantile]) for quantile in QUANTILES},
        )
    return fans
