"""From the cells of raster products to points: clipped, masked and thinned on the way."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS

from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.acquisitions import MIN_EPOCHS, check_epochs, dated_epochs
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window, check_extent, in_degrees
from hotslope.points.layouts import Layout
from hotslope.points.stand_ins import refuse_in_arrays

#: Bytes of displacement held at once.
_BLOCK_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class CellGrid:
    """Centres of the cells of a north-up raster.

    Parameters
    ----------
    place : str
        The file, as messages name it.
    x, y : ndarray, float64, shape (columns,) and (rows,)
        Easting or longitude of the columns, northing or latitude of the rows, in `crs`.
    crs : str
        CRS of both.
    """

    place: str
    x: np.ndarray
    y: np.ndarray
    crs: str

    def __post_init__(self) -> None:
        """Refuse a grid without cells, or whose cells are nowhere."""
        if not self.x.size or not self.y.size:
            raise InputError(self.place, "the raster has no cells", "Export it again")
        if not (np.isfinite(self.x).all() and np.isfinite(self.y).all()):
            raise InputError(self.place, "the coordinates are not finite", "Export it again")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.y.size, self.x.size)

    @property
    def extent(self) -> Bounds:
        """Bounds of the cell centres."""
        return (
            float(self.x.min()),
            float(self.y.min()),
            float(self.x.max()),
            float(self.y.max()),
        )

    def refuse_other(self, other: "CellGrid", remedy: str) -> None:
        """Raise an InputError unless another raster has the same cells, to a hundredth of one."""
        steps = [abs(axis[1] - axis[0]) for axis in (self.x, self.y) if axis.size > 1]
        tolerance = 0.01 * min(steps, default=0.0)
        same = (
            other.shape == self.shape
            and CRS.from_user_input(other.crs) == CRS.from_user_input(self.crs)
            and np.allclose(other.x, self.x, rtol=0, atol=tolerance)
            and np.allclose(other.y, self.y, rtol=0, atol=tolerance)
        )
        if not same:
            raise InputError(
                other.place,
                f"has another grid than {Path(self.place).name}: {other}, not {self}",
                remedy,
            )

    def __str__(self) -> str:
        """Describe the cells for messages."""
        rows, columns = self.shape
        return (
            f"{rows} x {columns} cells from {self.x[0]:.9g}, {self.y[0]:.9g} to "
            f"{self.x[-1]:.9g}, {self.y[-1]:.9g} in {self.crs}"
        )


@dataclass(frozen=True)
class Block:
    """Some rows of a product.

    Parameters
    ----------
    displacement_mm : ndarray, float32, shape (epochs, rows, columns)
        NaN where missing.
    columns : mapping of str to ndarray, shape (rows, columns)
        Schema column → values.
    mask : ndarray, shape (rows, columns), optional
        Mask of the product: a cell where it is 0 or missing is left out.
    """

    displacement_mm: np.ndarray
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    mask: np.ndarray | None = None

    def pick(self, rows: np.ndarray, columns: np.ndarray) -> "Block":
        """Return the block of some of its rows and columns."""
        cells = np.ix_(rows, columns)
        return Block(
            self.displacement_mm[:, cells[0], cells[1]],
            {name: values[cells] for name, values in self.columns.items()},
            None if self.mask is None else self.mask[cells],
        )


def edges_to_centres(first: float, step: float, count: int) -> np.ndarray:
    """Return cell centres from the outer edge of the first cell."""
    return first + step * (np.arange(count, dtype=np.float64) + 0.5)


def collect_cells(
    grid: CellGrid,
    dates: Sequence[dt.date],
    read: Callable[[slice, slice], Block],
    window: Window,
    most: int | None = None,
    chunk_rows: int = 1,
) -> Collection:
    """Gather the cells of a product that lie in the window and hold a series.

    Parameters
    ----------
    grid : CellGrid
        Where the cells are.
    dates : sequence of datetime.date
        Acquisitions, in order of time.
    read : callable
        Takes slices of rows and columns, returns their `Block`.
    window : Window
        What to keep; of its ``thin``, every n-th row and column of the grid.
    most : int, optional
        Stop after so many points.
    chunk_rows : int
        Rows that the file stores together.

    Returns
    -------
    Collection
        Points named ``row_column``, counted from 0 in the grid. `left_out` counts cells by
        the reason: ``masked``, ``no_data`` (fewer than `MIN_EPOCHS` values, or no velocity)
        and ``all_zero`` (exactly 0 on all dates, as pixels never measured are filled, and the
        reference pixel is).

    Raises
    ------
    InputError
        Too few or unordered dates, coordinates that cannot be, or no cell with a series.
    """
    if in_degrees(grid.crs):
        grid = replace(grid, x=window.unrolled(grid.x))
    epochs = dated_epochs(dates, grid.place)
    check_epochs(epochs, grid.place)
    check_extent(grid.extent, grid.crs, grid.place, "the CRS of the file")
    rows, columns = cells_within(grid, window)
    left_out = {"masked": 0, "no_data": 0, "all_zero": 0}
    frames: list[pd.DataFrame] = []
    series: list[np.ndarray] = []
    examined = found = 0
    for span in _spans(rows, len(dates), columns.size, chunk_rows):
        chosen = rows[(rows >= span.start) & (rows < span.stop)]
        across = slice(int(columns[0]), int(columns[-1]) + 1)
        # What is too large for its type becomes infinite, which is refused with its point.
        with np.errstate(over="ignore", invalid="ignore"):
            block = read(span, across)
        block = block.pick(chosen - span.start, columns - across.start)
        keep = _keep(block, left_out)
        examined += keep.size
        found += int(keep.sum())
        frames.append(_frame(grid, chosen, columns, block.columns, keep))
        series.append(block.displacement_mm[:, keep].T)
        if most is not None and found >= most:
            break
    if examined and not found:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
        raise InputError(
            grid.place,
            f"none of {examined:,} cells in the study area holds a series ({reasons})",
            "Check the mask, or the path of the product",
        )
    if not frames:
        frames = [pd.DataFrame({"point_id": pd.Series(dtype=str), "x_m": 0.0, "y_m": 0.0})]
        series = [np.empty((0, len(dates)), dtype=np.float32)]
    points = pd.concat(frames, ignore_index=True)
    if in_degrees(grid.crs):
        points = points.rename(columns={"x_m": "lon", "y_m": "lat"})
    layout = Layout(
        place=grid.place,
        columns={name: name for name in points.columns},
        epochs=epochs,
        factors={},
        crs=grid.crs,
        key="the CRS of the file",
    )
    read_count = examined or grid.x.size * grid.y.size
    displacement_mm = np.asfortranarray(np.concatenate(series), dtype=np.float32)
    refuse_in_arrays(points, displacement_mm, list(epochs), grid.place)
    return Collection(points, displacement_mm, layout, grid.crs, grid.extent, read_count, left_out)


def cells_within(grid: CellGrid, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows and columns that the window may hold, every n-th of the grid."""
    xmin, ymin, xmax, ymax = window.box(grid.crs)
    rows = np.flatnonzero((grid.y >= ymin) & (grid.y <= ymax))
    columns = np.flatnonzero((grid.x >= xmin) & (grid.x <= xmax))
    return rows[rows % window.thin == 0], columns[columns % window.thin == 0]


