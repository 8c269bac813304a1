"""Settings of the config that go together through the stage."""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from hotslope.candidates.gate import required_points
from hotslope.candidates.repetitions import RateRule
from hotslope.grid import Grid
from hotslope.map_distortion import ground_areas_m2
from hotslope.motion.rate import resolved_bandwidth_m, resolved_statistic


def cells_of(area_m2: float, grid: Grid) -> int:
    """Return how many whole cells an area on the ground takes in the middle of a grid."""
    rows, columns = grid.shape
    whole = np.array([shapely.box(*grid.bounds_m)])
    cell_m2 = ground_areas_m2(whole, CRS.from_user_input(grid.crs))[0] / (rows * columns)
    return math.ceil(area_m2 / cell_m2)


@dataclass(frozen=True)
class RegionSettings:
    """What a region of `method: rate` must be like.

    Attributes
    ----------
    threshold_mm_yr : float
        Least rate of a cell, and least velocity of a moving point.
    significance : float
        Largest q of a seed.
    min_points : int
        Least number of moving points where the track is dense enough.
    min_area_m2 : float
        Least area.
    opening_cells : int
        Half width of the opening; 0 opens nothing.
    """

    threshold_mm_yr: float
    significance: float
    min_points: int
    min_area_m2: float
    opening_cells: int


def rate_rule(
    regions: RegionSettings,
    bandwidth_m: float | str,
    statistic: str,
    density_per_m2: float,
    grid: Grid,
) -> RateRule:
    """Return the rule by which a track of some density of points is outlined on a grid."""
    return RateRule(
        bandwidth_m=resolved_bandwidth_m(bandwidth_m, density_per_m2),
        statistic=resolved_statistic(statistic, density_per_m2),
        threshold_mm_yr=regions.threshold_mm_yr,
        significance=regions.significance,
        min_points=required_points(regions.min_points, 1e6 * density_per_m2),
        min_cells=cells_of(regions.min_area_m2, grid),
        opening_cells=regions.opening_cells,
    )


@dataclass(frozen=True)
class MergeSettings:
    """How outlines become candidates.

    Attributes
    ----------
    threshold_mm_yr : float
        Least speed of a moving point.
    significance : float
        Largest q of a significant point.
    min_overlap : float
        Least common ground of outlines of one body, as a share of the smaller.
    fdr : float
        Largest share of noise among candidates as strong as one that is kept.
    """

    threshold_mm_yr: float
    significance: float
    min_overlap: float
    fdr: float


@dataclass(frozen=True)
class HotspotSettings:
    """How Gi* is scored.

    Attributes
    ----------
    center : {"mean", "median"}
        What local sums are compared with.
    gate_center : {"median", "mean"}
        The same in the gate of `method: rate`.
    min_neighbours : int
        Points with fewer neighbours, themselves included, are not evaluated.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated.
    """

    center: str
    gate_center: str
    min_neighbours: int
    correction: str


@dataclass(frozen=True)
class DensitySettings:
    """How `method: paper` cuts the density of Gi*.

    Attributes
    ----------
    points : {"moving", "all"}
        Points that enter the density.
    cut : {"area", "quantile", "value"}
        How the cut is found, see `hotslope.candidates.cut.density_cut`.
    cut_value : float or None
        The quantile or the density.
    """

    points: str
    cut: str
    cut_value: float | None


@dataclass(frozen=True)
class DecompositionSettings:
    """When line-of-sight velocities are turned into motion of the ground.

    Attributes
    ----------
    min_points : int
        A track with fewer points in a candidate is not used for it.
    shared_error_mm_yr : float
        Error that neighbouring points have in common, mm/yr.
    max_condition_number : float
        No east and up beyond it: the tracks look alike.
    """

    min_points: int
    shared_error_mm_yr: float
    max_condition_number: float
