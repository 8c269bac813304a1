"""How finely the background of a track is smoothed, by what neighbouring points share."""

import numpy as np

from hotslope.grid import Grid
from hotslope.motion.background import (
    FINE_SMOOTHING_M,
    FINE_WINDOW_MM_YR,
    SMOOTHING_M,
    long_wave_background,
    most_moves,
    sample_background,
)
from hotslope.motion.rate_errors import quiet_ground
from hotslope.motion.variogram import empirical_variogram, fit_variogram

#: Rates share more than this standard deviation in rough atmosphere, mm/yr.
ROUGH_MM_YR = 3.0


def background_at_its_scale(
    x: np.ndarray,
    y: np.ndarray,
    velocity_mm_yr: np.ndarray,
    grid: Grid,
    smoothing_m: float | str = "auto",
) -> tuple[np.ndarray, float]:
    """Background of a track, smoothed more finely in rough atmosphere.

    Parameters
    ----------
    x, y, velocity_mm_yr, grid
        See `hotslope.motion.background.long_wave_background`.
    smoothing_m : float or "auto"
        Standard deviation of the Gaussian, m.

    Returns
    -------
    background_mm_yr : ndarray, float64, shape ``grid.shape``
        Smoothed over `smoothing_m`; auto is `SMOOTHING_M`, or `FINE_SMOOTHING_M` where
        neighbouring points on quiet ground then still share more than `ROUGH_MM_YR`. 0 where most
        of the ground moves.
    smoothing_m : float
        As it was chosen; 0 where most of the ground moves.

    Notes
    -----
    Residual atmosphere that survives the removal of the background widens outlines and makes
    others. The finer background follows it, at the price of bodies wider than about twice its
    smoothing, whose middle it takes for background.
    """
    chooses = smoothing_m == "auto"
    wide_m = SMOOTHING_M if chooses else float(smoothing_m)
    background = long_wave_background(x, y, velocity_mm_yr, grid, smoothing_m=wide_m)
    rate = velocity_mm_yr - sample_background(grid, background, x, y)
    if most_moves(x, y, rate):
        return np.zeros(grid.shape), 0.0
    if not chooses or shared_std(x, y, rate) <= ROUGH_MM_YR:
        return background, wide_m
    left = long_wave_background(
        x, y, rate, grid, smoothing_m=FINE_SMOOTHING_M, window_mm_yr=FINE_WINDOW_MM_YR
    )
    return background + left, FINE_SMOOTHING_M


def shared_std(x: np.ndarray, y: np.ndarray, rate_mm_yr: np.ndarray) -> float:
    """Return the standard deviation that neighbouring points share on quiet ground, mm/yr."""
    quiet = quiet_ground(rate_mm_yr, most_moves=False)
    variogram = fit_variogram(
        empirical_variogram(np.column_stack([x[quiet], y[quiet]]), rate_mm_yr[quiet])
    )
    return float(np.sqrt(variogram.sill))
