"""Mean gradient of the ground under outlines."""

import numpy as np
import shapely
from affine import Affine
from rasterio.features import geometry_mask

from hotslope.candidates.sense import mean_gradient
from hotslope.grid import Grid


def outline_gradients(
    polygons: np.ndarray,
    slope_deg: np.ndarray | None,
    aspect_deg: np.ndarray | None,
    grid: Grid,
) -> np.ndarray:
    """Average the downslope gradient over each polygon.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        In the grid's CRS.
    slope_deg, aspect_deg : ndarray, float64, shape ``grid.shape``, or None
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
    for index, (polygon, bounds) in enumerate(zip(polygons, shapely.bounds(polygons), strict=True)):
        rows, columns = grid.rows_columns(bounds[[0, 2]], bounds[[3, 1]])
        top, left = max(rows[0], 0), max(columns[0], 0)
        window = np.s_[top : max(rows[1] + 1, top), left : max(columns[1] + 1, left)]
        slope, aspect = slope_deg[window], aspect_deg[window]
        if slope.size:
            corner = grid.transform @ Affine.translation(left, top)
            outside = geometry_mask([polygon], slope.shape, corner)
            gradients[index] = mean_gradient(slope, aspect, ~outside)
    return gradients
