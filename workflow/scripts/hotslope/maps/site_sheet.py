"""A candidate on one page in A4: where it is, how it moves, why it is named, what to check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from hotslope.columns import CANDIDATE_ID, VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.maps.field_checks import field_checks
from hotslope.maps.fields import Field
from hotslope.maps.names import readable
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.polygons import polygon_collection
from hotslope.maps.relief import hillshade
from hotslope.maps.scales import round_below
from hotslope.maps.series_chart import draw_series_chart
from hotslope.maps.sheet import HEADING_MM, MARGIN_MM, WIDTH_MM, Sheet
from hotslope.maps.site_words import (
    factor_lines,
    judgement_line,
    motion_lines,
    position_line,
    reason_lines,
)
from hotslope.maps.slope_profile import SlopeProfile, slope_profile
from hotslope.maps.style import DIVERGING, INK, PALE_INK
from hotslope.maps.titles import figure_title

_MAP_MM = 92.0
_RIGHT_MM = MARGIN_MM + _MAP_MM + 17.0
_RIGHT_WIDTH_MM = WIDTH_MM - MARGIN_MM - _RIGHT_MM
_COLUMN_MM = (WIDTH_MM - 2 * MARGIN_MM - 8.0) / 2
#: Height of the chart of a track, at most and at least, and from one chart to the next.
_CHART_MM, _LOWEST_CHART_MM, _CHART_GAP_MM = 34.0, 9.0, 13.0
#: Height of a line of factors.
_FACTOR_MM = 3.4
#: Entries of a list in large letters.
_MOST_LARGE = 7
_FACTOR_COLUMNS = 4
#: Where the last lines begin, where there is room.
_FOOT_MM = 283.0
#: Intervals between the ticks of an axis: each tick costs time.
_TICKS = 4
_MARKERS = ("o", "^", "s", "D", "v")
_FOOT = (
    "No colour, and no point, does not mean stable. Velocities are along the line of sight, "
    "positive toward the sensor; they say nothing about when or whether the slope will fail."
)


@dataclass(frozen=True)
class Surroundings:
    """What is drawn around a candidate.

    Parameters
    ----------
    grid : Grid
        Window around it.
    elevation_m : ndarray, float64, shape ``grid.shape``, or None
        None without a DEM.
    points : mapping of str to DataFrame
        Track → `x_m`, `y_m`, `velocity_mm_yr` of the points in the window.
    neighbours : ndarray of shapely geometries
        Other candidates in the window.
    limit_mm_yr : float
        End of the scale of velocities.
    """

    grid: Grid
    elevation_m: np.ndarray | None
    points: Mapping[str, pd.DataFrame]
    neighbours: np.ndarray
    limit_mm_yr: float


def draw_site_sheet(
    name: str,
    candidate: Mapping[str, Any],
    outline: shapely.Geometry,
    around: Surroundings,
    series: Mapping[str, pd.DataFrame],
    fields: Mapping[str, Field],
    model: str | None,
) -> Figure:
    """Draw the sheet of one candidate.

    Parameters
    ----------
    name : str
        Of the study area.
    candidate : mapping
        Its row in layer `potential_landslides`.
    outline : shapely geometry
        In the CRS of the window.
    around : Surroundings
    series : mapping of str to DataFrame
        Track → rows of the table `series`.
    fields : mapping of str to Field
        Columns in words.
    model : str or None
        The leading model; None without models.
    """
    sheet = Sheet()
    tracks = list(around.points)
    identifier = candidate[CANDIDATE_ID]
    sheet.text(figure_title(name, f"candidate {identifier}", 60), size=15, bold=True)
    sheet.text(judgement_line(candidate, model))
    sheet.text(position_line(outline, around.grid.crs), pale=True)
    top_mm = sheet.top_mm + 4

    profile = (
        slope_profile(around.elevation_m, around.grid, outline)
        if around.elevation_m is not None
        else None
    )
    _draw_map(sheet, top_mm, outline, around, profile)
    chart = sheet.axes(_RIGHT_MM + 3, top_mm + 4, _RIGHT_WIDTH_MM - 3, 38.0)
    _draw_profile(chart, profile, has_dem=around.elevation_m is not None)
    sheet.top_mm = top_mm + 54
    sheet.heading("Motion", left_mm=_RIGHT_MM, width_mm=_RIGHT_WIDTH_MM)
    for line in motion_lines(candidate, tracks):
        sheet.text(line, size=8.5, left_mm=_RIGHT_MM, width_mm=_RIGHT_WIDTH_MM)

    top_mm += _MAP_MM + 21
    lists = reason_lines(candidate, model), field_checks(candidate, tracks)
    factors = factor_lines(candidate, fields)
    # Small letters where there is much to check, and charts as high as the texts leave room for.
    size = 8.0 if max(map(len, lists)) <= _MOST_LARGE else 7.0
    texts_mm = max(sheet.bullets_mm(lines, size, _COLUMN_MM) for lines in lists)
    texts_mm += 2 * HEADING_MM + -(-len(factors) // _FACTOR_COLUMNS) * _FACTOR_MM
    room_mm = (_FOOT_MM - texts_mm - top_mm) / len(tracks) - _CHART_GAP_MM
    height_mm = min(max(room_mm, _LOWEST_CHART_MM), _CHART_MM)
    for number, track in enumerate(tracks):
        place_mm = top_mm + number * (height_mm + _CHART_GAP_MM)
        width_mm = WIDTH_MM - 2 * MARGIN_MM - 9
        axes = sheet.axes(MARGIN_MM + 9, place_mm, width_mm, height_mm)
        rows = series.get(track, pd.DataFrame({"trend": []}))
        draw_series_chart(
            axes, rows, f"Mean displacement and spread of the points, {track} (+ toward)"
        )
    top_mm += len(tracks) * (height_mm + _CHART_GAP_MM) - 5

    titles = ("Why it is named", "What to check in the field")
    places_mm = (MARGIN_MM, MARGIN_MM + _COLUMN_MM + 8)
    lowest_mm = top_mm
    for title, lines, left_mm, box in zip(
        titles, lists, places_mm, "•\N{WHITE SQUARE}", strict=True
    ):
        if not lines:
            continue
        sheet.top_mm = top_mm
        sheet.heading(title, left_mm=left_mm, width_mm=_COLUMN_MM)
        sheet.bullets(lines, size=size, left_mm=left_mm, width_mm=_COLUMN_MM, box=box)
        lowest_mm = max(lowest_mm, sheet.top_mm)
    sheet.top_mm = lowest_mm
    _write_factors(sheet, factors)
    sheet.top_mm = max(sheet.top_mm, _FOOT_MM)
    sheet.text(_FOOT, size=6.5, pale=True)
    return sheet.figure


def _draw_map(
    sheet: Sheet,
    top_mm: float,
    outline: shapely.Geometry,
    around: Surroundings,
    profile: SlopeProfile | None,
) -> None:
    """Draw relief, contours, points, outlines and the line of the profile."""
    axes = sheet.axes(MARGIN_MM + 9, top_mm, _MAP_MM - 4, _MAP_MM - 4)
    left, bottom, right, top = around.grid.bounds_m
    axes.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    if around.elevation_m is not None:
        _draw_ground(axes, around.elevation_m, around.grid)
    appearance = {"facecolors": "none", "edgecolors": PALE_INK, "linewidths": 0.8}
    axes.add_collection(polygon_collection(around.neighbours, 1.0, **appearance), autolim=False)
    appearance = {"facecolors": "none", "edgecolors": INK, "linewidths": 1.8}
    axes.add_collection(
        polygon_collection(np.array([outline], dtype=object), 1.0, **appearance), autolim=False
    )
    for marker, points in zip(cycle(_MARKERS), around.points.values(), strict=False):
        axes.scatter(
            points[X],
            points[Y],
            c=points[VELOCITY],
            cmap=DIVERGING,
            vmin=-around.limit_mm_yr,
            vmax=around.limit_mm_yr,
            s=13,
            marker=marker,
            edgecolors=INK,
            linewidths=0.3,
            zorder=4,
            rasterized=True,
        )
    if profile is not None:
        axes.plot(profile.x_m, profile.y_m, color=INK, linewidth=0.8, linestyle=(0, (5, 3)))
        for end, letter in ((0, "A"), (-1, "B")):
            axes.annotate(
                letter,
                (profile.x_m[end], profile.y_m[end]),
                fontsize=9,
                fontweight="bold",
                ha="center",
                va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.8},
                zorder=5,
            )
    edge = round_below((right - left) / 2)
    axes.set_xticks(np.arange(np.ceil(left / edge) * edge, right, edge))
    axes.set_yticks(np.arange(np.ceil(bottom / edge) * edge, top, edge))
    axes.ticklabel_format(useOffset=False, style="plain")
    axes.tick_params(labelsize=6.5, length=2.5)
    axes.tick_params(axis="y", labelrotation=90)
    axes.grid(True, color="white", linewidth=0.5, alpha=0.6)
    handles = [
        Line2D([], [], linestyle="none", marker=marker, color=PALE_INK, label=readable(track))
        for marker, track in zip(cycle(_MARKERS), around.points, strict=False)
    ]
    axes.legend(
        handles=handles,
        loc="upper left",
        fontsize=7,
        frameon=True,
        framealpha=0.8,
        edgecolor="none",
        borderpad=0.3,
    )
    _draw_scale(sheet, top_mm, around.limit_mm_yr)


def _draw_ground(axes: Axes, elevation_m: np.ndarray, grid: Grid) -> None:
    """Draw relief and contours."""
    left, bottom, right, top = grid.bounds_m
    extent = (left, right, bottom, top)
    shade = np.ma.masked_invalid(hillshade(elevation_m, grid.cell_size_m))
    axes.imshow(shade, cmap="gray", vmin=0, vmax=1, extent=extent, interpolation="bilinear")
    known = elevation_m[np.isfinite(elevation_m)]
    if known.size == 0 or np.ptp(known) == 0:
        return
    step = round_below(np.ptp(known) / 6)
    levels = np.arange(np.ceil(known.min() / step) * step, known.max(), step)
    lines = axes.contour(
        elevation_m, levels, extent=extent, origin="upper", colors=PALE_INK, linewidths=0.4
    )
    # Some of them: labels cost time and cover the points.
    axes.clabel(lines, levels[::3], fontsize=5.5, fmt="%g")


def _draw_scale(sheet: Sheet, top_mm: float, limit_mm_yr: float) -> None:
    """Draw the scale of velocities below the map."""
    bar = sheet.axes(MARGIN_MM + 19, top_mm + _MAP_MM + 3.5, _MAP_MM - 24, 2.6)
    colours = ScalarMappable(Normalize(-limit_mm_yr, limit_mm_yr), DIVERGING)
    drawn = sheet.figure.colorbar(
        colours, cax=bar, orientation="horizontal", extend="both", ticks=MaxNLocator(_TICKS)
    )
    drawn.set_label("velocity (mm/yr): away (red), toward the sensor (blue)", fontsize=7)
    drawn.ax.tick_params(labelsize=6.5, length=2)
    drawn.outline.set_linewidth(0.5)


def _draw_profile(axes: Axes, profile: SlopeProfile | None, *, has_dem: bool) -> None:
    """Draw the heights from A to B; bold within the candidate."""
    axes.set_facecolor("white")
    axes.set_title("Profile down the slope", fontsize=9, loc="left")
    if profile is None:
        axes.set_axis_off()
        draw_placeholder(axes, "flat ground" if has_dem else "no DEM")
        return
    axes.spines[["top", "right"]].set_visible(False)
    axes.plot(profile.distance_m, profile.elevation_m, color=PALE_INK, linewidth=1.0)
    within = np.where(profile.inside, profile.elevation_m, np.nan)
    axes.plot(profile.distance_m, within, color=INK, linewidth=2.6)
    axes.set_xlabel("A to B (m); bold: the candidate", fontsize=7)
    axes.set_ylabel("height (m)", fontsize=7)
    axes.tick_params(labelsize=6.5, length=2.5)
    axes.locator_params(nbins=_TICKS)
    axes.ticklabel_format(useOffset=False, style="plain")


def _write_factors(sheet: Sheet, lines: Sequence[str]) -> None:
    """Write the factors in columns."""
    if not lines:
        return
    sheet.heading("Conditioning factors")
    top_mm, each = sheet.top_mm, -(-len(lines) // _FACTOR_COLUMNS)
    width_mm = (WIDTH_MM - 2 * MARGIN_MM) / _FACTOR_COLUMNS
    for number in range(_FACTOR_COLUMNS):
        sheet.top_mm = top_mm
        # A text per column: each costs time.
        part = lines[number * each : (number + 1) * each]
        sheet.lines(part, size=7, left_mm=MARGIN_MM + number * width_mm, width_mm=width_mm)
    sheet.top_mm = top_mm + each * _FACTOR_MM
