"""Local rate of motion near moving points, per track."""

from hotslope.jobs import job_log

import logging

import numpy as np

from hotslope.columns import VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.motion.background import sample_background
from hotslope.motion.rate import (
    RATE_BANDS,
    local_rate,
    point_density_per_m2,
    rate_tags,
    resolved_bandwidth_m,
)
from hotslope.points.tables import POINTS
from hotslope.rasters import block_rows, raster_by_rows, read_raster
from hotslope.rows import inside
from hotslope.tiles import grown

logger = logging.getLogger("hotslope")


def map_rate(
    *,
    points_path: str,
    background_path: str,
    rate_path: str,
    bandwidth_m: float | str,
    statistic: str,
    stability_threshold_mm_yr: float,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    threads: int,
) -> None:
    """Write the rate less background, and its support, on the study grid, some rows at a time.

    Parameters
    ----------
    points_path : str
        Points of a track.
    background_path : str
        Their background velocity, a raster.
    rate_path : str
        Raster to write; bands rate_mm_yr and support.
    bandwidth_m : float or "auto"
        Radius of the kernel, m; ``auto`` takes it from the density of the points.
    statistic : {"median", "mean", "clipped_mean"}
        Weighted statistic of the rates within the bandwidth.
    stability_threshold_mm_yr : float
        Rate from which a point moves, mm/yr.
    bounds_m : list of float
        Study area, m.
    cell_size_m : float
        Cell size of the study grid, m.
    crs : str
        Projected CRS of the study area.
    threads : int
        Number of threads.
    """
    points = POINTS.read(points_path, [X, Y, VELOCITY])
    x, y = points[X].to_numpy(), points[Y].to_numpy()
    background, coarse = read_raster(background_path)
    rates = points[VELOCITY].to_numpy() - sample_background(coarse, background, x, y)
    density = point_density_per_m2(x, y)
    radius_m = resolved_bandwidth_m(bandwidth_m, density)
    logger.info("%.0f points per km2, bandwidth %.1f m", density * 1e6, radius_m)
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    tags, evaluated = rate_tags(statistic, radius_m, density), 0
    with raster_by_rows(rate_path, RATE_BANDS, grid, tags, "float32") as write:
        for rows in block_rows(grid.shape[0]):
            strip = grid.of_rows(rows)
            near = inside(x, y, grown(strip.bounds_m, radius_m))
            rate, support = local_rate(
                x[near],
                y[near],
                rates[near],
                radius_m,
                strip,
                threshold_mm_yr=stability_threshold_mm_yr,
                statistic=statistic,
                threads=threads,
            )
            evaluated += int(np.isfinite(rate).sum())
            write(rows, [rate, support])
    logger.info("%d of %d cells evaluated", evaluated, grid.shape[0] * grid.shape[1])


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        map_rate(
            points_path=snakemake.input.points,
            background_path=snakemake.input.background,
            rate_path=snakemake.output.rate,
            bandwidth_m=snakemake.params.bandwidth_m,
            statistic=snakemake.params.statistic,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            threads=snakemake.threads,
        )
