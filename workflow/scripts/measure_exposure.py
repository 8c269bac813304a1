"""Measure what lies on each candidate and in its reach: buildings, roads, rivers."""

from hotslope.jobs import job_log

import logging
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.candidates.tables import CANDIDATES
from hotslope.columns import CANDIDATE_ID
from hotslope.exposure.layer_files import given_objects, read_layer_of
from hotslope.exposure.objects import count_objects, length_within
from hotslope.exposure.ranking import rank_by_exposure
from hotslope.exposure.reach import reach_of
from hotslope.exposure.tables import BUILDINGS, EXPOSURE, EXPOSURE_RANK, LAYER, RIVERS, ROADS
from hotslope.factors.distances import distances_to_nearest, segments
from hotslope.rasters import RasterBand, grid_of
from hotslope.schemas import read_layer, write_layer

logger = logging.getLogger("hotslope")

#: Names of the columns of an object: on it, in its reach, the nearest.
_COLUMNS = {
    BUILDINGS: ("buildings_on_it", "buildings_in_reach", "nearest_building_m"),
    ROADS: ("roads_on_it_m", "roads_in_reach_m", "nearest_road_m"),
    RIVERS: ("rivers_on_it_m", "rivers_in_reach_m", "nearest_river_m"),
}


def measure_exposure(
    *,
    candidates_path: str,
    elevation_path: str | None,
    exposure_path: str,
    exposure: dict[str, Any],
    crs: str,
) -> None:
    """Write a row per candidate; its geometry is the outline with the ground in its reach.

    `exposure` is the section of the config. Without elevation nothing has a reach.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", [CANDIDATE_ID]).to_crs(crs)
    outlines = candidates.geometry.to_numpy()
    columns, reaches = _measure_reach(outlines, elevation_path, exposure)
    found = {name: np.full(len(outlines), np.nan) for names in _COLUMNS.values() for name in names}
    for name in given_objects(exposure):
        objects = read_layer_of(name, exposure[name], crs)
        measured = _measure_objects(name, outlines, reaches, objects)
        if elevation_path is None:
            measured[1] = np.full(len(outlines), np.nan)
        found |= dict(zip(_COLUMNS[name], measured, strict=True))
    table = pd.DataFrame({CANDIDATE_ID: candidates[CANDIDATE_ID].to_numpy(), **found, **columns})
    exposed, rank = rank_by_exposure(table)
    table = table.assign(exposed=exposed, **{EXPOSURE_RANK: rank})
    table = table.astype({CANDIDATE_ID: "str", "exposed": "str"})[list(EXPOSURE.schema.columns)]
    for kind, count in table["exposed"].value_counts(sort=False).items():
        logger.info("%s exposed: %d candidates", kind, count)
    ground = shapely.union(outlines, reaches)
    write_layer(EXPOSURE, exposure_path, LAYER, gpd.GeoDataFrame(table, geometry=ground, crs=crs))


def _measure_objects(
    name: str, outlines: np.ndarray, reaches: np.ndarray, objects: np.ndarray
) -> list[np.ndarray]:
    """Measure how much is on candidates and in their reach, and how far the nearest is."""
    if name == BUILDINGS:
        return [
            *count_objects(outlines, reaches, objects),
            distances_to_nearest(outlines, objects),
        ]
    pieces = segments(objects)
    return [
        length_within(outlines, pieces),
        length_within(reaches, pieces),
        distances_to_nearest(outlines, pieces),
    ]


def _measure_reach(
    outlines: np.ndarray, elevation_path: str | None, exposure: dict[str, Any]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Find the ground in the reach of each candidate; return its columns and its shapes."""
    count = len(outlines)
    reaches = np.full(count, shapely.MultiPolygon(), dtype=object)
    area_m2, length_m = np.full(count, np.nan), np.full(count, np.nan)
    is_cut = np.zeros(count, dtype=bool)
    if elevation_path is not None:
        elevation, grid = RasterBand(elevation_path), grid_of(elevation_path)
        angle_deg, farthest_m = exposure["reach_angle_deg"], exposure["max_reach_m"]
        for number, outline in enumerate(outlines):
            reach = reach_of(outline, elevation, grid, angle_deg, farthest_m)
            reaches[number] = reach.ground
            length_m[number], is_cut[number] = reach.length_m, reach.is_cut
        area_m2 = shapely.area(reaches)
    columns = {"reach_area_m2": area_m2, "reach_length_m": length_m, "reach_is_cut": is_cut}
    return columns, reaches


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        measure_exposure(
            candidates_path=snakemake.input.candidates,
            elevation_path=snakemake.input.get("elevation"),
            exposure_path=snakemake.output.exposure,
            exposure=snakemake.params.exposure,
            crs=snakemake.params.crs,
        )
