"""Quartic kernel density of hot-spot scores: signed, hot and cold."""

from hotslope.jobs import job_log

from hotslope.columns import X, Y
from hotslope.grid import Grid
from hotslope.motion.density import DENSITY_BANDS, DENSITY_TAGS, signed_densities
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rasters import block_rows, raster_by_rows
from hotslope.rows import check_same_points, inside
from hotslope.tiles import grown


def map_density(
    *,
    points_path: str,
    hotspots_path: str,
    density_path: str,
    radius_m: float | str,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    threads: int,
    radius_path: str | None = None,
) -> None:
    """Write the density of z on the study grid, some rows at a time.

    Parameters
    ----------
    points_path, hotspots_path : str
        Points of a track and their z, row by row.
    density_path : str
        Raster to write; bands signed, hot (z > 0) and cold (z < 0, negative).
    radius_m : float or "auto"
        Radius of the kernel, m.
    bounds_m : list of float
        Study area, m.
    cell_size_m : float
        Cell size of the study grid, m.
    crs : str
        Projected CRS of the study area.
    threads : int
        Number of threads.
    radius_path : str, optional
        What `choose_radius` wrote, where `radius_m` is ``auto``.

    Raises
    ------
    InputError
        The two tables do not hold the same points in the same order.
    """
    points = POINTS.read_numbers(points_path, [X, Y])
    hotspots = HOTSPOTS.read_numbers(hotspots_path, ["z"])
    check_same_points(points_path, hotspots_path)
    x, y, z = (column.to_numpy() for column in (points[X], points[Y], hotspots["z"]))
    reach_m = resolved_radius_m(radius_m, radius_path)
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    tags = DENSITY_TAGS | {"radius_m": f"{reach_m:g}"}
    with raster_by_rows(density_path, DENSITY_BANDS, grid, tags, "float32") as write:
        for rows in block_rows(grid.shape[0]):
            strip = grid.of_rows(rows)
            near = inside(x, y, grown(strip.bounds_m, reach_m))
            write(
                rows, signed_densities(x[near], y[near], z[near], reach_m, strip, threads=threads)
            )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        map_density(
            points_path=snakemake.input.points,
            hotspots_path=snakemake.input.hotspots,
            density_path=snakemake.output.density,
            radius_m=snakemake.params.radius_m,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            threads=snakemake.threads,
            radius_path=snakemake.input.radius or None,
        )
