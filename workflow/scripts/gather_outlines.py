"""Outline the places of one track that move in one sense, on a raster too large for memory."""

from hotslope.jobs import job_log

import logging

import numpy as np
import pandas as pd

from hotslope.candidates.evidence import doubtful_points
from hotslope.candidates.inputs import read_background, read_evidence
from hotslope.candidates.rate_rule import region_of_points
from hotslope.candidates.runs import RunLabels, find_runs
from hotslope.candidates.tables import TRACK_CANDIDATES
from hotslope.candidates.track_regions import regions_by_runs
from hotslope.candidates.track_table import track_table
from hotslope.columns import VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.motion.background import SMOOTHING_M
from hotslope.motion.rate import point_density_per_m2
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rasters import read_strips
from hotslope.rows import check_same_points
from hotslope.schemas import write_layer

logger = logging.getLogger("hotslope")
#: Points looked up in the regions at a time.
BATCH = 500_000


def gather_outlines(
    *,
    points_path: str,
    hotspots_path: str,
    gate_path: str,
    rate_path: str,
    background_path: str,
    outlines_path: str,
    track: str,
    stability_threshold_mm_yr: float,
    significance: float,
    min_points: int,
    min_area_m2: float,
    opening_cells: int,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
) -> None:
    """Outline one track by its local rate: the bytes that `outline_candidates` writes.

    `gate_path` is what `gather_gate` wrote. The raster is read strip by strip, and of it only
    the runs of moving cells are kept; of the points, all columns only where they lie in a
    region.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    places = POINTS.read_numbers(points_path, [X, Y, VELOCITY])
    background = read_background(background_path, places)
    rates = places[VELOCITY].to_numpy() - background
    moving = np.flatnonzero(np.abs(rates) >= stability_threshold_mm_yr)
    check_same_points(points_path, gate_path, moving)
    movers = pd.concat(
        [
            places.iloc[moving][[X, Y]].reset_index(drop=True),
            HOTSPOTS.read(gate_path, ["z", "q"], moving),
        ],
        axis=1,
    ).assign(relative_mm_yr=rates[moving])
    regions = regions_by_runs(
        find_runs(_senses(strip, stability_threshold_mm_yr) for strip in read_strips(rate_path)),
        grid,
        movers,
        point_density_per_m2(places[X].to_numpy(), places[Y].to_numpy()),
        threshold_mm_yr=stability_threshold_mm_yr,
        significance=significance,
        min_points=min_points,
        min_cells=int(np.ceil(min_area_m2 / cell_size_m**2)),
        opening_cells=opening_cells,
    )
    rows = _rows_held(regions, grid, places)
    outlines = track_table(
        regions,
        grid,
        read_evidence(points_path, hotspots_path, background_path, rows)[0],
        doubtful_points(places[VELOCITY].to_numpy(), background)[rows],
        track,
        threshold_mm_yr=stability_threshold_mm_yr,
        significance=significance,
        background_reach_m=SMOOTHING_M if background.any() else np.inf,
    )
    logger.info("%s: %d outlines, %.0f m2", track, len(outlines), outlines["area_m2"].sum())
    write_layer(TRACK_CANDIDATES, outlines_path, "candidates", outlines)


def _rows_held(regions: dict[int, RunLabels], grid: Grid, points: pd.DataFrame) -> np.ndarray:
    """Rows of the points that lie in a region of either sense, ascending."""
    rows = [np.zeros(0, dtype=np.int64)]
    for begin in range(0, len(points), BATCH):
        batch = points.iloc[begin : begin + BATCH]
        held = [region_of_points(labels, grid, batch) > 0 for labels in regions.values()]
        rows.append(begin + np.flatnonzero(np.any(held, axis=0)))
    return np.concatenate(rows)


def _senses(rate_mm_yr: np.ndarray, threshold_mm_yr: float) -> np.ndarray:
    """Classify cells that move toward (+1), away (-1), or neither (0); int8."""
    away = (rate_mm_yr <= -threshold_mm_yr).astype(np.int8)
    return (rate_mm_yr >= threshold_mm_yr).astype(np.int8) - away


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        gather_outlines(
            points_path=snakemake.input.points,
            hotspots_path=snakemake.input.hotspots,
            gate_path=snakemake.input.gate,
            rate_path=snakemake.input.rate,
            background_path=snakemake.input.background,
            outlines_path=snakemake.output.outlines,
            track=snakemake.params.track,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            significance=snakemake.params.significance,
            min_points=snakemake.params.min_points,
            min_area_m2=snakemake.params.min_area_m2,
            opening_cells=snakemake.params.opening_cells,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
        )
