"""Where motion was measured, and why not elsewhere: so that no data never reads as stable."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from hotslope.columns import VISIBILITY_NAMES
from hotslope.grid import Grid
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


def within_reach(x_m: np.ndarray, y_m: np.ndarray, grid: Grid, reach_m: float) -> np.ndarray:
    """Whether a point lies within `reach_m` of each cell, centre to centre of cells; bool."""
    rows, columns = grid.rows_columns(x_m, y_m)
    # Points just outside count too: their reach crosses the border.
    margin = int(np.ceil(reach_m / grid.cell_size_m))
    shape = (grid.shape[0] + 2 * margin, grid.shape[1] + 2 * margin)
    rows, columns = rows + margin, columns + margin
    inside = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
    occupied = np.zeros(shape, dtype=np.uint8)
    occupied[rows[inside], columns[inside]] = 1
    near = np.zeros(grid.shape, dtype=np.uint8)
    steps = np.arange(margin + 1)
    for step in steps:
        # A disk is a row of cells at each distance north and south.
        reached = np.sqrt(step * step + steps * steps) * grid.cell_size_m <= reach_m
        if not reached.any():
            continue
        width = 2 * int(np.flatnonzero(reached)[-1]) + 1
        run = ndimage.maximum_filter1d(occupied, width, axis=1, mode="constant")
        for shift in {int(step), -int(step)}:
            top = margin + shift
            near |= run[top : top + grid.shape[0], margin : margin + grid.shape[1]]
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
