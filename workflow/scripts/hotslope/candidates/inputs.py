"""Reading what the stage judges candidates by."""

import numpy as np
import pandas as pd

from hotslope.candidates.evidence import POINT_COLUMNS, track_evidence
from hotslope.candidates.kinematics import SIGHT_COLUMNS, TrackReference, track_reference
from hotslope.candidates.outlines import points_inside
from hotslope.columns import VELOCITY, X, Y
from hotslope.motion.background import sample_background
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rasters import read_raster
from hotslope.rows import check_same_points


def read_evidence(
    points_path: str,
    hotspots_path: str,
    background_path: str | None,
    rows: np.ndarray | None = None,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Read the points of a track with their Gi*, and the background at each.

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
    points : DataFrame
        From `hotslope.candidates.evidence.track_evidence`.
    background_mm_yr : ndarray, float64, shape (points,)
        0 where none was removed.

    Raises
    ------
    InputError
        The two tables do not hold the same points in the same order.
    """
    points = POINTS.read(points_path, POINT_COLUMNS, rows)
    hotspots = HOTSPOTS.read(hotspots_path, ["z", "q"], rows)
    check_same_points(points_path, hotspots_path, rows)
    background = read_background(background_path, points)
    return track_evidence(points, hotspots, background), background


def read_inside(
    points_path: str, hotspots_path: str, background_path: str | None, polygons: np.ndarray
) -> tuple[pd.DataFrame, TrackReference]:
    """Read the points of a track that lie in polygons, and what they are compared with.

    Parameters
    ----------
    points_path, hotspots_path, background_path
        As in `read_evidence`.
    polygons : ndarray of shapely geometry, shape (n,)
        Outlines.

    Returns
    -------
    points : DataFrame
        The rows of `read_evidence` inside, in their order.
    reference : TrackReference
        Of all points of the track.
    """
    places = POINTS.read_numbers(points_path, [X, Y, VELOCITY])
    rates = places[VELOCITY].to_numpy() - read_background(background_path, places)
    _, inside = points_inside(polygons, places[X].to_numpy(), places[Y].to_numpy())
    reference = track_reference(rates, POINTS.read_numbers(points_path, SIGHT_COLUMNS))
    points, _ = read_evidence(points_path, hotspots_path, background_path, np.unique(inside))
    return points, reference


def read_background(path: str | None, points: pd.DataFrame) -> np.ndarray:
    """Read the long-wave background at each point, mm/yr; 0 where none was removed."""
    if not path:
        return np.zeros(len(points))
    raster, coarse = read_raster(path)
    return sample_background(coarse, raster, points[X].to_numpy(), points[Y].to_numpy())
