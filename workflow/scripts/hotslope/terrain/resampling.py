"""From the DEM's own grid to the study grid."""

from collections.abc import Iterator

import numpy as np
from rasterio.enums import Resampling
from rasterio.warp import reproject

from hotslope.grid import Grid

#: Grids whose cells agree to this share of a cell are the same.
_TOLERANCE_CELLS = 1e-6
#: Cells of a block of rows: its arrays fit into the processor's cache.
BLOCK_CELLS = 500_000


def on_grid(values: np.ndarray, source: Grid, target: Grid) -> np.ndarray:
    """Resample `values` from one grid to another, float64.

    Parameters
    ----------
    values : ndarray, shape ``source.shape``
        NaN for no data.
    source, target : Grid
        Where the values are and where they should be.

    Returns
    -------
    ndarray, float64, shape ``target.shape``
        Copied cell by cell where the grids share their cells; otherwise bilinear, which GDAL
        widens to an average of all cells below where the target is coarser. NaN where the
        source has nothing.
    """
    offset = _cell_offset(source, target)
    if offset is not None:
        return _cut(values, offset, target.shape)
    result = np.full(target.shape, np.nan)
    reproject(
        np.asarray(values, dtype=np.float64),
        result,
        src_transform=source.transform,
        src_crs=source.crs,
        src_nodata=np.nan,
        dst_transform=target.transform,
        dst_crs=target.crs,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
        num_threads=1,
    )
    return result


def row_blocks(
    source: Grid, target: Grid, height: int | None = None
) -> Iterator[tuple[slice, slice]]:
    """Yield rows of the source and the rows of the target that lie on them, block by block.

    Blocks have `height` rows, or about `BLOCK_CELLS` cells. Results computed per block and
    resampled by `on_grid` equal those of the whole raster, in less memory. Where the grids do not
    share their cells, all rows are one block: GDAL's result for a part may differ in its last
    digits.
    """
    offset = _cell_offset(source, target)
    if offset is None:
        yield slice(0, source.shape[0]), slice(0, target.shape[0])
        return
    height = height or max(BLOCK_CELLS // max(target.shape[1], 1), 1)
    for start in range(0, target.shape[0], height):
        stop = min(start + height, target.shape[0])
        first, last = (min(max(row + offset[0], 0), source.shape[0]) for row in (start, stop))
        yield slice(first, last), slice(start, stop)


def with_halo(rows: slice, halo: int, height: int) -> tuple[slice, slice]:
    """Return the rows to read for what reaches `halo` rows beyond some, and those among them.

    Parameters
    ----------
    rows : slice
        Rows wanted, with both their ends.
    halo, height : int
        Rows of the reach, and of all there are.
    """
    read = slice(max(rows.start - halo, 0), min(rows.stop + halo, height))
    return read, slice(rows.start - read.start, rows.stop - read.start)


def azimuth_on_grid(
    azimuth_deg: np.ndarray, length: np.ndarray, source: Grid, target: Grid
) -> np.ndarray:
    """Resample directions from one grid to another by their vectors.

    Parameters
    ----------
    azimuth_deg : ndarray, shape ``source.shape``
        Degrees clockwise from north; NaN for no direction.
    length : ndarray, shape ``source.shape``
        Length of each vector, which is its weight.
    source, target : Grid
        Of one CRS, so that north is the same.

    Returns
    -------
    ndarray, float64, shape ``target.shape``
        Degrees in [0, 360). A mean of 350 and 10 is 0, not 180.
    """
    if _cell_offset(source, target) is not None:
        return on_grid(azimuth_deg, source, target)
    azimuth = np.radians(azimuth_deg)
    east = on_grid(length * np.sin(azimuth), source, target)
    north = on_grid(length * np.cos(azimuth), source, target)
    # The remainder of a tiny negative angle rounds to 360 itself: the second takes that to 0.
    return np.degrees(np.arctan2(east, north)) % 360.0 % 360.0


def _cell_offset(source: Grid, target: Grid) -> tuple[int, int] | None:
    """Rows and columns from the source's corner to the target's, if they share their cells."""
    cell_m = source.cell_size_m
    if source.crs != target.crs or abs(target.cell_size_m / cell_m - 1.0) > _TOLERANCE_CELLS:
        return None
    rows = (source.transform.f - target.transform.f) / cell_m
    columns = (target.transform.c - source.transform.c) / cell_m
    if max(abs(rows - round(rows)), abs(columns - round(columns))) > _TOLERANCE_CELLS:
        return None
    return round(rows), round(columns)


def _cut(values: np.ndarray, offset: tuple[int, int], shape: tuple[int, int]) -> np.ndarray:
    """Cut a window out of `values`, NaN where it lies outside them."""
    result = np.full(shape, np.nan)
    starts = [max(first, 0) for first in offset]
    stops = [
        min(first + length, size)
        for first, length, size in zip(offset, shape, values.shape, strict=True)
    ]
    if all(start < stop for start, stop in zip(starts, stops, strict=True)):
        taken = tuple(slice(*ends) for ends in zip(starts, stops, strict=True))
        placed = tuple(
            slice(start - first, stop - first)
            for start, stop, first in zip(starts, stops, offset, strict=True)
        )
        result[placed] = values[taken]
    return result
