"""The study area and its tracks: checked, and suggested where the bounds are missing."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from hotslope.crs import unproject_lonlat
from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.map_distortion import distortion
from hotslope.points.boundaries import boundary_file, read_boundary
from hotslope.points.coordinates import check_extent, describe, in_area_of_use
from hotslope.points.formats import format_options, read_points, sight_options
from hotslope.points.sight import Sight, sight_points
from hotslope.points.slips import other_order
from hotslope.points.track_statistics import describe_epochs

#: Points of each file read to try it.
SAMPLE_POINTS = 1000
#: Shares by which lengths on the map may differ from those on the ground, and from which the
#: difference is reported.
MAX_SCALE_ERROR, REPORTED_SCALE_ERROR = 0.025, 0.001
#: Suggested bounds are rounded outward to this.
_ROUND_M = 100.0


def check_scale(bounds: Bounds, crs: CRS) -> tuple[list[float], list[str]]:
    """Return least and greatest scale of the CRS within the bounds, and warnings.

    Raises
    ------
    InputError
        A length on the map differs from the ground by more than `MAX_SCALE_ERROR`.
    """
    x_m, y_m = np.meshgrid(np.linspace(bounds[0], bounds[2], 9), np.linspace(*bounds[1::2], 9))
    least, greatest = distortion(x_m, y_m, crs).principal_scales
    if np.isnan(least).all():
        return [], []
    scales = [float(np.nanmin(least)), float(np.nanmax(greatest))]
    off = max(abs(scale - 1.0) for scale in scales)
    problem = (
        f"lengths in {crs.to_string()} ({crs.name}) are {scales[0]:.4f} to {scales[1]:.4f} times "
        "those on the ground of the study area"
    )
    if off > MAX_SCALE_ERROR:
        raise InputError(
            "study_area.crs", problem, f"Give a CRS made for it, such as {_utm_zone(bounds, crs)}"
        )
    return scales, [f"study_area.crs: {problem}"] if off > REPORTED_SCALE_ERROR else []


def _utm_zone(bounds: Bounds, crs: CRS) -> str:
    """Name the UTM zone of the middle of an area, or what serves near the poles."""
    middle = np.array([(bounds[0] + bounds[2]) / 2]), np.array([(bounds[1] + bounds[3]) / 2])
    lon, lat = (float(value[0]) for value in unproject_lonlat(*middle, crs))
    zones = query_utm_crs_info("WGS 84", AreaOfInterest(lon, lat, lon, lat))
    if not zones:
        return "a polar stereographic one"
    return f"{zones[0].name.removeprefix('WGS 84 / ')} (EPSG:{zones[0].code})"


def check_bounds(bounds_m: Sequence[float], crs: CRS) -> Bounds:
    """Return the bounds if they span an area in the CRS's area of use."""
    xmin, ymin, xmax, ymax = (float(value) for value in bounds_m)
    key = "study_area.bounds_m"
    if not (xmin < xmax and ymin < ymax):
        hint = other_order((xmin, ymin, xmax, ymax), crs)
        raise InputError(
            key,
            f"{list(bounds_m)} spans nothing{'; ' + hint if hint else ''}",
            "Write [xmin, ymin, xmax, ymax] in metres",
        )
    if max(abs(xmin), abs(ymin), abs(xmax), abs(ymax)) <= 360:
        raise InputError(
            key, f"{list(bounds_m)} looks like degrees", "Give metres in study_area.crs"
        )
    area = crs.area_of_use
    if area is None:
        return (xmin, ymin, xmax, ymax)
    lon, lat = unproject_lonlat(np.array([xmin, xmax]), np.array([ymin, ymax]), crs)
    if not in_area_of_use(lon, lat, crs):
        hint = other_order((xmin, ymin, xmax, ymax), crs)
        raise InputError(
            key,
            f"{list(bounds_m)} (lon {lon[0]:.2f} … {lon[1]:.2f}, lat {lat[0]:.2f} … {lat[1]:.2f}) "
            f"lies outside the area of use of {crs.to_string()} (lon {area.west} … {area.east}, "
            f"lat {area.south} … {area.north}){'; ' + hint if hint else ''}",
            "Write [xmin, ymin, xmax, ymax] in metres of study_area.crs, or give the area's CRS",
        )
    return (xmin, ymin, xmax, ymax)