def _spans(rows: np.ndarray, epochs: int, columns: int, chunk_rows: int) -> list[slice]:
    """Divide the rows wanted into slices of the grid that fit the memory of a block."""
    if not rows.size or not columns:
        return []
    height = max(1, _BLOCK_BYTES // (4 * max(epochs, 1) * columns))
    if height > chunk_rows > 1:
        height -= height % chunk_rows
    first, last = int(rows[0]), int(rows[-1]) + 1
    starts = range(first - first % height, last, height)
    spans = (slice(max(start, first), min(start + height, last)) for start in starts)
    return [span for span in spans if ((rows >= span.start) & (rows < span.stop)).any()]


def _keep(block: Block, left_out: dict[str, int]) -> np.ndarray:
    """Return which cells hold a series; count the others by their reason."""
    displacement_mm, columns = block.displacement_mm, block.columns
    keep = np.ones(displacement_mm.shape[1:], dtype=bool)
    if block.mask is not None:
        masked = ~np.isfinite(block.mask) | (block.mask == 0)
        left_out["masked"] += int(masked.sum())
        keep &= ~masked
    known = np.isfinite(displacement_mm)
    empty = known.sum(axis=0) < min(MIN_EPOCHS, len(known))
    if "velocity_mm_yr" in columns:
        empty |= ~np.isfinite(columns["velocity_mm_yr"])
    left_out["no_data"] += int((keep & empty).sum())
    keep &= ~empty
    zero = keep & ((displacement_mm == 0) | ~known).all(axis=0)
    left_out["all_zero"] += int(zero.sum())
    return keep & ~zero


def _frame(
    grid: CellGrid,
    rows: np.ndarray,
    columns: np.ndarray,
    values: Mapping[str, np.ndarray],
    keep: np.ndarray,
) -> pd.DataFrame:
    row, column = np.nonzero(keep)
    row, column = rows[row], columns[column]
    names = pd.Series(row.astype(str), dtype=str) + "_" + pd.Series(column.astype(str), dtype=str)
    frame = {"point_id": names, "x_m": grid.x[column], "y_m": grid.y[row]}
    frame |= {name: array[keep].astype(np.float64) for name, array in values.items()}
    return pd.DataFrame(frame, index=pd.RangeIndex(row.size))
