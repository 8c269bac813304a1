"""Undeclared no-data values, found by the cliffs around them."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

#: Ground beside a block of one value that is this much higher or lower, metres, …
CLIFF_M = 100.0
#: … and whose slope is at least this steep (rise over run; 72°) all around, is a cliff of the file.
CLIFF_SLOPE = 3.0
#: Neighbours that a block must have for its surroundings to be judged: those of a single cell.
_MIN_NEIGHBOURS = 8
_ALL_AROUND = np.ones((3, 3), dtype=bool)


class Fill(NamedTuple):
    """Cells of one value that the ground around them contradicts.

    Attributes
    ----------
    value_m : float
        Their elevation.
    cells : int
        How many.
    step_m : float
        Median difference to the ground around the largest block, metres.
    row, column : int
        A cell among them.
    """

    value_m: float
    cells: int
    step_m: float
    row: int
    column: int


def undeclared_fill(elevation_m: np.ndarray, cell_size_m: float, zero_m: float) -> Fill | None:
    """Find blocks of exactly zero, or of the lowest elevation, that cannot be ground.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevations; NaN for no data.
    cell_size_m : float
        Edge of a cell on the ground, metres.
    zero_m : float
        Elevation that a stored 0 means: 0 but for files with an offset.

    Returns
    -------
    Fill or None
        The first kind found.

    Notes
    -----
    A block is a set of cells of one value that touch by edge or corner. It is no ground where the
    median step to the cells around it exceeds both `CLIFF_M` and `CLIFF_SLOPE` times the cell: a
    sea or lake meets low ground somewhere, a void in the mountains does not.
    """
    if np.isnan(elevation_m).all():
        return None
    lowest_m = float(np.nanmin(elevation_m))
    for value_m in dict.fromkeys((zero_m, 0.0, lowest_m)):
        found = _without_ground(elevation_m, value_m, max(CLIFF_M, CLIFF_SLOPE * cell_size_m))
        if found is not None:
            return found
    return None


def _without_ground(elevation_m: np.ndarray, value_m: float, cliff_m: float) -> Fill | None:
    blocks, _ = ndimage.label(elevation_m == value_m, _ALL_AROUND)
    cells, step_m, place = 0, 0.0, (0, 0)
    largest = 0
    for number, window in enumerate(ndimage.find_objects(blocks), start=1):
        grown = tuple(slice(max(part.start - 1, 0), part.stop + 1) for part in window)
        block = blocks[grown] == number
        around = elevation_m[grown][ndimage.binary_dilation(block, _ALL_AROUND) & ~block]
        around = around[np.isfinite(around)]
        if len(around) < _MIN_NEIGHBOURS:
            continue
        block_step_m = float(np.median(np.abs(around - value_m)))
        if block_step_m < cliff_m:
            continue
        size = int(block.sum())
        cells += size
        if size > largest:
            row, column = np.argwhere(block)[0]
            place = (int(row) + grown[0].start, int(column) + grown[1].start)
            largest, step_m = size, block_step_m
    return Fill(value_m, cells, step_m, *place) if cells else None
