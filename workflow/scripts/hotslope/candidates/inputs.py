"""Reading what the stage judges candidates by."""

import numpy as np
import pandas as pd

from hotslope.candidates.evidence import POINT_COLUMNS, track_evidence
from hotslope.motion.background import sample_background
from hotslope.rasters import read_raster
from hotslope.schemas import HOTSPOTS, POINTS


def read_evidence(
    points_path: str, hotspots_path: str, background_path: str | None
) -> tuple[pd.DataFrame, np.ndarray]:
    """Read the points of a track with their Gi*, and the background at each.

    Parameters
    ----------
    points_path, hotspots_path : str
        Tables of one track.
    background_path : str or None
        Raster of the long-wave background, mm/yr; None where none was removed.

    Returns
    -------
    points : DataFrame
        From `hotslope.candidates.evidence.track_evidence`.
    background_mm_yr : ndarray, float64, shape (points,)
        0 where none was removed.
    """
    points = POINTS.read(points_path, POINT_COLUMNS)
    hotspots = HOTSPOTS.read(hotspots_path, ["point_id", "z", "q"])
    background = read_background(background_path, points)
    return track_evidence(points, hotspots, background, hotspots_path), background


def read_background(path: str | None, points: pd.DataFrame) -> np.ndarray:
    """Read the long-wave background at each point, mm/yr; 0 where none was removed."""
    if not path:
        return np.zeros(len(points))
    raster, coarse = read_raster(path)
    return sample_background(coarse, raster, points["x_m"].to_numpy(), points["y_m"].to_numpy())
