"""`method: rate`: regions where the local rate passes a threshold."""

from itertools import product

import numpy as np
import pandas as pd

from hotslope.candidates.gate import holds_enough, significant
from hotslope.candidates.regions import label_regions, select_regions
from hotslope.candidates.runs import RunLabels
from hotslope.grid import Grid, lie_within

#: Moving points this many cells beyond a region still count toward its gate.
GATE_REACH_CELLS = 1


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
        Points of the track: `x_m`, `y_m`, `relative_mm_yr` (velocity minus background), and
        `z` and `q` of the gate (NaN where not evaluated).
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

    Notes
    -----
    Moving points within `GATE_REACH_CELLS` of a region count as its own. The outermost moving
    points of a body are the ones at which the rate falls below the
    threshold, and opening removes the cells under them: counting only what lies strictly
    inside drops bodies that hold just enough points.
    """
    toward, away = rate_mm_yr >= threshold_mm_yr, rate_mm_yr <= -threshold_mm_yr
    labels, count = label_regions(
        *((toward, away) if sign > 0 else (away, toward)),
        min_cells=min_cells,
        opening_cells=opening_cells,
    )
    kept = passes_gate(
        labels,
        count,
        grid,
        points,
        sign,
        threshold_mm_yr=threshold_mm_yr,
        significance=significance,
        min_points=min_points,
    )
    return select_regions(labels, kept)[0]


def passes_gate(
    labels: np.ndarray | RunLabels,
    count: int,
    grid: Grid,
    points: pd.DataFrame,
    sign: int,
    *,
    threshold_mm_yr: float,
    significance: float,
    min_points: int,
) -> np.ndarray:
    """Whether each region holds enough moving points; bool, shape (count,).

    Parameters
    ----------
    labels : ndarray of int32, shape ``grid.shape``, or RunLabels
        Regions 1 … count of one sense.
    count : int
        Number of regions.
    grid, points, sign, threshold_mm_yr, significance, min_points
        As in `rate_regions`; points that do not move may be missing.
    """
    movers = points[points["relative_mm_yr"].to_numpy() * sign >= threshold_mm_yr]
    return holds_enough(
        region_of_points(
            labels, grid, movers["x_m"].to_numpy(), movers["y_m"].to_numpy(), GATE_REACH_CELLS
        ),
        count,
        np.ones(len(movers), dtype=bool),
        significant(movers["z"].to_numpy(), movers["q"].to_numpy(), sign, significance),
        min_points,
    )


def region_of_points(
    labels: np.ndarray | RunLabels,
    grid: Grid,
    x_m: np.ndarray,
    y_m: np.ndarray,
    reach_cells: int = 0,
) -> np.ndarray:
    """Region in whose cell, or near whose cells, each point lies.

    Parameters
    ----------
    labels : ndarray of int32, shape ``grid.shape``, or RunLabels
        1 … n inside, 0 outside.
    grid : Grid
        Their georeference.
    x_m, y_m : ndarray, float64, shape (points,)
        Coordinates, m.
    reach_cells : int
        A point in no region belongs to the nearest within so many rows and columns.

    Returns
    -------
    ndarray of int32, shape (points,)
        0 in none or outside the grid.
    """
    rows, columns = grid.rows_columns(x_m, y_m)
    return region_near_cells(labels, rows, columns, reach_cells)


def region_near_cells(
    labels: np.ndarray | RunLabels, rows: np.ndarray, columns: np.ndarray, reach_cells: int
) -> np.ndarray:
    """Region in or near which cells lie; `region_of_points` for points whose cells are known."""
    region = np.zeros(rows.size, dtype=np.int32)
    steps = range(-reach_cells, reach_cells + 1)
    for down, right in sorted(product(steps, steps), key=lambda step: np.hypot(*step)):
        row, column = rows + down, columns + right
        free = lie_within(row, column, labels.shape) & (region == 0)
        region[free] = labels[row[free], column[free]]
    return region
