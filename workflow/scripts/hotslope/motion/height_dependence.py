"""Rates that grow with height: what stratified delay of the troposphere leaves of a slow drift."""

from functools import partial
from typing import NamedTuple

import numpy as np

from hotslope.grid import Grid
from hotslope.motion.background import (
    ROUNDS,
    SMOOTHING_M,
    WINDOW_MM_YR,
    long_wave_background,
    sample_background,
    smoothed_mean,
)

#: Standard deviation of heights around a place below which they say nothing, m.
MIN_RELIEF_M = 25.0


class HeightDependence(NamedTuple):
    """How the rate of quiet ground depends on its height, place by place.

    Attributes
    ----------
    gradient_mm_yr_m : ndarray, float64, shape of the grid
        Increase of the rate with height, mm/yr per metre; 0 where the ground is flat.
    height_m : ndarray, float64, shape of the grid
        Mean height of quiet points around, m, at which the dependence is 0.
    """

    gradient_mm_yr_m: np.ndarray
    height_m: np.ndarray

    def at(self, grid: Grid, x: np.ndarray, y: np.ndarray, height_m: np.ndarray) -> np.ndarray:
        """Return the rate that follows from the height of points, mm/yr; 0 of unknown heights."""
        gradient = sample_background(grid, self.gradient_mm_yr_m, x, y)
        above_m = height_m - sample_background(grid, self.height_m, x, y)
        return np.where(np.isfinite(height_m), gradient * above_m, 0.0)


def height_dependence(
    x: np.ndarray, y: np.ndarray, height_m: np.ndarray, velocity_mm_yr: np.ndarray, grid: Grid
) -> HeightDependence:
    """Estimate how the rate of quiet ground depends on its height.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    height_m : ndarray, float64, shape (points,)
        Heights of the points, m; NaN where unknown.
    velocity_mm_yr : ndarray, float64, shape (points,)
        Line-of-sight velocity, mm/yr.
    grid : Grid
        Coarse grid of the background.

    Returns
    -------
    HeightDependence

    Notes
    -----
    Around each cell, weighted by the Gaussian of the background, the rate r less the long-wave
    background is regressed on the height above the mean height H of quiet points:
    g = Σ w (h − H) r / Σ w (h − H)². Quiet points are those within `WINDOW_MM_YR` of what
    background and dependence predict; they are chosen anew `ROUNDS` times. Where the standard
    deviation of heights is below `MIN_RELIEF_M`, g is 0.
    """
    cells = grid.cell_numbers(x, y)
    known = np.isfinite(height_m) & (cells >= 0)
    x, y, cells = x[known], y[known], cells[known]
    height_m, velocity = height_m[known], velocity_mm_yr[known]
    gradient, mean_m = np.zeros(grid.shape), np.zeros(grid.shape)
    explained = np.zeros(x.size)
    for _ in range(ROUNDS if x.size else 0):
        background = long_wave_background(x, y, velocity - explained, grid)
        rate = velocity - sample_background(grid, background, x, y)
        quiet = np.abs(rate - explained) <= WINDOW_MM_YR
        mean = partial(smoothed_mean, cells[quiet], grid=grid, smoothing_m=SMOOTHING_M, fill=0.0)
        mean_m = mean(height_m[quiet])
        above_m = height_m - sample_background(grid, mean_m, x, y)
        variance = mean(above_m[quiet] ** 2)
        hilly = variance >= MIN_RELIEF_M**2
        gradient = np.divide(
            mean((above_m * rate)[quiet]), variance, out=np.zeros(grid.shape), where=hilly
        )
        explained = sample_background(grid, gradient, x, y) * above_m
    return HeightDependence(gradient, mean_m)
