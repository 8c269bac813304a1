"""Rasters on disk: cloud-optimised GeoTIFF on a `Grid`."""

import copy
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.enums import MaskFlags, Resampling
from rasterio.io import DatasetWriter
from rasterio.shutil import copy as pack
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from hotslope.files import atomic_path
from hotslope.grid import Grid

#: Edge of the blocks of a file, cells.
BLOCK_CELLS = 512
#: Options of GDAL's COG driver. A predictor would make files smaller, and writing and reading
#: them slower.
COG = {"compress": "ZSTD", "level": 1, "num_threads": 1, "statistics": "YES", "bigtiff": "IF_SAFER"}
#: Means no data among the codes of classes.
CLASS_NODATA = 255
# Of its own accord GDAL keeps blocks in up to 5 % of the machine's memory, MB; each is used once.
os.environ.setdefault("GDAL_CACHEMAX", "32")


def write_raster(
    path: str | Path,
    bands: dict[str, np.ndarray],
    grid: Grid,
    tags: dict[str, str] | None = None,
    dtype: str | None = None,
    overviews: Resampling = Resampling.average,
    units: str | Sequence[str] = "",
) -> None:
    """Write bands as a cloud-optimised GeoTIFF (zstd) with statistics; NaN is nodata.

    Parameters
    ----------
    path : str or Path
        Target file.
    bands : dict of str to ndarray, shape ``grid.shape``
        Band descriptions and values; all of one floating dtype.
    grid : Grid
        Georeference.
    tags : dict of str to str, optional
        Metadata such as the sign convention.
    dtype : str, optional
        What numbers are stored as; that of the first band where not given.
    overviews : Resampling
        How coarser versions are made: of classes, which have no mean, by ``mode``.
    units : str or sequence of str
        Unit of all bands, or of each.

    Notes
    -----
    The bands go to a temporary file first, whose overviews are made before it is packed. The COG
    driver alone would pack the overviews twice, and the first time hard, which takes more than
    half of the time of the whole.
    """
    dtype = dtype or str(next(iter(bands.values())).dtype)
    with _packed(path, _profile(grid, len(bands), dtype), overviews) as target:
        for index, values in enumerate(bands.values(), start=1):
            _write_band(target, index, values)
        _describe(target, list(bands), tags or {}, units)


@contextmanager
def raster_by_rows(
    path: str | Path,
    names: Sequence[str],
    grid: Grid,
    tags: dict[str, str],
    dtype: str,
    overviews: Resampling = Resampling.average,
    units: str | Sequence[str] = "",
    colours: dict[int, tuple[int, int, int]] | None = None,
) -> Iterator[Callable[[slice, Sequence[np.ndarray]], None]]:
    """Open a raster to be written some rows at a time, to the bytes of `write_raster`.

    Parameters
    ----------
    path, grid, tags, dtype, overviews, units
        As in `write_raster`.
    names : sequence of str
        Descriptions of the bands.
    colours : dict of int to (int, int, int), optional
        Code of a class → red, green and blue, for the only band, of integers.

    Yields
    ------
    callable
        Takes rows and their values in each band.
    """
    with _packed(path, _profile(grid, len(names), dtype), overviews) as target:

        def write(rows: slice, bands: Sequence[np.ndarray]) -> None:
            for index, values in enumerate(bands, start=1):
                _write_band(target, index, values, _whole_rows(target, rows))

        yield write
        _describe(target, names, tags, units)
        if colours:
            target.write_colormap(1, colours)


@contextmanager
def _packed(
    path: str | Path, profile: dict[str, Any], overviews: Resampling
) -> Iterator[DatasetWriter]:
    """Open a temporary raster to be filled; afterwards make its overviews and pack it."""
    with (
        tempfile.TemporaryDirectory(prefix="hotslope_raster_") as folder,
        rasterio.open(Path(folder) / "plain.tif", "w", **profile) as target,
    ):
        yield target
        target.build_overviews(_overview_factors(target.shape), overviews)
        with atomic_path(path) as partial:
            pack(target, partial, driver="COG", **COG)


