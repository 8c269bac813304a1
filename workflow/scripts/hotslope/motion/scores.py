"""The table of hot spots: Gi* of every point, evaluated where it has enough neighbours."""

import numpy as np
import pandas as pd

from hotslope.columns import POINT_ID, VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.motion.background import CELL_SIZE_M, long_wave_background, sample_background
from hotslope.motion.correction import corrected_p
from hotslope.motion.hotspots import Moments, getis_ord_star

#: Departures from the background below this share of the velocity are rounding.
ROUNDING = 1e-12


def score_points(
    points: pd.DataFrame,
    velocity_mm_yr: np.ndarray,
    radius_m: float,
    *,
    center: str,
    min_neighbours: int,
    correction: str,
    threads: int = 1,
) -> pd.DataFrame:
    """Gi* of the velocity of each point, with its probabilities.

    Parameters
    ----------
    points : DataFrame
        Points of a track: `point_id`, `x_m`, `y_m`.
    velocity_mm_yr : ndarray, float64, shape (points,)
        Their velocity, less a background where one is taken off.
    radius_m : float
        Points at this distance or nearer are neighbours, m.
    center : {"mean", "median"}
        What local sums are compared with.
    min_neighbours : int
        Points with fewer neighbours, themselves included, are not evaluated: z, p, q NaN.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated.
    threads : int
        Number of threads.

    Returns
    -------
    DataFrame
        Rows of `hotslope.motion.tables.HOTSPOTS`, in the order of the points.
    """
    z, p, neighbours = evaluated_scores(
        points[X].to_numpy(),
        points[Y].to_numpy(),
        velocity_mm_yr,
        radius_m,
        min_neighbours=min_neighbours,
        center=center,
        threads=threads,
    )
    q = corrected_p(p, correction)
    return pd.DataFrame(
        {POINT_ID: points[POINT_ID], "z": z, "p": p, "q": q, "neighbours": neighbours}
    )


def evaluated_scores(
    x: np.ndarray,
    y: np.ndarray,
    velocity_mm_yr: np.ndarray,
    radius_m: float,
    *,
    min_neighbours: int,
    center: str = "mean",
    moments: Moments | None = None,
    threads: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gi*, p and number of neighbours; NaN for points with fewer than `min_neighbours`.

    The parameters are those of `score_points` and `hotslope.motion.hotspots.getis_ord_star`.
    """
    z, p, neighbours = getis_ord_star(
        x, y, velocity_mm_yr, radius_m, center=center, moments=moments, threads=threads
    )
    few = neighbours < min_neighbours
    z[few] = np.nan
    p[few] = np.nan
    return z, p, neighbours


def departures(
    points: pd.DataFrame, background: str, bounds_m: list[float], crs: str
) -> np.ndarray:
    """Velocities of a track, less its long-wave background where that is wanted.

    Parameters
    ----------
    points : DataFrame
        Points of a track: `x_m`, `y_m`, `velocity_mm_yr`.
    background : {"none", "modal"}
        ``modal`` takes off what `hotslope.motion.background` estimates; ``none`` nothing.
    bounds_m : list of float
        Study area, for the grid of the background, m.
    crs : str
        Projected CRS of the study area.

    Returns
    -------
    ndarray, float64, shape (points,)
        Velocity, mm/yr.
    """
    if background == "none":
        return points[VELOCITY].to_numpy()
    grid = Grid.from_bounds(bounds_m, CELL_SIZE_M, crs)
    return departures_from(points, background_on(grid, points, background), grid)


def background_on(grid: Grid, points: pd.DataFrame, background: str) -> np.ndarray:
    """Long-wave background of a track on a coarse grid, mm/yr; 0 where none is taken off."""
    if background == "none":
        return np.zeros(grid.shape)
    x, y, velocity = (points[column].to_numpy() for column in (X, Y, VELOCITY))
    return long_wave_background(x, y, velocity, grid)


def departures_from(points: pd.DataFrame, background: np.ndarray, grid: Grid) -> np.ndarray:
    """Velocities less a background on a grid; the same for each point whatever others there are.

    Parameters
    ----------
    points : DataFrame
        Points of a track, all or some: `x_m`, `y_m`, `velocity_mm_yr`.
    background : ndarray, float64, shape ``grid.shape``
        From `background_on`, mm/yr.
    grid : Grid
        Its grid.

    Returns
    -------
    ndarray, float64, shape (points,)
        Velocity, mm/yr.
    """
    x, y, velocity = (points[column].to_numpy() for column in (X, Y, VELOCITY))
    departure = velocity - sample_background(grid, background, x, y)
    # What rounding leaves of equal velocities must not pass for motion.
    departure[np.abs(departure) <= ROUNDING * np.abs(velocity)] = 0.0
    return departure
