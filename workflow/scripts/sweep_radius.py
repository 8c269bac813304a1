"""Candidates by both methods over a range of radii."""

from hotslope.jobs import job_log

import logging
from collections.abc import Sequence
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from hotslope.candidates.candidate_table import body_table, join_outlines
from hotslope.candidates.evidence import POINT_COLUMNS, track_evidence
from hotslope.candidates.fragmentation import describe_pieces
from hotslope.candidates.settings import (
    DensitySettings,
    HotspotSettings,
    RegionSettings,
    cells_of,
)
from hotslope.candidates.track_regions import regions_by_density, regions_by_rate
from hotslope.candidates.track_table import track_table
from hotslope.columns import VELOCITY, X, Y
from hotslope.files import write_csv
from hotslope.grid import Grid
from hotslope.motion.scores import (
    corrected_scores,
    departures,
    local_rate_scores,
    local_scores,
)
from hotslope.motion.track_files import height_columns, read_background
from hotslope.points.tables import POINTS
from hotslope.rasters import read_raster

logger = logging.getLogger("hotslope")


def sweep_radius(
    *,
    points_paths: list[str],
    rate_paths: list[str],
    background_paths: list[str],
    hotspots_background_paths: list[str],
    slope_path: str | None,
    aspect_path: str | None,
    sensitivity_path: str,
    tracks: list[str],
    radii_m: list[float],
    density_radius_m: float | None,
    hotspots: HotspotSettings,
    density: DensitySettings,
    regions: RegionSettings,
    min_overlap: float,
    grid: Grid,
) -> None:
    """Write number, area and fragmentation of the candidates per method and radius.

    The lists of paths are in the order of `tracks`; `background_paths` is empty where no
    background is taken off the rates, `hotspots_background_paths` where none is taken off before
    Gi*. The radius is that of Gi* and, unless `density_radius_m` is a number, of the density
    kernel; the rate map stays as it is.
    """
    points = _points(points_paths, [*background_paths, *hotspots_background_paths])
    backgrounds = _backgrounds(background_paths, points)
    velocities = [
        departures(frame[VELOCITY].to_numpy(), background)
        for frame, background in zip(
            points, _backgrounds(hotspots_background_paths, points), strict=True
        )
    ]
    rates = [read_raster(path)[0] for path in rate_paths]
    slope = read_raster(slope_path)[0] if slope_path else None
    aspect = read_raster(aspect_path)[0] if aspect_path else None
    min_cells = cells_of(regions.min_area_m2, grid)
    outline = partial(
        track_table,
        threshold_mm_yr=regions.threshold_mm_yr,
        significance=regions.significance,
    )
    rows = []
    for radius_m in radii_m:
        frames = []
        for frame, velocity, background in zip(points, velocities, backgrounds, strict=True):
            x, y = frame[X].to_numpy(), frame[Y].to_numpy()
            z, neighbours = local_scores(
                x,
                y,
                velocity,
                radius_m,
                center=hotspots.center,
                min_neighbours=hotspots.min_neighbours,
            )
            scores = corrected_scores(z, neighbours, hotspots.correction)
            scored = pd.DataFrame({"z": scores.z, "q": scores.q})
            frames.append(track_evidence(frame, scored, background))
        by_rate = [
            regions_by_rate(
                rate,
                grid,
                _gated(frame, radius_m, hotspots),
                threshold_mm_yr=regions.threshold_mm_yr,
                significance=regions.significance,
                min_points=regions.min_points,
                min_cells=min_cells,
                opening_cells=regions.opening_cells,
            )
            for rate, frame in zip(rates, frames, strict=True)
        ]
        reach_m = density_radius_m or radius_m
        by_density = [
            regions_by_density(
                frame,
                reach_m,
                [(other, reach_m) for other in frames if other is not frame],
                grid,
                least_speed_mm_yr=regions.threshold_mm_yr,
                every_point=density.points == "all",
                cut=density.cut,
                cut_value=density.cut_value,
                min_cells=min_cells,
            )
            for frame in frames
        ]
        for method, labelled in (("rate", by_rate), ("paper", by_density)):
            outlines = [
                outline(labels, grid, frame, np.zeros(len(frame), dtype=bool), track)
                for labels, frame, track in zip(labelled, frames, tracks, strict=True)
            ]
            pieces = describe_pieces(_bodies(outlines, slope, aspect, grid, min_overlap))
            logger.info("%s, %g m: %d candidates", method, radius_m, pieces["candidates"])
            rows.append({"method": method, "radius_m": float(radius_m), **pieces})
    write_csv(sensitivity_path, pd.DataFrame(rows))


def _points(paths: list[str], background_paths: list[str]) -> list[pd.DataFrame]:
    """Read the points of each track, with heights where a background depends on them."""
    heights = sorted({name for path in background_paths for name in height_columns(path)})
    return [POINTS.read(path, [*POINT_COLUMNS, *heights]) for path in paths]


def _backgrounds(paths: list[str], points: list[pd.DataFrame]) -> list[np.ndarray]:
    """Read the background of each track at its points; 0 where there are no files."""
    chosen: Sequence[str | None] = paths or [None] * len(points)
    return [read_background(path, frame) for path, frame in zip(chosen, points, strict=True)]


def _gated(frame: pd.DataFrame, radius_m: float, hotspots: HotspotSettings) -> pd.DataFrame:
    """Replace the scores of points by those of the gate."""
    z, neighbours = local_rate_scores(
        frame[X].to_numpy(),
        frame[Y].to_numpy(),
        frame["relative_mm_yr"].to_numpy(),
        radius_m,
        center=hotspots.gate_center,
        min_neighbours=hotspots.min_neighbours,
    )
    scores = corrected_scores(z, neighbours, hotspots.correction)
    return frame.assign(z=scores.z, q=scores.q)


def _bodies(
    outlines: list[gpd.GeoDataFrame],
    slope_deg: np.ndarray | None,
    aspect_deg: np.ndarray | None,
    grid: Grid,
    min_overlap: float,
) -> np.ndarray:
    """Polygons of the outlines of all tracks, merged."""
    joined = gpd.GeoDataFrame(pd.concat(outlines, ignore_index=True), crs=grid.crs)
    body = join_outlines(joined, slope_deg, aspect_deg, grid, min_overlap)
    return body_table(joined, body, slope_deg, aspect_deg, grid)[0].geometry.to_numpy()


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        sweep_radius(
            points_paths=list(snakemake.input.points),
            rate_paths=list(snakemake.input.rates),
            background_paths=list(snakemake.input.backgrounds),
            hotspots_background_paths=list(snakemake.input.hotspots_backgrounds),
            slope_path=snakemake.input.slope or None,
            aspect_path=snakemake.input.aspect or None,
            sensitivity_path=snakemake.output.sensitivity,
            tracks=snakemake.params.tracks,
            radii_m=snakemake.params.radii_m,
            density_radius_m=snakemake.params.density_radius_m,
            hotspots=HotspotSettings(**snakemake.params.hotspots),
            density=DensitySettings(**snakemake.params.density),
            regions=RegionSettings(**snakemake.params.regions),
            min_overlap=snakemake.params.min_overlap,
            grid=Grid.from_bounds(**snakemake.params.grid),
        )
