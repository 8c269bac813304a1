"""Figures: hot and cold spots (Getis–Ord Gi*) of every track, their density and their radius."""

from hotslope.jobs import job_log, unescaped

import json
from collections.abc import Sequence
from pathlib import Path

from hotslope.maps.figure_area import FigureArea
from hotslope.maps.figure_file import save_figure
from hotslope.maps.hotspot_figures import draw_density, draw_hotspots, draw_radius
from hotslope.maps.joins import read_points_with
from hotslope.motion.tables import HOTSPOTS


def plot_hotspots(
    *,
    points_paths: list[str],
    hotspots_paths: list[str],
    density_paths: list[str],
    radius_paths: list[str],
    elevation_path: str | None,
    hotspots_path: str,
    density_path: str,
    radius_path: str | None,
    tracks: list[str],
    significance: float,
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
    vector_paths: Sequence[str] = (),
) -> None:
    """Draw each figure; the lists of paths are in the order of `tracks`.

    `radius_paths` is empty and `radius_path` None where the radius is given, not chosen.
    """
    area = FigureArea(study_area_name, bounds_m, crs, elevation_path)
    tables = {
        track: read_points_with(points, HOTSPOTS, hotspots, ["z", "q"])
        for track, points, hotspots in zip(tracks, points_paths, hotspots_paths, strict=True)
    }
    save_figure(hotspots_path, draw_hotspots(area, tables, significance), vector_paths)
    save_figure(
        density_path,
        draw_density(area, dict(zip(tracks, density_paths, strict=True))),
        vector_paths,
    )
    if radius_path:
        choices = {
            track: json.loads(Path(path).read_text(encoding="utf-8"))
            for track, path in zip(tracks, radius_paths, strict=True)
        }
        save_figure(radius_path, draw_radius(study_area_name, choices), vector_paths)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_hotspots(
            points_paths=list(snakemake.input.points),
            hotspots_paths=list(snakemake.input.hotspots),
            density_paths=list(snakemake.input.density),
            radius_paths=list(snakemake.input.radius),
            elevation_path=snakemake.input.get("elevation"),
            hotspots_path=snakemake.output.hotspots,
            density_path=snakemake.output.density,
            radius_path=snakemake.output.get("radius"),
            tracks=snakemake.params.tracks,
            significance=snakemake.params.significance,
            study_area_name=unescaped(snakemake.params.study_area_name),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
            vector_paths=list(snakemake.output.get("vectors", [])),
        )
