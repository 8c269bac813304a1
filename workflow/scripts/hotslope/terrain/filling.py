"""Depressions of a DEM filled, so that water runs from every cell to an outlet."""

from heapq import heappop, heappush

import numpy as np

from hotslope.compiled import compiled
from hotslope.rasters import Cells, Computed
from hotslope.terrain.neighbours import neighbour_steps
from hotslope.terrain.row_windows import Layer, Rows, RowWindow, visit_until_settled

#: By how much filled ground rises from cell to cell away from its outlet, metres. A power of two,
#: so that thousands of steps add up without rounding to elevations of whole metres or float32.
FLAT_RISE_M = 2.0**-30


def fill_depressions(elevation_m: Cells, level_m: Rows, block_rows: int) -> None:
    """Find the lowest surface, on or above the ground, from which all water runs off.

    Parameters
    ----------
    elevation_m : Cells, shape (rows, columns)
        The ground; NaN for no data.
    level_m : Rows, shape (rows, columns)
        Holds +inf, and is given the surface: metres; -inf in gaps that reach the edge of the
        raster, +inf in all others.
    block_rows : int
        Height of the blocks of rows that are worked on; the surface does not depend on it.

    Notes
    -----
    The level of a cell is its ground, or `FLAT_RISE_M` above its lowest neighbour where that is
    more. As a level always exceeds that from which it follows, only one surface has this property.
    Levels are lowered toward it, block by block, until they have it: the order decides how long
    that takes, not what comes out.

    Beyond the raster the level is -inf, and so it is in gaps that reach its edge: beside them the
    ground keeps its height, and is an outlet. Other gaps are unknown ground, which no water enters.
    """
    ground_m = Computed(lambda band: np.where(np.isnan(band), -np.inf, band), elevation_m)
    window = RowWindow([Layer(ground_m, -np.inf), Layer(level_m, -np.inf, level_m)], block_rows)

    def work(number: int) -> tuple[bool, bool]:
        (ground, level), lower_top, is_first, is_last = window.move_to(number)
        return _lower(ground, level, lower_top, is_first, is_last)

    visit_until_settled(window, work)


@compiled
def _lower(
    ground: np.ndarray, level: np.ndarray, lower_top: int, is_first: bool, is_last: bool
) -> tuple[bool, bool]:
    """Lower the levels of a window until they agree; return whether either block has changed.

    Each block agrees in itself already, or has never been visited. `lower_top` is the first row of
    the lower one. A cell that keeps its ground has its last level, and may be looked at in any
    order. One that raises a neighbour has to wait in a queue, the lowest first, or that neighbour
    would be raised too high and lowered again and again. Most have nothing to wait for any more
    once all cells that keep their ground have been looked at; until then they stand in `banks`.
    """
    columns = ground.shape[1]
    heights, levels, steps = ground.reshape(-1), level.reshape(-1), neighbour_steps(columns)
    changed = np.zeros(2, np.bool_)
    kept, queue = _open_edges(ground, level, is_first, is_last), _meeting_rows(level, lower_top)
    for cell in kept:
        changed[int(cell >= lower_top * columns)] = True
    banks = [0]
    banks.pop()
    while kept or banks or queue:
        keeps_ground = len(kept) > 0
        if keeps_ground:
            cell = kept.pop()
        elif banks:
            cell = banks.pop()
            if _raises(cell, heights, levels, steps):
                heappush(queue, (levels[cell], cell))
            continue
        else:
            told, cell = heappop(queue)
            if told > levels[cell]:
                continue
        reached, raises = levels[cell] + FLAT_RISE_M, False
        for step in steps:
            beside = cell + step
            height = heights[beside]
            lowered = max(height, reached)
            if lowered >= levels[beside] or _is_closed(height, reached):
                continue
            if lowered > height and keeps_ground:
                raises = True
                continue
            levels[beside] = lowered
            changed[int(beside >= lower_top * columns)] = True
            if lowered > height:
                heappush(queue, (lowered, beside))
            else:
                kept.append(beside)
        if raises:
            banks.append(cell)
    return changed[0], changed[1]


@compiled
def _open_edges(ground: np.ndarray, level: np.ndarray, is_first: bool, is_last: bool) -> list[int]:
    """Lower the cells at the edge of the raster to their ground; return those that were not."""
    rows, columns = ground.shape
    opened = [0]
    opened.pop()
    for row in range(1, rows - 1):
        is_end = (row == 1 and is_first) or (row == rows - 2 and is_last)
        between = 1 if is_end else max(columns - 3, 1)
        for column in range(1, columns - 1, between):
            if level[row, column] > ground[row, column]:
                level[row, column] = ground[row, column]
                opened.append(row * columns + column)
    return opened


@compiled
def _meeting_rows(level: np.ndarray, lower_top: int) -> list[tuple[float, int]]:
    """Queue the cells in which the two blocks of a window meet."""
    rows, columns = level.shape
    queue = [(0.0, 0)]
    queue.pop()
    for row in range(lower_top - 1, min(lower_top + 1, rows - 1)):
        for column in range(1, columns - 1):
            if level[row, column] < np.inf:
                heappush(queue, (level[row, column], row * columns + column))
    return queue


@compiled
def _is_closed(height: float, reached: float) -> bool:
    """Whether a cell is a gap, to one that is none."""
    return height == -np.inf and reached > -np.inf


@compiled
def _raises(cell: int, heights: np.ndarray, levels: np.ndarray, steps: np.ndarray) -> bool:
    """Whether the level of a cell puts a neighbour above its ground, and lower than it is."""
    reached, raises = levels[cell] + FLAT_RISE_M, False
    for step in steps:
        raises |= -np.inf < heights[cell + step] < reached < levels[cell + step]
    return raises
