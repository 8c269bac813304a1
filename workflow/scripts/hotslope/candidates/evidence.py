"""Points of a track with the evidence for candidates."""

import numpy as np
import pandas as pd

from hotslope.motion.background import clipped_mode

#: A background this far from the stable rate may hold part of a wide body's motion (mm/yr).
DOUBTFUL_BACKGROUND_MM_YR = 4.0
#: Columns of the points table that the stage reads.
POINT_COLUMNS = [
    "x_m",
    "y_m",
    "velocity_mm_yr",
    "los_east",
    "los_north",
    "los_up",
]


def track_evidence(
    points: pd.DataFrame, hotspots: pd.DataFrame, background_mm_yr: np.ndarray
) -> pd.DataFrame:
    """Put Gi* and the velocity relative to the background beside each point.

    Parameters
    ----------
    points : DataFrame
        `POINT_COLUMNS` of the points table.
    hotspots : DataFrame
        `z` and `q` of the same points, in the same order.
    background_mm_yr : ndarray, float64, shape (points,)
        Long-wave background at each point; 0 where none is removed.

    Returns
    -------
    DataFrame
        `points` with `z`, `q` and `relative_mm_yr`.
    """
    return points.assign(
        z=hotspots["z"].to_numpy(),
        q=hotspots["q"].to_numpy(),
        relative_mm_yr=points["velocity_mm_yr"].to_numpy() - background_mm_yr,
    )


def doubtful_points(velocity_mm_yr: np.ndarray, background_mm_yr: np.ndarray) -> np.ndarray:
    """Whether so much background was removed at a point that it may be a body's own motion.

    Parameters
    ----------
    velocity_mm_yr, background_mm_yr : ndarray, float64, shape (points,)
        Velocity of each point, and background at it.

    Returns
    -------
    ndarray of bool, shape (points,)
        Where the background lies more than `DOUBTFUL_BACKGROUND_MM_YR` off the track's
        clipped modal rate; nowhere if none was removed (0 throughout).

    Notes
    -----
    The modal rate represents stable ground. It is not 0: a track's reference point may
    itself move.
    """
    if not background_mm_yr.any():
        return np.zeros(velocity_mm_yr.shape, dtype=bool)
    return np.abs(background_mm_yr - clipped_mode(velocity_mm_yr)) > DOUBTFUL_BACKGROUND_MM_YR
