"""Size and direction of outlines."""

import numpy as np
import pandas as pd
import shapely

from hotslope.candidates.sense import aspect_of, slope_of
from hotslope.terrain.downslope import MIN_SLOPE_DEG

#: Rounder outlines have no meaningful long axis.
MIN_ELONGATION = 1.2


def outline_shapes(polygons: np.ndarray, gradient: np.ndarray) -> pd.DataFrame:
    """Length, elongation and direction of outlines, beside the slope below them.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Outlines, m.
    gradient : ndarray, float64, shape (n, 2)
        Mean downslope gradient of the ground below; NaN without terrain.

    Returns
    -------
    DataFrame, shape (n, 6)
        `length_m` and `elongation` (length over width) of the smallest rectangle around an
        outline; `orientation_deg`, azimuth of its long side, 0 to 180; `mean_slope_deg` and
        `mean_aspect_deg` of the mean gradient; `orientation_to_aspect_deg`, 0 where the
        outline lies along the fall of the slope, 90 across. NaN: no orientation of outlines
        rounder than `MIN_ELONGATION`, no aspect below `MIN_SLOPE_DEG`.
    """
    length, width, azimuth = _long_sides(polygons)
    elongation = length / width
    orientation = np.where(elongation >= MIN_ELONGATION, azimuth, np.nan)
    slope = slope_of(gradient)
    aspect = np.where(slope >= MIN_SLOPE_DEG, aspect_of(gradient), np.nan)
    turn = np.abs(orientation - aspect) % 180.0
    return pd.DataFrame(
        {
            "length_m": length,
            "elongation": elongation,
            "orientation_deg": orientation,
            "mean_slope_deg": slope,
            "mean_aspect_deg": aspect,
            "orientation_to_aspect_deg": np.minimum(turn, 180.0 - turn),
        }
    )


def _long_sides(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Length, width, and azimuth of the long side, of the smallest rectangles."""
    if not len(polygons):
        return np.empty(0), np.empty(0), np.empty(0)
    rectangles = shapely.minimum_rotated_rectangle(polygons)
    corners = shapely.get_coordinates(rectangles).reshape(len(polygons), 5, 2)
    sides = np.diff(corners[:, :3], axis=1)
    lengths = np.hypot(sides[..., 0], sides[..., 1])
    longer = lengths.argmax(axis=1)
    chosen = sides[np.arange(len(polygons)), longer]
    # Rounded, or the direction of an axis-parallel side would depend on its last bit.
    azimuth = np.degrees(np.arctan2(chosen[:, 0], chosen[:, 1])).round(6) % 180.0
    return lengths.max(axis=1), lengths.min(axis=1), azimuth