def _profile(grid: Grid, count: int, dtype: str) -> dict[str, Any]:
    """Return what a plain raster on a grid is opened with."""
    return {
        "driver": "GTiff",
        "height": grid.shape[0],
        "width": grid.shape[1],
        "count": count,
        "dtype": dtype,
        "crs": grid.crs,
        "transform": grid.transform,
        "nodata": CLASS_NODATA if np.issubdtype(np.dtype(dtype), np.integer) else np.nan,
        "tiled": True,
        "blockxsize": BLOCK_CELLS,
        "blockysize": BLOCK_CELLS,
        "interleave": "band",
        # By itself GDAL leaves overviews out of the account, and fails where they pass 4 GB.
        "bigtiff": "IF_SAFER",
    }


def _write_band(
    target: DatasetWriter, index: int, values: np.ndarray, window: Window | None = None
) -> None:
    # With an axis of its own, or rasterio would copy it to have one.
    stored = values.astype(target.dtypes[index - 1], copy=False)[np.newaxis]
    target.write(stored, [index], window=window)


def _describe(
    target: DatasetWriter, names: Sequence[str], tags: dict[str, str], units: str | Sequence[str]
) -> None:
    for index, name in enumerate(names, start=1):
        target.set_band_description(index, name)
    target.units = [units] * len(names) if isinstance(units, str) else units
    target.update_tags(**tags)


def _overview_factors(shape: tuple[int, int]) -> list[int]:
    """Return 2, 4, 8… until a whole overview fits into a block, as GDAL's COG driver does."""
    factors: list[int] = []
    while max(shape) // 2 ** len(factors) > BLOCK_CELLS:
        factors.append(2 ** (len(factors) + 1))
    return factors


def read_raster(path: str | Path, band: int = 1) -> tuple[np.ndarray, Grid]:
    """Read one band as float64 with NaN for nodata, scale and offset applied, and its grid."""
    with rasterio.open(path) as source:
        values = _values(source, [band])[0]
        grid = Grid(source.crs.to_string(), source.transform, source.shape)
    return values, grid


def read_rows(path: str | Path, rows: slice, bands: list[int]) -> np.ndarray:
    """Read some rows as float64 with NaN for nodata, shape (bands, rows, columns).

    Blocks of a file are `BLOCK_CELLS` high: whole multiples are read without waste.
    """
    with rasterio.open(path) as source:
        return _values(source, bands, _whole_rows(source, rows))


def _whole_rows(raster: rasterio.DatasetReader | DatasetWriter, rows: slice) -> Window:
    return Window(0, rows.start, raster.width, rows.stop - rows.start)


def _values(
    source: rasterio.DatasetReader, bands: list[int], window: Window | None = None
) -> np.ndarray:
    """Read bands as float64 with NaN for nodata, shape (bands, rows, columns)."""
    only_nodata = all(source.mask_flag_enums[band - 1] == [MaskFlags.nodata] for band in bands)
    if only_nodata and np.isnan(source.nodata):
        # As we write them: no mask to fill in.
        values = source.read(bands, window=window, out_dtype=np.float64)
    else:
        masked = source.read(bands, window=window, masked=True)
        values = masked.astype(np.float64).filled(np.nan)
    for layer, band in zip(values, bands, strict=True):
        _to_units(layer, source, band)
    return values


def _to_units(values: np.ndarray, source: rasterio.DatasetReader, band: int) -> None:
    """Apply a band's scale and offset in place; rasterio and GDAL's warper leave them out."""
    scale, offset = source.scales[band - 1], source.offsets[band - 1]
    if (scale, offset) != (1.0, 0.0):
        values *= scale
        values += offset


def read_window(source: rasterio.DatasetReader, window: Window, band: int = 1) -> np.ndarray:
    """Read part of one band of an open raster as `read_raster` does."""
    return _values(source, [band], window)[0]


