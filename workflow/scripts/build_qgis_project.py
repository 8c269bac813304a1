"""The QGIS project of the results: layers with styles, a print layout, series as map tips."""

from hotslope.jobs import job_log, unescaped

import os
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pyogrio.raw

from hotslope.class_rasters import class_renderer
from hotslope.columns import CANDIDATE_ID, VELOCITY
from hotslope.files import atomic_path, write_text
from hotslope.grid import Grid, given_bounds
from hotslope.maps.coverage import COVERAGE_CLASSES
from hotslope.maps.fields import describe_fields
from hotslope.maps.outcome import (
    judgement_column,
    judgement_word,
    judging_models,
    leading_model,
)
from hotslope.maps.pixels import figure_grid
from hotslope.maps.qgis import (
    category_renderer,
    probability_renderer,
    relief_renderer,
    scale_renderer,
    velocity_renderer,
)
from hotslope.maps.qgis_project import Layer, Project, project_archive
from hotslope.maps.scales import DENSITY_SHARE, VELOCITY_SHARE, symmetric_limit
from hotslope.maps.series_picture import WIDTH_PX, series_svg
from hotslope.maps.style import AWAY, DIVERGING, OUTSIDE_TEXT, TOWARD
from hotslope.maps.tables import LANDSLIDES_LAYER as LAYER
from hotslope.maps.tables import SERIES
from hotslope.rasters import read_for_figure

#: Density is read for its scale at this width.
SCALE_PX = 600
#: Points are drawn at this scale and larger ones.
POINTS_SCALE = 100_000
ABSTRACT = (
    "Potential landslides from InSAR, made by hotslope. Velocities are along the line of sight, "
    "positive toward the sensor. No colour means not measured, not stable."
)


def build_qgis_project(
    *,
    landslides_path: str,
    hotspots_path: str,
    outlines_paths: list[str],
    density_paths: list[str],
    coverage_path: str,
    elevation_path: str | None,
    series_path: str,
    pictures_folder: str,
    project_path: str,
    tracks: list[str],
    models: list[str],
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Write the project, and a picture of the series of each candidate for its map tips.

    All files are named relative to the project. The lists of paths are in the order of
    `tracks`. `pictures_folder` then holds ``{candidate_id}.svg`` and nothing else.
    """
    folder = Path(project_path).parent
    _draw_series(landslides_path, series_path, Path(pictures_folder), tracks)
    bounds = given_bounds(bounds_m)
    grid = figure_grid(bounds, crs, SCALE_PX)
    landslides = pyogrio.read_dataframe(landslides_path, layer=LAYER, read_geometry=False)
    columns = list(landslides)
    judgement = judgement_column(columns, leading_model(judging_models(landslides, models)))
    fields = describe_fields(columns, tracks, models)
    candidates = Layer(
        name="potential landslides" + (f": {judgement_word(judgement)}" if judgement else ""),
        source=f"{_relative(landslides_path, folder)}|layername={LAYER}",
        style=probability_renderer(judgement, applied="applicable" in columns),
        geometry="Polygon",
        shown=True,
        aliases={name: described.alias for name, described in fields.items()},
        map_tip=_map_tip(columns, judgement, _relative(pictures_folder, folder)),
    )
    outlines = [
        Layer(
            name=f"outlines, {track}",
            source=f"{_relative(path, folder)}|layername=candidates",
            style=category_renderer("sign", {"toward": TOWARD, "away": AWAY}, 0.5),
            geometry="Polygon",
        )
        for track, path in zip(tracks, outlines_paths, strict=True)
    ]
    points = [
        Layer(
            name=f"moving points, {track}",
            source=f"{_relative(hotspots_path, folder)}|layername={track}",
            style=velocity_renderer(VELOCITY, _velocity_limit(hotspots_path, tracks)),
            geometry="Point",
            smallest_scale=POINTS_SCALE,
        )
        for track in tracks
    ]
    density = [
        Layer(f"density of hot spots, {track}", _relative(path, folder), _density_style(path, grid))
        for track, path in zip(tracks, density_paths, strict=True)
    ]
    coverage_style = class_renderer(COVERAGE_CLASSES)
    ground = [
        Layer("motion not measured", _relative(coverage_path, folder), coverage_style, shown=True)
    ]
    if elevation_path:
        relief = Layer("relief", _relative(elevation_path, folder), relief_renderer(), shown=True)
        ground.append(relief)
    project = Project(
        title=f"{study_area_name}: potential landslides",
        abstract=ABSTRACT,
        crs=crs,
        bounds_m=bounds,
        groups=[
            ("Map", [candidates]),
            ("Outlines per track", outlines),
            ("Motion", [*points, *density]),
            ("Ground", ground),
        ],
    )
    with atomic_path(project_path) as partial:
        partial.write_bytes(project_archive(project, Path(project_path).stem))


def _relative(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _velocity_limit(hotspots_path: str, tracks: list[str]) -> float:
    """End of the scale of velocities, the same for all tracks."""
    velocities = [
        pyogrio.raw.read(hotspots_path, layer=track, columns=[VELOCITY], read_geometry=False)[3][0]
        for track in tracks
    ]
    return symmetric_limit(np.concatenate(velocities), VELOCITY_SHARE)


def _density_style(path: str, grid: Grid) -> ET.Element:
    limit = symmetric_limit(read_for_figure(path, grid), DENSITY_SHARE)
    return scale_renderer(DIVERGING, limit, "per m²")


def _draw_series(landslides_path: str, series_path: str, folder: Path, tracks: list[str]) -> None:
    """Write a picture per candidate."""
    # Without geopandas, which takes two seconds to load.
    _, _, _, (identifiers,) = pyogrio.raw.read(
        landslides_path, layer=LAYER, columns=[CANDIDATE_ID], read_geometry=False
    )
    of_candidate = dict(list(SERIES.read(series_path).groupby(CANDIDATE_ID, sort=False)))
    empty = SERIES.empty()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for identifier in identifiers:
        rows = of_candidate.get(identifier, empty)
        series = {str(track): group for track, group in rows.groupby("track", sort=False)}
        write_text(folder / f"{identifier}.svg", series_svg(identifier, tracks, series))


def _map_tip(columns: list[str], judgement: str | None, pictures_folder: str) -> str:
    """HTML with what is asked of a candidate first, and the picture of its series."""
    rows = [("class", "class"), ("grade", "grade"), ("main_factors", "main factors")]
    if judgement:
        rows.insert(1, (judgement, judgement_word(judgement)))
    if "strange" in columns:
        rows.insert(2, ("strange", OUTSIDE_TEXT))
    lines = "".join(
        f"<br>{label}: [% coalesce(\"{name}\", 'no data') %]"
        for name, label in rows
        if name in columns
    )
    picture = f'[% @project_folder %]/{pictures_folder}/[% "candidate_id" %].svg'
    return (
        f'<b>[% "candidate_id" %]</b>{lines}'
        f'<br><img src="file:///{picture}" width="{WIDTH_PX}" alt="mean displacement series">'
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        build_qgis_project(
            landslides_path=snakemake.input.landslides,
            hotspots_path=snakemake.input.hotspots,
            outlines_paths=snakemake.input.outlines,
            density_paths=snakemake.input.density,
            coverage_path=snakemake.input.coverage,
            elevation_path=snakemake.input.get("elevation"),
            series_path=snakemake.input.series,
            pictures_folder=snakemake.output.pictures,
            project_path=snakemake.output.project,
            tracks=snakemake.params.tracks,
            models=snakemake.params.models,
            study_area_name=unescaped(snakemake.params.study_area_name),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
        )
