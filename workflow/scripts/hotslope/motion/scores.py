"""Gi* of every point of a track, evaluated where it has enough neighbours."""

import logging
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from hotslope.motion.background import most_moves
from hotslope.motion.bands import band_height_m, band_points, strip_edges
from hotslope.motion.correction import corrected_p
from hotslope.motion.hotspots import (
    Moments,
    getis_ord_star,
    track_moments,
    two_sided_p,
    usable_center,
)

logger = logging.getLogger(__name__)

#: Departures from the background below this share of the velocity are rounding.
ROUNDING = 1e-12


class Scores(NamedTuple):
    """Gi* per point.

    Attributes
    ----------
    z, q : ndarray, float64, shape (points,)
        Standard score, and its two-sided p corrected over the track; NaN where not evaluated.
    neighbours : ndarray, int32, shape (points,)
        Points within the radius, the point itself included.
    """

    z: np.ndarray
    q: np.ndarray
    neighbours: np.ndarray

    def columns(self, rows: slice) -> dict[str, np.ndarray]:
        """Return what `hotslope.motion.tables.HOTSPOTS` says of some points."""
        z = self.z[rows]
        return {
            "z": z, "p": two_sided_p(z), "q": self.q[rows], "neighbours": self.neighbours[rows],
        }  # fmt: skip


def local_scores(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    radius_m: float,
    *,
    center: str,
    min_neighbours: int,
    points_at_a_time: int | None = None,
    threads: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Gi* of every point of a track that has enough neighbours.

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
        Points with fewer neighbours, themselves included, are not evaluated: z is NaN.
    points_at_a_time : int, optional
        About how many points are scored at a time, beside those within the radius of them; all
        where not given. The result has the same bits for any.
    threads : int
        Number of threads; the result has the same bits for any.

    Returns
    -------
    z : ndarray, float64, shape (points,)
        In the order of the points.
    neighbours : ndarray, int32, shape (points,)
    """
    at_a_time = points_at_a_time or x.size
    moments = _moments(x, y, value, radius_m, center, at_a_time)
    z, neighbours = np.empty(x.size), np.empty(x.size, dtype=np.int32)
    for south, north in pairwise(strip_edges(y, at_a_time)):
        # A metre more than the radius: rounding must not lose a point at that distance.
        halo_m = radius_m + 1.0
        near = np.flatnonzero((y >= south - halo_m) & (y < north + halo_m))
        own = (y[near] >= south) & (y[near] < north)
        scores, _, counts = getis_ord_star(
            x[near], y[near], value[near], radius_m, moments=moments, threads=threads
        )
        z[near[own]], neighbours[near[own]] = scores[own], counts[own]
    z[neighbours < min_neighbours] = np.nan
    return z, neighbours


def local_rate_scores(
    x: np.ndarray,
    y: np.ndarray,
    rate_mm_yr: np.ndarray,
    radius_m: float,
    *,
    center: str,
    **work: Any,
) -> tuple[np.ndarray, np.ndarray]:
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
    radius_m, **work
        As in `local_scores`, whose result this has.

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
    return local_scores(x, y, rate_mm_yr, radius_m, center=used, **work)


def corrected_scores(z: np.ndarray, neighbours: np.ndarray, correction: str) -> Scores:
    """Add what follows from the scores of a whole track.

    Parameters
    ----------
    z, neighbours : ndarray, shape (points,)
        From `local_scores` or `local_rate_scores`.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated.

    Returns
    -------
    Scores
    """
    return Scores(z, corrected_p(two_sided_p(z), correction), neighbours)


def _moments(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    radius_m: float,
    center: str,
    points_at_a_time: int,
) -> Moments:
    """Moments of the whole track, of values in an order that no division into strips changes."""
    if center == "mean":
        value = _banded_values(x, y, value, radius_m, points_at_a_time)
    return track_moments(value, center)


def _banded_values(
    x: np.ndarray, y: np.ndarray, value: np.ndarray, radius_m: float, points_at_a_time: int
) -> np.ndarray:
    """Values in the order of `band_points`, sorted some whole bands at a time."""
    band = y / band_height_m(radius_m)
    np.floor(band, out=band)
    values, begin = np.empty(value.size), 0
    for first, past in pairwise(strip_edges(band, points_at_a_time)):
        rows = np.flatnonzero((band >= first) & (band < past))
        end = begin + rows.size
        values[begin:end] = band_points(x[rows], y[rows], value[rows], radius_m).value
        begin = end
    return values


def departures(velocity_mm_yr: np.ndarray, background_mm_yr: np.ndarray) -> np.ndarray:
    """Velocities less a background, 0 where only rounding is left; float64, shape (points,).

    Equal velocities on an equal background must not pass for motion.
    """
    departure = velocity_mm_yr - background_mm_yr
    departure[np.abs(departure) <= ROUNDING * np.abs(velocity_mm_yr)] = 0.0
    return departure
