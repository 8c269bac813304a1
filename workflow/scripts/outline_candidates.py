"""Outline the places of one track that move in one sense."""

from hotslope.jobs import job_log

import logging
from collections.abc import Sequence

import numpy as np

from hotslope.candidates.evidence import doubtful_points
from hotslope.candidates.gate import gate_scores
from hotslope.candidates.inputs import read_evidence
from hotslope.candidates.tables import TRACK_CANDIDATES
from hotslope.candidates.track_regions import regions_by_density, regions_by_rate
from hotslope.candidates.track_table import track_table
from hotslope.grid import Grid
from hotslope.motion.background import SMOOTHING_M
from hotslope.motion.radius import resolved_radius_m
from hotslope.rasters import read_raster
from hotslope.schemas import write_layer

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
    points_used: str | None,
    cut: str | None,
    cut_value: float | None,
    radius_m: float | str | None,
    stability_threshold_mm_yr: float,
    significance: float,
    gate_radius_m: float | str,
    gate_center: str | None,
    correction: str,
    min_neighbours: int,
    min_points: int | None,
    min_area_m2: float,
    opening_cells: int | None,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    every_radius_paths: Sequence[str | None] | None = None,
    gate_radius_path: str | None = None,
) -> None:
    """Outline one track by its local rate or, without one, by the density of Gi*.

    The density rule (`method: paper`) needs points and hot spots of every track, because one
    cut serves all, and `radius_m`, which the local rate does without; where it is ``auto``,
    also what `choose_radius` wrote for each track. The rate's gate has a radius of its own,
    `gate_radius_m`, with `gate_radius_path` where that is ``auto``. `background_path` is None
    where no background was removed. What only one rule reads may be None for the other:
    `points_used`, `cut`, `cut_value`, `radius_m`; `gate_center`, `min_points`, `opening_cells`.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    points, background = read_evidence(points_path, hotspots_path, background_path)
    min_cells = int(np.ceil(min_area_m2 / cell_size_m**2))
    if rate_path:
        assert gate_center is not None, "the rate rule needs the centre of its gate"
        assert min_points is not None, "the rate rule needs its least number of points"
        assert opening_cells is not None, "the rate rule needs its opening"
        rate, _ = read_raster(rate_path)
        regions = regions_by_rate(
            rate,
            grid,
            gate_scores(
                points,
                resolved_radius_m(gate_radius_m, gate_radius_path),
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
    else:
        assert radius_m is not None, "the density rule needs its radius"
        assert cut is not None, "the density rule needs its cut"
        radii = every_radius_paths or [None] * len(every_points_paths)
        reach_m = {
            path: resolved_radius_m(radius_m, radius)
            for path, radius in zip(every_points_paths, radii, strict=True)
        }
        regions = regions_by_density(
            points,
            reach_m[points_path],
            [
                (read_evidence(*paths, None)[0], reach_m[paths[0]])
                for paths in zip(every_points_paths, every_hotspots_paths, strict=True)
                if paths[0] != points_path
            ],
            grid,
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
        background_reach_m=SMOOTHING_M if background.any() else np.inf,
    )
    logger.info("%s: %d outlines, %.0f m2", track, len(outlines), outlines["area_m2"].sum())
    write_layer(TRACK_CANDIDATES, outlines_path, "candidates", outlines)


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
            gate_radius_m=snakemake.params.gate_radius_m,
            gate_center=snakemake.params.gate_center,
            correction=snakemake.params.correction,
            min_neighbours=snakemake.params.min_neighbours,
            min_points=snakemake.params.min_points,
            min_area_m2=snakemake.params.min_area_m2,
            opening_cells=snakemake.params.opening_cells,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            every_radius_paths=list(snakemake.input.every_radius),
            gate_radius_path=snakemake.input.gate_radius or None,
        )
