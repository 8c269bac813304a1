"""Velocities of a track averaged over groups of its points: cells or polygons."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

#: The scatter within groups is estimated from groups of at least this many points.
_POINTS_FOR_SCATTER = 5
#: Standard deviation of a median over that of a mean, of normal values.
_MEDIAN_FACTOR = float(np.sqrt(np.pi / 2))


class GroupVelocity(NamedTuple):
    """Velocity of each group of points.

    Parameters
    ----------
    points : ndarray, int64, shape (groups,)
        Number of points.
    velocity_mm_yr : ndarray, float64, shape (groups,)
        Their median; NaN with fewer points than asked for.
    std_mm_yr : ndarray, float64, shape (groups,)
        Standard deviation of that median.
    """

    points: np.ndarray
    velocity_mm_yr: np.ndarray
    std_mm_yr: np.ndarray


def group_velocity(
    group: np.ndarray,
    count: int,
    velocity_mm_yr: np.ndarray,
    *,
    min_points: int,
    shared_error_mm_yr: float,
) -> GroupVelocity:
    """Median velocity of groups of points, with its error.

    Parameters
    ----------
    group : ndarray of int, shape (points,)
        Group 0 … count - 1 of each point.
    count : int
        Number of groups.
    velocity_mm_yr : ndarray, float64, shape (points,)
        Velocities, mm/yr.
    min_points : int
        A group with fewer has no velocity.
    shared_error_mm_yr : float
        Error that neighbouring points have in common, which averaging does not reduce, mm/yr.

    Returns
    -------
    GroupVelocity

    Notes
    -----
    Variance of the median: π/2 · s²/n + shared². s is the larger of the group's own standard
    deviation and the track's scatter within groups: a few points can agree by chance.
    """
    groups = pd.Series(velocity_mm_yr).groupby(group)
    table = pd.DataFrame(
        {"n": groups.size(), "median": groups.median(), "own": groups.std()}
    ).reindex(range(count))
    points = table["n"].fillna(0).to_numpy(dtype=np.int64)
    enough = points >= min_points
    own = table["own"].fillna(0.0).to_numpy()
    spread = np.maximum(own, scatter_within(group, count, velocity_mm_yr))
    variance = _MEDIAN_FACTOR**2 * spread**2 / np.maximum(points, 1) + shared_error_mm_yr**2
    return GroupVelocity(
        points,
        np.where(enough, table["median"].to_numpy(dtype=np.float64), np.nan),
        np.where(enough, np.sqrt(variance), np.nan),
    )


def scatter_within(group: np.ndarray, count: int, velocity_mm_yr: np.ndarray) -> float:
    """Robust standard deviation of velocities about the mean of their group, mm/yr.

    Over groups of five points and more, and 0 where there is none.
    """
    points = np.bincount(group, minlength=count)
    sums = np.bincount(group, weights=velocity_mm_yr, minlength=count)
    chosen = points[group] >= _POINTS_FOR_SCATTER
    if not chosen.any():
        return 0.0
    members = points[group[chosen]]
    residual = velocity_mm_yr[chosen] - sums[group[chosen]] / members
    unbiased = residual * np.sqrt(members / (members - 1))
    return float(
        scipy.stats.median_abs_deviation(unbiased, center=lambda *_, **__: 0.0, scale="normal")
    )
