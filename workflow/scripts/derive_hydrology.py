"""Derive contributing area and the indices of stream power and wetness, on the study grid."""

from hotslope.jobs import job_log

import numpy as np

from hotslope.grid import Grid
from hotslope.rasters import read_raster, write_raster
from hotslope.terrain.derivatives import fitted_slope
from hotslope.terrain.hydrology import (
    specific_contributing_area,
    stream_power_index,
    topographic_wetness_index,
)
from hotslope.terrain.resampling import on_grid

#: Unit and convention of each raster, written into its file.
TAGS = {
    "contributing_area": {
        "unit": "m2/m",
        "description": "specific contributing area As, FD8 (exponent 1.1) on the filled DEM",
    },
    "spi": {"unit": "m2/m", "description": "stream power index As tan(slope)"},
    "twi": {"unit": "ln(m)", "description": "topographic wetness index ln(As / tan(slope))"},
}


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
) -> None:
    """Write specific contributing area, SPI and TWI."""
    study = Grid.from_bounds(bounds_m, cell_size_m, crs)
    elevation_m, dem = read_raster(dem_path)
    area_m = specific_contributing_area(elevation_m, dem.cell_size_m)
    slope_deg = fitted_slope(elevation_m, dem.cell_size_m)
    rasters = {
        "contributing_area": (contributing_area_path, area_m),
        "spi": (spi_path, stream_power_index(area_m, slope_deg, slope_floor_deg)),
        "twi": (twi_path, topographic_wetness_index(area_m, slope_deg, slope_floor_deg)),
    }
    for name, (path, values) in rasters.items():
        on_study = on_grid(values, dem, study).astype(np.float32)
        write_raster(path, {name: on_study}, study, TAGS[name])


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
        )
