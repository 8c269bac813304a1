"""How the series of two releases of one track differ: offsets, a plane of rates, cycles."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy
from numpy.lib.stride_tricks import sliding_window_view

from hotslope.columns import DAYS_PER_YEAR

#: Least common acquisitions, and least span over which rates are compared, days.
MIN_COMMON_EPOCHS, MIN_RATE_DAYS = 5, 180.0
#: Epochs at either end of a release whose noise filters smooth differently, and their weight.
END_EPOCHS, END_WEIGHT = 3, 0.25
#: Half the wavelength of C band, a cycle of the phase, mm; how near to it a residual is one, as
#: a share, and over how many epochs.
CYCLE_MM, CYCLE_SHARE, CYCLE_EPOCHS = 27.75, 0.3, 3
#: About so many points show how far two releases differ.
SCATTER_POINTS = 2000
#: Distances of the planes are in units of this, m.
PLANE_M = 10_000.0


class Ties(NamedTuple):
    """How the series of an earlier release are tied to those of a later one.

    Attributes
    ----------
    plane_mm_yr : ndarray, float64, shape (3,)
        Rate of the later release less that of the earlier one: at the middle of the points, and
        its increase per `PLANE_M` to the east and to the north; 0 where the overlap is too short.
    offset_mm, offset_std_mm : ndarray, float64, shape (points,)
        Later less earlier, at the middle of the overlap, beside the plane, and its standard error.
    cycle : ndarray of bool, shape (points,)
        Whether the two differ by a cycle of the phase over some epochs.
    """

    plane_mm_yr: np.ndarray
    offset_mm: np.ndarray
    offset_std_mm: np.ndarray
    cycle: np.ndarray


def tie_series(
    difference_mm: np.ndarray, days: np.ndarray, weights: np.ndarray, x: np.ndarray, y: np.ndarray
) -> Ties:
    """Estimate offsets and a plane of rates between two releases over their overlap.

    Parameters
    ----------
    difference_mm : ndarray, float64, shape (points, epochs)
        Later less earlier release; NaN where either is missing.
    days : ndarray, float64, shape (epochs,)
        Of the overlap, from its weighted middle.
    weights : ndarray, float64, shape (epochs,)
        Small for the ends of a release.
    x, y : ndarray, float64, shape (points,)
        Places from their middle, m.

    Notes
    -----
    Releases are processed anew: reference model, slow atmosphere and the edges of filters differ,
    which over an area is a plane of rates. What is left per point is one offset, the weighted mean
    over the overlap; of points with a cycle the median, which the larger part decides.
    """
    plane = np.zeros(3)
    if np.ptp(days) >= MIN_RATE_DAYS:
        plane = robust_plane(_slopes(difference_mm, days, weights), x, y)
    rest = difference_mm - plane_rate(plane, x, y)[:, None] * days / DAYS_PER_YEAR
    middle = np.nanmedian(rest, axis=1)
    cycle = has_cycle(rest - middle[:, None])
    seen = np.isfinite(rest)
    weight = np.where(seen, weights, 0.0)
    total = weight.sum(axis=1)
    mean = (np.where(seen, rest, 0.0) * weight).sum(axis=1) / total
    offset = np.where(cycle, middle, mean)
    about = np.where(seen, rest - offset[:, None], 0.0)
    variance = (weight * about**2).sum(axis=1) / total
    before, after = about[:, :-1], about[:, 1:]
    power = (about**2).sum()
    alike = float(np.clip((before * after).sum() / power, 0.0, 0.95)) if power > 0.0 else 0.0
    effective = total**2 / (weight**2).sum(axis=1) * (1.0 - alike) / (1.0 + alike)
    return Ties(plane, offset, np.sqrt(variance / np.maximum(effective, 1.0)), cycle)


def has_cycle(residual_mm: np.ndarray) -> np.ndarray:
    """Whether residuals lie near a multiple of a cycle over `CYCLE_EPOCHS` epochs in a row.

    Parameters
    ----------
    residual_mm : ndarray, float64, shape (points, epochs)
        About 0.

    Returns
    -------
    ndarray of bool, shape (points,)
    """
    turns = residual_mm / CYCLE_MM
    whole = np.round(turns)
    near = (whole != 0) & (np.abs(turns - whole) <= CYCLE_SHARE)
    runs = sliding_window_view(np.where(near, whole, 0.0), CYCLE_EPOCHS, axis=1)
    return ((runs == runs[..., :1]) & (runs != 0)).all(axis=2).any(axis=1)


def robust_plane(value: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fit a plane by Huber's loss; value at the middle, increase per `PLANE_M` east and north.

    Parameters
    ----------
    value : ndarray, float64, shape (points,)
        NaN where there is none.
    x, y : ndarray, float64, shape (points,)
        Places from their middle, m.
    """
    known = np.isfinite(value)
    design = np.column_stack([np.ones(x.size), x / PLANE_M, y / PLANE_M])[known]
    target = value[known]
    spread = float(scipy.stats.median_abs_deviation(target, scale="normal"))
    start = np.array([np.median(target), 0.0, 0.0])
    if spread == 0.0:
        return start
    fit = scipy.optimize.least_squares(
        lambda plane: (design @ plane - target) / spread, start, loss="huber", f_scale=1.345
    )
    return np.asarray(fit.x)


def plane_rate(plane: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the rates of a plane of `robust_plane` at places from its middle, mm/yr."""
    return plane[0] + plane[1] * x / PLANE_M + plane[2] * y / PLANE_M


def end_weights(dates: Sequence[dt.date]) -> np.ndarray:
    """Weight of each epoch of a release."""
    place = np.arange(len(dates))
    end = np.minimum(place, place[::-1]) < END_EPOCHS
    return np.where(end, END_WEIGHT, 1.0)


def scatter_of(
    difference_mm: np.ndarray, days: np.ndarray, ties: Ties, x: np.ndarray, y: np.ndarray
) -> float:
    """Robust standard deviation of what offset and rate leave, of some of the points."""
    some = slice(None, None, len(x) // SCATTER_POINTS + 1)
    rate = plane_rate(ties.plane_mm_yr, x[some], y[some])[:, None] * days / DAYS_PER_YEAR
    rest = difference_mm[some] - rate - ties.offset_mm[some, None]
    return float(np.nanmedian(np.abs(rest)) / scipy.stats.norm.ppf(0.75))


def _slopes(difference_mm: np.ndarray, days: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted least-squares slope of each row, mm/yr; NaN where it has too few values."""
    seen = np.isfinite(difference_mm)
    weight = np.where(seen, weights, 0.0)
    total = weight.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        years = (days - (weight * days).sum(axis=1, keepdims=True) / total) / DAYS_PER_YEAR
        slope = (weight * years * np.where(seen, difference_mm, 0.0)).sum(axis=1) / (
            weight * years**2
        ).sum(axis=1)
    return np.where(seen.sum(axis=1) >= MIN_COMMON_EPOCHS, slope, np.nan)
