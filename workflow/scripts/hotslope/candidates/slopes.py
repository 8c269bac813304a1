"""Mean gradient of the ground under outlines."""

import numpy as np

from hotslope.candidates.sense import mean_gradient
from hotslope.candidates.zones import inside_windows
from hotslope.grid import Grid
from hotslope.rasters import Cells


def outline_gradients(
    polygons: np.ndarray,
    slope_deg: Cells | None,
    aspect_deg: Cells | None,
    grid: Grid,
) -> np.ndarray:
    """Average the downslope gradient over each polygon.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        In the grid's CRS.
    slope_deg, aspect_deg : ndarray, float64, shape ``grid.shape``, RasterBand or None
        See `hotslope.candidates.sense.mean_gradient`; None where there is no DEM.
    grid : Grid
        Their georeference.

    Returns
    -------
    ndarray, float64, shape (n, 2)
        East and north; NaN where a polygon covers no cell with terrain.
    """
    gradients = np.full((len(polygons), 2), np.nan)
    if slope_deg is None or aspect_deg is None:
        return gradients
    for index, window, inside in inside_windows(polygons, grid):
        gradients[index] = mean_gradient(slope_deg[window], aspect_deg[window], inside)
    return gradients
