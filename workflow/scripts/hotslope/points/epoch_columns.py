"""Displacements held epoch by epoch: those of one acquisition lie side by side in memory.

Files are read and written by column, and most checks go epoch by epoch.
"""

import numpy as np


def empty_epochs(points: int, epochs: int) -> np.ndarray:
    """Return an array to be filled; float32, shape (points, epochs)."""
    return np.empty((points, epochs), dtype=np.float32, order="F")


def take_points(displacement_mm: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the series of some points, epoch by epoch in memory.

    Parameters
    ----------
    displacement_mm : ndarray, float32, shape (points, epochs)
        In any order in memory.
    points : ndarray of bool, shape (points,), or of int
        Which to keep; of all, the array itself is returned.
    """
    if points.dtype == bool:
        if points.all():
            return displacement_mm
        points = np.flatnonzero(points)
    taken = empty_epochs(len(points), displacement_mm.shape[1])
    for source, target in zip(displacement_mm.T, taken.T, strict=True):
        # Any mode but "raise" writes into the target without a copy between.
        np.take(source, points, out=target, mode="clip")
    return taken


def stack_points(parts: list[np.ndarray]) -> np.ndarray:
    """Return the series of parts one after the other, epoch by epoch in memory."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts, out=empty_epochs(sum(map(len, parts)), parts[0].shape[1]))
