"""East and up components of motion from tracks that look from different sides."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

#: Lines of sight whose east–up parts are closer to parallel than this give no solution.
_SINGULAR = 1e-9


class EastUp(NamedTuple):
    """East and up motion, in the shape (…) of one track's velocities, such as (cells,) or ().

    Parameters
    ----------
    east, up : ndarray, float64, shape (…)
        Components in the unit of the velocities; NaN where fewer than two tracks, or only
        tracks that look the same way, have a velocity.
    covariance : ndarray, float64, shape (…, 2, 2)
        Of (east, up). With standard deviations: in the squared unit of the velocities;
        without: per unit variance of every velocity.
    condition_number : ndarray, float64, shape (…)
        Ratio of the singular values of the matrix of east and up parts of the lines of sight
        (unweighted): 1 where errors are spread evenly, large where a combination of east
        and up is hardly seen.
    tracks : ndarray, int64, shape (…)
        Number of velocities that entered.
    """

    east: np.ndarray
    up: np.ndarray
    covariance: np.ndarray
    condition_number: np.ndarray
    tracks: np.ndarray


def decompose_east_up(
    velocities: np.ndarray,
    los: Sequence[tuple[np.ndarray | float, np.ndarray | float, np.ndarray | float]],
    standard_deviations: np.ndarray | None = None,
) -> EastUp:
    """Solve line-of-sight velocities for east and up by least squares, north set to 0.

    Parameters
    ----------
    velocities : array_like, shape (tracks, …)
        Line-of-sight velocities, positive toward the sensor; NaN where a track has none.
    los : sequence of (east, north, up), one per track
        Unit vectors ground to sensor; each part a number or an array of shape (…).
    standard_deviations : array_like, shape (tracks, …), (tracks, 1) or (tracks,), optional
        Of the velocities; they weigh them. A NaN leaves its velocity out. None: equal weights.

    Returns
    -------
    EastUp

    Raises
    ------
    ValueError
        As many lines of sight as tracks are needed; standard deviations must be positive.

    Notes
    -----
    v_k = e l_E,k + u l_U,k with the north part left out: tracks of polar orbits hardly see it.
    What they see (l_N / l_U of northward motion, 0.1 to 0.15 for Sentinel-1) leaks into up.
    """
    velocity = np.asarray(velocities, dtype=np.float64)
    if len(los) != len(velocity):
        raise ValueError(f"{len(los)} lines of sight for {len(velocity)} tracks")
    east = np.stack([np.broadcast_to(part[0], velocity.shape[1:]) for part in los])
    up = np.stack([np.broadcast_to(part[2], velocity.shape[1:]) for part in los])
    weight = _weights(standard_deviations, velocity.shape)
    known = np.isfinite(velocity) & np.isfinite(east) & np.isfinite(up) & np.isfinite(weight)
    velocity, east, up, weight = (
        np.where(known, values, 0.0) for values in (velocity, east, up, weight)
    )
    aa, ab, bb = _normal_matrix(east, up, weight)
    determinant = aa * bb - ab**2
    solvable = determinant > _SINGULAR * (aa + bb) ** 2
    determinant = np.where(solvable, determinant, np.nan)
    av, bv = (weight * east * velocity).sum(axis=0), (weight * up * velocity).sum(axis=0)
    covariance = np.stack([bb, -ab, -ab, aa], axis=-1) / determinant[..., np.newaxis]
    return EastUp(
        (bb * av - ab * bv) / determinant,
        (aa * bv - ab * av) / determinant,
        covariance.reshape(*determinant.shape, 2, 2),
        np.where(solvable, _condition_number(east, up), np.nan),
        known.sum(axis=0),
    )


def _weights(standard_deviations: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray:
    """Inverse variances, one per velocity."""
    if standard_deviations is None:
        return np.ones(shape)
    deviations = np.asarray(standard_deviations, dtype=np.float64)
    if deviations.ndim == 1:
        deviations = deviations.reshape(-1, *(1 for _ in shape[1:]))
    if (deviations <= 0).any():
        raise ValueError("standard deviations must be positive")
    return np.broadcast_to(deviations**-2.0, shape)


def _normal_matrix(
    east: np.ndarray, up: np.ndarray, weight: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the sums over tracks of w e², w e u and w u²."""
    return (
        (weight * east**2).sum(axis=0),
        (weight * east * up).sum(axis=0),
        (weight * up**2).sum(axis=0),
    )


def _condition_number(east: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Largest over smallest singular value of the rows (east, up), per cell."""
    aa, ab, bb = _normal_matrix(east, up, 1.0)
    half, spread = (aa + bb) / 2.0, np.hypot((aa - bb) / 2.0, ab)
    smallest = half - spread
    square = np.divide(half + spread, smallest, out=np.full(aa.shape, np.inf), where=smallest > 0)
    return np.sqrt(square)
