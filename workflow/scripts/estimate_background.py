"""Long-wave background of line-of-sight velocity, per track."""

from hotslope.jobs import job_log

import logging

import numpy as np

from hotslope.columns import VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.motion.background import (
    CELL_SIZE_M,
    long_wave_background,
    most_moves,
    sample_background,
)
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster

logger = logging.getLogger("hotslope")


def estimate_background(
    *,
    points_path: str,
    background_path: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Write the background velocity, smoothed from points near the most frequent one.

    Where more than a third of the ground departs from it, it is 0: nothing is then removed.

    Parameters
    ----------
    points_path : str
        Points of a track.
    background_path : str
        Raster of 250 m cells to write, band background_mm_yr.
    bounds_m : list of float
        Study area, m.
    crs : str
        Projected CRS of the study area.
    """
    points = POINTS.read_numbers(points_path, [X, Y, VELOCITY])
    x, y, velocity = (points[column].to_numpy() for column in (X, Y, VELOCITY))
    grid = Grid.from_bounds(bounds_m, CELL_SIZE_M, crs)
    background = long_wave_background(x, y, velocity, grid)
    if len(points):
        logger.info("background from %.2f to %.2f mm/yr", background.min(), background.max())
    moves = most_moves(x, y, velocity - sample_background(grid, background, x, y))
    if moves:
        background = np.zeros(grid.shape)
        logger.warning(
            "more than a third of the ground moves: no background is removed, and rates are "
            "relative to the reference of the processing"
        )
    write_raster(
        background_path,
        {"background_mm_yr": background},
        grid,
        {"sign": "positive: toward the sensor", "method": "none" if moves else "modal"},
        units="mm/yr",
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        estimate_background(
            points_path=snakemake.input.points,
            background_path=snakemake.output.background,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
