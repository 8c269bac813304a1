"""The series of a body less that of the quiet ground around it."""

from typing import NamedTuple

import numpy as np
import shapely

#: Quiet points around a body, at most: more hardly make their mean more certain.
MOST_AROUND = 200
#: Fewer points, inside or around, make no series.
MIN_POINTS = 3
#: Sweeps of the additive model of points and epochs; complete series need one.
_SWEEPS = 20


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


def mean_series(displacement_mm: np.ndarray) -> np.ndarray:
    """Return the mean series of some points, whatever epochs each of them lacks.

    Parameters
    ----------
    displacement_mm : ndarray, float64, shape (points, epochs)
        NaN where missing.

    Returns
    -------
    ndarray, float64, shape (epochs,)
        About 0; NaN where no point has the epoch.

    Notes
    -----
    Least squares of d(i, t) = a(i) + m(t), swept in turn: points that begin late or end early
    bring no step into the mean.
    """
    seen = np.isfinite(displacement_mm)
    filled = np.where(seen, displacement_mm, 0.0)
    per_point, per_epoch = seen.sum(axis=1), seen.sum(axis=0)
    level = np.zeros(len(filled))
    mean = np.zeros(filled.shape[1])
    for _ in range(1 if seen.all() else _SWEEPS):
        rest = np.where(seen, filled - mean, 0.0).sum(axis=1)
        level = np.divide(rest, per_point, out=np.zeros_like(level), where=per_point > 0)
        rest = np.where(seen, filled - level[:, None], 0.0).sum(axis=0)
        mean = np.divide(rest, per_epoch, out=np.full_like(mean, np.nan), where=per_epoch > 0)
        mean = mean - np.nanmean(mean) if np.isfinite(mean).any() else mean
        mean = np.where(per_epoch > 0, mean, 0.0)
    return np.where(per_epoch > 0, mean, np.nan)


def difference_series(displacement_mm: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return the mean series of the points inside less that of those around, shape (epochs,).

    Parameters
    ----------
    displacement_mm : ndarray, float64, shape (points, epochs)
        Of both.
    inside : ndarray of bool, shape (points,)
        Which of them are inside.
    """
    return mean_series(displacement_mm[inside]) - mean_series(displacement_mm[~inside])
