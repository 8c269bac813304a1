"""East and up motion of cells, by least squares over all points of all tracks in each."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hotslope.terrain.east_up import EastUp, decompose_east_up

#: Least error of a point, mm/yr: smaller ones come from rounding.
LEAST_STD_MM_YR = 0.1


class CellPoints(NamedTuple):
    """Points of a track in cells.

    Attributes
    ----------
    cell : ndarray of int, shape (points,)
        Cell 0 … count - 1 of each point.
    velocity_mm_yr, std_mm_yr : ndarray, float64, shape (points,)
        Line-of-sight velocity and the part of its error that is the point's own.
    los : ndarray, float64, shape (points, 3)
        Lines of sight, ground to sensor.
    """

    cell: np.ndarray
    velocity_mm_yr: np.ndarray
    std_mm_yr: np.ndarray
    los: np.ndarray


def cell_east_up(
    tracks: Sequence[CellPoints],
    count: int,
    *,
    weighted: bool,
    shared_error_mm_yr: float,
    min_points: int,
) -> EastUp:
    """Solve all points of each cell for east and up, north set to 0.

    Parameters
    ----------
    tracks : sequence of CellPoints
        One per track.
    count : int
        Number of cells.
    weighted : bool
        Whether points weigh 1 / (own² + shared²); else alike.
    shared_error_mm_yr : float
        Error that the points of a track in a cell have in common, mm/yr.
    min_points : int
        A track with fewer points in a cell does not enter it.

    Returns
    -------
    EastUp
        The covariance is that of these weights with both errors: the sandwich
        N⁻¹ (Σ w² σ² a a′ + shared² Σ_t (Σ w a)(Σ w a)′) N⁻¹, N = Σ w a a′, a = (l_E, l_U).

    Notes
    -----
    One equation per point, v_i = e l_E,i + u l_U,i. Condition number and number of tracks are
    those of the mean lines of sight of the tracks.
    """
    normal, right, own, shared = (
        np.zeros((count, *shape)) for shape in ((2, 2), (2,), (2, 2), (2, 2))
    )
    means, sights = [], []
    for points in tracks:
        number = np.bincount(points.cell, minlength=count)
        enters = number >= min_points
        std = np.maximum(points.std_mm_yr, LEAST_STD_MM_YR)
        weight = 1.0 / (std**2 + shared_error_mm_yr**2) if weighted else np.ones(std.size)
        weight = np.where(enters[points.cell], weight, 0.0)
        design = points.los[:, [0, 2]]
        normal += _normal_matrices(points.cell, count, weight, design)
        own += _normal_matrices(points.cell, count, (weight * std) ** 2, design)
        lever = _sum(points.cell, count, weight[:, None] * design)
        right += _sum(points.cell, count, (weight * points.velocity_mm_yr)[:, None] * design)
        shared += shared_error_mm_yr**2 * lever[:, :, None] * lever[:, None, :]
        divisor = np.where(enters, number, np.nan)
        means.append(_sum(points.cell, count, points.velocity_mm_yr[:, None])[:, 0] / divisor)
        sights.append(tuple((_sum(points.cell, count, points.los) / divisor[:, None]).T))
    seen = decompose_east_up(np.stack(means), sights)  # which cells can be solved
    solvable = np.isfinite(seen.east)
    inverse = np.full((count, 2, 2), np.nan)
    inverse[solvable] = np.linalg.inv(normal[solvable])
    motion = np.einsum("nij,nj->ni", inverse, right)
    return EastUp(
        motion[:, 0],
        motion[:, 1],
        inverse @ (own + shared) @ inverse,
        seen.condition_number,
        seen.tracks,
    )


def _sum(cell: np.ndarray, count: int, values: np.ndarray) -> np.ndarray:
    """Sum columns over the points of each cell; shape (count, columns)."""
    return np.stack([np.bincount(cell, column, minlength=count) for column in values.T], axis=1)


def _normal_matrices(
    cell: np.ndarray, count: int, weight: np.ndarray, design: np.ndarray
) -> np.ndarray:
    """Sum weight · a a′ over the points of each cell; shape (count, 2, 2)."""
    products = weight[:, None, None] * design[:, :, None] * design[:, None, :]
    return _sum(cell, count, products.reshape(-1, 4)).reshape(count, 2, 2)
