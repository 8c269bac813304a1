"""Outline the places of one track that move in one sense."""

import logging

import numpy as np
import pandas as pd

from hotslope.candidates.cut import density_cut, moving_share_of
from hotslope.candidates.density_rule import density_regions, sense_densities
from hotslope.candidates.evidence import doubtful_points
from hotslope.candidates.gate import required_points
from hotslope.candidates.inputs import read_evidence
from hotslope.candidates.rate_rule import rate_regions
from hotslope.candidates.track_table import track_table
from hotslope.files import write_layers
from hotslope.grid import Grid
from hotslope.logs import job_log
from hotslope.motion.rate import point_density_per_m2
from hotslope.rasters import read_raster
from hotslope.schemas import TRACK_CANDIDATES

logger = logging.getLogger("hotslope")


def outline_candidates(
    *,
    points_path: str,
    hotspots_path: str,
    rate_path: str | None,
    background_path: str | None,
    every_points_paths: list[str],
    every_hotspots_paths: list[str],
    outlines_path: str,
    track: str,
    points_used: str,
    cut: str,
    cut_value: float | None,
    radius_m: float | None,
    stability_threshold_mm_yr: float,
    significance: float,
    min_points: int,
    min_area_m2: float,
    opening_cells: int,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
) -> None:
    """Outline one track by its local rate or, without one, by the density of Gi*.

    The density rule (`method: paper`) needs points and hot spots of every track, because one
    cut serves all, and `radius_m`, which the local rate does without; `background_path` is
    None where no background was removed.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    points, background = read_evidence(points_path, hotspots_path, background_path)
    min_cells = int(np.ceil(min_area_m2 / cell_size_m**2))
    if rate_path:
        rate, _ = read_raster(rate_path)
        density_per_km2 = 1e6 * point_density_per_m2(
            points["x_m"].to_numpy(), points["y_m"].to_numpy()
        )
        regions = {
            sign: rate_regions(
                rate,
                grid,
                points,
                sign,
                threshold_mm_yr=stability_threshold_mm_yr,
                significance=significance,
                min_points=required_points(min_points, density_per_km2),
                min_cells=min_cells,
                opening_cells=opening_cells,
            )
            for sign in (1, -1)
        }
    else:
        assert radius_m is not None, "the density rule needs its radius"
        regions = _paper_regions(
            points,
            [
                read_evidence(*paths, None)[0]
                for paths in zip(every_points_paths, every_hotspots_paths, strict=True)
                if paths[0] != points_path
            ],
            grid,
            radius_m=radius_m,
            least_speed_mm_yr=stability_threshold_mm_yr,
            every_point=points_used == "all",
            cut=cut,
            cut_value=cut_value,
            min_cells=min_cells,
        )
    outlines = track_table(
        regions,
        grid,
        points,
        doubtful_points(points["velocity_mm_yr"].to_numpy(), background),
        track,
        threshold_mm_yr=stability_threshold_mm_yr,
        significance=significance,
    )
    logger.info("%s: %d outlines, %.0f m2", track, len(outlines), outlines["area_m2"].sum())
    outlines = TRACK_CANDIDATES.check(outlines, outlines_path)
    write_layers(outlines_path, {"candidates": outlines})


def _paper_regions(
    points: pd.DataFrame,
    others: list[pd.DataFrame],
    grid: Grid,
    *,
    radius_m: float,
    least_speed_mm_yr: float,
    every_point: bool,
    cut: str,
    cut_value: float | None,
    min_cells: int,
) -> dict[int, np.ndarray]:
    """Regions by density, at the one cut that all tracks together give."""
    least = 0.0 if every_point else least_speed_mm_yr
    strength = np.zeros(grid.shape)
    for frame in [*others, points]:  # this track's densities last, for they are needed below
        hot, cold = sense_densities(frame, radius_m, grid, least)
        np.maximum(strength, hot, out=strength)
        np.maximum(strength, cold, out=strength)
    moving_share = max(
        moving_share_of(frame["velocity_mm_yr"].to_numpy(), least_speed_mm_yr)
        for frame in [points, *others]
    )
    value = density_cut(strength, cut, cut_value, moving_share)
    logger.info("density cut: %g per m2 (%s)", value, cut)
    return density_regions(hot, cold, value, min_cells=min_cells)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        outline_candidates(
            points_path=snakemake.input.points,
            hotspots_path=snakemake.input.hotspots,
            rate_path=snakemake.input.rate or None,
            background_path=snakemake.input.background or None,
            every_points_paths=list(snakemake.input.every_points),
            every_hotspots_paths=list(snakemake.input.every_hotspots),
            outlines_path=snakemake.output.outlines,
            track=snakemake.params.track,
            points_used=snakemake.params.points_used,
            cut=snakemake.params.cut,
            cut_value=snakemake.params.cut_value,
            radius_m=snakemake.params.radius_m,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            significance=snakemake.params.significance,
            min_points=snakemake.params.min_points,
            min_area_m2=snakemake.params.min_area_m2,
            opening_cells=snakemake.params.opening_cells,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
        )
