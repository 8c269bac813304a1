"""Getis–Ord Gi* of line-of-sight velocity, per point of a track."""

import logging

import numpy as np
import pandas as pd

from hotslope.columns import POINT_ID, VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.logs import job_log
from hotslope.motion.background import CELL_SIZE_M, long_wave_background, sample_background
from hotslope.motion.correction import corrected_p
from hotslope.motion.hotspots import getis_ord_star
from hotslope.schemas import HOTSPOTS, POINTS

logger = logging.getLogger("hotslope")


def find_hotspots(
    *,
    points_path: str,
    hotspots_path: str,
    radius_m: float,
    center: str,
    background: str,
    min_neighbours: int,
    correction: str,
    bounds_m: list[float],
    crs: str,
    threads: int,
) -> None:
    """Write z, p, q and the number of neighbours of each point.

    Parameters
    ----------
    points_path : str
        Points of a track.
    hotspots_path : str
        Table to write, one row per point in the order of the points.
    radius_m : float
        Points at this distance or nearer are neighbours, m.
    center : {"mean", "median"}
        What local sums are compared with.
    background : {"none", "modal"}
        Whether the long-wave background is taken off the velocities first.
    min_neighbours : int
        Points with fewer neighbours, themselves included, are not evaluated: z, p, q NaN.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated.
    bounds_m : list of float
        Study area, for the grid of the background, m.
    crs : str
        Projected CRS of the study area.
    threads : int
        Number of threads.
    """
    points = POINTS.read(points_path, [POINT_ID, X, Y, VELOCITY])
    x, y, velocity = (points[column].to_numpy() for column in (X, Y, VELOCITY))
    if background == "modal":
        grid = Grid.from_bounds(bounds_m, CELL_SIZE_M, crs)
        smooth = long_wave_background(x, y, velocity, grid)
        velocity = velocity - sample_background(grid, smooth, x, y)
    z, p, neighbours = getis_ord_star(x, y, velocity, radius_m, center=center, threads=threads)
    few = neighbours < min_neighbours
    z[few] = np.nan
    p[few] = np.nan
    HOTSPOTS.write(
        hotspots_path,
        pd.DataFrame(
            {
                POINT_ID: points[POINT_ID],
                "z": z,
                "p": p,
                "q": corrected_p(p, correction),
                "neighbours": neighbours,
            }
        ),
    )
    logger.info(
        "%d points: %d with fewer than %d neighbours, %d without z; hottest %.2f, coldest %.2f",
        len(points),
        few.sum(),
        min_neighbours,
        np.isnan(z).sum(),
        np.nanmax(z, initial=0.0),
        np.nanmin(z, initial=0.0),
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        find_hotspots(
            points_path=snakemake.input.points,
            hotspots_path=snakemake.output.hotspots,
            radius_m=snakemake.params.radius_m,
            center=snakemake.params.center,
            background=snakemake.params.background,
            min_neighbours=snakemake.params.min_neighbours,
            correction=snakemake.params.correction,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
            threads=snakemake.threads,
        )