def lonlat_corners(bounds_m: Bounds, crs: CRS) -> dict[str, list[float] | list[list[float]]]:
    """Return centre and corners of bounds as longitude and latitude, degrees.

    Corners are counted from the south-west, anticlockwise.
    """
    xmin, ymin, xmax, ymax = bounds_m
    lon, lat = unproject_lonlat(
        np.array([(xmin + xmax) / 2, xmin, xmax, xmax, xmin]),
        np.array([(ymin + ymax) / 2, ymin, ymin, ymax, ymax]),
        crs,
    )
    places = np.column_stack([lon, lat]).round(4).tolist()
    return {"centre_lonlat": places[0], "corners_lonlat": places[1:]}


def sight_of(track: Mapping[str, Any]) -> Sight:
    """Return how the sensor of a configured track looks."""
    return Sight(
        track["pass"],
        track.get("incidence_deg"),
        track.get("heading_deg"),
        **sight_options(dict(track)),
    )


def check_track(
    name: str, track: Mapping[str, Any], crs: CRS
) -> tuple[dict[str, Any], list[str], pd.DataFrame]:
    """Read the first points of a track; return what they are, warnings, and the points."""
    points, _, dates = read_points(
        track["points"],
        track["format"],
        crs=crs.to_string(),
        max_points=SAMPLE_POINTS,
        **format_options(dict(track)),
    )
    columns = list(points.columns)
    origin = sight_points(points, sight_of(track), f"tracks.{name}")
    # Numbers of the first points say little; all are counted in the track's summary.
    warnings = [
        f"tracks.{name}: in the first points of each file: {sentence}"
        for sentence in points.attrs["cleaning"].sentences()
    ]
    if origin == "none":
        warnings.append(
            f"tracks.{name}: no line of sight; set incidence_deg and heading_deg for visibility, "
            "downslope velocity and the sense of motion"
        )
    if "coherence" not in columns:
        warnings.append(f"tracks.{name}: no coherence; points.min_coherence drops nothing")
    check = points.attrs["velocity_check"]
    if check is not None and check["agrees"] is False:
        warnings.append(f"tracks.{name}: velocity and series agree badly in the first points")
    found = {
        "columns": columns,
        **describe_epochs(dates),
        "line_of_sight": origin,
    }
    return found, warnings, points


def refuse_missing_bounds(
    study_area: Mapping[str, Any],
    tracks: Mapping[str, Mapping[str, Any]],
    crs: CRS,
    known: Mapping[str, Bounds],
) -> None:
    """Raise the InputError of missing bounds, with those of points and boundary to paste.

    Of tracks that are no points yet the bounds are `known`.
    """
    lines = []
    boxes = []
    for name, track in tracks.items():
        box = known[name] if name in known else _bounds_of_points(track, crs)
        boxes.append(box)
        lines.append(f"  # points of {name}: {describe(_outward(box))}")
    corners = np.array(boxes)
    union = (*corners[:, :2].min(axis=0), *corners[:, 2:].max(axis=0))
    # Degrees in the wrong zone have coordinates too, thousands of kilometres off.
    check_extent(union, crs.to_string(), f"points of {', '.join(tracks)}", "study_area.crs")
    suggestion = f"  bounds_m: {describe(_outward(union))}  # points of all tracks"
    path, buffer_m = boundary_file(study_area.get("boundary"))
    if path is not None:
        box = read_boundary(path, buffer_m, crs).bounds
        lines.append(suggestion.replace("  bounds_m", "  # bounds_m", 1))
        suggestion = f"  bounds_m: {describe(_outward(box))}  # boundary"
    raise InputError(
        "study_area.bounds_m",
        f"missing; in {crs.to_string()} the data cover what follows",
        "Paste it into the config, smaller if you like:\nstudy_area:\n"
        + "\n".join([*lines, suggestion]),
    )


def _bounds_of_points(track: Mapping[str, Any], crs: CRS) -> Bounds:
    options = format_options(dict(track))
    points, _, _ = read_points(track["points"], track["format"], crs=crs.to_string(), **options)
    x_m, y_m = points["x_m"], points["y_m"]
    return (x_m.min(), y_m.min(), x_m.max(), y_m.max())


def _outward(box: Sequence[float]) -> Bounds:
    low = [math.floor(value / _ROUND_M) * _ROUND_M for value in box[:2]]
    high = [math.ceil(value / _ROUND_M) * _ROUND_M for value in box[2:]]
    return (low[0], low[1], high[0], high[1])
