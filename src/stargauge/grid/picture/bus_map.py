"""The map of all buses by what they can host, as PNG or SVG."""

from __future__ import annotations

import io
import itertools
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from stargauge.errors import InputError, MissingExtraError, Mistake
from stargauge.grid.network import SYNTHETIC
from stargauge.grid.picture.projection import Albers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from stargauge.grid.hosting.table import HostingTable

Floats = NDArray[np.float64]
Format = Literal["png", "svg"]

CLASSES_MW = (10.0, 30.0, 100.0, 300.0, 1000.0)
"""Bounds of the colour classes: half a decade each, as capacities spread over four decades."""

COLOURS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#c7d834", "#fde725")
"""Viridis at six places (S. van der Walt and N. Smith, CC0): even in lightness, safe for all eyes."""

NOTHING = "#b9b9b9"
"""Colour of buses that can take nothing."""

AT_ZERO_MW = 0.05
"""Below this a capacity is shown as nothing: it would print as 0.0."""

INK, PALE, FAINT = "#222222", "#777777", "#d4d4d4"
WARNING = "#b3261e"
STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 45.0)
"""Degrees between lines of the graticule; the first that gives no more than `MOST_LINES`."""

MOST_LINES = 8
ROUND_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
POINTS = 60
"""Points of a curved line."""

INCHES, DOTS_PER_INCH = (10.0, 6.6), 160
LINE = 235
"""Letters in a line of the foot."""

MANY = 4000
"""From so many points on an SVG holds them as one image: as shapes they would take megabytes."""

HINT = "drawing needs matplotlib; install it with: pip install 'stargauge[grid]'"


def bus_map(table: HostingTable, kind: Format = "png") -> bytes:
    """Return the map of a hosting table's buses coloured by N-1 MW, as a PNG or SVG file.

    Star points of transformers are left out. Low voltages are drawn first, so that the backbone lies on top;
    where a voltage ties, lower capacities lie on top. The same table gives the same bytes.

    Raises:
        InputError: No bus has coordinates.
        MissingExtraError: matplotlib is not installed.
    """
    frame = table.frame.filter("site")
    if not frame.height:
        text = "there is no site in the table: star points of transformers are not drawn"
        raise InputError("map", [Mistake(0, "bus", text)], "nothing was drawn")
    lat, lon = (frame[name].cast(float).fill_null(np.nan).to_numpy() for name in ("lat", "lon"))
    placed = np.isfinite(lat) & np.isfinite(lon)
    if not placed.any():
        text = f"{table.model.network.name} states no coordinates of buses, so there is no map of them"
        raise InputError("map", [Mistake(0, "lat, lon", text)], "nothing was drawn")
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError(HINT) from error
    mw = frame["n1_mw"].to_numpy()[placed]
    kv = frame["kv"].cast(float).fill_null(0.0).to_numpy()[placed]
    with mpl.rc_context({"svg.hashsalt": "stargauge", "svg.fonttype": "none", "font.size": 9.0}):
        figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        _draw(figure, table, lat[placed], lon[placed], mw, kv)
        file = io.BytesIO()
        nothing = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(file, format=kind, metadata=nothing)
    return file.getvalue()


def _draw(figure: Figure, table: HostingTable, lat: Floats, lon: Floats, mw: Floats, kv: Floats) -> None:
    network = table.model.network
    axes = figure.add_axes((0.02, 0.12, 0.96, 0.77))
    projection = Albers.fitted(lat, lon)
    _graticule(axes, projection, lat, lon)
    order = np.lexsort((-mw, kv))
    east, north = projection.project(lat[order], lon[order])
    colour = np.array([*COLOURS, NOTHING])
    level = np.where(mw < AT_ZERO_MW, len(COLOURS), np.searchsorted(CLASSES_MW, mw, side="right"))
    size = float(np.clip(30_000 / mw.size, 1.5, 26.0))
    axes.scatter(
        east, north, s=size, c=colour[level[order]], linewidths=0, rasterized=mw.size > MANY, zorder=3
    )
    if table.place is not None:
        east_here, north_here = projection.project(*(np.array([degrees]) for degrees in table.place))
        axes.scatter(east_here, north_here, s=110, marker="+", c=WARNING, linewidths=1.6, zorder=4)
    axes.set_aspect("equal")
    axes.margins(0.02)
    axes.set_axis_off()
    kind = SYNTHETIC.replace("synthetic network", "SYNTHETIC NETWORK") if network.synthetic else ""
    where = f" {table.selection}" if table.selection else ""
    title = f"New load each bus can take, N-1 secure: {network.name}{where}"
    figure.text(0.03, 0.955, title, fontsize=13, weight="bold", color=INK, va="top")
    words = f"{mw.size:,} {'bus' if mw.size == 1 else 'buses'}, median {np.median(mw):,.0f} MW"
    figure.text(0.03, 0.912, words, fontsize=10, color=INK, va="top")
    figure.text(0.97, 0.912, kind, fontsize=10, weight="bold", color=WARNING, va="top", ha="right")
    _scale(axes)
    _key(figure, level)
    _foot(figure, table)


