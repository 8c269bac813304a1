"""Candidates by both methods over a range of radii."""

from hotslope.jobs import job_log

import logging
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from hotslope.candidates.candidate_table import body_table, join_outlines
from hotslope.candidates.evidence import POINT_COLUMNS, track_evidence
from hotslope.candidates.fragmentation import describe_pieces
from hotslope.candidates.gate import gate_scores
from hotslope.candidates.inputs import read_background
from hotslope.candidates.track_regions import regions_by_density, regions_by_rate
from hotslope.candidates.track_table import track_table
from hotslope.columns import POINT_ID
from hotslope.files import write_csv
from hotslope.grid import Grid
from hotslope.motion.scores import departures, score_points
from hotslope.points.tables import POINTS
from hotslope.rasters import read_raster

logger = logging.getLogger("hotslope")


def sweep_radius(
    *,
    points_paths: list[str],
    rate_paths: list[str],
    background_paths: list[str],
    slope_path: str | None,
    aspect_path: str | None,
    sensitivity_path: str,
    tracks: list[str],
    radii_m: list[float],
    density_radius_m: float | None,
    center: str,
    gate_center: str,
    hotspots_background: str,
    min_neighbours: int,
    correction: str,
    points_used: str,
    cut: str,
    cut_value: float | None,
    stability_threshold_mm_yr: float,
    significance: float,
    min_points: int,
    min_area_m2: float,
    opening_cells: int,
    min_overlap: float,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    threads: int,
) -> None:
    """Write number, area and fragmentation of the candidates per method and radius.

    The lists of paths are in the order of `tracks`. The radius is that of Gi* and, unless
    `density_radius_m` is a number, of the density kernel; the rate map stays as it is.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    min_cells = int(np.ceil(min_area_m2 / cell_size_m**2))
    points = [POINTS.read(path, [POINT_ID, *POINT_COLUMNS]) for path in points_paths]
    velocities = [departures(frame, hotspots_background, bounds_m, crs) for frame in points]
    rates = [read_raster(path)[0] for path in rate_paths]
    backgrounds = [
        read_background(path, frame) for path, frame in zip(background_paths, points, strict=True)
    ]
    slope = read_raster(slope_path)[0] if slope_path else None
    aspect = read_raster(aspect_path)[0] if aspect_path else None
    score = partial(
        score_points,
        center=center,
        min_neighbours=min_neighbours,
        correction=correction,
        threads=threads,
    )
    outline = partial(
        track_table, threshold_mm_yr=stability_threshold_mm_yr, significance=significance
    )
    rows = []
    for radius_m in radii_m:
        frames = [
            track_evidence(frame, score(frame, velocity, radius_m), background)
            for frame, velocity, background in zip(points, velocities, backgrounds, strict=True)
        ]
        by_rate = [
            regions_by_rate(
                rate,
                grid,
                gate_scores(
                    frame,
                    radius_m,
                    center=gate_center,
                    correction=correction,
                    min_neighbours=min_neighbours,
                ),
                threshold_mm_yr=stability_threshold_mm_yr,
                significance=significance,
                min_points=min_points,
                min_cells=min_cells,
                opening_cells=opening_cells,
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
                least_speed_mm_yr=stability_threshold_mm_yr,
                every_point=points_used == "all",
                cut=cut,
                cut_value=cut_value,
                min_cells=min_cells,
            )
            for frame in frames
        ]
        for method, regions in (("rate", by_rate), ("paper", by_density)):
            outlines = [
                outline(labels, grid, frame, np.zeros(len(frame), dtype=bool), track)
                for labels, frame, track in zip(regions, frames, tracks, strict=True)
            ]
            pieces = describe_pieces(_bodies(outlines, slope, aspect, grid, min_overlap))
            logger.info("%s, %g m: %d candidates", method, radius_m, pieces["candidates"])
            rows.append({"method": method, "radius_m": float(radius_m), **pieces})
    write_csv(sensitivity_path, pd.DataFrame(rows))


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
            slope_path=snakemake.input.slope or None,
            aspect_path=snakemake.input.aspect or None,
            sensitivity_path=snakemake.output.sensitivity,
            tracks=snakemake.params.tracks,
            radii_m=snakemake.params.radii_m,
            density_radius_m=snakemake.params.density_radius_m,
            center=snakemake.params.center,
            gate_center=snakemake.params.gate_center,
            hotspots_background=snakemake.params.hotspots_background,
            min_neighbours=snakemake.params.min_neighbours,
            correction=snakemake.params.correction,
            points_used=snakemake.params.points_used,
            cut=snakemake.params.cut,
            cut_value=snakemake.params.cut_value,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            significance=snakemake.params.significance,
            min_points=snakemake.params.min_points,
            min_area_m2=snakemake.params.min_area_m2,
            opening_cells=snakemake.params.opening_cells,
            min_overlap=snakemake.params.min_overlap,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            threads=snakemake.threads,
        )