class RasterBand:
    """One band of a file, read where it is looked at: ``band[rows, columns]``, two slices.

    Parameters
    ----------
    path : str or Path
        Raster; float64 with NaN for nodata, as `read_raster` reads it.
    band : int
        Which.
    """

    def __init__(self, path: str | Path, band: int = 1) -> None:
        self._source, self._band = rasterio.open(path), band
        self.shape: tuple[int, int] = self._source.shape

    def beside(self, band: int) -> "RasterBand":
        """Return another band of the file: looked at by turns, blocks are unpacked for both."""
        other = copy.copy(self)
        other._band = band
        return other

    def __getitem__(self, window: tuple[slice, slice]) -> np.ndarray:
        return _values(self._source, [self._band], Window.from_slices(*window))[0]


class Computed:
    """Cells made of cells of bands, where they are looked at, like those of a `RasterBand`.

    Parameters
    ----------
    function : callable
        Takes the same window of every band.
    *bands : ndarray or RasterBand
        Of one shape.
    """

    def __init__(self, function: Callable[..., np.ndarray], *bands: "Cells") -> None:
        self._function, self._bands = function, bands
        self.shape: tuple[int, int] = bands[0].shape

    def __getitem__(self, window: tuple[slice, slice]) -> np.ndarray:
        return self._function(*(band[window] for band in self._bands))


#: What ``[rows, columns]`` and ``shape`` can be asked of.
Cells = np.ndarray | RasterBand | Computed


def block_rows(height: int) -> Iterator[slice]:
    """Divide rows, from north to south, into strips that take whole blocks of a file."""
    for top in range(0, height, BLOCK_CELLS):
        yield slice(top, min(top + BLOCK_CELLS, height))


def read_strips(path: str | Path, band: int = 1) -> Iterator[np.ndarray]:
    """Read one band as `read_raster` does, strip by strip of `block_rows`."""
    with rasterio.open(path) as source:
        for rows in block_rows(source.height):
            yield _values(source, [band], _whole_rows(source, rows))[0]


def read_surface(path: str | Path, grid: Grid, band: int = 1) -> np.ndarray:
    """Read a smooth surface of about the cells of `grid` on it: cubic, float64, NaN for no data.

    Notes
    -----
    Bilinear facets would have no curvature inside and too much at their edges. By itself GDAL
    widens the kernel where it takes a turned or oblong grid for a finer one, and places cells to an
    eighth of a cell: on a plane of 40 % its wider kernel leaves ripples of 0.13 m
    (``findings/gdal_warp_ripples.sh``).
    """
    options = {"XSCALE": 1, "YSCALE": 1, "tolerance": 1e-4}
    with rasterio.open(path) as source:
        return _warped(source, grid, Resampling.cubic, band, **options)


def read_for_figure(
    path: str | Path, grid: Grid, resampling: Resampling = Resampling.average, band: int = 1
) -> np.ndarray:
    """Read one band of a raster of the study grid for a figure whose pixels are `grid`.

    Float64, NaN where there is nothing; from the coarsest overview whose cells are not larger than
    the pixels.
    """
    with rasterio.open(path) as source:
        cell_size_m, factors = max(source.res), source.overviews(band)
    fine = sum(factor * cell_size_m <= grid.cell_size_m for factor in factors)
    with rasterio.open(path, **({"overview_level": fine - 1} if fine else {})) as source:
        return _warped(source, grid, resampling, band)


def _warped(
    source: rasterio.DatasetReader, grid: Grid, resampling: Resampling, band: int, **options: float
) -> np.ndarray:
    """Read one band warped onto a grid, with options of GDAL's warper."""
    nodata = source.nodatavals[band - 1]
    if nodata is None and np.issubdtype(np.dtype(source.dtypes[band - 1]), np.floating):
        nodata = np.nan
    with WarpedVRT(
        source,
        crs=grid.crs,
        transform=grid.transform,
        height=grid.shape[0],
        width=grid.shape[1],
        resampling=resampling,
        dtype="float64",
        src_nodata=nodata,
        nodata=np.nan,
        **options,
    ) as warped:
        values = warped.read(band)
    _to_units(values, source, band)
    return values


def grid_of(path: str | Path) -> Grid:
    """Return the grid of a raster file."""
    with rasterio.open(path) as source:
        return Grid(source.crs.to_string(), source.transform, source.shape)
