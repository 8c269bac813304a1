"""Regions of one track that move toward or away, by either method."""

import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd

from hotslope.candidates.cut import density_cut, moving_share_of
from hotslope.candidates.density_rule import density_regions, sense_densities
from hotslope.candidates.gate import required_points
from hotslope.candidates.rate_rule import passes_gate, rate_regions
from hotslope.candidates.runs import RunLabels, Runs, label_run_regions
from hotslope.grid import Grid
from hotslope.points.track_statistics import point_density_per_m2

logger = logging.getLogger(__name__)


def regions_by_rate(
    rate_mm_yr: np.ndarray,
    grid: Grid,
    points: pd.DataFrame,
    *,
    threshold_mm_yr: float,
    significance: float,
    min_points: int,
    min_cells: int,
    opening_cells: int,
) -> dict[int, np.ndarray]:
    """Regions of both senses by the local rate (`method: rate`).

    Parameters
    ----------
    rate_mm_yr, grid, points, threshold_mm_yr, significance, min_cells, opening_cells
        As in `hotslope.candidates.rate_rule.rate_regions`.
    min_points : int
        Least number of moving points where the track is dense enough.

    Returns
    -------
    dict of int to ndarray of int32, shape ``grid.shape``
        Numbered regions of +1 toward and -1 away.
    """
    density = point_density_per_m2(points["x_m"].to_numpy(), points["y_m"].to_numpy())
    return {
        sign: rate_regions(
            rate_mm_yr,
            grid,
            points,
            sign,
            threshold_mm_yr=threshold_mm_yr,
            significance=significance,
            min_points=required_points(min_points, 1e6 * density),
            min_cells=min_cells,
            opening_cells=opening_cells,
        )
        for sign in (1, -1)
    }


def regions_by_runs(
    classes: Runs,
    grid: Grid,
    movers: pd.DataFrame,
    density_per_m2: float,
    *,
    threshold_mm_yr: float,
    significance: float,
    min_points: int,
    min_cells: int,
    opening_cells: int,
) -> dict[int, RunLabels]:
    """Regions of both senses by the local rate, of a raster too large for memory.

    Parameters
    ----------
    classes : Runs
        Cells with a rate beyond the threshold, +1 toward and -1 away, and others, 0.
    movers : DataFrame
        The moving points, as `hotslope.candidates.rate_rule.rate_regions` takes them.
    density_per_m2 : float
        Points per m² of covered ground, of all points of the track.
    grid, threshold_mm_yr, significance, min_points, min_cells, opening_cells
        As in `regions_by_rate`.

    Returns
    -------
    dict of int to RunLabels
        The same regions as those of `regions_by_rate`.
    """
    regions = {}
    for sign in (1, -1):
        labels = label_run_regions(
            classes, sign, grid.shape, min_cells=min_cells, opening_cells=opening_cells
        )
        kept = passes_gate(
            labels,
            labels.count,
            grid,
            movers,
            sign,
            threshold_mm_yr=threshold_mm_yr,
            significance=significance,
            min_points=required_points(min_points, 1e6 * density_per_m2),
        )
        regions[sign] = labels.selected(kept)
    return regions


def regions_by_density(
    points: pd.DataFrame,
    radius_m: float,
    others: Sequence[tuple[pd.DataFrame, float]],
    grid: Grid,
    *,
    least_speed_mm_yr: float,
    every_point: bool,
    cut: str,
    cut_value: float | None,
    min_cells: int,
) -> dict[int, np.ndarray]:
    """Regions of both senses by the density of Gi* (`method: paper`).

    Parameters
    ----------
    points : DataFrame
        From `hotslope.candidates.evidence.track_evidence`.
    radius_m : float
        Radius of the track's kernel, m.
    others : sequence of (DataFrame, float)
        Points and radius of every other track: one cut serves all.
    grid : Grid
        The study grid.
    least_speed_mm_yr : float
        Speed from which a point moves, mm/yr.
    every_point : bool
        Whether points that do not move enter too.
    cut, cut_value
        See `hotslope.candidates.cut.density_cut`.
    min_cells : int
        Smallest region.

    Returns
    -------
    dict of int to ndarray of int32, shape ``grid.shape``
        Numbered regions of +1 toward and -1 away.
    """
    least = 0.0 if every_point else least_speed_mm_yr
    tracks = [*others, (points, radius_m)]  # this track last: its densities are needed below
    strength = np.zeros(grid.shape)
    for frame, reach_m in tracks:
        hot, cold = sense_densities(frame, reach_m, grid, least)
        np.maximum(strength, hot, out=strength)
        np.maximum(strength, cold, out=strength)
    moving_share = max(
        moving_share_of(frame["velocity_mm_yr"].to_numpy(), least_speed_mm_yr)
        for frame, _ in tracks
    )
    value = density_cut(strength, cut, cut_value, moving_share)
    logger.info("density cut: %g per m2 (%s)", value, cut)
    return density_regions(hot, cold, value, min_cells=min_cells)
