"""Attributes of an outline from the points inside it."""

import numpy as np
import pandas as pd

#: How a sign is written in tables; positive line-of-sight velocity is toward the sensor.
SENSE_NAMES = {1: "toward", -1: "away", 0: "none"}


def describe_points(
    polygon: np.ndarray,
    count: int,
    points: pd.DataFrame,
) -> pd.DataFrame:
    """Summarise the points of each outline.

    Parameters
    ----------
    polygon : ndarray of int, shape (points,)
        Outline 0 … count - 1 in which each row of `points` lies.
    count : int
        Number of outlines.
    points : DataFrame
        Rows with `velocity_mm_yr`, `moving` (bool), `significant` (bool) and `z`.

    Returns
    -------
    DataFrame, shape (count, 7)
        `n_points`, `n_moving`, `velocity_mm_yr` (median), `velocity_p05_mm_yr` and
        `velocity_p95_mm_yr`, `share_significant` (of all points), `mean_z` (of those
        evaluated). Without points: counts 0, the rest NaN.
    """
    groups = points.groupby(polygon)
    velocity = groups["velocity_mm_yr"]
    table = pd.DataFrame(
        {
            "n_points": groups.size(),
            "n_moving": groups["moving"].sum(),
            "velocity_mm_yr": velocity.median(),
            "velocity_p05_mm_yr": velocity.quantile(0.05),
            "velocity_p95_mm_yr": velocity.quantile(0.95),
            "share_significant": groups["significant"].mean(),
            "mean_z": groups["z"].mean(),
        }
    ).reindex(range(count))
    counts = ["n_points", "n_moving"]
    table[counts] = table[counts].fillna(0).astype("int64")
    return table.astype({name: "float64" for name in table.columns if name not in counts})


def mean_line_of_sight(polygon: np.ndarray, count: int, points: pd.DataFrame) -> pd.DataFrame:
    """Average the line of sight of the points in each outline.

    Parameters
    ----------
    polygon, count, points
        As in `describe_points`, with columns `los_east`, `los_north`, `los_up`.

    Returns
    -------
    DataFrame, shape (count, 3)
        The three components; the track's mean where an outline holds no point, NaN where
        the track has no geometry.
    """
    columns = ["los_east", "los_north", "los_up"]
    means = points[columns].groupby(polygon).mean().reindex(range(count))
    return means.fillna(points[columns].mean()).astype("float64")


def any_inside(polygon: np.ndarray, count: int, flag: np.ndarray) -> np.ndarray:
    """Whether any point of each outline carries the flag; bool, shape (count,)."""
    return np.bincount(polygon[flag], minlength=count) > 0
