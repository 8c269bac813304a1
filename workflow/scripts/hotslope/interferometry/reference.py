"""Reference: a stable area instead of one pixel."""

import numpy as np

#: Side of the squares among which a reference area is chosen, m.
SQUARE_M = 500.0
#: Points that a reference area holds at least.
MIN_POINTS = 10
#: Width of the bins in which the most frequent rate is looked for, mm/yr, and bins about it that
#: are averaged to either side.
_BIN_MM_YR, _BINS = 1.0, 2


def within_disc(
    x_m: np.ndarray, y_m: np.ndarray, centre_m: tuple[float, float], radius_m: float
) -> np.ndarray:
    """Return which points lie within a distance of a place."""
    return np.hypot(x_m - centre_m[0], y_m - centre_m[1]) <= radius_m


def best_square(
    x_m: np.ndarray, y_m: np.ndarray, penalty: np.ndarray, side_m: float = SQUARE_M
) -> np.ndarray:
    """Return the points of the square of ground with the smallest mean penalty.

    Parameters
    ----------
    x_m, y_m : ndarray, shape (points,)
        Projected coordinates, m.
    penalty : ndarray, shape (points,)
        What a reference should have little of; NaN leaves a point out.
    side_m : float
        Side of the squares, m.

    Returns
    -------
    ndarray of bool, shape (points,)
        False everywhere where no square holds `MIN_POINTS`.
    """
    known = np.isfinite(penalty)
    if not known.any():
        return known
    squares = np.column_stack([np.floor(x_m / side_m), np.floor(y_m / side_m)]).astype(np.int64)
    _, square = np.unique(squares, axis=0, return_inverse=True)
    square = square.ravel()
    counts = np.bincount(square, weights=known)
    sums = np.bincount(square, weights=np.where(known, penalty, 0.0))
    enough = counts >= MIN_POINTS
    if not enough.any():
        return np.zeros_like(known)
    means = np.where(enough, sums / np.maximum(counts, 1), np.inf)
    return known & (square == np.argmin(means))


def stable_points(
    x_m: np.ndarray, y_m: np.ndarray, rate_mm_yr: np.ndarray, deviation_mm_yr: np.ndarray
) -> np.ndarray:
    """Return the points of the square that moves least against the most frequent rate.

    Parameters
    ----------
    x_m, y_m, rate_mm_yr, deviation_mm_yr : ndarray, shape (points,)
        Places, rates and their standard errors.

    Notes
    -----
    Of each point counts the squared departure from the most frequent rate plus the squared
    standard error: ground that rests and is measured well.
    """
    departure = rate_mm_yr - frequent_rate(rate_mm_yr)
    return best_square(x_m, y_m, departure**2 + deviation_mm_yr**2)


def frequent_rate(rate_mm_yr: np.ndarray) -> float:
    """Return the mean of the rates about the most frequent one, mm/yr."""
    bins = np.floor(rate_mm_yr / _BIN_MM_YR).astype(np.int64)
    values, counts = np.unique(bins, return_counts=True)
    near = np.abs(bins - values[np.argmax(counts)]) <= _BINS
    return float(rate_mm_yr[near].mean())
