"""The formats of the simulated inputs: GAMMA point text and Esri land cover."""

import datetime as dt
from collections.abc import Iterable

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


def write_points(path: str, chunks: Iterable[tuple[pd.DataFrame, np.ndarray]]) -> int:
    """Write `disp_tab.txt`, comma separated without a header, chunk by chunk.

    Returns
    -------
    int
        Number of points written.
    """
    options = csv.WriteOptions(include_header=False)
    written = 0
    with atomic_path(path) as partial, partial.open("wb") as target:
        for points, displacement_mm in chunks:
            csv.write_csv(gamma_table(points, displacement_mm, written + 1), target, options)
            written += len(points)
    return written


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
