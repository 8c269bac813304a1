"""Simple kriging of rates from the nearest points, for tracks with few of them."""

import numpy as np
from scipy.spatial import cKDTree

from hotslope.grid import Grid

#: Points from which a cell is interpolated.
NEAREST = 12
#: Points are looked for within this many ranges.
REACH_RANGES = 2.0
#: Variance of the part that neighbouring points do not share, as a share of the one they do.
NUGGET = 0.1
#: Points looked up beyond `NEAREST`, so that those equally far are taken by rate in any order.
_SPARE = 4
#: Cells that are interpolated at a time.
_BATCH = 10_000


def kriged_rates(
    x: np.ndarray,
    y: np.ndarray,
    rate_mm_yr: np.ndarray,
    range_m: float,
    grid: Grid,
    wanted: np.ndarray,
) -> np.ndarray:
    """Interpolate rates about 0 by simple kriging with an exponential covariance.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    rate_mm_yr : ndarray, float64, shape (points,)
        Rate less background, mm/yr: 0 is expected where no point is near.
    range_m : float
        Range r of the covariance exp(−d / r), m.
    grid : Grid
        Where the rate is wanted.
    wanted : ndarray of bool, shape ``grid.shape``
        Cells to interpolate.

    Returns
    -------
    ndarray, float64, shape ``grid.shape``
        Rate, mm/yr; NaN in other cells.

    Notes
    -----
    Of the `NEAREST` points within `REACH_RANGES` ranges, with a nugget of `NUGGET`. Unlike a
    kernel, kriging gives points that are close together less weight each, and draws the rate to 0
    where points are far.
    """
    found = np.full(wanted.shape, np.nan)
    rows, columns = np.nonzero(wanted)
    if not rows.size:
        return found
    places = np.column_stack([x, y])
    cells = np.column_stack([grid.x_centres_m()[columns], grid.y_centres_m()[rows]])
    tree = cKDTree(places)
    # Where fewer points are near: far away, so that they share nothing with any.
    places, rates = np.vstack([places, [np.inf, np.inf]]), np.append(rate_mm_yr, 0.0)
    values = np.empty(rows.size)
    for begin in range(0, rows.size, _BATCH):
        part = slice(begin, begin + _BATCH)
        distance, index = _nearest(tree, rates, cells[part], REACH_RANGES * range_m)
        weight = _weights(distance, places[index], range_m)
        values[part] = (weight * rates[index]).sum(axis=1)
    found[rows, columns] = values
    return found


def _nearest(
    tree: cKDTree, rates: np.ndarray, cells: np.ndarray, reach_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Distances and numbers of the nearest points; the number of points where there is none."""
    distance, index = tree.query(cells, k=NEAREST + _SPARE, distance_upper_bound=reach_m)
    order = np.lexsort((rates[index], distance), axis=1)[:, :NEAREST]
    return np.take_along_axis(distance, order, 1), np.take_along_axis(index, order, 1)


def _weights(distance: np.ndarray, places: np.ndarray, range_m: float) -> np.ndarray:
    """Solve for the weights of the points of each cell, shape (cells, points)."""
    known = np.isfinite(distance)
    placed = np.where(known[..., None], places, 0.0)
    apart = np.linalg.norm(placed[:, :, None] - placed[:, None], axis=-1)
    shared = np.exp(-apart / range_m) * (known[:, :, None] & known[:, None])
    diagonal = np.arange(distance.shape[1])
    shared[:, diagonal, diagonal] = 1.0 + NUGGET
    return np.linalg.solve(shared, np.exp(-distance / range_m)[..., None])[..., 0]
