"""Long-wave background of line-of-sight velocity, per track."""

from hotslope.jobs import job_log

import logging

from hotslope.columns import HEIGHT, VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.motion.background import CELL_SIZE_M, SMOOTHING_M
from hotslope.motion.background_scale import background_at_its_scale
from hotslope.motion.height_dependence import HeightDependence, height_dependence
from hotslope.motion.track_files import write_background
from hotslope.points.tables import POINTS

logger = logging.getLogger("hotslope")


def estimate_background(
    *,
    points_path: str,
    background_path: str,
    bounds_m: list[float],
    crs: str,
    smoothing_m: float | str = "auto",
    with_height: bool = False,
) -> None:
    """Write the background velocity, smoothed from points near the most frequent one.

    Where more than a third of the ground departs from it, it is 0: nothing is then removed.

    Parameters
    ----------
    points_path : str
        Points of a track.
    background_path : str
        Raster of 250 m cells to write, band background_mm_yr; with height two more (see
        `hotslope.motion.height_dependence`).
    bounds_m : list of float
        Study area, m.
    crs : str
        Projected CRS of the study area.
    smoothing_m : float or "auto"
        Standard deviation of the smoothing, m; auto chooses it by the residual atmosphere.
    with_height : bool
        Whether the background may depend on the height of points.
    """
    names = [X, Y, VELOCITY, *([HEIGHT] if with_height else [])]
    points = POINTS.read_numbers(points_path, names)
    x, y, velocity = (points[column].to_numpy() for column in (X, Y, VELOCITY))
    grid = Grid.from_bounds(bounds_m, CELL_SIZE_M, crs)
    dependence = None
    if with_height:
        height_m = points[HEIGHT].to_numpy()
        dependence = height_dependence(x, y, height_m, velocity, grid)
        velocity = velocity - dependence.at(grid, x, y, height_m)
    background, chosen_m = background_at_its_scale(x, y, velocity, grid, smoothing_m)
    if len(points):
        logger.info("background from %.2f to %.2f mm/yr", background.min(), background.max())
    if chosen_m == 0:
        dependence = None
        logger.warning(
            "more than a third of the ground moves: no background is removed, and rates are "
            "relative to the reference of the processing"
        )
    elif smoothing_m == "auto" and chosen_m < SMOOTHING_M:
        logger.warning(
            "rough atmosphere: the background is smoothed over %g m instead of %g m, and bodies "
            "wider than about %g m may be taken for background",
            chosen_m,
            SMOOTHING_M,
            2 * chosen_m,
        )
    if dependence:
        _report(dependence)
    write_background(background_path, grid, background, chosen_m, dependence)


def _report(dependence: HeightDependence) -> None:
    """Log how much the background grows with height."""
    gradient = 1000.0 * dependence.gradient_mm_yr_m
    if gradient.any():
        logger.info(
            "it grows with height by %.1f to %.1f mm/yr per km", gradient.min(), gradient.max()
        )
    else:
        logger.warning("heights vary too little: nothing is removed by height")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        estimate_background(
            points_path=snakemake.input.points,
            background_path=snakemake.output.background,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
            smoothing_m=snakemake.params.smoothing_m,
            with_height=snakemake.params.with_height,
        )
