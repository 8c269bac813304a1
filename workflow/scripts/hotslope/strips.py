"""How much of a track or a raster is in memory at a time; no result depends on it."""

from collections.abc import Iterator

import numpy as np

from hotslope.grid import Grid
from hotslope.rasters import BLOCK_CELLS

#: Taken by a point while it is scored or spread over cells: coordinates, sorted copies, results.
POINT_BYTES = 160
#: Taken by a cell while its bands are computed and written.
CELL_BYTES = 48
_BYTES_PER_MB = 1e6


def points_at_a_time(strip_memory_mb: float) -> int:
    """Return how many points fit into an amount of memory, MB; at least one."""
    return max(int(strip_memory_mb * _BYTES_PER_MB / POINT_BYTES), 1)


def rows_at_a_time(bytes_per_row: float, strip_memory_mb: float) -> int:
    """Return how many rows fit into an amount of memory, MB: whole blocks of a file, or a few."""
    rows = max(int(strip_memory_mb * _BYTES_PER_MB / bytes_per_row), 1)
    return rows - rows % BLOCK_CELLS if rows >= BLOCK_CELLS else rows


def row_strips(grid: Grid, points: int, strip_memory_mb: float) -> Iterator[slice]:
    """Divide the rows of a grid, from north to south, into strips that fit into memory.

    Parameters
    ----------
    grid : Grid
        What is divided.
    points : int
        Number of points, taken to be spread over the grid evenly.
    strip_memory_mb : float
        Memory for a strip, MB.

    Yields
    ------
    slice
        Rows: whole blocks of a file where these fit, at least one row.
    """
    height, width = grid.shape
    bytes_per_row = CELL_BYTES * width + POINT_BYTES * points / height
    rows = rows_at_a_time(bytes_per_row, strip_memory_mb)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def near_rows(y_m: np.ndarray, strip: Grid, reach_m: float) -> np.ndarray:
    """Points within reach of a strip; bool, shape (points,).

    A metre more is taken than the reach: rounding must not lose a point at that distance.
    """
    _, south, _, north = strip.bounds_m
    return (y_m >= south - reach_m - 1.0) & (y_m <= north + reach_m + 1.0)
