"""Cells of the study grid inside outlines."""

from collections.abc import Iterator

import numpy as np
import shapely
from affine import Affine
from rasterio.features import geometry_mask

from hotslope.grid import Grid
from hotslope.rasters import RasterBand


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
    """
    for index, (polygon, bounds) in enumerate(zip(polygons, shapely.bounds(polygons), strict=True)):
        rows, columns = grid.rows_columns(bounds[[0, 2]], bounds[[3, 1]])
        top, left = max(rows[0], 0), max(columns[0], 0)
        bottom, right = min(rows[1] + 1, grid.shape[0]), min(columns[1] + 1, grid.shape[1])
        if bottom > top and right > left:
            corner = grid.transform @ Affine.translation(left, top)
            outside = geometry_mask([polygon], (bottom - top, right - left), corner)
            yield index, np.s_[top:bottom, left:right], ~outside


def mean_inside(polygons: np.ndarray, values: np.ndarray | RasterBand, grid: Grid) -> np.ndarray:
    """Mean of the cells with a value inside each polygon, float64, shape (n,); NaN of none."""
    means = np.full(len(polygons), np.nan)
    for index, window, inside in inside_windows(polygons, grid):
        here = values[window][inside]
        here = here[np.isfinite(here)]
        if here.size:
            means[index] = here.mean()
    return means
