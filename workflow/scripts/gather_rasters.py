"""One raster of the study area from its tiles."""

from hotslope.jobs import job_log

from hotslope.grid import Grid
from hotslope.rasters import gather_tiles


def gather_rasters(
    *,
    tile_paths: list[str],
    raster_path: str,
    windows: list[list[int]],
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
) -> None:
    """Write the raster that the whole study area would have given at once.

    Parameters
    ----------
    tile_paths : list of str
        A raster per tile.
    raster_path : str
        Raster to write.
    windows : list of list of int
        Rows and columns of each tile in the study grid: begin, end, begin, end.
    bounds_m : list of float
        Study area, m.
    cell_size_m : float
        Cell size of the study grid, m.
    crs : str
        Projected CRS of the study area.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    gather_tiles(raster_path, tile_paths, windows, grid)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        gather_rasters(
            tile_paths=list(snakemake.input.tiles),
            raster_path=snakemake.output.raster,
            windows=snakemake.params.windows,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
        )