def _graticule(axes: Axes, projection: Albers, lat: Floats, lon: Floats) -> None:
    """Draw parallels and meridians behind the buses, with their degrees."""
    (south, north), (west, east) = (_bounds(values) for values in (lat, lon))
    span = max(north - south, east - west)
    step = next((degrees for degrees in STEPS if span / degrees <= MOST_LINES), STEPS[-1])
    for parallel in _multiples(south, north, step):
        line = projection.project(np.full(POINTS, parallel), np.linspace(west, east, POINTS))
        axes.plot(*line, color=FAINT, lw=0.5, zorder=1)
        text = _degrees(parallel, "N", "S")
        axes.text(line[0][0], line[1][0], f"{text} ", color=PALE, fontsize=7, ha="right", va="center")
    for meridian in _multiples(west, east, step):
        line = projection.project(np.linspace(south, north, POINTS), np.full(POINTS, meridian))
        axes.plot(*line, color=FAINT, lw=0.5, zorder=1)
        axes.text(line[0][0], line[1][0], _degrees(meridian, "E", "W"), color=PALE, fontsize=7, va="top")


def _scale(axes: Axes) -> None:
    """Draw a bar of a round number of km in the upper right corner."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = max((km for km in ROUND_KM if km <= (east - west) / 6), default=ROUND_KM[0])
    right, low = east - 0.01 * (east - west), north - 0.03 * (north - south)
    axes.plot([right - length, right], [low, low], color=INK, lw=1.5, zorder=4)
    axes.text(right - length / 2, low, f"{length:g} km", color=INK, fontsize=7, ha="center", va="bottom")


def _bounds(values: Floats) -> tuple[float, float]:
    """Return the range of degrees that is drawn, a little beyond the points."""
    beyond = max(0.04 * float(np.ptp(values)), 0.05)
    return float(values.min()) - beyond, float(values.max()) + beyond


def _multiples(low: float, high: float, step: float) -> Floats:
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):g}° {positive if value >= 0 else negative}"


def _key(figure: Figure, level: NDArray[np.int64]) -> None:
    """Write the colour classes with how many buses each holds."""
    bounds = ("0", *(f"{bound:,.0f}" for bound in CLASSES_MW))
    words = [f"{low}–{high} MW" for low, high in itertools.pairwise(bounds)]
    words.append(f"{bounds[-1]} MW and more")
    entries = [(NOTHING, "0 MW", len(COLOURS)), *zip(COLOURS, words, range(len(COLOURS)), strict=True)]
    for place, (colour, text, number) in enumerate(entries):
        left = 0.03 + place * 0.136
        figure.text(left, 0.085, "●", color=colour, fontsize=12, va="center")
        count = int((level == number).sum())
        figure.text(left + 0.016, 0.085, f"{text}\n{count:,} buses", color=INK, fontsize=7.5, va="center")


def _foot(figure: Figure, table: HostingTable) -> None:
    """Write the conventions and where the network is from: no picture without them."""
    network = table.model.network
    lines = [f"Rule: {table.rule}", f"Network: {network.source}"]
    text = "\n".join(part for line in lines for part in wrap(line, LINE)[:2])
    figure.text(0.03, 0.008, text, fontsize=5.6, color=PALE, va="bottom", linespacing=1.15)
