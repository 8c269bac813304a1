"""A sheet for the field per candidate: a page of PDF for each of the first places to look."""

from hotslope.jobs import job_log, unescaped

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rasterio.enums import Resampling

from hotslope.columns import CANDIDATE_ID, VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.maps.fields import describe_fields
from hotslope.maps.figure_file import save_page
from hotslope.maps.first_places import ranked
from hotslope.maps.object_windows import window_round
from hotslope.maps.outcome import leading_model
from hotslope.maps.pixels import figure_grid
from hotslope.maps.scales import VELOCITY_SHARE, symmetric_limit
from hotslope.maps.site_sheet import Surroundings, draw_site_sheet
from hotslope.maps.tables import LANDSLIDES_LAYER, SERIES
from hotslope.points.tables import POINTS
from hotslope.rasters import read_for_figure

#: Pixels of a cut-out map.
WINDOW_PX = 260


def draw_sheets(
    *,
    landslides_path: str,
    series_path: str,
    points_paths: list[str],
    elevation_path: str | None,
    sheets_folder: str,
    tracks: list[str],
    models: list[str],
    sheets: int,
    study_area_name: str,
    crs: str,
) -> None:
    """Write ``{candidate_id}.pdf`` of the first `sheets` candidates into a folder of their own."""
    folder = Path(sheets_folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    landslides = gpd.read_file(landslides_path, layer=LANDSLIDES_LAYER).to_crs(crs)
    points = {
        track: POINTS.read_numbers(path, [X, Y, VELOCITY])
        for track, path in zip(tracks, points_paths, strict=True)
    }
    velocities = np.concatenate([table[VELOCITY].to_numpy() for table in points.values()])
    limit_mm_yr = symmetric_limit(velocities, VELOCITY_SHARE)
    series = SERIES.read(series_path)
    fields = describe_fields(
        [name for name in landslides if name != landslides.geometry.name], tracks, models
    )
    for number in ranked(landslides, models).index[:sheets]:
        candidate = landslides.loc[number].to_dict()
        outline = candidate.pop(landslides.geometry.name)
        grid = figure_grid(window_round(outline), crs, WINDOW_PX)
        around = Surroundings(
            grid,
            read_for_figure(elevation_path, grid, Resampling.cubic) if elevation_path else None,
            {track: _inside(table, grid) for track, table in points.items()},
            _neighbours(landslides.geometry.drop(number).to_numpy(), grid),
            limit_mm_yr,
        )
        rows = series[series[CANDIDATE_ID] == candidate[CANDIDATE_ID]]
        of_track = {str(track): group for track, group in rows.groupby("track", sort=False)}
        figure = draw_site_sheet(
            study_area_name, candidate, outline, around, of_track, fields, leading_model(models)
        )
        save_page(str(folder / f"{candidate[CANDIDATE_ID]}.pdf"), figure)


def _inside(points: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Points in the window."""
    left, bottom, right, top = grid.bounds_m
    return points[points[X].between(left, right) & points[Y].between(bottom, top)]


def _neighbours(geometries: np.ndarray, grid: Grid) -> np.ndarray:
    """Outlines that reach into the window."""
    return geometries[shapely.intersects(geometries, shapely.box(*grid.bounds_m))]


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        draw_sheets(
            landslides_path=snakemake.input.landslides,
            series_path=snakemake.input.series,
            points_paths=list(snakemake.input.points),
            elevation_path=snakemake.input.get("elevation"),
            sheets_folder=snakemake.output.sheets,
            tracks=snakemake.params.tracks,
            models=snakemake.params.models,
            sheets=snakemake.params.sheets,
            study_area_name=unescaped(snakemake.params.study_area_name),
            crs=snakemake.params.crs,
        )
