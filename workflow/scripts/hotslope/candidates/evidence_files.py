"""Reading of points with the evidence for candidates."""

import numpy as np
import pandas as pd

from hotslope.candidates.evidence import POINT_COLUMNS, track_evidence
from hotslope.candidates.kinematics import SIGHT_COLUMNS, TrackReference
from hotslope.candidates.outlines import points_inside, rows_around
from hotslope.motion.background import stable_rate
from hotslope.motion.tables import HOTSPOTS, RATE_ERRORS
from hotslope.motion.track_files import (
    TrackVelocity,
    height_columns,
    read_background,
    read_rates,
)
from hotslope.points.tables import POINTS
from hotslope.rows import check_same_points


def read_evidence(
    points_path: str,
    hotspots_path: str,
    background_path: str | None,
    rows: np.ndarray | None = None,
) -> pd.DataFrame:
    """Read the points of a track with their Gi* and the velocity relative to the background.

    Parameters
    ----------
    points_path, hotspots_path : str
        Tables of one track.
    background_path : str or None
        Raster of the long-wave background, mm/yr; None where none was removed.
    rows : ndarray of int64, optional
        Which points are wanted, ascending; all where not given.

    Returns
    -------
    DataFrame
        From `hotslope.candidates.evidence.track_evidence`.

    Raises
    ------
    InputError
        The two tables do not hold the same points in the same order.
    """
    points = POINTS.read(points_path, POINT_COLUMNS + height_columns(background_path), rows)
    hotspots = HOTSPOTS.read(hotspots_path, ["z", "q"], rows)
    check_same_points(points_path, hotspots_path, rows)
    background = read_background(background_path, points)
    return track_evidence(points, hotspots, background)


def read_movers(
    points_path: str, gate_path: str, track: TrackVelocity, threshold_mm_yr: float
) -> pd.DataFrame:
    """Read the scores of the gate beside the points that move at least as fast as a threshold.

    Parameters
    ----------
    points_path, gate_path : str
        Tables of one track.
    track : TrackVelocity
        Its points.
    threshold_mm_yr : float
        Least rate, velocity less background, mm/yr.

    Returns
    -------
    DataFrame
        `x_m`, `y_m`, `relative_mm_yr`, `z` and `q`.

    Raises
    ------
    InputError
        The two tables do not hold the same points in the same order.
    """
    rate_mm_yr = track.velocity_mm_yr - track.background_mm_yr
    moving = np.flatnonzero(np.abs(rate_mm_yr) >= threshold_mm_yr)
    check_same_points(points_path, gate_path, moving)
    return HOTSPOTS.read(gate_path, ["z", "q"], moving).assign(
        x_m=track.x[moving], y_m=track.y[moving], relative_mm_yr=rate_mm_yr[moving]
    )


def read_inside(
    points_path: str,
    hotspots_path: str,
    background_path: str | None,
    errors_path: str,
    polygons: np.ndarray,
) -> tuple[pd.DataFrame, TrackReference]:
    """Read the points of a track that lie in polygons, and what they are compared with.

    Parameters
    ----------
    points_path, hotspots_path, background_path
        As in `read_evidence`.
    errors_path : str
        Errors of the rates of the track.
    polygons : ndarray of shapely geometry, shape (n,)
        Outlines.

    Returns
    -------
    points : DataFrame
        The rows of `read_evidence` inside, in their order, with `uncorrelated_std_mm_yr`.
    reference : TrackReference
        Of all points of the track.
    """
    rows, stable_mm_yr = _inside_and_stable(*read_rates(points_path, background_path), polygons)
    sight = {name: POINTS.read_numbers(points_path, [name])[name].mean() for name in SIGHT_COLUMNS}
    reference = TrackReference(stable_mm_yr, pd.Series(sight))
    points = read_evidence(points_path, hotspots_path, background_path, rows)
    check_same_points(points_path, errors_path, rows)
    own = RATE_ERRORS.read(errors_path, ["uncorrelated_std_mm_yr"], rows)
    return points.assign(**own), reference


def _inside_and_stable(
    x: np.ndarray, y: np.ndarray, rate_mm_yr: np.ndarray, polygons: np.ndarray
) -> tuple[np.ndarray, float]:
    """Rows of the points inside, ascending, and the rate of stable ground."""
    _, inside = points_inside(polygons, x, y)
    return np.unique(inside), stable_rate(x, y, rate_mm_yr)


def read_near(
    points_path: str,
    background_path: str | None,
    gate_path: str,
    polygons: np.ndarray,
    reach_m: float,
) -> tuple[int, np.ndarray, pd.DataFrame]:
    """Read the points within reach of polygons, with the gate's scores, from west to east.

    Parameters
    ----------
    points_path, background_path, gate_path : str
        Of one track; no background where none was removed.
    polygons : ndarray of shapely geometry, shape (n,)
        What the points are near to.
    reach_m : float
        How near to the bounds of a polygon, m.

    Returns
    -------
    count : int
        Number of points of the track.
    wanted : ndarray of int64, shape (near,)
        Which of them, counted from west to east, are near.
    points : DataFrame
        Their `x_m`, `y_m`, `relative_mm_yr`, `z` and `q`.
    """
    x, y, rate_mm_yr = read_rates(points_path, background_path)
    order = np.argsort(x, kind="stable")
    wanted = rows_around(x[order], y[order], polygons, reach_m)
    rows = order[wanted]
    ascending = np.sort(rows)
    check_same_points(points_path, gate_path, ascending)
    scores = HOTSPOTS.read(gate_path, ["z", "q"], ascending)
    points = scores.iloc[np.searchsorted(ascending, rows)].reset_index(drop=True)
    return (
        x.size,
        wanted,
        points.assign(x_m=x[rows], y_m=y[rows], relative_mm_yr=rate_mm_yr[rows]),
    )
