"""Colours and type of every figure, in one place.

One convention holds on every map: **red moves away from the sensor, blue toward it**, as in
most published velocity maps and in the viewer of the European Ground Motion Service.
"""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Colormap, ListedColormap, to_hex

from hotslope.columns import TREND_GROUPS

#: Comes with matplotlib, so that figures in Latin, Greek and Cyrillic letters look the same
#: on every machine.
MAIN_FONT = "DejaVu Sans"
#: Figures are laid out in pixels and written at this many per inch.
DPI = 150
#: Width of every figure in pixels.
WIDTH_PX = 1500

#: Signed quantities, negative (away, red) to positive (toward, blue); colour-blind safe.
DIVERGING: Colormap = mpl.colormaps["RdYlBu"]
AWAY = "#d73027"
TOWARD = "#4575b4"
AWAY_TEXT = "away from the sensor"
TOWARD_TEXT = "toward the sensor"
#: Neither sense: not significant.
NEUTRAL = "#ffffbf"
#: Seen by more than one track.
SEVERAL = "#c51b7d"
#: What was looked at and could not be judged.
NOT_EVALUATED = "#6b6b6b"

#: Probabilities 0 to 1: light to dark, ordered in grey print and to every eye.
PROBABILITY: Colormap = ListedColormap(
    mpl.colormaps["magma_r"](np.linspace(0.02, 0.78, 256)), name="probability"
)

#: Hatching in place of a probability: candidates to which a model of another area is not
#: applicable. Hatched, since grey is also the relief and ground that was not seen.
OUTSIDE = "#555555"
OUTSIDE_TEXT = "unlike training candidates"

#: Of groups of trend classes.
TREND_GROUP_COLOURS = dict(
    zip(TREND_GROUPS, ("#dcc98f", "#1b9e77", "#7b3294", "#b5b5b5"), strict=True)
)
#: Categories without order (tracks, models); Okabe and Ito's palette, safe to every eye.
CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")

#: Heights, from the green of valleys on: blue is for water.
ELEVATION: Colormap = ListedColormap(
    mpl.colormaps["gist_earth"](np.linspace(0.35, 0.95, 256)), name="elevation"
)
#: Scales of factors, by matplotlib's names but for elevation; others take `SEQUENTIAL`.
SEQUENTIAL = "viridis"
FACTOR_COLOURS: dict[str, str | Colormap] = {
    "elevation": ELEVATION,
    "slope": "YlOrBr",
    "aspect": "twilight",
    "plan_curvature": "BrBG",
    "profile_curvature": "BrBG",
    "tpi": "BrBG",
    "twi": "YlGnBu",
    "spi": "YlGnBu",
    "distance_to_faults": "viridis_r",
    "distance_to_rivers": "viridis_r",
    "distance_to_roads": "viridis_r",
}
#: Lines of map layers.
LINE_STYLES: dict[str, dict[str, Any]] = {
    "faults": {"colors": "#b2182b", "linewidths": 1.3, "linestyles": (0, (5, 2, 1, 2))},
    "rivers": {"colors": "#2b6cb0", "linewidths": 1.1, "linestyles": "-"},
    "roads": {"colors": "#444444", "linewidths": 0.8, "linestyles": "-"},
}

INK = "#222222"
PALE_INK = "#666666"
NO_DATA = "#f2f2f2"

_SETTINGS: dict[str, Any] = {
    "font.family": MAIN_FONT,
    "font.size": 10.0,
    "axes.titlesize": 11.0,
    "axes.labelsize": 10.0,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.7,
    "axes.facecolor": NO_DATA,
    "figure.dpi": DPI,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.7,
    "legend.fontsize": 10.0,
    "legend.frameon": False,
    # Names within SVG files are made from it, and so are the same in every run.
    "svg.hashsalt": "hotslope",
    # A dollar sign in a name does not begin a formula.
    "text.parse_math": False,
    "text.color": INK,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "xtick.color": INK,
    "ytick.color": INK,
}


def apply_style() -> None:
    """Set matplotlib to its defaults and then to ours.

    Notes
    -----
    Starting from the defaults keeps a user's own ``matplotlibrc`` out of the results:
    the same inputs give the same picture on every machine.
    """
    mpl.rcdefaults()
    mpl.rcParams.update(_SETTINGS)  # type: ignore[arg-type]


def many_colours(count: int) -> list[str]:
    """Return a colour per class of ground, apart up to 20; then they repeat."""
    return [to_hex(mpl.colormaps["tab20"](index % 20)) for index in range(count)]


def category_colours(names: list[str]) -> dict[str, str]:
    """Return a colour per name, in order; the palette repeats after seven."""
    return {name: CATEGORIES[index % len(CATEGORIES)] for index, name in enumerate(names)}
