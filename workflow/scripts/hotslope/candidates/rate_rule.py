"""`method: rate`: regions where the local rate passes a threshold."""

import numpy as np
import pandas as pd

from hotslope.candidates.gate import holds_enough, significant
from hotslope.candidates.regions import label_regions, select_regions
from hotslope.grid import Grid


def rate_regions(
    rate_mm_yr: np.ndarray,
    grid: Grid,
    points: pd.DataFrame,
    sign: int,
    *,
    threshold_mm_yr: float,
    significance: float,
    min_points: int,
    min_cells: int,
    opening_cells: int,
) -> np.ndarray:
    """Label the regions of one track that move in one sense.

    Parameters
    ----------
    rate_mm_yr : ndarray, float64, shape ``grid.shape``
        Local line-of-sight rate minus the background; NaN where not evaluated.
    grid : Grid
        Its georeference.
    points : DataFrame
        Points of the track: `x_m`, `y_m`, `relative_mm_yr` (velocity minus background), `z`
        and `q` (NaN where not evaluated).
    sign : int
        +1 toward the sensor, -1 away.
    threshold_mm_yr : float
        Least rate, and least velocity of a moving point.
    significance : float
        Largest q of a seed.
    min_points : int
        Least number of moving points, see `hotslope.candidates.gate.required_points`.
    min_cells, opening_cells : int
        See `hotslope.candidates.regions.label_regions`.

    Returns
    -------
    ndarray of int32, shape ``grid.shape``
        1 … n inside, 0 outside.
    """
    toward, away = rate_mm_yr >= threshold_mm_yr, rate_mm_yr <= -threshold_mm_yr
    labels, count = label_regions(
        *((toward, away) if sign > 0 else (away, toward)),
        min_cells=min_cells,
        opening_cells=opening_cells,
    )
    kept = holds_enough(
        region_of_points(labels, grid, points),
        count,
        points["relative_mm_yr"].to_numpy() * sign >= threshold_mm_yr,
        significant(points["z"].to_numpy(), points["q"].to_numpy(), sign, significance),
        min_points,
    )
    return select_regions(labels, kept)[0]


def region_of_points(labels: np.ndarray, grid: Grid, points: pd.DataFrame) -> np.ndarray:
    """Region in whose cell each point lies; 0 in none or outside the grid; int32."""
    rows, columns = grid.rows_columns(points["x_m"].to_numpy(), points["y_m"].to_numpy())
    on_grid = (rows >= 0) & (rows < grid.shape[0]) & (columns >= 0) & (columns < grid.shape[1])
    region = np.zeros(len(points), dtype=np.int32)
    region[on_grid] = labels[rows[on_grid], columns[on_grid]]
    return region
