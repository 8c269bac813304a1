"""Local rate of motion near moving points, per track."""

from hotslope.jobs import job_log

import logging

import numpy as np

from hotslope.grid import Grid
from hotslope.motion.rate import (
    RATE_BANDS,
    RATE_UNITS,
    local_rate,
    rate_tags,
    reach_m,
    resolved_bandwidth_m,
    resolved_statistic,
)
from hotslope.motion.track_files import read_density_per_m2, read_rates
from hotslope.rasters import raster_by_rows
from hotslope.strips import near_rows, row_strips

logger = logging.getLogger("hotslope")
#: Beyond this share of moving points the log warns.
MANY_MOVERS = 1 / 3


def map_rate(
    *,
    points_path: str,
    summary_path: str,
    background_path: str | None,
    rate_path: str,
    bandwidth_m: float | str,
    statistic: str,
    stability_threshold_mm_yr: float,
    grid: Grid,
    strip_memory_mb: float,
    threads: int,
) -> None:
    """Write the rate less background, and its support, on the study grid, strip by strip.

    Parameters
    ----------
    points_path, summary_path : str
        Points of a track, and their summary, which holds their density.
    background_path : str or None
        Their background velocity, a raster to subtract; None: nothing is.
    rate_path : str
        Raster to write; bands rate_mm_yr and support.
    bandwidth_m : float or "auto"
        Radius of the kernel, m; ``auto`` takes it from the density of the points.
    statistic : {"auto", "median", "mean", "clipped_mean", "kriging"}
        See `hotslope.motion.rate.local_rate`; ``auto`` takes it from the density of the points.
    stability_threshold_mm_yr : float
        Rate from which a point moves, mm/yr.
    grid : Grid
        The study grid.
    strip_memory_mb : float
        Memory for a strip, MB.
    threads : int
        Number of threads.
    """
    x, y, rates = read_rates(points_path, background_path)
    _warn_of_movers(rates, stability_threshold_mm_yr)
    density = read_density_per_m2(summary_path)
    radius_m = resolved_bandwidth_m(bandwidth_m, density)
    statistic = resolved_statistic(statistic, density)
    logger.info("%.0f points per km2, %s of %.1f m", density * 1e6, statistic, radius_m)
    tags, evaluated = rate_tags(statistic, radius_m, density), 0
    with raster_by_rows(rate_path, RATE_BANDS, grid, tags, "float32", units=RATE_UNITS) as write:
        for rows in row_strips(grid, x.size, strip_memory_mb):
            strip = grid.of_rows(rows)
            near = near_rows(y, strip, reach_m(statistic, radius_m))
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


def _warn_of_movers(rates_mm_yr: np.ndarray, threshold_mm_yr: float) -> None:
    """Warn if too many points move for stable ground to be recognised."""
    if not rates_mm_yr.size:
        return
    share = float(np.mean(np.abs(rates_mm_yr) >= threshold_mm_yr))
    if share > MANY_MOVERS:
        logger.warning(
            "%.0f %% of the points move at %g mm/yr or more: either most of the ground moves, and "
            "the background removes part of its motion (candidates.background: none keeps it), or "
            "the errors of the rates are that large (results/motion/{track}_rate_errors.json), and "
            "candidates.stability_threshold_mm_yr should be raised",
            100 * share,
            threshold_mm_yr,
        )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        map_rate(
            points_path=snakemake.input.points,
            summary_path=snakemake.input.summary,
            background_path=snakemake.input.background or None,
            rate_path=snakemake.output.rate,
            bandwidth_m=snakemake.params.bandwidth_m,
            statistic=snakemake.params.statistic,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            grid=Grid.from_bounds(**snakemake.params.grid),
            strip_memory_mb=snakemake.resources.strip_mb,
            threads=snakemake.threads,
        )
