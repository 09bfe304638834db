"""Position among blocs read from a store: means and quantiles of all futures, and who leads in each."""

from __future__ import annotations

import numpy as np

from stargauge.ensemble import Store
from stargauge.errors import StoreError
from stargauge.insight.fans import QUANTILES, Fan
from stargauge.insight.position.answer import (
    BlocAnswer,
    ClassMonth,
    LayerAnswer,
    LayerMonth,
    PositionAnswers,
    StackAnswer,
    StackMonth,
    Standing,
)
from stargauge.insight.regional import Band
from stargauge.scenario import Scenario
from stargauge.world.blocs import BLOCS, LAYERS, STACKS
from stargauge.world.position import CLASSES

LAST_MONTH = "12"

SHARES = {
    "models": "model_share",
    "applications": "application_share",
    "rules": "rules_share",
}
"""Series of a bloc's share by layer; that of compute depends on the ledger."""

FAN_BLOCS = ("US", "China", "EU")
"""Blocs whose paths of shares are told in full."""

QUANTITIES = (
    "compute_share_location",
    "compute_share_owner",
    "compute_h100e_location",
    "compute_h100e_owner",
    "compute_h100e_user",
    "model_share",
    "application_share",
    "rules_share",
    "alignment",
    "package_mw",
)
"""Series of every bloc that a standing tells."""


def position_answers(store: Store, scenario: Scenario) -> PositionAnswers | None:
    """Return position among blocs of a finished run; None where its scenario leaves the world out.

    Args:
        store: The finished run.
        scenario: The scenario it ran.

    Raises:
        StoreError: The run is older than position, or a file cannot be read.
    """
    if scenario.world.off:
        return None
    names = {one.name for one in store.record.series}
    missing = {f"class:{name}" for name in CLASSES} - names
    if missing:
        raise StoreError(
            f"the run in {store.folder} holds no position among blocs: it is older than this version; "
            "run it again with --fresh"
        )
    return _Reading(store, scenario).answers()


class _Reading:
    """The series of the world of a run, read once."""

    def __init__(self, store: Store, scenario: Scenario) -> None:
        self.store, self.world = store, scenario.world
        self.months = tuple(store.record.months)
        self.now = str(scenario.as_of)[:7]
        kinds = {
            *QUANTITIES,
            *("class", "poles", "concentration", "capability_lag_months", "token_share", "spend_share"),
        }
        wanted = [one.name for one in store.record.series if one.name.split(":")[0] in kinds]
        self.frame = {
            str(name): {key: rows[key].to_list() for key in ("mean", *QUANTILES)}
            for (name,), rows in store.series_quantiles(wanted).group_by("series", maintain_order=True)
        }
        ends = [one.name for one in store.record.end_values if one.name.startswith("leader:")]
        rows = store.ends(ends)
        self.leaders = {name: rows[name].to_numpy() for name in ends}

    def answers(self) -> PositionAnswers:
        """Return everything."""
        told = tuple(
            month
            for month in self.months
            if month == self.now
            or (month > self.now and (month[5:] == LAST_MONTH or month == self.months[-1]))
        )
        return PositionAnswers(
            ledger=self.world.ledger,
            gulf=self.world.gulf,
            network=not self.world.network.off,
            chip_sales=self.world.chip_sales_to_china,
            futures=self.store.record.futures,
            now=self.now,
            told=told,
            months=self.months,
            classes=tuple(
                ClassMonth(month, {name: self._mean(f"class:{name}", month) for name in CLASSES})
                for month in told
            ),
            class_paths={name: tuple(self.frame[f"class:{name}"]["mean"]) for name in CLASSES},
            layers=tuple(
                LayerAnswer(layer, tuple(self._layer(layer, month) for month in told), self._fans(layer))
                for layer in LAYERS
            ),
            blocs=tuple(
                BlocAnswer(bloc, tuple(self._standing(bloc, month) for month in told)) for bloc in BLOCS
            ),
            stacks=tuple(
                StackAnswer(stack, tuple(self._stack(stack, month) for month in told)) for stack in STACKS
            ),
        )

    def _layer(self, layer: str, month: str) -> LayerMonth:
        series = self._series(layer)
        leaders = self.leaders.get(f"leader:{layer}:{month[:4]}") if month[5:] == LAST_MONTH else None
        leads: dict[str, float] = {}
        if leaders is not None:
            counts = np.bincount(leaders.astype(np.int64), minlength=len(BLOCS))
            leads = {bloc: float(count) / leaders.size for bloc, count in zip(BLOCS, counts, strict=True)}
        return LayerMonth(
            month=month,
            shares={bloc: self._band(f"{series}:{bloc}", month) for bloc in BLOCS},
            leads=leads,
            poles=self._band(f"poles:{layer}", month),
            concentration=self._band(f"concentration:{layer}", month),
        )

    def _series(self, layer: str) -> str:
        return SHARES.get(layer, f"compute_share_{self.world.ledger}")

    def _fans(self, layer: str) -> dict[str, Fan]:
        fans = {}
        for bloc in FAN_BLOCS:
            name = f"{self._series(layer)}:{bloc}"
            quantiles = {key: tuple(self.frame[name][key]) for key in QUANTILES}
            fans[bloc] = Fan(name, "ratio", self.months, quantiles)
        return fans

    def _standing(self, bloc: str, month: str) -> Standing:
        bands = {name: self._known(f"{name}:{bloc}", month) for name in QUANTITIES}
        return Standing(month=month, **bands)  # type: ignore[arg-type]

    def _stack(self, stack: str, month: str) -> StackMonth:
        return StackMonth(
            month,
            self._known(f"capability_lag_months:{stack}", month),
            self._band(f"token_share:{stack}", month),
            self._band(f"spend_share:{stack}", month),
        )

    def _known(self, name: str, month: str) -> Band | None:
        return self._band(name, month) if name in self.frame else None

    def _band(self, name: str, month: str) -> Band:
        found, row = self.frame[name], self.months.index(month)
        return Band(*(found[key][row] for key in ("mean", "p05", "p50", "p95")))

    def _mean(self, name: str, month: str) -> float:
        return float(self.frame[name]["mean"][self.months.index(month)])
