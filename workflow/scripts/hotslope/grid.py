"""The study grid: one raster geometry for every raster result."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from affine import Affine

from hotslope.errors import InputError

#: xmin, ymin, xmax and ymax in the units of a CRS.
Bounds = tuple[float, float, float, float]


def given_bounds(bounds_m: Sequence[float] | None) -> Bounds:
    """Return configured bounds; refuse missing ones, for targets that need no ``inputs.json``."""
    if bounds_m is None:
        raise InputError(
            "study_area.bounds_m",
            "is missing",
            "`snakemake --cores 1 results/points/inputs.json` prints the bounds of your points",
        )
    xmin, ymin, xmax, ymax = bounds_m
    return xmin, ymin, xmax, ymax


@dataclass(frozen=True)
class Grid:
    """A north-up raster grid of square cells.

    Parameters
    ----------
    crs : str
        Projected CRS in metres.
    transform : affine.Affine
        Cell (column, row) to (x, y); row 0 is the northernmost.
    shape : tuple of int
        Rows, columns.

    Examples
    --------
    >>> grid = Grid.from_bounds([700003, 3980001, 700099, 3980058], 12.5, "EPSG:32647")
    >>> grid.shape
    (5, 8)
    >>> grid.bounds_m
    (700000.0, 3980000.0, 700100.0, 3980062.5)
    """

    crs: str
    transform: Affine
    shape: tuple[int, int]

    @classmethod
    def from_bounds(cls, bounds_m: Sequence[float] | None, cell_size_m: float, crs: str) -> "Grid":
        """Snap ``[xmin, ymin, xmax, ymax]`` outward to multiples of the cell size."""
        xmin, ymin, xmax, ymax = given_bounds(bounds_m)
        left = math.floor(xmin / cell_size_m)
        bottom = math.floor(ymin / cell_size_m)
        right = math.ceil(xmax / cell_size_m)
        top = math.ceil(ymax / cell_size_m)
        transform = Affine(
            cell_size_m, 0.0, left * cell_size_m, 0.0, -cell_size_m, top * cell_size_m
        )
        return cls(str(crs), transform, (top - bottom, right - left))

    @property
    def cell_size_m(self) -> float:
        """Edge of a cell in metres."""
        return float(self.transform.a)

    @property
    def bounds_m(self) -> Bounds:
        """Left, bottom, right and top in metres."""
        rows, columns = self.shape
        left, top = self.transform.c, self.transform.f
        return (left, top - rows * self.cell_size_m, left + columns * self.cell_size_m, top)

    def x_centres_m(self) -> np.ndarray:
        """Return x of the cell centres, west to east, float64, shape (columns,)."""
        return _centres_m(self.transform.c, self.cell_size_m, np.arange(self.shape[1]) + 0.5)

    def y_centres_m(self) -> np.ndarray:
        """Return y of the cell centres, north to south, float64, shape (rows,)."""
        return _centres_m(self.transform.f, self.cell_size_m, -(np.arange(self.shape[0]) + 0.5))

    def rows_columns(self, x_m: np.ndarray, y_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return row and column (int64) of the cell that holds each point; may lie outside."""
        columns = np.floor((np.asarray(x_m) - self.transform.c) / self.cell_size_m)
        rows = np.floor((self.transform.f - np.asarray(y_m)) / self.cell_size_m)
        return rows.astype(np.int64), columns.astype(np.int64)

    def cell_numbers(self, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
        """Return the cell (int64, counted row by row) that holds each point; -1 outside."""
        rows, columns = self.rows_columns(x_m, y_m)
        return np.where(lie_within(rows, columns, self.shape), rows * self.shape[1] + columns, -1)

    def grown(self, cells: int) -> "Grid":
        """Return the grid with a margin of `cells` on each side."""
        rows, columns = self.shape
        return Grid(
            self.crs,
            self.transform @ Affine.translation(-cells, -cells),
            (rows + 2 * cells, columns + 2 * cells),
        )

    def of_rows(self, rows: slice) -> "Grid":
        """Return the part of the grid that ``array[rows]`` covers."""
        return self.window(rows, slice(0, self.shape[1]))

    def window(self, rows: slice, columns: slice) -> "Grid":
        """Return the part of the grid that ``array[rows, columns]`` covers."""
        corner = self.transform @ Affine.translation(columns.start, rows.start)
        return Grid(self.crs, corner, (rows.stop - rows.start, columns.stop - columns.start))


def lie_within(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Whether each row and column lies within an array of this shape."""
    return (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])


def _centres_m(edge_m: float, cell_size_m: float, cells: np.ndarray) -> np.ndarray:
    """Coordinates some cells beyond an edge.

    Edges of grids snapped to multiples of the cell size are counted in cells from 0, so that a
    part of a grid has the very centres of the whole whatever the cell size: 33.3 m times 3 is not
    exact in binary.
    """
    edge_cells = edge_m / cell_size_m
    if abs(edge_cells - round(edge_cells)) < 1e-6:
        return (round(edge_cells) + cells) * cell_size_m
    return edge_m + cells * cell_size_m
