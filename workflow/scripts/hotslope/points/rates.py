"""Velocity of displacement series by regression."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from hotslope.columns import DAYS_PER_YEAR

#: Epochs through which a velocity with its standard error can be computed.
MIN_REGRESSION_EPOCHS = 3
#: Displacements fitted at a time: they stay in the cache of the processor.
_VALUES_AT_ONCE = 2**18


def years_since_first(dates: Sequence[dt.date]) -> np.ndarray:
    """Return the times of acquisitions in years after the first, float64."""
    return np.array([(date - dates[0]).days for date in dates], dtype=np.float64) / DAYS_PER_YEAR


def regression_velocity(
    displacement_mm: np.ndarray, dates: Sequence[dt.date]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least-squares velocity of each series.

    Parameters
    ----------
    displacement_mm : ndarray, shape (points, epochs)
        NaN where missing.
    dates : sequence of datetime.date
        Acquisition dates.

    Returns
    -------
    velocity_mm_yr, standard_error_mm_yr, residual_mm : ndarray, float64, shape (points,)
        Slope, its standard error for white noise, and the standard deviation of the
        residuals; NaN where a series has fewer than three values.
    """
    years = years_since_first(dates)
    rows = max(_VALUES_AT_ONCE // max(len(dates), 1), 1)
    parts = [
        _regression(np.array(displacement_mm[start : start + rows], np.float64, order="C"), years)
        for start in range(0, len(displacement_mm), rows)
    ]
    if not parts:
        return np.empty(0), np.empty(0), np.empty(0)
    slope, error, residual = (np.concatenate(part) for part in zip(*parts, strict=True))
    return slope, error, residual


def _regression(series: np.ndarray, years: np.ndarray) -> tuple[np.ndarray, ...]:
    """Slope, its standard error and the residual deviation of series centred in time."""
    present = np.isfinite(series)
    complete = present.all()
    count = series.shape[1] if complete else present.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if complete:
            time = years - years.mean()
            centred = series - series.mean(axis=1, keepdims=True)
            spread = np.full(len(series), (time * time).sum())
            slope = np.einsum("ij,j->i", centred, time) / spread
        else:
            time = np.where(present, years - ((present @ years) / count)[:, None], 0.0)
            centred = np.where(present, series - (np.nansum(series, axis=1) / count)[:, None], 0.0)
            spread = np.einsum("ij,ij->i", time, time)
            slope = np.einsum("ij,ij->i", centred, time) / spread
        residual = centred - slope[:, None] * time
        deviation = np.sqrt(np.einsum("ij,ij->i", residual, residual) / (count - 2))
        error = deviation / np.sqrt(spread)
    short = count < MIN_REGRESSION_EPOCHS
    return tuple(np.where(short, np.nan, part) for part in (slope, error, deviation))
