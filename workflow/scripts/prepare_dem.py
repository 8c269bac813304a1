"""Cut the DEM to the study area and a margin, on its own metric grid."""

from hotslope.jobs import job_log

import logging

import numpy as np
import rasterio
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.warp import calculate_default_transform
from rasterio.windows import Window

from hotslope.crs import projected_crs
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.rasters import read_on_grid, write_raster
from hotslope.terrain.elevation import (
    check_elevation,
    clipped_grid,
    covering_grid,
    keeps_its_grid,
)

logger = logging.getLogger("hotslope")

#: Units that GDAL reports for heights in metres; most files report none.
METRE_UNITS = {None, "", "m", "metre", "meter", "metres", "meters", "unknown"}


def prepare_dem(
    *,
    dem_path: str,
    prepared_path: str,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    margin_m: float,
) -> None:
    """Write the elevations of the study area and its margin, float64, NaN for no data."""
    if not dem_path:
        raise InputError("terrain.dem", "is null", "Give a DEM")
    place = f"{dem_path} (terrain.dem)"
    study = Grid.from_bounds(bounds_m, cell_size_m, crs)
    with rasterio.open(dem_path) as source:
        _check_source(source, place)
        dem_crs = CRS.from_wkt(source.crs.to_wkt())
        if keeps_its_grid(dem_crs, source.transform, projected_crs(crs)):
            whole = Grid(study.crs, source.transform, source.shape)
            grid = clipped_grid(whole, study.bounds_m, margin_m)
            elevation_m = _read_window(source, whole, grid)
        else:
            grid = covering_grid(study.bounds_m, margin_m, _native_cell_m(source, crs), crs)
            logger.info("warping %s from %s to %g m cells", place, dem_crs.name, grid.cell_size_m)
            # Bilinear facets would have no curvature inside and too much at their edges.
            elevation_m = read_on_grid(dem_path, grid, Resampling.cubic)
    elevation_m[np.isinf(elevation_m)] = np.nan
    check_elevation(elevation_m, place)
    gaps = float(np.isnan(elevation_m).mean())
    logger.info(
        "%d x %d cells of %g m, %.1f %% without data", *grid.shape, grid.cell_size_m, 100 * gaps
    )
    tags = {"unit": "m", "description": "elevation on the DEM's own grid, with a margin"}
    write_raster(prepared_path, {"elevation": elevation_m}, grid, tags)


def _check_source(source: rasterio.DatasetReader, place: str) -> None:
    if source.crs is None:
        raise InputError(place, "has no CRS", "Assign the right one (gdal_edit.py -a_srs)")
    if source.count != 1:
        raise InputError(place, f"has {source.count} bands", "Give a raster of elevation alone")
    if source.units[0] not in METRE_UNITS:
        raise InputError(place, f"has heights in {source.units[0]!r}", "Convert it to metres")


def _read_window(source: rasterio.DatasetReader, whole: Grid, grid: Grid) -> np.ndarray:
    rows, columns = grid.shape
    if rows == 0 or columns == 0:
        return np.empty(grid.shape)
    row, column = whole.rows_columns(grid.x_centres_m()[:1], grid.y_centres_m()[:1])
    window = Window(int(column[0]), int(row[0]), columns, rows)
    return source.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)


def _native_cell_m(source: rasterio.DatasetReader, crs: str) -> float:
    """Return the cell size that keeps the diagonal of the DEM's cells, rounded to centimetres."""
    transform, _, _ = calculate_default_transform(
        source.crs, crs, source.width, source.height, *source.bounds
    )
    return round(transform.a, 2)


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
