"""Offsets between tracks that refer to different reference points."""

from typing import NamedTuple

import numpy as np
import scipy

from hotslope.motion.background import clipped_mode

#: A track with fewer stable cells has no offset.
MIN_STABLE_CELLS = 20


class ReferenceOffsets(NamedTuple):
    """What stable ground shows in each track.

    Parameters
    ----------
    offset_mm_yr : ndarray, float64, shape (tracks,)
        Median velocity of stable cells, to be subtracted; NaN with fewer than
        `MIN_STABLE_CELLS` of them.
    spread_mm_yr : ndarray, float64, shape (tracks,)
        Their robust standard deviation.
    stable : ndarray of bool, shape (tracks, cells)
        Which cells were taken.
    """

    offset_mm_yr: np.ndarray
    spread_mm_yr: np.ndarray
    stable: np.ndarray


def reference_offsets(velocities: np.ndarray, stable_mm_yr: float) -> ReferenceOffsets:
    """Estimate the velocity of stable ground in each track.

    Parameters
    ----------
    velocities : ndarray, float64, shape (tracks, cells)
        Velocity of each cell, mm/yr; NaN where a track has none.
    stable_mm_yr : float
        A cell is stable where every track that sees it, at least two, lies within this
        distance of its own clipped modal velocity.

    Returns
    -------
    ReferenceOffsets

    Notes
    -----
    Every track's velocities are relative to its own reference point, whose motion is unknown:
    an unknown constant per track. If ground that moves like most ground in all tracks is
    stable, its median in a track is that constant. Motion of the whole area is removed
    with it.
    """
    seen = np.isfinite(velocities)
    quiet = np.ones(velocities.shape, dtype=bool)
    for row, velocity in enumerate(velocities):
        if seen[row].any():
            mode = clipped_mode(velocity[seen[row]])
            quiet[row] = ~seen[row] | (np.abs(velocity - mode) <= stable_mm_yr)
    stable = seen & (quiet.all(axis=0) & (seen.sum(axis=0) >= 2))
    offsets = np.full(len(velocities), np.nan)
    spreads = np.full(len(velocities), np.nan)
    for row, velocity in enumerate(velocities):
        chosen = velocity[stable[row]]
        if chosen.size >= MIN_STABLE_CELLS:
            offsets[row] = np.median(chosen)
            spreads[row] = scipy.stats.median_abs_deviation(chosen, scale="normal")
    return ReferenceOffsets(offsets, spreads, stable)
