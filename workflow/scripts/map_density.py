"""Quartic kernel density of hot-spot scores: signed, hot and cold."""

from hotslope.jobs import job_log

from hotslope.grid import Grid
from hotslope.motion.density import (
    DENSITY_BANDS,
    DENSITY_TAGS,
    DENSITY_UNIT,
    signed_densities,
)
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.track_files import read_scores
from hotslope.rasters import raster_by_rows
from hotslope.strips import near_rows, row_strips


def map_density(
    *,
    points_path: str,
    hotspots_path: str,
    density_path: str,
    radius_m: float | str,
    grid: Grid,
    strip_memory_mb: float,
    threads: int,
    radius_path: str | None = None,
) -> None:
    """Write the density of z on the study grid, strip by strip.

    Parameters
    ----------
    points_path, hotspots_path : str
        Points of a track and their z, row by row.
    density_path : str
        Raster to write; bands signed, hot (z > 0) and cold (z < 0, negative).
    radius_m : float or "auto"
        Radius of the kernel, m.
    grid : Grid
        The study grid.
    strip_memory_mb : float
        Memory for a strip, MB.
    threads : int
        Number of threads.
    radius_path : str, optional
        What `choose_radius` wrote, where `radius_m` is ``auto``.

    Raises
    ------
    InputError
        The two tables do not hold the same points in the same order.
    """
    x, y, z = read_scores(points_path, hotspots_path)
    reach_m = resolved_radius_m(radius_m, radius_path)
    tags = DENSITY_TAGS | {"radius_m": f"{reach_m:g}"}
    with raster_by_rows(
        density_path, DENSITY_BANDS, grid, tags, "float32", units=DENSITY_UNIT
    ) as write:
        for rows in row_strips(grid, x.size, strip_memory_mb):
            strip = grid.of_rows(rows)
            near = near_rows(y, strip, reach_m)
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
            grid=Grid.from_bounds(**snakemake.params.grid),
            strip_memory_mb=snakemake.resources.strip_mb,
            threads=snakemake.threads,
            radius_path=snakemake.input.radius or None,
        )
