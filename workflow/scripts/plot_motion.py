"""Figures: line-of-sight velocity and trend classes of the points of every track."""

from hotslope.jobs import job_log, unescaped

from collections.abc import Sequence

from hotslope.columns import TREND, VELOCITY, X, Y
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.figure_file import save_figure
from hotslope.maps.joins import read_points_with
from hotslope.maps.motion_figures import draw_trends, draw_velocity
from hotslope.motion.season import tracks_without_season
from hotslope.motion.tables import TRENDS


def plot_motion(
    *,
    points_paths: list[str],
    trends_paths: list[str],
    summaries_paths: list[str],
    elevation_path: str | None,
    velocity_path: str,
    trends_path: str,
    tracks: list[str],
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
    vector_paths: Sequence[str] = (),
) -> None:
    """Draw each figure with one panel per track; the lists of paths are in their order."""
    area = FigureArea(study_area_name, bounds_m, crs, elevation_path)
    tables = {
        track: read_points_with(points, TRENDS, trends, [TREND], [X, Y, VELOCITY])
        for track, points, trends in zip(tracks, points_paths, trends_paths, strict=True)
    }
    save_figure(velocity_path, draw_velocity(area, tables), vector_paths)
    without_season = tracks_without_season(summaries_paths)
    save_figure(trends_path, draw_trends(area, tables, without_season), vector_paths)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_motion(
            points_paths=list(snakemake.input.points),
            trends_paths=list(snakemake.input.trends),
            summaries_paths=list(snakemake.input.summaries),
            elevation_path=snakemake.input.get("elevation"),
            velocity_path=snakemake.output.velocity,
            trends_path=snakemake.output.trends,
            tracks=snakemake.params.tracks,
            study_area_name=unescaped(snakemake.params.study_area_name),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
            vector_paths=list(snakemake.output.get("vectors", [])),
        )
