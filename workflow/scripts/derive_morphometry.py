"""Derive the shape of the ground from the DEM, on the study grid."""

import numpy as np

from hotslope.grid import Grid
from hotslope.logs import job_log
from hotslope.rasters import read_raster, write_raster
from hotslope.terrain.derivatives import surface_derivatives
from hotslope.terrain.relief import RUGGEDNESS, topographic_position
from hotslope.terrain.resampling import azimuth_on_grid, on_grid

#: Unit and convention of each raster, written into its file.
TAGS = {
    "elevation": {"unit": "m", "description": "elevation of the DEM"},
    "slope": {"unit": "degree", "description": "slope from a third-order fit to 5 x 5 cells"},
    "aspect": {
        "unit": "degree",
        "description": "downslope azimuth clockwise from grid north; no data on flat ground",
    },
    "plan_curvature": {
        "unit": "1/m",
        "description": "curvature across the slope (Zevenbergen-Thorne), + = divergent",
    },
    "profile_curvature": {
        "unit": "1/m",
        "description": "curvature down the slope (Zevenbergen-Thorne), + = concave",
    },
    "tpi": {"unit": "m", "description": "elevation above the mean of a square window"},
    "tri": {"unit": "m", "description": "ruggedness of 3 x 3 cells"},
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
) -> None:
    """Write elevation, slope, aspect, curvatures, TPI and TRI, each to its path by name."""
    study = Grid.from_bounds(bounds_m, cell_size_m, crs)
    elevation_m, dem = read_raster(dem_path)
    dem_cell_m = dem.cell_size_m

    def write(name: str, on_study: np.ndarray, **tags: str) -> None:
        band = {name: on_study.astype(np.float32)}
        write_raster(output_paths[name], band, study, {**TAGS[name], **tags})

    write("elevation", on_grid(elevation_m, dem, study))
    position_m = topographic_position(elevation_m, dem_cell_m, tpi_window_m)
    write("tpi", on_grid(position_m, dem, study), window_m=f"{tpi_window_m:g}")
    write("tri", on_grid(RUGGEDNESS[tri](elevation_m), dem, study), method=tri)
    derivatives = surface_derivatives(elevation_m, dem_cell_m)
    steepness = np.tan(np.radians(derivatives["slope"]))
    aspect_deg = derivatives.pop("aspect")
    write("aspect", azimuth_on_grid(aspect_deg, steepness, dem, study))
    for name, values in derivatives.items():
        write(name, on_grid(values, dem, study))


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
        )
