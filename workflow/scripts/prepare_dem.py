"""Cut the DEM to the study area and a margin, on its own metric grid."""

from hotslope.jobs import job_log

import logging
import math
from collections.abc import Iterator

import numpy as np
import rasterio
from pyproj import CRS
from rasterio.errors import RasterioIOError
from rasterio.warp import calculate_default_transform
from rasterio.windows import Window

from hotslope.crs import projected_crs
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.rasters import block_rows, raster_by_rows, read_surface, read_window
from hotslope.terrain.dem_files import judged_elevations
from hotslope.terrain.elevation import (
    check_elevation,
    clipped_grid,
    covering_grid,
    keeps_its_grid,
)

logger = logging.getLogger("hotslope")


def prepare_dem(
    *,
    dem_path: str,
    prepared_path: str,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    margin_m: float,
) -> None:
    """Write the elevations of the study area and its margin, float64, NaN for no data.

    They are judged on the DEM's own cells, then read some rows at a time, or at once where the DEM
    has to be warped: what GDAL makes of a part may differ from the same part of the whole.
    """
    if not dem_path:
        raise InputError("terrain.dem", "is null", "Give a DEM")
    place = f"{dem_path} (terrain.dem)"
    study = Grid.from_bounds(bounds_m, cell_size_m, crs)
    judged_elevations(dem_path, place, study.bounds_m, margin_m, projected_crs(crs))
    with rasterio.open(dem_path) as source:
        dem_crs = CRS.from_wkt(source.crs.to_wkt())
        keeps = keeps_its_grid(dem_crs, source.transform, projected_crs(crs))
        if keeps:
            whole = Grid(study.crs, source.transform, source.shape)
            grid = clipped_grid(whole, study.bounds_m, margin_m)
        else:
            grid = covering_grid(study.bounds_m, margin_m, _native_cell_m(source, crs), crs)
            logger.info("warping %s from %s to %g m cells", place, dem_crs.name, grid.cell_size_m)
    if 0 in grid.shape:
        check_elevation(np.nan, np.nan, place)
    tags = {"description": "elevation on the DEM's own grid, with a margin"}
    gaps = 0
    with raster_by_rows(prepared_path, ["elevation"], grid, tags, "float64", units="m") as write:
        for rows, elevation_m in _elevations(dem_path, grid, keeps, place):
            elevation_m[np.isinf(elevation_m)] = np.nan
            gaps += int(np.isnan(elevation_m).sum())
            write(rows, [elevation_m])
        if gaps == grid.shape[0] * grid.shape[1]:
            check_elevation(np.nan, np.nan, place)
    share = gaps / (grid.shape[0] * grid.shape[1])
    logger.info(
        "%d x %d cells of %g m, %.1f %% without data", *grid.shape, grid.cell_size_m, 100 * share
    )


def _elevations(
    dem_path: str, grid: Grid, keeps: bool, place: str
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield rows of a grid, and the elevations of the DEM on them; refuse a DEM cut short."""
    try:
        yield from _kept(dem_path, grid) if keeps else _warped(dem_path, grid)
    except RasterioIOError as error:
        raise InputError(
            place, f"is damaged or cut short ({error})", "Copy or fetch it again"
        ) from None


def _kept(dem_path: str, grid: Grid) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield rows of a grid of the DEM's own cells, and their elevations."""
    with rasterio.open(dem_path) as source:
        whole = Grid(grid.crs, source.transform, source.shape)
        top, left = (
            int(first[0])
            for first in whole.rows_columns(grid.x_centres_m()[:1], grid.y_centres_m()[:1])
        )
        for rows in block_rows(grid.shape[0]):
            window = Window(left, top + rows.start, grid.shape[1], rows.stop - rows.start)
            yield rows, read_window(source, window)


def _warped(dem_path: str, grid: Grid) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield all rows of a grid, and the elevations of the DEM on it."""
    yield slice(0, grid.shape[0]), read_surface(dem_path, grid)


def _native_cell_m(source: rasterio.DatasetReader, crs: str) -> float:
    """Return the cell size that keeps the diagonal of the DEM's cells, rounded to centimetres."""
    transform, rows, columns = source.transform, source.height, source.width
    # GDAL measures north-up rasters: a turned one counts as if it were turned back at its centre.
    x, y = transform @ (columns / 2, rows / 2)
    width = columns * math.hypot(transform.a, transform.d)
    height = rows * math.hypot(transform.b, transform.e)
    box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    warped, _, _ = calculate_default_transform(source.crs, crs, columns, rows, *box)
    return round(warped.a, 2)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        prepare_dem(
            dem_path=snakemake.input.dem,
            prepared_path=snakemake.output.prepared,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            margin_m=snakemake.params.margin_m,
        )
