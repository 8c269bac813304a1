"""Where motion was measured, and why not elsewhere: so that no data never reads as stable."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from hotslope.class_rasters import Classes
from hotslope.columns import VISIBILITY_NAMES
from hotslope.grid import Grid, lie_within
from hotslope.terrain.downslope import MIN_SENSITIVITY

MEASURED, NO_POINTS, HIDDEN, LOST, BLIND = range(5)
#: Classes in words, in the order of the codes.
COVERAGE_NAMES = (
    "measured",
    "no points",
    "layover or shadow",
    "only points of too low coherence",
    "points, but blind to downslope motion",
)
#: Why motion was not measured, as every map tints it.
COVERAGE_CLASSES = Classes(
    COVERAGE_NAMES, ("#ffffff", "#7f8c99", "#3f4a55", "#c9a66b", "#8fb3a5"), opacity=0.45
)
#: Where tracks differ, the cell takes the first of these that any track has.
_BEST_FIRST = (MEASURED, BLIND, LOST, NO_POINTS, HIDDEN)


class TrackView(NamedTuple):
    """What a track has on each cell of the study grid.

    Parameters
    ----------
    points, dropped : ndarray of bool, shape (rows, columns)
        Whether a point, and whether one below the coherence threshold, lies within reach.
    visibility : ndarray, float64, shape (rows, columns)
        Codes into `VISIBILITY_NAMES`; NaN where not known.
    sensitivity : ndarray, float64, shape (rows, columns)
        s·l; NaN where not known and on slopes too gentle to ask for it.
    """

    points: np.ndarray
    dropped: np.ndarray
    visibility: np.ndarray
    sensitivity: np.ndarray


def within_reach(
    rows: np.ndarray, columns: np.ndarray, grid: Grid, reach_m: float, wanted: slice
) -> np.ndarray:
    """Whether a point lies within reach of each cell of some rows, centre to centre of cells.

    Parameters
    ----------
    rows, columns : ndarray of int64, shape (points,)
        Cell of each point, from `Grid.rows_columns`. Points beyond the grid reach into it.
    grid : Grid
        The study grid.
    reach_m : float
    wanted : slice
        Rows of the grid, with both their ends.

    Returns
    -------
    ndarray of bool, shape (rows wanted, columns)
    """
    height, width = wanted.stop - wanted.start, grid.shape[1]
    margin = int(np.ceil(reach_m / grid.cell_size_m))
    rows, columns = rows - wanted.start + margin, columns + margin
    shape = (height + 2 * margin, width + 2 * margin)
    inside = lie_within(rows, columns, shape)
    occupied = np.zeros(shape, dtype=np.uint8)
    occupied[rows[inside], columns[inside]] = 1
    near = np.zeros((height, width), dtype=np.uint8)
    steps = np.arange(margin + 1)
    for step in steps:
        # A disk is a row of cells at each distance north and south.
        reached = np.sqrt(step * step + steps * steps) * grid.cell_size_m <= reach_m
        if not reached.any():
            continue
        run_width = 2 * int(np.flatnonzero(reached)[-1]) + 1
        run = ndimage.maximum_filter1d(occupied, run_width, axis=1, mode="constant")
        for shift in {int(step), -int(step)}:
            top = margin + shift
            near |= run[top : top + height, margin : margin + width]
    return near.astype(bool)


def track_coverage(view: TrackView) -> np.ndarray:
    """Class of each cell for one track: codes into `COVERAGE_NAMES`, uint8."""
    hidden = view.visibility > VISIBILITY_NAMES.index("visible")
    blind = np.abs(view.sensitivity) < MIN_SENSITIVITY
    return np.select(
        [hidden, view.points & ~blind, view.points, view.dropped],
        [HIDDEN, MEASURED, BLIND, LOST],
        NO_POINTS,
    ).astype(np.uint8)


def joint_coverage(classes: list[np.ndarray]) -> np.ndarray:
    """Class over all tracks: what the best of them says; uint8.

    Notes
    -----
    One track that measures is enough. Ground counts as hidden only if all tracks' views of
    it are; else the missing points of the one that looks at it are the reason.
    """
    stack = np.stack(classes)
    return np.select(
        [(stack == code).any(axis=0) for code in _BEST_FIRST], list(_BEST_FIRST), NO_POINTS
    ).astype(np.uint8)
