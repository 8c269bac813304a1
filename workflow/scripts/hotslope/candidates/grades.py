"""Labels of a candidate: agreement with downslope motion, and a quality grade."""

import numpy as np

from hotslope.candidates.sense import expected_sense, slope_of
from hotslope.terrain.downslope import MIN_SLOPE_DEG

#: Fewer moving points than this, over all tracks, weaken a candidate.
FEW_MOVING_POINTS = 10
#: A smaller share of significant points weakens a candidate.
LOW_SHARE_SIGNIFICANT = 0.5


def agreement(gradient: np.ndarray, sign: np.ndarray, los: np.ndarray) -> np.ndarray:
    """Compare the observed signs with those of motion down the slope.

    Parameters
    ----------
    gradient : ndarray, float64, shape (n, 2)
        Mean gradient of each candidate; NaN without terrain.
    sign : ndarray of int, shape (n, tracks)
        +1 toward, -1 away, 0 where a track has no outline in the candidate.
    los : ndarray, float64, shape (n, tracks, 3)
        Lines of sight, ground to sensor.

    Returns
    -------
    ndarray of str, shape (n,)
        ``no terrain``; ``not on a slope`` (below `MIN_SLOPE_DEG`); ``opposite`` where any
        track shows the contrary sign; ``consistent`` where all tracks that see downslope
        motion show its sign; ``not visible`` where none of them sees it.
    """
    count, tracks = sign.shape
    expected = np.empty((count, tracks), dtype=np.int8)
    for track in range(tracks):
        expected[:, track] = expected_sense(gradient, los[:, track])
    product = sign * expected
    slope = slope_of(gradient)
    return np.select(
        [
            np.isnan(slope),
            slope < MIN_SLOPE_DEG,
            (product < 0).any(axis=1),
            (product > 0).any(axis=1),
        ],
        ["no terrain", "not on a slope", "opposite", "consistent"],
        default="not visible",
    )


def lowered(grade: np.ndarray, contradicted: np.ndarray) -> np.ndarray:
    """Lower grades by one where candidates are contradicted, to C at least; ndarray of str."""
    worse = {"A": "C", "B": "C", "C": "D", "D": "D"}
    down = [worse[one] if lower else one for one, lower in zip(grade, contradicted, strict=True)]
    return np.array(down, dtype="<U1")


def quality_grade(
    *,
    tracks: np.ndarray,
    n_moving: np.ndarray,
    share_significant: np.ndarray,
    agreement: np.ndarray,
    may_be_truncated: np.ndarray,
) -> np.ndarray:
    """Grade candidates from A to D by the number of their weaknesses.

    Parameters
    ----------
    tracks : ndarray of int, shape (n,)
        Tracks whose outlines make the candidate.
    n_moving : ndarray of int, shape (n,)
        Moving points of these tracks.
    share_significant : ndarray, float64, shape (n,)
        Share of their points in significant spots of the candidate's sense.
    agreement : ndarray of str, shape (n,)
        From `agreement`.
    may_be_truncated : ndarray of bool, shape (n,)
        Whether the background may have eaten part of the body.

    Returns
    -------
    ndarray of str, shape (n,)
        A without a weakness, B with one, C with two, D with more.

    Notes
    -----
    The weaknesses: seen by one track only; fewer than `FEW_MOVING_POINTS` moving points; less
    than `LOW_SHARE_SIGNIFICANT` of the points significant; signs opposite to downslope
    motion; possibly truncated. The grade rates how well a candidate is measured, not how
    likely it is a landslide.
    """
    weaknesses = (
        (tracks < 2).astype(np.int64)
        + (n_moving < FEW_MOVING_POINTS)
        + ~(share_significant >= LOW_SHARE_SIGNIFICANT)
        + (agreement == "opposite")
        + may_be_truncated
    )
    return np.array(["A", "B", "C", "D"])[np.minimum(weaknesses, 3)]
