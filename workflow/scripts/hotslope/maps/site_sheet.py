"""A candidate on one page in A4: where it is, how it moves, why it is named, what to check."""

import re
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
from pyproj import CRS, Transformer

from hotslope.columns import CANDIDATE_ID, VELOCITY, X, Y
from hotslope.factors.catalogue import FACTORS
from hotslope.grid import Grid
from hotslope.maps.field_checks import field_checks
from hotslope.maps.fields import Field
from hotslope.maps.first_places import RANK
from hotslope.maps.names import SECTORS, counted, factors_in_words, readable
from hotslope.maps.outcome import judgement_column, judgement_word
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.polygons import polygon_collection
from hotslope.maps.relief import hillshade
from hotslope.maps.scales import round_below
from hotslope.maps.series_chart import draw_series_chart
from hotslope.maps.sheet import HEADING_MM, MARGIN_MM, WIDTH_MM, Sheet
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
#: Agreement with motion down the slope, as an answer.
_FITS = {
    "consistent": "yes",
    "opposite": "no, it moves another way",
    "not visible": "not known, no track sees that direction well",
    "not on a slope": "not known, the ground is flat or faces several ways",
    "no terrain": "not known without a DEM",
}
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
    sheet.text(_judgement(candidate, model))
    sheet.text(_position(outline, around.grid.crs), pale=True)
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
    for line in _motion(candidate, tracks):
        sheet.text(line, size=8.5, left_mm=_RIGHT_MM, width_mm=_RIGHT_WIDTH_MM)

    top_mm += _MAP_MM + 21
    lists = _reasons(candidate, model), field_checks(candidate, tracks)
    factors = _factors(candidate, fields)
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


def _judgement(candidate: Mapping[str, Any], model: str | None) -> str:
    """Class, probability or score by the leading model, grade and confidence in a line."""
    words = []
    if isinstance(candidate.get("class"), str):
        words.append(candidate["class"])
    judgement = judgement_column(candidate, model)
    judged = candidate.get(judgement) if judgement else None
    if judgement and judged is not None and pd.notna(judged):
        words.append(f"{judgement_word(judgement)} {judged:.2f} ({readable(str(model))})")
    if not candidate.get("applicable", True):
        words.append("unlike what the model was trained on")
    if RANK in candidate:
        words.append(f"unsupervised rank {candidate[RANK]}")
    words.append(f"grade {candidate['grade']} (A best)")
    if isinstance(candidate.get("confidence"), str):
        words.append(f"confidence in the outline: {candidate['confidence']}")
    if isinstance(candidate.get("prediction_set"), str):
        words.append(f"prediction set: {candidate['prediction_set']}")
    words.append(f"{candidate['area_m2'] / 1e4:.3g} ha")
    return ", ".join(words)


def _position(outline: shapely.Geometry, crs: str) -> str:
    """Give a point on the candidate in both kinds of coordinates."""
    point = shapely.point_on_surface(outline)
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(point.x, point.y)
    sides = ("N" if lat >= 0 else "S", "E" if lon >= 0 else "W")
    return (
        f"On it: {abs(lat):.5f}° {sides[0]}, {abs(lon):.5f}° {sides[1]} (WGS 84); "
        f"{point.x:,.0f}, {point.y:,.0f} m ({CRS(crs).name})"
    )


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
    edge = round_below((right - left) / 3)
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
    drawn = sheet.figure.colorbar(colours, cax=bar, orientation="horizontal", extend="both")
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
    axes.ticklabel_format(useOffset=False, style="plain")


def _motion(candidate: Mapping[str, Any], tracks: Sequence[str]) -> list[str]:
    """Velocities per track and derived from them."""
    lines = []
    for track in tracks:
        velocity = candidate.get(f"velocity_mm_yr_{track}")
        points = candidate.get(f"n_points_{track}")
        if velocity is None or pd.isna(velocity):
            lines.append(f"{readable(track)}: no points inside")
            continue
        count = (
            f" ({counted(int(points), 'point')})" if points is not None and pd.notna(points) else ""
        )
        sense = "toward" if velocity > 0 else "away"
        lines.append(f"{readable(track)}: {velocity:+.1f} mm/yr, {sense}{count}")
    for stem, words in {
        "downslope": "down the slope",
        "east": "east",
        "up": "up",
    }.items():
        value, error = candidate.get(f"{stem}_mm_yr"), candidate.get(f"{stem}_std_mm_yr")
        if value is not None and pd.notna(value):
            spread = f" ± {error:.1f}" if error is not None and pd.notna(error) else ""
            against = ", that is up it" if stem == "downslope" and value < 0 else ""
            lines.append(f"{words}: {value:+.1f}{spread} mm/yr{against}")
    return lines


def _in_words(reasons: str) -> str:
    """Begin with a capital, and name the direction that a slope faces."""
    text = reasons[:1].upper() + reasons[1:]
    return re.sub(r"(?<=facing )[nesw]{1,2}\b", lambda sector: SECTORS[sector[0]], text)


def _measured(factor: str, value: Any, unit: str) -> str:
    """Write the value of a factor with its unit."""
    if isinstance(value, str):
        return SECTORS.get(value, value) if factor == "aspect" else value
    return f"{_three_digits(value)} {unit.replace('m2', 'm²')}".strip().replace(" degrees", "°")


def _three_digits(value: float) -> str:
    """Write a number to three digits, and thousands without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _reasons(candidate: Mapping[str, Any], model: str | None) -> list[str]:
    """Say what changes the probability or score, whether the motion fits, and what is known."""
    reasons = []
    if isinstance(candidate.get("main_factors"), str) and candidate["main_factors"]:
        changes = factors_in_words(candidate["main_factors"])
        judgement = judgement_column(candidate, model) or "probability"
        reasons.append(f"{judgement_word(judgement).capitalize()} moved most by: {changes}")
    if isinstance(candidate.get("reasons"), str) and candidate["reasons"]:
        reasons += [_in_words(part) for part in candidate["reasons"].split("; ")]
    if isinstance(candidate.get("agreement"), str):
        reasons.append(f"Does it fit motion down the slope: {_FITS[candidate['agreement']]}")
    if isinstance(candidate.get("kind"), str) and candidate["kind"]:
        reasons.append(f"Inventory: {candidate['kind']}")
    return reasons


def _factors(candidate: Mapping[str, Any], fields: Mapping[str, Field]) -> list[str]:
    """List the factors that are known, with their units."""
    lines = []
    for factor in FACTORS:
        value = candidate.get(factor)
        if value is None or (not isinstance(value, str) and pd.isna(value)):
            continue
        unit = fields[factor].unit if factor in fields else ""
        title = fields[factor].alias.removesuffix(f" ({unit})")
        lines.append(f"{title}: {_measured(factor, value, unit)}")
    return lines


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
