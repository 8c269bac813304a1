"""Derive contributing area and the indices of stream power and wetness, on the study grid."""

from hotslope.jobs import job_log

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from hotslope.grid import Grid
from hotslope.rasters import RasterBand, grid_of, raster_by_rows, read_rows
from hotslope.scratch_rows import ScratchRows
from hotslope.strips import rows_at_a_time
from hotslope.terrain.derivatives import FIT_CELLS, fitted_slope
from hotslope.terrain.hydrology import (
    specific_contributing_area,
    stream_power_index,
    topographic_wetness_index,
)
from hotslope.terrain.resampling import on_grid, row_blocks, with_halo

#: Taken at most, bytes, for each cell of a block of rows while flow gathers in it and the next one.
FLOW_CELL_BYTES = 200
#: The same for each cell of a strip while its slope and indices are made.
INDEX_CELL_BYTES = 400
#: What each raster holds, written into its file.
ABOUT = {
    "contributing_area": "specific contributing area As, FD8 (exponent 1.1) on the filled DEM",
    "spi": "stream power index As tan(slope)",
    "twi": "topographic wetness index ln(As / tan(slope))",
}
UNITS = {"contributing_area": "m2/m", "spi": "m2/m", "twi": "ln(m)"}


def derive_hydrology(
    *,
    dem_path: str,
    contributing_area_path: str,
    spi_path: str,
    twi_path: str,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    slope_floor_deg: float,
    strip_memory_mb: float,
) -> None:
    """Write specific contributing area, SPI and TWI.

    Flow gathers over the whole DEM, in blocks of rows that fit into a strip's memory, MB; what is
    between them lies in files beside the results. The indices are made in strips of the DEM, where
    its cells are those of the study grid.
    """
    study, dem = Grid.from_bounds(bounds_m, cell_size_m, crs), grid_of(dem_path)
    folder = Path(contributing_area_path).parent
    width = dem.shape[1]
    area_m = specific_contributing_area(
        RasterBand(dem_path),
        dem.cell_size_m,
        new_rows=partial(ScratchRows, folder),
        block_rows=rows_at_a_time(FLOW_CELL_BYTES * width, strip_memory_mb),
    )
    paths = {"contributing_area": contributing_area_path, "spi": spi_path, "twi": twi_path}
    with ExitStack() as open_rasters:
        write = {
            name: open_rasters.enter_context(
                raster_by_rows(
                    path,
                    [name],
                    study,
                    {"description": ABOUT[name]},
                    "float32",
                    units=UNITS[name],
                )
            )
            for name, path in paths.items()
        }
        for theirs, ours in row_blocks(
            dem, study, rows_at_a_time(INDEX_CELL_BYTES * width, strip_memory_mb)
        ):
            read, own = with_halo(theirs, FIT_CELLS // 2, dem.shape[0])
            slope_deg = fitted_slope(read_rows(dem_path, read, [1])[0], dem.cell_size_m)[own]
            part_m = area_m[theirs, :]
            rasters = {
                "contributing_area": part_m,
                "spi": stream_power_index(part_m, slope_deg, slope_floor_deg),
                "twi": topographic_wetness_index(part_m, slope_deg, slope_floor_deg),
            }
            ground, block = dem.of_rows(theirs), study.of_rows(ours)
            for name, values in rasters.items():
                write[name](ours, [on_grid(values, ground, block)])


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        derive_hydrology(
            dem_path=snakemake.input.dem,
            contributing_area_path=snakemake.output.contributing_area,
            spi_path=snakemake.output.spi,
            twi_path=snakemake.output.twi,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            slope_floor_deg=snakemake.params.slope_floor_deg,
            strip_memory_mb=snakemake.resources.strip_mb,
        )
