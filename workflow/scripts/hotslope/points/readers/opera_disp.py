"""OPERA DISP-S1: granules in NetCDF, re-based to the first date."""

from contextlib import ExitStack
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from hotslope.errors import InputError
from hotslope.points.cells import Block, CellGrid, collect_cells
from hotslope.points.collection import Collection
from hotslope.points.coordinates import Window
from hotslope.points.geotiffs import layer
from hotslope.points.hdf5 import Hdf5, open_hdf5
from hotslope.points.layouts import LINE_OF_SIGHT
from hotslope.points.pairs import chain_pairs, pair_from_name
from hotslope.points.roles import rasters_in, stack_roles

ROLES = ("granules", "line_of_sight", "height")


def read(
    path: Any,
    window: Window,
    most: int | None = None,
    *,
    displacement: str = "displacement",
    masked: str = "recommended",
) -> list[Collection]:
    """Read the cells of a frame of OPERA DISP-S1 as points.

    Parameters
    ----------
    path : str, list of str or mapping
        A folder with the granules ``OPERA_L3_DISP-S1_….nc``, or these; or a mapping of
        ``granules`` to them and, optionally, ``line_of_sight`` (three bands, east, north and
        up, ground to sensor, of the static layers) and ``height`` to rasters of the frame.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points.
    displacement : {"displacement", "short_wavelength_displacement"}
        Which layer.
    masked : {"recommended", "none"}
        Whether values outside ``recommended_mask`` are missing.

    Returns
    -------
    list of Collection
        One. Each granule begins at a reference date of its own; its displacement is added to
        that of this date, by date, from the first reference on, which is the first epoch.
        Coherence is the mean over the granules.

    Raises
    ------
    InputError
        Among others a granule whose reference date no other granule ends on.
    """
    folders, roles = stack_roles(path, ROLES, "granules", "opera_disp")
    granules = rasters_in(folders, "OPERA_L3_DISP-S1_*.nc")
    chain = chain_pairs([pair_from_name(name) for name in granules], "points.granules")
    with ExitStack() as stack:
        files = [stack.enter_context(open_hdf5(pair.path)) for pair in chain.pairs]
        grid = _grid(files[0], displacement)
        for file in files[1:]:
            grid.refuse_other(_grid(file, displacement), "Give granules of one frame")
        rasters = []
        if "line_of_sight" in roles:
            los = layer(roles["line_of_sight"], grid, 3)
            rasters = [(name, los, band) for band, name in enumerate(LINE_OF_SIGHT, start=1)]
        if "height" in roles:
            rasters.append(("height_m", layer(roles["height"], grid), 1))
        for file in files:
            file.require_shape("temporal_coherence", grid.shape)
            if masked == "recommended":
                file.require_shape("recommended_mask", grid.shape)

        def block(rows: slice, columns: slice) -> Block:
            index = (rows, columns)
            steps = np.stack([file.floats(displacement, index) for file in files])
            steps *= np.float32(1000.0)
            coherence = np.stack([file.floats("temporal_coherence", index) for file in files])
            mean = np.ma.masked_invalid(coherence).mean(axis=0, dtype=np.float64)
            values = {"coherence": mean.filled(np.nan)}
            mask = None
            if masked == "recommended":
                good = np.stack([file.floats("recommended_mask", index) for file in files]) == 1
                steps[~good] = np.nan
                mask = good.any(axis=0)
            for name, raster, band in rasters:
                values[name] = raster.read(rows, columns, band)
            return Block(chain.accumulate(steps), values, mask)

        rows_together = files[0].chunk_rows(displacement)
        return [collect_cells(grid, chain.dates, block, window, most, rows_together)]


def _grid(file: Hdf5, displacement: str) -> CellGrid:
    """Return the cell centres, which are what the coordinates x and y hold."""
    shape = file.dataset(displacement, 2).shape
    x, y = file.numbers("x", dimensions=1), file.numbers("y", dimensions=1)
    if (y.size, x.size) != shape:
        raise InputError(
            file.path,
            f"{y.size} x {x.size} coordinates for {shape[0]} x {shape[1]} cells",
            "Fetch the granule again",
        )
    return CellGrid(file.path, x, y, _crs(file))


def _crs(file: Hdf5) -> str:
    if "spatial_ref" not in file:
        raise InputError(file.path, "no variable spatial_ref", "Fetch the granule again")
    text = file.attribute("crs_wkt", "spatial_ref") or file.attribute("spatial_ref", "spatial_ref")
    try:
        return CRS.from_user_input(text).to_string()
    except CRSError:
        raise InputError(
            f"{file.path}, spatial_ref", "names no CRS", "Fetch the granule again"
        ) from None
