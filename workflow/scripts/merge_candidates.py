"""Merge the outlines of all tracks into candidates."""

from hotslope.jobs import job_log

import logging
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from hotslope.candidates.assessment import (
    assess_candidates,
    body_strengths,
    rejection_reasons,
    split_rejected,
    track_rates,
)
from hotslope.candidates.candidate_table import body_table, describe_candidates, join_outlines
from hotslope.candidates.error_files import read_track_errors
from hotslope.candidates.evidence_files import read_inside
from hotslope.candidates.kinematics import candidate_motion
from hotslope.candidates.noise_files import read_noise
from hotslope.candidates.settings import DecompositionSettings, MergeSettings
from hotslope.candidates.shapes import outline_shapes
from hotslope.candidates.tables import CANDIDATES, TRACK_CANDIDATES
from hotslope.candidates.zones import means_inside
from hotslope.files import write_layers
from hotslope.grid import Grid
from hotslope.rasters import Cells, Computed, RasterBand
from hotslope.schemas import read_layer

logger = logging.getLogger("hotslope")


def merge_candidates(
    *,
    outlines_paths: list[str],
    points_paths: list[str],
    hotspots_paths: list[str],
    background_paths: list[str],
    errors_paths: list[str],
    error_summary_paths: list[str],
    noise_paths: list[str],
    slope_path: str | None,
    aspect_path: str | None,
    visibility_paths: dict[str, str],
    candidates_path: str,
    tracks: list[str],
    merging: MergeSettings,
    decomposition: DecompositionSettings,
    grid: Grid,
) -> None:
    """Join outlines that are one body, describe each by the points of every track, and reject some.

    The lists of paths are in the order of `tracks`; `background_paths` is empty where no
    background was removed, `noise_paths` where no noise was drawn; slope and aspect are None
    where there is no DEM. Tracks whose visibility is not known have no entry in
    `visibility_paths`. Layer `candidates` holds what is kept, layer `rejected` the rest.
    """
    outlines = _all_outlines(outlines_paths, grid.crs)
    bodies, gradients, body = _bodies(outlines, slope_path, aspect_path, grid, merging.min_overlap)
    backgrounds: Sequence[str | None] = background_paths or [None] * len(tracks)
    outlined = bodies.geometry.to_numpy()
    found = {
        track: read_inside(points_path, hotspots_path, background_path, errors_path, outlined)
        for track, points_path, hotspots_path, background_path, errors_path in zip(
            tracks, points_paths, hotspots_paths, backgrounds, errors_paths, strict=True
        )
    }
    references = {track: reference for track, (_, reference) in found.items()}
    points = {track: frame for track, (frame, _) in found.items()}
    candidates = describe_candidates(
        bodies,
        points,
        threshold_mm_yr=merging.threshold_mm_yr,
        significance=merging.significance,
    )
    polygons = candidates.geometry.to_numpy()
    errors = {
        track: read_track_errors(path)
        for track, path in zip(tracks, error_summary_paths, strict=True)
    }
    rates = {
        track: track_rates(polygons, points[track], references[track], errors[track].variogram)
        for track in tracks
    }
    strength = body_strengths(outlines, body, len(bodies), points, references, errors)
    noise = [read_noise(path) for path in noise_paths]
    candidates = assess_candidates(candidates, strength, gradients, rates, errors, noise)
    motion = candidate_motion(
        polygons,
        gradients,
        points,
        references,
        min_points=decomposition.min_points,
        shared_error_mm_yr=decomposition.shared_error_mm_yr,
        max_condition_number=decomposition.max_condition_number,
    )
    views = {track: visibility_paths.get(track) for track in tracks}
    candidates = gpd.GeoDataFrame(
        pd.concat(
            [
                candidates.drop(columns="geometry"),
                outline_shapes(polygons, gradients),
                motion,
                _visibility(polygons, views, grid),
            ],
            axis=1,
        ),
        geometry=polygons,
        crs=grid.crs,
    )
    logger.info("%d outlines make %d candidates", len(outlines), len(candidates))
    _say_what_is_missing(slope_path, views)
    candidates, rejected = split_rejected(candidates, rejection_reasons(candidates, merging.fdr))
    for reason, count in rejected["reason"].value_counts(sort=False).items():
        logger.info("rejected, %s: %d", reason, count)
    for label, count in candidates["agreement"].value_counts(sort=False).items():
        logger.info("downslope motion %s: %d", label, count)
    write_layers(
        candidates_path,
        {
            name: CANDIDATES.complete(frame, candidates_path)
            for name, frame in (("candidates", candidates), ("rejected", rejected))
        },
        CANDIDATES.metadata(),
    )


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
) -> tuple[gpd.GeoDataFrame, np.ndarray, np.ndarray]:
    """Unite outlines with the help of the terrain, which is read below each outline only.

    Returns the bodies, the mean gradient below each, and the body of each outline.
    """
    slope = RasterBand(slope_path) if slope_path else None
    aspect = RasterBand(aspect_path) if aspect_path else None
    body = join_outlines(outlines, slope, aspect, grid, min_overlap)
    return body_table(outlines, body, slope, aspect, grid)


def _visibility(polygons: np.ndarray, paths: dict[str, str | None], grid: Grid) -> pd.DataFrame:
    """Share in layover or shadow and mean R-index per track; NaN where it is not known."""
    columns: dict[str, np.ndarray] = {}
    for track, path in paths.items():
        for name in ("hidden_share", "r_index"):
            columns[f"{name}_{track}"] = np.full(len(polygons), np.nan)
        if path:
            classes = RasterBand(path, 1)
            rasters: list[Cells] = [Computed(_hidden, classes), classes.beside(2)]
            columns[f"hidden_share_{track}"], columns[f"r_index_{track}"] = means_inside(
                polygons, rasters, grid
            )
    return pd.DataFrame(columns)


def _hidden(classes: np.ndarray) -> np.ndarray:
    """Turn classes of visibility into 1 where the ground is hidden and 0 where it is seen."""
    return np.where(np.isnan(classes), np.nan, classes > 0)


def _say_what_is_missing(slope_path: str | None, visibility_paths: dict[str, str | None]) -> None:
    """Warn of columns that stay empty, with what would fill them."""
    if not slope_path:
        logger.warning(
            "no DEM (terrain.dem): slope, downslope velocity and visibility of candidates are empty"
        )
        return
    for track, path in visibility_paths.items():
        if not path:
            logger.warning(
                "tracks.%s: heading_deg and incidence_deg are not set: no visibility", track
            )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        merge_candidates(
            outlines_paths=list(snakemake.input.outlines),
            points_paths=list(snakemake.input.points),
            hotspots_paths=list(snakemake.input.hotspots),
            background_paths=list(snakemake.input.backgrounds),
            errors_paths=list(snakemake.input.errors),
            error_summary_paths=list(snakemake.input.error_summaries),
            noise_paths=list(snakemake.input.noise),
            slope_path=snakemake.input.slope or None,
            aspect_path=snakemake.input.aspect or None,
            visibility_paths=dict(
                zip(snakemake.params.looking, snakemake.input.visibility, strict=True)
            ),
            candidates_path=snakemake.output.candidates,
            tracks=snakemake.params.tracks,
            merging=MergeSettings(**snakemake.params.merging),
            decomposition=DecompositionSettings(**snakemake.params.decomposition),
            grid=Grid.from_bounds(**snakemake.params.grid),
        )
