"""Rasters on disk: cloud-optimised GeoTIFF on a `Grid`."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import MaskFlags, Resampling
from rasterio.vrt import WarpedVRT

from hotslope.files import atomic_path
from hotslope.grid import Grid


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
    """
    dtype = dtype or str(next(iter(bands.values())).dtype)
    profile = {
        "driver": "COG",
        "height": grid.shape[0],
        "width": grid.shape[1],
        "count": len(bands),
        "dtype": dtype,
        "crs": grid.crs,
        "transform": grid.transform,
        "nodata": np.nan,
        "compress": "ZSTD",
        "level": 1,
        "predictor": "YES",
        "num_threads": 1,
    }
    with atomic_path(path) as partial, rasterio.open(partial, "w", **profile) as target:
        for index, (name, values) in enumerate(bands.items(), start=1):
            target.write(values.astype(dtype, copy=False), index)
            target.set_band_description(index, name)
        target.update_tags(**(tags or {}))


def read_raster(path: str | Path, band: int = 1) -> tuple[np.ndarray, Grid]:
    """Read one band as float64 with NaN for nodata, and its grid."""
    with rasterio.open(path) as source:
        if [MaskFlags.nodata] == source.mask_flag_enums[band - 1] and np.isnan(source.nodata):
            values = source.read(band, out_dtype=np.float64)  # as we write them: no mask to fill in
        else:
            values = source.read(band, masked=True).astype(np.float64).filled(np.nan)
        grid = Grid(source.crs.to_string(), source.transform, source.shape)
    return values, grid


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
