"""Flow gathered down a surface without depressions, from cell to cell (FD8)."""

import numpy as np

from hotslope.compiled import compiled
from hotslope.terrain.neighbours import EDGES, neighbour_steps
from hotslope.terrain.row_windows import Layer, Rows, RowWindow, visit_until_settled

#: Freeman's (1991) exponent of the slope by which flow is shared out.
FD8_EXPONENT = 1.1
#: Weight of a fall across a corner, where the way is √2 times as long, beside one across an edge.
CORNER_WEIGHT = 2.0 ** (-FD8_EXPONENT / 2.0)


def accumulate_flow(
    level_m: Rows, area_m: Rows, passed_on: Rows, cell_size_m: float, block_rows: int
) -> None:
    """Add up what drains through each cell, per metre of contour.

    Parameters
    ----------
    level_m : Rows, shape (rows, columns)
        Surface without depressions, metres; infinite where there is no ground.
    area_m : Rows, shape (rows, columns)
        Holds NaN, and is given the specific contributing area in m²/m: the cell itself and all
        above it. It stays NaN where there is no ground.
    passed_on : Rows, shape (rows, columns)
        Is given how much of the area a cell passes on per unit of weight; of no further use.
    cell_size_m : float
        Edge of a cell in metres, which is what it adds by itself.
    block_rows : int
        Height of the blocks of rows that are worked on, at least 2; no result depends on it.

    Notes
    -----
    A cell shares its area among its lower neighbours by weights, slope to the power of
    `FD8_EXPONENT`. It is computed once, as soon as all its higher neighbours are, by asking them
    for their shares in a fixed order. So no sum depends on when, or in which window, it is made.
    """
    layers = [
        Layer(level_m, np.inf),
        Layer(area_m, np.nan, area_m),
        Layer(passed_on, 0.0, passed_on),
    ]
    window = RowWindow(layers, block_rows)
    left = np.ones(window.count, dtype=np.int64)

    def work(number: int) -> tuple[bool, bool]:
        if left[number] == 0:
            return False, False
        (level, area, share), lower_top, is_first, is_last = window.move_to(number)
        # The neighbours of an outer row are not in the window, unless the raster ends there.
        first, past = 2 - is_first, len(level) - 2 + is_last
        upper, lower, left[number] = _gather(
            level, area, share, cell_size_m, first, past, lower_top
        )
        return upper, lower

    visit_until_settled(window, work)


@compiled
def _gather(
    level: np.ndarray,
    area: np.ndarray,
    passed_on: np.ndarray,
    own: float,
    first: int,
    past: int,
    lower_top: int,
) -> tuple[bool, bool, int]:
    """Compute all cells from row `first` to row `past` that can be.

    Return whether either block of the window has changed, and how many cells are left.
    """
    columns = level.shape[1]
    levels, areas, shares = level.reshape(-1), area.reshape(-1), passed_on.reshape(-1)
    steps = neighbour_steps(columns)
    missing, ready, left = _count_missing(levels, areas, steps, first * columns, past * columns)
    changed = np.zeros(2, np.bool_)
    while ready:
        cell = ready.pop()
        total, weights = own, 0.0
        for direction in range(8):
            beside = cell + steps[direction]
            rise = levels[beside] - levels[cell]
            if rise == 0.0 or not np.isfinite(rise):
                continue
            weight = abs(rise) ** FD8_EXPONENT
            if direction >= EDGES:
                weight *= CORNER_WEIGHT
            if rise > 0.0:
                total += shares[beside] * weight
                continue
            weights += weight
            missing[beside] -= 1
            if missing[beside] == 0:
                ready.append(beside)
        areas[cell] = total
        shares[cell] = total / weights if weights > 0.0 else 0.0
        changed[int(cell >= lower_top * columns)] = True
        left -= 1
    return changed[0], changed[1], left


@compiled
def _count_missing(
    levels: np.ndarray, areas: np.ndarray, steps: np.ndarray, first: int, past: int
) -> tuple[np.ndarray, list[int], int]:
    """Count the higher neighbours of each cell that have not been computed.

    Return the counts, below 0 for cells that are not from `first` to `past` or not to be computed;
    the cells that are ready; and the number of those that are to be computed.
    """
    missing = np.full(levels.size, -1, np.int8)
    ready = [0]
    ready.pop()
    left = 0
    for cell in range(first, past):
        if not np.isnan(areas[cell]) or not np.isfinite(levels[cell]):
            continue
        left += 1
        count = 0
        for step in steps:
            is_higher = levels[cell] < levels[cell + step] < np.inf
            count += is_higher and np.isnan(areas[cell + step])
        missing[cell] = count
        if count == 0:
            ready.append(cell)
    return missing, ready, left
