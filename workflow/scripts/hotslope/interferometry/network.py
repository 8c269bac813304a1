"""Networks of interferograms: pairs of acquisitions, their limits, and the pieces they form.

An acquisition is known by its position in the order of time; a pair is (earlier, later).
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def choose_pairs(
    days: np.ndarray,
    perpendicular_baseline_m: np.ndarray,
    *,
    max_perpendicular_baseline_m: float,
    max_temporal_baseline_days: float,
) -> np.ndarray:
    """Return all pairs of acquisitions within the limits.

    Parameters
    ----------
    days : ndarray, shape (dates,)
        Acquisition times in increasing order, days.
    perpendicular_baseline_m : ndarray, shape (dates,)
        Perpendicular baseline of each acquisition to any one of them, m.
    max_perpendicular_baseline_m, max_temporal_baseline_days : float
        Limits, included.

    Returns
    -------
    ndarray, int64, shape (pairs, 2)
        By the earlier, then the later acquisition.

    Examples
    --------
    >>> choose_pairs(
    ...     np.array([0, 12, 24]),
    ...     np.array([0.0, 200.0, 20.0]),
    ...     max_perpendicular_baseline_m=160,
    ...     max_temporal_baseline_days=30,
    ... ).tolist()
    [[0, 2]]
    """
    pairs = np.column_stack(np.triu_indices(len(days), k=1)).astype(np.int64)
    baseline_m = np.diff(np.asarray(perpendicular_baseline_m, dtype=np.float64)[pairs])[:, 0]
    keep = within_limits(
        np.diff(np.asarray(days, dtype=np.float64)[pairs])[:, 0],
        baseline_m,
        max_perpendicular_baseline_m=max_perpendicular_baseline_m,
        max_temporal_baseline_days=max_temporal_baseline_days,
    )
    return pairs[keep]


def within_limits(
    temporal_baseline_days: np.ndarray,
    perpendicular_baseline_m: np.ndarray,
    *,
    max_perpendicular_baseline_m: float,
    max_temporal_baseline_days: float,
) -> np.ndarray:
    """Return which pairs, given their baselines, keep both limits."""
    near = np.abs(perpendicular_baseline_m) <= max_perpendicular_baseline_m
    return near & (np.abs(temporal_baseline_days) <= max_temporal_baseline_days)


def network_pieces(pairs: np.ndarray, count: int) -> np.ndarray:
    """Return the piece of the network to which each acquisition belongs.

    Parameters
    ----------
    pairs : ndarray of int, shape (pairs, 2)
        Acquisitions of each interferogram.
    count : int
        Number of acquisitions.

    Returns
    -------
    ndarray, int64, shape (count,)
        Pieces are numbered from 0 by their earliest acquisition; one without any
        interferogram is a piece of its own.
    """
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, labels = connected_components(links, directed=False)
    _, first, piece = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[piece].astype(np.int64)


def pair_matrix(pairs: np.ndarray, count: int) -> np.ndarray:
    """Return the matrix that makes pairs of acquisitions: later less earlier.

    Returns
    -------
    ndarray, float64, shape (pairs, count)
        −1 at the earlier acquisition of each pair, +1 at the later one.
    """
    matrix = np.zeros((len(pairs), count))
    rows = np.arange(len(pairs))
    matrix[rows, pairs[:, 0]] = -1.0
    matrix[rows, pairs[:, 1]] = 1.0
    return matrix


def date_baselines(
    pairs: np.ndarray, pair_baseline_m: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return baselines of acquisitions from those of pairs, by least squares.

    Parameters
    ----------
    pairs : ndarray of int, shape (pairs, 2)
    pair_baseline_m : ndarray, shape (pairs,)
        Perpendicular baseline, later less earlier, m.
    count : int
        Number of acquisitions.

    Returns
    -------
    baseline_m : ndarray, float64, shape (count,)
        Relative to the first acquisition of its piece of the network.
    misfit_m : ndarray, float64, shape (pairs,)
        Given less found; 0 where the baselines of every loop add up to 0.
    """
    matrix = pair_matrix(pairs, count)
    found, *_ = np.linalg.lstsq(matrix, pair_baseline_m, rcond=None)
    pieces = network_pieces(pairs, count)
    _, first = np.unique(pieces, return_index=True)
    baseline_m = found - found[first][pieces]
    return baseline_m, pair_baseline_m - matrix @ baseline_m
