"""Exact distances from polygons to lines."""

import numpy as np
import shapely


def segments(geometries: np.ndarray) -> np.ndarray:
    """Take lines apart into straight segments of two vertices; polygons stay whole.

    Parameters
    ----------
    geometries : ndarray of shapely geometry
        Lines or polygons, single or multiple, with or without heights; None and empty ones
        are left out.

    Returns
    -------
    ndarray of shapely geometry
        Segments, then polygons.

    Notes
    -----
    A long river has one huge bounding box, which makes a tree of whole lines no help; segments
    give the same distances many times faster.
    """
    parts = shapely.get_parts(geometries[~shapely.is_empty(geometries)])
    parts = parts[~shapely.is_missing(parts)]
    areal = shapely.get_dimensions(parts) == 2
    coordinates, line = shapely.get_coordinates(parts[~areal], return_index=True)
    joined = line[1:] == line[:-1]
    ends = np.stack([coordinates[:-1][joined], coordinates[1:][joined]], axis=1)
    return np.concatenate([shapely.linestrings(ends), parts[areal]])


def distances_to_nearest(polygons: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the distance from each polygon's edge to the nearest target.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Candidates.
    targets : ndarray of shapely geometry
        Segments from `segments`, in the same CRS.

    Returns
    -------
    ndarray, float64, shape (n,)
        Metres; 0 where a target touches, crosses or lies within; NaN where there is no target.
    """
    distances = np.full(len(polygons), np.nan)
    if len(targets) and len(polygons):
        nearest, found = shapely.STRtree(targets).query_nearest(
            polygons, return_distance=True, all_matches=False
        )
        distances[nearest[0]] = found
    return distances
