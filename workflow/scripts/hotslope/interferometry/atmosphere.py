"""Atmosphere: what of the residuals is smooth in space and rough in time."""

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

#: Cells per standard deviation of the smoothing in space.
_CELLS_PER_SIGMA = 4
#: Standard deviations beyond which the smoothing in space ends.
_TRUNCATE = 4.0


def estimate_atmosphere(
    residual_mm: np.ndarray,
    x_m: np.ndarray,
    y_m: np.ndarray,
    days: np.ndarray,
    *,
    space_m: float,
    time_days: float,
) -> np.ndarray:
    """Return the part of the residuals that is high-pass in time and low-pass in space.

    Parameters
    ----------
    residual_mm : ndarray, shape (points, dates)
        Residuals of the regression of each point.
    x_m, y_m : ndarray, shape (points,)
        Projected coordinates, m.
    days : ndarray, shape (dates,)
        Acquisition times, days.
    space_m, time_days : float
        Standard deviations of the Gaussian weights in space and in time.

    Returns
    -------
    ndarray, float64, shape (points, dates)
        Atmosphere of each acquisition, mm.

    Notes
    -----
    Motion that departs from a constant rate over times longer than about `time_days` stays in the
    series, and so does what differs between points closer than about `space_m`.
    """
    rough = residual_mm - residual_mm @ time_smoother(days, time_days).T
    return smooth_in_space(rough, x_m, y_m, space_m)


def time_smoother(days: np.ndarray, time_days: float) -> np.ndarray:
    """Return the matrix that smooths series by local lines with Gaussian weights.

    Parameters
    ----------
    days : ndarray, shape (dates,)
        Acquisition times, days.
    time_days : float
        Standard deviation of the weights, days.

    Returns
    -------
    ndarray, float64, shape (dates, dates)

    Notes
    -----
    A local mean would bend at both ends of a series that rises or falls there; a local line does
    not (Cleveland 1979, JASA 74, 829).
    """
    gaps = (np.asarray(days, dtype=np.float64) - np.asarray(days)[:, None]) / time_days
    weights = np.exp(-0.5 * gaps**2)
    zeroth, first, second = (np.sum(weights * gaps**power, axis=1) for power in range(3))
    # A date with no other in reach has no line, but a mean.
    spread = zeroth * second - first**2
    bent = np.where(spread > 1e-9, first, 0.0)
    level = np.where(spread > 1e-9, second, 1.0)
    return (
        weights
        * (level[:, None] - bent[:, None] * gaps)
        / np.where(spread > 1e-9, spread, zeroth)[:, None]
    )


def smooth_in_space(
    values: np.ndarray, x_m: np.ndarray, y_m: np.ndarray, space_m: float
) -> np.ndarray:
    """Return Gaussian-weighted means over the neighbours of each point.

    Parameters
    ----------
    values : ndarray, shape (points, layers)
    x_m, y_m : ndarray, shape (points,)
    space_m : float
        Standard deviation of the weights, m.

    Returns
    -------
    ndarray, float64, shape (points, layers)

    Notes
    -----
    Points are summed in cells of a quarter of `space_m`; sums and counts are smoothed apart and
    divided, so that gaps between points carry no weight, and read between cell centres.
    """
    cell_m = space_m / _CELLS_PER_SIGMA
    column, row = (x_m - x_m.min()) / cell_m, (y_m - y_m.min()) / cell_m
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    cells = np.ravel_multi_index((row.astype(np.int64), column.astype(np.int64)), shape)
    places = np.array([row - 0.5, column - 0.5])

    def smoothed(weights: np.ndarray | None) -> np.ndarray:
        sums = np.bincount(cells, weights, minlength=shape[0] * shape[1]).astype(np.float64)
        smooth = gaussian_filter(
            sums.reshape(shape), _CELLS_PER_SIGMA, mode="constant", truncate=_TRUNCATE
        )
        return map_coordinates(smooth, places, order=1, mode="nearest")

    counts = smoothed(None)
    return np.column_stack([smoothed(layer) / counts for layer in values.T])
