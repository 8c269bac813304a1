"""Polygons with holes as one matplotlib collection."""

from typing import Any

import numpy as np
import shapely
from matplotlib.collections import PathCollection
from matplotlib.path import Path


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
