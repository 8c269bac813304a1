"""Getis–Ord Gi* of line-of-sight velocity, per point of a track."""

from hotslope.jobs import job_log

import logging

import numpy as np

from hotslope.columns import POINT_ID, VELOCITY, X, Y
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.scores import departures, score_points
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS

logger = logging.getLogger("hotslope")


def find_hotspots(
    *,
    points_path: str,
    hotspots_path: str,
    radius_m: float | str,
    center: str,
    background: str,
    min_neighbours: int,
    correction: str,
    bounds_m: list[float],
    crs: str,
    threads: int,
    radius_path: str | None = None,
) -> None:
    """Write z, p, q and the number of neighbours of each point.

    Parameters
    ----------
    points_path : str
        Points of a track.
    hotspots_path : str
        Table to write, one row per point in the order of the points.
    radius_m : float or "auto"
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
    radius_path : str, optional
        What `choose_radius` wrote, where `radius_m` is ``auto``.
    """
    points = POINTS.read(points_path, [POINT_ID, X, Y, VELOCITY])
    hotspots = score_points(
        points,
        departures(points, background, bounds_m, crs),
        resolved_radius_m(radius_m, radius_path),
        center=center,
        min_neighbours=min_neighbours,
        correction=correction,
        threads=threads,
    )
    HOTSPOTS.write(hotspots_path, hotspots)
    z = hotspots["z"].to_numpy()
    logger.info(
        "%d points: %d with fewer than %d neighbours, %d without z; hottest %.2f, coldest %.2f",
        len(points),
        (hotspots["neighbours"] < min_neighbours).sum(),
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
            radius_path=snakemake.input.radius or None,
        )
