"""Figure of the study area: relief, lines of the map layers, and where each track has points."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from pyproj import CRS
from rasterio.enums import Resampling

from hotslope.crs import unproject_lonlat
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.panels import KM, MapFigure, colour_bar, draw_image, note, strip_legend
from hotslope.maps.polygons import polygon_collection
from hotslope.maps.style import ELEVATION, INK, LINE_STYLES, category_colours
from hotslope.rasters import read_for_figure

#: The relief shines through the colours of elevation.
OPACITY = 0.55


class Footprint(NamedTuple):
    """Where a track has points.

    Parameters
    ----------
    hull : shapely.Geometry
        Convex hull of its points, m.
    points : int
        Their number.
    """

    hull: shapely.Geometry
    points: int


def draw_study_area(
    area: FigureArea,
    footprints: Mapping[str, Footprint],
    lines: Mapping[str, np.ndarray],
    boundary: shapely.Geometry | None,
) -> Figure:
    """Draw relief with the lines of map layers, the boundary and the extent of every track.

    Parameters
    ----------
    area : FigureArea
    footprints : mapping of str to Footprint
        Per track.
    lines : mapping of str to ndarray of shapely geometry
        Layer (a key of `LINE_STYLES`) → its lines, or polygons whose edges are drawn.
    boundary : shapely.Geometry or None
        Outline of the study area, where it is not that of its bounds.
    """
    maps = area.start(
        "study area", [_place_in_words(area)], legend_px=176 if area.elevation_path else 100
    )
    has_scale = area.elevation_path is not None and _draw_elevation(maps, area.elevation_path)
    handles = _draw_lines(maps.axes[0], lines) + _draw_footprints(maps.axes[0], footprints)
    if boundary is not None:
        outline = polygon_collection(
            np.array([boundary]), KM, facecolors="none", edgecolors=INK, linewidths=1.6, zorder=5
        )
        maps.axes[0].add_collection(outline, autolim=False)
        handles.append(Line2D([], [], color=INK, linewidth=1.6, label="boundary"))
    strip_legend(maps, handles, columns=3, top_px=92 if has_scale else 6)
    missing = [] if area.elevation_path else ["no DEM (terrain.dem)"]
    missing += [] if lines else ["no lines (layers.faults, layers.rivers, layers.roads)"]
    remark = "Dashed: convex hull of the points of a track. Ground inside it may hold no point."
    note(maps, remark + (f" Not given: {', '.join(missing)}." if missing else ""))
    return maps.figure


def _draw_elevation(maps: MapFigure, path: str) -> bool:
    """Draw the elevation with its scale, and return whether there is any."""
    elevation = read_for_figure(path, maps.layout.grid, Resampling.average)
    known = elevation[np.isfinite(elevation)]
    if not known.size:
        return False
    low, high = float(known.min()), float(known.max())
    high = high if high > low else low + 1.0
    draw_image(maps.axes[0], maps.layout, elevation, ELEVATION, low, high, opacity=OPACITY)
    colour_bar(maps, ELEVATION, low, high, "elevation (m)", opacity=OPACITY)
    return True


def _draw_lines(axes: Axes, lines: Mapping[str, np.ndarray]) -> list[Artist]:
    """Draw the lines of each map layer; return what its legend names."""
    handles: list[Artist] = []
    for name, shapes in lines.items():
        edges = shapely.get_parts(np.where(_is_areal(shapes), shapely.boundary(shapes), shapes))
        paths = [shapely.get_coordinates(line) * KM for line in edges]
        drawn = LineCollection(paths, zorder=3, label=name, **LINE_STYLES[name])
        axes.add_collection(drawn, autolim=False)
        handles.append(drawn)
    return handles


def _draw_footprints(axes: Axes, footprints: Mapping[str, Footprint]) -> list[Artist]:
    """Draw the extent of each track; return what its legend names."""
    handles: list[Artist] = []
    colours = category_colours(list(footprints))
    for track, found in footprints.items():
        if found.hull.geom_type == "Polygon":
            hull = polygon_collection(
                np.array([found.hull]),
                KM,
                facecolors="none",
                edgecolors=colours[track],
                linewidths=1.8,
                linestyles=(0, (6, 3)),
                zorder=4,
            )
            axes.add_collection(hull, autolim=False)
        label = f"{track}: {found.points:,} points"
        handles.append(
            Line2D([], [], color=colours[track], linewidth=1.8, linestyle="--", label=label)
        )
    return handles


def _is_areal(shapes: np.ndarray) -> np.ndarray:
    return shapely.get_dimensions(shapes) == 2


def _place_in_words(area: FigureArea) -> str:
    """Return size and middle of the area, so that it is found on any other map."""
    west, south, east, north = area.bounds_m
    middle = np.array([(west + east) / 2]), np.array([(south + north) / 2])
    (longitude,), (latitude,) = unproject_lonlat(*middle, CRS(area.crs))
    sides = f"{(east - west) * KM:.3g} by {(north - south) * KM:.3g} km"
    north_south = f"{abs(latitude):.3f}° {'N' if latitude >= 0 else 'S'}"
    east_west = f"{abs(longitude):.3f}° {'E' if longitude >= 0 else 'W'}"
    return f"{sides} around {north_south}, {east_west}"
