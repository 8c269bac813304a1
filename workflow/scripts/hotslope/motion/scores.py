"""Gi* of every point of a track, evaluated where it has enough neighbours."""

import logging
import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from hotslope.motion.background import most_moves
from hotslope.motion.bands import band_points
from hotslope.motion.correction import corrected_p
from hotslope.motion.hotspots import Moments, getis_ord_star, track_moments, usable_center

logger = logging.getLogger(__name__)

#: Departures from the background below this share of the velocity are rounding.
ROUNDING = 1e-12


class Scores(NamedTuple):
    """Gi* per point: columns of `hotslope.motion.tables.HOTSPOTS`.

    Attributes
    ----------
    z, p, q : ndarray, float64, shape (points,)
        Standard score, two-sided p, and p corrected over the track; NaN where not evaluated.
    neighbours : ndarray, int32, shape (points,)
        Points within the radius, the point itself included.
    """

    z: np.ndarray
    p: np.ndarray
    q: np.ndarray
    neighbours: np.ndarray


def track_scores(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    radius_m: float,
    *,
    center: str,
    min_neighbours: int,
    correction: str,
    points_at_a_time: int | None = None,
    threads: int = 1,
) -> Scores:
    """Gi* of every point of a track, with its probabilities.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    value : ndarray, float64, shape (points,)
        Velocity, less a background where one is subtracted, mm/yr.
    radius_m : float
        Points at this distance or nearer are neighbours, m.
    center : {"mean", "median", "zero"}
        What local sums are compared with.
    min_neighbours : int
        Points with fewer neighbours, themselves included, are not evaluated: z, p, q NaN.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated.
    points_at_a_time : int, optional
        About how many points are scored at a time, beside those within the radius of them; all
        where not given. The result has the same bits for any.
    threads : int
        Number of threads; the result has the same bits for any.

    Returns
    -------
    Scores
        In the order of the points.
    """
    moments = _moments(x, y, value, radius_m, center)
    z, p = np.empty(x.size), np.empty(x.size)
    neighbours = np.empty(x.size, dtype=np.int32)
    for south, north in pairwise(_edges(y, points_at_a_time or x.size)):
        # A metre more than the radius: rounding must not lose a point at that distance.
        halo_m = radius_m + 1.0
        near = np.flatnonzero((y >= south - halo_m) & (y < north + halo_m))
        own = (y[near] >= south) & (y[near] < north)
        scores = getis_ord_star(
            x[near], y[near], value[near], radius_m, moments=moments, threads=threads
        )
        rows = near[own]
        z[rows], p[rows], neighbours[rows] = (part[own] for part in scores)
    few = neighbours < min_neighbours
    z[few] = np.nan
    p[few] = np.nan
    return Scores(z, p, corrected_p(p, correction), neighbours)


def rate_scores(
    x: np.ndarray,
    y: np.ndarray,
    rate_mm_yr: np.ndarray,
    radius_m: float,
    *,
    center: str,
    min_neighbours: int,
    correction: str,
    points_at_a_time: int | None = None,
    threads: int = 1,
) -> Scores:
    """Gi* of the rate less background, by which regions are let through the gate.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    rate_mm_yr : ndarray, float64, shape (points,)
        Velocity less background.
    center : {"median", "mean"}
        What local sums are compared with; the median is replaced by the mean as in
        `usable_center`.
    radius_m, min_neighbours, correction, points_at_a_time, threads
        As in `track_scores`.

    Returns
    -------
    Scores
        In the order of the points.

    Notes
    -----
    The published score is not used here because its standard deviation is that of all points,
    moving ones included: the more of an area moves, and the faster, the fewer of its bodies are
    significant. Median and median absolute deviation are those of stable ground. Where more than
    half of the rates are equal, as in data without noise, that deviation is 0, and the standard
    deviation is used instead. Where most of the ground moves, its median is no stable rate, and
    sums are compared with 0 instead.
    """
    used = usable_center(rate_mm_yr, center)
    if used != center:
        logger.warning("more than half of the rates are equal: compared with their %s", used)
    elif used == "median" and most_moves(x, y, rate_mm_yr):
        used = "zero"
    return track_scores(
        x,
        y,
        rate_mm_yr,
        radius_m,
        center=used,
        min_neighbours=min_neighbours,
        correction=correction,
        points_at_a_time=points_at_a_time,
        threads=threads,
    )


def _moments(
    x: np.ndarray, y: np.ndarray, value: np.ndarray, radius_m: float, center: str
) -> Moments:
    """Moments of the whole track, of values in an order that no division into strips changes."""
    if center == "mean":
        value = band_points(x, y, value, radius_m).value
    return track_moments(value, center)


def _edges(y: np.ndarray, points_at_a_time: int) -> list[float]:
    """South to north edges of strips of about so many points each, endless on both sides."""
    strips = max(math.ceil(y.size / max(points_at_a_time, 1)), 1)
    inner = np.linspace(0, 1, strips + 1)[1:-1]
    edges = np.unique(np.quantile(y, inner, method="nearest")) if y.size else np.zeros(0)
    return [-np.inf, *edges.tolist(), np.inf]


def departures(velocity_mm_yr: np.ndarray, background_mm_yr: np.ndarray) -> np.ndarray:
    """Velocities less a background, 0 where only rounding is left; float64, shape (points,).

    Equal velocities on an equal background must not pass for motion.
    """
    departure = velocity_mm_yr - background_mm_yr
    departure[np.abs(departure) <= ROUNDING * np.abs(velocity_mm_yr)] = 0.0
    return departure
