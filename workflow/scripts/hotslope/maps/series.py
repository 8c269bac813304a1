"""Mean displacement series of the points inside a candidate, with their spread."""

import warnings

import numpy as np

#: A series starts at the mean of so many of its first epochs, so that the noise of a single
#: epoch does not shift it.
START_EPOCHS = 3


def from_start(displacement_mm: np.ndarray) -> np.ndarray:
    """Refer each series to the mean of its first epochs with a displacement.

    Parameters
    ----------
    displacement_mm : ndarray, float64, shape (points, epochs)
        NaN where missing.

    Returns
    -------
    ndarray, float64, shape (points, epochs)
    """
    first = np.cumsum(np.isfinite(displacement_mm), axis=1) <= START_EPOCHS
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        start = np.nanmean(np.where(first, displacement_mm, np.nan), axis=1, keepdims=True)
    return displacement_mm - start


def mean_and_spread(
    displacement_mm: np.ndarray, group: np.ndarray, groups: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count, mean and standard deviation of the series of each group, epoch by epoch.

    Parameters
    ----------
    displacement_mm : ndarray, float64, shape (series, epochs)
        NaN where missing.
    group : ndarray of int64, shape (series,)
        0 to ``groups - 1``.
    groups : int
        Number of groups.

    Returns
    -------
    count : ndarray of int64, shape (groups, epochs)
        Series with a displacement.
    mean_mm, std_mm : ndarray, float64, shape (groups, epochs)
        NaN where the count is 0. The spread is that of the points (divisor n), not the error of
        their mean.
    """
    known = np.isfinite(displacement_mm)
    shape = (groups, displacement_mm.shape[1])
    count = np.zeros(shape, dtype=np.int64)
    total = np.zeros(shape)
    squares = np.zeros(shape)
    np.add.at(count, group, known)
    np.add.at(total, group, np.where(known, displacement_mm, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / count
        np.add.at(squares, group, np.where(known, displacement_mm - mean[group], 0.0) ** 2)
        return count, mean, np.sqrt(squares / count)


def trend_groups(codes: np.ndarray) -> np.ndarray:
    """Group trend codes as they are shown.

    Parameters
    ----------
    codes : ndarray of int, shape (points,)
        Codes -1 to 5, as in ``results/motion/{track}_trends.parquet``.

    Returns
    -------
    ndarray, int64, shape (points,)
        0 uncorrelated, 1 linear, 2 non-linear, 3 not separable: positions in
        `hotslope.columns.TREND_GROUPS`.
    """
    codes = codes.astype(np.int64)
    return np.where(codes < 0, 3, np.minimum(codes, 2))
