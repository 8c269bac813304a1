"""Roads: least-cost paths along the valley and from settlements to it."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString

from hotslope.grid import Grid

#: Roads are planned on every second cell of the landscape's grid.
STRIDE = 2


def _graph(cost: np.ndarray, cell_size_m: float) -> csr_array:
    """Eight-neighbour graph; the cost of a step is the mean of its ends times its length."""
    rows, columns = cost.shape
    index = np.arange(cost.size).reshape(cost.shape)
    start, end, weight = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
        there = (slice(down, rows), slice(max(0, right), columns + min(0, right)))
        length = cell_size_m * np.hypot(down, right)
        start.append(index[here].ravel())
        end.append(index[there].ravel())
        weight.append(((cost[here] + cost[there]) / 2 * length).ravel())
    pairs = (np.concatenate(start), np.concatenate(end))
    return csr_array((np.concatenate(weight), pairs), shape=(cost.size, cost.size))


def _path(predecessors: np.ndarray, cell: int) -> list[int]:
    path = [cell]
    while predecessors[path[-1]] >= 0:
        path.append(int(predecessors[path[-1]]))
    return path


def plan_roads(
    slope_deg: np.ndarray, offset_m: np.ndarray, settlements: np.ndarray, grid: Grid
) -> tuple[list[LineString], list[str]]:
    """Lay a highway from west to east and join each settlement to it.

    Parameters
    ----------
    slope_deg : ndarray, shape (rows, columns)
        Slope of the smoothed ground, degrees.
    offset_m : ndarray, shape (rows, columns)
        Signed distance from the large river, m; roads keep off its flood plain.
    settlements : ndarray, shape (n, 3)
        x, y and radius, m.
    grid : Grid
        Georeference.

    Returns
    -------
    lines : list of LineString
    kinds : list of str
        ``highway`` or ``local``.
    """
    slope = slope_deg[::STRIDE, ::STRIDE].astype(np.float64)
    offset = offset_m[::STRIDE, ::STRIDE]
    away = np.abs(offset)
    x_m, y_m = grid.x_centres_m()[::STRIDE], grid.y_centres_m()[::STRIDE]
    cost = 1 + (slope / 6) ** 2 + 8 * (away < 180)
    graph = _graph(cost, grid.cell_size_m * STRIDE)
    # The highway keeps to the north bank: crossing costs far more than any detour.
    banked = _graph(cost + 1e3 * (offset < 0) + away / 600, grid.cell_size_m * STRIDE)
    columns = slope.shape[1]
    north = np.argmin(np.abs(offset - 400), axis=0)
    west, east = north[0] * columns, north[-1] * columns + columns - 1
    _, before = dijkstra(banked, directed=False, indices=west, return_predecessors=True)
    highway = _path(before, int(east))
    _, before, _ = dijkstra(
        graph, directed=False, indices=highway, return_predecessors=True, min_only=True
    )
    paths = [highway]
    used = set(highway)
    for x, y, _ in settlements:
        column, row = int(np.abs(x_m - x).argmin()), int(np.abs(y_m - y).argmin())
        path = _path(before, row * columns + column)
        # A path that meets an earlier road ends there.
        stop = next((i for i, cell in enumerate(path) if cell in used), len(path) - 1)
        if stop > 0:
            paths.append(path[: stop + 1])
            used.update(path)
    lines = []
    for path in paths:
        row_of, column_of = np.divmod(np.array(path), columns)
        lines.append(smooth_line(np.column_stack([x_m[column_of], y_m[row_of]])))
    return lines, ["highway"] + ["local"] * (len(lines) - 1)


def smooth_line(vertices: np.ndarray) -> LineString:
    """Round the corners of a stair-stepped line; its ends stay (Chaikin, twice)."""
    for _ in range(2):
        if len(vertices) < 3:
            break
        first, last = vertices[0], vertices[-1]
        near = 0.75 * vertices[:-1] + 0.25 * vertices[1:]
        far = 0.25 * vertices[:-1] + 0.75 * vertices[1:]
        vertices = np.vstack([first, np.stack([near, far], axis=1).reshape(-1, 2)[1:-1], last])
    return LineString(vertices)
