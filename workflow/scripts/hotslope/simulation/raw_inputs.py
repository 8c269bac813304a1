"""The formats of the simulated inputs: GAMMA point text and Esri land cover."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import rasterio
from pyarrow import csv

from hotslope.files import atomic_path, write_text
from hotslope.grid import Grid

#: Columns of `disp_tab.txt` before the epochs.
ITEMS = (
    "pt",
    "col",
    "row",
    "easting",
    "northing",
    "height",
    "rate",
    "coherence",
    "rate_sigma",
)


def write_items(path: str, dates: list[dt.date]) -> None:
    """Write the names of the table's columns, one per line."""
    names = [*ITEMS, *(f"{date:%Y%m%d}" for date in dates)]
    write_text(path, "\n".join(names) + "\n")


def gamma_table(points: pd.DataFrame, displacement_mm: np.ndarray, first: int) -> pa.Table:
    """Rows of a GAMMA point table: metres and m/yr, rounded as `disp_prt` prints them.

    Parameters
    ----------
    points : DataFrame
        Chunk of points, see `hotslope.simulation.observation.observe`.
    displacement_mm : ndarray, shape (points, epochs)
        Series, mm.
    first : int
        Number of the first point.
    """

    def rounded(values: np.ndarray, decimals: int) -> pa.Array:
        # Adding zero turns -0.0 into 0.0.
        return pa.array(np.round(np.asarray(values, dtype=np.float64), decimals) + 0.0)

    columns = [
        pa.array(np.arange(first, first + len(points))),
        pa.array(points["column"].to_numpy()),
        pa.array(points["row"].to_numpy()),
        rounded(points["x_m"].to_numpy(), 2),
        rounded(points["y_m"].to_numpy(), 2),
        rounded(points["height_m"].to_numpy(), 1),
        rounded(points["velocity_mm_yr"].to_numpy() / 1_000, 6),
        rounded(points["coherence"].to_numpy(), 3),
        rounded(points["velocity_std_mm_yr"].to_numpy() / 1_000, 6),
    ]
    metres = np.ascontiguousarray(displacement_mm.T) / 1_000
    columns += [rounded(epoch, 5) for epoch in metres]
    names = [*ITEMS, *(f"epoch_{index}" for index in range(metres.shape[0]))]
    return pa.table(columns, names=names)


class PointsFile:
    """A `disp_tab.txt` that is being written, comma separated without a header.

    Parameters
    ----------
    target : binary file
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.count = 0

    def write(self, points: pd.DataFrame, displacement_mm: np.ndarray) -> None:
        """Append a chunk; see `gamma_table`."""
        table = gamma_table(points, displacement_mm, self.count + 1)
        csv.write_csv(table, self._target, csv.WriteOptions(include_header=False))
        self.count += len(points)


@contextmanager
def points_file(path: str) -> Iterator[PointsFile]:
    """Open a `disp_tab.txt` to be written chunk by chunk; it is there when it is whole."""
    with atomic_path(path) as partial, partial.open("wb") as target:
        yield PointsFile(target)


def write_points(path: str, chunks: Iterable[tuple[pd.DataFrame, np.ndarray]]) -> int:
    """Write `disp_tab.txt` chunk by chunk; return the number of points written."""
    with points_file(path) as file:
        for points, displacement_mm in chunks:
            file.write(points, displacement_mm)
        return file.count


def write_cover(path: str, codes: np.ndarray, grid: Grid) -> None:
    """Write a land cover raster: 8-bit Esri codes, 0 is nodata."""
    profile = {
        "driver": "COG",
        "height": grid.shape[0],
        "width": grid.shape[1],
        "count": 1,
        "dtype": "uint8",
        "crs": grid.crs,
        "transform": grid.transform,
        "nodata": 0,
        "compress": "DEFLATE",
        "overview_resampling": "MODE",
        "num_threads": 1,
    }
    with atomic_path(path) as partial, rasterio.open(partial, "w", **profile) as target:
        target.write(codes, 1)
