"""Shares of the trend classes among the points of a candidate."""

import numpy as np

from hotslope.candidates.outlines import points_inside

#: The paper's three classes of the six codes of `hotslope.columns.TREND_NAMES`.
GROUPS = ("trend_uncorrelated", "trend_linear", "trend_nonlinear")


def count_trends(
    polygons: np.ndarray, x_m: np.ndarray, y_m: np.ndarray, trend: np.ndarray
) -> np.ndarray:
    """Count the points of one track inside each polygon, by trend.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Candidates.
    x_m, y_m : ndarray, float64, shape (points,)
        Coordinates in the CRS of the polygons.
    trend : ndarray of int, shape (points,)
        Codes 0 (uncorrelated), 1 (linear), 2 to 5 (non-linear); points of code -1, whose class
        is not separable from noise, are not counted.

    Returns
    -------
    ndarray, int64, shape (n, 3)
        Uncorrelated, linear and non-linear points; one on the edge is inside.
    """
    known = trend >= 0
    group = np.minimum(trend[known], 2)
    polygon, point = points_inside(polygons, x_m[known], y_m[known])
    cells = np.bincount(polygon * 3 + group[point], minlength=3 * len(polygons))
    return cells.reshape(len(polygons), 3)


def trend_shares(counts: np.ndarray) -> np.ndarray:
    """Turn counts, shape (n, 3), into shares that sum to 1; NaN where there is no point."""
    total = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)
