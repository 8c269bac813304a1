"""Outlines that the rate rule makes of errors alone: the rule applied to drawn noise fields."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from hotslope.candidates.gate import significant
from hotslope.candidates.rate_rule import GATE_REACH_CELLS, rate_regions, region_of_points
from hotslope.candidates.repetitions import RateRule
from hotslope.candidates.zones import window_around
from hotslope.grid import Grid
from hotslope.motion.noise_fields import draw_errors
from hotslope.motion.rate import rate_beyond
from hotslope.motion.rate_errors import mean_rate_std
from hotslope.motion.scores import corrected_scores, local_rate_scores
from hotslope.motion.variogram import Variogram

#: Most points of a field: of a larger track, each field covers another part.
FIELD_POINTS = 50_000
#: No further fields are drawn once they hold this many outlines: their rate is known to 5 %.
ENOUGH_OUTLINES = 400


@dataclass(frozen=True)
class GateSettings:
    """How the gate's Gi* is scored, see `hotslope.motion.scores.local_rate_scores`."""

    center: str
    min_neighbours: int
    correction: str


class NoiseOutlines(NamedTuple):
    """Outlines in noise fields of a track.

    Attributes
    ----------
    fields : int
        Fields drawn.
    exposure : float
        How often they cover the points of the track: the number of outlines per field is their
        number over this.
    strength : ndarray, float64, shape (outlines,)
        See `strength_of`.
    """

    fields: int
    exposure: float
    strength: np.ndarray


class _Window(NamedTuple):
    """Part of the grid around a group of points that move in one sense."""

    grid: Grid
    sign: int
    moving: np.ndarray


