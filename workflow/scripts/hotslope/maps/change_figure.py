"""Figure of what has changed: candidates by level, and the series of the clearest changes."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, datestr2num
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from hotslope.change.tables import ALERT, NONE, NOT_MEASURED, WATCH
from hotslope.columns import CANDIDATE_ID
from hotslope.maps.panels import KM
from hotslope.maps.polygons import polygon_collection
from hotslope.maps.style import CATEGORIES, DPI, INK, NO_DATA, NOT_EVALUATED, PALE_INK, WIDTH_PX
from hotslope.maps.style import apply_style as apply_figure_style
from hotslope.maps.titles import figure_title

COLOURS = {ALERT: "#b2182b", WATCH: CATEGORIES[1], NONE: "white", NOT_MEASURED: NOT_EVALUATED}
#: Series that are drawn below each other, at most; as many beside them.
_LINES = 3
_HEIGHT_PX = 900


def draw_change(
    name: str,
    bounds_m: tuple[float, float, float, float],
    change: gpd.GeoDataFrame,
    chosen: pd.DataFrame,
    series: pd.DataFrame,
) -> Figure:
    """Draw the map beside the series.

    Parameters
    ----------
    name : str
        Of the study area.
    bounds_m : tuple of float
    change : GeoDataFrame
        Rows of `hotslope.change.tables.CHANGE`.
    chosen : DataFrame
        Rows beyond the thresholds; the series of the first ones are drawn.
    series : DataFrame
        Rows of `hotslope.change.tables.DIFFERENCES`.
    """
    apply_figure_style()
    figure = Figure(figsize=(WIDTH_PX / DPI, _HEIGHT_PX / DPI), facecolor="white")
    figure.text(0.02, 0.965, figure_title(name, "what has changed", 70), fontsize=13, color=INK)
    _draw_map(figure.add_axes((0.075, 0.08, 0.42, 0.82)), bounds_m, change)
    # Few series have the whole width each.
    columns = 1 if len(chosen) <= _LINES else 2
    for number, row in enumerate(chosen.head(columns * _LINES).to_dict("records")):
        line, column = divmod(number, columns)
        width = 0.41 if columns == 1 else 0.185
        box = (0.56 + 0.225 * column, 0.67 - 0.285 * line, width, 0.2)
        own = series[
            (series[CANDIDATE_ID] == row[CANDIDATE_ID]) & (series["track"] == row["track"])
        ]
        _draw_series(figure.add_axes(box), row, own, labelled=column == 0)
    if not len(chosen):
        figure.text(0.75, 0.5, "no change beyond the thresholds", ha="center", color=PALE_INK)
    return figure


def _draw_map(
    axes: Axes, bounds_m: tuple[float, float, float, float], change: gpd.GeoDataFrame
) -> None:
    """Draw the outlines, coloured by level, with the identifiers of those beyond the thresholds."""
    west, south, east, north = (KM * bound for bound in bounds_m)
    axes.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    axes.set_xlabel("easting (km)")
    axes.set_ylabel("northing (km)")
    axes.ticklabel_format(useOffset=False)
    handles = []
    for level, colour in COLOURS.items():
        rows = change[change["level"] == level]
        axes.add_collection(
            polygon_collection(
                rows.geometry.to_numpy(), KM, facecolors=colour, edgecolors=INK, linewidths=0.5
            ),
            autolim=False,
        )
        handles.append(Patch(facecolor=colour, edgecolor=INK, label=f"{level} ({len(rows):,})"))
        if level in (ALERT, WATCH):
            for name, place in zip(rows[CANDIDATE_ID], rows.representative_point(), strict=True):
                axes.annotate(
                    name,
                    (KM * place.x, KM * place.y),
                    xytext=(4, 4),
                    textcoords="offset points",
                    fontsize=6,
                    color=INK,
                    path_effects=[withStroke(linewidth=2, foreground="white")],
                )
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, fontsize=7)


def _day(date: Any) -> float:
    """Return the place of a date, YYYY-MM-DD, on the axis."""
    return float(datestr2num(str(date)))


def _draw_series(
    axes: Axes, row: Mapping[Any, Any], series: pd.DataFrame, *, labelled: bool
) -> None:
    """Draw one series with the window and the onset."""
    days = datestr2num(series["date"].tolist()) if len(series) else np.zeros(0)
    axes.set_facecolor("white")
    axes.axvspan(_day(row["window_begin"]), _day(row["window_end"]), color=NO_DATA, zorder=0)
    axes.plot(days, series["difference_mm"], ".", ms=3, color=COLOURS[str(row["level"])])
    if isinstance(row["onset"], str):
        axes.axvline(_day(row["onset"]), color=INK, linewidth=0.9)
        low, high = _day(row["onset_low"]), _day(row["onset_high"])
        axes.axvspan(low, high, color=INK, alpha=0.15, zorder=1)
    change = f"{row['change_mm_yr']:+.0f} ± {row['change_std_mm_yr']:.0f} mm/yr"
    axes.set_title(f"{row[CANDIDATE_ID]}, {row['track']}\n{change}", fontsize=7, loc="left")
    locator = AutoDateLocator(minticks=3, maxticks=5)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.tick_params(labelsize=6)
    if labelled:
        axes.set_ylabel("mm", fontsize=7)
