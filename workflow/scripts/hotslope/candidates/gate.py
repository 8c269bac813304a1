"""Which regions hold enough moving points to be a candidate."""

import numpy as np

from hotslope.points.track_statistics import SPARSE_DENSITY_PER_KM2

#: Moving points that are enough where points are sparse.
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


def significant(z: np.ndarray, q: np.ndarray, sign: int, significance: float) -> np.ndarray:
    """Whether points lie in a hot (`sign` +1) or cold (-1) spot; False where not evaluated.

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
    Significance locates bodies and the rate gives their extent: asking all of
    `min_points` to be significant loses small bodies, asking none lets noise in.
    """
    movers = np.bincount(region[moving], minlength=count + 1)[1:]
    seeds = np.bincount(region[moving & seed], minlength=count + 1)[1:]
    return (movers >= min_points) & (seeds >= 1)
