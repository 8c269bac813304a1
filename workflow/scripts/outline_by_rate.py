"""Outline the places where one track moves in one sense, by its local rate."""

from hotslope.jobs import job_log

import logging
from collections.abc import Mapping

import numpy as np

from hotslope.candidates.evidence import doubtful_points
from hotslope.candidates.evidence_files import read_evidence, read_movers
from hotslope.candidates.rate_rule import region_of_points
from hotslope.candidates.runs import RunLabels, find_runs
from hotslope.candidates.settings import RegionSettings, cells_of
from hotslope.candidates.tables import TRACK_CANDIDATES
from hotslope.candidates.track_regions import regions_by_runs
from hotslope.candidates.track_table import track_table
from hotslope.grid import Grid
from hotslope.motion.track_files import read_density_per_m2, read_smoothing_m, read_velocity
from hotslope.rasters import read_strips
from hotslope.schemas import write_layer

logger = logging.getLogger("hotslope")
#: Points looked up in the regions at a time.
BATCH = 500_000


def outline_by_rate(
    *,
    points_path: str,
    summary_path: str,
    hotspots_path: str,
    gate_path: str,
    rate_path: str,
    background_path: str | None,
    outlines_path: str,
    track: str,
    regions: RegionSettings,
    grid: Grid,
) -> None:
    """Outline one track by its local rate, wherever enough significant points move.

    The rate is read strip by strip, and of it only the runs of moving cells are kept; of the
    points, all columns only where they lie in a region. `background_path` is None where no
    background was removed.
    """
    threshold = regions.threshold_mm_yr
    classes = find_runs(_senses(strip, threshold) for strip in read_strips(rate_path))
    track_points = read_velocity(points_path, background_path)
    x, y, velocity, background = track_points
    found = regions_by_runs(
        classes,
        grid,
        read_movers(points_path, gate_path, track_points, threshold),
        read_density_per_m2(summary_path),
        threshold_mm_yr=threshold,
        significance=regions.significance,
        min_points=regions.min_points,
        min_cells=cells_of(regions.min_area_m2, grid),
        opening_cells=regions.opening_cells,
    )
    rows = _rows_held(found, grid, x, y)
    outlines = track_table(
        found,
        grid,
        read_evidence(points_path, hotspots_path, background_path, rows),
        doubtful_points(velocity, background)[rows],
        track,
        threshold_mm_yr=threshold,
        significance=regions.significance,
        background_reach_m=read_smoothing_m(background_path) or np.inf,
    )
    logger.info("%s: %d outlines, %.0f m2", track, len(outlines), outlines["area_m2"].sum())
    write_layer(TRACK_CANDIDATES, outlines_path, "candidates", outlines)


def _rows_held(
    regions: Mapping[int, RunLabels], grid: Grid, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Rows of the points that lie in a region of either sense, ascending."""
    rows = [np.zeros(0, dtype=np.int64)]
    for begin in range(0, x.size, BATCH):
        batch = slice(begin, begin + BATCH)
        held = [
            region_of_points(labels, grid, x[batch], y[batch]) > 0 for labels in regions.values()
        ]
        rows.append(begin + np.flatnonzero(np.any(held, axis=0)))
    return np.concatenate(rows)


def _senses(rate_mm_yr: np.ndarray, threshold_mm_yr: float) -> np.ndarray:
    """Classify cells that move toward (+1), away (-1), or neither (0); int8."""
    away = (rate_mm_yr <= -threshold_mm_yr).astype(np.int8)
    return (rate_mm_yr >= threshold_mm_yr).astype(np.int8) - away


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        outline_by_rate(
            points_path=snakemake.input.points,
            summary_path=snakemake.input.summary,
            hotspots_path=snakemake.input.hotspots,
            gate_path=snakemake.input.gate,
            rate_path=snakemake.input.rate,
            background_path=snakemake.input.background or None,
            outlines_path=snakemake.output.outlines,
            track=snakemake.params.track,
            regions=RegionSettings(**snakemake.params.regions),
            grid=Grid.from_bounds(**snakemake.params.grid),
        )
