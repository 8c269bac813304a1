"""Getis–Ord Gi* of line-of-sight velocity, per point of a track."""

from hotslope.jobs import job_log

import logging

import numpy as np

from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.scores import corrected_scores, local_scores
from hotslope.motion.track_files import read_departures, write_scores
from hotslope.strips import points_at_a_time

logger = logging.getLogger("hotslope")


def find_hotspots(
    *,
    points_path: str,
    background_path: str | None,
    hotspots_path: str,
    radius_m: float | str,
    center: str,
    min_neighbours: int,
    correction: str,
    strip_memory_mb: float,
    threads: int,
    radius_path: str | None = None,
) -> None:
    """Write z, p, q and the number of neighbours of each point.

    Parameters
    ----------
    points_path : str
        Points of a track.
    background_path : str or None
        Long-wave background that is subtracted from the velocities first; None: nothing is.
    hotspots_path : str
        Table to write, one row per point in the order of the points.
    radius_m : float or "auto"
        Points at this distance or nearer are neighbours, m.
    center : {"mean", "median"}
        What local sums are compared with.
    min_neighbours : int
        Points with fewer neighbours, themselves included, are not evaluated: z, p, q NaN.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated.
    strip_memory_mb : float
        Memory for the points scored at a time, MB.
    threads : int
        Number of threads.
    radius_path : str, optional
        What `choose_radius` wrote, where `radius_m` is ``auto``.
    """
    # Coordinates are let go before p is corrected.
    z, neighbours = local_scores(
        *read_departures(points_path, background_path),
        resolved_radius_m(radius_m, radius_path),
        center=center,
        min_neighbours=min_neighbours,
        points_at_a_time=points_at_a_time(strip_memory_mb),
        threads=threads,
    )
    scores = corrected_scores(z, neighbours, correction)
    write_scores(points_path, hotspots_path, scores)
    logger.info(
        "%d points: %d with fewer than %d neighbours, %d without z; hottest %.2f, coldest %.2f",
        neighbours.size,
        (neighbours < min_neighbours).sum(),
        min_neighbours,
        np.isnan(z).sum(),
        np.nanmax(z, initial=0.0),
        np.nanmin(z, initial=0.0),
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        find_hotspots(
            points_path=snakemake.input.points,
            background_path=snakemake.input.background or None,
            hotspots_path=snakemake.output.hotspots,
            radius_m=snakemake.params.radius_m,
            center=snakemake.params.center,
            min_neighbours=snakemake.params.min_neighbours,
            correction=snakemake.params.correction,
            strip_memory_mb=snakemake.resources.strip_mb,
            threads=snakemake.threads,
            radius_path=snakemake.input.radius or None,
        )
