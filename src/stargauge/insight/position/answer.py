"""What a run answers about position among blocs, as plain numbers with units in their names.

Shares are of the world. A year's numbers are those of its December, or of the run's last month; `now` is the
as-of month. A chance is a share of futures.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from stargauge.insight.fans import Fan
from stargauge.insight.regional import Band


@dataclass(frozen=True)
class Standing:
    """Where a bloc stands in a month.

    Compute in H100-equivalents by where it stands, whose it is and who uses it; `alignment` with the US stack
    from -1 to 1; `package_mw` facility MW that export packages have delivered there; both are None for the US
    and China, between which others choose.
    """

    month: str
    compute_share_location: Band
    compute_share_owner: Band
    compute_h100e_location: Band
    compute_h100e_owner: Band
    compute_h100e_user: Band
    model_share: Band
    application_share: Band
    rules_share: Band
    alignment: Band | None
    package_mw: Band | None


@dataclass(frozen=True)
class BlocAnswer:
    """A bloc: where it stands now and at the end of each year told."""

    bloc: str
    standings: tuple[Standing, ...]

    def of(self, month: str) -> Standing:
        """Return a month that is told; raises `KeyError` for another."""
        for one in self.standings:
            if one.month == month:
                return one
        raise KeyError(month)


@dataclass(frozen=True)
class LayerMonth:
    """A layer in a month: each bloc's share and chance to lead it, its poles and its concentration.

    `leads` is empty for the as-of month, in which who leads is read from the medians of shares.
    """

    month: str
    shares: dict[str, Band]
    leads: dict[str, float]
    poles: Band
    concentration: Band

    @property
    def leader(self) -> str:
        """The bloc that leads in most futures; by the median share where chances are not told."""
        if self.leads:
            return max(self.leads, key=lambda bloc: self.leads[bloc])
        return max(self.shares, key=lambda bloc: self.shares[bloc].p50)


@dataclass(frozen=True)
class LayerAnswer:
    """A layer over the months told; `fans` are the monthly paths of shares of the blocs that matter in it."""

    layer: str
    months: tuple[LayerMonth, ...]
    fans: dict[str, Fan]

    def of(self, month: str) -> LayerMonth:
        """Return a month that is told; raises `KeyError` for another."""
        for one in self.months:
            if one.month == month:
                return one
        raise KeyError(month)


@dataclass(frozen=True)
class StackMonth:
    """A stack of models: months behind the frontier, None where it is that; shares of tokens and spend."""

    month: str
    lag_months: Band | None
    token_share: Band
    spend_share: Band


@dataclass(frozen=True)
class StackAnswer:
    """A stack over the months told."""

    stack: str
    months: tuple[StackMonth, ...]


@dataclass(frozen=True)
class ClassMonth:
    """The chance of each class of world in a month."""

    month: str
    chances: dict[str, float]

    @property
    def likeliest(self) -> str:
        """The class of most futures."""
        return max(self.chances, key=lambda name: self.chances[name])


@dataclass(frozen=True)
class PositionAnswers:
    """Position among blocs of a run, in the reading its scenario asks for.

    Attributes:
        ledger: `location` or `owner`: how compute is counted in its layer, poles and classes.
        gulf: `own`, or `us` where the Gulf is counted in with the US.
        network: Whether what others use draws buyers of models.
        chip_sales: `rules`, `open` or `closed`.
        futures: Number of futures.
        now: The as-of month.
        told: Months that are told: the as-of month, the last month of each later year, the run's last.
        months: Every month of the run.
        class_paths: (months) chance of each class of world.
    """

    ledger: str
    gulf: str
    network: bool
    chip_sales: str
    futures: int
    now: str
    told: tuple[str, ...]
    months: tuple[str, ...]
    classes: tuple[ClassMonth, ...]
    class_paths: dict[str, tuple[float, ...]]
    layers: tuple[LayerAnswer, ...]
    blocs: tuple[BlocAnswer, ...]
    stacks: tuple[StackAnswer, ...]

    def bloc(self, name: str) -> BlocAnswer:
        """Return a bloc; raises `KeyError` where there is none of that name."""
        for one in self.blocs:
            if one.bloc == name:
                return one
        raise KeyError(name)

    def layer(self, name: str) -> LayerAnswer:
        """Return a layer; raises `KeyError` where there is none of that name."""
        for one in self.layers:
            if one.layer == name:
                return one
        raise KeyError(name)

    def classes_in(self, month: str) -> ClassMonth:
        """Return the classes of a month that is told; raises `KeyError` for another."""
        for one in self.classes:
            if one.month == month:
                return one
        raise KeyError(month)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)
