"""Polygons with holes as one matplotlib collection."""

from typing import Any

import numpy as np
import shapely
from matplotlib.collections import PathCollection
from matplotlib.path import Path

#: Outlines of less than this on a figure are drawn as discs of this diameter.
SMALLEST_PX = 13
#: What the note under such a figure says.
DISCS_NOTE = "Discs: candidates too small to be seen as outlines."


def polygon_path(geometry: shapely.Geometry, scale: float) -> Path:
    """Path of a polygon or multipolygon; holes stay holes.

    Parameters
    ----------
    geometry : shapely.Polygon or shapely.MultiPolygon
        May be empty.
    scale : float
        Factor of the coordinates (0.001: metres to kilometres).
    """
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(geometry)))
    vertices, codes = [np.empty((0, 2))], [np.empty(0, dtype=np.uint8)]
    for ring in rings:
        points = shapely.get_coordinates(ring) * scale
        code = np.full(len(points), Path.LINETO, dtype=np.uint8)
        code[0], code[-1] = Path.MOVETO, Path.CLOSEPOLY
        vertices.append(points)
        codes.append(code)
    return Path(np.concatenate(vertices), np.concatenate(codes))


def visible_outlines(geometries: np.ndarray, pixel_m: float) -> tuple[np.ndarray, bool]:
    """Put discs in the place of outlines that a figure is too coarse to show.

    Parameters
    ----------
    geometries : ndarray of shapely geometries, shape (polygons,)
        Polygons or multipolygons, m.
    pixel_m : float
        Edge of a pixel on the ground.

    Returns
    -------
    outlines : ndarray of shapely geometries, shape (polygons,)
        Discs of `SMALLEST_PX` for those whose area is less.
    replaced : bool
        Whether there are any discs.
    """
    radius_m = SMALLEST_PX * pixel_m / 2
    small = shapely.area(geometries) < np.pi * radius_m**2
    outlines = geometries.copy()
    outlines[small] = shapely.buffer(shapely.point_on_surface(geometries[small]), radius_m)
    return outlines, bool(small.any())


def polygon_collection(geometries: np.ndarray, scale: float, **appearance: Any) -> PathCollection:
    """Collect many polygons for `axes.add_collection`.

    Parameters
    ----------
    geometries : ndarray of shapely geometries, shape (polygons,)
        Polygons or multipolygons.
    scale : float
        Factor of the coordinates.
    **appearance
        What `matplotlib.collections.Collection` takes: colours, widths.
    """
    return PathCollection([polygon_path(geometry, scale) for geometry in geometries], **appearance)
