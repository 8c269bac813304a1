"""Which regions hold enough moving points to be a candidate."""

import numpy as np
import pandas as pd

from hotslope.motion.hotspots import usable_center
from hotslope.motion.scores import track_scores

#: Below this density (points per km²) `SPARSE_MIN_POINTS` points are enough.
SPARSE_DENSITY_PER_KM2 = 100.0
SPARSE_MIN_POINTS = 2


def required_points(min_points: int, density_per_km2: float) -> int:
    """Return how many moving points a region needs at a track's density.

    Notes
    -----
    At 50 points per km² a body of 20,000 m² holds one point on average; asking for three
    would leave only the largest.
    """
    if density_per_km2 < SPARSE_DENSITY_PER_KM2:
        return min(min_points, SPARSE_MIN_POINTS)
    return min_points


def gate_scores(
    points: pd.DataFrame,
    radius_m: float,
    *,
    center: str,
    correction: str,
    min_neighbours: int,
) -> pd.DataFrame:
    """Gi* of the rate less background, by which regions are let through the gate.

    Parameters
    ----------
    points : DataFrame
        Points of a track: `x_m`, `y_m`, `relative_mm_yr`.
    radius_m : float
        Points at this distance or nearer are neighbours, m.
    center : {"median", "mean"}
        See `hotslope.motion.hotspots.getis_ord_star`.
    correction : {"fdr", "none"}
        See `hotslope.motion.correction.corrected_p`.
    min_neighbours : int
        Points with fewer neighbours, themselves included, are not evaluated.

    Returns
    -------
    DataFrame
        `points` with `z` and `q` of the gate; NaN where not evaluated.

    Notes
    -----
    Why not the published score: its standard deviation is that of all points, moving ones
    included, so that the more an area moves, and the faster, the fewer of its bodies stand
    out. Median and median absolute deviation are those of stable ground. Where more than half
    of the rates are equal, as in data without noise, that deviation is 0 and tells nothing: the
    standard deviation serves there.
    """
    x, y, rate = (points[name].to_numpy() for name in ("x_m", "y_m", "relative_mm_yr"))
    scores = track_scores(
        x,
        y,
        rate,
        radius_m,
        center=usable_center(rate, center),
        min_neighbours=min_neighbours,
        correction=correction,
    )
    return points.assign(z=scores.z, q=scores.q)


def significant(z: np.ndarray, q: np.ndarray, sign: int, significance: float) -> np.ndarray:
    """Whether points lie in a hot (`sign` +1) or cold (-1) spot; not where not evaluated.

    Parameters
    ----------
    z, q : ndarray, float64, shape (points,)
        Gi* and its p corrected over the track; NaN where not evaluated.
    sign : int
        +1 toward the sensor, -1 away.
    significance : float
        Largest q.

    Returns
    -------
    ndarray of bool, shape (points,)
    """
    return (q <= significance) & (z * sign > 0)


def holds_enough(
    region: np.ndarray,
    count: int,
    moving: np.ndarray,
    seed: np.ndarray,
    min_points: int,
) -> np.ndarray:
    """Whether each region holds `min_points` moving points and a seed among them.

    Parameters
    ----------
    region : ndarray of int, shape (points,)
        Region of each point, 1 … count; 0 where it lies in none.
    count : int
        Number of regions.
    moving, seed : ndarray of bool, shape (points,)
        Points beyond the threshold in the regions' sense; points in significant spots.
    min_points : int
        Least number of moving points.

    Returns
    -------
    ndarray of bool, shape (count,)

    Notes
    -----
    Significance says where to look, the rate how far the body reaches: asking all of
    `min_points` to be significant loses small bodies, asking none lets noise in.
    """
    movers = np.bincount(region[moving], minlength=count + 1)[1:]
    seeds = np.bincount(region[moving & seed], minlength=count + 1)[1:]
    return (movers >= min_points) & (seeds >= 1)
