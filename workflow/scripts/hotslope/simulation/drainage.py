"""Steepest-descent drainage on a raster: receivers, area, streams, catchments."""

import numpy as np

from hotslope.compiled import compiled


@compiled
def steepest_receivers(
    elevation_m: np.ndarray, cell_size_m: float
) -> tuple[np.ndarray, np.ndarray]:  # pragma: no cover - compiled
    """Lowest-lying neighbour in the sense of slope, of every cell (D8).

    Parameters
    ----------
    elevation_m : ndarray, float64, shape (rows, columns)
        Heights, m.
    cell_size_m : float
        Edge of a cell, m.

    Returns
    -------
    receivers : ndarray, int64, shape (rows * columns,)
        Flat index of the cell that each cell drains to; its own where none is lower.
    distance_m : ndarray, float64, shape (rows * columns,)
        Distance to the receiver, m (`cell_size_m` for pits).
    """
    rows, columns = elevation_m.shape
    receivers = np.empty(rows * columns, np.int64)
    distance = np.full(rows * columns, cell_size_m)
    diagonal = cell_size_m * np.sqrt(2.0)
    for row in range(rows):
        for column in range(columns):
            cell = row * columns + column
            best, steepest = cell, 0.0
            for step_row in range(-1, 2):
                for step_column in range(-1, 2):
                    r, c = row + step_row, column + step_column
                    if r < 0 or c < 0 or r >= rows or c >= columns:
                        continue
                    length = diagonal if step_row * step_column != 0 else cell_size_m
                    slope = (elevation_m[row, column] - elevation_m[r, c]) / length
                    if slope > steepest:
                        best, steepest = r * columns + c, slope
                        distance[cell] = length
            receivers[cell] = best
    return receivers, distance


@compiled
def drained_area(
    order: np.ndarray, receivers: np.ndarray, cell_area_m2: float
) -> np.ndarray:  # pragma: no cover - compiled
    """Area that drains through each cell, its own included, m².

    Parameters
    ----------
    order : ndarray, int64, shape (n,)
        Flat cell indices from the lowest to the highest.
    receivers : ndarray, int64, shape (n,)
        See `steepest_receivers`.
    cell_area_m2 : float
        Area of a cell, m².
    """
    area = np.full(receivers.size, cell_area_m2)
    for index in range(order.size - 1, -1, -1):
        cell = order[index]
        if receivers[cell] != cell:
            area[receivers[cell]] += area[cell]
    return area


def trace_streams(
    receivers: np.ndarray, area_m2: np.ndarray, threshold_m2: float
) -> list[np.ndarray]:
    """Cut the stream network into reaches between sources, confluences and mouths.

    Parameters
    ----------
    receivers, area_m2 : ndarray, shape (n,)
        Drainage.
    threshold_m2 : float
        Drained area at which a stream begins, m².

    Returns
    -------
    list of ndarray, int64
        Flat cell indices of each reach, downstream, the cell that ends it included.
    """
    stream = (area_m2 >= threshold_m2) & (receivers != np.arange(receivers.size))
    cells = np.flatnonzero(stream)
    donors = np.bincount(receivers[cells], minlength=receivers.size)
    reaches = []
    for start in cells[donors[cells] != 1]:
        reach = [start]
        cell = receivers[start]
        while stream[cell] and donors[cell] == 1:
            reach.append(cell)
            cell = receivers[cell]
        reaches.append(np.array([*reach, cell]))
    return reaches


@compiled
def _inherit(
    order: np.ndarray, receivers: np.ndarray, labels: np.ndarray
) -> None:  # pragma: no cover - compiled
    for cell in order:
        if labels[cell] < 0:
            labels[cell] = labels[receivers[cell]]


def label_catchments(
    order: np.ndarray,
    receivers: np.ndarray,
    area_m2: np.ndarray,
    outlet_labels: np.ndarray,
    threshold_m2: float,
) -> np.ndarray:
    """Label catchments: the ground that drains into one reach of the larger streams.

    Parameters
    ----------
    order, receivers, area_m2 : ndarray, shape (n,)
        Drainage.
    outlet_labels : ndarray, int64, shape (n,)
        Labels, 0 and more, for cells that drain nowhere (used only there).
    threshold_m2 : float
        Drained area at which a stream counts, m².

    Returns
    -------
    ndarray, int64, shape (n,)
    """
    labels = np.where(receivers == np.arange(receivers.size), outlet_labels, -1)
    first = int(outlet_labels.max()) + 1
    for number, reach in enumerate(trace_streams(receivers, area_m2, threshold_m2)):
        labels[reach[:-1]] = first + number
    _inherit(order, receivers, labels)
    return labels
