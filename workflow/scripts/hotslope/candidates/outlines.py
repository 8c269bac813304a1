"""Polygons of raster regions."""

from collections.abc import Iterator

import numpy as np
import rasterio
import shapely
from affine import Affine
from rasterio.features import shapes
from scipy import ndimage

from hotslope.candidates.runs import RunLabels


def region_outlines(labels: np.ndarray | RunLabels, transform: Affine) -> np.ndarray:
    """Outline every region along the edges of its cells.

    Parameters
    ----------
    labels : ndarray of int32, shape (rows, columns), or RunLabels
        0 outside, 1 … n inside.
    transform : affine.Affine
        Cell (column, row) to (x, y) in metres.

    Returns
    -------
    ndarray of shapely geometry, shape (n,)
        A valid polygon per region, or a multipolygon where parts meet only at corners.

    Notes
    -----
    Outlines keep the stairs of the cells: their area is exactly the cells' area, regions of
    one track share no ground, and merging them gives exact unions. Smoothing would look
    better and measure worse.
    """
    if isinstance(labels, RunLabels):
        count, windows = labels.count, labels.windows()
    else:
        count, windows = labels.max(initial=0), _windows(labels)
    outlines = np.empty(count, dtype=object)
    with rasterio.Env():  # or each tracing would make one of its own
        for index, ((rows, columns), region) in enumerate(windows):
            corner = transform @ Affine.translation(columns.start, rows.start)
            # Four-connected tracing: an eight-connected one crosses itself at corners.
            traced = shapes(region.view(np.uint8), mask=region, connectivity=4, transform=corner)
            parts = [shapely.geometry.shape(outline) for outline, _ in traced]
            outlines[index] = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return outlines


def _windows(labels: np.ndarray) -> Iterator[tuple[tuple[slice, slice], np.ndarray]]:
    """Yield rows and columns around each region, and its cells there."""
    for number, window in enumerate(ndimage.find_objects(labels), start=1):
        yield window, labels[window] == number


def compactness(polygons: np.ndarray) -> np.ndarray:
    """Polsby–Popper compactness, 4π·area / perimeter²: 1 for a disc, near 0 for a thread.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Outlines of cells.

    Returns
    -------
    ndarray, float64, shape (n,)

    Notes
    -----
    Stairs lengthen a perimeter by up to 4/π, so a disc of many cells has (π/4)² = 0.62.
    """
    perimeter = shapely.length(polygons)
    return 4.0 * np.pi * shapely.area(polygons) / perimeter**2


def wider_than(polygons: np.ndarray, radius_m: float) -> np.ndarray:
    """Whether a circle of a radius fits into each outline.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Outlines.
    radius_m : float
        Radius of the circle, m; infinity fits nowhere.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    wide = shapely.area(polygons) >= np.pi * radius_m**2
    wide[wide] = ~shapely.is_empty(shapely.buffer(polygons[wide], -radius_m))
    return wide


def points_inside(
    polygons: np.ndarray, x_m: np.ndarray, y_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of polygon and point where the point lies in the polygon.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        May overlap.
    x_m, y_m : ndarray, float64, shape (points,)
        Coordinates in the polygons' CRS.

    Returns
    -------
    polygon, point : ndarray of int64, shape (pairs,)
        Indices, ordered by polygon, then point.

    Notes
    -----
    A strip of the points sorted by x, per polygon: geometries and a tree of all points of a
    track would take ten times as long, for candidates cover a few per cent of an area.
    """
    order = np.argsort(x_m, kind="stable")
    x_sorted = x_m[order]
    west, south, east, north = shapely.bounds(polygons).reshape(-1, 4).T
    starts = np.searchsorted(x_sorted, west, side="left")
    stops = np.searchsorted(x_sorted, east, side="right")
    shapely.prepare(polygons)
    found = [np.empty(0, dtype=np.int64)]
    for index, polygon in enumerate(polygons):
        near = order[starts[index] : stops[index]]
        near = near[(y_m[near] >= south[index]) & (y_m[near] <= north[index])]
        found.append(np.sort(near[shapely.intersects_xy(polygon, x_m[near], y_m[near])]))
    counts = [points.size for points in found[1:]]
    return np.repeat(np.arange(len(polygons)), counts), np.concatenate(found)


def rows_around(
    x_m: np.ndarray, y_m: np.ndarray, polygons: np.ndarray, reach_m: float
) -> np.ndarray:
    """Points within reach of the bounds of any polygon.

    Parameters
    ----------
    x_m, y_m : ndarray, float64, shape (points,)
        Coordinates, x ascending.
    polygons : ndarray of shapely geometry, shape (n,)
        What they are near to.
    reach_m : float
        How near, m.

    Returns
    -------
    ndarray of int64, shape (rows,)
        Ascending.
    """
    near = np.zeros(x_m.size, dtype=bool)
    for west, south, east, north in shapely.bounds(polygons).reshape(-1, 4):
        first = np.searchsorted(x_m, west - reach_m, side="left")
        strip = slice(first, np.searchsorted(x_m, east + reach_m, side="right"))
        y = y_m[strip]
        near[strip] |= (y >= south - reach_m) & (y <= north + reach_m)
    return np.flatnonzero(near)
