"""Cells of the study grid inside outlines."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from affine import Affine
from rasterio.features import geometry_mask

from hotslope.grid import Grid
from hotslope.rasters import BLOCK_CELLS, Cells


def inside_windows(
    polygons: np.ndarray, grid: Grid
) -> Iterator[tuple[int, tuple[slice, slice], np.ndarray]]:
    """Yield number, window and cells inside of each polygon that meets the grid.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        In the grid's CRS.
    grid : Grid
        Whose cells are meant; a cell is inside where its centre is.

    Notes
    -----
    Polygons of one block of a raster come one after the other, so that a block is unpacked once.
    """
    bounds = shapely.bounds(polygons).reshape(-1, 4)
    tops, lefts = grid.rows_columns(bounds[:, 0], bounds[:, 3])
    bottoms, rights = grid.rows_columns(bounds[:, 2], bounds[:, 1])
    for index in np.lexsort((lefts // BLOCK_CELLS, tops // BLOCK_CELLS)):
        top, left = max(tops[index], 0), max(lefts[index], 0)
        bottom = min(bottoms[index] + 1, grid.shape[0])
        right = min(rights[index] + 1, grid.shape[1])
        if bottom > top and right > left:
            corner = grid.transform @ Affine.translation(left, top)
            outside = geometry_mask([polygons[index]], (bottom - top, right - left), corner)
            yield int(index), np.s_[top:bottom, left:right], ~outside


def window_around(polygon: shapely.Geometry, margin_m: float, grid: Grid) -> Grid:
    """Return the part of the grid within a margin of a polygon's bounds."""
    west, south, east, north = shapely.bounds(polygon)
    rows, columns = grid.rows_columns(
        np.array([west - margin_m, east + margin_m]), np.array([north + margin_m, south - margin_m])
    )
    rows = np.clip(rows, 0, grid.shape[0] - 1)
    columns = np.clip(columns, 0, grid.shape[1] - 1)
    return grid.window(
        slice(int(rows[0]), int(rows[1]) + 1), slice(int(columns[0]), int(columns[1]) + 1)
    )


def means_inside(polygons: np.ndarray, rasters: Sequence[Cells], grid: Grid) -> np.ndarray:
    """Average the cells with a value inside each polygon.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        In the grid's CRS.
    rasters : sequence of ndarray or RasterBand, shape ``grid.shape``
        What is averaged.
    grid : Grid
        Their georeference.

    Returns
    -------
    ndarray, float64, shape (rasters, n)
        NaN where a polygon holds no cell with a value.
    """
    means = np.full((len(rasters), len(polygons)), np.nan)
    for index, window, inside in inside_windows(polygons, grid):
        for mean, raster in zip(means, rasters, strict=True):
            here = raster[window][inside]
            here = here[np.isfinite(here)]
            if here.size:
                mean[index] = here.mean()
    return means
