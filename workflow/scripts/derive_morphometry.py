"""Derive the shape of the ground from the DEM, on the study grid."""

from hotslope.jobs import job_log

from contextlib import ExitStack

import numpy as np

from hotslope.grid import Grid
from hotslope.map_distortion import distortion_on_grid
from hotslope.rasters import BLOCK_CELLS, grid_of, raster_by_rows, read_rows
from hotslope.strips import rows_at_a_time
from hotslope.terrain.derivatives import FIT_CELLS, surface_derivatives
from hotslope.terrain.moving_windows import window_cells
from hotslope.terrain.relief_indices import RUGGEDNESS, topographic_position
from hotslope.terrain.resampling import azimuth_on_grid, on_grid, row_blocks, with_halo

#: Taken at most, bytes, for each cell of a strip while all but TPI is derived.
SHAPE_CELL_BYTES = 400
#: What each raster holds, written into its file.
ABOUT = {
    "elevation": "elevation of the DEM",
    "slope": "slope from a third-order fit to 5 x 5 cells",
    "aspect": "downslope azimuth clockwise from true north; no data on flat ground",
    "plan_curvature": "curvature across the slope (Zevenbergen-Thorne), + = divergent",
    "profile_curvature": "curvature down the slope (Zevenbergen-Thorne), + = concave",
    "tpi": "elevation above the mean of a square window",
    "tri": "ruggedness of 3 x 3 cells",
}
UNITS = {
    "elevation": "m",
    "slope": "degree",
    "aspect": "degree",
    "plan_curvature": "1/m",
    "profile_curvature": "1/m",
    "tpi": "m",
    "tri": "m",
}


def derive_morphometry(
    *,
    dem_path: str,
    output_paths: dict[str, str],
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    tpi_window_m: float,
    tri: str,
    strip_memory_mb: float,
) -> None:
    """Write elevation, slope, aspect, curvatures, TPI and TRI, each to its path by name.

    The DEM is taken in strips that fit into some memory, MB, with what their windows reach beyond,
    where its cells are those of the study grid; otherwise at once. TPI is a running sum, whose
    last digits follow the start of the strip: its strips are the same for any memory.
    """
    study, dem = Grid.from_bounds(bounds_m, cell_size_m, crs), grid_of(dem_path)
    settings = {"tpi": {"window_m": f"{tpi_window_m:g}"}, "tri": {"method": tri}}
    with ExitStack() as open_rasters:
        write = {
            name: open_rasters.enter_context(
                raster_by_rows(
                    path,
                    [name],
                    study,
                    {"description": ABOUT[name], **settings.get(name, {})},
                    "float32",
                    units=UNITS[name],
                )
            )
            for name, path in output_paths.items()
        }
        reach = window_cells(tpi_window_m, dem.cell_size_m) // 2
        for theirs, ours in row_blocks(dem, study, BLOCK_CELLS):
            elevation_m, own = _with_halo(dem_path, theirs, max(reach, FIT_CELLS // 2))
            tpi_m = topographic_position(elevation_m, dem.cell_size_m, tpi_window_m)[own]
            write["tpi"](ours, [on_grid(tpi_m, dem.of_rows(theirs), study.of_rows(ours))])
        height = rows_at_a_time(SHAPE_CELL_BYTES * dem.shape[1], strip_memory_mb)
        for theirs, ours in row_blocks(dem, study, height):
            elevation_m, own = _with_halo(dem_path, theirs, FIT_CELLS // 2)
            shape = _shape_of(elevation_m, dem.cell_size_m, tri, own)
            ground, block = dem.of_rows(theirs), study.of_rows(ours)
            steepness = np.tan(np.radians(shape["slope"]))
            azimuth_deg = azimuth_on_grid(shape.pop("aspect"), steepness, ground, block)
            azimuth_deg = distortion_on_grid(study, ours).true_azimuth_deg(azimuth_deg)
            # Rounded first: what is just below 360 rounds to it.
            write["aspect"](ours, [azimuth_deg.astype(np.float32) % np.float32(360.0)])
            for name, values in shape.items():
                write[name](ours, [on_grid(values, ground, block)])


def _with_halo(dem_path: str, rows: slice, halo: int) -> tuple[np.ndarray, slice]:
    """Read some rows of the DEM and a halo of them; return also which of it are the rows."""
    read, own = with_halo(rows, halo, grid_of(dem_path).shape[0])
    return read_rows(dem_path, read, [1])[0], own


def _shape_of(
    elevation_m: np.ndarray, cell_size_m: float, tri: str, rows: slice
) -> dict[str, np.ndarray]:
    """Return what is derived of some rows of a strip, TPI apart, by the names of `ABOUT`."""
    shape = {
        "elevation": elevation_m,
        "tri": RUGGEDNESS[tri](elevation_m),
        **surface_derivatives(elevation_m, cell_size_m),
    }
    return {name: values[rows] for name, values in shape.items()}


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        derive_morphometry(
            dem_path=snakemake.input.dem,
            output_paths=dict(snakemake.output.items()),
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            tpi_window_m=snakemake.params.tpi_window_m,
            tri=snakemake.params.tri,
            strip_memory_mb=snakemake.resources.strip_mb,
        )
