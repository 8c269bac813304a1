"""Getis–Ord Gi* of the points of one tile."""

from hotslope.jobs import job_log

from hotslope.grid import Grid
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.scores import departures_from
from hotslope.motion.tile_scores import read_moments, score_tile_points
from hotslope.rasters import read_raster
from hotslope.tiles import tile_bounds_m


def score_tile(
    *,
    points_path: str,
    moments_path: str,
    background_path: str,
    scores_path: str,
    radius_m: float | str,
    min_neighbours: int,
    window: list[int],
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    threads: int,
    radius_path: str | None = None,
) -> None:
    """Write z, p and the number of neighbours of each point of the tile.

    Parameters
    ----------
    points_path : str
        Points of a track.
    moments_path, background_path : str
        What `measure_moments` wrote of the whole track.
    scores_path : str
        Table to write: row of the point in the track, z, p, neighbours.
    radius_m : float or "auto"
        Points at this distance or nearer are neighbours, m: the halo of the tile.
    min_neighbours : int
        Points with fewer neighbours, themselves included, are not evaluated: z, p NaN.
    window : list of int
        Rows and columns of the tile in the study grid: begin, end, begin, end.
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
    """
    background, coarse = read_raster(background_path)
    score_tile_points(
        points_path,
        tile_bounds_m(Grid.from_bounds(bounds_m, cell_size_m, crs), window),
        resolved_radius_m(radius_m, radius_path),
        lambda points: departures_from(points, background, coarse),
        scores_path,
        min_neighbours=min_neighbours,
        moments=read_moments(moments_path),
        threads=threads,
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        score_tile(
            points_path=snakemake.input.points,
            moments_path=snakemake.input.moments,
            background_path=snakemake.input.background,
            scores_path=snakemake.output.scores,
            radius_m=snakemake.params.radius_m,
            min_neighbours=snakemake.params.min_neighbours,
            window=snakemake.params.window,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            threads=snakemake.threads,
            radius_path=snakemake.input.radius or None,
        )