def strength_of(rate_mm_yr: np.ndarray, std_mm_yr: np.ndarray) -> np.ndarray:
    """Strength of an outline: its mean rate in standard errors of it, without sign.

    Parameters
    ----------
    rate_mm_yr, std_mm_yr : ndarray, float64, shape (n,)
        Mean rate less background of the points inside, and its standard error.

    Returns
    -------
    ndarray, float64, shape (n,)
        0 where there is neither rate nor error; infinity where there is no error.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.abs(rate_mm_yr) / std_mm_yr, nan=0.0, posinf=np.inf)


def noise_outlines(
    x: np.ndarray,
    y: np.ndarray,
    own_std_mm_yr: np.ndarray,
    variogram: Variogram,
    rule: RateRule,
    radius_m: float,
    gate: GateSettings,
    grid: Grid,
    *,
    fields: int,
    seed: tuple[int, ...],
) -> NoiseOutlines:
    """Apply the rate rule to noise fields at the points of a track.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates of all points of the track, along a space-filling curve, m.
    own_std_mm_yr, variogram
        Errors of the rates, see `hotslope.motion.noise_fields.draw_errors`.
    rule : RateRule
        Settings of the rate rule.
    radius_m : float
        Radius of the gate's Gi*, m.
    gate : GateSettings
        How it is scored.
    grid : Grid
        The study grid.
    fields : int
        Most fields that are drawn.
    seed : tuple of int
        Each field has a generator of its own: of these numbers and the field's.

    Returns
    -------
    NoiseOutlines

    Notes
    -----
    Errors are those of rates after the removal of the background, which is therefore not removed
    again.
    """
    strengths: list[float] = []
    drawn, covered = 0, 0
    while drawn < fields and len(strengths) < ENOUGH_OUTLINES and x.size:
        random = np.random.default_rng([*seed, drawn])
        size = min(x.size, FIELD_POINTS)
        begin = int(random.integers(0, x.size - size + 1))
        part = slice(begin, begin + size)
        errors = draw_errors(x[part], y[part], own_std_mm_yr[part], variogram, random)
        strengths += _field_strengths(
            x[part], y[part], errors, own_std_mm_yr[part], variogram, rule, radius_m, gate, grid
        )
        drawn += 1
        covered += size
    return NoiseOutlines(drawn, covered / x.size if x.size else 0.0, np.array(strengths))


def _field_strengths(
    x: np.ndarray,
    y: np.ndarray,
    rate: np.ndarray,
    own_std: np.ndarray,
    variogram: Variogram,
    rule: RateRule,
    radius_m: float,
    gate: GateSettings,
    grid: Grid,
) -> list[float]:
    """Strengths of the outlines of one field."""
    windows = _windows(x, y, rate, rule, grid)
    if not windows:
        return []
    z, neighbours = local_rate_scores(
        x, y, rate, radius_m, center=gate.center, min_neighbours=gate.min_neighbours
    )
    scores = corrected_scores(z, neighbours, gate.correction)
    seeds = {
        sign: np.flatnonzero(
            (rate * sign >= rule.threshold_mm_yr)
            & significant(scores.z, scores.q, sign, rule.significance)
        )
        for sign in (1, -1)
    }
    table = pd.DataFrame({"x_m": x, "y_m": y, "relative_mm_yr": rate, "z": scores.z, "q": scores.q})
    gate_reach_m = (GATE_REACH_CELLS + 1) * grid.cell_size_m
    found = []
    for window in windows:
        seed = seeds[window.sign]
        # The gate lets no region through that has no seed within its reach.
        if not _rows_near(window, x[seed], y[seed], gate_reach_m).size:
            continue
        near = _rows_near(window, x, y, 2 * rule.bandwidth_m)
        local = rate_beyond(
            x[near], y[near], rate[near], rule.bandwidth_m, window.grid,
            threshold_mm_yr=rule.threshold_mm_yr, statistic=rule.statistic,
        )  # fmt: skip
        if not (local * window.sign >= rule.threshold_mm_yr).any():
            continue
        labels = rate_regions(
            local, window.grid, table.iloc[near], window.sign,
            threshold_mm_yr=rule.threshold_mm_yr, significance=rule.significance,
            min_points=rule.min_points, min_cells=rule.min_cells,
            opening_cells=rule.opening_cells,
        )  # fmt: skip
        own = region_of_points(
            labels, window.grid, x[window.moving], y[window.moving], GATE_REACH_CELLS
        )
        region = region_of_points(labels, window.grid, x[near], y[near])
        for number in np.unique(own[own > 0]):
            inside = near[region == number]
            std = mean_rate_std(x[inside], y[inside], own_std[inside], variogram)
            mean = float(rate[inside].mean()) if inside.size else 0.0
            found.append(float(strength_of(np.array([mean]), np.array([std]))[0]))
    return found


def _windows(
    x: np.ndarray, y: np.ndarray, rate: np.ndarray, rule: RateRule, grid: Grid
) -> list[_Window]:
    """Parts of the grid that can hold outlines, one for each group of moving points.

    Every cell of an outline has a point within the bandwidth that moves in its sense, so that all
    of these are linked by steps of two bandwidths and a cell.
    """
    reach_m = 2 * (rule.bandwidth_m + grid.cell_size_m)
    windows = []
    for sign in (1, -1):
        moving = np.flatnonzero(rate * sign >= rule.threshold_mm_yr)
        if moving.size < rule.min_points:
            continue
        places = np.column_stack([x[moving], y[moving]])
        pairs = cKDTree(places).query_pairs(reach_m, output_type="ndarray")
        links = coo_array((np.ones(len(pairs)), pairs.T), shape=(moving.size, moving.size))
        count, group = connected_components(links, directed=False)
        for number in np.flatnonzero(np.bincount(group, minlength=count) >= rule.min_points):
            members = moving[group == number]
            around = shapely.box(
                x[members].min(), y[members].min(), x[members].max(), y[members].max()
            )
            windows.append(_Window(window_around(around, rule.bandwidth_m, grid), sign, members))
    return windows


def _rows_near(window: _Window, x: np.ndarray, y: np.ndarray, reach_m: float) -> np.ndarray:
    """Rows of the points within reach of a window, ascending."""
    west, south, east, north = window.grid.bounds_m
    near = (x >= west - reach_m) & (x <= east + reach_m)
    return np.flatnonzero(near & (y >= south - reach_m) & (y <= north + reach_m))
