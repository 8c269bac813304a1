"""Merge the outlines of all tracks into candidates."""

import logging
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from hotslope.candidates.candidate_table import body_table, describe_candidates, join_outlines
from hotslope.candidates.inputs import read_evidence
from hotslope.files import write_layers
from hotslope.grid import Grid
from hotslope.logs import job_log
from hotslope.rasters import read_raster
from hotslope.schemas import CANDIDATES, TRACK_CANDIDATES, read_layer

logger = logging.getLogger("hotslope")


def merge_candidates(
    *,
    outlines_paths: list[str],
    points_paths: list[str],
    hotspots_paths: list[str],
    background_paths: list[str],
    slope_path: str | None,
    aspect_path: str | None,
    candidates_path: str,
    tracks: list[str],
    stability_threshold_mm_yr: float,
    significance: float,
    min_overlap: float,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
) -> None:
    """Join outlines that are one body and describe each by the points of every track.

    The lists of paths are in the order of `tracks`; `background_paths` is empty where no
    background was removed, slope and aspect are None where there is no DEM.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    outlines = _all_outlines(outlines_paths, crs)
    bodies = _bodies(outlines, slope_path, aspect_path, grid, min_overlap)
    backgrounds: Sequence[str | None] = background_paths or [None] * len(tracks)
    points = {
        track: read_evidence(points_path, hotspots_path, background_path)[0]
        for track, points_path, hotspots_path, background_path in zip(
            tracks, points_paths, hotspots_paths, backgrounds, strict=True
        )
    }
    candidates = describe_candidates(
        bodies,
        points,
        threshold_mm_yr=stability_threshold_mm_yr,
        significance=significance,
    )
    logger.info("%d outlines make %d candidates", len(outlines), len(candidates))
    for label, count in candidates["agreement"].value_counts(sort=False).items():
        logger.info("downslope motion %s: %d", label, count)
    candidates = CANDIDATES.check(candidates, candidates_path)
    write_layers(candidates_path, {"candidates": candidates})


def _all_outlines(paths: list[str], crs: str) -> gpd.GeoDataFrame:
    """Read the outlines of all tracks."""
    frames = [read_layer(TRACK_CANDIDATES, path, "candidates") for path in paths]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=crs)


def _bodies(
    outlines: gpd.GeoDataFrame,
    slope_path: str | None,
    aspect_path: str | None,
    grid: Grid,
    min_overlap: float,
) -> gpd.GeoDataFrame:
    """Unite outlines with the help of the terrain, which is let go before points are read."""
    slope = read_raster(slope_path)[0] if slope_path else None
    aspect = read_raster(aspect_path)[0] if aspect_path else None
    body = join_outlines(outlines, slope, aspect, grid, min_overlap)
    return body_table(outlines, body, slope, aspect, grid)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        merge_candidates(
            outlines_paths=list(snakemake.input.outlines),
            points_paths=list(snakemake.input.points),
            hotspots_paths=list(snakemake.input.hotspots),
            background_paths=list(snakemake.input.backgrounds),
            slope_path=snakemake.input.slope or None,
            aspect_path=snakemake.input.aspect or None,
            candidates_path=snakemake.output.candidates,
            tracks=snakemake.params.tracks,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            significance=snakemake.params.significance,
            min_overlap=snakemake.params.min_overlap,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
        )
