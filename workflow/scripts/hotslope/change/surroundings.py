"""The series of a body less that of the quiet ground around it."""

from typing import NamedTuple

import numpy as np
import shapely

#: Quiet points around a body, at most: more hardly make their mean more certain.
MOST_AROUND = 200
#: Fewer points, inside or around, make no series.
MIN_POINTS = 3
#: Added to the normal equations of a mean series, whose unit is a point.
_RIDGE = 1e-9


class Members(NamedTuple):
    """Points of a body and of its surroundings.

    Attributes
    ----------
    inside, around : ndarray, int64
        Rows of the track, ascending.
    """

    inside: np.ndarray
    around: np.ndarray


def members_of(
    outline: shapely.Geometry,
    others: shapely.Geometry,
    x: np.ndarray,
    y: np.ndarray,
    quiet: np.ndarray,
    ring_m: tuple[float, float],
) -> Members:
    """Find the points in a body and the quiet ones around it.

    Parameters
    ----------
    outline : shapely geometry
        The body.
    others : shapely geometry
        All outlines, of candidates and of those rejected.
    x, y : ndarray, float64, shape (points,)
        Places of the points of a track, m.
    quiet : ndarray of bool, shape (points,)
        Whether a point is quiet ground.
    ring_m : tuple of float
        Least and largest distance of the surroundings from the outline, m.

    Returns
    -------
    Members
        Around, `MOST_AROUND` points at most, evenly taken from all.
    """
    west, south, east, north = shapely.bounds(outline)
    near_m, far_m = ring_m
    near = np.flatnonzero(
        (x >= west - far_m) & (x <= east + far_m) & (y >= south - far_m) & (y <= north + far_m)
    )
    places = shapely.points(x[near], y[near])
    shapely.prepare(outline)
    distance_m = shapely.distance(outline, places)
    ring = (distance_m >= near_m) & (distance_m <= far_m) & quiet[near]
    around = near[ring & ~shapely.intersects(others, places)]
    steps = np.linspace(0, around.size - 1, min(around.size, MOST_AROUND)).astype(np.int64)
    return Members(near[distance_m == 0.0], around[steps])


def mean_series(displacement_mm: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the mean series of some points, whatever epochs each of them lacks.

    Parameters
    ----------
    displacement_mm : ndarray, float64, shape (points, epochs)
        NaN where missing.
    days : ndarray, float64, shape (epochs,)
        Acquisition times.

    Returns
    -------
    ndarray, float64, shape (epochs,)
        About 0; NaN where no point has the epoch.

    Notes
    -----
    Least squares of d(i, t) = a(i) + b(i) t + m(t): points that begin late or end early bring no
    step into the mean, even where they are faster or slower than the others. To m, which has no
    trend, the mean of the rates b is added, weighted by the inverse of their variances. Of complete
    series it is the mean over the points.
    """
    seen = np.isfinite(displacement_mm)
    known = seen.any(axis=0)
    seen, filled = seen[:, known], np.where(seen, displacement_mm, 0.0)[:, known]
    mean = np.full(known.size, np.nan)
    if not known.any():
        return mean
    if seen.all():
        mean[known] = filled.mean(axis=0) - filled.mean()
        return mean
    level, slope = _lines(seen, days[known])
    rest = filled - level * (level * filled).sum(axis=1, keepdims=True)
    rest -= slope * (slope * filled).sum(axis=1, keepdims=True)
    normal = np.diag(seen.sum(axis=0).astype(np.float64)) - level.T @ level - slope.T @ slope
    trend = np.vstack(_lines(np.ones((1, known.sum()), dtype=bool), days[known]))
    # Where points hardly overlap more than a level and a trend is open: a small m is taken.
    normal += trend.T @ trend + _RIDGE * np.eye(len(normal))
    shape = np.linalg.solve(normal, rest.sum(axis=0))
    shape -= trend.T @ (trend @ shape)
    centred = np.where(seen, days[known] - _middle(seen, days[known]), 0.0)
    weight = (centred**2).sum()
    rate = (centred * (filled - np.where(seen, shape, 0.0))).sum() / weight if weight else 0.0
    mean[known] = shape + rate * (days[known] - days[known].mean())
    return mean


def _middle(seen: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the mean time of the epochs of each point, shape (points, 1)."""
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    return np.where(seen, days, 0.0).sum(axis=1, keepdims=True) / count


def _lines(seen: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return unit vectors of level and slope of each point, 0 where it lacks the epoch."""
    level = seen / np.sqrt(np.maximum(seen.sum(axis=1, keepdims=True), 1))
    slope = np.where(seen, days - _middle(seen, days), 0.0)
    length = np.linalg.norm(slope, axis=1, keepdims=True)
    return level, np.divide(slope, length, out=np.zeros_like(slope), where=length > 0.0)


def difference_series(
    displacement_mm: np.ndarray, inside: np.ndarray, days: np.ndarray
) -> np.ndarray:
    """Return the mean series of the points inside less that of those around, shape (epochs,).

    Parameters
    ----------
    displacement_mm : ndarray, float64, shape (points, epochs)
        Of both.
    inside : ndarray of bool, shape (points,)
        Which of them are inside.
    days : ndarray, float64, shape (epochs,)
        Acquisition times.
    """
    return mean_series(displacement_mm[inside], days) - mean_series(displacement_mm[~inside], days)
