"""LiCSBAS: cum.h5 and the unit vectors of the line of sight."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from hotslope.errors import InputError
from hotslope.points.archives import require_file
from hotslope.points.cells import Block, CellGrid, collect_cells
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.geotiffs import GeoTiff, layer
from hotslope.points.hdf5 import Hdf5, open_hdf5
from hotslope.points.layouts import LONLAT
from hotslope.points.roles import file_roles

ROLES = ("cum", "east", "north", "up", "height", "mask", "coherence")
#: Schema column (or mask) → dataset of cum.h5, used where it is there.
_INSIDE = {"velocity_mm_yr": "vel", "mask": "mask"}
#: Role → schema column, where they differ.
_COLUMNS = {"east": "los_east", "north": "los_north", "up": "los_up", "height": "height_m"}


def read(
    path: Any, window: Window, most: int | None = None, *, coherence: str = "none"
) -> list[Collection]:
    """Read the cells of a time series of LiCSBAS as points.

    Parameters
    ----------
    path : str or mapping
        ``cum.h5`` (or ``cum_filt.h5``); or a mapping of ``cum`` to it and, optionally,
        ``east``, ``north``, ``up`` (E, N and U, ground to sensor), ``height``, ``mask`` (0 is
        masked) and ``coherence`` to files of the same grid, GeoTIFF or LiCSBAS's own float32
        without header.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points.
    coherence : {"none", "coh_avg"}
        Whether ``coh_avg`` of cum.h5 is taken as coherence. It is the mean coherence of the
        interferograms in space, much lower than a temporal coherence.

    Returns
    -------
    list of Collection
        One; mm and mm/yr, positive toward the sensor.
    """
    roles = file_roles(path, ROLES, ["cum"], "licsbas")
    parts = [role for role in ("east", "north", "up") if role in roles]
    if 0 < len(parts) < 3:
        raise InputError(
            "tracks.<track>.points", f"only {', '.join(parts)}", "Give east, north and up, or none"
        )
    with ExitStack() as stack:
        cum = stack.enter_context(open_hdf5(roles["cum"]))
        shape = cum.dataset("cum", 3).shape
        grid, dates = _grid(cum, shape[1:]), cum.dates("imdates", shape[0])
        layers = {role: _layer(file, grid) for role, file in roles.items() if role != "cum"}
        inside = {column: name for column, name in _INSIDE.items() if name in cum}
        if coherence == "coh_avg":
            inside["coherence"] = "coh_avg"
        for name in inside.values():
            cum.require_shape(name, shape[1:])

        def block(rows: slice, columns: slice) -> Block:
            values = {column: cum.numbers(name, (rows, columns)) for column, name in inside.items()}
            # A file given beside cum.h5 is used in place of what cum.h5 holds.
            for role, source in layers.items():
                values[_COLUMNS.get(role, role)] = source.read(rows, columns)
            mask = values.pop("mask", None)
            return Block(cum.floats("cum", (slice(None), rows, columns)), values, mask)

        return [collect_cells(grid, dates, block, window, most, cum.chunk_rows("cum"))]


def _grid(cum: Hdf5, shape: tuple[int, ...]) -> CellGrid:
    """Return the cell centres: corner_lat and corner_lon are the centre of the first cell."""
    numbers = {}
    for name in ("corner_lon", "corner_lat", "post_lon", "post_lat"):
        values = np.ravel(cum.numbers(name))
        if values.size != 1 or not np.isfinite(values[0]):
            raise InputError(
                f"{cum.path}, dataset {name}", "is no single number", "Geocode the stack again"
            )
        numbers[name] = float(values[0])
    rows, columns = shape
    x = numbers["corner_lon"] + numbers["post_lon"] * np.arange(columns, dtype=np.float64)
    y = numbers["corner_lat"] + numbers["post_lat"] * np.arange(rows, dtype=np.float64)
    return CellGrid(cum.path, x, y, LONLAT)


class _Flat:
    """A layer of LiCSBAS: float32, little-endian, without header, rows from the north."""

    def __init__(self, path: str, grid: CellGrid) -> None:
        self.path, self.grid = path, grid
        rows, columns = grid.shape
        size = require_file(path).stat().st_size
        if size != 4 * rows * columns:
            raise InputError(
                path,
                f"holds {size:,} bytes, not 4 x {rows} x {columns}",
                "Give the layer of this stack (float32), multilooked and clipped as it is",
            )

    def read(self, rows: slice, columns: slice) -> np.ndarray:
        """Return some rows as float32."""
        width = self.grid.shape[1]
        count = (rows.stop - rows.start) * width
        values = np.fromfile(self.path, "<f4", count, offset=4 * rows.start * width)
        return values.reshape(-1, width)[:, columns].astype(np.float32)


def _layer(path: str, grid: CellGrid) -> GeoTiff | _Flat:
    """Open a GeoTIFF, or else a flat file."""
    tiff = Path(path).suffix.lower() in (".tif", ".tiff")
    return layer(path, grid) if tiff else _Flat(path, grid)
