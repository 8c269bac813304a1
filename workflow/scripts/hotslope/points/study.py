"""The study area and its tracks: checked, and suggested where the bounds are missing."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pyproj import CRS

from hotslope.crs import unproject_lonlat
from hotslope.errors import InputError
from hotslope.points.boundaries import boundary_file, read_boundary
from hotslope.points.coordinates import AREA_OF_USE_MARGIN_DEG, Bounds, check_extent, describe
from hotslope.points.formats import format_options, read_points
from hotslope.points.sight import add_line_of_sight, check_pass

#: Points of each file read to try it.
SAMPLE_POINTS = 1000
#: Suggested bounds are rounded outward to this.
_ROUND_M = 100.0


def check_bounds(bounds_m: Sequence[float], crs: CRS) -> Bounds:
    """Return the bounds if they span an area in the CRS's area of use."""
    xmin, ymin, xmax, ymax = (float(value) for value in bounds_m)
    key = "study_area.bounds_m"
    if not (xmin < xmax and ymin < ymax):
        raise InputError(
            key, f"{list(bounds_m)} spans nothing", "Write [xmin, ymin, xmax, ymax] in metres"
        )
    if max(abs(xmin), abs(ymin), abs(xmax), abs(ymax)) <= 360:
        raise InputError(
            key, f"{list(bounds_m)} looks like degrees", "Give metres in study_area.crs"
        )
    area = crs.area_of_use
    if area is None or area.west > area.east:
        return (xmin, ymin, xmax, ymax)
    lon, lat = unproject_lonlat(np.array([xmin, xmax]), np.array([ymin, ymax]), crs)
    margin = AREA_OF_USE_MARGIN_DEG
    inside = (lon >= area.west - margin) & (lon <= area.east + margin)
    inside &= (lat >= area.south - margin) & (lat <= area.north + margin)
    if not inside.all():
        raise InputError(
            key,
            f"{list(bounds_m)} lies outside the area of use of {crs.to_string()} "
            f"(lon {area.west} … {area.east}, lat {area.south} … {area.north})",
            "Give metres in study_area.crs, or the CRS of the area",
        )
    return (xmin, ymin, xmax, ymax)


def check_track(name: str, track: Mapping[str, Any], crs: CRS) -> tuple[dict[str, Any], list[str]]:
    """Read the first points of a track; return what they are, and warnings."""
    points, _, dates = read_points(
        track["points"],
        track["format"],
        crs=crs.to_string(),
        max_points=SAMPLE_POINTS,
        **format_options(dict(track)),
    )
    columns = list(points.columns)
    origin = add_line_of_sight(points, track.get("incidence_deg"), track.get("heading_deg"))
    los_east = float(points["los_east"].median()) if track["format"] == "egms" else None
    check_pass(track["pass"], track.get("heading_deg"), los_east, f"tracks.{name}")
    warnings = []
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
        "epochs": len(dates),
        "first_epoch": dates[0].isoformat(),
        "last_epoch": dates[-1].isoformat(),
        "line_of_sight": origin,
    }
    return found, warnings


def refuse_missing_bounds(
    study_area: Mapping[str, Any], tracks: Mapping[str, Mapping[str, Any]], crs: CRS
) -> None:
    """Raise the InputError of missing bounds, with those of points and boundary to paste."""
    lines = []
    boxes = []
    for name, track in tracks.items():
        options = format_options(dict(track))
        points, _, _ = read_points(track["points"], track["format"], crs=crs.to_string(), **options)
        box = (points["x_m"].min(), points["y_m"].min(), points["x_m"].max(), points["y_m"].max())
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


def _outward(box: Sequence[float]) -> Bounds:
    low = [math.floor(value / _ROUND_M) * _ROUND_M for value in box[:2]]
    high = [math.ceil(value / _ROUND_M) * _ROUND_M for value in box[2:]]
    return (low[0], low[1], high[0], high[1])
