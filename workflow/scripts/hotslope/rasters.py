"""Rasters on disk: cloud-optimised GeoTIFF on a `Grid`."""

import os
import tempfile
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import MaskFlags, Resampling
from rasterio.shutil import copy
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from hotslope.files import atomic_path
from hotslope.grid import Grid

#: Edge of the blocks of a file, cells.
BLOCK_CELLS = 512
# Of its own accord GDAL keeps blocks in up to 5 % of the machine's memory, MB; each is used once.
os.environ.setdefault("GDAL_CACHEMAX", "128")


def write_raster(
    path: str | Path,
    bands: dict[str, np.ndarray],
    grid: Grid,
    tags: dict[str, str] | None = None,
    dtype: str | None = None,
) -> None:
    """Write bands as a cloud-optimised GeoTIFF (zstd); NaN is nodata.

    Parameters
    ----------
    path : str or Path
        Target file.
    bands : dict of str to ndarray, shape ``grid.shape``
        Band descriptions and values; all of one floating dtype.
    grid : Grid
        Georeference.
    tags : dict of str to str, optional
        Metadata such as unit and sign convention.
    dtype : str, optional
        What numbers are stored as; that of the first band where not given.

    Notes
    -----
    The bands go to a temporary file first, whose overviews are made before it is packed. The COG
    driver alone would pack the overviews twice, and the first time hard, which takes more than
    half of the time of the whole.
    """
    dtype = dtype or str(next(iter(bands.values())).dtype)
    profile = {
        "driver": "GTiff",
        "height": grid.shape[0],
        "width": grid.shape[1],
        "count": len(bands),
        "dtype": dtype,
        "crs": grid.crs,
        "transform": grid.transform,
        "nodata": np.nan,
        "tiled": True,
        "blockxsize": BLOCK_CELLS,
        "blockysize": BLOCK_CELLS,
        "interleave": "band",
    }
    packed = {"compress": "ZSTD", "level": 1, "predictor": "YES", "num_threads": 1}
    with (
        tempfile.TemporaryDirectory(prefix="hotslope_raster_") as folder,
        rasterio.open(Path(folder) / "plain.tif", "w", **profile) as target,
    ):
        for index, (name, values) in enumerate(bands.items(), start=1):
            target.write(values.astype(dtype, copy=False), index)
            target.set_band_description(index, name)
        target.update_tags(**(tags or {}))
        target.build_overviews(_overview_factors(grid.shape), Resampling.cubic)
        with atomic_path(path) as partial:
            copy(target, partial, driver="COG", **packed)


def _overview_factors(shape: tuple[int, int]) -> list[int]:
    """Return 2, 4, 8… until a whole overview fits into a block, as GDAL's COG driver does."""
    factors: list[int] = []
    while max(shape) // 2 ** len(factors) > BLOCK_CELLS:
        factors.append(2 ** (len(factors) + 1))
    return factors


def read_raster(path: str | Path, band: int = 1) -> tuple[np.ndarray, Grid]:
    """Read one band as float64 with NaN for nodata, and its grid."""
    with rasterio.open(path) as source:
        values = _values(source, [band])[0]
        grid = Grid(source.crs.to_string(), source.transform, source.shape)
    return values, grid


def read_rows(path: str | Path, rows: slice, bands: list[int]) -> np.ndarray:
    """Read some rows as float64 with NaN for nodata, shape (bands, rows, columns).

    Blocks of a file are `BLOCK_CELLS` high: whole multiples are read without waste.
    """
    with rasterio.open(path) as source:
        window = Window(0, rows.start, source.width, rows.stop - rows.start)
        return _values(source, bands, window)


def _values(
    source: rasterio.DatasetReader, bands: list[int], window: Window | None = None
) -> np.ndarray:
    """Read bands as float64 with NaN for nodata, shape (bands, rows, columns)."""
    only_nodata = all(source.mask_flag_enums[band - 1] == [MaskFlags.nodata] for band in bands)
    if only_nodata and np.isnan(source.nodata):
        # As we write them: no mask to fill in.
        return source.read(bands, window=window, out_dtype=np.float64)
    return source.read(bands, window=window, masked=True).astype(np.float64).filled(np.nan)


def read_on_grid(
    path: str | Path,
    grid: Grid,
    resampling: Resampling = Resampling.bilinear,
    band: int = 1,
) -> np.ndarray:
    """Read one band warped onto `grid`, float64, NaN where the source has nothing."""
    with (
        rasterio.open(path) as source,
        WarpedVRT(
            source,
            crs=grid.crs,
            transform=grid.transform,
            height=grid.shape[0],
            width=grid.shape[1],
            resampling=resampling,
            dtype="float64",
            nodata=np.nan,
        ) as warped,
    ):
        return warped.read(band)


def grid_of(path: str | Path) -> Grid:
    """Return the grid of a raster file."""
    with rasterio.open(path) as source:
        return Grid(source.crs.to_string(), source.transform, source.shape)
